#!/bin/sh
# The C files right in the given directories, sorted, one per line.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
for directory; do
        for file in "$directory"/*.c; do
                [ -e "$file" ] && printf '%s\n' "$file"
        done
done

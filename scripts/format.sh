#!/bin/sh
# Formats the C files of the project, or the given ones, by .clang-format.
#
#     scripts/format.sh [--check] [FILE...]
#
# --check changes nothing and fails when a file is not as it would be. Exit status 77 when there is
# no clang-format 14: another version has another opinion about the same settings.
set -eu

action=-i
if [ "${1:-}" = --check ]; then
        action='--dry-run -Werror --ferror-limit=1' # the first place in each file
        shift
fi

for clang_format in clang-format-14 clang-format none; do
        case $("$clang_format" --version 2>/dev/null || :) in
        *'version 14.'*) break ;;
        esac
done
if [ "$clang_format" = none ]; then
        echo 'skip: clang-format 14 is not installed'
        exit 77
fi

if [ $# -gt 0 ]; then
        # shellcheck disable=SC2086 # words
        exec "$clang_format" --style=file $action "$@"
fi
cd "$(dirname "$0")/.."
# shellcheck disable=SC2086 # words
git ls-files -z -co --exclude-standard '*.c' '*.h' | xargs -0r "$clang_format" --style=file $action

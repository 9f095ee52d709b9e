#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"

expect EBUSY unlink "$T/versions/2"
expect_fail rm -f "$T/versions/2"
expect_says 'busy'
expect 0 unlink "$T/versions/1"
expect 0 unlink "$T/versions/3"
expect ENOENT unlink "$T/versions/3"
expect ENOENT unlink "$T/versions/77"
expect 2 readlink "$T/versions/latest"
expect_names "$T/versions" 2 latest

echo 2 >"$T/tags/silver"
rm "$T/tags/gold"
expect EBUSY unlink "$T/versions/2"
rm "$T/tags/silver"
expect 0 unlink "$T/versions/2"
expect_names "$T/versions"
expect ENOENT lstat "$T/versions/latest" type

# Fixed parts
document 1 >"$T/versions/1"
expect 0 unlink "$T/versions/latest"
expect 1 readlink "$T/versions/latest"
expect 0 unlink "$MNT/prod/.namespace.json"
expect 0 unlink "$T/.table.json"
expect EPERM unlink "$MNT/.lancefs/status"
for directory in "$MNT/prod" "$T" "$T/tags" "$MNT/.lancefs"; do
        expect EISDIR unlink "$directory"
done
expect_names "$T" .table.json tags versions

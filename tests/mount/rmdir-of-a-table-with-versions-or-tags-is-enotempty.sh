#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 2
echo 1 >"$T/tags/gold"

expect ENOTEMPTY rmdir "$T"
expect ENOTEMPTY rmdir "$T/tags"
expect ENOTEMPTY rmdir "$T/versions"
rm "$T/tags/gold"
expect ENOTEMPTY rmdir "$T"
rm "$T/versions/1"
expect ENOTEMPTY rmdir "$T"
rm "$T/versions/2"

# An empty fixed part goes and stays, so that rm -r works.
expect '0 0 0' rmdir "$T/tags" : rmdir "$T/versions" : unlink "$T/.table.json"
expect_names "$T" .table.json tags versions

: >"$T/tags/.gold.swp"
expect ENOTEMPTY rmdir "$T/tags"
expect ENOTEMPTY rmdir "$T"
rm "$T/tags/.gold.swp"
: >"$T/versions/new.json"
expect ENOTEMPTY rmdir "$T/versions"
expect ENOTEMPTY rmdir "$T"
rm "$T/versions/new.json"

expect 0 rmdir "$T"
expect ENOENT rmdir "$T"
expect_names "$MNT/prod" .namespace.json
expect_names "$CATALOG/staging"

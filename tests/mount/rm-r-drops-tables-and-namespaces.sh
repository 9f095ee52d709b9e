#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"
echo latest >"$T/tags/silver"
mkdir -p "$MNT/prod/eu/west" "$MNT/empty.lance"
make_table "$MNT/prod/eu/events.lance" 40
echo 7 >"$MNT/prod/eu/events.lance/tags/gold"
echo staged >"$MNT/prod/eu/batch.json"
echo staged >"$T/tags/.gold.swp"

# Only what was asked for goes.
expect_ok rm -r "$MNT/empty.lance"
expect_ok rm -r "$T"
expect_names "$MNT/prod" .namespace.json eu
tag=$MNT/prod/eu/events.lance/tags/gold
expect_content "$tag" '7\n'

expect_ok rm -rf "$MNT/prod"
expect_names "$MNT" .lancefs .namespace.json
expect_names "$CATALOG/staging"
expect 0 rmdir "$CATALOG/staging"
expect 0 mkdir "$CATALOG/staging"

# The same name is free again, and nothing of the old table is in the new one.
mkdir "$MNT/prod" "$T"
expect_names "$T/tags"
expect_names "$T/versions"

# python's way of removing, which looks at each step's answer
need python3
make_table "$MNT/prod/more.lance" 5
echo 1 >"$MNT/prod/more.lance/tags/a"
expect_ok python3 -c 'import shutil, sys; shutil.rmtree(sys.argv[1])' "$MNT/prod"
expect_names "$MNT" .lancefs .namespace.json

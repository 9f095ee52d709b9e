#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_fs "$CATALOG"
mkdir -p "$MNT/prod/eu" "$MNT/prod/users.lance" "$MNT/stage" "$MNT/empty"
: >"$MNT/stage/batch.json"

expect ENOTEMPTY rmdir "$MNT/prod"
rmdir "$MNT/prod/eu"
expect ENOTEMPTY rmdir "$MNT/prod"
rmdir "$MNT/prod/users.lance"
expect 0 rmdir "$MNT/prod"
expect ENOENT rmdir "$MNT/prod"

# Staged files keep their directory too: they would be out of reach.
expect ENOTEMPTY rmdir "$MNT/stage"
rm "$MNT/stage/batch.json"
expect 0 rmdir "$MNT/stage"
expect 0 rmdir "$MNT/empty"
expect_names "$MNT" .lancefs .namespace.json
expect_names "$CATALOG/staging"

# Fixed parts do not go.
expect EPERM rmdir "$MNT/.lancefs"
expect EPERM rmdir "$MNT/.lancefs/deregistered"
expect ENOTDIR rmdir "$MNT/.namespace.json"
expect ENOTDIR rmdir "$MNT/.lancefs/status"
expect EBUSY rmdir "$MNT"

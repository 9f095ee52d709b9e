#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"
mkdir -p "$MNT/prod/eu/west" "$MNT/other" "$MNT/taken"
make_table "$MNT/prod/eu/west/events.lance" 1
echo staged >"$MNT/prod/eu/batch.json"
inodes=$("$SYS" stat "$MNT/prod" ino : stat "$T" ino : stat "$T/tags/gold" ino : \
        stat "$MNT/prod/eu/batch.json" ino)
count=$(transactions)

expect_ok mv "$MNT/prod" "$MNT/production"
expect ENOENT stat "$MNT/prod" type
expect_names "$MNT" .lancefs .namespace.json production other taken
expect_content "$MNT/production/users.lance/tags/gold" '2\n'
expect_names "$MNT/production/eu" .namespace.json west batch.json
expect_content "$MNT/production/eu/batch.json" 'staged\n'
expect_names "$MNT/production/eu/west/events.lance/versions" 1 latest
expect_eq "$inodes" "$("$SYS" stat "$MNT/production" ino : stat "$MNT/production/users.lance" ino \
        : stat "$MNT/production/users.lance/tags/gold" ino \
        : stat "$MNT/production/eu/batch.json" ino)" inodes
expect_eq $((count + 1)) "$(transactions)" 'one transaction'

# Up and down the tree
expect_ok mv "$MNT/production/eu/west" "$MNT/west"
expect_names "$MNT/west" .namespace.json events.lance
expect_ok mv "$MNT/west" "$MNT/other"
expect_names "$MNT/other" .namespace.json west
expect_content "$MNT/other/west/events.lance/versions/latest" \
        "$(cat "$MNT/other/west/events.lance/versions/1")\n"

# An existing one is in the way, an empty one too, whatever mv tries.
expect EEXIST rename "$MNT/other" "$MNT/taken"
expect EEXIST renameat2 "$MNT/other" "$MNT/taken" NOREPLACE
expect_fail mv -T "$MNT/other" "$MNT/taken"
expect EEXIST rename "$MNT/taken" "$MNT/other"
expect ENOENT rename "$MNT/prod" "$MNT/new"
expect ENOENT rename "$MNT/other" "$MNT/none/new"
expect EINVAL rename "$MNT/other" "$MNT/other/west/inside"

# What is no namespace cannot be replaced by one, nor is there another place for one.
: >"$MNT/batch"
expect ENOTDIR rename "$MNT/other" "$MNT/batch"
expect EEXIST renameat2 "$MNT/other" "$MNT/batch" NOREPLACE
rm "$MNT/batch"
expect EPERM rename "$MNT/other" "$MNT/production/users.lance/other"
expect EPERM rename "$MNT/other" "$MNT/production/users.lance/tags/other"
expect EPERM rename "$MNT/other" "$MNT/.lancefs/deregistered/other"
expect EBADMSG rename "$MNT/other" "$MNT/other.lance"
expect EBADMSG rename "$MNT/other" "$MNT/.other"
expect EBADMSG rename "$MNT/other" "$MNT/a\$b"
expect ENAMETOOLONG rename "$MNT/other" "$MNT/$(printf '%0201d' 0)"
expect EBADMSG renameat2 "$MNT/other" "$MNT/taken" EXCHANGE
expect EPERM rename "$MNT/.lancefs" "$MNT/control"
expect_names "$MNT" .lancefs .namespace.json production other taken

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root

mkdir "$WORK/disk"
mount -t tmpfs disk "$WORK/disk" 2>/dev/null || skip 'no tmpfs can be mounted'
CATALOG=$WORK/disk/catalog
mount_table
echo 1 >"$T/tags/gold"
umount_fs
mount -o remount,ro "$WORK/disk"

expect_status 3 "$LANCEFS" mount "$CATALOG" "$MNT"
expect_says "$CATALOG"
expect_says '-o ro'
expect_names "$MNT"

mount_fs "$CATALOG" ro
tag_is gold 1
expect_names "$T/versions" 1 2 3 latest
expect EROFS mkdir "$MNT/new"
umount_fs

# It becomes so under a mount: an errno, and nothing is lost.
mount -o remount,rw "$WORK/disk"
mount_fs "$CATALOG"
echo 2 >"$T/tags/gold"
umount_fs

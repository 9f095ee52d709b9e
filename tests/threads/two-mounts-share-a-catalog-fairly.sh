#!/bin/sh
# Two processes change one catalog through two mounts: nothing is lost, neither starves; see pair.c.
#
# PAIR_CHANGES (500) from the environment: how many each makes.
. "$(dirname "$0")/../lib/lib.sh"

: "${PAIR:=$_top/build/tests/threads/pair}" "${PAIR_CHANGES:=500}"

mount_fs "$WORK/catalog"
mount_fs "$WORK/catalog" '' "$WORK/other"
expect_ok "$PAIR" "$MNT" "$WORK/other" "$PAIR_CHANGES"
cat "$WORK/out"
umount_fs "$WORK/other"
umount_fs
expect_status 0 "$LANCEFS" check "$WORK/catalog"

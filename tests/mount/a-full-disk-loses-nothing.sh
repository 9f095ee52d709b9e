#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root

mkdir "$WORK/disk"
mount -t tmpfs -o size=4m disk "$WORK/disk" 2>/dev/null || skip 'no tmpfs can be mounted'
CATALOG=$WORK/disk/catalog
mount_table
echo 1 >"$T/tags/gold"
echo staged >"$MNT/prod/staged"

dd if=/dev/zero of="$WORK/disk/filler" bs=4k status=none 2>/dev/null || :
expect_eq 0 "$(stat -f -c %a "$WORK/disk")" 'free blocks'
expect 0 statfs "$MNT" bavail

# What is refused for want of room says so, and does nothing.
refused=0
i=0
while [ $i -lt 200 ]; do
        i=$((i + 1))
        got=$("$SYS" mkdir "$MNT/d-$i") || :
        case $got in
        0) ;;
        ENOSPC) refused=$((refused + 1)) ;;
        *) fail "mkdir: $got" ;;
        esac
done
[ $refused -gt 0 ] || fail 'the disk is not full'
expect '0 ENOSPC 0' open "$MNT/prod/staged" O_WRONLY : pwrite --repeat x 100000 8192 : close
got=$("$SYS" open "$T/tags/gold" O_WRONLY : write '2\n' : close | xargs)
case $got in
'0 ENOSPC 0') tag_is gold 1 ;;
'0 2 0') tag_is gold 2 ;;
*) fail "a tag on a full disk: $got" ;;
esac
gold=$(cat "$T/tags/gold")
expect_ok find "$MNT" -ls
made=$("$SYS" readdir "$MNT" | grep -c '^d-') || :
expect_eq $((200 - refused)) "$made" 'what was answered 0 is there, and nothing else'

# With room again everything goes on.
rm "$WORK/disk/filler"
expect 0 mkdir "$MNT/new"
echo 3 >"$T/tags/silver"
umount_fs
mount_fs "$CATALOG"
expect_eq "$made" "$("$SYS" readdir "$MNT" | grep -c '^d-' || :)" 'after a remount'
tag_is gold "$gold"
tag_is silver 3
expect_names "$T/versions" 1 2 3 latest
umount_fs

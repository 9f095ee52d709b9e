#!/bin/sh
# After kill -9 of the daemon every call gives ENOTCONN; mounting again is all that is needed.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

# What the kernel heard last of the root holds for one tick of its clock.
is_dead()
{
        [ "$("$SYS" stat "$MNT" type)" = ENOTCONN ]
}

mount_table
make_manifests
echo 2 >"$T/tags/gold"
echo staged >"$MNT/prod/staged.json"
umount_fs

mount_in_background "$CATALOG" "$MNT"
cd "$WORK"
for place in "$MNT" "$MNT/" mnt ./mnt/; do
        kill -KILL "$PID"
        eventually "$LNS_TEST_DEADLINE" has_ended "$PID"
        eventually "$LNS_TEST_DEADLINE" is_dead
        expect ENOTCONN mkdir "$MNT/d"
        check 'it is still mounted' _is_mounted "$MNT"

        mount_in_background catalog "$place"
        expect_eq 1 "$(_mounts_below "$WORK" | wc -l)" mounts
        tag_is gold 2
        expect_content "$MNT/prod/staged.json" 'staged\n'
        echo 1 >"$T/tags/gold"
        echo 2 >"$T/tags/gold"
done
cd /
expect_ok fusermount3 -u "$MNT"
expect_ok "$LANCEFS" check "$CATALOG"

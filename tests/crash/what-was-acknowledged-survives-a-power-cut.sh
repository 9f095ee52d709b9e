#!/bin/sh
# The power goes at random moments while several processes change the catalog through the mount: the
# catalog is on a disk (disk.c) that forgets a random part of what was not flushed. After each cut every
# change that was acknowledged is there, and every other one is there wholly or not at all.
#
# POWER_ROUNDS (5) and, as for the kill, CRASH_WRITERS and CRASH_SEED from the environment.
. "$(dirname "$0")/../lib/lib.sh"

need_root
need losetup mkfs.ext4
: "${CRASH_DISK:=$_top/build/tests/crash/disk}" "${POWER_ROUNDS:=5}"
CRASH_ROUNDS=$POWER_ROUNDS
export CRASH_POWER=1 # writers take a failed disk for what it is
. "$(dirname "$0")/fixture"
catalog=$WORK/fs/catalog

# The disk, a loop device over it, a filesystem on that.
power_on()
{
        random 1 32767
        "$CRASH_DISK" "$WORK/image" "$WORK/disk" "$random" >"$WORK/cut" 2>&1 &
        disk_pid=$!
        eventually "$LNS_TEST_DEADLINE" test -e "$WORK/disk/disk"
        mount -o loop "$WORK/disk/disk" "$WORK/fs" 2>"$WORK/mount" ||
                fail "no loop device: $(cat "$WORK/mount")"
}

# Everything that was not flushed is gone; what runs finds a dead disk.
power_off()
{
        kill -USR1 "$disk_pid"
        eventually "$LNS_TEST_DEADLINE" grep -q ^cut: "$WORK/cut"
        kill_fs
        wait_for_writers
        umount "$WORK/fs" 2>/dev/null || umount -l "$WORK/fs"
        _unmount_by_force "$WORK/disk"
        _wait_for_end "$disk_pid" || fail 'the disk still runs'
        wait "$disk_pid" || fail "the disk failed: $(cat "$WORK/cut")"
}

need_fuse
truncate -s 64M "$WORK/image"
mkfs.ext4 -q -F "$WORK/image"
mkdir "$WORK/disk" "$WORK/fs"
(losetup -f >/dev/null 2>&1) || skip 'there are no loop devices'
power_on
set_up
round=0
while [ "$round" -lt "$CRASH_ROUNDS" ]; do
        round=$((round + 1))
        start_writers
        load 20 400
        power_off
        power_on
        mount_fs "$catalog"
        check_round
done
say_counts
umount_fs
expect_status 0 "$LANCEFS" check "$catalog"
expect_load
umount "$WORK/fs"
_unmount "$WORK/disk" || fail 'the disk is busy'
wait "$disk_pid" || fail 'the disk failed'

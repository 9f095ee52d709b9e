#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_fuse

# The command ends with 0 once the mount is there, and not before: no line between needs to wait.
round=0
while [ $round -lt 20 ]; do
        round=$((round + 1))
        "$LANCEFS" mount "$CATALOG" "$MNT" || fail 'it did not mount'
        mkdir "$MNT/round-$round" || fail 'it does not answer'
        [ -d "$MNT/round-$round" ] || fail 'it does not show what was made'
        fusermount3 -u "$MNT" || fail 'it cannot be unmounted'
done

# A pipe that the command's output goes to is let go of: or $(...) would wait for the daemon.
expect_eq '' "$("$LANCEFS" mount "$CATALOG" "$MNT" 2>&1)" output
fusermount3 -u "$MNT"

# The daemon has no terminal, no file of the caller's, and stands in the way of no directory.
mount_in_background "$CATALOG" "$MNT"
# shellcheck disable=SC2046 # names
expect_names "$MNT" .lancefs .namespace.json $(seq -f 'round-%.0f' 20)
expect_eq "$(readlink -f "$LANCEFS")" "$(readlink "/proc/$PID/exe")" program
expect_eq / "$(readlink "/proc/$PID/cwd")" 'working directory'
for fd in 0 1 2; do
        expect_eq /dev/null "$(readlink "/proc/$PID/fd/$fd")" "file descriptor $fd"
done
expect_eq 0 "$(sed 's/.*) //' "/proc/$PID/stat" | cut -d ' ' -f 5)" 'controlling terminal'
expect_eq "$PID" "$(sed 's/.*) //' "/proc/$PID/stat" | cut -d ' ' -f 4)" 'its own session'
kill -HUP "$PID"
expect dir stat "$MNT/round-1" type
grep -qF " $MNT " /proc/mounts || fail 'not in /proc/mounts'
grep -F " $MNT fuse.lancefs " /proc/mounts | grep -q '[ ,]nosuid,nodev,noexec' ||
        fail "mounted as $(grep -F " $MNT " /proc/mounts)"
expect_eq "$CATALOG" "$(grep -F " $MNT " /proc/mounts | cut -d ' ' -f 1)" 'first column'
fusermount3 -u "$MNT"
eventually "$LNS_TEST_DEADLINE" has_ended "$PID"

# Relative paths are those of the caller.
cd "$WORK"
expect_ok "$LANCEFS" mount catalog mnt
cd /
[ -d "$MNT/round-1" ] || fail 'another catalog'
fusermount3 -u "$MNT"

# What cannot be says so where it was called, with its own status.
: >"$WORK/file"
expect_status 3 "$LANCEFS" mount "$WORK/file" "$MNT"
expect_says "$WORK/file"

#!/bin/sh
# The daemon is killed at random moments while several processes change the catalog through the
# mount. After each remount every change that was acknowledged is there, and every other one is
# there wholly or not at all; see model.h.
#
# CRASH_ROUNDS (15), CRASH_WRITERS (4) and CRASH_SEED (random, printed) from the environment.
. "$(dirname "$0")/../lib/lib.sh"

. "$(dirname "$0")/fixture"

set_up
round=0
while [ "$round" -lt "$CRASH_ROUNDS" ]; do
        round=$((round + 1))
        start_writers
        load 20 300
        kill_fs
        wait_for_writers
        mount_fs "$catalog"
        check_round
done
say_counts

umount_fs
expect_status 0 "$LANCEFS" check "$catalog"
expect_no_debris
expect_load

#!/bin/sh
# Eight threads of mixed reads and writes on one mount, each checking what it sees; see mixed.c.
# With a daemon that was built with the thread sanitizer, it must have nothing to report.
#
# THREADS_STEPS (400) and THREADS_SEED (random, printed) from the environment.
. "$(dirname "$0")/../lib/lib.sh"

: "${MIXED:=$_top/build/tests/threads/mixed}" "${THREADS_STEPS:=400}"
: "${THREADS_SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"
echo "seed $THREADS_SEED: repeat with THREADS_SEED=$THREADS_SEED"

mount_fs "$WORK/catalog"
expect_ok "$MIXED" "$MNT" "$THREADS_STEPS" "$THREADS_SEED"
cat "$WORK/out"
umount_fs
expect_status 0 "$LANCEFS" check "$WORK/catalog"

#!/bin/sh
# Two processes change one catalog through two mounts: nothing is lost, none starves; see pair.c.
#
# PAIR_CHANGES (500) from the environment: how many each makes.
. "$(dirname "$0")/../lib/lib.sh"

: "${PAIR:=$_top/build/tests/threads/pair}" "${PAIR_CHANGES:=500}"

# race CATALOG: its exit status is in $status.
race()
{
        mount_fs "$1"
        mount_fs "$1" '' "$WORK/other"
        status=0
        "$PAIR" "$MNT" "$WORK/other" "$PAIR_CHANGES" >"$WORK/out" 2>&1 || status=$?
        cat "$WORK/out"
        umount_fs "$WORK/other"
        umount_fs
        expect_status 0 "$LANCEFS" check "$1"
}

race "$WORK/catalog"
if [ "$status" -eq 2 ]; then
        # Perhaps its processor was kept busy by others. On one processor, both have the same.
        need taskset
        cpu=$(taskset -pc $$ | sed 's/.*: \([0-9]*\).*/\1/')
        taskset -pc "$cpu" $$ >/dev/null
        race "$WORK/again"
fi
[ "$status" -ne 2 ] || fail 'one of the two starved'
[ "$status" -eq 0 ] || fail "pair ended with status $status"

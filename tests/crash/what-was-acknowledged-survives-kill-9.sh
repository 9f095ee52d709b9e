#!/bin/sh
# The daemon is killed at random moments while several processes change the catalog through the
# mount. After each remount every change that was acknowledged is there, and every other one is there
# wholly or not at all; see model.h.
#
# CRASH_ROUNDS (15), CRASH_WRITERS (4) and CRASH_SEED (random, printed) from the environment.
. "$(dirname "$0")/../lib/lib.sh"

: "${CRASH_WRITER:=$_top/build/tests/crash/writer}" "${CRASH_CHECKER:=$_top/build/tests/crash/checker}"
: "${CRASH_ROUNDS:=15}" "${CRASH_WRITERS:=4}"
: "${CRASH_SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"
base_versions=20 # BASE in model.h
catalog=$WORK/catalog
state=$WORK/writers

echo "seed $CRASH_SEED: repeat with CRASH_SEED=$CRASH_SEED"

# random MIN MAX: a number in $random. Not $(random), whose next value would be lost in a subshell.
_random=$CRASH_SEED
random()
{
        _random=$(((_random * 1103515245 + 12345) % 2147483648))
        random=$(($1 + _random / 65536 % ($2 - $1 + 1)))
}

# What no change may leave in the catalog's directory, at the end of everything.
expect_no_debris()
{
        for place in "$catalog"/* "$catalog"/.[!.]*; do
                case ${place##*/} in
                catalog.db | catalog.db-wal | catalog.db-shm | catalog.lock) ;;
                staging | tables) ;;
                '*' | '.[!.]*') ;;
                *) fail "left behind in the catalog: $place" ;;
                esac
        done
        left=$(find "$catalog/staging" "$catalog/tables" ! -type d)
        [ -z "$left" ] || fail "left behind in the catalog: $left"
}

set_up()
{
        mkdir "$state" "$state/manifests"
        mount_fs "$catalog"
        expect_ok mkdir "$MNT/prod" "$MNT/prod/t.lance"
        n=1
        while [ "$n" -le "$base_versions" ]; do
                echo manifest >"$state/manifests/base-$n"
                printf '{"manifest_path": "%s"}\n' "$state/manifests/base-$n" \
                        >"$MNT/prod/t.lance/versions/$n"
                n=$((n + 1))
        done
}

# Every writer has made a change.
all_at_work()
{
        n=0
        while [ "$n" -lt "$CRASH_WRITERS" ]; do
                grep -qs ' = ' "$state/log.$n" || return 1
                n=$((n + 1))
        done
}

# Load for some milliseconds, then the kill.
crash()
{
        rm -f "$state"/log.*
        writers=
        n=0
        while [ "$n" -lt "$CRASH_WRITERS" ]; do
                random 1 32767
                "$CRASH_WRITER" "$MNT" "$state" "$n" "$random" >"$WORK/log.writer.$n" 2>&1 &
                writers="$writers $!"
                n=$((n + 1))
        done
        eventually "$LNS_TEST_DEADLINE" all_at_work
        random 20 300
        load_ms=$random
        sleep "$(printf '0.%03d' "$load_ms")"
        kill_fs
        for pid in $writers; do
                wait "$pid" || fail 'a writer failed'
        done
        rm -f "$WORK"/log* # nobody reads what 200 daemons said
}

acknowledged=0
pending=0
pending_there=0
lost=0
half=0
wrong=0
left=0

add_counts()
{
        acknowledged=$((acknowledged + $1))
        pending=$((pending + $2))
        pending_there=$((pending_there + $3))
        lost=$((lost + $4))
        half=$((half + $5))
        wrong=$((wrong + $6))
        left=$((left + $7))
}

# Also when a round fails, so that what it came to is seen.
say_counts()
{
        echo "$round rounds: $acknowledged changes acknowledged, $lost lost, $half half;" \
                "$pending under way when killed, $pending_there of them there;" \
                "$left staged files left; $wrong other things wrong"
}

set_up
round=0
while [ "$round" -lt "$CRASH_ROUNDS" ]; do
        round=$((round + 1))
        crash
        mount_fs "$catalog"
        counts=$("$CRASH_CHECKER" "$MNT" "$state" "$CRASH_WRITERS") || fail 'the check failed'
        # shellcheck disable=SC2086 # numbers
        add_counts $counts
        if [ "$((lost + half + wrong))" -gt 0 ]; then
                say_counts
                fail "in round $round, killed after $load_ms ms, with CRASH_SEED=$CRASH_SEED"
        fi
        expect_status 0 "$LANCEFS" check "$catalog"
done
say_counts

umount_fs
expect_status 0 "$LANCEFS" check "$catalog"
expect_no_debris
[ "$acknowledged" -ge $((CRASH_ROUNDS * CRASH_WRITERS)) ] || fail 'there was no load'

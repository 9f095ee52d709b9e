#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_fs "$CATALOG"
mount_fs "$CATALOG" '' "$WORK/second"
changes=$MNT/.lancefs/changes
mkdir "$MNT/first"

# One who reads again at the end sees what was committed meanwhile, by this mount or another.
size=$(stat -c %s "$changes")
expect "0 $size \"\" 0 \"{\" \"\"\" 0" open "$changes" O_RDONLY : lseek 0 END : read 1 : \
        run mkdir "$MNT/second" : read 1 : pread 1 $((size + 1)) : close
{
        exec 3<"$changes"
        cat <&3 >"$WORK/read"
        expect_eq 2 "$(wc -l <"$WORK/read")"
        cat <&3 >"$WORK/read"
        expect_eq 0 "$(wc -l <"$WORK/read")"
        mkdir "$WORK/second/third"
        cat <&3 >"$WORK/read"
        grep -q '"id":\["third"\]' "$WORK/read" || fail "read: $(cat "$WORK/read")"
        exec 3<&-
}
expect_eq 3 "$(wc -l <"$changes")"

# Any two pieces of it join, inside of lines too; past the end is nothing.
size=$(stat -c %s "$changes")
dd if="$changes" of="$WORK/pieces" bs=7 status=none
check 'pieces of 7 bytes join' cmp "$WORK/pieces" "$changes"
expect '0 "" "" 0' open "$changes" O_RDONLY : pread 9 "$size" : pread 9 1000000000000 : close
# shellcheck disable=SC2002 # a pipe, where tail cannot seek
cat "$changes" | tail -c 30 >"$WORK/tail"
tail -c 30 "$changes" | cmp - "$WORK/tail" || fail 'tail -c'

# tail -f follows, also where inotify says nothing: what another mount does.
tail -n 0 -s 0.05 -f "$changes" >"$WORK/followed" &
tail=$!
eventually "$LNS_TEST_DEADLINE" grep -q 'changes' "/proc/$tail/cmdline"
opened()
{
        [ -n "$(find "/proc/$tail/fd" -lname "$changes" 2>/dev/null)" ]
}
eventually "$LNS_TEST_DEADLINE" opened
# It may open the file before it looks where its end is: the lines of one name, until it sees one.
follows()
{
        mkdir "$WORK/second/$1" 2>/dev/null
        grep -q "\"id\":\\[\"$1\"\\]" "$WORK/followed" || { rmdir "$WORK/second/$1" && false; }
}
eventually "$LNS_TEST_DEADLINE" follows probe
mkdir "$MNT/mine"
eventually "$LNS_TEST_DEADLINE" grep -q '"id":\["mine"\]' "$WORK/followed"
mkdir "$WORK/second/theirs"
eventually "$LNS_TEST_DEADLINE" grep -q '"id":\["theirs"\]' "$WORK/followed"
kill "$tail"
wait "$tail" 2>/dev/null || :

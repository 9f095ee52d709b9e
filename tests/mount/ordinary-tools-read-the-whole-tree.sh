#!/bin/sh
# find, ls, tar, cp, du, grep and diff over a catalog of real tables.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

cp -r "$(dirname "$0")/../data/lancedb" "$WORK/lancedb"
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/lancedb"
mount_fs "$CATALOG"
mkdir -p "$MNT/prod/eu/west"
make_table "$MNT/prod/eu/west/events.lance"
echo staged >"$MNT/prod/eu/batch.json"

expect_names "$MNT" .lancefs .namespace.json prod branched.lance declared.lance empty.lance \
        events.lance legacy.lance users.lance
T=$MNT/users.lance
expect_names "$T/tags" gold silver
tag_is gold 3
tag_is silver 5
expect_names "$T/versions" 1 2 3 4 5 6 latest

count=$(changes)
expect_ok find "$MNT" -ls
[ "$(wc -l <"$WORK/out")" -ge 55 ] || fail "find saw only $(wc -l <"$WORK/out")"
expect_eq '' "$(find "$MNT" -type f -empty ! -path '*/errors')" 'empty files'
expect_eq 1 "$(find "$MNT" -name west -type d | wc -l)"
expect_ok ls -laR "$MNT"
expect_says ' latest -> 6'
expect_ok du -a --apparent-size "$MNT"
expect_ok grep -rc manifest_path "$MNT"
expect_ok sh -c 'stat "$MNT"/* "$MNT"/.[!.]* "$MNT"/users.lance/*/* >/dev/null'

# Copies: the same content everywhere but in what tells of the mount itself
for copy in 'cp -r "$MNT" "$WORK/copy"' 'cp -a "$MNT" "$WORK/copy"' \
        'mkdir "$WORK/copy" && tar c -C "$MNT" . | tar x -C "$WORK/copy"' \
        'rsync -a "$MNT/" "$WORK/copy/"'; do
        case $copy in
        rsync*) command -v rsync >/dev/null || continue ;;
        esac
        rm -rf "$WORK/copy"
        expect_ok sh -c "$copy"
        diff -r --no-dereference -x status -x errors "$MNT" "$WORK/copy" ||
                fail "the copy differs: $copy"
done
expect 6 readlink "$WORK/copy/users.lance/versions/latest"
expect_ok tar cf /dev/null -C "$MNT" .
expect_eq "$count" "$(changes)" changes

# What a terminal user does
cd "$T"
expect_eq '1 2 3 4 5 6 latest' "$(cd versions && echo *)"
expect_eq '3' "$(cat tags/gold)"
expect_eq "$(cat versions/6)" "$(cat versions/latest)"
expect_eq "$T" "$(pwd -P)"
check 'the shell finds tests true' sh -c '[ -d tags ] && [ -f tags/gold ] && [ -L versions/latest ] &&
        [ -r versions/1 ] && [ -s versions/1 ] && [ ! -e versions/9 ]'
cd /

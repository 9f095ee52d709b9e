#!/bin/sh
# cp, mv, ln, sed, tee, dd and their like: the right value, nothing else in the catalog, and a
# status that tells of a value that is none and of a version that is not there.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
mkdir "$WORK/disk" "$WORK/ram"
mount -t tmpfs ram "$WORK/ram" 2>/dev/null || echo 'without a tmpfs: mount(8) cannot make one'
cd "$T/tags"

# put: the files good, line (without its newline), bad and missing in $from
put()
{
        echo 2 >"$from/good"
        printf 2 >"$from/line"
        echo abc >"$from/bad"
        echo 99 >"$from/missing"
        printf 99 >"$from/late"
}

# try RESULT VALUE COMMAND
# The tag gold is 1 and there is no tag new. Afterwards gold is VALUE, or "gone"; with "new=" in front
# it is the value of new.
try()
{
        put
        echo 1 >gold
        rm -f new
        _run sh -c "$3"
        case $1 in
        ok) [ "$_status" -eq 0 ] || { cat "$WORK/out" && fail "$3: status $_status"; } ;;
        bad) [ "$_status" -ne 0 ] || fail "$3: it succeeded" ;;
        esac
        case $2 in
        new=*)
                [ "$(cat new)" = "${2#new=}" ] || fail "$3: new is '$(cat new)'"
                rm new
                _gold=1
                ;;
        *) _gold=$2 ;;
        esac
        (cd "$from" && rm -f good line bad missing late)
        if [ "$_gold" = gone ]; then
                expect_tags
                return
        fi
        [ "$(cat gold)" = "$_gold" ] || fail "$3: gold is '$(cat gold)', not $_gold"
        expect_tags gold
}

# From another disk, from memory, and from the mount itself
export from
for from in "$WORK/disk" "$WORK/ram" "$MNT/prod"; do
        # All of them from one place; from the others what may differ.
        case $from in
        "$WORK/disk") good='good line' bad='bad missing late' ;;
        *) good=good bad='bad missing' ;;
        esac
        for file in $good; do
                export file
                try ok 2 'cp "$from/$file" gold'
                try ok new=2 'cp "$from/$file" new'
                try ok new=2 'cp -p "$from/$file" new'
                # A staged file has mode 0600, and a tag's mode is its table's.
                case $from in
                "$MNT"/*) kept=bad ;;
                *) kept=ok ;;
                esac
                try "$kept" 2 'cp -p "$from/$file" gold'
                try "$kept" 2 'cp -a "$from/$file" gold'
                try ok 2 'cp -f --remove-destination "$from/$file" gold'
                try ok 2 'mv "$from/$file" gold; test ! -e "$from/$file"'
                try ok new=2 'mv "$from/$file" new; test ! -e "$from/$file"'
                try ok 2 'mv -f "$from/$file" gold'
                try ok new=2 'mv -n "$from/$file" new'
                try any 1 'mv -n "$from/$file" gold'
                try ok 2 'cat "$from/$file" >gold'
                try ok 2 'tee gold <"$from/$file"'
                try ok new=2 'tee -a new <"$from/$file"'
                try ok 2 'dd if="$from/$file" of=gold'
                try ok 2 'dd bs=1 if="$from/$file" of=gold'
                try ok 2 'dd if="$from/$file" of=gold conv=notrunc'
                try ok 2 'dd if="$from/$file" of=gold conv=fsync'
                try ok new=2 'dd if="$from/$file" of=new conv=excl,fdatasync'
                try ok 2 'install -m 644 "$from/$file" gold'
                try ok new=2 'install -m 644 "$from/$file" new'
        done

        for file in $bad; do
                try bad 1 'cp "$from/$file" gold'
                try bad 1 'cp -p "$from/$file" new'
                try bad 1 'mv "$from/$file" new'
                try ok 1 'mv "$from/$file" new || test -e "$from/$file"'
                # Between filesystems mv removes what has the name before it copies.
                case $from in
                "$MNT"/*) try bad 1 'mv "$from/$file" gold' ;;
                *) try bad gone 'mv "$from/$file" gold' ;;
                esac
                try bad 1 'cat "$from/$file" >gold'
                try bad 1 'tee gold <"$from/$file"'
                try bad 1 'dd if="$from/$file" of=gold'
                # What was there first is what install(1) removes.
                try bad 1 'install -m 644 "$from/$file" new'
        done
done

# Only where both are in the mount
from=$MNT/prod
try ok new=2 'ln "$from/good" new'
try ok 2 'ln -f "$from/good" gold'
try bad 1 'ln "$from/good" gold'
try bad 1 'ln "$from/bad" new'
try bad 1 'ln -f "$from/missing" gold'
try bad 1 'ln -s "$from/good" new'
try bad 1 'ln -sf "$from/good" gold'

# In place
from=$WORK/disk
try ok 2 'sed -i s/1/2/ gold'
try ok 3 'sed -i s/1/latest/ gold'
try ok 2 'sed -i -e "\$d" -e i2 gold || echo 2 >gold'
try bad 1 'sed -i s/1/abc/ gold'
try bad 1 'sed -i s/1/99/ gold'
try ok 1 'touch gold'
try ok 1 'touch new; test ! -e new'
try ok 1 'touch -d 2001-02-03 gold'
try ok 1 'truncate -s 0 gold'
try bad 1 'truncate -s 5 gold'
try ok 1 'chmod 644 gold'
try ok 1 'sync gold'
try ok 2 'awk "BEGIN { print 2 >\"gold\" }"'
try bad 1 'awk "BEGIN { print \"abc\" >\"gold\" }"'
try ok new=1 'mv gold new; echo 1 >gold'
try ok new=1 'cp gold new'
try ok new=1 'cp -p gold new'
try ok new=1 'ln gold new'
try ok 1 'mv gold gold.old; mv gold.old gold'
try ok 1 'mv gold gold~; mv gold~ gold'
try bad 1 'rmdir gold'
cd /

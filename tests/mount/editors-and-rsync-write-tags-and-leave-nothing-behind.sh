#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$T/tags"

# try RESULT VALUE COMMAND...
# The tag gold is 1; gold is VALUE afterwards, and nothing else is there.
try()
{
        _result=$1
        _value=$2
        shift 2
        echo 1 >gold
        _run "$@"
        case $_result in
        ok) [ "$_status" -eq 0 ] || { cat "$WORK/out" && fail "$*: status $_status"; } ;;
        bad) [ "$_status" -ne 0 ] || fail "$* succeeded" ;;
        esac
        [ "$(cat gold)" = "$_value" ] || { cat "$WORK/out" && fail "$*: gold is $(cat gold)"; }
        expect_tags gold
}

ran=

if command -v vim >/dev/null; then
        ran="$ran vim"
        # backupcopy: yes writes the file itself, no renames it away and writes a new one.
        for copy in yes no auto; do
                for backup in writebackup nowritebackup; do
                        try ok 2 vim -u NONE -N -es -c "set bkc=$copy $backup" -c 's/1/2/' -c wq gold
                done
        done
        try ok 2 vim -u NONE -N -es -c 's/1/2/' -c 'set noendofline nofixendofline' -c wq gold
        try ok 3 vim -u NONE -N -s /dev/null -es -c 's/1/latest/' -c x gold
        for copy in yes no auto; do
                try bad 1 vim -u NONE -N -es -c "set bkc=$copy" -c 's/1/abc/' -c wq -c cq gold
                try bad 1 vim -u NONE -N -es -c "set bkc=$copy" -c 's/1/99/' -c wq -c cq gold
        done
fi
if command -v ed >/dev/null; then
        ran="$ran ed"
        edit()
        {
                printf '%s\n' "s/1/$1/" w q | ed -s gold
        }
        try ok 2 edit 2
        try bad 1 edit abc
        try bad 1 edit 99
fi
if command -v ex >/dev/null && ex --version 2>/dev/null | grep -q VIM; then
        ran="$ran ex"
        try ok 2 sh -c 'printf "s/1/2/\nwq\n" | ex -s gold'
fi
if command -v patch >/dev/null; then
        ran="$ran patch"
        patch_gold()
        {
                printf '%s\n' '--- gold' '+++ gold' '@@ -1 +1 @@' -1 "+$1" | patch -s -r - gold
        }
        try ok 2 patch_gold 2
        try bad 1 patch_gold 99
fi

if command -v rsync >/dev/null; then
        ran="$ran rsync"
        mkdir "$WORK/from"
        from=$WORK/from/gold
        # put VALUE
        # Long ago: rsync takes files of one size and one second for equal.
        put()
        {
                printf '%b' "$1" >"$from"
                touch -d 2001-02-03 "$from"
        }
        put '2\n'
        try ok 2 rsync -a "$from" gold
        try ok 2 rsync -a "$from" ./
        try ok 2 rsync -a --inplace "$from" ./
        try ok 2 rsync -a --inplace --no-whole-file --checksum "$from" ./
        try ok 2 rsync -a --temp-dir="$MNT/prod" "$from" ./
        try ok 2 rsync -a --delete "$WORK/from/" ./
        put 2
        try ok 2 rsync -a "$from" gold
        for value in abc 99; do
                put "$value\n"
                try bad 1 rsync -a "$from" gold
                try bad 1 rsync -a "$WORK/from/" ./
        done

        # A whole directory of tags to another table, and again: nothing to do
        make_table "$MNT/other.lance"
        echo 2 >gold
        echo 3 >silver
        expect_ok rsync -a "$T/tags/" "$MNT/other.lance/tags/"
        expect_names "$MNT/other.lance/tags" gold silver
        expect_content "$MNT/other.lance/tags/silver" '3\n'
        rm silver
        expect_ok rsync -a --checksum --delete "$T/tags/" "$MNT/other.lance/tags/"
        expect_names "$MNT/other.lance/tags" gold
        count=$(changes)
        expect_ok rsync -a --checksum "$T/tags/" "$MNT/other.lance/tags/"
        expect_eq "$count" "$(changes)" changes
        expect_staged
fi
cd /
[ -n "$ran" ] || skip 'none of the programs is installed'
echo "with$ran"

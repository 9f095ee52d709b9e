#!/bin/sh
# mv, cp, cat, tee, rsync, python and the rest each commit a batch exactly once: onto a name that ends
# in .commit, and onto the bare name, which is never there.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
cd "$MNT/prod" || fail 'cd'

# Each batch makes the next version of the table, so that a second commit would show.
next=1
batch()
{
        next=$((next + 1))
        printf '{"operations": [{"create_table_version": {"id": ["prod", "users"], "version": %s,
                "manifest_path": "_versions/%s"}}, {"update_table_tag": {"id": ["prod", "users"],
                "tag": "gold", "version": %s}}]}\n' "$next" "$next" "$next"
}

# committed NAME WAY: once, with a receipt unless the name is bare, and nothing else is left.
committed()
{
        expect_eq "$(transactions)" $((before + 1)) "$2 onto $1"
        tag_is gold "$next"
        if [ "$1" = .commit ]; then
                expect ENOENT stat .commit type
                expect_names . .namespace.json users.lance
        else
                expect_eq "$(jq '.results | length' "$1")" 2 "$2"
                expect_names . .namespace.json "$1" users.lance
                expect_ok rm "$1"
        fi
        expect_staged
        rm -f "$WORK/batch"
}

# shellcheck disable=SC2016 # perl's variables
perl_rename='rename "x.json", $ARGV[0] or die $!'
echo 1 >"$T/tags/gold"
for name in batch.commit .commit; do
        for way in 'mv staged.json' 'mv -n staged.json' 'mv -f staged.json' 'mv from outside' \
                'cp' 'cp -p' 'rsync -a' 'cat' 'cat2' 'tee' 'dd' \
                'sh' 'python' 'replace' 'perl' 'noclobber' 'bytes'; do
                before=$(transactions)
                batch >"$WORK/batch"
                case $way in
                *staged*) cp "$WORK/batch" staged.json ;;
                esac
                case $way in
                'mv staged.json') expect_ok mv staged.json $name ;;
                'mv -n staged.json') expect_ok mv -n staged.json $name ;;
                'mv -f staged.json') expect_ok mv -f staged.json $name ;;
                'mv from outside') expect_ok mv "$WORK/batch" $name ;;
                'cp -p') expect_ok cp -p "$WORK/batch" $name ;;
                cp) expect_ok cp "$WORK/batch" $name ;;
                'rsync -a') expect_ok rsync -a "$WORK/batch" $name ;;
                cat) cat "$WORK/batch" >$name || fail cat ;;
                cat2) { head -c 40 "$WORK/batch" && tail -c +41 "$WORK/batch"; } | cat >$name || fail cat ;;
                tee) tee $name <"$WORK/batch" >/dev/null || fail tee ;;
                dd) dd if="$WORK/batch" of=$name bs=16 status=none || fail dd ;;
                sh) printf '%s\n' "$(cat "$WORK/batch")" >$name || fail printf ;;
                python) expect_ok python3 -c 'import sys; open(sys.argv[2], "w").write(open(sys.argv[1]).read())' \
                        "$WORK/batch" $name ;;
                replace) cp "$WORK/batch" x.json &&
                        expect_ok python3 -c 'import os, sys; os.replace("x.json", sys.argv[1])' $name ;;
                perl) cp "$WORK/batch" x.json && expect_ok perl -e "$perl_rename" $name ;;
                noclobber) (set -C && cat "$WORK/batch" >$name) || fail noclobber ;;
                bytes) "$SYS" open $name 'O_WRONLY|O_CREAT' : write "$(tr -d '\n' <"$WORK/batch")" : \
                        fsync : close >"$WORK/said" ;;
                esac
                committed $name "$way"
        done
done

# From another directory of the mount, and through a hard link.
mkdir "$MNT/elsewhere"
before=$(transactions)
batch >"$MNT/elsewhere/b.json"
expect_ok mv "$MNT/elsewhere/b.json" x.commit
committed x.commit 'mv from elsewhere'
before=$(transactions)
batch >b.json
expect 0 link b.json x.commit
rm b.json
committed x.commit ln

#!/bin/sh
# Put if not exists, by every way there is, from several processes and two mounts at once.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
mount_fs "$CATALOG" '' "$WORK/second"

# One process for each way; each tries the same 60 names and counts those that it got.
race()
{
        _root=$1
        _id=$2
        _t=$_root/prod/users.lance
        _n=1
        while [ $_n -lt 61 ]; do
                _n=$((_n + 1))
                # Its own content: the same again would be success.
                echo "{\"manifest_path\": \"$_id\"}" >"$_root/prod/staged-$_id"
                case $_id in
                *rename) mv -T "$_root/prod/staged-$_id" "$_t/versions/$_n" ;;
                *link) ln "$_root/prod/staged-$_id" "$_t/versions/$_n" ;;
                *write) (set -C && cat "$_root/prod/staged-$_id" >"$_t/versions/$_n") ;;
                esac 2>/dev/null && echo "$_n $_id"
                rm -f "$_root/prod/staged-$_id"
        done
}
for id in 1-rename 1-link 1-write; do
        race "$MNT" $id >"$WORK/won.$id" &
        pids="${pids:-} $!"
done
for id in 2-rename 2-link 2-write; do
        race "$WORK/second" $id >"$WORK/won.$id" &
        pids="$pids $!"
done
for pid in $pids; do
        wait "$pid" || :
done

expect_names "$T/versions" latest $(seq 61)
expect_eq "$(seq 2 61)" "$(cat "$WORK"/won.* | sort -n | cut -d ' ' -f 1)" 'each name has one who got it'
cat "$WORK"/won.* | while read -r n id; do
        expect "\"$id\"" getxattr "$T/versions/$n" user.lance.manifest_path
done
expect_staged
expect_names "$MNT/prod" .namespace.json users.lance

# Tags: of several who move one, the last is in, and every value that was ever seen was written.
for value in 2 3 4; do
        (
                n=0
                while [ $n -lt 40 ]; do
                        n=$((n + 1))
                        echo $value >"$T/tags/gold"
                done
        ) &
        writers="${writers:-} $!"
done
mkdir "$WORK/seen"
n=0
while [ $n -lt 200 ]; do
        n=$((n + 1))
        ! read -r value <"$WORK/second/prod/users.lance/tags/gold" || : >"$WORK/seen/$value"
done 2>/dev/null
for pid in $writers; do
        wait "$pid" || fail 'a writer failed'
done
find "$WORK/seen" -type f ! -name '[234]' >"$WORK/out"
[ ! -s "$WORK/out" ] || fail "seen: $(cat "$WORK/out")"
expect_eq 120 "$(grep -c '"tag":"gold"' "$MNT/.lancefs/changes")" 'changes of the tag'

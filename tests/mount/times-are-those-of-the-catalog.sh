#!/bin/sh
# mtime: of a version its timestamp_millis, of a tag its last update, of a directory the last change
# in it. The dataset is a real one, whose manifests say when.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need jq

data=$(dirname "$0")/../data
cp -r "$data/lancedb" "$WORK/lancedb"
touch -d @1700000000.5 "$WORK/lancedb/users.lance/_versions/"*
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/lancedb"
mount_fs "$CATALOG"
T=$MNT/users.lance

# millis FILE: its mtime in milliseconds
millis()
{
        "$SYS" stat "$1" mtime | sed 's/\.\(...\).*/\1/'
}

for file in "$T/versions/"[0-9]*; do
        expect_eq "$(jq .timestamp_millis "$file")" "$(millis "$file")" "$file"
        expect_eq "$(millis "$file")" "$("$SYS" getxattr "$file" user.lance.timestamp_millis | tr -d '"')"
done
expect_eq "$(jq -r '.tables.users.versions | length' "$data/expected.json")" \
        "$("$SYS" readdir "$T/versions" | grep -vc latest)" versions

# A change in a directory is seen in its time, and in no other's.
marks=$("$SYS" stat "$T/versions" mtime : stat "$MNT" mtime)
before=$(millis "$T/tags")
now=$(($(date +%s%N) / 1000000))
until [ $(($(date +%s%N) / 1000000)) -gt "$now" ]; do :; done
echo 1 >"$T/tags/new"
[ "$(millis "$T/tags")" -gt "$now" ] || fail 'the time of tags/ is not that of the new tag'
[ "$(millis "$T/tags")" -gt "$before" ] || fail 'the time of tags/ stayed'
expect_eq "$(millis "$T/tags/new")" "$(millis "$T/tags")" 'the tag and its directory'
expect_eq "$marks" "$("$SYS" stat "$T/versions" mtime : stat "$MNT" mtime)" 'other directories'

mark=$(millis "$T/tags/new")
until [ $(($(date +%s%N) / 1000000)) -gt "$mark" ]; do :; done
echo 2 >"$T/tags/new"
[ "$(millis "$T/tags/new")" -gt "$mark" ] || fail 'an update left the time of the tag'
expect_eq "\"$(millis "$T/tags/new")\"" "$("$SYS" getxattr "$T/tags/new" user.lance.updated_millis)"
expect_eq "\"$mark\"" "$("$SYS" getxattr "$T/tags/new" user.lance.created_millis)"

mark=$(millis "$T/versions")
until [ $(($(date +%s%N) / 1000000)) -gt "$mark" ]; do :; done
document 50 >"$T/versions/50"
[ "$(millis "$T/versions")" -gt "$mark" ] || fail 'a version left the time of versions/'
mark=$(millis "$MNT")
until [ $(($(date +%s%N) / 1000000)) -gt "$mark" ]; do :; done
mkdir "$MNT/prod"
[ "$(millis "$MNT")" -gt "$mark" ] || fail 'a namespace left the time of the root'

# They stay as they are: cp -p and rsync -t may set them, and that changes nothing.
mark=$("$SYS" stat "$T/tags/new" mtime : stat "$T/versions/1" mtime : stat "$MNT/prod" mtime)
touch -d 2001-02-03 "$T/tags/new" "$T/versions/1" "$MNT/prod"
expect_eq "$mark" "$("$SYS" stat "$T/tags/new" mtime : stat "$T/versions/1" mtime : \
        stat "$MNT/prod" mtime)"

# A staged file has times of its own.
: >"$MNT/prod/staged"
expect '0 5.250000000 7.500000000' utimens "$MNT/prod/staged" 5.25 7.5 : \
        stat "$MNT/prod/staged" atime mtime

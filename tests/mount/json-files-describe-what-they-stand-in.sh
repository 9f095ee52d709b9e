#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need jq

# is FILE FILTER
is()
{
        jq -e "$2" "$1" >/dev/null || fail "$1 is $(cat "$1"), not $2"
        expect_eq '' "$(tail -c 1 "$1" | tr -d '\n')" "$1 ends in a newline"
}

mount_fs "$CATALOG"
mkdir -p "$MNT/prod/eu" "$MNT/prod/eu/users.lance"
T=$MNT/prod/eu/users.lance
is "$MNT/.namespace.json" '. == {"properties": {}}'
is "$T/.table.json" '.table == "users" and .namespace == ["prod", "eu"] and .version == null and
        .is_only_declared == true and .managed_versioning == true and .properties == {} and
        (.location | startswith("/"))'
expect_eq "\"$(jq -r .location "$T/.table.json")\"" "$("$SYS" getxattr "$T" user.lance.location)"

document 1 >"$T/versions/1"
document 12 >"$T/versions/12"
is "$T/.table.json" '.version == 12 and .is_only_declared == false'
is "$T/versions/12" '(keys_unsorted | .[0:2]) == ["version", "manifest_path"] and .version == 12'
rm "$T/versions/12"
is "$T/.table.json" '.version == 1'

expect 0 setxattr "$MNT/prod/eu" user.lance.property.'a"b' 'line\nand \\ "quotes" \x01 é'
is "$MNT/prod/eu/.namespace.json" \
        '.properties == {"a\"b": "line\nand \\ \"quotes\" \u0001 é"}'
mv "$MNT/prod" "$MNT/test"
is "$MNT/test/eu/users.lance/.table.json" '.namespace == ["test", "eu"]'
mv "$MNT/test/eu/users.lance" "$MNT/people.lance"
is "$MNT/people.lance/.table.json" '.namespace == [] and .table == "people"'

# The document of a version can be given to another table as it is.
mkdir "$MNT/copy.lance"
cp "$MNT/people.lance/versions/1" "$MNT/copy.lance/versions/1"
expect_eq "$(jq -S 'del(.timestamp_millis)' "$MNT/people.lance/versions/1")" \
        "$(jq -S 'del(.timestamp_millis)' "$MNT/copy.lance/versions/1")" 'the copy'

# They are for reading.
for file in "$MNT/.namespace.json" "$T/../.namespace.json" "$MNT/people.lance/.table.json"; do
        [ -e "$file" ] || continue
        expect EACCES open "$file" 'O_WRONLY|O_TRUNC'
        expect EPERM rename "$file" "$MNT/x"
done

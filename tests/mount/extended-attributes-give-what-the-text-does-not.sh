#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
document 2 manifest_size 42 e_tag '"x\"y"' metadata '{"k": "v", "other": "é"}' naming_scheme '"V1"' \
        >"$T/versions/2"
echo 2 >"$T/tags/gold"

# Of a version, a tag, a table, a namespace
# list FILE: the names, in order
list()
{
        "$SYS" listxattr "$1" | sort | xargs
}
expect_eq "$(printf 'user.lance.%s ' e_tag manifest_path manifest_size metadata.k metadata.other \
        naming_scheme timestamp_millis version)" "$(list "$T/versions/2") "
expect '"2" "_versions/2.manifest" "42" "x"y" "v" "é" "V1"' \
        getxattr "$T/versions/2" user.lance.version : \
        getxattr "$T/versions/2" user.lance.manifest_path : \
        getxattr "$T/versions/2" user.lance.manifest_size : \
        getxattr "$T/versions/2" user.lance.e_tag : \
        getxattr "$T/versions/2" user.lance.metadata.k : \
        getxattr "$T/versions/2" user.lance.metadata.other : \
        getxattr "$T/versions/2" user.lance.naming_scheme
expect '"V2" ENODATA ENODATA' getxattr "$T/versions/1" user.lance.naming_scheme : \
        getxattr "$T/versions/1" user.lance.e_tag : getxattr "$T/versions/1" user.lance.metadata.k
expect_eq "$(printf 'user.lance.%s ' created_millis manifest_size updated_millis version)" \
        "$(list "$T/tags/gold") "
expect '"2" "42"' getxattr "$T/tags/gold" user.lance.version : \
        getxattr "$T/tags/gold" user.lance.manifest_size
expect_eq "$(printf 'user.lance.%s ' is_only_declared location managed_versioning version)" "$(list "$T") "
expect '"2" "true" "false"' getxattr "$T" user.lance.version : \
        getxattr "$T" user.lance.managed_versioning : getxattr "$T" user.lance.is_only_declared
case $("$SYS" getxattr "$T" user.lance.location) in
"\"$CATALOG/tables/"*_users.lance\") ;;
*) fail "the location is $("$SYS" getxattr "$T" user.lance.location)" ;;
esac
mkdir "$MNT/prod/new.lance"
expect '"true" ENODATA' getxattr "$MNT/prod/new.lance" user.lance.is_only_declared : \
        getxattr "$MNT/prod/new.lance" user.lance.version
expect_eq '' "$(list "$MNT/prod")$(list "$MNT")$(list "$T/tags")$(list "$MNT/.lancefs/status")"

# Properties of namespaces and tables: any, create, replace, remove
for directory in "$MNT" "$MNT/prod" "$T"; do
        p=user.lance.property.team
        expect ENODATA getxattr "$directory" $p
        expect '0 "data"' setxattr "$directory" $p data : getxattr "$directory" $p
        expect 'EEXIST "data"' setxattr "$directory" $p x CREATE : getxattr "$directory" $p
        expect '0 "x\n\\y"' setxattr "$directory" $p 'x\n\\y' REPLACE : getxattr "$directory" $p
        expect '0 ENODATA' setxattr "$directory" $p.b '' CREATE : \
                setxattr "$directory" $p.c z REPLACE
        expect_eq "$p $p.b" "$(list "$directory" | xargs -n 1 | grep property | xargs)"
        expect '""' getxattr "$directory" $p.b
        expect '0 ENODATA ENODATA' removexattr "$directory" $p : removexattr "$directory" $p : \
                getxattr "$directory" $p
        expect 0 setxattr "$directory" "$p.é ü" 'ñ'
        expect '"ñ"' getxattr "$directory" "$p.é ü"
done

# What keeps the value of a response cannot be set; what has no properties gets none.
for name in location version managed_versioning is_only_declared other; do
        expect 'EACCES EACCES' setxattr "$T" user.lance.$name x : removexattr "$T" user.lance.$name
done
for file in "$T/tags" "$T/tags/gold" "$T/versions/2" "$T/.table.json" "$MNT/.lancefs"; do
        expect 'EOPNOTSUPP EOPNOTSUPP' setxattr "$file" user.lance.property.a x : \
                removexattr "$file" user.lance.property.a
done
expect 'EOPNOTSUPP ENODATA' setxattr "$T" user.other x : getxattr "$T" user.other
expect 'EOPNOTSUPP EOPNOTSUPP' setxattr "$T" security.label x : getxattr "$T" security.label
expect EOPNOTSUPP setxattr "$T" trusted.lance.property.a x

# Properties are text.
expect EINVAL setxattr "$T" user.lance.property.a 'x\0y'
expect EINVAL setxattr "$T" user.lance.property.a 'x\xff'
expect EINVAL setxattr "$T" user.lance.property. x
expect ENODATA getxattr "$T" user.lance.property.a
expect '0 0' setxattr "$T" user.lance.property.a --repeat x 65536 : removexattr "$T" user.lance.property.a
expect ERANGE setxattr "$T" "user.lance.property.$(printf '%0300d' 0)" x

# They go with the object, survive a remount, and are in the JSON.
expect 0 setxattr "$T" user.lance.property.owner '"me"'
umount_fs
mount_fs "$CATALOG"
expect '""me""' getxattr "$T" user.lance.property.owner
expect '"ñ"' getxattr "$MNT" 'user.lance.property.team.é ü'
if command -v jq >/dev/null; then
        expect_eq '"me"' "$(jq -r .properties.owner "$T/.table.json")"
        expect_eq 'ñ' "$(jq -r '.properties["team.é ü"]' "$MNT/prod/.namespace.json")"
fi
mv "$T" "$MNT/people.lance"
expect '""me""' getxattr "$MNT/people.lance" user.lance.property.owner

# getfattr asks for the size first, and for all of a tree.
if command -v getfattr >/dev/null; then
        expect_ok getfattr -d --absolute-names "$MNT/people.lance"
        expect_says 'user.lance.version="2"'
        expect_says 'user.lance.property.owner="\"me\""'
        expect_ok getfattr -R -d -m - --absolute-names "$MNT"
        expect_says 'user.lance.metadata.k="v"'
        expect_ok setfattr -n user.lance.property.more -v text "$MNT/prod"
        expect_ok setfattr -x user.lance.property.more "$MNT/prod"
        expect_fail setfattr -x user.lance.property.more "$MNT/prod"
fi

# A buffer that is too small
if command -v python3 >/dev/null; then
        expect_ok python3 -c '
import ctypes, errno, sys
libc = ctypes.CDLL(None, use_errno=True)
path = sys.argv[1].encode()
def call(function, *arguments):
        length = function(path, *arguments)
        return length if length >= 0 else errno.errorcode[ctypes.get_errno()]
buffer = ctypes.create_string_buffer(4096)
name = b"user.lance.property.owner"
print(call(libc.getxattr, name, buffer, 0), call(libc.getxattr, name, buffer, 3),
      call(libc.getxattr, name, buffer, 4), call(libc.listxattr, buffer, 3),
      call(libc.listxattr, buffer, 0) == call(libc.listxattr, buffer, 4096))' "$MNT/people.lance"
        expect_eq '4 ERANGE 4 ERANGE True' "$(cat "$WORK/out")"
fi

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"
expect 0 setxattr "$T" user.lance.property.team data
old=$MNT/.lancefs/deregistered
location=$("$SYS" getxattr "$T" user.lance.location)
ino=$("$SYS" stat "$T" ino)
count=$(changes)

expect_ok mv "$T" "$old/"
expect_names "$MNT/prod" .namespace.json
expect_names "$old" users.lance
expect "$location" getxattr "$old/users.lance" user.lance.location
expect "$ino" stat "$old/users.lance" ino
expect_content "$old/users.lance/tags/gold" '2\n'
expect_names "$old/users.lance/versions" 1 2 3 latest

# A table of that name can be made meanwhile, and be deregistered beside it only by another name.
mkdir "$T"
expect EEXIST rename "$T" "$old/users.lance"
expect 0 rename "$T" "$old/second.lance"
expect_names "$old" second.lance users.lance

mkdir "$T"
expect EEXIST rename "$old/users.lance" "$T"
expect EEXIST renameat2 "$old/users.lance" "$T" NOREPLACE
rmdir "$T"
expect_ok mv "$old/users.lance" "$MNT/prod/"
expect_names "$old" second.lance
expect "$ino" stat "$T" ino
expect '"data"' getxattr "$T" user.lance.property.team
expect "$location" getxattr "$T" user.lance.location
expect_content "$T/tags/gold" '2\n'
expect_names "$T/versions" 1 2 3 latest
expect_ok mv "$old/second.lance" "$MNT/prod/people.lance"
expect_eq $((count + 7)) "$(changes)"

# It is no place for anything else.
expect EPERM mkdir "$old/new.lance"
expect EINVAL open "$old/batch.json" 'O_WRONLY|O_CREAT'
mkdir "$MNT/ns"
expect EPERM rename "$MNT/ns" "$old/ns"
expect ENOENT rename "$old/users.lance" "$MNT/prod/x.lance"
mv "$MNT/prod/people.lance" "$old"
expect EPERM rename "$old/people.lance" "$old/other.lance"
expect EPERM rmdir "$old/people.lance"
expect EBADMSG rename "$old/people.lance" "$MNT/prod/people"
expect_names "$old" people.lance

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"
mkdir "$MNT/test"
make_table "$MNT/test/taken.lance" 1
location=$("$SYS" getxattr "$T" user.lance.location)
ino=$("$SYS" stat "$T" ino)
count=$(changes)

expect_ok mv "$T" "$MNT/prod/people.lance"
expect_names "$MNT/prod" .namespace.json people.lance
expect_ok mv "$MNT/prod/people.lance" "$MNT/test"
expect_names "$MNT/prod" .namespace.json
expect_names "$MNT/test" .namespace.json people.lance taken.lance
expect_ok mv "$MNT/test/people.lance" "$MNT/users.lance"
expect_eq $((count + 3)) "$(changes)" 'each a transaction'

# What is in it came along, and its bytes stayed where they are.
expect_content "$MNT/users.lance/tags/gold" '2\n'
expect_names "$MNT/users.lance/versions" 1 2 3 latest
expect "$location" getxattr "$MNT/users.lance" user.lance.location
expect "$ino" stat "$MNT/users.lance" ino

expect EEXIST rename "$MNT/users.lance" "$MNT/test/taken.lance"
expect EEXIST renameat2 "$MNT/users.lance" "$MNT/test/taken.lance" NOREPLACE
expect_fail mv -T "$MNT/users.lance" "$MNT/test/taken.lance"
expect_names "$MNT/test/taken.lance/versions" 1 latest
expect ENOENT rename "$T" "$MNT/new.lance"
expect ENOENT rename "$MNT/users.lance" "$MNT/none/users.lance"
expect EBADMSG rename "$MNT/users.lance" "$MNT/users"
expect EBADMSG rename "$MNT/users.lance" "$MNT/a\$b.lance"
expect EBADMSG rename "$MNT/users.lance" "$MNT/.users.lance"
expect EBADMSG rename "$MNT/users.lance" "$MNT/x.lance.lance"
expect ENAMETOOLONG rename "$MNT/users.lance" "$MNT/$(printf '%0201d' 0).lance"
expect EPERM rename "$MNT/users.lance" "$MNT/test/taken.lance/users.lance"
expect EPERM rename "$MNT/users.lance" "$MNT/.lancefs/users.lance"
expect EBADMSG renameat2 "$MNT/users.lance" "$MNT/test/taken.lance" EXCHANGE
expect EINVAL rename "$MNT/users.lance" "$MNT/users.lance/versions/x"

# Fixed parts of a table stay in it.
for part in tags versions .table.json versions/latest; do
        expect EPERM rename "$MNT/users.lance/$part" "$MNT/test/part"
done
expect_names "$MNT" .lancefs .namespace.json prod test users.lance

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
v=$T/versions/2
before=$("$SYS" stat "$v" ino size mode uid gid mtime ctime)
cp "$v" "$WORK/before"
count=$(changes)

expect '0 0444 file' access "$v" r : stat "$v" mode type
expect EEXIST open "$v" O_WRONLY
expect EEXIST open "$v" 'O_WRONLY|O_APPEND'
expect EEXIST open "$v" 'O_RDWR|O_TRUNC'
expect EINVAL truncate "$v" 0
expect EPERM chmod "$v" 0600
expect EPERM chown "$v" 12 13
expect EPERM rename "$v" "$T/versions/9"
expect EPERM rename "$v" "$T/versions/.aside"
expect EPERM rename "$v" "$MNT/prod/version.json"
expect EPERM renameat2 "$v" "$T/versions/1" EXCHANGE
expect EPERM link "$v" "$T/versions/9"
expect EOPNOTSUPP setxattr "$v" user.lance.e_tag x
expect EOPNOTSUPP removexattr "$v" user.lance.manifest_path
expect_fail sh -c "echo 1 >'$v'"
expect_fail sed -i s/2/3/ "$v"

# What asks for nothing new succeeds: cp -p and rsync set mode and times.
expect '0 0 0' chmod "$v" 0444 : chown "$v" "$(id -u)" "$(id -g)" : utimens "$v" 1 2
expect_ok touch "$v"
expect_eq "$before" "$("$SYS" stat "$v" ino size mode uid gid mtime ctime)" attributes
check 'the content is the same' cmp "$v" "$WORK/before"
expect_eq "$count" "$(changes)" changes
expect_tags

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root

mount_table 1
echo 1 >"$T/tags/gold"
echo staged >"$MNT/prod/staged"
umount_fs

mount_fs "$CATALOG" 'uid=1234,gid=5678,umask=027,allow_other'
for file in "$MNT" "$MNT/prod" "$T" "$T/tags" "$T/versions" "$MNT/.lancefs/deregistered"; do
        expect '0750 1234 5678' stat "$file" mode uid gid
done
expect '0550 1234 5678' stat "$MNT/.lancefs" mode uid gid
for file in "$T/versions/1" "$T/.table.json" "$MNT/prod/.namespace.json" "$MNT/.lancefs/status"; do
        expect '0440 1234 5678' stat "$file" mode uid gid
done
expect '0640 1234 5678' stat "$T/tags/gold" mode uid gid
expect '1234 5678' lstat "$T/versions/latest" uid gid
expect '0 0750 1234 5678' mkdir "$MNT/new" 0777 : stat "$MNT/new" mode uid gid

# The shown owner may, also as long as it lasts; others may not.
expect '0 2 0' as 1234 5678 : open "$T/tags/silver" 'O_WRONLY|O_CREAT' : write '1\n' : close
expect EACCES as 65534 65534 : stat "$T" mode
umount_fs

# It was only shown.
mount_fs "$CATALOG"
expect '0755 0 0' stat "$MNT/prod" mode uid gid
expect '0755 0 0' stat "$T" mode uid gid
umount_fs
mount_fs "$CATALOG" uid=7
expect '0755 7 0' stat "$T" mode uid gid
umount_fs
mount_fs "$CATALOG" gid=8,umask=0
expect '0755 0 8' stat "$T" mode uid gid

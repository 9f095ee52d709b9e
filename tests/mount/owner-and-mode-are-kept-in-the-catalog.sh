#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root

mount_table 1 allow_other
echo 1 >"$T/tags/gold"
mkdir "$MNT/prod/eu"

expect '0 0' chmod "$MNT/prod" 0750 : chown "$MNT/prod" 1001 1002
expect '0 0' chmod "$T" 0775 : chown "$T" 1003 1004
expect '0 0' chmod "$MNT/prod/eu" 03711 : chown "$MNT/prod/eu" -1 1005

# all: what must be true now and after a remount
all()
{
        expect 'dir 0750 1001 1002' stat "$MNT/prod" type mode uid gid
        expect 'dir 0775 1003 1004' stat "$T" type mode uid gid
        expect 'dir 3711 0 1005' stat "$MNT/prod/eu" type mode uid gid
        # What is inside follows its table.
        expect '0775 1003 1004' stat "$T/tags" mode uid gid
        expect '0775 1003 1004' stat "$T/versions" mode uid gid
        expect '0664 1003 1004' stat "$T/tags/gold" mode uid gid
        expect '0444 1003 1004' stat "$T/versions/1" mode uid gid
        expect '0444 1003 1004' stat "$T/.table.json" mode uid gid
        expect '0440 1001 1002' stat "$MNT/prod/.namespace.json" mode uid gid
}
all
umount_fs
mount_fs "$CATALOG" allow_other
all
mv "$MNT/prod" "$MNT/production"
mv "$MNT/production" "$MNT/prod"
mv "$T" "$MNT/.lancefs/deregistered/"
mv "$MNT/.lancefs/deregistered/users.lance" "$MNT/prod/"
all

# What is inside cannot have its own.
for file in tags tags/gold versions versions/1 versions/latest .table.json; do
        expect EPERM lchown "$T/$file" 12 13
        [ "$file" = versions/latest ] || expect EPERM chmod "$T/$file" 0700
done
expect EPERM chmod "$MNT/.lancefs" 0700
expect EPERM chmod "$MNT/.lancefs/status" 0600
expect '0 0' chmod "$T/tags" 0775 : chown "$T/tags/gold" 1003 1004

# What is made belongs to its maker; in a directory with the set-group-id bit to that one's group, as
# everywhere, and a directory then has the bit too.
expect 0 chmod "$MNT" 0777
expect '0 0700 1007 1008' as 1007 1008 : umask 077 : mkdir "$MNT/mine" 0777 : \
        stat "$MNT/mine" mode uid gid
expect '0 0750 1007 1008 0 0640' as 1007 1008 : umask 027 : mkdir "$MNT/mine/t.lance" 0777 : \
        stat "$MNT/mine/t.lance" mode uid gid : open "$MNT/mine/t.lance/tags/x" 'O_WRONLY|O_CREAT' 0666 : \
        fstat mode
chmod 0755 "$MNT/prod"
expect '0 0 2775 1009 1005' chmod "$MNT/prod/eu" 02777 : as 1009 1010 : umask 002 : \
        mkdir "$MNT/prod/eu/d" 0777 : stat "$MNT/prod/eu/d" mode uid gid

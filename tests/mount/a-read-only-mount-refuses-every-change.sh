#!/bin/sh
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
echo 2 >"$T/tags/gold"
echo 3 >"$T/tags/silver"
echo staged >"$MNT/prod/staged"
mkdir "$MNT/empty" "$MNT/old.lance"
mv "$MNT/old.lance" "$MNT/.lancefs/deregistered/"
umount_fs
cp -r "$CATALOG" "$WORK/before"
mount_fs "$CATALOG" ro

# refused STEPS...: each step that is not an open of a directory says EROFS
refused()
{
        expect EROFS "$@"
}
refused mkdir "$MNT/new"
refused mkdir "$MNT/prod/new.lance"
refused rmdir "$MNT/empty"
refused rmdir "$T"
refused rename "$MNT/prod" "$MNT/production"
refused rename "$T" "$MNT/prod/people.lance"
refused rename "$T" "$MNT/.lancefs/deregistered/users.lance"
refused rename "$MNT/.lancefs/deregistered/old.lance" "$MNT/old.lance"
refused open "$T/tags/gold" O_WRONLY
refused open "$T/tags/gold" 'O_WRONLY|O_TRUNC'
refused open "$T/tags/new" 'O_WRONLY|O_CREAT'
refused open "$T/tags/.new.swp" 'O_WRONLY|O_CREAT'
refused open "$T/versions/4" 'O_WRONLY|O_CREAT'
refused open "$MNT/prod/batch.json" 'O_WRONLY|O_CREAT'
refused open "$MNT/prod/staged" O_RDWR
refused unlink "$T/tags/gold"
refused unlink "$T/versions/1"
refused unlink "$MNT/prod/staged"
refused rename "$T/tags/gold" "$T/tags/new"
refused renameat2 "$T/tags/gold" "$T/tags/silver" EXCHANGE
refused link "$T/tags/gold" "$T/tags/new"
refused rename "$MNT/prod/staged" "$T/versions/4"
refused symlink a "$MNT/link"
refused mknod "$MNT/pipe" fifo
refused chmod "$MNT/prod" 0700
refused chown "$T" 1 1
refused utimens "$T/tags/gold" now now
refused truncate "$T/tags/gold" 0
refused setxattr "$T" user.lance.property.a b
refused removexattr "$T" user.lance.property.a
refused access "$T" w
for command in 'echo 1 >"$T/tags/gold"' 'mkdir "$MNT/d"' 'rm -r "$T"' 'touch "$MNT/prod/x"' \
        'mv "$T/tags/gold" "$T/tags/new"'; do
        expect_fail sh -c "$command"
        expect_says 'Read-only file system'
done

# Everything can be read.
expect_ok find "$MNT" -ls
expect_ok grep -r . "$MNT"
tag_is gold 2
expect_content "$MNT/prod/staged" 'staged\n'
expect yes statfs "$MNT" readonly
grep -q " $MNT ro," /proc/self/mountinfo || fail 'mountinfo does not say ro'
umount_fs

# Nothing changed: not the database, nothing beside it.
check 'the catalog.db is the same' cmp "$CATALOG/catalog.db" "$WORK/before/catalog.db"
expect_eq "$(cd "$WORK/before" && find . ! -name '*-shm' ! -name '*-wal' | sort)" \
        "$(cd "$CATALOG" && find . ! -name '*-shm' ! -name '*-wal' | sort)" files

# A mount that may write changes what the read-only one shows.
mount_fs "$CATALOG" ro
mount_fs "$CATALOG" '' "$WORK/writable"
echo 1 >"$WORK/writable/prod/users.lance/tags/gold"
tag_is gold 1
umount_fs "$WORK/writable"
tag_is gold 1
umount_fs

# A catalog that is not there is not made.
expect_status 3 "$LANCEFS" mount -o ro "$WORK/none" "$MNT"
expect_says 'none'
[ ! -e "$WORK/none" ] || fail 'it was made'

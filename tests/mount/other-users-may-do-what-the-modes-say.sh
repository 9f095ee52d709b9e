#!/bin/sh
# The kernel enforces owner and mode (default_permissions); others get in with allow_other only.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root

other='as 65534 65534 :'
mount_fs "$CATALOG"
# shellcheck disable=SC2086 # words
{
        expect EACCES $other stat "$MNT" type
        expect EACCES $other mkdir "$MNT/prod"
}
umount_fs

mount_table 2 allow_other
echo 1 >"$T/tags/gold"
echo staged >"$MNT/prod/staged"
count=$(changes)

# shellcheck disable=SC2086 # words
{
        # They may look.
        expect '0 "1\n" 0 "{" 0' $other open "$T/tags/gold" O_RDONLY : read 9 : \
                open "$T/versions/2" O_RDONLY : read 1 : access "$T/tags" rx
        expect 'gold latest 1 2' $other readdir "$T/tags" : readdir "$T/versions"

        # They may not change anything.
        expect EACCES $other mkdir "$MNT/other"
        expect EACCES $other mkdir "$MNT/prod/other.lance"
        expect EACCES $other rmdir "$MNT/prod"
        expect EACCES $other rename "$T" "$MNT/prod/people.lance"
        expect EACCES $other rename "$T" "$MNT/.lancefs/deregistered/users.lance"
        expect EACCES $other open "$T/tags/gold" O_WRONLY
        expect EACCES $other open "$T/tags/gold" O_RDWR
        expect EACCES $other open "$T/tags/new" 'O_WRONLY|O_CREAT'
        expect EACCES $other unlink "$T/tags/gold"
        expect EACCES $other rename "$T/tags/gold" "$T/tags/new"
        expect EACCES $other truncate "$T/tags/gold" 0
        expect EACCES $other utimens "$T/tags/gold" now now
        expect EPERM $other utimens "$T/tags/gold" 1 2
        expect EPERM $other chmod "$T" 0777
        expect EPERM $other chown "$T" 65534 65534
        expect EACCES $other setxattr "$T" user.lance.property.team data
        expect EACCES $other removexattr "$T" user.lance.property.team
        expect EACCES $other unlink "$T/versions/1"
        expect EACCES $other open "$T/versions/3" 'O_WRONLY|O_CREAT'
        expect EACCES $other open "$MNT/prod/batch.json" 'O_WRONLY|O_CREAT'
        # What is staged is private to its owner.
        expect EACCES $other open "$MNT/prod/staged" O_RDONLY
        expect EACCES $other rename "$MNT/prod/staged" "$T/versions/3"
        expect EACCES $other unlink "$MNT/prod/staged"
}
expect_eq "$count" "$(changes)" changes

# What they own they may change; and what the catalog notes is who did it.
mkdir "$MNT/theirs"
chown 65534:65534 "$MNT/theirs"
theirs=$MNT/theirs/t.lance
# shellcheck disable=SC2086 # words
{
        expect '0 0700 65534' $other umask 077 : mkdir "$theirs" : stat "$theirs" mode uid
        expect "0 22 0" $other open "$theirs/versions/1" 'O_WRONLY|O_CREAT' : \
                write '{"manifest_path": "m"}' : close
        expect '0 2 0 0600 65534' $other open "$theirs/tags/a" 'O_WRONLY|O_CREAT' : write '1\n' : close : \
                stat "$theirs/tags/a" mode uid
        expect '0 2 0 0600 65534 65534' $other open "$MNT/theirs/batch.json" 'O_WRONLY|O_CREAT' 0666 : \
                write '{}' : close : stat "$MNT/theirs/batch.json" mode uid gid
        # The staged file is theirs, the table is not.
        expect EACCES $other rename "$MNT/theirs/batch.json" "$T/versions/3"
        expect EBADMSG $other rename "$MNT/theirs/batch.json" "$theirs/versions/2"
        expect '0 0400 65534' $other open "$MNT/theirs/batch.json.error" O_RDONLY : \
                stat "$MNT/theirs/batch.json.error" mode uid
}
grep -c '"uid":65534' "$MNT/.lancefs/changes" >"$WORK/out" || :
expect_eq 3 "$(cat "$WORK/out")" 'changes of theirs'
grep -q '"uid":65534,.*"operation":"rename".*"errno":"EBADMSG"' "$MNT/.lancefs/errors" ||
        fail 'the refusal is not theirs'
expect_names "$MNT/prod" .namespace.json staged users.lance
expect_content "$MNT/prod/staged" 'staged\n'

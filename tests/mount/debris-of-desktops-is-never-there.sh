#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
for directory in "$MNT" "$MNT/prod" "$T" "$T/tags" "$T/versions"; do
        for name in .DS_Store ._gold Thumbs.db .Trash .Trash-1000 .nfs0000000000000001 autorun.inf \
                desktop.ini; do
                expect ENOENT stat "$directory/$name" type
                expect ENOENT open "$directory/$name" O_RDONLY
                expect EPERM open "$directory/$name" 'O_WRONLY|O_CREAT'
                expect EPERM mkdir "$directory/$name"
                expect ENOENT unlink "$directory/$name"
        done
done
echo 1 >"$T/tags/gold"
echo staged >"$MNT/prod/staged"
expect EPERM rename "$T/tags/gold" "$T/tags/._gold"
expect EPERM rename "$MNT/prod/staged" "$MNT/prod/.DS_Store"
expect EBADMSG rename "$MNT/prod" "$MNT/.Trash-0"
expect EPERM link "$MNT/prod/staged" "$MNT/prod/Thumbs.db"
expect_staged staged
rm "$MNT/prod/staged"
expect_tags gold
expect_names "$MNT/prod" .namespace.json users.lance

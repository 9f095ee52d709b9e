#!/bin/sh
# cache=strict: what one mount of a catalog has changed the other shows, with no time between.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 3 cache=strict
mount_fs "$CATALOG" cache=strict "$WORK/other"
there=$WORK/other/prod/users.lance
mount_fs "$CATALOG" ro,cache=strict "$WORK/third"

round=0
while [ $round -lt 20 ]; do
        round=$((round + 1))
        value=$((round % 3 + 1))
        echo $value >"$T/tags/gold"
        read -r seen <"$there/tags/gold"
        expect_eq $value "$seen" 'a new value'
        value=$(((round + 1) % 3 + 1))
        echo $value >"$there/tags/gold"
        read -r seen <"$T/tags/gold"
        expect_eq $value "$seen" 'a new value there'
        read -r seen <"$WORK/third/prod/users.lance/tags/gold"
        expect_eq $value "$seen" 'a new value in the third'

        rm "$there/tags/gold"
        [ ! -e "$T/tags/gold" ] || fail 'it is still there'
        [ ! -e "$there/tags/gold" ] || fail 'it is still there where it was removed'
done

document 4 >"$T/versions/4"
expect '4 4' readlink "$there/versions/latest" : readlink "$T/versions/latest"
expect_names "$there/versions" 1 2 3 4 latest
rm "$there/versions/4"
expect '3 ENOENT' readlink "$T/versions/latest" : stat "$T/versions/4" type
mv "$there" "$WORK/other/prod/people.lance"
expect_names "$MNT/prod" .namespace.json people.lance
expect 'ENOENT 0' stat "$T" type : rename "$MNT/prod/people.lance" "$T"
expect 0 setxattr "$there" user.lance.property.a b
expect '"b"' getxattr "$T" user.lance.property.a

# Staged files too: one mount stages, the other commits.
document 4 >"$MNT/prod/four.json"
expect_content "$WORK/other/prod/four.json" "$(document 4)\n"
expect 0 rename "$WORK/other/prod/four.json" "$there/versions/4"
expect 'ENOENT 4' stat "$MNT/prod/four.json" type : readlink "$T/versions/latest"
echo bad >"$MNT/prod/five.json"
expect EBADMSG rename "$WORK/other/prod/five.json" "$there/versions/5"
expect_names "$MNT/prod" .namespace.json users.lance five.json five.json.error
rm "$MNT/prod/five.json"
expect_names "$WORK/other/prod" .namespace.json users.lance

# Who has it open while the other removes it
expect '0 0 "3" 0' open "$T/versions/3" O_RDONLY : run rm "$there/versions/3" : pread 1 15 : close

# O_EXCL holds between mounts: of two who take a name one has it.
expect '0 0 2 0 EEXIST 0' open "$T/tags/lock" 'O_WRONLY|O_CREAT|O_EXCL' : \
        open "$there/tags/lock" 'O_WRONLY|O_CREAT|O_EXCL' : write '1\n' : close : write '2\n' : close
tag_is lock 1
echo 2 >"$there/tags/other"
expect EEXIST renameat2 "$T/tags/lock" "$T/tags/other" NOREPLACE
expect 0 renameat2 "$T/tags/lock" "$T/tags/other" EXCHANGE
expect_content "$there/tags/lock" '2\n'
expect 0 chmod "$there" 0750
expect 'dir 0750' stat "$T" type mode

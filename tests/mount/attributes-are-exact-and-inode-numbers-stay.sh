#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 12
echo 2 >"$T/tags/gold"
echo 10 >"$T/tags/ten"
mkdir "$MNT/prod/eu"
printf 'twelve bytes' >"$MNT/prod/batch.json"

# Types, modes and links
me="$(id -u) $(id -g)"
for directory in "$MNT" "$MNT/prod" "$MNT/prod/eu" "$T" "$T/tags" "$T/versions"; do
        expect "dir 0755 1 $me" stat "$directory" type mode nlink uid gid
done
expect "dir 0555 1" stat "$MNT/.lancefs" type mode nlink
for file in "$MNT/.namespace.json" "$MNT/prod/.namespace.json" "$T/.table.json" "$T/versions/3" \
        "$MNT/.lancefs/status" "$MNT/.lancefs/changes" "$MNT/.lancefs/errors"; do
        expect "file 0444 1 $me" stat "$file" type mode nlink uid gid
done
expect "file 0644 1 2 4096 1 $me" stat "$T/tags/gold" type mode nlink size blksize blocks uid gid
expect "file 0600 1 12 $me" stat "$MNT/prod/batch.json" type mode nlink size uid gid
expect "symlink 0777 1 2" lstat "$T/versions/latest" type mode nlink size
expect 12 readlink "$T/versions/latest"

# The size is that of the text, to the byte, whoever asks first; and directory entries say the same
# type and number as stat. (The status changes with each request.)
find "$MNT" -type f ! -name status >"$WORK/files"
while IFS= read -r file; do
        expect_eq "$(stat -c %s "$file")" "$(wc -c <"$file")" "size of $file"
        expect_eq "$(wc -c <"$file")" "$(stat -c %s "$file")" "size of $file, afterwards"
done <"$WORK/files"
[ "$(wc -l <"$WORK/files")" -ge 18 ] || fail "found only $(cat "$WORK/files")"
for directory in "$MNT" "$MNT/prod" "$T" "$T/tags" "$T/versions" "$MNT/.lancefs"; do
        "$SYS" getdents "$directory" >"$WORK/entries"
        while read -r ino type name; do
                [ "$name" != .. ] || continue # of the parent only the kernel knows
                expect "$ino $type" lstat "$directory/$name" ino type
        done <"$WORK/entries"
done

# Every object has its own number, on one device.
find "$MNT" -printf '%i\n' | sort >"$WORK/inodes"
expect_eq '' "$(uniq -d "$WORK/inodes")" 'numbers used twice'
expect_eq 1 "$(find "$MNT" -printf '%D\n' | sort -u | wc -l)" devices

# The numbers stay, through a remount and a second mount.
find "$MNT" -printf '%i %P\n' | sort >"$WORK/before"
umount_fs
mount_fs "$CATALOG"
mount_fs "$CATALOG" '' "$WORK/second"
find "$MNT" -printf '%i %P\n' | sort | diff "$WORK/before" - || fail 'other numbers after a remount'
find "$WORK/second" -printf '%i %P\n' | sort | diff "$WORK/before" - ||
        fail 'other numbers in another mount'

# A new value is the same file; a tag that was removed and made again is another.
ino=$("$SYS" stat "$T/tags/gold" ino)
echo 3 >"$T/tags/gold"
expect "$ino" stat "$T/tags/gold" ino
mv "$T/tags/gold" "$T/tags/silver"
expect "$ino" stat "$T/tags/silver" ino
rm "$T/tags/silver"
echo 3 >"$T/tags/silver"
[ "$("$SYS" stat "$T/tags/silver" ino)" != "$ino" ] || fail 'a number was used again'

# While and after it is made, the open file is the file of that name.
expect "0 0 2 2 2" open "$T/tags/new" 'O_WRONLY|O_CREAT' : fstat size : write '3\n' : fstat size : \
        stat "$T/tags/new" size
ino=$("$SYS" stat "$MNT/prod/batch.json" ino)
mv "$MNT/prod/batch.json" "$MNT/prod/eu/later.json"
expect "$ino" stat "$MNT/prod/eu/later.json" ino

expect ENOTDIR stat "$MNT/prod/.namespace.json/x" type
expect ENOTDIR open "$T/tags/new" 'O_RDONLY|O_DIRECTORY'
expect EISDIR open "$T" O_WRONLY
expect ELOOP open "$T/versions/latest" 'O_RDONLY|O_NOFOLLOW'

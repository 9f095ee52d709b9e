#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
for file in "$MNT/batch.json" "$MNT/prod/batch.json" "$T/tags/.gold.swp" "$T/tags/gold~" \
        "$T/versions/new.json"; do
        echo "in ${file#"$MNT"}" >"$file"
        "$SYS" stat "$file" ino mtime mode size >>"$WORK/before"
done
expect EBADMSG rename "$MNT/prod/batch.json" "$T/versions/4"
expect_staged .gold.swp batch.json batch.json batch.json.error gold~ new.json

umount_fs
mount_fs "$CATALOG"
for file in "$MNT/batch.json" "$MNT/prod/batch.json" "$T/tags/.gold.swp" "$T/tags/gold~" \
        "$T/versions/new.json"; do
        expect_content "$file" "in ${file#"$MNT"}\n"
        "$SYS" stat "$file" ino mtime mode size >>"$WORK/after"
done
check 'attributes and numbers stayed' cmp "$WORK/before" "$WORK/after"
expect 0 access "$MNT/prod/batch.json.error" r
expect '0 "{"' open "$MNT/prod/batch.json.error" O_RDONLY : read 1
[ "$("$SYS" getxattr "$MNT/prod/batch.json" user.lance.error)" != ENODATA ] || fail 'the reason is gone'

# A crash of the daemon changes nothing of that: what write(2) took is there.
echo more >>"$MNT/batch.json"
kill_fs
mount_fs "$CATALOG"
expect_content "$MNT/batch.json" 'in /batch.json\nmore\n'

# They move with their namespace and their table, and are used after it.
mv "$MNT/prod" "$MNT/production"
T=$MNT/production/people.lance
mv "$MNT/production/users.lance" "$T"
expect_content "$T/tags/gold~" 'in /prod/users.lance/tags/gold~\n'
document 4 >"$T/versions/new.json"
mv "$T/versions/new.json" "$T/versions/4"
expect_names "$T/versions" 1 2 3 4 latest
mv "$T" "$MNT/.lancefs/deregistered/"
mv "$MNT/.lancefs/deregistered/people.lance" "$MNT/production/"
expect_content "$T/tags/gold~" 'in /prod/users.lance/tags/gold~\n'

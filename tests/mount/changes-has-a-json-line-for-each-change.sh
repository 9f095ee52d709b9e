#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need jq

mount_fs "$CATALOG"
changes=$MNT/.lancefs/changes
expect_content "$changes" ''
expect '0 file' stat "$changes" size type

# did FILTER COMMAND...: the command makes one line, last in the file, of which the filter is true
did()
{
        _filter=$1
        shift
        _before=$(changes)
        "$@" || fail "$*"
        expect_eq $((_before + 1)) "$(changes)" "lines after $*"
        tail -n 1 "$changes" | jq -e "$_filter" >/dev/null ||
                fail "$*: $(tail -n 1 "$changes"), not $_filter"
}
write()
{
        printf '%s\n' "$1" >"$2"
}

T=$MNT/prod/users.lance
did '.operation == "CreateNamespace" and .id == ["prod"]' mkdir "$MNT/prod"
did '.operation == "DeclareTable" and .id == ["prod", "users"]' mkdir "$T"
did '.operation == "CreateTableVersion" and .id == ["prod", "users"] and .version == 1' \
        write '{"manifest_path": "1.manifest"}' "$T/versions/1"
did '.operation == "CreateTableVersion" and .version == 2' \
        write '{"manifest_path": "2.manifest"}' "$T/versions/2"
did '.operation == "CreateTableTag" and .tag == "gold" and .version == 1' write 1 "$T/tags/gold"
did '.operation == "UpdateTableTag" and .tag == "gold" and .version == 2' write 2 "$T/tags/gold"
did '.operation == "RenameTableTag" and .tag == "silver" and .old_tag == "gold"' \
        mv "$T/tags/gold" "$T/tags/silver"
did '(.operation == "CopyTableTag" or .operation == "CreateTableTag") and .tag == "copy"' \
        ln "$T/tags/silver" "$T/tags/copy"
did '.operation == "DeleteTableTag" and .tag == "copy"' rm "$T/tags/copy"
did '.operation == "BatchDeleteTableVersions" and .id == ["prod", "users"]' rm "$T/versions/1"
did '.operation == "AlterTable" and .id == ["prod", "users"]' chmod 0700 "$T"
did '.operation == "AlterNamespace" and .id == ["prod"]' chmod 0700 "$MNT/prod"
did '.operation == "RenameTable"' mv "$T" "$MNT/prod/people.lance"
did '.operation == "RenameNamespace"' mv "$MNT/prod" "$MNT/production"
T=$MNT/production/people.lance
did '.operation == "DeregisterTable"' mv "$T" "$MNT/.lancefs/deregistered/"
did '.operation | test("^(RestoreDeregisteredTable|RegisterTable)$")' \
        mv "$MNT/.lancefs/deregistered/people.lance" "$MNT/production/"
rm "$T/tags/silver" "$T/versions/2"
did '.operation == "DropTable" and .id == ["production", "people"]' rmdir "$T"
did '.operation == "DropNamespace" and .id == ["production"]' rmdir "$MNT/production"

# Every line: who, when, in order, oldest first
jq -es --argjson uid "$(id -u)" --argjson now "$(date +%s%3N)" '
        (map(.seq) | . == sort and length == (unique | length)) and
        all(.uid == $uid and .time_millis <= $now and .time_millis > $now - 600000 and
            (.operation | type) == "string" and (.transaction_id | type) == "string")' \
        "$changes" >/dev/null || fail 'not as said'
expect_eq "$(jq -s length "$changes")" "$(changes)" 'one line each'
jq -es '(map(.time_millis) | . == sort)' "$changes" >/dev/null || fail 'not in the order of time'
expect "$(wc -c <"$changes")" stat "$changes" size

# Nothing refused, nothing read and nothing without effect is in it.
before=$(changes)
expect EEXIST open "$changes" 'O_WRONLY|O_CREAT|O_EXCL'
expect EACCES open "$changes" 'O_WRONLY|O_APPEND'
expect 'EINVAL ENOENT' mkdir "$MNT/\$" : rmdir "$MNT/none"
find "$MNT" >/dev/null
expect_eq "$before" "$(changes)"

# Odd names are escaped; the file survives a remount.
mkdir "$MNT/a\"b\\c é"
jq -es '.[-1].id == ["a\"b\\c é"]' "$changes" >/dev/null || fail "$(tail -n 1 "$changes")"
cp "$changes" "$WORK/before"
umount_fs
mount_fs "$CATALOG"
check 'the file is the same after a remount' cmp "$changes" "$WORK/before"

#!/bin/sh
# One rename commits changes of a hundred tables, and gives a receipt; with a conflict in the middle
# nothing of it happens.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_fs "$CATALOG"
mkdir "$MNT/prod"
n=0
while [ "$n" -lt 50 ]; do
        make_table "$MNT/prod/old$n.lance" 2
        echo 1 >"$MNT/prod/old$n.lance/tags/gold"
        n=$((n + 1))
done

# For 50 tables that are there and 50 that are not: 250 operations of all kinds.
release()
{
        jq -n --argjson number "$1" --arg made "$2" '{operations: (
                [range(0; 50) | tostring | (
                        {create_table_version: {id: ["prod", "old" + .], version: $number,
                                manifest_path: ("_versions/" + ($number | tostring))}},
                        {update_table_tag: {id: ["prod", "old" + .], tag: "gold", version: $number}},
                        {declare_table: {id: ["prod", $made + .]}},
                        {create_table_version: {id: ["prod", $made + .], version: 1,
                                manifest_path: "_versions/1"}},
                        {create_table_tag: {id: ["prod", $made + .], tag: "gold", version: "latest"}}
                )])}'
}

release 3 new >"$WORK/release.json"
expect_eq "$(jq '.operations | length' "$WORK/release.json")" 250
cp "$WORK/release.json" "$MNT/prod/release.json"
before=$(transactions)
expect 0 rename "$MNT/prod/release.json" "$MNT/prod/release.commit"
expect_eq "$(transactions)" $((before + 1)) 'one transaction'
expect ENOENT stat "$MNT/prod/release.json" type
expect_eq "$(find "$MNT/prod" -maxdepth 1 -name '*.lance' | wc -l)" 100
for table in old0 old49 new0 new49; do
        expect_eq "$(cat "$MNT/prod/$table.lance/tags/gold")" \
                "$(readlink "$MNT/prod/$table.lance/versions/latest")" "$table"
done

# The receipt: the results in the order of the request, and the transaction that keeps both.
jq -r '.results[] | keys[]' "$MNT/prod/release.commit" >"$WORK/results"
jq -r '.operations[] | keys[]' "$WORK/release.json" >"$WORK/operations"
cmp "$WORK/results" "$WORK/operations" || fail 'the results have another order'
expect_eq "$(jq '.results[5].create_table_version.version.version' "$MNT/prod/release.commit")" 3
id=$(jq -r .transaction_id "$MNT/prod/release.commit")
kept=$MNT/.lancefs/transactions/$id
expect_eq "$(jq -r '.operation + " " + .status' "$kept")" 'BatchCommitTables Succeeded'
expect_eq "$(jq -cS .request "$kept")" "$(jq -cS . "$WORK/release.json")" 'the request'
expect_eq "$(jq -cS .response "$kept")" "$(jq -cS . "$MNT/prod/release.commit")" 'the response'
expect_eq "$(grep -c "\"transaction_id\":\"$id\"" "$MNT/.lancefs/changes")" 250 'a line per operation'
expect "$(wc -c <"$MNT/prod/release.commit")" stat "$MNT/prod/release.commit" size

# A conflict in operation 57: nothing happens, and the file says where.
list=$(find "$MNT/prod" | sort)
release 4 more | jq '.operations[57] = {create_table_version: {id: ["prod", "old7"], version: 2,
        manifest_path: "elsewhere"}}' >"$MNT/prod/bad.json"
cp "$MNT/prod/bad.json" "$WORK/bad.json"
before=$(changes)
expect EBUSY rename "$MNT/prod/bad.json" "$MNT/prod/bad.commit"
expect_eq "$(jq -r '.detail' "$MNT/prod/bad.json.error")" 'operations[57].create_table_version'
expect_eq "$(jq '.code' "$MNT/prod/bad.json.error")" 14
"$SYS" getxattr "$MNT/prod/bad.json" user.lance.error | grep -q 'operations\[57\]' || fail 'no xattr'
cmp "$WORK/bad.json" "$MNT/prod/bad.json" || fail 'the staged file has changed'
rm "$MNT/prod/bad.json"
expect_eq "$(changes)" "$before" 'changes'
expect_eq "$(find "$MNT/prod" | sort)" "$list" 'the tree'

# A receipt cannot be changed, keeps its name, and goes without its effect.
expect EEXIST open "$MNT/prod/release.commit" O_WRONLY
expect EPERM rename "$MNT/prod/release.commit" "$MNT/prod/other.commit"
cp "$WORK/release.json" "$MNT/prod/again.json"
expect EEXIST rename "$MNT/prod/again.json" "$MNT/prod/release.commit"
expect EEXIST renameat2 "$MNT/prod/again.json" "$MNT/prod/release.commit" NOREPLACE
rm "$MNT/prod/again.json"
umount_fs
mount_fs "$CATALOG"
expect_eq "$(jq -r .transaction_id "$MNT/prod/release.commit")" "$id" 'the receipt after a remount'
expect_ok rm "$MNT/prod/release.commit"
expect ENOENT stat "$MNT/prod/release.commit" type
expect_eq "$(jq -r .transaction_id "$kept")" "$id" 'the transaction'
expect_eq "$(cat "$MNT/prod/old0.lance/tags/gold")" 3

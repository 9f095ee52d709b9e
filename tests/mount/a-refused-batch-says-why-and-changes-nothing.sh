#!/bin/sh
# Whatever is wrong with a batch: the errno, the code and the place of the fault beside the staged
# file, and a catalog that is as it was.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 3
echo 2 >"$T/tags/gold"
mkdir "$MNT/other" "$MNT/prod/sub"
id='"id": ["prod", "users"]'

state()
{
        find "$MNT/prod" "$MNT/other" ! -name 'b.*' -printf '%P %i %s %T@\n' | sort
        wc -l <"$MNT/.lancefs/changes"
        sqlite3 "$CATALOG/catalog.db" .dump | cksum
}

# refused ERRNO CODE DETAIL DOCUMENT: by rename; the detail is a pattern
refused()
{
        printf '%s' "$4" >"$MNT/prod/b.json"
        before=$(state)
        expect "$1" rename "$MNT/prod/b.json" "$MNT/prod/b.commit"
        expect "$1" renameat2 "$MNT/prod/b.json" "$MNT/prod/b.commit" NOREPLACE
        expect_eq "$(cat "$MNT/prod/b.json")" "$4" 'the staged file'
        expect_eq "$(jq .code "$MNT/prod/b.json.error")" "$2" "code of $4"
        jq -r '.detail + " | " + .error' "$MNT/prod/b.json.error" >"$WORK/detail"
        grep -q -- "$3" "$WORK/detail" || fail "'$(cat "$WORK/detail")' has no '$3' for $4"
        expect_eq "$(state)" "$before" "the state after $4"
        expect ENOENT stat "$MNT/prod/b.commit" type
        expect_ok rm "$MNT/prod/b.json"
        expect_names "$MNT/prod" .namespace.json sub users.lance
}

op()
{
        printf '{"operations": [%s]}' "$1"
}

version='"create_table_version": {"id": ["prod", "users"], "version": 4, "manifest_path": "m"}'

# Not a batch
refused EBADMSG 13 'JSON' '{"operations": [}'
refused EBADMSG 13 '' '[]'
refused EBADMSG 13 'empty' ''
refused EBADMSG 13 '' '{"operations": ['
refused EBADMSG 13 '' '{}'
refused EBADMSG 13 'operations' '{"operations": []}'
refused EBADMSG 13 'entries' '{"entries": []}'
refused EBADMSG 13 '' '{"operations": [], "entries": []}'
refused EBADMSG 13 'operations' '{"operations": {}}'
refused EBADMSG 13 'operations\[0\]' "$(op '7')"
refused EBADMSG 13 'operations\[0\]' "$(op '{}')"
refused EBADMSG 13 'operations\[0\]' "$(op "{\"sell_table\": {$id}}")"
refused EBADMSG 13 'operations\[1\]' "$(op "{$version}, {$version, \"declare_table\": {\"id\": [\"prod\", \"x\"]}}")"

# Values
for bad in -1 0 9223372036854775808 1e400 '"4"' 4.5 true; do
        refused EBADMSG 13 'operations\[0\].create_table_version.version' \
                "$(op "{\"create_table_version\": {$id, \"version\": $bad, \"manifest_path\": \"m\"}}")"
done
refused EBADMSG 13 'operations\[0\].create_table_version.manifest_path' \
        "$(op "{\"create_table_version\": {$id, \"version\": 4}}")"
# shellcheck disable=SC2016 # the delimiter is meant
for bad in '[]' '["prod", ""]' '["prod", "a/b"]' '["prod", "."]' '["prod", "a$b"]' '["prod", 7]' '"prod"'; do
        refused EBADMSG 13 'operations\[0\].declare_table.id' "$(op "{\"declare_table\": {\"id\": $bad}}")"
done
for bad in '[]' '[{"start_version": 3, "end_version": 2}]' '[{"start_version": 1}]' \
        '[{"start_version": -1, "end_version": 2}]' \
        '[{"start_version": 1, "end_version": 3}, {"start_version": 2, "end_version": 4}]'; do
        refused EBADMSG 13 'operations\[0\].delete_table_versions.ranges' \
                "$(op "{\"delete_table_versions\": {$id, \"ranges\": $bad}}")"
done

# What contradicts itself, or the catalog
refused EBADMSG 13 'operations\[1\]' "$(op "{$version}, {$version}")"
refused EBUSY 19 'operations\[1\]' "$(op "{\"create_table_tag\": {$id, \"tag\": \"new\", \"version\": 1}},
        {\"delete_table_versions\": {$id, \"ranges\": [{\"start_version\": 1, \"end_version\": 2}]}}")"
refused EBUSY 19 'operations\[0\]' "$(op "{\"delete_table_versions\": {$id,
        \"ranges\": [{\"start_version\": 0, \"end_version\": -1}]}}")"
refused EBUSY 14 'operations\[1\].create_table_version' "$(op "{$version}, {\"create_table_version\":
        {$id, \"version\": 2, \"manifest_path\": \"another\"}}")"
refused ENOENT 11 'operations\[1\].update_table_tag' \
        "$(op "{$version}, {\"update_table_tag\": {$id, \"tag\": \"gold\", \"version\": 5}}")"
refused ENOENT 8 'operations\[0\].delete_table_tag' "$(op "{\"delete_table_tag\": {$id, \"tag\": \"none\"}}")"
refused EEXIST 9 'operations\[0\].create_table_tag' \
        "$(op "{\"create_table_tag\": {$id, \"tag\": \"gold\", \"version\": 1}}")"
refused EEXIST 5 'operations\[1\].declare_table' "$(op "{$version}, {\"declare_table\": {$id}}")"
refused ENOENT 4 'operations\[1\].deregister_table' \
        "$(op "{$version}, {\"deregister_table\": {\"id\": [\"prod\", \"nobody\"]}}")"
refused ENOENT 1 'operations\[0\].declare_table' "$(op '{"declare_table": {"id": ["prod", "no", "t"]}}')"

# Outside the namespace of the .commit name
refused EACCES 15 'operations\[1\].declare_table.id' "$(op "{$version}, {\"declare_table\": {\"id\": [\"other\", \"t\"]}}")"
op "{$version}" >"$MNT/prod/sub/b.json"
expect EACCES rename "$MNT/prod/sub/b.json" "$MNT/prod/sub/b.commit"
expect 0 rename "$MNT/prod/sub/b.json" "$MNT/b.commit"
expect_ok rm "$MNT/b.commit"

# Limits
jq -nc '{operations: [range(0; 100001) | {declare_table: {id: ["prod", "t\(.)"]}}]}' >"$MNT/prod/b.json"
expect EBADMSG rename "$MNT/prod/b.json" "$MNT/prod/b.commit"
jq -r .error "$MNT/prod/b.json.error" | grep -q 100000 || fail 'the limit is not named'
rm "$MNT/prod/b.json"
truncate -s 67108865 "$MNT/prod/b.json"
expect EFBIG rename "$MNT/prod/b.json" "$MNT/prod/b.commit"
rm "$MNT/prod/b.json"

# Under its final name: the errno of write(2), and what was written is kept.
before=$(state)
op "{$version}, {\"declare_table\": {$id}}" >"$WORK/batch"
expect_fail cp "$WORK/batch" "$MNT/prod/b.commit"
expect_says 'File exists'
expect_names "$MNT/prod" .namespace.json b.commit.rejected b.commit.rejected.error sub users.lance
cmp "$WORK/batch" "$MNT/prod/b.commit.rejected" || fail 'what was written is not kept'
expect_eq "$(jq .code "$MNT/prod/b.commit.rejected.error")" 5
rm "$MNT/prod/b.commit.rejected"
expect_names "$MNT/prod" .namespace.json sub users.lance
expect '0 EINVAL 0' open "$MNT/prod/b.commit" 'O_WRONLY|O_CREAT' : write '{bad}' : close
rm "$MNT/prod/b.commit.rejected"
expect '0 6 EINVAL' open "$MNT/prod/b.commit" 'O_WRONLY|O_CREAT' : write '{"oper' : close
rm "$MNT/prod/b.commit.rejected"
expect '0 0' open "$MNT/prod/b.commit" 'O_WRONLY|O_CREAT' : close
expect_eq "$(state)" "$before" 'the state after refused writes'

#!/bin/sh
# Commit once, and the dry run.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
cd "$MNT/prod" || fail 'cd'
batch()
{
        printf '{"id": "%s", "operations": [{"declare_table": {"id": ["prod", "%s"]}}]}' "$1" "$2"
}

batch release-1 a >a.json
expect 0 rename a.json a.commit
before=$(changes)

# The same again gives the same answer, under its own name, and applies nothing.
batch release-1 a | jq . >b.json
expect 0 rename b.json b.commit
cmp a.commit b.commit || fail 'another answer'
expect_eq "$(changes)" "$before" 'changes'
batch release-1 a >.commit || fail 'the bare name'
expect_eq "$(changes)" "$before" 'changes'

# With other content it is refused.
batch release-1 other >c.json
expect EBUSY rename c.json c.commit
expect_eq "$(jq .code c.json.error)" 14
rm c.json
expect ENOENT stat other.lance type
cd "$WORK" || fail 'cd'
umount_fs
mount_fs "$CATALOG"
cd "$MNT/prod" || fail 'cd'
batch release-1 a >d.json
expect 0 rename d.json d.commit
expect_eq "$(changes)" "$before" 'changes after a remount'

# A dry run checks, says what it would have done, and does nothing.
printf '{"dry_run": true, "operations": [{"declare_table": {"id": ["prod", "x"]}},
        {"create_table_version": {"id": ["prod", "x"], "version": 1, "manifest_path": "m"}}]}' >"$WORK/dry"
expect_ok cp "$WORK/dry" dry.commit
expect_eq "$(jq '.results[1].create_table_version.version.version' dry.commit)" 1
expect_eq "$(jq .transaction_id dry.commit)" null
expect ENOENT stat x.lance type
expect_eq "$(changes)" "$before" 'changes of a dry run'
cp "$WORK/dry" again.json
expect EEXIST rename again.json dry.commit
expect_ok rm -f dry.commit again.json
sed 's/"m"/"m"}}, {"declare_table": {"id": ["prod", "users"]/' "$WORK/dry" >bad.json
expect EEXIST rename bad.json dry.commit
expect_eq "$(jq -r .detail bad.json.error)" 'operations[2].declare_table'
rm bad.json
expect_staged

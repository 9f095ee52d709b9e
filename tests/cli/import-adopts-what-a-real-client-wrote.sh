#!/bin/sh
# shellcheck disable=SC2016 # the variables are jq's
# All that expected.json says, which is the client's own word, is in the catalog.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"
need jq

cp -r "$DATA/lancedb" "$WORK/lancedb"
before=$(tree_state "$WORK/lancedb")
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/lancedb" --into demo
expect_says '6 tables, 26 versions, 5 tags, 5 branches; 0 problems'
expect_says 'demo/users.lance: 9 versions, 2 tags, 1 branch'
expect_says 'demo/declared.lance: 0 versions, 0 tags, 0 branches'
expect_eq "$before" "$(tree_state "$WORK/lancedb")" 'the datasets themselves'

facts()
{
        jq -r ".tables | to_entries[] | .key as \$table | .value | $1" "$DATA/expected.json" |
                LC_ALL=C sort
}

expect_eq "$(facts '"demo/" + $table')" "$(tables)" 'tables'
expect_eq "$(facts '(.versions[] | "\($table) - \(.)"),
        (.branches | to_entries[] | .key as $branch | .value.versions[] |
                "\($table) \($branch) \(.)")')" "$(versions)" 'versions'
expect_eq "$(facts '.tagBranch as $branch | .tags | to_entries[] |
        "\($table) \(.key) \($branch[.key] // "-") \(.value)"')" "$(tags)" 'tags'
expect_eq "$(facts '.branches | to_entries[] |
        "\($table) \(.key) \(.value.parentBranch // "-") \(.value.parentVersion)"')" \
        "$(branches)" 'branches'

# Where it lies, not a copy; every manifest is where the catalog says, with that size and time.
expect_eq "$WORK/lancedb/users.lance" \
        "$(query "select location from lance_table where name = 'users'")"
query "select manifest_path || ' ' || manifest_size || ' ' || timestamp_ms from version" |
        while read -r path size time; do
                expect_eq "$(stat -c %s "$path")" "$size" "size of $path"
                expect_eq "$(date -r "$path" +%s%3N)" "$time" "time of $path"
        done
expect_eq 26 "$(query 'select count(distinct manifest_path) from version')"
expect_eq '1.manifest' "$(query "select manifest_path from version v join lance_table t on
        t.id = table_id where t.name = 'legacy' and version = 1" | sed 's,.*/,,')"

# Each has the scheme of its name: a branch of a table with V1 names has V2 names.
expect_eq 'legacy|1
legacy|1
legacy|1
legacy|2
legacy|2' "$(query "select t.name, naming_scheme from version v join lance_table t on
        t.id = table_id where t.name = 'legacy' order by branch_id, version")" 'naming schemes'
expect_eq 0 "$(query "select count(*) from version v join lance_table t on t.id = table_id
        where t.name <> 'legacy' and naming_scheme <> 2")" 'other naming schemes'

# A branch keeps the file that it was read from, and a tag its times.
query "select contents from branch where name = 'dev/fix'" >"$WORK/contents"
expect_eq "$(cat "$WORK/lancedb/branched.lance/_refs/branches/dev%2Ffix.json")" \
        "$(cat "$WORK/contents")" 'contents of a branch'
created=$(jq -r .createdAt "$WORK/lancedb/users.lance/_refs/tags/gold.json")
expect_eq "$(date -d "$created" +%s%3N)" \
        "$(query "select created_ms from tag where name = 'gold'")" 'time of a tag'

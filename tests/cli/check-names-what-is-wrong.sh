#!/bin/sh
# What is wrong and can be mended without loss is mended; the rest stays wrong, and is said.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/t.lance" 3
tag "$WORK/t.lance" gold 2
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/t.lance"

# A tag whose version is not there, which no call of lancefs can bring about.
query "pragma foreign_keys = off; delete from version where version = 2;"
before=$(dump)
expect_status 1 "$LANCEFS" check "$CATALOG"
expect_says "wrong: tag 'gold' of table 't' names version 2"
expect_says "$CATALOG: 1 problem; --repair mends what can be mended"
expect_eq "$before" "$(dump)" 'the catalog after a mere look'
expect_ok "$LANCEFS" check "$CATALOG" --repair
expect_says "repaired: tag 'gold' of table 't' names version 2"
expect_says "$CATALOG: 1 problem, 1 repaired, 0 left"
expect_ok "$LANCEFS" check "$CATALOG"

# A manifest that is gone cannot be made again.
rm "$WORK/t.lance/_versions/$(manifest 1)" "$WORK/t.lance/_versions/$(manifest 3)"
for option in '' --repair; do
        # shellcheck disable=SC2086 # no argument when it is empty
        expect_status 1 "$LANCEFS" check "$CATALOG" $option
        for version in 1 3; do
                expect_says "wrong: version $version of table 't' has no manifest at"
                expect_says "$WORK/t.lance/_versions/$(manifest $version)"
        done
done
expect_says "$CATALOG: 2 problems, 0 repaired, 2 left"
expect_eq 't - 1
t - 3' "$(versions)"

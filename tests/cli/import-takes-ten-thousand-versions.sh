#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/t.lance" 1
# printf and xargs make them in no time; manifest() would run 10,000 times.
(
        cd "$WORK/t.lance/_versions"
        seq 3709541615 3709551613 | sed 's/.*/1844674407&.manifest/' | xargs touch
)
tag "$WORK/t.lance" old 1
expect_ok timeout 60 "$LANCEFS" import "$CATALOG" "$WORK/t.lance"
expect_says '1 table, 10000 versions, 1 tag, 0 branches; 0 problems'
expect_eq '10000|1|10000' "$(query 'select count(*), min(version), max(version) from version')"

before=$(query 'select max(seq) from change')
expect_ok timeout 60 "$LANCEFS" import "$CATALOG" "$WORK/t.lance"
expect_says 'nothing new'
expect_eq "$before" "$(query 'select max(seq) from change')" 'changes'

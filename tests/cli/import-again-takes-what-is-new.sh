#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/db/t.lance" 3
tag "$WORK/db/t.lance" gold 1
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/db"

# A version, a tag, a branch and a table more. The tag that was there has moved, in its file: what
# the catalog has stays.
dataset "$WORK/db/t.lance" 4
tag "$WORK/db/t.lance" silver 4
tag "$WORK/db/t.lance" gold 2
mkdir -p "$WORK/db/t.lance/_refs/branches" "$WORK/db/t.lance/tree/dev/_versions"
echo '{"parentVersion": 3}' >"$WORK/db/t.lance/_refs/branches/dev.json"
: >"$WORK/db/t.lance/tree/dev/_versions/$(manifest 3)"
dataset "$WORK/db/u.lance" 1
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/db"
expect_says 't.lance: was there; new: 2 versions, 1 tag, 1 branch'
expect_says 'new: 1 table, 3 versions, 1 tag, 1 branch; 1 table was there already; 0 problems'
expect_eq 't gold - 1
t silver - 4' "$(tags)"
expect_eq 't - 1
t - 2
t - 3
t - 4
t dev 3
u - 1' "$(versions)"

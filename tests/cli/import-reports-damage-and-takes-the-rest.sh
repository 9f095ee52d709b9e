#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

# says PATH SENTENCE: a line of standard error, and nothing of it on standard output.
says()
{
        grep -qF -- "lancefs: $WORK/db/$1: $2" "$WORK/err" ||
                { cat "$WORK/err" >&2 && fail "it did not say '$1: $2'"; }
}

dataset "$WORK/db/good.lance" 2
dataset "$WORK/db/t.lance" 2
tag "$WORK/db/t.lance" good 2
tag "$WORK/db/t.lance" dangling 9
printf '{"version": 1,' >"$WORK/db/t.lance/_refs/tags/half.json"
head -c 70000 /dev/zero | tr '\0' ' ' >"$WORK/db/t.lance/_refs/tags/huge.json"
: >"$WORK/db/t.lance/_versions/abc.manifest"
: >"$WORK/db/t.lance/_versions/0018446744073709551613.manifest"
mkdir -p "$WORK/db/t.lance/_refs/branches"
echo '{}' >"$WORK/db/t.lance/_refs/branches/dev.json"
# Passed over in silence: what clients leave in the middle of their work.
: >"$WORK/db/t.lance/_versions/d9223372036854775815.manifest"
: >"$WORK/db/t.lance/_versions/$(manifest 3)#1"
: >"$WORK/db/t.lance/_versions/$(manifest 3)-0fb557d7-4bbe-4cb9-891c-50bd79e30ab3"
: >"$WORK/db/t.lance/_refs/tags/.tmpAbc123"
echo '{"version":2}' >"$WORK/db/t.lance/_versions/latest_version_hint.json"
# Directories that are none of a table.
mkdir "$WORK/db/hollow.lance" "$WORK/db/other"
dataset "$WORK/db/a\$b.lance" 1
: >"$WORK/db/file.lance"
dataset "$WORK/db/mixed.lance" 2
: >"$WORK/db/mixed.lance/_versions/3.manifest"
dataset "$WORK/db/gone.lance" 1
: >"$WORK/db/gone.lance/.lance-deregistered"

status=0
"$LANCEFS" import "$CATALOG" "$WORK/db" >"$WORK/out" 2>"$WORK/err" || status=$?
expect_eq 1 "$status" 'exit status'
says t.lance/_refs/tags/dangling.json 'names version 9, which is not there'
says t.lance/_refs/tags/half.json 'it ends before its JSON does'
says t.lance/_refs/tags/huge.json 'is larger than 65536 bytes'
says t.lance/_versions/abc.manifest 'is no manifest name that Lance writes'
says t.lance/_versions/0018446744073709551613.manifest 'is no manifest name that Lance writes'
says t.lance/_refs/branches/dev.json 'parentVersion is missing'
says hollow.lance 'is no Lance dataset: it has no _versions'
says "a\$b.lance" 'namespace or table name '
says mixed.lance/_versions 'has V1 and V2 manifest names'
expect_eq 9 "$(wc -l <"$WORK/err")" 'lines of standard error'
expect_says "$WORK/db/gone.lance: deregistered"
expect_says '3 tables, 7 versions, 1 tag, 0 branches; 9 problems'
expect_eq 'good
mixed
t' "$(tables)"
expect_eq 't good - 2' "$(tags)"
expect_eq 'good - 1
good - 2
mixed - 1
mixed - 2
mixed - 3
t - 1
t - 2' "$(versions)"

# It says so each time, and does no more.
before=$(dump)
expect_status 1 "$LANCEFS" import "$CATALOG" "$WORK/db"
expect_says 'nothing new; 3 tables were there already; 9 problems'
expect_eq "$before" "$(dump)" 'the catalog'

# One that a directory namespace no longer shows is taken when it is asked for.
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/db/gone.lance"

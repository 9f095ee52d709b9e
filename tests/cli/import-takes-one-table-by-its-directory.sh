#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

cp -r "$DATA/lancedb/events.lance" "$WORK/events.lance"
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/events.lance/"
expect_says '1 table, 4 versions, 1 tag, 0 branches; 0 problems'

# Without the suffix, and by a relative path over a link: the path is the user's own word.
dataset "$WORK/plain" 2
ln -s plain "$WORK/link"
(cd "$WORK" && expect_ok "$LANCEFS" import "$CATALOG" link --into=prod)
expect_eq 'events
prod/plain' "$(tables)"
expect_eq "$WORK/plain" "$(query "select location from lance_table where name = 'plain'")"

# A directory that is only declared is a table, and so is one by the name of ".".
mkdir "$WORK/declared.lance"
: >"$WORK/declared.lance/.lance-reserved"
(cd "$WORK/declared.lance" && expect_ok "$LANCEFS" import "$CATALOG" .)
expect_eq 'declared
events
prod/plain' "$(tables)"

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/one/t.lance" 1
dataset "$WORK/two/t.lance" 2
dataset "$WORK/two/u.lance" 1
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/one"
expect_status 1 "$LANCEFS" import "$CATALOG" "$WORK/two"
expect_says "lancefs: $WORK/two/t.lance: "
expect_says 'import it --into another namespace'
expect_eq 't - 1
u - 1' "$(versions)"
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/two/t.lance" --into two

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/db/t.lance" 1
: >"$WORK/db/t.lance/_versions/$(printf 'a\033]0;b\nc').manifest"
dataset "$WORK/db/$(printf 'x\033[2J').lance" 1
expect_status 1 "$LANCEFS" import "$CATALOG" "$WORK/db"
expect_says "$WORK/db/t.lance/_versions/a\\x1b]0;b\\x0ac.manifest: is no manifest name"
expect_says "$WORK/db/x\\x1b[2J.lance: "
check 'there is no control character' [ "$(tr -d '\n -~' <"$WORK/out" | wc -c)" -eq 0 ]
expect_eq 't - 1' "$(versions)"

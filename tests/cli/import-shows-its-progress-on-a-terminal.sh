#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"
need script

TERM=xterm expect_ok script -qec "'$LANCEFS' import '$CATALOG' '$DATA/lancedb'" /dev/null
expect_says 'table 6 of 6: users: 9 of 9 versions imported'
expect_says '6 tables, 26 versions, 5 tags, 5 branches; 0 problems'
# The line is written over, and gone at the end; there is no other.
tr -d '\r' <"$WORK/out" >"$WORK/plain"
expect_eq 1 "$(wc -l <"$WORK/plain")" 'lines of output'
check 'the last progress line is cleared' grep -q "$(printf '\033')\[K6 tables" "$WORK/plain"

# Without a terminal, lines and no control characters.
expect_ok "$LANCEFS" import "$CATALOG" "$DATA/lancedb" --into plain
check 'there is no control character' [ "$(tr -d '\n -~' <"$WORK/out" | wc -c)" -eq 0 ]

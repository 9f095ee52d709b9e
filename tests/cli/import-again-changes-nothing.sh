#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

expect_ok "$LANCEFS" import "$CATALOG" "$DATA/lancedb" --into demo
before=$(dump)
expect_ok "$LANCEFS" import "$CATALOG" "$DATA/lancedb" --into demo
expect_says 'nothing new; 6 tables were there already; 0 problems'
expect_eq "$before" "$(dump)" 'the catalog'

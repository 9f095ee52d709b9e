#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

expect_ok "$LANCEFS" import "$CATALOG" "$DATA/lancedb" --into demo
before=$(dump)
expect_ok "$LANCEFS" check "$CATALOG"
expect_content "$WORK/out" "$CATALOG: no problems\n"
expect_ok "$LANCEFS" check --repair "$CATALOG"
expect_content "$WORK/out" "$CATALOG: no problems\n"
expect_eq "$before" "$(dump)" 'the catalog'

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/t.lance" 1
expect_ok "$LANCEFS" import --into prod/eu "$CATALOG" "$WORK/t.lance"
# shellcheck disable=SC2016 # the delimiter
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/t.lance" --into 'prod$us'
expect_ok "$LANCEFS" import "$CATALOG" --into /prod//apac/ "$WORK/t.lance"
expect_ok "$LANCEFS" import "$CATALOG" "$WORK/t.lance" --into /
expect_eq 'prod/apac/t
prod/eu/t
prod/us/t
t' "$(tables)"

before=$(dump)
for name in .hidden prod/users.lance "prod/$(printf 'a\001b')" ..; do
        expect_status 2 "$LANCEFS" import "$CATALOG" "$WORK/t.lance" --into "$name"
        expect_says 'lancefs: --into: '
done
expect_eq "$before" "$(dump)" 'the catalog'

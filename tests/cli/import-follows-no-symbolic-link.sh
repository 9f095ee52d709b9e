#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

dataset "$WORK/away.lance" 5
tag "$WORK/away.lance" secret 5
dataset "$WORK/db/t.lance" 1
ln -s ../away.lance "$WORK/db/link.lance"
ln -s "../../../away.lance/_versions/$(manifest 5)" "$WORK/db/t.lance/_versions/$(manifest 5)"
ln -s ../../../../away.lance/_refs/tags/secret.json "$WORK/db/t.lance/_refs/tags/secret.json"
mkdir -p "$WORK/db/t.lance/_refs/branches" "$WORK/db/t.lance/tree"
echo '{"parentVersion": 1}' >"$WORK/db/t.lance/_refs/branches/dev.json"
ln -s ../../../away.lance "$WORK/db/t.lance/tree/dev"
mkdir "$WORK/db/u.lance"
ln -s ../../away.lance/_versions "$WORK/db/u.lance/_versions"
# A link in a loop, one to nowhere, and one to a file, which could be no table.
ln -s loop.lance "$WORK/db/loop.lance"
ln -s nowhere "$WORK/db/nowhere.lance"
: >"$WORK/file"
ln -s ../file "$WORK/db/file.lance"

expect_status 1 "$LANCEFS" import "$CATALOG" "$WORK/db"
expect_says "lancefs: $WORK/db/link.lance: is a symbolic link, which is not followed"
expect_says "lancefs: $WORK/db/loop.lance: is a symbolic link"
expect_says "lancefs: $WORK/db/nowhere.lance: is a symbolic link"
expect_says "lancefs: $WORK/db/t.lance/_versions/$(manifest 5): is a symbolic link"
expect_says "lancefs: $WORK/db/t.lance/_refs/tags/secret.json: is a symbolic link"
expect_says "lancefs: $WORK/db/t.lance/tree/dev/_versions: is a symbolic link"
expect_says "lancefs: $WORK/db/u.lance/_versions: is a symbolic link"
! grep -q file.lance "$WORK/out" || fail 'the link to a file is spoken of'
expect_eq 't - 1' "$(versions)"
expect_eq '' "$(tags)"

#!/bin/sh
# Rights do not bind root, who gives them up for this.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

as_user()
{
        if [ "$(id -u)" -eq 0 ]; then
                setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
        else
                "$@"
        fi
}
[ "$(id -u)" -ne 0 ] || need setpriv

dataset "$WORK/db/closed.lance" 1
dataset "$WORK/db/half.lance" 2
tag "$WORK/db/half.lance" shut 1
tag "$WORK/db/half.lance" open 1
mkdir -p "$WORK/db/half.lance/_refs/branches"
dataset "$WORK/db/open.lance" 1
mkdir "$WORK/home"
[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$WORK/home"
chmod 000 "$WORK/db/closed.lance" "$WORK/db/half.lance/_refs/tags/shut.json" \
        "$WORK/db/half.lance/_refs/branches"
CATALOG=$WORK/home/catalog

expect_status 1 as_user "$LANCEFS" import "$CATALOG" "$WORK/db"
expect_says "lancefs: directory '$WORK/db/closed.lance' is not readable"
expect_says "lancefs: $WORK/db/half.lance/_refs/tags/shut.json: cannot be read: Permission denied"
expect_says "lancefs: $WORK/db/half.lance/_refs/branches: cannot be read: Permission denied"
expect_says '2 tables, 3 versions, 1 tag, 0 branches; 3 problems'
expect_eq 'half open - 1' "$(tags)"

# By itself it is nothing that could be imported.
expect_status 3 as_user "$LANCEFS" import "$CATALOG" "$WORK/db/closed.lance"
# Nor is anything imported where one may not write.
expect_status 3 as_user "$LANCEFS" import "$WORK/other" "$WORK/db/open.lance"
chmod -R u+rwx "$WORK/db"

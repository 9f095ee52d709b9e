#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture/catalog.sh"

mkdir "$WORK/empty" "$WORK/files"
: >"$WORK/file"
: >"$WORK/files/0011.lance" # a data file of Lance has this suffix too

for path in "$WORK/nowhere" "$WORK/file" "$WORK/empty" "$WORK/files" ''; do
        expect_status 3 "$LANCEFS" import "$CATALOG" "$path"
        expect_eq 1 "$(wc -l <"$WORK/out")" 'lines of output'
        expect_says 'lancefs: '
        check 'no catalog is made' [ ! -e "$CATALOG" ]
done
expect_status 3 "$LANCEFS" import "$CATALOG" "$WORK/nowhere"
expect_says "'$WORK/nowhere' is no directory"

# Nor is a catalog made where none can be.
dataset "$WORK/t.lance" 1
expect_status 3 "$LANCEFS" import "$WORK/file/catalog" "$WORK/t.lance"
expect_status 3 "$LANCEFS" import "$WORK/file" "$WORK/t.lance"

# What is there and is no catalog is not made into one.
mkdir "$WORK/garbage"
echo garbage >"$WORK/garbage/catalog.db"
expect_status 3 "$LANCEFS" import "$WORK/garbage" "$WORK/t.lance"
expect_content "$WORK/garbage/catalog.db" 'garbage\n'

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"

mkdir "$WORK/empty" "$WORK/garbage"
: >"$WORK/file"
echo 'no database' >"$WORK/garbage/catalog.db"
for catalog in "$WORK/nowhere" "$WORK/empty" "$WORK/garbage" "$WORK/file"; do
        for option in '' --repair; do
                # shellcheck disable=SC2086 # no argument when it is empty
                expect_status 3 "$LANCEFS" check "$catalog" $option
                expect_eq 1 "$(wc -l <"$WORK/out")" 'lines of output'
                expect_says "lancefs: "
                expect_says "$catalog"
        done
done
check 'no catalog is made' [ ! -e "$WORK/nowhere" ]
check 'nothing is put there' [ -z "$(ls -A "$WORK/empty")" ]
expect_content "$WORK/garbage/catalog.db" 'no database\n'

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"

for option in --help -h help; do
        expect_ok "$LANCEFS" "$option"
        for command in mount import check; do
                expect_says "lancefs $command"
        done
done
for command in mount import check; do
        expect_ok "$LANCEFS" help "$command"
        cp "$WORK/out" "$WORK/help"
        expect_says "lancefs $command CATALOG"
        expect_ok "$LANCEFS" "$command" --help
        check "'help $command' is '$command --help'" cmp -s "$WORK/help" "$WORK/out"
done
expect_ok "$LANCEFS" --version
check 'the version is a line of two words' grep -qxE 'lancefs [0-9]+\.[0-9]+\.[0-9]+' "$WORK/out"

# mount(8) calls it by this name, and it is then the mount command.
ln -s "$LANCEFS" "$WORK/mount.lancefs"
expect_ok "$LANCEFS" mount --help
cp "$WORK/out" "$WORK/help"
expect_ok "$WORK/mount.lancefs" --help
check 'mount.lancefs is lancefs mount' cmp -s "$WORK/help" "$WORK/out"

# What cannot be printed is a failure.
status=0
"$LANCEFS" --help >/dev/full 2>"$WORK/out" || status=$?
expect_eq 3 "$status" 'exit status with a full disk'
expect_says 'lancefs: standard output: No space left on device'

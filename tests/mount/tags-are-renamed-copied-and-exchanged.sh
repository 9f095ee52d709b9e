#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$T/tags"
echo 1 >a
echo 2 >b

# mv: one transaction, replaces what has the name
ino=$("$SYS" stat a ino)
count=$(transactions)
expect_ok mv a c
expect_tags b c
tag_is c 1
expect "$ino" stat c ino
expect_ok mv c b
expect_tags b
tag_is b 1
expect "$ino" stat b ino
expect_eq $((count + 2)) "$(transactions)" 'each a transaction'
expect ENOENT rename a x
expect 0 rename b b
expect_eq $((count + 2)) "$(transactions)" 'nothing to do'

# mv -n: never replaces
echo 3 >a
expect EEXIST renameat2 a b NOREPLACE
expect 0 renameat2 a c NOREPLACE
expect EINVAL renameat2 b c WHITEOUT
tag_is b 1
tag_is c 3

# exchange: both at once, one transaction
count=$(transactions)
expect 0 renameat2 b c EXCHANGE
tag_is b 3
tag_is c 1
expect "$ino" stat c ino
expect_eq $((count + 1)) "$(transactions)" 'one transaction'
expect ENOENT renameat2 b none EXCHANGE
tag_is b 3

# ln: a copy; never replaces
expect_ok ln b d
tag_is d 3
echo 2 >b
tag_is d 3
expect EEXIST link b d
expect_fail ln b d
expect ENOENT link none e
expect_ok ln -f b d
tag_is d 2
expect_ok cp b e
tag_is e 2
expect_tags b c d e

# Another table: the version must be there too.
make_table "$MNT/other.lance" 2
other=$MNT/other.lance/tags
echo 3 >b
expect ENOENT rename b "$other/b"
expect ENOENT link b "$other/b"
tag_is b 3
expect_names "$other"
expect_ok mv d "$other"
expect_ok ln e "$other/e"
expect_names "$other" d e
expect_content "$other/d" '2\n'
expect_content "$other/e" '2\n'
echo 1 >"$other/e"
expect 0 renameat2 e "$other/e" EXCHANGE
tag_is e 1
expect_content "$other/e" '2\n'
expect ENOENT renameat2 b "$other/e" EXCHANGE
tag_is b 3
expect_content "$other/e" '2\n'
expect_tags b c e

# A tag stands in tags/ and has the name of a tag.
expect EPERM rename b "$T/b"
expect EPERM rename b "$MNT/.lancefs/b"
expect EPERM link b "$T/versions/b"
expect EPERM link b "$MNT/prod/b"
expect ENOTDIR rename b c/d
expect EPERM rename b "$T/versions/1"
expect_tags b c e
cd /

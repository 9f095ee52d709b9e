#!/bin/sh
# Names of namespaces and tables: 1 to 200 bytes of UTF-8 without /, control characters or $, not
# beginning with a dot, not ending in .lance; tags as Lance has them.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$MNT/prod"
count=$(changes)
control=$(printf 'a\001b')
tab=$(printf 'a\tb')
delete=$(printf 'a\177b')
newline='a
b'
c1=$(printf 'a\302\205b')
latin=$(printf 'caf\351')
overlong=$(printf 'a\300\257b')
surrogate=$(printf 'a\355\240\200b')
cut=$(printf 'a\342\202')
long=$(printf '%0200d' 0)
long_utf8=$(printf '%0100d' 0 | sed 's/0/é/g')

# A namespace; a table; the target of a move of either
mkdir namespace table.lance
for name in '$' 'a$b' 'a$' .a . .. ... .lance .x.lance "$control" "$tab" "$delete" "$newline" "$c1" \
        "$latin" "$overlong" "$surrogate" "$cut"; do
        case $name in
        . | ..)
                expect EEXIST mkdir "$name"
                continue
                ;;
        esac
        expect EINVAL mkdir "$name"
        expect EBADMSG rename namespace "$name"
        [ "$name" = .lance ] || expect EINVAL mkdir "$name.lance"
        [ "$name" = .lance ] || expect EBADMSG rename table.lance "$name.lance"
done
expect 'EINVAL EBADMSG' mkdir x.lance.lance : rename table.lance x.lance.lance
expect EBADMSG rename namespace x.lance
expect EBADMSG rename table.lance x

# Length: 200 bytes, whatever they are
expect '0 0' mkdir "$long" : mkdir "$long.lance"
expect '0 0' mkdir "$long_utf8" : mkdir "$long_utf8.lance"
expect '0 0' rmdir "$long_utf8" : rmdir "$long_utf8.lance"
expect ENAMETOOLONG mkdir "0$long"
expect ENAMETOOLONG mkdir "0$long.lance"
expect ENAMETOOLONG mkdir "0$long_utf8"
expect ENAMETOOLONG rename namespace "0$long"
expect ENAMETOOLONG rename table.lance "0$long.lance"
rmdir "$long" "$long.lance"

# A path component: 255 bytes, in every kind of directory
name255=$(printf '%0255d' 0)
name256=0$name255
for directory in . users.lance users.lance/tags users.lance/versions ../.lancefs \
        ../.lancefs/deregistered; do
        expect ENAMETOOLONG stat "$directory/$name256" type
        expect ENAMETOOLONG mkdir "$directory/$name256"
        expect ENAMETOOLONG open "$directory/$name256" 'O_WRONLY|O_CREAT'
        expect ENAMETOOLONG unlink "$directory/$name256"
        expect ENAMETOOLONG rmdir "$directory/$name256"
        expect ENAMETOOLONG rename users.lance "$directory/$name256"
        expect ENAMETOOLONG link users.lance/versions/1 "$directory/$name256"
        expect ENOENT stat "$directory/$name255" type
done

# What is legal, however odd, is the same byte for byte.
for name in 'a b' "it's" 'a"b' 'a\b' '-rf' '#a#' 'a~' 'naïve' 表 'a:b' 'a*b' '%s%n' ' ' 'a,b' \
        'a;drop table change;' con 'A' 'a' lance 'x.lance.' 'x.LANCE' 4913 sedAbCdEf; do
        expect 0 mkdir "./$name"
        expect_eq 1 "$("$SYS" readdir . | grep -cxF -- "$(printf '%s' "$name" | sed 's/\\/\\\\/g')")" "$name"
        expect 0 mkdir "./$name.lance"
        expect '0 0' rmdir "./$name" : rmdir "./$name.lance"
done

# Tags: what can be none becomes a staged file, whatever is in it.
cd users.lance/tags
for name in .a a~ '#a#' 'a b' 'a$b' é 'a:b' a..b a.lock 'a@{b' "$latin" "$control"; do
        echo abc >"./$name"
        expect_eq abc "$(cat "./$name")" "$name"
        "$SYS" readdir . | grep -q . || fail "not listed: $name"
        rm "./$name"
done
for name in a A a-b -a a_b a.b 1 1.0 "$long"; do
        expect '0 EINVAL 0' open "./$name" 'O_WRONLY|O_CREAT' : write 'abc\n' : close
        expect '0 2 0' open "$name" 'O_WRONLY|O_CREAT' : write '1\n' : close
        rm "./$name"
done
echo abc >"0$long"
expect_staged "0$long"
rm "0$long"
cd /

# Versions: a number from 1 on, spelled in one way
cd "$T/versions"
for name in 0 01 +1 -1 1.0 0x1 9223372036854775808 99999999999999999999 v1 latest.json; do
        echo abc >"./$name"
        expect_eq abc "$(cat "./$name")" "$name"
        rm "./$name"
done
expect EEXIST open latest 'O_WRONLY|O_CREAT|O_EXCL'
cd /
expect_tags
expect_names "$MNT/prod" .namespace.json namespace table.lance users.lance
[ "$(changes)" -gt "$count" ] || fail 'nothing was tried'

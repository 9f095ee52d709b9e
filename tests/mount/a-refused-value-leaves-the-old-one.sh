#!/bin/sh
# What can never become a version number is refused by write(2), with EINVAL.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
tag=$T/tags/gold
echo 2 >"$tag"
count=$(changes)

# refused ERRNO DATA...
refused()
{
        _errno=$1
        shift
        expect "0 $_errno 0" open "$tag" 'O_WRONLY|O_TRUNC' : write "$@" : close
        tag_is gold 2
        expect "0 $_errno 0" open "$T/tags/new" 'O_WRONLY|O_CREAT|O_EXCL' : write "$@" : close
        expect ENOENT stat "$T/tags/new" type
}

for value in abc -1 '7 8' +2 0 00 02 2.0 2e0 0x2 '2,' '2\n3\n' '2\n3' '\x00' '2\x00' '2\n\x00' \
        'é' '\xff' 2a latestx xlatest LATEST 'la ' '1 latest' 'latest 1' '"2"' '{}' '-' \
        9223372036854775808 18446744073709551616 18446744073709551618 99999999999999999999; do
        refused EINVAL "$value"
        refused EINVAL "$value\n"
done
refused EINVAL --repeat 2 5000
refused EINVAL --repeat 7 100000
refused EINVAL --repeat ' ' 5000
refused ENOENT '4\n'
refused ENOENT '9223372036854775807\n'

# Of several writes only the one that spoils it fails, and the file can still be made right.
expect '0 1 EINVAL 0 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 7 : write ' 8' : ftruncate 0 : \
        pwrite '3\n' 0 : close
tag_is gold 3
expect '0 1 EINVAL 1 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 2 : write x : pwrite '\n' 1 : close
tag_is gold 2
expect '0 ENOENT 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '9\n' : pwrite '3\n' 0 : close
tag_is gold 3

# At the end of the file: an unfinished word, a version that is not there; reported by close(2).
expect '0 3 EINVAL' open "$tag" 'O_WRONLY|O_TRUNC' : write lat : close
expect '0 1 ENOENT' open "$tag" 'O_WRONLY|O_TRUNC' : write 9 : close
expect '0 1 ENOENT 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 9 : fsync : close
tag_is gold 3

# Nothing but what succeeded is in the catalog.
expect_eq $((count + 3)) "$(changes)" changes
expect_tags gold

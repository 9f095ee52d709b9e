#!/bin/sh
# Nearly every program reports an error of write(2), no shell one of close(2). So what is in the
# catalog is looked at while the file is open.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 12
VERSIONS=12
tag=$T/tags/gold

# Who looks must not be another process: its copy of the file would be closed, which is a close.
look="getxattr $tag user.lance.version"

# A line, when it ends in its newline
# shellcheck disable=SC2086 # words
{
        expect '0 2 "2" 0' open "$tag" 'O_WRONLY|O_CREAT' : write '2\n' : $look : close
        expect '0 1 "2" 1 "2" 1 "11" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 1 : $look : \
                write 1 : $look : write '\n' : $look : close
        expect '0 4 "3" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '3\r\n\n' : $look : close
        expect '0 4 "4" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write ' 4 \n' : $look : close
        expect '0 3 3 "4" 1 "12" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write lat : write est : \
                $look : write '\n' : $look : close

        # Without it, at fsync, at any close, or at the last
        expect '0 1 "12" 0 "6" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 6 : $look : fsync : \
                $look : close
        expect '0 1 0 "6" 0 "7" 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 7 : dup : $look : close : \
                $look : close
        expect '0 1 "7" 0 "8"' open "$tag" 'O_WRONLY|O_TRUNC' : write 8 : $look : close : $look
}
tag_is gold 8

# A document, when it parses
v=$T/versions/13
expect '0 20 ENOENT 1 0 0' open "$v" 'O_WRONLY|O_CREAT' : write '{"manifest_path":"a"' : \
        access "$v" f : write '}' : access "$v" f : close
v=$T/versions/14
expect '0 21 0 1 0' open "$v" 'O_WRONLY|O_CREAT' : write '{"manifest_path":"b"}' : \
        access "$v" f : write '\n' : close
v=$T/versions/15
expect '0 1 EINVAL' open "$v" 'O_WRONLY|O_CREAT' : write '{' : close
expect '0 1 EINVAL EINVAL' open "$v" 'O_WRONLY|O_CREAT' : write '{' : fsync : close
expect ENOENT stat "$v" type
rm "$T/versions/13" "$T/versions/14"

# One open, written and closed file commits once.
count=$(changes)
expect '0 2 0 0 0 0 0 0 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '9\n' : fsync : dup : close : \
        fsync : dup : close : close
expect_eq $((count + 1)) "$(changes)" 'one change'
expect '0 2 1 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 10 : write '\n' : write ' \n' : close
expect_eq $((count + 2)) "$(changes)" 'one more change'

# A second value in the same place of one open replaces the first; one behind it is refused.
expect '0 2 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '1\n' : pwrite '2\n' 0 : close
tag_is gold 2
expect '0 2 EINVAL 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '3\n' : write '4\n' : close
tag_is gold 3
expect '0 2 0 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '5\n' : ftruncate 0 : pwrite '6\n' 0 : close
tag_is gold 6
expect_tags gold

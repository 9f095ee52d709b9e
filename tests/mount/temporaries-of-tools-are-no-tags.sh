#!/bin/sh
# Names that tools give to temporaries are legal tags; made with O_EXCL and mode 0600 they are staged.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$T/tags"
count=$(changes)
for name in sedAbCdEf tmpab12cd_3 tmp.Ab12Cd34Ef 4913 .gold.swp gold~ '#gold#' .gold.x1y2z3; do
        expect '0 2 0' open "./$name" 'O_RDWR|O_CREAT|O_EXCL' 0600 : write '2\n' : close
        expect_staged "$name"
        expect '2 file 0600' stat "./$name" size type mode
        expect_eq "$count" "$(changes)" "changes by $name"
        mv "./$name" gold
        tag_is gold 2
        expect_tags gold
        rm gold
        count=$(changes)
done

# Made in another way they are what they say.
expect '0 2 0' open sedAbCdEf 'O_RDWR|O_CREAT' 0600 : write '2\n' : close
expect '0 2 0' open 4913 'O_RDWR|O_CREAT|O_EXCL' 0644 : write '3\n' : close
tag_is sedAbCdEf 2
tag_is 4913 3
expect_tags 4913 sedAbCdEf
expect EEXIST open 4913 'O_RDWR|O_CREAT|O_EXCL' 0600
rm 4913 sedAbCdEf

# vim asks with it whether it may write: made, never written, removed
expect '0 0 ENOENT' open 4913 'O_WRONLY|O_CREAT|O_EXCL' 0100644 : close : unlink 4913
expect '0 0 0' open 4913 'O_WRONLY|O_CREAT|O_EXCL' 0600 : close : unlink 4913
expect_tags
need mktemp
name=$(mktemp -p .)
expect_staged "${name#./}"
rm "$name"
name=$(mktemp ./.gold.XXXXXX)
expect_staged "${name#./}"
rm "$name"
expect_tags
cd /

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 12
VERSIONS=12
tag=$T/tags/gold

# CreateTableTag, then UpdateTableTag
expect ENOENT stat "$tag" type
expect '0 2 0' open "$tag" 'O_WRONLY|O_CREAT|O_TRUNC' : write '2\n' : close
tag_is gold 2
expect 'file 0644' stat "$tag" type mode
ino=$("$SYS" stat "$tag" ino)
expect '0 3 0' open "$tag" 'O_WRONLY|O_CREAT|O_TRUNC' : write '11\n' : close
tag_is gold 11
expect "$ino" stat "$tag" ino
expect '0 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '3\n' : close
tag_is gold 3

# O_EXCL: CreateTableTag or nothing
expect EEXIST open "$tag" 'O_WRONLY|O_CREAT|O_EXCL'
expect '0 2 0' open "$T/tags/silver" 'O_WRONLY|O_CREAT|O_EXCL' : write '4\n' : close
tag_is silver 4

# latest is what is latest when it commits
expect '0 7 0' open "$T/tags/newest" 'O_WRONLY|O_CREAT' : write 'latest\n' : close
tag_is newest 12
document 13 >"$T/versions/13"
tag_is newest 12
echo latest >"$T/tags/newest"
tag_is newest 13
rm "$T/tags/newest" "$T/versions/13"

# No such version; no version at all
expect '0 ENOENT 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '99\n' : close
expect '0 ENOENT 0' open "$T/tags/new" 'O_WRONLY|O_CREAT' : write '99\n' : close
expect '0 ENOENT 0' open "$T/tags/new" 'O_WRONLY|O_CREAT' : write '9223372036854775807\n' : close
expect '0 EINVAL 0' open "$tag" 'O_WRONLY|O_TRUNC' : write 'none\n' : close
tag_is gold 3
mkdir "$MNT/prod/empty.lance"
expect '0 ENOENT 0' open "$MNT/prod/empty.lance/tags/a" 'O_WRONLY|O_CREAT' : write 'latest\n' : close
expect '0 ENOENT 0' open "$MNT/prod/empty.lance/tags/a" 'O_WRONLY|O_CREAT' : write '1\n' : close
expect_names "$MNT/prod/empty.lance/tags"

# DeleteTableTag
expect 0 unlink "$T/tags/silver"
expect ENOENT unlink "$T/tags/silver"
expect ENOENT open "$T/tags/silver" O_RDONLY
expect ENOTDIR rmdir "$tag"
expect ENOTDIR stat "$tag/x" type
expect_tags gold

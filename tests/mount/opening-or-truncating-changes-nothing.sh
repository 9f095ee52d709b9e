#!/bin/sh
# Opening never changes anything, nor does what tools do beside writing.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
tag=$T/tags/gold
echo 2 >"$tag"
count=$(changes)

# same STEPS...
# They all succeed, and the tag is as before.
same()
{
        _zeros=$(for _word; do [ "$_word" != : ] || printf '0 '; done)0
        expect "$_zeros" "$@"
        tag_is gold 2
        expect_eq "$count" "$(changes)" changes
}

same open "$tag" 'O_WRONLY|O_TRUNC' : close
same open "$tag" 'O_WRONLY|O_CREAT|O_TRUNC' : fsync : close
same open "$tag" O_RDWR : ftruncate 0 : close
same open "$tag" 'O_WRONLY|O_TRUNC' : ftruncate 0 : fsync : fdatasync : close
same open "$tag" 'O_WRONLY|O_APPEND' : close
same open "$tag" 'O_WRONLY|O_TRUNC' : dup : close : dup : close : close
same truncate "$tag" 0
same truncate "$tag" 2
same utimens "$tag" 1 2 : utimens "$tag" now now : utimens "$tag" omit omit
same chmod "$tag" 0644
same chown "$tag" "$(id -u)" "$(id -g)"
same open "$tag" O_WRONLY : fchmod 0644 : fchown "$(id -u)" "$(id -g)" : futimens 5 6 : close
expect "$("$SYS" stat "$tag" mtime)" stat "$tag" mtime

# What asks for something else is refused.
expect EPERM chmod "$tag" 0600
expect EPERM chown "$tag" 12 13
expect EINVAL truncate "$tag" 1
expect EINVAL truncate "$tag" 5000
tag_is gold 2

# A new name that nothing was written to was never there.
new=$T/tags/new
expect '0 0' open "$new" 'O_WRONLY|O_CREAT' : close
expect ENOENT stat "$new" type
expect '0 0 0 0' open "$new" 'O_WRONLY|O_CREAT|O_EXCL' 0600 : ftruncate 0 : fsync : close
expect '0 0 0 0' open "$new" 'O_RDWR|O_CREAT' : fchmod 0600 : futimens 1 2 : close
expect '0 0' open "$T/versions/9" 'O_WRONLY|O_CREAT' : close
expect '0 1 1 0' open "$new" 'O_WRONLY|O_CREAT' : write '\n' : write ' ' : close
expect_eq "$count" "$(changes)" changes
expect_tags gold

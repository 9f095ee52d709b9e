#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
tag=$T/tags/gold
echo 1 >"$tag"

# Others see the old value, name and size until the new one is in; who writes sees theirs.
expect '0 1 "1" 2 0 "1\n" 0 "2" 0' open "$tag" 'O_RDWR|O_TRUNC' : write 2 : \
        getxattr "$tag" user.lance.version : stat "$tag" size : \
        open "$tag" O_RDONLY : read 9 : close : pread 9 0 : close
tag_is gold 2
expect '0 1 ENOENT 0' open "$T/tags/new" 'O_WRONLY|O_CREAT' : write 3 : stat "$T/tags/new" size : close
tag_is new 3

# Who reads goes on reading what was there when it was opened.
expect '0 0 "2\n" "2\n" 0' open "$tag" O_RDONLY : run sh -c "echo 3 >'$tag'" : pread 9 0 : \
        pread 9 0 : close
expect '0 0 "3\n" 0' open "$tag" O_RDONLY : run rm "$tag" : read 9 : close

# Without O_TRUNC the buffer begins with the value.
echo 1 >"$tag"
expect '0 "1\n" 2 0' open "$tag" O_RDWR : read 9 : pwrite '2\n' 0 : close
tag_is gold 2
expect '0 1 0' open "$tag" O_WRONLY : pwrite 3 0 : close
tag_is gold 3
expect '0 EINVAL 0' open "$tag" 'O_WRONLY|O_APPEND' : write '1\n' : close
tag_is gold 3
expect '0 2 0' open "$T/tags/more" 'O_WRONLY|O_CREAT|O_APPEND' : write '1\n' : close
tag_is more 1

# Two writers at once: the last write counts, not the last close.
expect '0 0 2 0 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : open "$tag" 'O_WRONLY|O_TRUNC' : \
        write '1\n' : close : write '2\n' : close
tag_is gold 2
expect '0 2 0 0' open "$tag" 'O_WRONLY|O_TRUNC' : write '1\n' : run sh -c "echo 3 >'$tag'" : close
tag_is gold 3

# The name that O_EXCL took can be taken by another before the value is in: then it is not ours.
expect '0 0 EEXIST 0' open "$T/tags/lock" 'O_WRONLY|O_CREAT|O_EXCL' : \
        run sh -c "echo 1 >'$T/tags/lock'" : write '2\n' : close
tag_is lock 1

# Removed while it is being written: the write makes it anew, as a path would say.
expect '0 0 2 0' open "$tag" 'O_WRONLY|O_TRUNC' : run rm "$tag" : write '2\n' : close
tag_is gold 2
expect_tags gold lock more new

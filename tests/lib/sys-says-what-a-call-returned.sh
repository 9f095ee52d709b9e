#!/bin/sh
# The sys program on an ordinary filesystem.
. "$(dirname "$0")/lib.sh"

cd "$WORK"

# Results and errno names
expect 0 mkdir d 0750
expect 'dir 0750' stat d type mode
expect EEXIST mkdir d
expect ENOENT rmdir none
expect '0 0' open d/f 'O_WRONLY|O_CREAT|O_EXCL' 0600 : close
expect ENOTEMPTY rmdir d
expect EEXIST open d/f 'O_WRONLY|O_CREAT|O_EXCL'
expect ENOTDIR rmdir d/f
expect ENAMETOOLONG mkdir "$(printf '%0300d' 0)"
expect 0 rename d/f d/g
expect 0 link d/g d/f
expect '2 2' stat d/g nlink : stat d/f nlink
expect EEXIST renameat2 d/f d/g NOREPLACE
expect 0 renameat2 d/f d/g EXCHANGE
expect '0 d/f symlink file' symlink d/f s : readlink s : lstat s type : stat s type
expect EINVAL readlink d/f
expect '0 fifo 0620' umask 0 : mknod p fifo 0620 : stat p type mode
expect '0 0640' chmod d/f 0640 : stat d/f mode
expect '0 5.000000000 7.250000000' utimens d/f 5 7.25 : stat d/f atime mtime
expect 0 access d/f rw
expect ENOENT access none f

# A sequence on one file: data, escapes, and what is seen of it
expect '0 5 0 "a\nb\x00\\" 0' \
        open v 'O_RDWR|O_CREAT' : write 'a\nb\0\x5c' : fsync : pread 10 0 : close
expect '0 "" 2 5 "b" 0 0 "" 0' open v O_RDWR : pread 5 99 : lseek 2 SET : fstat size : read 1 : \
        ftruncate 0 : lseek 0 SET : read 9 : close
expect '0 5000 5000 0' open v O_WRONLY : write --repeat 7 5000 : fstat size : close
printf 'from a file' >data
expect '0 11 0 "from a file"' open v 'O_WRONLY|O_TRUNC' : write --file data : close : mmap-read v
expect '0 EBADF 0' open v O_RDONLY : write x : close

# The file opened last is the current one; dup makes another, and so does open
expect '0 0 "from" 0 0 "from a" 0' \
        open v O_RDONLY : open data O_RDONLY : pread 4 0 : dup : close : pread 6 0 : close

# A sequence ends at an open that fails, and only there
expect ENOENT open none O_RDONLY : mkdir never
expect ENOENT lstat never type
expect 'ENOENT 0' unlink none : mkdir later

# Another process acts while a file is open
expect '0 0 "from" 0' open v O_RDONLY : run rm v : pread 4 0 : close
expect 3 run sh -c 'exit 3'

# Directories and extended attributes
mkdir many
i=0
while [ $i -lt 100 ]; do
        : >"many/name with space $i"
        i=$((i + 1))
done
expect_eq 100 "$("$SYS" readdir many 300 | wc -l)"
expect_eq 102 "$("$SYS" getdents many | wc -l)"
expect EINVAL readdir many 10
if [ "$("$SYS" setxattr data user.test 'v\0w')" = 0 ]; then
        expect '"v\x00w" user.test' getxattr data user.test : listxattr data
        expect EEXIST setxattr data user.test x CREATE
        expect '0 ENODATA' removexattr data user.test : getxattr data user.test
fi

# The rights of others
if [ "$(id -u)" -eq 0 ]; then
        expect 'EACCES EACCES 0' as 65534 65534 : mkdir d/other : rmdir later : access d f
fi

# Wrong words prove nothing: status 2, which expect() refuses
for words in 'mkdir' 'mkdir a 0755 extra' 'nothing a' 'write x' 'open . O_NONSENSE' 'open . 0 8x' \
        'truncate data x' 'stat . nothing' ': mkdir a' 'write \q'; do
        # shellcheck disable=SC2086 # words
        expect_status 2 "$SYS" $words
done

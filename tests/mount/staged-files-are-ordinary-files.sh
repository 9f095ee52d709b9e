#!/bin/sh
# In the manner of pjdfstest: what POSIX says of regular files holds for those that are staged in a
# namespace, in tags/ and in versions/.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
mkdir "$MNT/prod/d" "$MNT/prod/e"
for directory in "$MNT" "$MNT/prod" "$T/tags" "$T/versions"; do
        a=$directory/.a b=$directory/.b c=$directory/.c
        cd "$directory"

        # open/00, 22, 23: create, O_EXCL, mode less the umask, which keeps it private
        expect '0 0 0 0' open "$a" 'O_RDWR|O_CREAT|O_EXCL' 0666 : fstat size : fsync : close
        expect EEXIST open "$a" 'O_RDWR|O_CREAT|O_EXCL'
        expect 'file 0600 1 0 0' stat "$a" type mode nlink size blocks
        expect ENOENT open "$c" O_RDWR
        expect ENOTDIR open "$a" 'O_RDONLY|O_DIRECTORY'
        expect ENOTDIR stat "$a/x" type
        expect EEXIST mkdir "$a"

        # write, pwrite, append, holes, read at the end
        expect '0 5 "" 2 "heLLo" 5 0' open "$a" O_RDWR : write hello : read 9 : pwrite LL 2 : \
                pread 9 0 : fstat size : close
        expect '0 1 1 "heLLo!?" 0' open "$a" 'O_RDWR|O_APPEND' : write '!' : pwrite '?' 0 : pread 9 0 : close
        expect '0 1 11 "heLLo!?\x00\x00\x00x" 0' open "$a" O_RDWR : pwrite x 10 : fstat size : \
                pread 20 0 : close
        expect '0 0 0' open "$a" 'O_WRONLY|O_TRUNC' : fstat size : close
        expect 0 stat "$a" size
        expect '0 4096 8192 0' open "$a" O_RDWR : pwrite --repeat x 4096 4096 : fstat size : close

        # ftruncate/00, 12: shorter, longer, too long
        expect '0 0 9 "\x00\x00\x00" 0 2 0' open "$a" O_RDWR : ftruncate 9 : fstat size : pread 3 6 : \
                ftruncate 2 : fstat size : close
        expect EINVAL truncate "$a" -1
        expect EFBIG truncate "$a" 134217729
        expect '0 EFBIG EFBIG 0 0' open "$a" O_WRONLY : ftruncate 200000000 : \
                pwrite x 134217728 : fallocate 0 0 4096 : close
        expect 4096 stat "$a" size

        # rename/*: to a new name, over another, to itself, exchange, never replace
        printf one >"$a"
        printf two >"$b"
        ino=$("$SYS" stat "$a" ino)
        expect 0 rename "$a" "$c"
        expect "ENOENT $ino" stat "$a" type : stat "$c" ino
        expect 0 rename "$c" "$c"
        expect 0 rename "$c" "$b"
        expect_content "$b" one
        expect "$ino" stat "$b" ino
        printf two >"$a"
        expect EEXIST renameat2 "$a" "$b" NOREPLACE
        expect 0 renameat2 "$a" "$b" EXCHANGE
        expect_content "$a" one
        expect_content "$b" two
        expect "$ino" stat "$a" ino
        expect ENOENT renameat2 "$a" "$c" EXCHANGE
        expect EINVAL renameat2 "$a" "$c" WHITEOUT
        expect ENOENT rename "$c" "$a"
        expect ENOTDIR rename "$a" "$b/c"
        expect ENOENT rename "$a" "$directory/none/c"

        # What is renamed or replaced while it is open
        expect '0 0 3 "one" 4 7 0' open "$a" 'O_RDWR|O_APPEND' : rename "$a" "$c" : fstat size : \
                pread 9 0 : write more : fstat size : close
        expect_content "$c" onemore
        expect '0 0 "onemore" 7 0' open "$c" O_RDWR : rename "$b" "$c" : pread 9 0 : fstat size : close
        expect_content "$c" two

        # unlink/14: what is open can still be read and written, and its size is right
        expect '0 0 3 "two" 1 1 4 0 0 0' open "$c" O_RDWR : unlink "$c" : fstat size : read 9 : \
                write '!' : pwrite T 0 : fstat size : ftruncate 0 : fstat size : close
        expect 'ENOENT ENOENT' stat "$c" type : unlink "$c"
        expect '0 0 2 0 5 0' open "$c" 'O_RDWR|O_CREAT' : unlink "$c" : write ab : \
                open "$c" 'O_RDWR|O_CREAT' : write other : close
        expect 5 stat "$c" size

        # link/00: two names, one file
        expect '0 2 2' link "$c" "$a" : stat "$c" nlink : stat "$a" nlink
        expect_eq "$("$SYS" stat "$c" ino)" "$("$SYS" stat "$a" ino)" 'numbers of two links'
        printf new >"$a"
        expect_content "$c" new
        expect EEXIST link "$c" "$a"
        expect '0 1' unlink "$c" : stat "$a" nlink
        expect_content "$a" new

        # times, mode, owner
        expect '0 7.500000000 8.000000000' utimens "$a" 7.5 8 : stat "$a" atime mtime
        expect '0 0640 0' chmod "$a" 0640 : stat "$a" mode : chmod "$a" 0600
        expect ENAMETOOLONG rename "$a" "$directory/.$(printf '%0255d' 0)"
        expect 0 rename "$a" "$directory/.$(printf '%0254d' 0)"
        expect 0 unlink "$directory/.$(printf '%0254d' 0)"

        expect 'EPERM EPERM' symlink x "$directory/.s" : mknod "$directory/.p" fifo
        expect EISDIR open "$directory" O_WRONLY
        cd /
done
expect_tags

# Between directories of any kind
echo 1 >"$MNT/prod/staged"
for target in "$MNT/staged" "$MNT/prod/d/staged" "$T/tags/.staged" "$T/versions/.staged" \
        "$MNT/prod/e/staged"; do
        ino=$("$SYS" stat "$MNT/prod/staged" ino)
        expect 0 rename "$MNT/prod/staged" "$target"
        expect "$ino" stat "$target" ino
        expect 0 link "$target" "$MNT/prod/staged"
        expect 0 unlink "$target"
done
expect EPERM rename "$MNT/prod/staged" "$T/staged"
expect EPERM link "$MNT/prod/staged" "$T/staged"
expect EPERM rename "$MNT/prod/staged" "$MNT/.lancefs/staged"
expect EBADMSG rename "$MNT/prod/staged" "$MNT/.lancefs/deregistered/staged"
expect EPERM rename "$MNT/prod/staged" "$MNT/prod/.namespace.json"

# rename/13, 14; open/13: files and directories do not replace each other.
expect EISDIR rename "$MNT/prod/staged" "$MNT/prod/d"
expect EISDIR rename "$MNT/prod/staged" "$T"
expect EBADMSG rename "$MNT/prod/staged" "$MNT/prod/other.lance"
expect EINVAL open "$MNT/prod/other.lance" 'O_WRONLY|O_CREAT'
expect ENOTDIR rename "$MNT/prod/d" "$MNT/prod/staged"
expect ENOTDIR rmdir "$MNT/prod/staged"
expect EISDIR unlink "$MNT/prod/d"
expect EBADMSG renameat2 "$MNT/prod/d" "$MNT/prod/staged" EXCHANGE
expect_content "$MNT/prod/staged" '1\n'
expect_names "$MNT/prod" .namespace.json d e staged users.lance

# Many at once, listed and removed
i=0
while [ $i -lt 300 ]; do
        i=$((i + 1))
        : >"$MNT/prod/d/file-$i"
done
expect_eq 301 "$("$SYS" readdir "$MNT/prod/d" 500 | sort -u | wc -l)" names
rm "$MNT/prod/d/"*
expect_names "$MNT/prod/d" .namespace.json

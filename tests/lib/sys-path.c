#include <dirent.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/sys.h"

enum step_result step_mkdir(struct args *args)
{
        const char *path = next(args);

        return say(mkdir(path, has_next(args) ? next_mode(args) : 0755));
}

enum step_result step_rmdir(struct args *args)
{
        return say(rmdir(next(args)));
}

enum step_result step_unlink(struct args *args)
{
        return say(unlink(next(args)));
}

enum step_result step_rename(struct args *args)
{
        const char *from = next(args);

        return say(rename(from, next(args)));
}

enum step_result step_renameat2(struct args *args)
{
        static const struct word flags[] = {
                { "NOREPLACE", RENAME_NOREPLACE },
                { "EXCHANGE", RENAME_EXCHANGE },
                { "WHITEOUT", RENAME_WHITEOUT },
                { NULL, 0 },
        };
        const char *from = next(args);
        const char *to = next(args);

        return say(renameat2(AT_FDCWD, from, AT_FDCWD, to, (unsigned int)next_flags(args, flags)));
}

enum step_result step_link(struct args *args)
{
        const char *from = next(args);

        return say(link(from, next(args)));
}

enum step_result step_symlink(struct args *args)
{
        const char *target = next(args);

        return say(symlink(target, next(args)));
}

enum step_result step_readlink(struct args *args)
{
        char target[PATH_MAX];

        return say_name(target, readlink(next(args), target, sizeof(target)));
}

enum step_result step_mknod(struct args *args)
{
        static const struct word types[] = {
                { "file", S_IFREG }, { "fifo", S_IFIFO },  { "socket", S_IFSOCK },
                { "char", S_IFCHR }, { "block", S_IFBLK }, { NULL, 0 },
        };
        const char *path = next(args);
        mode_t type = (mode_t)next_word(args, types);
        mode_t mode = has_next(args) ? next_mode(args) : 0644;
        unsigned int device_major = has_next(args) ? (unsigned int)next_number(args) : 0;
        unsigned int device_minor = has_next(args) ? (unsigned int)next_number(args) : 0;

        return say(mknod(path, type | mode, makedev(device_major, device_minor)));
}

enum step_result step_truncate(struct args *args)
{
        const char *path = next(args);

        return say(truncate(path, next_number(args)));
}

enum step_result step_chmod(struct args *args)
{
        const char *path = next(args);

        return say(chmod(path, next_mode(args)));
}

static enum step_result change_owner(struct args *args, int flags)
{
        const char *path = next(args);
        uid_t uid = (uid_t)next_number(args);

        return say(fchownat(AT_FDCWD, path, uid, (gid_t)next_number(args), flags));
}

enum step_result step_chown(struct args *args)
{
        return change_owner(args, 0);
}

enum step_result step_lchown(struct args *args)
{
        return change_owner(args, AT_SYMLINK_NOFOLLOW);
}

static enum step_result change_times(struct args *args, int flags)
{
        const char *path = next(args);
        struct timespec times[2];

        times[0] = next_time(args);
        times[1] = next_time(args);
        return say(utimensat(AT_FDCWD, path, times, flags));
}

enum step_result step_utimens(struct args *args)
{
        return change_times(args, 0);
}

enum step_result step_lutimens(struct args *args)
{
        return change_times(args, AT_SYMLINK_NOFOLLOW);
}

enum step_result step_access(struct args *args)
{
        const char *path = next(args);
        int mode = F_OK;

        for (const char *letter = next(args); *letter; letter++) {
                if (*letter == 'r')
                        mode |= R_OK;
                else if (*letter == 'w')
                        mode |= W_OK;
                else if (*letter == 'x')
                        mode |= X_OK;
                else if (*letter != 'f')
                        usage_error(args->step, "not made of r, w, x and f:", letter);
        }
        return say(access(path, mode));
}

enum step_result step_stat(struct args *args)
{
        struct stat st = { 0 };
        const char *path = next(args);

        return say_stat(args, stat(path, &st), &st);
}

enum step_result step_lstat(struct args *args)
{
        struct stat st = { 0 };
        const char *path = next(args);

        return say_stat(args, lstat(path, &st), &st);
}

static void say_statfs_field(const struct args *args, const struct statvfs *fs, const char *field)
{
        if (strcmp(field, "bsize") == 0)
                printf("%lu\n", fs->f_bsize);
        else if (strcmp(field, "frsize") == 0)
                printf("%lu\n", fs->f_frsize);
        else if (strcmp(field, "blocks") == 0)
                printf("%ju\n", (uintmax_t)fs->f_blocks);
        else if (strcmp(field, "bfree") == 0)
                printf("%ju\n", (uintmax_t)fs->f_bfree);
        else if (strcmp(field, "bavail") == 0)
                printf("%ju\n", (uintmax_t)fs->f_bavail);
        else if (strcmp(field, "files") == 0)
                printf("%ju\n", (uintmax_t)fs->f_files);
        else if (strcmp(field, "ffree") == 0)
                printf("%ju\n", (uintmax_t)fs->f_ffree);
        else if (strcmp(field, "namemax") == 0)
                printf("%lu\n", fs->f_namemax);
        else if (strcmp(field, "readonly") == 0)
                puts(fs->f_flag & ST_RDONLY ? "yes" : "no");
        else
                usage_error(args->step, "unknown field", field);
}

enum step_result step_statfs(struct args *args)
{
        struct statvfs fs;

        if (statvfs(next(args), &fs) < 0)
                return say_errno();
        do
                say_statfs_field(args, &fs, next(args));
        while (has_next(args));
        return STEP_OK;
}

enum step_result step_getxattr(struct args *args)
{
        static char value[XATTR_SIZE_MAX];
        const char *path = next(args);

        return say_data(value, lgetxattr(path, next(args), value, sizeof(value)));
}

enum step_result step_setxattr(struct args *args)
{
        static const struct word words[] = {
                { "CREATE", XATTR_CREATE },
                { "REPLACE", XATTR_REPLACE },
                { NULL, 0 },
        };
        const char *path = next(args);
        const char *name = next(args);
        struct bytes value = next_data(args);
        int flags = has_next(args) ? next_flags(args, words) : 0;
        enum step_result result = say(lsetxattr(path, name, value.data, value.size, flags));

        free(value.owned);
        return result;
}

enum step_result step_removexattr(struct args *args)
{
        const char *path = next(args);

        return say(lremovexattr(path, next(args)));
}

enum step_result step_listxattr(struct args *args)
{
        static char names[XATTR_LIST_MAX];
        ssize_t size = llistxattr(next(args), names, sizeof(names));

        if (size < 0)
                return say_errno();
        for (const char *name = names; name < names + size; name += strlen(name) + 1)
                say_name(name, (ssize_t)strlen(name));
        return STEP_OK;
}

static const char *entry_type_name(unsigned char type)
{
        return type == DT_UNKNOWN ? "unknown" : type_name(DTTOIF((mode_t)type));
}

/* The next bufferful of entries, told apart as asked: 'names' leaves out "." and "..". */
static void say_entries(const char *buffer, ssize_t size, bool names)
{
        ssize_t offset = 0;

        while (offset < size) {
                const struct dirent64 *entry = (const void *)(buffer + offset);

                if (!names)
                        printf("%llu %s ", (unsigned long long)entry->d_ino,
                               entry_type_name(entry->d_type));
                if (!names || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0))
                        say_name(entry->d_name, (ssize_t)strlen(entry->d_name));
                offset += entry->d_reclen;
        }
}

/* getdents64(2) itself, because readdir(3) decides the size of the buffer. */
enum step_result step_readdir(struct args *args)
{
        bool names = strcmp(args->step, "readdir") == 0;
        const char *path = next(args);
        size_t capacity = has_next(args) ? (size_t)next_number(args) : 32768;
        char *buffer = allocate(capacity);
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        enum step_result result = STEP_OK;
        ssize_t size;

        if (fd < 0) {
                free(buffer);
                return say_errno();
        }
        while ((size = getdents64(fd, buffer, capacity)) > 0)
                say_entries(buffer, size, names);
        if (size < 0)
                result = say_errno();
        close(fd);
        free(buffer);
        return result;
}

enum step_result step_mmap_read(struct args *args)
{
        int fd = open(next(args), O_RDONLY | O_CLOEXEC);
        enum step_result result;
        struct stat st;
        char *map;

        if (fd < 0)
                return say_errno();
        if (fstat(fd, &st) < 0) {
                result = say_errno();
        } else if ((map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) ==
                   MAP_FAILED) {
                result = say_errno();
        } else {
                result = say_data(map, st.st_size);
                munmap(map, (size_t)st.st_size);
        }
        close(fd);
        return result;
}

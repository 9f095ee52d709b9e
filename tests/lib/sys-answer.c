#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/sys.h"

enum step_result say_errno(void)
{
        puts(strerrorname_np(errno));
        return STEP_FAILED;
}

enum step_result say(ssize_t returned)
{
        if (returned < 0)
                return say_errno();
        printf("%zd\n", returned);
        return STEP_OK;
}

/* In the spelling that next_data() reads; bytes above 0x7f stay, so that names are readable. */
static void print_escaped(const char *bytes, size_t size)
{
        for (size_t i = 0; i < size; i++) {
                unsigned char byte = (unsigned char)bytes[i];

                if (byte == '\n')
                        fputs("\\n", stdout);
                else if (byte == '\\')
                        fputs("\\\\", stdout);
                else if (byte < 0x20 || byte == 0x7f)
                        printf("\\x%02x", byte);
                else
                        putchar(byte);
        }
}

enum step_result say_data(const char *bytes, ssize_t size)
{
        if (size < 0)
                return say_errno();
        putchar('"');
        print_escaped(bytes, (size_t)size);
        puts("\"");
        return STEP_OK;
}

enum step_result say_name(const char *bytes, ssize_t size)
{
        if (size < 0)
                return say_errno();
        print_escaped(bytes, (size_t)size);
        putchar('\n');
        return STEP_OK;
}

const char *type_name(mode_t mode)
{
        switch (mode & S_IFMT) {
        case S_IFREG:
                return "file";
        case S_IFDIR:
                return "dir";
        case S_IFLNK:
                return "symlink";
        case S_IFIFO:
                return "fifo";
        case S_IFSOCK:
                return "socket";
        case S_IFCHR:
                return "char";
        case S_IFBLK:
                return "block";
        default:
                return "unknown";
        }
}

static void say_time(const struct timespec *when)
{
        printf("%lld.%09ld\n", (long long)when->tv_sec, when->tv_nsec);
}

static void say_stat_field(const struct args *args, const struct stat *st, const char *field)
{
        if (strcmp(field, "type") == 0)
                puts(type_name(st->st_mode));
        else if (strcmp(field, "mode") == 0)
                printf("%04o\n", st->st_mode & 07777);
        else if (strcmp(field, "size") == 0)
                printf("%lld\n", (long long)st->st_size);
        else if (strcmp(field, "ino") == 0)
                printf("%llu\n", (unsigned long long)st->st_ino);
        else if (strcmp(field, "dev") == 0)
                printf("%llu\n", (unsigned long long)st->st_dev);
        else if (strcmp(field, "nlink") == 0)
                printf("%llu\n", (unsigned long long)st->st_nlink);
        else if (strcmp(field, "uid") == 0)
                printf("%u\n", st->st_uid);
        else if (strcmp(field, "gid") == 0)
                printf("%u\n", st->st_gid);
        else if (strcmp(field, "blocks") == 0)
                printf("%lld\n", (long long)st->st_blocks);
        else if (strcmp(field, "blksize") == 0)
                printf("%ld\n", (long)st->st_blksize);
        else if (strcmp(field, "atime") == 0)
                say_time(&st->st_atim);
        else if (strcmp(field, "mtime") == 0)
                say_time(&st->st_mtim);
        else if (strcmp(field, "ctime") == 0)
                say_time(&st->st_ctim);
        else
                usage_error(args->step, "unknown field", field);
}

enum step_result say_stat(struct args *args, int returned, const struct stat *st)
{
        if (returned < 0)
                return say_errno();
        do
                say_stat_field(args, st, next(args));
        while (has_next(args));
        return STEP_OK;
}

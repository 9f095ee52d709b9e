#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/sys.h"

static int files[64];
static size_t file_count;

void push_file(const struct args *args, int fd)
{
        if (file_count == sizeof(files) / sizeof(files[0]))
                usage_error(args->step, "too many open files at", args->step);
        files[file_count++] = fd;
}

int current_file(const struct args *args)
{
        if (file_count == 0)
                usage_error(args->step, "no file is open for", args->step);
        return files[file_count - 1];
}

enum step_result step_open(struct args *args)
{
        static const struct word words[] = {
                { "O_RDONLY", O_RDONLY },
                { "O_WRONLY", O_WRONLY },
                { "O_RDWR", O_RDWR },
                { "O_CREAT", O_CREAT },
                { "O_EXCL", O_EXCL },
                { "O_TRUNC", O_TRUNC },
                { "O_APPEND", O_APPEND },
                { "O_NOFOLLOW", O_NOFOLLOW },
                { "O_DIRECTORY", O_DIRECTORY },
                { "O_PATH", O_PATH },
                { "O_TMPFILE", O_TMPFILE },
                { "O_SYNC", O_SYNC },
                { "O_DSYNC", O_DSYNC },
                { "O_DIRECT", O_DIRECT },
                { "O_NONBLOCK", O_NONBLOCK },
                { "O_NOATIME", O_NOATIME },
                { NULL, 0 },
        };
        const char *path = next(args);
        int flags = next_flags(args, words);
        mode_t mode = has_next(args) ? next_mode(args) : 0644;
        int fd = open(path, flags | O_CLOEXEC, mode);

        if (fd < 0) {
                say_errno();
                return STEP_STOP;
        }
        push_file(args, fd);
        return say(0);
}

enum step_result step_dup(struct args *args)
{
        int fd = fcntl(current_file(args), F_DUPFD_CLOEXEC, 0);

        if (fd < 0)
                return say_errno();
        push_file(args, fd);
        return say(0);
}

enum step_result step_close(struct args *args)
{
        int fd = current_file(args);

        file_count--;
        return say(close(fd));
}

enum step_result step_write(struct args *args)
{
        struct bytes data = next_data(args);
        enum step_result result = say(write(current_file(args), data.data, data.size));

        free(data.owned);
        return result;
}

enum step_result step_pwrite(struct args *args)
{
        struct bytes data = next_data(args);
        off_t offset = next_number(args);
        enum step_result result = say(pwrite(current_file(args), data.data, data.size, offset));

        free(data.owned);
        return result;
}

enum step_result step_read(struct args *args)
{
        size_t size = (size_t)next_number(args);
        char *buffer = allocate(size);
        enum step_result result = say_data(buffer, read(current_file(args), buffer, size));

        free(buffer);
        return result;
}

enum step_result step_pread(struct args *args)
{
        size_t size = (size_t)next_number(args);
        off_t offset = next_number(args);
        char *buffer = allocate(size);
        enum step_result result = say_data(buffer, pread(current_file(args), buffer, size, offset));

        free(buffer);
        return result;
}

enum step_result step_lseek(struct args *args)
{
        static const struct word words[] = {
                { "SET", SEEK_SET },   { "CUR", SEEK_CUR },   { "END", SEEK_END },
                { "DATA", SEEK_DATA }, { "HOLE", SEEK_HOLE }, { NULL, 0 },
        };
        off_t offset = next_number(args);

        return say(lseek(current_file(args), offset, next_word(args, words)));
}

enum step_result step_ftruncate(struct args *args)
{
        return say(ftruncate(current_file(args), next_number(args)));
}

enum step_result step_fallocate(struct args *args)
{
        static const struct word words[] = {
                { "KEEP_SIZE", FALLOC_FL_KEEP_SIZE },
                { "PUNCH_HOLE", FALLOC_FL_PUNCH_HOLE },
                { "ZERO_RANGE", FALLOC_FL_ZERO_RANGE },
                { NULL, 0 },
        };
        int mode = next_flags(args, words);
        off_t offset = next_number(args);

        return say(fallocate(current_file(args), mode, offset, next_number(args)));
}

enum step_result step_fsync(struct args *args)
{
        return say(fsync(current_file(args)));
}

enum step_result step_fdatasync(struct args *args)
{
        return say(fdatasync(current_file(args)));
}

enum step_result step_fchmod(struct args *args)
{
        return say(fchmod(current_file(args), next_mode(args)));
}

enum step_result step_fchown(struct args *args)
{
        uid_t uid = (uid_t)next_number(args);

        return say(fchown(current_file(args), uid, (gid_t)next_number(args)));
}

enum step_result step_futimens(struct args *args)
{
        struct timespec times[2];

        times[0] = next_time(args);
        times[1] = next_time(args);
        return say(futimens(current_file(args), times));
}

enum step_result step_fstat(struct args *args)
{
        struct stat st = { 0 };

        return say_stat(args, fstat(current_file(args), &st), &st);
}

enum step_result step_flock(struct args *args)
{
        static const struct word words[] = {
                { "SH", LOCK_SH }, { "EX", LOCK_EX }, { "UN", LOCK_UN },
                { "NB", LOCK_NB }, { NULL, 0 },
        };

        return say(flock(current_file(args), next_flags(args, words)));
}

/* Those of the events that are true of the file within so many milliseconds. */
enum step_result step_poll(struct args *args)
{
        static const struct word words[] = {
                { "IN", POLLIN },   { "PRI", POLLPRI }, { "OUT", POLLOUT },
                { "ERR", POLLERR }, { "HUP", POLLHUP }, { NULL, 0 },
        };
        struct pollfd file = { .fd = current_file(args) };
        const char *separator = "";
        int count;

        file.events = (short)next_flags(args, words);
        count = poll(&file, 1, (int)next_number(args));
        if (count < 0)
                return say_errno();
        for (const struct word *word = words; word->name; word++) {
                if (!(file.revents & word->value))
                        continue;
                printf("%s%s", separator, word->name);
                separator = "|";
        }
        puts(count == 0 ? "none" : "");
        return STEP_OK;
}

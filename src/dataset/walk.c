#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dataset/dataset.h"
#include "util/util.h"

void dataset_problem(const struct dataset_scan *scan, const char *relative, const char *name,
                     const char *fmt, ...)
{
        char path[PATH_MAX + DATASET_BELOW_MAX];
        char sentence[LNS_ERROR_TEXT_MAX];
        va_list args;

        if (!scan->watch->problem)
                return;
        va_start(args, fmt);
        vsnprintf(sentence, sizeof(sentence), fmt, args);
        va_end(args);
        snprintf(path, sizeof(path), "%s/%s%s%s", scan->dataset.location, relative, name ? "/" : "",
                 name ? name : "");
        scan->watch->problem(scan->watch->context, path, sentence);
}

int dataset_grow(void **array, size_t *room, size_t n, size_t size, struct lns_error *err)
{
        size_t more = *room ? *room * 2 : 16;
        void *moved;

        if (n < *room)
                return 0;
        moved = reallocarray(*array, more, size);
        if (!moved)
                return lns_error_set_oom(err);
        *array = moved;
        *room = more;
        return 0;
}

/* One name at a time, so that O_NOFOLLOW holds for each: openat2(2) with RESOLVE_NO_SYMLINKS would
 * do, but sandboxes older than that call forbid it. An fd, or -1 with errno; ELOOP: a symbolic
 * link. */
static int open_directory(int root, const char *relative)
{
        const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        cleanup_(close_fd) int parent = -1;
        char name[NAME_MAX + 1];
        int at = root;

        for (;;) {
                const char *end = strchrnul(relative, '/');
                const size_t length = (size_t)(end - relative);
                struct stat info;
                int fd;

                if (length > NAME_MAX) {
                        errno = ENAMETOOLONG;
                        return -1;
                }
                memcpy(name, relative, length);
                name[length] = '\0';
                fd = openat(at, name, flags);
                if (fd < 0) {
                        /* O_DIRECTORY makes a link ENOTDIR: tell the two apart. */
                        if (errno == ENOTDIR && fstatat(at, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
                                errno = S_ISLNK(info.st_mode) ? ELOOP : ENOTDIR;
                        return -1;
                }
                if (*end == '\0')
                        return fd;
                close_fd(&parent);
                parent = fd;
                at = fd;
                relative = end + 1;
        }
}

static void close_directory(DIR **directory)
{
        if (*directory)
                closedir(*directory);
}

int dataset_visit(struct dataset_scan *scan, const char *relative, dataset_visitor *visit,
                  void *context, bool *ret_absent, struct lns_error *err)
{
        cleanup_(close_directory) DIR *directory = NULL;
        cleanup_(close_fd) int fd = open_directory(scan->root, relative);

        if (ret_absent)
                *ret_absent = fd < 0 && errno == ENOENT;
        if (fd >= 0) {
                directory = fdopendir(fd);
                if (directory)
                        fd = -1; /* closed with the directory */
        }
        if (!directory) {
                if (errno == ELOOP)
                        dataset_problem(scan, relative, NULL,
                                        "is a symbolic link, which is not followed");
                else if (errno != ENOENT)
                        dataset_problem(scan, relative, NULL, "cannot be read: %s",
                                        strerror(errno));
                return 1;
        }
        for (;;) {
                const struct dirent *entry;

                errno = 0;
                entry = readdir(directory);
                if (!entry)
                        break;
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                if (visit(scan, dirfd(directory), relative, entry->d_name, context, err) < 0)
                        return -1;
        }
        if (errno != 0)
                dataset_problem(scan, relative, NULL, "cannot be read to its end: %s",
                                strerror(errno));
        return 0;
}

int dataset_stat_file(struct dataset_scan *scan, int directory, const char *relative,
                      const char *name, struct stat *ret_info)
{
        if (fstatat(directory, name, ret_info, AT_SYMLINK_NOFOLLOW) < 0) {
                if (errno != ENOENT)
                        dataset_problem(scan, relative, name, "cannot be read: %s",
                                        strerror(errno));
                return 1;
        }
        if (S_ISREG(ret_info->st_mode))
                return 0;
        if (S_ISLNK(ret_info->st_mode))
                dataset_problem(scan, relative, name, "is a symbolic link, which is not followed");
        else
                dataset_problem(scan, relative, name, "is no plain file");
        return 1;
}

/* Up to size bytes. -1 with errno. */
static ssize_t read_fully(int fd, char *buf, size_t size)
{
        size_t length = 0;

        while (length < size) {
                const ssize_t n = read(fd, buf + length, size - length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -1;
                if (n == 0)
                        break;
                length += (size_t)n;
        }
        return (ssize_t)length;
}

int dataset_read_file(struct dataset_scan *scan, int directory, const char *relative,
                      const char *name, char **ret_text, size_t *ret_length, struct stat *ret_info,
                      struct lns_error *err)
{
        cleanup_(free_pointer) char *text = NULL;
        cleanup_(close_fd) int fd = -1;
        ssize_t length;

        /* Looked at before it is opened: opening a device can do things. */
        if (dataset_stat_file(scan, directory, relative, name, ret_info) != 0)
                return 1;
        fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
                return 1;
        text = malloc(LNS_REF_FILE_MAX + 1);
        if (!text)
                return lns_error_set_oom(err);
        length =
                fd < 0 || fstat(fd, ret_info) < 0 ? -1 : read_fully(fd, text, LNS_REF_FILE_MAX + 1);
        if (length < 0) {
                dataset_problem(scan, relative, name, "cannot be read: %s", strerror(errno));
                return 1;
        }
        if (length > LNS_REF_FILE_MAX) {
                dataset_problem(scan, relative, name, "is larger than %d bytes", LNS_REF_FILE_MAX);
                return 1;
        }
        *ret_text = text;
        text = NULL;
        *ret_length = (size_t)length;
        return 0;
}

/* The operations that are measured: the system calls of stat(1), cat(1), ls(1), echo and mv(1). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define STAGED "prod/staged.json"

void join(const struct mount *mount, const char *path, char ret_path[static PATH_MAX])
{
        if (snprintf(ret_path, PATH_MAX, "%s/%s", mount->root, path) >= PATH_MAX)
                die("%s/%s: too long", mount->root, path);
}

bool exists(const struct mount *mount, const char *path)
{
        char full[PATH_MAX];
        struct stat st;

        join(mount, path, full);
        return !stat(full, &st);
}

double run_stat(struct mount *mount, const char *path, unsigned int n)
{
        char full[PATH_MAX];
        struct stat st;
        double start;

        join(mount, path, full);
        start = now_us();
        for (unsigned int i = 0; i < n; i++)
                if (stat(full, &st))
                        die_errno("stat", full);
        return (now_us() - start) / n;
}

/* The calls of cat(1), whose second read finds the end. Gives the number of bytes. */
static size_t cat(const char *full, char *buf, size_t size)
{
        int fd = open(full, O_RDONLY | O_CLOEXEC);
        struct stat st;
        ssize_t n;

        if (fd < 0)
                die_errno("open", full);
        if (fstat(fd, &st))
                die_errno("fstat", full);
        n = read(fd, buf, size);
        if (n <= 0 || read(fd, buf + n, size - (size_t)n) != 0)
                die("'%s' is empty, cannot be read or is longer than %zu bytes", full, size);
        close(fd);
        return (size_t)n;
}

double run_cat(struct mount *mount, const char *path, unsigned int n)
{
        char full[PATH_MAX];
        char buf[4096];
        double start;

        join(mount, path, full);
        start = now_us();
        for (unsigned int i = 0; i < n; i++)
                cat(full, buf, sizeof(buf));
        return (now_us() - start) / n;
}

uint64_t list(const char *full, bool is_long, uint64_t *ret_highest)
{
        DIR *dir = opendir(full);
        struct dirent *entry;
        uint64_t count = 0;

        if (!dir)
                die_errno("opendir", full);
        for (errno = 0; (entry = readdir(dir));) {
                uint64_t number = strtoull(entry->d_name, NULL, 10);
                struct stat st;

                if (entry->d_name[0] == '.')
                        continue;
                count++;
                if (ret_highest && number > *ret_highest)
                        *ret_highest = number;
                if (is_long && fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
                        die_errno("fstatat", entry->d_name);
        }
        if (errno)
                die_errno("readdir", full);
        closedir(dir);
        return count;
}

/* prod/v1000.lance/versions has 1,000 entries and latest. */
static double run_list(struct mount *mount, const char *path, unsigned int n, bool is_long)
{
        uint64_t expected = strtoull(strchr(path, 'v') + 1, NULL, 10);
        char full[PATH_MAX];
        double start;

        join(mount, path, full);
        start = now_us();
        for (unsigned int i = 0; i < n; i++) {
                uint64_t count = list(full, is_long, NULL);

                if (count < expected || count > expected + 1)
                        die("'%s' lists %" PRIu64 " entries", full, count);
        }
        return (now_us() - start) / n;
}

double run_ls(struct mount *mount, const char *path, unsigned int n)
{
        return run_list(mount, path, n, false);
}

double run_ls_l(struct mount *mount, const char *path, unsigned int n)
{
        return run_list(mount, path, n, true);
}

static void write_and_close(int fd, const char *text, size_t size, const char *full)
{
        if (write(fd, text, size) != (ssize_t)size)
                die_errno("write", full);
        if (close(fd))
                die_errno("close", full);
}

/* echo N > tag */
double run_tag_update(struct mount *mount, const char *path, unsigned int n)
{
        char full[PATH_MAX];
        char value[16] = "";
        char readback[64];
        double start;
        double mean;

        join(mount, path, full);
        start = now_us();
        for (unsigned int i = 0; i < n; i++) {
                int fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC);
                int size = snprintf(value, sizeof(value), "%u\n", 1 + i % TAG_VALUES);

                if (fd < 0)
                        die_errno("open", full);
                write_and_close(fd, value, (size_t)size, full);
        }
        mean = (now_us() - start) / n;

        if (cat(full, readback, sizeof(readback)) != strlen(value) ||
            memcmp(readback, value, strlen(value)) != 0)
                die("'%s' does not hold what was written last", full);
        return mean;
}

/* What a client writes to create a version. */
static int version_document(char *ret_text, size_t size, uint64_t version)
{
        return snprintf(ret_text, size,
                        "{\"version\": %" PRIu64
                        ", \"manifest_path\": \"/nonexistent/staged/manifest-%" PRIu64
                        "\", \"manifest_size\": 1234, \"e_tag\": \"abc\","
                        " \"naming_scheme\": \"V2\"}\n",
                        version, version);
}

/* Stages a document and moves it to the next number in PATH, a versions directory. */
double run_version_create(struct mount *mount, const char *path, unsigned int n)
{
        char directory[PATH_MAX];
        char staged[PATH_MAX];
        char target[PATH_MAX + 32];
        struct stat st;
        double start;
        double mean;

        join(mount, path, directory);
        join(mount, STAGED, staged);
        if (!mount->last_version)
                list(directory, false, &mount->last_version);

        start = now_us();
        for (unsigned int i = 0; i < n; i++) {
                uint64_t version = ++mount->last_version;
                char text[256];
                int size = version_document(text, sizeof(text), version);
                int fd = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

                if (fd < 0)
                        die_errno("open", staged);
                write_and_close(fd, text, (size_t)size, staged);
                snprintf(target, sizeof(target), "%s/%" PRIu64, directory, version);
                if (rename(staged, target))
                        die_errno("rename to", target);
        }
        mean = (now_us() - start) / n;

        if (stat(target, &st))
                die_errno("stat", target);
        return mean;
}

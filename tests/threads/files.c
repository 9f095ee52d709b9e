#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void die(const char *format, ...)
{
        char text[1024];
        va_list args;

        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        dprintf(STDERR_FILENO, "%s: %s\n", program_invocation_short_name, text);
        _exit(1);
}

void path_of(char ret_path[static PATH_MAX], const char *format, ...)
{
        va_list args;

        va_start(args, format);
        if (vsnprintf(ret_path, PATH_MAX, format, args) >= PATH_MAX)
                die("a path is too long");
        va_end(args);
}

uint64_t number_of(const char *text)
{
        char *end;
        uint64_t number;

        errno = 0;
        number = strtoull(text, &end, 10);
        if (errno || end == text || *end || *text == '-')
                die("'%s' is no number", text);
        return number;
}

int put_file(const char *path, int flags, const char *text)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
        size_t size = strlen(text);
        int error = 0;
        ssize_t n;

        if (fd < 0)
                return errno;
        n = write(fd, text, size);
        if (n < 0)
                error = errno;
        else if ((size_t)n != size)
                die("write '%s': %zd of %zu bytes", path, n, size);
        if (close(fd) && !error)
                error = errno;
        return error;
}

void must_put(const char *path, int flags, const char *text)
{
        int error = put_file(path, flags, text);

        if (error)
                die("write '%s': %s", path, strerror(error));
}

size_t get_file(const char *path, char *buf, size_t size)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        size_t used = 0;
        ssize_t n;

        if (fd < 0)
                die("open '%s': %s", path, strerror(errno));
        while ((n = read(fd, buf + used, size - used)) > 0)
                used += (size_t)n;
        if (n < 0)
                die("read '%s': %s", path, strerror(errno));
        if (used == size)
                die("'%s' has more than %zu bytes", path, size - 1);
        close(fd);
        buf[used] = '\0';
        return used;
}

void each_name(const char *directory, void (*visit)(void *context, const char *name), void *context)
{
        DIR *stream = opendir(directory);
        struct dirent *entry;

        if (!stream)
                die("open '%s': %s", directory, strerror(errno));
        for (errno = 0; (entry = readdir(stream)); errno = 0)
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        visit(context, entry->d_name);
        if (errno)
                die("list '%s': %s", directory, strerror(errno));
        closedir(stream);
}

void version_text(char *buf, size_t size, const char *name)
{
        snprintf(buf, size,
                 "{\"manifest_path\": \"s3://nowhere/%s\", \"manifest_size\": 8,"
                 " \"e_tag\": \"%s\"}\n",
                 name, name);
}

int publish(const char *staged, const char *target, const char *name)
{
        char text[256];
        int error;

        version_text(text, sizeof(text), name);
        must_put(staged, O_EXCL, text);
        error = rename(staged, target) ? errno : 0;
        if (error && unlink(staged))
                die("unlink '%s': %s", staged, strerror(errno));
        return error;
}

uint64_t random_below(uint64_t *state, uint64_t n)
{
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        return (*state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % n;
}

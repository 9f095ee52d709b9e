/* Local storage: default locations, and the removal of what dropped tables leave.
 *
 * A drop removes the record and remembers the location in one transaction; the files go after it,
 * and a sweep that was cut short goes on at the next one, at the latest when the catalog is opened.
 * A location is whatever somebody registered, so little is trusted: only names that belong to a
 * Lance dataset are removed, only where there is one, nothing through a symlink, nothing on another
 * filesystem, and nothing that another table stands in.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* Rows that one write takes off the list. */
#define SWEEP_BATCH 256

/* A branch name of 200 bytes is at most 100 directories deep below tree/, each level holds a file
 * descriptor. What is deeper is not ours. */
#define DEPTH_MAX 128

/* Filesystems may skip entries of a directory that shrinks while it is read. */
#define PASSES_MAX 16

/* ---- locations ---- */

int sqlite_storage_location(struct sqlite_backend *backend, const char *name, char **ret_location,
                            struct lns_error *err)
{
        char safe[LNS_NAME_MAX + 1];
        char *location;
        uint64_t random;
        size_t i;

        /* Clients read a location as a path or as a URI: only what is the same in both. */
        for (i = 0; i < LNS_NAME_MAX && name[i]; i++) {
                const char c = name[i];
                const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';

                safe[i] = c;
                if (!plain)
                        safe[i] = '_';
        }
        safe[i] = '\0';
        if (getrandom(&random, sizeof(random), 0) != sizeof(random))
                return lns_error_set(err, LNS_INTERNAL, "no random numbers: %s", strerror(errno));
        if (asprintf(&location, "%s/tables/%016llx_%s.lance", backend->path,
                     (unsigned long long)random, safe) < 0)
                return lns_error_set_oom(err);
        *ret_location = location;
        return 0;
}

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Decode %XX in place. */
static bool percent_decode(char *text)
{
        char *to = text;

        for (const char *from = text; *from; from++) {
                int value = (unsigned char)*from;

                if (value == '%') {
                        const int high = hex_digit(from[1]);
                        const int low = high < 0 ? -1 : hex_digit(from[2]);

                        value = high * 16 + low;
                        if (high < 0 || low < 0 || value == 0)
                                return false;
                        from += 2;
                }
                *to++ = (char)value;
        }
        *to = '\0';
        return true;
}

/* Is every part of this absolute path a name? */
static bool is_plain_path(const char *path)
{
        if (*path != '/')
                return false;
        for (const char *part = path + 1;; part = strchr(part, '/') + 1) {
                const size_t length = strcspn(part, "/");

                if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0))
                        return false;
                if (!part[length])
                        return true;
        }
}

/* The path of a local location, without a slash at its end; NULL when there is none that could be
 * removed, or no memory. New. */
static char *local_path(const char *location)
{
        const bool uri = strncmp(location, "file://", 7) == 0;
        char *path = strdup(uri ? location + 7 : location);
        size_t length;

        if (!path)
                return NULL;
        length = strlen(path);
        while (length > 0 && path[length - 1] == '/')
                path[--length] = '\0';
        if ((!uri || percent_decode(path)) && is_plain_path(path))
                return path;
        free(path);
        return NULL;
}

static bool lies_below(const char *path, const char *top)
{
        const size_t length = strlen(top);

        return strncmp(path, top, length) == 0 && path[length] == '/';
}

/* ---- removal ---- */

static bool remove_entry(int directory, const char *name, dev_t device, unsigned depth);

/* Remove what a directory holds. False: something stays. */
static bool remove_contents(int directory, dev_t device, unsigned depth)
{
        const int copy = fcntl(directory, F_DUPFD_CLOEXEC, 0);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        struct dirent *entry;
        bool all = true;

        if (!stream) {
                if (copy >= 0)
                        close(copy);
                return false;
        }
        rewinddir(stream);
        while ((entry = readdir(stream)) != NULL) {
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                    !remove_entry(directory, entry->d_name, device, depth))
                        all = false;
        }
        closedir(stream);
        return all;
}

/* Remove one name and all below it. True when it is gone. */
static bool remove_entry(int directory, const char *name, dev_t device, unsigned depth)
{
        cleanup_(close_fd) int fd = -1;
        struct stat status;

        if (unlinkat(directory, name, 0) == 0 || errno == ENOENT)
                return true;
        if ((errno != EISDIR && errno != EPERM) || depth == 0)
                return false;
        fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
                return errno == ENOENT;
        if (fstat(fd, &status) < 0 || status.st_dev != device)
                return false;
        for (int pass = 0; pass < PASSES_MAX; pass++) {
                if (!remove_contents(fd, device, depth - 1))
                        return false;
                if (unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
                        return true;
                if (errno != ENOTEMPTY)
                        return false;
        }
        return false;
}

static bool exists(int directory, const char *name)
{
        struct stat status;

        return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Remove the parts of a dataset. What shows that there is one goes last, so that a removal that was
 * cut short can go on. */
static bool remove_dataset(int location, bool ours)
{
        static const char *const parts[] = {
                "data",
                "tree",
                "_indices",
                "_deletions",
                "_transactions",
                "_refs",
                "_latest.manifest",
                ".lance-deregistered",
                "_versions",
                ".lance-reserved",
        };
        struct stat status;
        bool all = true;

        if (fstat(location, &status) < 0)
                return false;
        if (!ours && !exists(location, "_versions") && !exists(location, ".lance-reserved"))
                return true;
        for (size_t i = 0; all && i < ARRAY_SIZE(parts); i++)
                all = remove_entry(location, parts[i], status.st_dev, DEPTH_MAX);
        return all;
}

/* Remove the dataset at a path, and its directory when nothing else is in it. True when there is
 * nothing left to do. */
static bool remove_path(const char *path, bool ours)
{
        const char *name = strrchr(path, '/') + 1;
        cleanup_(free_pointer) char *above = strndup(path, (size_t)(name - path));
        cleanup_(close_fd) int parent = -1;
        cleanup_(close_fd) int location = -1;

        if (!above)
                return false;
        parent = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (parent < 0)
                return errno == ENOENT || errno == ENOTDIR;
        location = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (location < 0)
                return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        if (!remove_dataset(location, ours))
                return false;
        if (unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT && errno != ENOTEMPTY)
                return false;
        /* The row goes after this: then the names must not come back after a power cut. */
        return fsync(parent) == 0 || errno == EINVAL;
}

static int in_use(struct sqlite_connection *connection, const char *location, const char *path,
                  struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_STORAGE_IN_USE, err);
        cleanup_(free_pointer) char *uri =
                NULL; /* "file://path/": the other five are parts of it */
        cleanup_(free_pointer) char *after = NULL;
        const size_t length = strlen(path);
        uint64_t one;

        if (asprintf(&uri, "file://%s/", path) < 0) {
                uri = NULL;
                return lns_error_set_oom(err);
        }
        if (asprintf(&after, "file://%s0", path) < 0) {
                after = NULL;
                return lns_error_set_oom(err);
        }
        if (!statement || sqlite_bind(statement, err, "tttbttt", path, uri + 7, after + 7,
                                      (const void *)uri, length + 7, uri, after, location) < 0)
                return -1;
        return sqlite_step_id(statement, &one, err);
}

/* ---- the list of what is to be removed ---- */

int sqlite_storage_drop(struct sqlite_write *write, const char *location, struct lns_error *err)
{
        cleanup_(free_pointer) char *path = local_path(location);

        if (!path)
                return 0;
        return sqlite_run(write->connection, SQL_STORAGE_INSERT, err, "t", location);
}

struct dropped {
        uint64_t id;
        char *path; /* new; NULL: nothing is to be removed */
        bool done;
};

struct sweep {
        struct sqlite_backend *backend;
        struct dropped rows[SWEEP_BATCH];
        size_t n_rows;
};

static void sweep_clear(struct sweep *sweep)
{
        for (size_t i = 0; i < sweep->n_rows; i++)
                free(sweep->rows[i].path);
        sweep->n_rows = 0;
}

/* The same place without symlinks above it: another table may be registered by that name. NULL when
 * there is nothing, or no memory. New. */
static char *real_path(const char *path)
{
        const char *name = strrchr(path, '/') + 1;
        cleanup_(free_pointer) char *above = strndup(path, (size_t)(name - path));
        cleanup_(free_pointer) char *real = above ? realpath(above, NULL) : NULL;
        char *joined;

        if (!real || asprintf(&joined, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name) < 0)
                return NULL;
        return joined;
}

static bool is_catalog(const struct sqlite_backend *backend, const char *path)
{
        return strcmp(path, backend->path) == 0 || lies_below(backend->path, path);
}

/* Where a dropped location may be removed from; NULL when it may not: a table stands there, or the
 * catalog itself does. */
static int removable_path(const struct sqlite_backend *backend,
                          struct sqlite_connection *connection, const char *location,
                          char **ret_path, struct lns_error *err)
{
        cleanup_(free_pointer) char *path = local_path(location);
        cleanup_(free_pointer) char *real = NULL;
        int r;

        *ret_path = NULL;
        if (!path || is_catalog(backend, path))
                return 0;
        r = in_use(connection, location, path, err);
        if (r != 0)
                return r < 0 ? -1 : 0;
        real = real_path(path);
        if (real && strcmp(real, path) != 0)
                r = is_catalog(backend, real) ? 1 : in_use(connection, real, real, err);
        if (r == 0) {
                *ret_path = path;
                path = NULL;
        }
        return r < 0 ? -1 : 0;
}

static int read_rows(struct sqlite_connection *connection, uint64_t after, struct sweep *sweep,
                     struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_STORAGE_LIST, err);
        int r;

        if (!statement ||
            sqlite_bind(statement, err, "ii", (int64_t)after, (int64_t)SWEEP_BATCH) < 0)
                return -1;
        while ((r = sqlite_step(statement, err)) == 1) {
                struct dropped row = { .id = (uint64_t)sqlite3_column_int64(statement, 0) };
                const char *location = (const char *)sqlite3_column_text(statement, 1);

                if (!location ||
                    removable_path(sweep->backend, connection, location, &row.path, err) < 0) {
                        sqlite_done(statement);
                        return -1;
                }
                sweep->rows[sweep->n_rows++] = row;
        }
        return r;
}

static int forget_rows(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const struct sweep *sweep = context;

        write->silent = true;
        for (size_t i = 0; i < sweep->n_rows; i++) {
                if (sweep->rows[i].done && sqlite_run(write->connection, SQL_STORAGE_DELETE, err,
                                                      "i", (int64_t)sweep->rows[i].id) < 0)
                        return -1;
        }
        return 0;
}

/* Remove one batch. 1: there may be more, 0: that was all. */
static int sweep_batch(struct sqlite_backend *backend, uint64_t *after, struct lns_error *err)
{
        cleanup_(free_pointer) char *tables = NULL;
        cleanup_(sweep_clear) struct sweep sweep = { .backend = backend };
        struct sqlite_connection *connection;
        bool any = false;
        int r;

        if (asprintf(&tables, "%s/tables", backend->path) < 0) {
                tables = NULL;
                return lns_error_set_oom(err);
        }
        if (sqlite_read_begin(backend, &connection, err) < 0)
                return -1;
        r = read_rows(connection, *after, &sweep, err);
        sqlite_read_end(backend, connection);
        if (r < 0)
                return -1;
        for (size_t i = 0; i < sweep.n_rows; i++) {
                struct dropped *row = &sweep.rows[i];

                row->done = !row->path || remove_path(row->path, lies_below(row->path, tables));
                any = any || row->done;
                *after = row->id;
        }
        if (any && sqlite_write(backend, NULL, forget_rows, &sweep, err) < 0)
                return -1;
        return sweep.n_rows == SWEEP_BATCH;
}

void sqlite_storage_sweep(struct sqlite_backend *backend)
{
        struct lns_error ignored = LNS_ERROR_INIT;
        uint64_t after = 0;

        /* What could not be removed stays in the list: the next sweep tries again. */
        while (!backend->read_only && sweep_batch(backend, &after, &ignored) == 1)
                continue;
}

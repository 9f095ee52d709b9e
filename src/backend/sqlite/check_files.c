/* lancefs check: what lies on the disk beside the database. Files are never removed here. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/sqlite/check.h"
#include "util/util.h"

/* Missing manifests that are named one by one for each branch of a table; the rest is counted. */
#define NAMED_MAX 20

/* The filesystem's inode numbers, in decimal, name the directories below staging/: the object's id
 * and, in the low bits, what stands for it. fs/inode.h. */
#define INODE_KIND_BITS 5
#define INODE_NAMESPACE 1
#define INODE_TAGS_DIR 16
#define INODE_VERSIONS_DIR 17

static void close_directory(DIR **directory)
{
        if (*directory)
                closedir(*directory);
}

/* Open a directory below fd for reading. NULL when it is not there or cannot be read: errno. */
static DIR *open_directory_at(int fd, const char *path)
{
        int child = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *directory = child < 0 ? NULL : fdopendir(child);

        if (!directory && child >= 0)
                close_fd(&child);
        return directory;
}

/* The next name but "." and "..". */
static const char *next_name(DIR *directory)
{
        struct dirent *entry;

        while ((entry = readdir(directory)))
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        return entry->d_name;
        return NULL;
}

/* ---- manifests ---- */

/* A branch of a table whose versions are looked for. */
struct branch_check {
        uint64_t table;
        uint64_t branch;
        char *name;        /* new; of the table */
        char *location;    /* new */
        char *branch_name; /* new; NULL: main */
        uint64_t *numbers; /* new; versions with a canonical manifest, ascending */
        size_t n_numbers;
        uint64_t missing;
};

static void branch_check_clear(struct branch_check *branch)
{
        free(branch->name);
        free(branch->location);
        free(branch->branch_name);
        free(branch->numbers);
        *branch = (struct branch_check){ .table = branch->table, .branch = branch->branch };
}

/* The path of a location on local storage, borrowed; NULL: it is elsewhere. */
static const char *local_path(const char *location)
{
        if (!strncmp(location, "file://", 7))
                location += 7;
        return location[0] == '/' ? location : NULL;
}

static int compare_numbers(const void *a, const void *b)
{
        uint64_t x = *(const uint64_t *)a;
        uint64_t y = *(const uint64_t *)b;

        return x < y ? -1 : x > y;
}

/* List _versions once, however many versions there are. */
static int read_numbers(struct branch_check *branch, const char *path, struct lns_error *err)
{
        cleanup_(free_pointer) char *versions = NULL;
        cleanup_(close_directory) DIR *directory = NULL;
        size_t room = 0;
        const char *name;

        if (asprintf(&versions, "%s%s%s/_versions", path, branch->branch_name ? "/tree/" : "",
                     branch->branch_name ? branch->branch_name : "") < 0) {
                versions = NULL;
                return lns_error_set_oom(err);
        }
        directory = open_directory_at(AT_FDCWD, versions);
        while (directory && (name = next_name(directory))) {
                enum lns_naming_scheme scheme;
                uint64_t number;

                if (lns_manifest_name_parse(name, &number, &scheme))
                        continue;
                if (branch->n_numbers == room) {
                        size_t more = room ? 2 * room : 64;
                        uint64_t *numbers = reallocarray(branch->numbers, more, sizeof(*numbers));

                        if (!numbers)
                                return lns_error_set_oom(err);
                        branch->numbers = numbers;
                        room = more;
                }
                branch->numbers[branch->n_numbers++] = number;
        }
        if (branch->n_numbers)
                qsort(branch->numbers, branch->n_numbers, sizeof(*branch->numbers),
                      compare_numbers);
        return 0;
}

static bool file_exists(const char *directory, const char *path)
{
        char text[2 * LNS_LOCATION_MAX];
        struct stat st;

        if (snprintf(text, sizeof(text), "%s/%s", directory, path) >= (int)sizeof(text))
                return false;
        return !stat(text, &st) && S_ISREG(st.st_mode);
}

/* Is the file that a version names there? A path without its first '/' is how Lance writes one. */
static bool manifest_exists(const struct branch_check *branch, const char *manifest_path)
{
        const char *path = local_path(manifest_path);
        const char *location = local_path(branch->location);

        if (path)
                return file_exists("", path + 1);
        if (strstr(manifest_path, "://"))
                return true; /* not ours to see */
        return file_exists("", manifest_path) || (location && file_exists(location, manifest_path));
}

/* Was it deleted since the rows were read? */
static bool version_is_gone(struct check *check, uint64_t id)
{
        struct sqlite_connection *connection;
        struct lns_error ignored;
        struct lns_node node;
        int found;

        if (sqlite_read_one(check->backend, &connection, &ignored))
                return false;
        found = sqlite_find_node(connection, LNS_NODE_VERSION, id, &node, &ignored);
        sqlite_read_end(check->backend, connection);
        return found == 0;
}

static int check_versions(struct check *check, struct sqlite_connection *connection,
                          struct branch_check *branch, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHECK_VERSIONS, err);
        int found = -1;

        if (!statement ||
            sqlite_bind(statement, err, "ii", (int64_t)branch->table, (int64_t)branch->branch))
                return -1;
        while ((found = sqlite_step(statement, err)) > 0) {
                uint64_t number = (uint64_t)sqlite3_column_int64(statement, 1);
                const char *path = (const char *)sqlite3_column_text(statement, 2);

                if (branch->n_numbers && bsearch(&number, branch->numbers, branch->n_numbers,
                                                 sizeof(number), compare_numbers))
                        continue;
                if (path && manifest_exists(branch, path))
                        continue;
                if (version_is_gone(check, (uint64_t)sqlite3_column_int64(statement, 0)))
                        continue;
                if (branch->missing++ < NAMED_MAX)
                        check_report(check, false,
                                     "version %llu of table '%s'%s%s has no manifest at '%s'",
                                     (unsigned long long)number, branch->name,
                                     branch->branch_name ? " on branch " : "",
                                     branch->branch_name ? branch->branch_name : "",
                                     path ? path : "?");
        }
        if (found < 0)
                return -1;
        if (branch->missing > NAMED_MAX) {
                check_report(check, false, "%llu more versions of table '%s' have no manifest",
                             (unsigned long long)(branch->missing - NAMED_MAX), branch->name);
                check->problems += branch->missing - NAMED_MAX - 1;
        }
        return 0;
}

/* The next branch of a table. 1, 0, -1. */
static int next_branch(struct sqlite_connection *connection, struct branch_check *branch,
                       struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHECK_TABLES, err);
        int found = -1;

        branch_check_clear(branch);
        if (!statement ||
            sqlite_bind(statement, err, "ii", (int64_t)branch->table, (int64_t)branch->branch))
                return -1;
        found = sqlite_step(statement, err);
        if (found <= 0)
                return found;
        branch->table = (uint64_t)sqlite3_column_int64(statement, 0);
        branch->branch = (uint64_t)sqlite3_column_int64(statement, 1);
        if (sqlite_column_string(statement, 2, &branch->name, err) ||
            sqlite_column_string(statement, 3, &branch->location, err) ||
            sqlite_column_string(statement, 4, &branch->branch_name, err))
                found = -1;
        sqlite_done(statement);
        return found;
}

int check_manifests(struct check *check, struct lns_error *err)
{
        cleanup_(branch_check_clear) struct branch_check branch = { 0 };
        struct sqlite_connection *connection;
        int found;

        if (sqlite_read_begin(check->backend, &connection, err))
                return -1;
        while ((found = next_branch(connection, &branch, err)) > 0) {
                const char *path = local_path(branch.location);

                if (path && (read_numbers(&branch, path, err) ||
                             check_versions(check, connection, &branch, err))) {
                        found = -1;
                        break;
                }
        }
        sqlite_read_end(check->backend, connection);
        return found;
}

/* ---- staging ---- */

/* Whose staging directory is it? false: the name is none of ours. */
static bool parse_owner(const char *name, enum lns_node_kind *ret_kind, uint64_t *ret_id)
{
        uint64_t number = 0;

        for (const char *at = name; *at; at++) {
                if (*at < '0' || *at > '9' || at - name > 18)
                        return false;
                number = number * 10 + (uint64_t)(*at - '0');
        }
        *ret_id = number >> INODE_KIND_BITS;
        switch (number & ((1 << INODE_KIND_BITS) - 1)) {
        case INODE_NAMESPACE:
                *ret_kind = LNS_NODE_NAMESPACE;
                return true;
        case INODE_TAGS_DIR:
        case INODE_VERSIONS_DIR:
                *ret_kind = LNS_NODE_TABLE;
                return true;
        default:
                return false;
        }
}

static bool exists_at(int directory, const char *path)
{
        struct stat st;

        return !fstatat(directory, path, &st, AT_SYMLINK_NOFOLLOW);
}

/* Put a directory aside, under a name that is free; an empty one just goes. */
static int put_aside(int staging, const char *name)
{
        char target[NAME_MAX + 64];

        if (!unlinkat(staging, name, AT_REMOVEDIR))
                return 0;
        if (errno != ENOTEMPTY && errno != EEXIST)
                return -1;
        if (mkdirat(staging, "lost", 0700) && errno != EEXIST)
                return -1;
        snprintf(target, sizeof(target), "lost/%s", name);
        for (unsigned n = 2; exists_at(staging, target) && n < 1000; n++)
                snprintf(target, sizeof(target), "lost/%s-%u", name, n);
        return renameat2(staging, name, staging, target, RENAME_NOREPLACE);
}

static int owner_exists(struct check *check, enum lns_node_kind kind, uint64_t id,
                        struct lns_error *err)
{
        struct sqlite_connection *connection;
        struct lns_node node;
        int found;

        if (sqlite_read_one(check->backend, &connection, err))
                return -1;
        found = sqlite_find_node(connection, kind, id, &node, err);
        sqlite_read_end(check->backend, connection);
        return found;
}

/* The name is read before its owner is looked up, so the owner of a new one is there. */
int check_staging(struct check *check, struct lns_error *err)
{
        cleanup_(close_directory) DIR *directory =
                open_directory_at(check->backend->directory, "staging");
        const char *name;

        while (directory && (name = next_name(directory))) {
                enum lns_node_kind kind;
                uint64_t id;
                bool aside;
                int found;

                if (!strcmp(name, "lost"))
                        continue;
                if (!parse_owner(name, &kind, &id)) {
                        check_report(check, false, "staging/%s is nothing that lancefs makes",
                                     name);
                        continue;
                }
                found = owner_exists(check, kind, id, err);
                if (found < 0)
                        return -1;
                if (found)
                        continue;
                aside = check->repair && !put_aside(dirfd(directory), name);
                check_report(check, aside, "staging/%s belongs to a %s that is gone%s", name,
                             kind == LNS_NODE_TABLE ? "table" : "namespace",
                             aside ? "; what is in it is now in staging/lost" : "");
        }
        return 0;
}

/* ---- what nothing points to ---- */

/* 1: a table or storage to be removed is there, 0, -1. */
static int location_in_use(struct check *check, const char *name, struct lns_error *err)
{
        struct sqlite_connection *connection;
        char path[3][2 * LNS_LOCATION_MAX];
        char uri[2 * LNS_LOCATION_MAX];
        sqlite3_stmt *statement;
        int found = -1;

        snprintf(path[0], sizeof(path[0]), "%s/tables/%s", check->backend->path, name);
        snprintf(path[1], sizeof(path[1]), "%s/tables/%s/", check->backend->path, name);
        snprintf(path[2], sizeof(path[2]), "%s/tables/%s0", check->backend->path, name);
        snprintf(uri, sizeof(uri), "file://%s/tables/%s", check->backend->path, name);
        if (sqlite_read_one(check->backend, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CHECK_LOCATION, err);
        if (statement && !sqlite_bind(statement, err, "tttt", path[0], path[1], path[2], uri)) {
                found = sqlite_step(statement, err);
                sqlite_done(statement);
        }
        sqlite_read_end(check->backend, connection);
        return found;
}

int check_leftovers(struct check *check, struct lns_error *err)
{
        cleanup_(close_directory) DIR *directory =
                open_directory_at(check->backend->directory, "tables");
        const char *name;

        while (directory && (name = next_name(directory))) {
                int found = location_in_use(check, name, err);

                if (found < 0)
                        return -1;
                if (!found)
                        check_report(check, false,
                                     "tables/%s belongs to no table; 'lancefs import' "
                                     "adopts it, or remove it",
                                     name);
        }
        return 0;
}

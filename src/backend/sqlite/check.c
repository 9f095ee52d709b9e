/* lancefs check: the database; and what .lancefs/status tells of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "backend/sqlite/check.h"
#include "util/util.h"

void check_report(struct check *check, bool repaired, const char *fmt, ...)
{
        char text[2 * LNS_LOCATION_MAX];
        va_list arguments;

        va_start(arguments, fmt);
        vsnprintf(text, sizeof(text), fmt, arguments);
        va_end(arguments);
        if (!repaired)
                check->problems++;
        if (check->report)
                check->report(check->context, text, repaired);
}

static const char *text_at(sqlite3_stmt *statement, int column)
{
        const char *text = (const char *)sqlite3_column_text(statement, column);

        return text ? text : "?";
}

/* A change that is one statement and nothing for the feed. */
static int run_silently(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const enum sqlite_statement *which = context;

        write->silent = true;
        return sqlite_run(write->connection, *which, err, "");
}

static int repair_by(struct check *check, enum sqlite_statement which, struct lns_error *err)
{
        return sqlite_write(check->backend, NULL, run_silently, &which, err);
}

/* ---- SQLite's own checks ---- */

/* Report what the integrity check finds; how many, or -1. */
static int integrity_problems(struct check *check, bool report, struct lns_error *err)
{
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        int n = 0;
        int found = -1;

        if (sqlite_read_one(check->backend, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CHECK_INTEGRITY, err);
        while (statement && (found = sqlite_step(statement, err)) > 0) {
                if (!strcmp(text_at(statement, 0), "ok"))
                        continue;
                n++;
                if (report)
                        check_report(check, false, "catalog.db: %s", text_at(statement, 0));
        }
        sqlite_read_end(check->backend, connection);
        return found < 0 ? -1 : n;
}

static int check_integrity(struct check *check, struct lns_error *err)
{
        struct lns_error ignored;
        int before = integrity_problems(check, !check->repair, err);
        int after = before;

        if (before <= 0 || !check->repair)
                return before < 0 ? -1 : 0;
        /* An index that disagrees with its rows is made again. Anything else is beyond repair
         * here. */
        if (!repair_by(check, SQL_CHECK_REINDEX, &ignored))
                after = integrity_problems(check, false, err);
        if (after < 0)
                return -1;
        if (after < before)
                check_report(check, true, "catalog.db: %d indexes did not agree with their rows",
                             before - after);
        return after ? integrity_problems(check, true, err) < 0 ? -1 : 0 : 0;
}

static int check_foreign_keys(struct check *check, struct sqlite_connection *connection,
                              struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHECK_FOREIGN_KEYS, err);
        int found = -1;

        while (statement && (found = sqlite_step(statement, err)) > 0) {
                const char *table = text_at(statement, 0);
                const char *other = text_at(statement, 2);

                /* check_tags() says it better. */
                if (!strcmp(table, "tag") && !strcmp(other, "version"))
                        continue;
                check_report(check, false,
                             "catalog.db: row %lld of '%s' refers to a missing row of "
                             "'%s'",
                             (long long)sqlite3_column_int64(statement, 1), table, other);
        }
        return found < 0 ? -1 : 0;
}

/* ---- tags, branches ---- */

struct bad_tag {
        uint64_t id;
        uint64_t table;
        uint64_t version;
        char name[LNS_NAME_MAX + 1];
        char table_name[LNS_NAME_MAX + 1];
};

static int remove_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const struct bad_tag *tag = context;
        cleanup_(lns_ident_clear) struct lns_ident ident = { 0 };
        struct sqlite_change change = {
                .operation = "DeleteTableTag",
                .node = tag->id,
                .parent = tag->table,
                .tag = tag->name,
                .version = tag->version,
        };
        struct lns_error ignored;

        /* Its table may be gone, or deregistered: then the line has no identifier. */
        if (!sqlite_identify(write->connection, LNS_NODE_TABLE, tag->table, &ident, &ignored))
                change.id = &ident;
        if (sqlite_run(write->connection, SQL_CHECK_TAG_DELETE, err, "i", (int64_t)tag->id))
                return -1;
        return sqlite_change_append(write, &change, NULL, err);
}

/* The next tag without a version. 1, 0, -1. */
static int next_bad_tag(struct check *check, struct bad_tag *tag, struct lns_error *err)
{
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        int found = -1;

        if (sqlite_read_one(check->backend, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CHECK_TAGS, err);
        if (statement && !sqlite_bind(statement, err, "i", (int64_t)tag->id))
                found = sqlite_step(statement, err);
        if (found > 0) {
                tag->id = (uint64_t)sqlite3_column_int64(statement, 0);
                tag->table = (uint64_t)sqlite3_column_int64(statement, 1);
                tag->version = (uint64_t)sqlite3_column_int64(statement, 3);
                snprintf(tag->name, sizeof(tag->name), "%s", text_at(statement, 2));
                snprintf(tag->table_name, sizeof(tag->table_name), "%s", text_at(statement, 4));
        }
        sqlite_read_end(check->backend, connection);
        return found;
}

static int check_tags(struct check *check, struct lns_error *err)
{
        struct bad_tag tag = { 0 };
        int found;

        while ((found = next_bad_tag(check, &tag, err)) > 0) {
                if (check->repair && sqlite_write(check->backend, NULL, remove_tag, &tag, err))
                        return -1;
                check_report(check, check->repair,
                             "tag '%s' of table '%s' names version %llu, which does not exist%s",
                             tag.name, tag.table_name, (unsigned long long)tag.version,
                             check->repair ? "; removed it" : "");
        }
        return found;
}

static int check_branches(struct check *check, struct sqlite_connection *connection,
                          struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHECK_BRANCHES, err);
        int found = -1;

        while (statement && (found = sqlite_step(statement, err)) > 0)
                check_report(check, false, "table '%s' has %lld %s on a branch that does not exist",
                             text_at(statement, 1), (long long)sqlite3_column_int64(statement, 2),
                             text_at(statement, 0));
        return found < 0 ? -1 : 0;
}

/* ---- the feed ---- */

static int check_changes(struct check *check, struct lns_error *err)
{
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        int64_t n = 0;
        int64_t first = 0;
        int found = -1;

        if (sqlite_read_one(check->backend, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CHECK_CHANGES, err);
        if (statement)
                found = sqlite_step(statement, err);
        if (found > 0) {
                n = sqlite3_column_int64(statement, 0);
                first = sqlite3_column_int64(statement, 1);
        }
        sqlite_read_end(check->backend, connection);
        if (found < 0)
                return -1;
        if (!n)
                return 0;
        if (check->repair && repair_by(check, SQL_CHECK_CHANGES_REBUILD, err))
                return -1;
        check_report(check, check->repair,
                     "the change feed has %lld lines at wrong places, from number %lld on",
                     (long long)n, (long long)first);
        return 0;
}

static int check_rows(struct check *check, struct lns_error *err)
{
        struct sqlite_connection *connection;
        int result;

        if (sqlite_read_begin(check->backend, &connection, err))
                return -1;
        result = check_foreign_keys(check, connection, err);
        if (!result)
                result = check_branches(check, connection, err);
        sqlite_read_end(check->backend, connection);
        return result;
}

int sqlite_check_catalog(struct lns_backend *backend, bool repair, lns_check_report *report,
                         void *context, uint64_t *ret_problems, struct lns_error *err)
{
        struct check check = {
                .backend = sqlite_backend_of(backend),
                .repair = repair,
                .report = report,
                .context = context,
        };

        if (repair && check.backend->read_only)
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EROFS,
                                           "a catalog that is opened read-only cannot be repaired");
        if (check_integrity(&check, err) || check_rows(&check, err) || check_tags(&check, err) ||
            check_changes(&check, err) || check_manifests(&check, err) ||
            check_staging(&check, err) || check_leftovers(&check, err))
                return -1;
        *ret_problems = check.problems;
        return 0;
}

/* ---- status ---- */

static int read_counts(struct sqlite_backend *backend, struct lns_catalog_description *description,
                       struct lns_error *err)
{
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        int found = -1;

        if (sqlite_read_one(backend, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CATALOG_COUNTS, err);
        if (statement)
                found = sqlite_step(statement, err);
        if (found > 0) {
                description->namespaces = (uint64_t)sqlite3_column_int64(statement, 0);
                description->tables = (uint64_t)sqlite3_column_int64(statement, 1);
                description->changes = (uint64_t)sqlite3_column_int64(statement, 2);
        }
        sqlite_read_end(backend, connection);
        return found > 0 ? 0 : -1;
}

static uint64_t file_bytes(struct sqlite_backend *backend, const char *name)
{
        struct stat st;

        return fstatat(backend->directory, name, &st, AT_SYMLINK_NOFOLLOW) ? 0
                                                                           : (uint64_t)st.st_size;
}

int sqlite_describe_catalog(struct lns_backend *backend, struct lns_catalog_description *ret,
                            struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct lns_catalog_description description = {
                .engine = "sqlite",
                .read_only = sqlite->read_only,
                .database_bytes =
                        file_bytes(sqlite, "catalog.db") + file_bytes(sqlite, "catalog.db-wal"),
        };
        struct statvfs fs;

        if (strlen(sqlite->path) + sizeof("/staging") > sizeof(description.staging))
                return lns_error_set_errno(err, LNS_INTERNAL, ENAMETOOLONG,
                                           "the catalog's path is too long");
        strcpy(description.location, sqlite->path);
        strcpy(stpcpy(description.staging, sqlite->path), "/staging");
        if (fstatvfs(sqlite->directory, &fs))
                return lns_error_set_errno(err, LNS_INTERNAL, errno, "cannot look at '%s': %s",
                                           sqlite->path, strerror(errno));
        description.free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
        description.total_bytes = (uint64_t)fs.f_blocks * fs.f_frsize;
        if (read_counts(sqlite, &description, err))
                return -1;
        *ret = description;
        return 0;
}

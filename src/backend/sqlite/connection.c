/* Connections and their prepared statements; binding, stepping, error translation. */
#define SQLITE_STATEMENT_TEXT
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* SQLite's own default doubles its sleeps up to 100 ms, which starves a waiter for seconds. Writers
 * queue at our own lock before they come here, so this waits only for other programs (the sqlite3
 * shell) and for recovery after a crash. */
#define BUSY_SLEEP_US 100

/* Pages that a connection keeps, in KiB. A reader's are dropped at every commit of another
 * connection; they need to hold the upper levels of the trees and what one listing touches. */
#define READER_CACHE_KIB 4096
#define WRITER_CACHE_KIB 16384

/* The largest text of ours is a batch with its response, kept by its transaction. */
#define LENGTH_MAX (256 * 1024 * 1024)

static int64_t monotonic_us(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int busy(void *context, int count)
{
        struct sqlite_connection *connection = context;
        struct timespec time = { .tv_nsec = BUSY_SLEEP_US * 1000 };
        int64_t now_us = monotonic_us();

        if (!count)
                connection->busy_deadline_us = now_us + (int64_t)connection->busy_timeout_ms * 1000;
        if (now_us >= connection->busy_deadline_us)
                return 0;
        nanosleep(&time, NULL);
        return 1;
}

/* ---- errors ---- */

static int io_error(sqlite3 *db, const char *text, struct lns_error *err)
{
        int sys = db ? sqlite3_system_errno(db) : 0;

        if (sys == ENOSPC || sys == EDQUOT)
                return lns_error_set_errno(err, LNS_INTERNAL, sys, "the catalog's disk is full: %s",
                                           text);
        return lns_error_set_errno(err, LNS_INTERNAL, EIO,
                                   "cannot read or write catalog.db: %s%s%s", text, sys ? ": " : "",
                                   sys ? strerror(sys) : "");
}

static int open_error(sqlite3 *db, const char *text, struct lns_error *err)
{
        int sys = db ? sqlite3_system_errno(db) : 0;

        if (sys == EACCES || sys == EPERM)
                return lns_error_set(err, LNS_PERMISSION_DENIED, "cannot open catalog.db: %s",
                                     strerror(sys));
        return lns_error_set_errno(err, LNS_INTERNAL, sys ? sys : EIO, "cannot open catalog.db: %s",
                                   sys ? strerror(sys) : text);
}

int sqlite_error(sqlite3 *db, int result, struct lns_error *err)
{
        const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(result);

        switch (result & 0xff) {
        case SQLITE_NOMEM:
                return lns_error_set_oom(err);
        case SQLITE_FULL:
                return lns_error_set_errno(err, LNS_INTERNAL, ENOSPC,
                                           "the catalog's disk is full: %s", text);
        case SQLITE_READONLY:
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EROFS,
                                           "the catalog is read-only: %s", text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
                return lns_error_set_errno(err, LNS_SERVICE_UNAVAILABLE, ETIMEDOUT,
                                           "another program keeps catalog.db locked: %s", text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
                return lns_error_set_errno(err, LNS_INTERNAL, EIO,
                                           "catalog.db is damaged, run 'lancefs check': %s", text);
        case SQLITE_IOERR:
                if (result == SQLITE_IOERR_NOMEM)
                        return lns_error_set_oom(err);
                return io_error(db, text, err);
        case SQLITE_CANTOPEN:
                return open_error(db, text, err);
        default:
                return lns_error_set(err, LNS_INTERNAL, "catalog.db: %s", text);
        }
}

/* ---- opening ---- */

/* Percent-encode a path into a "file:" URI. The buffer holds three bytes for each of path. */
static void path_to_uri(char *buf, const char *path)
{
        static const char hex[] = "0123456789ABCDEF";

        for (; *path; path++) {
                unsigned char byte = (unsigned char)*path;

                if (byte == '%' || byte == '?' || byte == '#' || byte < 0x20 || byte >= 0x7f) {
                        *buf++ = '%';
                        *buf++ = hex[byte >> 4];
                        *buf++ = hex[byte & 15];
                } else {
                        *buf++ = (char)byte;
                }
        }
        *buf = '\0';
}

static char *database_uri(const struct sqlite_backend *backend)
{
        char *encoded = malloc(3 * strlen(backend->path) + 1);
        char *uri = NULL;

        if (!encoded)
                return NULL;
        path_to_uri(encoded, backend->path);
        if (asprintf(&uri, "file://%s/catalog.db%s", encoded,
                     backend->immutable ? "?immutable=1" : "") < 0)
                uri = NULL;
        free(encoded);
        return uri;
}

static void set_limits(sqlite3 *db)
{
        static const struct {
                int limit;
                int value;
        } limits[] = {
                { SQLITE_LIMIT_LENGTH, LENGTH_MAX },   { SQLITE_LIMIT_SQL_LENGTH, 100000 },
                { SQLITE_LIMIT_COLUMN, 100 },          { SQLITE_LIMIT_EXPR_DEPTH, 100 },
                { SQLITE_LIMIT_COMPOUND_SELECT, 20 },  { SQLITE_LIMIT_ATTACHED, 0 },
                { SQLITE_LIMIT_VARIABLE_NUMBER, 100 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
                { SQLITE_LIMIT_WORKER_THREADS, 0 },
        };

        for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
                sqlite3_limit(db, limits[i].limit, limits[i].value);
}

/* What every connection is set to. No automatic checkpoint and none at close: those happen under
 * the lock only (lock.c). */
static int configure(struct sqlite_backend *backend, struct sqlite_connection *connection,
                     enum sqlite_role role, struct lns_error *err)
{
        char text[400];
        int result;

        if ((result = sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)) ||
            (result = sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                                        NULL)) ||
            (result = sqlite3_db_config(connection->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL)) ||
            (result = sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL)) ||
            (result = sqlite3_busy_handler(connection->db, busy, connection)))
                return sqlite_error(connection->db, result, err);
        set_limits(connection->db);
        snprintf(text, sizeof(text),
                 "pragma synchronous = full; pragma cell_size_check = on; pragma mmap_size = 0;"
                 "pragma wal_autocheckpoint = 0; pragma temp_store = memory;"
                 "pragma cache_size = -%d; pragma query_only = %d",
                 role == SQLITE_WRITER ? WRITER_CACHE_KIB : READER_CACHE_KIB,
                 role == SQLITE_READER);
        if (sqlite_exec(connection, text, err))
                return -1;
        /* After wal_autocheckpoint, which uses the same hook. */
        if (role == SQLITE_WRITER)
                sqlite3_wal_hook(connection->db, sqlite_log_hook, backend);
        return 0;
}

int sqlite_connection_open(struct sqlite_backend *backend, enum sqlite_role role,
                           struct sqlite_connection **ret_connection, int *ret_result,
                           struct lns_error *err)
{
        struct sqlite_connection *connection = calloc(1, sizeof(*connection));
        cleanup_(free_pointer) char *uri = database_uri(backend);
        int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
        int result;

        if (ret_result)
                *ret_result = SQLITE_NOMEM;
        if (!connection || !uri) {
                free(connection);
                return lns_error_set_oom(err);
        }
        connection->busy_timeout_ms = backend->lock_timeout_ms;
        /* A reader too is opened for writing when it may be: who comes first after a crash has to
         * write the index of the log. query_only keeps it from anything else. */
        flags |= backend->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
        result = sqlite3_open_v2(uri, &connection->db, flags, NULL);
        if (result)
                sqlite_error(connection->db, result, err);
        if (result || configure(backend, connection, role, err)) {
                if (ret_result && connection->db)
                        *ret_result = sqlite3_extended_errcode(connection->db);
                sqlite_connection_free(connection);
                return -1;
        }
        *ret_connection = connection;
        return 0;
}

void sqlite_connection_free(struct sqlite_connection *connection)
{
        if (!connection)
                return;
        for (size_t i = 0; i < SQL_COUNT; i++)
                sqlite3_finalize(connection->statements[i]);
        sqlite3_close_v2(connection->db);
        free(connection);
}

/* ---- statements ---- */

sqlite3_stmt *sqlite_statement(struct sqlite_connection *connection, enum sqlite_statement which,
                               struct lns_error *err)
{
        sqlite3_stmt *statement = connection->statements[which];
        int result;

        if (statement) {
                sqlite3_reset(statement);
                sqlite3_clear_bindings(statement);
                return statement;
        }
        result = sqlite3_prepare_v3(connection->db, sqlite_statement_text[which], -1,
                                    SQLITE_PREPARE_PERSISTENT, &statement, NULL);
        if (result) {
                sqlite_error(connection->db, result, err);
                return NULL;
        }
        connection->statements[which] = statement;
        return statement;
}

static int bind_arguments(sqlite3_stmt *statement, const char *format, va_list arguments)
{
        int result = SQLITE_OK;

        for (int i = 1; *format && !result; i++, format++) {
                const char *text;
                size_t length;

                switch (*format) {
                case 'i':
                        result = sqlite3_bind_int64(statement, i, va_arg(arguments, int64_t));
                        break;
                case 't':
                        text = va_arg(arguments, const char *);
                        result = sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
                        break;
                case 'b':
                        text = va_arg(arguments, const void *);
                        length = va_arg(arguments, size_t);
                        result = sqlite3_bind_text64(statement, i, text, length, SQLITE_STATIC,
                                                     SQLITE_UTF8);
                        break;
                default:
                        result = sqlite3_bind_null(statement, i);
                        break;
                }
        }
        return result;
}

static int bind_checked(sqlite3_stmt *statement, struct lns_error *err, const char *format,
                        va_list arguments)
{
        int result = bind_arguments(statement, format, arguments);

        if (!result)
                return 0;
        sqlite_error(sqlite3_db_handle(statement), result, err);
        sqlite3_reset(statement);
        return -1;
}

int sqlite_bind(sqlite3_stmt *statement, struct lns_error *err, const char *format, ...)
{
        va_list arguments;
        int result;

        va_start(arguments, format);
        result = bind_checked(statement, err, format, arguments);
        va_end(arguments);
        return result;
}

int sqlite_step(sqlite3_stmt *statement, struct lns_error *err)
{
        int result = sqlite3_step(statement);

        if (result == SQLITE_ROW)
                return 1;
        if (result != SQLITE_DONE)
                sqlite_error(sqlite3_db_handle(statement), result, err);
        sqlite3_reset(statement);
        return result == SQLITE_DONE ? 0 : -1;
}

int sqlite_run(struct sqlite_connection *connection, enum sqlite_statement which,
               struct lns_error *err, const char *format, ...)
{
        sqlite3_stmt *statement = sqlite_statement(connection, which, err);
        va_list arguments;
        int result;

        if (!statement)
                return -1;
        va_start(arguments, format);
        result = bind_checked(statement, err, format, arguments);
        va_end(arguments);
        if (!result)
                result = sqlite_step(statement, err);
        sqlite_done(statement);
        return result < 0 ? -1 : 0;
}

void sqlite_done(sqlite3_stmt *statement)
{
        if (!statement)
                return;
        sqlite3_reset(statement);
        /* What was bound is borrowed, and may go now. */
        sqlite3_clear_bindings(statement);
}

void sqlite_reset_all(struct sqlite_connection *connection)
{
        for (size_t i = 0; i < SQL_COUNT; i++)
                sqlite3_reset(connection->statements[i]);
}

int sqlite_exec(struct sqlite_connection *connection, const char *text, struct lns_error *err)
{
        int result = sqlite3_exec(connection->db, text, NULL, NULL, NULL);

        return result ? sqlite_error(connection->db, result, err) : 0;
}

int sqlite_column_string(sqlite3_stmt *statement, int column, char **ret_string,
                         struct lns_error *err)
{
        const char *text = (const char *)sqlite3_column_text(statement, column);
        char *copy;

        if (!text) {
                /* Null, or the text could not be made. */
                if (sqlite3_column_type(statement, column) != SQLITE_NULL)
                        return lns_error_set_oom(err);
                *ret_string = NULL;
                return 0;
        }
        copy = strdup(text);
        if (!copy)
                return lns_error_set_oom(err);
        *ret_string = copy;
        return 0;
}

/* The life of the engine: open, create, migrate, refuse what is not ours, free; the ops table.
 *
 * Creation is safe against crashes and against another process that creates at the same time.
 * All of it happens under the lock: an empty catalog.db is made, then put into WAL mode, then
 * everything that makes it a catalog comes in one transaction, application_id and user_version
 * with it. So a crash leaves nothing, an empty file, or an empty database, and the next open
 * with `create` goes on from there.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

#define LOCK_TIMEOUT_MS 10000

/* ---- the ops table ---- */

static uint64_t sqlite_generation(struct lns_backend *backend)
{
        return sqlite_lock_generation(sqlite_backend_of(backend)->lock);
}

static int sqlite_wait_generation(struct lns_backend *backend, uint64_t seen, int timeout_ms)
{
        return sqlite_lock_wait_generation(sqlite_backend_of(backend)->lock, seen, timeout_ms);
}

static void backend_free(struct sqlite_backend *backend)
{
        struct sqlite_connection *next;

        for (struct sqlite_connection *reader = backend->readers; reader; reader = next) {
                next = reader->next;
                sqlite_connection_free(reader);
        }
        if (backend->writer) {
                /* The last one leaves an empty log. Whoever comes later can do it as well. */
                if (!backend->unsettled && sqlite_lock_is_alone(backend->lock) &&
                    !sqlite_lock_acquire(backend->lock, 0, NULL)) {
                        sqlite_checkpoint_all(backend);
                        sqlite_lock_release(backend->lock);
                }
                sqlite_connection_free(backend->writer);
        }
        sqlite_lock_free(backend->lock);
        close_fd(&backend->directory);
        pthread_mutex_destroy(&backend->queue.mutex);
        pthread_mutex_destroy(&backend->pool_mutex);
        free(backend->path);
        free(backend);
}

static void sqlite_free(struct lns_backend *backend)
{
        if (backend)
                backend_free(sqlite_backend_of(backend));
}

static const struct lns_backend_ops sqlite_ops = {
        .name = "sqlite",
#define LNS_OPERATION(name, spec, rw) .name = sqlite_##name,
#include "lns/operation.def"
#undef LNS_OPERATION
        .lookup_node = sqlite_lookup_node,
        .describe_node = sqlite_describe_node,
        .list_nodes = sqlite_list_nodes,
        .identify_node = sqlite_identify_node,
        .describe_version_node = sqlite_describe_version_node,
        .describe_tag_node = sqlite_describe_tag_node,
        .describe_table_node = sqlite_describe_table_node,
        .describe_namespace_node = sqlite_describe_namespace_node,
        .describe_receipt_node = sqlite_describe_receipt_node,
        .remove_receipt = sqlite_remove_receipt,
        .set_node_attributes = sqlite_set_node_attributes,
        .set_node_property = sqlite_set_node_property,
        .describe_changes = sqlite_describe_changes,
        .read_changes = sqlite_read_changes,
        .generation = sqlite_generation,
        .wait_generation = sqlite_wait_generation,
        .describe_catalog = sqlite_describe_catalog,
        .check_catalog = sqlite_check_catalog,
        .free = sqlite_free,
};

struct sqlite_backend *sqlite_backend_of(struct lns_backend *backend)
{
        assert(backend->ops == &sqlite_ops);
        return (struct sqlite_backend *)backend;
}

/* ---- the directory ---- */

static int directory_error(const char *path, int sys, struct lns_error *err)
{
        switch (sys) {
        case ENOENT:
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "catalog '%s' does not exist; 'lancefs mount' makes one",
                                     path);
        case ENOTDIR:
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "'%s' is no directory; a catalog is one that holds catalog.db",
                                     path);
        case EACCES:
        case EPERM:
                return lns_error_set(err, LNS_PERMISSION_DENIED, "cannot open catalog '%s': %s",
                                     path, strerror(sys));
        case EROFS:
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EROFS,
                                           "cannot make catalog '%s': %s", path, strerror(sys));
        default:
                return lns_error_set_errno(err, LNS_INTERNAL, sys, "cannot open catalog '%s': %s",
                                           path, strerror(sys));
        }
}

/* Make the name of a new directory durable: sync the one it is in. */
static int sync_parent(const char *path)
{
        cleanup_(free_pointer) char *copy = strdup(path);
        cleanup_(close_fd) int fd = -1;
        char *slash;

        if (!copy)
                return -1;
        for (slash = copy + strlen(copy); slash > copy && slash[-1] == '/'; slash--)
                slash[-1] = '\0';
        slash = strrchr(copy, '/');
        if (slash)
                slash[slash == copy] = '\0';
        fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 ? -1 : fsync(fd);
}

static int make_directory(const char *path, struct lns_error *err)
{
        if (mkdir(path, 0700)) {
                if (errno == EEXIST)
                        return 0;
                if (errno == ENOENT)
                        return lns_error_set(
                                err, LNS_INVALID_INPUT,
                                "cannot make catalog '%s': the directory above it does not "
                                "exist",
                                path);
                return directory_error(path, errno, err);
        }
        return sync_parent(path) ? directory_error(path, errno, err) : 0;
}

static int open_directory(struct sqlite_backend *backend, const char *path, bool create,
                          struct lns_error *err)
{
        if (create && make_directory(path, err))
                return -1;
        backend->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (backend->directory < 0)
                return directory_error(path, errno, err);
        backend->path = realpath(path, NULL);
        return backend->path ? 0 : directory_error(path, errno, err);
}

/* Make a directory in the catalog. 1: made, 0: it was there. */
static int make_part(struct sqlite_backend *backend, const char *name, struct lns_error *err)
{
        if (!mkdirat(backend->directory, name, 0700))
                return 1;
        return errno == EEXIST ? 0 : directory_error(backend->path, errno, err);
}

static int sync_directory(struct sqlite_backend *backend, struct lns_error *err)
{
        if (fsync(backend->directory))
                return lns_error_set_errno(err, LNS_INTERNAL, errno, "cannot sync catalog '%s': %s",
                                           backend->path, strerror(errno));
        return 0;
}

static int make_parts(struct sqlite_backend *backend, struct lns_error *err)
{
        int tables = make_part(backend, "tables", err);
        int staging = tables < 0 ? -1 : make_part(backend, "staging", err);

        if (staging < 0)
                return -1;
        return tables || staging ? sync_directory(backend, err) : 0;
}

/* 1: there is a catalog.db, 0: there is none, -1: what is there cannot be it. */
static int find_database(struct sqlite_backend *backend, struct stat *st, struct lns_error *err)
{
        if (fstatat(backend->directory, "catalog.db", st, AT_SYMLINK_NOFOLLOW))
                return errno == ENOENT ? 0 : directory_error(backend->path, errno, err);
        if (!S_ISREG(st->st_mode))
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "'%s/catalog.db' is no regular file, so this is no catalog",
                                     backend->path);
        return 1;
}

static int check_writable(struct sqlite_backend *backend, const char *name, struct lns_error *err)
{
        if (!faccessat(backend->directory, name, W_OK, AT_EACCESS))
                return 0;
        if (errno == EROFS)
                return lns_error_set_errno(
                        err, LNS_PERMISSION_DENIED, EROFS,
                        "catalog '%s' is on a read-only filesystem: open it with "
                        "-o ro",
                        backend->path);
        return lns_error_set(
                err, LNS_PERMISSION_DENIED,
                "no permission to write to catalog '%s': ask its owner, or open it with "
                "-o ro",
                backend->path);
}

/* How a read-only catalog is read. On a filesystem that is read-only itself nobody can write, so
 * when the log is empty SQLite needs neither locks nor an index of it (immutable). Otherwise it
 * reads as usual: the log counts, and others may be writing. */
static void choose_immutable(struct sqlite_backend *backend)
{
        struct statvfs fs;
        struct stat st;

        if (fstatvfs(backend->directory, &fs) || !(fs.f_flag & ST_RDONLY))
                return;
        if (fstatat(backend->directory, "catalog.db-wal", &st, AT_SYMLINK_NOFOLLOW))
                backend->immutable = errno == ENOENT;
        else
                backend->immutable = st.st_size == 0;
}

/* ---- the database ---- */

struct format {
        int64_t application_id;
        int64_t version;
        int64_t n_objects;
        bool wal;
};

static int read_format(struct sqlite_connection *connection, struct format *ret_format,
                       struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CATALOG_FORMAT, err);
        const char *mode;
        int found = statement ? sqlite_step(statement, err) : -1;

        if (found <= 0)
                return -1;
        mode = (const char *)sqlite3_column_text(statement, 3);
        *ret_format = (struct format){
                .application_id = sqlite3_column_int64(statement, 0),
                .version = sqlite3_column_int64(statement, 1),
                .n_objects = sqlite3_column_int64(statement, 2),
                .wal = mode && !strcmp(mode, "wal"),
        };
        sqlite_done(statement);
        return 0;
}

static bool is_new(const struct format *format)
{
        return !format->application_id && !format->version && !format->n_objects;
}

static int check_format(struct sqlite_backend *backend, const struct format *format, bool create,
                        struct lns_error *err)
{
        if (is_new(format)) {
                if (create)
                        return 0;
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "catalog '%s' was never finished: mount it to go on making it",
                                     backend->path);
        }
        if (format->application_id != SQLITE_APPLICATION_ID || format->version < 1)
                return lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "'%s/catalog.db' is a database of another program (application_id "
                        "%lld), not a catalog",
                        backend->path, (long long)format->application_id);
        if (format->version > SQLITE_SCHEMA_VERSION)
                return lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "catalog '%s' has format %lld, this lancefs knows formats up to %d: "
                        "use a newer lancefs",
                        backend->path, (long long)format->version, SQLITE_SCHEMA_VERSION);
        return 0;
}

/* A failure to read the file at all says something about the file. err is set already. */
static int explain(struct sqlite_backend *backend, int result, struct lns_error *err)
{
        switch (result & 0xff) {
        case SQLITE_NOTADB:
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "'%s/catalog.db' is no SQLite database, so this is no catalog",
                                     backend->path);
        case SQLITE_CORRUPT:
                return lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "'%s/catalog.db' is damaged; restore it from a copy, or save what "
                        "is left with 'sqlite3 catalog.db .recover'",
                        backend->path);
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
                if (backend->read_only)
                        return lns_error_set(
                                err, LNS_PERMISSION_DENIED,
                                "catalog '%s' cannot be read from here: its log's index is "
                                "missing and may not be made; mount it once where it can be "
                                "written",
                                backend->path);
                return -1;
        default:
                return -1;
        }
}

/* Open a connection and see what file it is on. */
static int identify(struct sqlite_backend *backend, enum sqlite_role role, bool create,
                    struct sqlite_connection **connection, struct format *ret_format,
                    struct lns_error *err)
{
        int result;

        if (!*connection && sqlite_connection_open(backend, role, connection, &result, err))
                return explain(backend, result, err);
        if (read_format(*connection, ret_format, err))
                return explain(backend, sqlite3_extended_errcode((*connection)->db), err);
        return check_format(backend, ret_format, create, err);
}

/* Run a migration: several statements, with ?1 uid, ?2 gid, ?3 now where they occur. */
static int run_script(struct sqlite_connection *connection, const char *text, struct lns_error *err)
{
        const int64_t values[] = { getuid(), getgid(), now_millis() };

        while (*text) {
                sqlite3_stmt *statement;
                int result = sqlite3_prepare_v2(connection->db, text, -1, &statement, &text);

                if (result)
                        return sqlite_error(connection->db, result, err);
                if (!statement)
                        continue; /* white space */
                for (int i = 0; i < sqlite3_bind_parameter_count(statement) && i < 3; i++)
                        sqlite3_bind_int64(statement, i + 1, values[i]);
                while ((result = sqlite3_step(statement)) == SQLITE_ROW)
                        ;
                if (result != SQLITE_DONE) {
                        sqlite_error(connection->db, result, err);
                        sqlite3_finalize(statement);
                        return -1;
                }
                sqlite3_finalize(statement);
        }
        return 0;
}

/* By the version that it leads to. */
static const enum sqlite_statement migrations[] = { [1] = SQL_MIGRATE_1 };

_Static_assert(ARRAY_SIZE(migrations) == SQLITE_SCHEMA_VERSION + 1, "a migration for each version");

static int migrate(struct sqlite_connection *connection, int64_t version, struct lns_error *err)
{
        for (int64_t to = version + 1; to <= SQLITE_SCHEMA_VERSION; to++) {
                struct format format;
                struct lns_error ignored;

                if (sqlite_run(connection, SQL_BEGIN_WRITE, err, ""))
                        return -1;
                if (run_script(connection, sqlite_statement_text[migrations[to]], err) ||
                    read_format(connection, &format, err) ||
                    sqlite_run(connection, SQL_COMMIT, err, "")) {
                        if (!sqlite3_get_autocommit(connection->db))
                                (void)!sqlite_run(connection, SQL_ROLLBACK, &ignored, "");
                        return -1;
                }
                assert(format.version == to && format.application_id == SQLITE_APPLICATION_ID);
        }
        return 0;
}

/* Make catalog.db before SQLite does, which would follow the umask. Never opened by hand when it is
 * there: closing it would drop the POSIX locks that SQLite holds on it in this process. */
static int make_database(struct sqlite_backend *backend, struct lns_error *err)
{
        int fd = openat(backend->directory, "catalog.db", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                        0600);

        if (fd < 0)
                return errno == EEXIST ? 0 : directory_error(backend->path, errno, err);
        close_fd(&fd);
        return 0;
}

/* Under the lock: bring the database to what this program wants, from nothing or an older
 * format. */
static int complete(struct sqlite_backend *backend, bool create, struct lns_error *err)
{
        struct format format = { 0 };
        struct stat st;
        int found = find_database(backend, &st, err);

        if (found < 0 || (!found && make_database(backend, err)))
                return -1;
        if (identify(backend, SQLITE_WRITER, create, &backend->writer, &format, err))
                return -1;
        if (!format.wal && sqlite_exec(backend->writer, "pragma journal_mode = wal", err))
                return -1;
        if (migrate(backend->writer, format.version, err))
                return -1;
        return sync_directory(backend, err);
}

static int open_for_writing(struct sqlite_backend *backend, bool create, bool found,
                            struct lns_error *err)
{
        struct format format = { 0 };
        int result;

        if (check_writable(backend, ".", err) ||
            (found && check_writable(backend, "catalog.db", err)))
                return -1;
        if (sqlite_lock_open(&backend->lock, backend->directory, false, err))
                return -1;
        if (found && identify(backend, SQLITE_WRITER, create, &backend->writer, &format, err))
                return -1;
        if (format.version != SQLITE_SCHEMA_VERSION || !format.wal) {
                if (sqlite_lock_acquire(backend->lock, backend->lock_timeout_ms, err))
                        return -1;
                result = complete(backend, create, err);
                sqlite_lock_release(backend->lock);
                if (result)
                        return -1;
        }
        return make_parts(backend, err);
}

static int open_for_reading(struct sqlite_backend *backend, struct lns_error *err)
{
        struct sqlite_connection *reader = NULL;
        struct format format;
        int result;

        choose_immutable(backend);
        if (sqlite_lock_open(&backend->lock, backend->directory, true, err))
                return -1;
        result = identify(backend, SQLITE_READER, false, &reader, &format, err);
        if (!result && format.version < SQLITE_SCHEMA_VERSION)
                result = lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "catalog '%s' has the older format %lld: open it once without "
                        "-o ro",
                        backend->path, (long long)format.version);
        sqlite_read_end(backend, reader);
        return result;
}

/* ---- opening ---- */

static void configure_library(void)
{
        /* Counting memory takes a mutex at every allocation, and nobody reads the count. Refused
         * when the program has used SQLite before us, which is as well. */
        (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int backend_open(struct sqlite_backend *backend, const char *path,
                        const struct lns_catalog_options *options, struct lns_error *err)
{
        bool create = options->create && !options->read_only;
        struct stat st;
        int found;

        if (open_directory(backend, path, create, err))
                return -1;
        found = find_database(backend, &st, err);
        if (found < 0)
                return -1;
        if (!found && !create)
                return lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "'%s' is no catalog: it has no catalog.db; 'lancefs mount' makes "
                        "one",
                        path);
        if (backend->read_only)
                return open_for_reading(backend, err);
        if (open_for_writing(backend, create, found, err))
                return -1;
        sqlite_storage_sweep(backend);
        return 0;
}

int lns_backend_sqlite_open(struct lns_backend **ret_backend, const char *path,
                            const struct lns_catalog_options *options, struct lns_error *err)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        static const struct lns_catalog_options none;
        struct sqlite_backend *backend = calloc(1, sizeof(*backend));

        if (!backend)
                return lns_error_set_oom(err);
        if (!options)
                options = &none;
        pthread_once(&once, configure_library);
        backend->base.ops = &sqlite_ops;
        backend->directory = -1;
        backend->read_only = options->read_only;
        backend->lock_timeout_ms =
                options->lock_timeout_ms ? options->lock_timeout_ms : LOCK_TIMEOUT_MS;
        pthread_mutex_init(&backend->queue.mutex, NULL);
        pthread_mutex_init(&backend->pool_mutex, NULL);
        if (backend_open(backend, path, options, err)) {
                backend_free(backend);
                return -1;
        }
        *ret_backend = &backend->base;
        return 0;
}

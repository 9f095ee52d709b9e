/* src/backend/sqlite/batch.c: everything that can fail fails once, alone and with all that follows.
 *
 * Input and output: each write, sync, truncation and lock of a commit. The answer is an error, and the
 * batch has not happened, also after a crash; or it is none, and the batch is there.
 *
 * Memory: each allocation, ours (the linker hands them to the __wrap_ functions, see meson.build) and
 * SQLite's (SQLITE_CONFIG_MALLOC). Besides, nothing leaks.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "fault_vfs.h"
#include "lns/catalog.h"
#include "scratch.h"
#include "wrap.h"

/* ---- allocations ---- */

static int n_calls;   /* of allocations so far */
static int failing;   /* the number of the one that fails, from 1; 0: none */
static bool for_good; /* all that follow it fail too */
static int n_live;    /* what our code has allocated and not freed */

/* The linker gives these names. NOLINTBEGIN(bugprone-reserved-identifier) */
char *__real_realpath(const char *path, char *buf);

int __wrap_asprintf(char **ret_text, const char *format, ...) LNS_PRINTF(2, 3);
char *__wrap_realpath(const char *path, char *buf);
/* NOLINTEND(bugprone-reserved-identifier) */

bool allocation_fails(void)
{
        n_calls++;
        return failing && (n_calls == failing || (for_good && n_calls > failing));
}

void allocation_counts(int change)
{
        n_live += change;
}

int __wrap_asprintf(char **ret_text, const char *format, ...)
{
        va_list args;
        int length;

        if (allocation_fails())
                return -1;
        va_start(args, format);
        length = vasprintf(ret_text, format, args);
        va_end(args);
        n_live += length >= 0;
        return length;
}

char *__wrap_realpath(const char *path, char *buf)
{
        char *resolved;

        assert_null(buf);
        resolved = __real_realpath(path, buf);
        n_live += resolved != NULL;
        return resolved;
}

static sqlite3_mem_methods real_memory;

static void *sqlite_malloc(int size)
{
        return allocation_fails() ? NULL : real_memory.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
        return allocation_fails() ? NULL : real_memory.xRealloc(old, size);
}

static void configure_memory(void)
{
        sqlite3_mem_methods memory;

        assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
        memory = real_memory;
        memory.xMalloc = sqlite_malloc;
        memory.xRealloc = sqlite_realloc;
        assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
}

/* ---- the batch ---- */

#define IDENT(...)                                                                                 \
        &(struct lns_ident)                                                                        \
        {                                                                                          \
                .parts = (char *[]){ __VA_ARGS__ },                                                \
                .n_parts = sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *)                      \
        }

static char prod[] = "prod";
static char users[] = "users";
static char events[] = "events";
static char fresh[] = "fresh";
static char eu[] = "eu";
static char kind[] = "kind";
static char facts[] = "facts";
static char gold[] = "gold";

static const struct lns_map properties = { .entries = &(struct lns_map_entry){ kind, facts },
                                           .n_entries = 1 };

#define VERSION(table, number)                                                                     \
        {                                                                                          \
                .kind = LNS_BATCH_CREATE_TABLE_VERSION, .create_table_version = {                  \
                        .id = (table),                                                             \
                        .version = (number),                                                       \
                        .manifest_path = "bucket/manifest",                                        \
                        .manifest_size = 77,                                                       \
                        .e_tag = "e",                                                              \
                        .metadata = &properties,                                                   \
                        .timestamp_millis = 1700,                                                  \
                }                                                                                  \
        }

/* Ten operations of every kind. */
static int commit(struct lns_catalog *catalog, bool *ret_repeated, struct lns_error *err)
{
        const struct lns_ident *new = IDENT(prod, fresh);
        const struct lns_ident *old = IDENT(prod, users);
        const struct lns_version_range range = { 2, 4 };
        const struct lns_batch_operation operations[] = {
                { .kind = LNS_BATCH_CREATE_NAMESPACE,
                  .create_namespace = { .id = IDENT(prod, eu), .properties = &properties } },
                { .kind = LNS_BATCH_DECLARE_TABLE,
                  .declare_table = { .id = new,
                                     .location = "s3://bucket/fresh",
                                     .properties = &properties } },
                VERSION(new, 1),
                VERSION(new, 2),
                VERSION(old, 5),
                { .kind = LNS_BATCH_CREATE_TABLE_TAG,
                  .create_table_tag = { .id = new, .tag = "release" } },
                { .kind = LNS_BATCH_UPDATE_TABLE_TAG,
                  .update_table_tag = { .id = old, .tag = gold, .version = 5 } },
                { .kind = LNS_BATCH_DELETE_TABLE_TAG,
                  .delete_table_tag = { .id = old, .tag = "silver" } },
                { .kind = LNS_BATCH_DELETE_TABLE_VERSIONS,
                  .delete_table_versions = { .id = old, .ranges = &range, .n_ranges = 1 } },
                { .kind = LNS_BATCH_DEREGISTER_TABLE,
                  .deregister_table = { .id = IDENT(prod, events) } },
        };
        const struct lns_batch_commit_tables_request request = {
                .operations = operations,
                .n_operations = COUNT(operations),
                .id = "once",
                .document = "{\"operations\": []}",
                .receipt_directory = LNS_NODE_ROOT,
                .receipt_name = "release.commit",
        };
        struct lns_batch_commit_tables_response response = { 0 };

        *err = LNS_ERROR_INIT;
        if (lns_catalog_batch_commit_tables(catalog, &request, &response, err) < 0) {
                assert_null(response.document);
                return -1;
        }
        *ret_repeated = response.repeated;
        lns_batch_commit_tables_response_clear(&response);
        return 0;
}

/* ---- catalogs: all start as copies of one database, closed and whole ---- */

static char origin[SCRATCH_MAX];
static char *state_before; /* dumps */
static char *state_after;

static struct lns_catalog *open_catalog(const char *path)
{
        const struct lns_catalog_options options = { .create = true };
        struct lns_catalog *catalog;
        struct lns_error err;

        assert_succeeds(lns_catalog_open(&catalog, path, &options, &err), &err);
        return catalog;
}

static void copy_origin(char *path)
{
        char from[SCRATCH_MAX + 16];
        char to[SCRATCH_MAX + 16];
        struct stat st = { 0 };
        int in;
        int out;

        scratch_make(path);
        snprintf(from, sizeof(from), "%s/catalog.db", origin);
        snprintf(to, sizeof(to), "%s/catalog.db", path);
        in = open(from, O_RDONLY | O_CLOEXEC);
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(in >= 0 && out >= 0 && fstat(in, &st) == 0);
        assert_int_equal(sendfile(out, in, NULL, (size_t)st.st_size), st.st_size);
        close(in);
        close(out);
}

/* Add the rows of one table, but for times and what holds them. */
static void dump_table(sqlite3 *db, const char *table, FILE *out)
{
        sqlite3_stmt *statement;
        char sql[128];

        snprintf(sql, sizeof(sql), "select * from \"%s\"", table);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
                fputs(table, out);
                for (int i = 0; i < sqlite3_column_count(statement); i++) {
                        const char *name = sqlite3_column_name(statement, i);
                        const size_t length = strlen(name);

                        if ((length > 3 && strcmp(name + length - 3, "_ms") == 0) ||
                            strcmp(name, "line") == 0)
                                continue;
                        fprintf(out, " %s", (const char *)sqlite3_column_text(statement, i));
                }
                fputc('\n', out);
        }
        sqlite3_finalize(statement);
}

/* What a new process finds. */
static char *dump(const char *path)
{
        char file[SCRATCH_MAX + 16];
        sqlite3_stmt *statement;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        sqlite3 *db;

        assert_non_null(out);
        snprintf(file, sizeof(file), "%s/catalog.db", path);
        assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db, "pragma integrity_check", -1, &statement, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
        sqlite3_finalize(statement);
        assert_int_equal(sqlite3_prepare_v2(db, "pragma foreign_key_check", -1, &statement, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_finalize(statement);
        assert_int_equal(sqlite3_prepare_v2(db,
                                            "select name from sqlite_schema where type = 'table' "
                                            "order by name",
                                            -1, &statement, NULL),
                         SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW)
                dump_table(db, (const char *)sqlite3_column_text(statement, 0), out);
        sqlite3_finalize(statement);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_int_equal(fclose(out), 0);
        return text;
}

static bool has_happened(const char *path)
{
        char *text = dump(path);
        const bool after = strcmp(text, state_after) == 0;

        if (!after)
                assert_string_equal(text, state_before);
        /* It comes from libc. */
        __real_free(text);
        return after;
}

static void make_table(struct lns_catalog *catalog, const struct lns_ident *id)
{
        const struct lns_declare_table_request declare = { .id = id, .location = "s3://bucket/t" };
        struct lns_error err;

        assert_succeeds(lns_catalog_declare_table(catalog, &declare, NULL, &err), &err);
        for (uint64_t version = 1; version <= 4; version++) {
                const struct lns_create_table_version_request request = {
                        .id = id,
                        .version = version,
                        .manifest_path = "bucket/old",
                        .manifest_size = -1,
                };

                assert_succeeds(lns_catalog_create_table_version(catalog, &request, NULL, &err),
                                &err);
        }
}

static int setup_all(void **state)
{
        const struct lns_create_namespace_request make_prod = { .id = IDENT(prod) };
        const char *const tags[] = { gold, "silver" };
        char path[SCRATCH_MAX];
        struct lns_catalog *catalog;
        struct lns_error err;
        bool repeated;

        (void)state;
        scratch_make(origin);
        catalog = open_catalog(origin);
        assert_succeeds(lns_catalog_create_namespace(catalog, &make_prod, NULL, &err), &err);
        make_table(catalog, IDENT(prod, users));
        make_table(catalog, IDENT(prod, events));
        for (size_t i = 0; i < COUNT(tags); i++) {
                const struct lns_create_table_tag_request tag = { .id = IDENT(prod, users),
                                                                  .tag = tags[i],
                                                                  .version = 1 };

                assert_succeeds(lns_catalog_create_table_tag(catalog, &tag, NULL, &err), &err);
        }
        lns_catalog_free(catalog);
        state_before = dump(origin);

        copy_origin(path);
        catalog = open_catalog(path);
        assert_succeeds(commit(catalog, &repeated, &err), &err);
        lns_catalog_free(catalog);
        state_after = dump(path);
        assert_string_not_equal(state_before, state_after);
        scratch_remove(path);
        return 0;
}

static int teardown_all(void **state)
{
        (void)state;
        scratch_remove(origin);
        __real_free(state_before);
        __real_free(state_after);
        return 0;
}

/* ---- input and output ---- */

enum outcome {
        OUTCOME_DONE,
        OUTCOME_FAILED,
        OUTCOME_UNKNOWN, /* and said so */
        OUTCOME_NOT_REACHED,
        OUTCOME_BROKEN,
};

/* In a child, which ends without closing anything, as one that is killed. Who asks again after a
 * failure that has passed gets what did not happen, and only that, done. Once the commit is behind it,
 * closing the catalog goes wrong, which moves the log into the database. */
static enum outcome commit_with_fault(const char *path, const struct fault *fault)
{
        struct lns_catalog *catalog = open_catalog(path);
        struct lns_error err;
        struct lns_error again;
        bool repeated;
        int result;

        fault_vfs_set(fault);
        result = commit(catalog, &repeated, &err);
        if (!result && repeated)
                return OUTCOME_BROKEN;
        if (fault_vfs_count() < fault->at) {
                lns_catalog_free(catalog);
                return fault_vfs_count() < fault->at ? OUTCOME_NOT_REACHED : OUTCOME_DONE;
        }
        if (!fault->sticky) {
                fault_vfs_set(NULL);
                if (commit(catalog, &repeated, &again) < 0 || repeated != (result == 0))
                        return OUTCOME_BROKEN;
        }
        if (!result)
                return OUTCOME_DONE;
        if (strstr(err.detail, "it is not known"))
                return fault->sticky ? OUTCOME_UNKNOWN : OUTCOME_BROKEN;
        return OUTCOME_FAILED;
}

static enum outcome survive_fault(const struct fault *fault)
{
        char path[SCRATCH_MAX];
        enum outcome outcome;
        bool happened;
        int status;
        pid_t child;

        copy_origin(path);
        fflush(NULL);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
                _exit((int)commit_with_fault(path, fault));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        outcome = (enum outcome)WEXITSTATUS(status);
        assert_in_range(outcome, OUTCOME_DONE, OUTCOME_NOT_REACHED);
        happened = has_happened(path);
        /* One that is not sticky was followed by a commit that went well. */
        if (!fault->sticky)
                assert_true(happened);
        else if (outcome != OUTCOME_UNKNOWN && happened != (outcome != OUTCOME_FAILED))
                fail_msg("fault at %d%s: answered %s, and it has %shappened", fault->at,
                         fault->after ? ", after" : "",
                         outcome == OUTCOME_FAILED ? "a failure" : "success",
                         happened ? "" : "not ");
        scratch_remove(path);
        return outcome;
}

static void every_write_sync_truncation_and_lock_can_fail(void **state)
{
        static const int results[] = { SQLITE_IOERR_WRITE, SQLITE_FULL };
        int failed = 0;

        (void)state;
        for (unsigned combination = 0; combination < 8; combination++) {
                struct fault fault = {
                        .sticky = combination & 1,
                        .after = combination & 2,
                        .locks = true,
                        .result = results[combination >> 2],
                };
                enum outcome outcome = OUTCOME_FAILED;

                while (outcome != OUTCOME_NOT_REACHED) {
                        fault.at++;
                        outcome = survive_fault(&fault);
                        failed += outcome == OUTCOME_FAILED;
                }
                /* Two writes for each page, locks, syncs. */
                assert_true(fault.at > 20);
        }
        assert_true(failed > 100);
}

/* ---- memory ---- */

/* In a catalog that was just opened, so that every statement is still to be prepared. 1: there are
 * fewer allocations than that. */
static int commit_without_memory(const char *path, int number)
{
        struct lns_catalog *catalog = open_catalog(path);
        struct lns_error err;
        bool repeated = false;
        int result;
        int used;

        n_calls = 0;
        failing = number;
        result = commit(catalog, &repeated, &err);
        failing = 0;
        used = n_calls;
        assert_false(repeated);
        if (result < 0) {
                assert_int_equal(err.code, LNS_INTERNAL);
                assert_int_equal(lns_error_errno(&err), ENOMEM);
        }
        assert_succeeds(commit(catalog, &repeated, &err), &err);
        assert_int_equal(repeated, result == 0);
        lns_catalog_free(catalog);
        return used < number ? 1 : result;
}

static void every_allocation_can_fail(void **state)
{
        char path[SCRATCH_MAX];
        int n_failures = 0;

        (void)state;
        for (int pass = 0; pass < 2; pass++) {
                int result = -1;

                for_good = pass == 1;
                for (int number = 1; result <= 0; number++) {
                        const int live = n_live;

                        copy_origin(path);
                        result = commit_without_memory(path, number);
                        assert_int_equal(n_live, live);
                        assert_true(has_happened(path));
                        n_failures += result < 0;
                        scratch_remove(path);
                }
                assert_true(n_failures > 100);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_write_sync_truncation_and_lock_can_fail),
                cmocka_unit_test(every_allocation_can_fail),
        };

        /* What fails is made to; a disk would only be slow. */
        if (access("/dev/shm", R_OK | W_OK | X_OK) == 0)
                (void)setenv("TMPDIR", "/dev/shm", 0);
        configure_memory();
        fault_vfs_register();
        return cmocka_run_group_tests_name("sqlite_batch_faults", tests, setup_all, teardown_all);
}

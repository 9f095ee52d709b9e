/* src/backend/sqlite/open.c: what is opened, what is made, what is refused and with which words. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "backend/sqlite/sqlite.h"
#include "fault_vfs.h"
#include "scratch.h"
#include "util/util.h"

static const struct lns_catalog_options make = { .create = true };
static const struct lns_catalog_options plain;
static const struct lns_catalog_options reading = { .read_only = true };

static char top[SCRATCH_MAX];

static int setup(void **state)
{
        (void)state;
        scratch_make(top);
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        scratch_remove(top);
        return 0;
}

/* A path in the scratch directory; borrowed until the next call but one. */
static const char *at(const char *name)
{
        static char paths[2][2 * SCRATCH_MAX];
        static int turn;
        char *path = paths[turn = !turn];

        snprintf(path, sizeof(paths[0]), "%s/%s", top, name);
        return path;
}

static struct lns_backend *opens(const char *name, const struct lns_catalog_options *options)
{
        struct lns_backend *backend;
        struct lns_error err;

        assert_succeeds(lns_backend_sqlite_open(&backend, at(name), options, &err), &err);
        return backend;
}

static void assert_refused(const char *name, const struct lns_catalog_options *options,
                           enum lns_code code, const char *words)
{
        struct lns_backend *backend;
        struct lns_error err;

        assert_fails(lns_backend_sqlite_open(&backend, at(name), options, &err), &err, code);
        if (!strstr(err.message, words))
                fail_msg("'%s' does not say '%s'", err.message, words);
}

static void closes(struct lns_backend *backend)
{
        backend->ops->free(backend);
}

/* Is it a catalog that can be changed, and all well with it? */
static void assert_works(struct lns_backend *backend)
{
        struct lns_error err;
        uint64_t problems;

        assert_succeeds(sqlite_set_node_property(backend, NULL, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                                 "owner", "x", LNS_PROPERTY_ANY, &err),
                        &err);
        assert_succeeds(sqlite_check_catalog(backend, false, NULL, NULL, &problems, &err), &err);
        assert_int_equal(problems, 0);
}

static void assert_opens_and_works(const char *name, const struct lns_catalog_options *options)
{
        struct lns_backend *backend = opens(name, options);

        assert_works(backend);
        closes(backend);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, bytes, size), size);
        close_fd(&fd);
}

/* A database that is not a catalog. */
static void make_database(const char *name, const char *sql)
{
        sqlite3 *db;

        assert_int_equal(mkdir(at(name), 0700), 0);
        assert_int_equal(sqlite3_open(at(strcat(strcpy((char[64]){ 0 }, name), "/catalog.db")),
                                      &db),
                         SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
}

/* ---- making ---- */

static void a_missing_catalog_is_made_when_asked_for(void **state)
{
        struct stat st;

        (void)state;
        assert_refused("c", &plain, LNS_INVALID_INPUT, "does not exist");
        assert_refused("c", &reading, LNS_INVALID_INPUT, "does not exist");
        assert_refused("x/c", &make, LNS_INVALID_INPUT, "above it");
        closes(opens("c", &make));
        assert_opens_and_works("c", &plain);
        assert_int_equal(stat(at("c"), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0700);
        assert_int_equal(stat(at("c/catalog.db"), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(stat(at("c/catalog.lock"), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(stat(at("c/staging"), &st), 0);
        assert_int_equal(stat(at("c/tables"), &st), 0);
}

static void several_may_make_it_at_once(void **state)
{
        int status;

        (void)state;
        for (int i = 0; i < 6; i++)
                if (fork() == 0) {
                        struct lns_backend *backend;

                        if (lns_backend_sqlite_open(&backend, at("c"), &make, NULL))
                                _exit(1);
                        closes(backend);
                        _exit(0);
                }
        for (int i = 0; i < 6; i++) {
                assert_true(wait(&status) > 0);
                assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        assert_opens_and_works("c", &plain);
}

/* A child makes it and dies at the nth write or sync. */
static bool make_and_die(int n)
{
        const struct fault fault = { .at = n, .sticky = true, .result = SQLITE_IOERR_WRITE };
        pid_t child = fork();
        int status;

        if (child == 0) {
                struct lns_backend *backend;
                int failed;

                fault_vfs_set(&fault);
                failed = lns_backend_sqlite_open(&backend, at("c"), &make, NULL);
                _exit(failed ? 1 : 0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        return WEXITSTATUS(status) == 0;
}

static void one_that_was_half_made_is_made_to_the_end(void **state)
{
        bool whole = false;
        int n;

        (void)state;
        for (n = 1; !whole; n++) {
                struct lns_backend *backend;

                whole = make_and_die(n);
                /* Without being asked to make it, it is whole or it is none. */
                if (!lns_backend_sqlite_open(&backend, at("c"), &plain, NULL))
                        closes(backend);
                backend = opens("c", &make);
                assert_works(backend);
                closes(backend);
                scratch_remove(at("c"));
        }
        assert_true(n > 10);
}

static void an_empty_file_is_a_start(void **state)
{
        (void)state;
        assert_int_equal(mkdir(at("c"), 0700), 0);
        write_file(at("c/catalog.db"), "", 0);
        assert_refused("c", &plain, LNS_INVALID_INPUT, "never finished");
        assert_refused("c", &reading, LNS_INVALID_INPUT, "never finished");
        assert_opens_and_works("c", &make);
}

static void another_journal_mode_is_put_right(void **state)
{
        sqlite3 *db;

        (void)state;
        closes(opens("c", &make));
        assert_int_equal(sqlite3_open(at("c/catalog.db"), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "pragma journal_mode = delete", NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_close(db);
        assert_opens_and_works("c", &plain);
        assert_int_equal(access(at("c/catalog.db-wal"), F_OK), 0);
}

/* ---- refusing ---- */

static void what_is_no_catalog_is_refused(void **state)
{
        char page[8192];

        (void)state;
        write_file(at("file"), "x", 1);
        assert_refused("file", &make, LNS_INVALID_INPUT, "no directory");
        assert_int_equal(mkdir(at("empty"), 0700), 0);
        assert_refused("empty", &plain, LNS_INVALID_INPUT, "no catalog.db");
        assert_int_equal(mkdir(at("link"), 0700), 0);
        assert_int_equal(symlink("elsewhere", at("link/catalog.db")), 0);
        assert_refused("link", &make, LNS_INVALID_INPUT, "regular file");
        memset(page, 'x', sizeof(page));
        assert_int_equal(mkdir(at("text"), 0700), 0);
        write_file(at("text/catalog.db"), page, sizeof(page));
        assert_refused("text", &make, LNS_INVALID_INPUT, "no SQLite database");
        assert_refused("text", &reading, LNS_INVALID_INPUT, "no SQLite database");
        make_database("other", "create table t (x)");
        assert_refused("other", &make, LNS_INVALID_INPUT, "another program");
        make_database("marked", "pragma application_id = 77; create table t (x)");
        assert_refused("marked", &reading, LNS_INVALID_INPUT, "77");
        /* Nothing was written into what is not ours. */
        assert_int_equal(access(at("other/tables"), F_OK), -1);
}

static void a_newer_format_is_refused(void **state)
{
        sqlite3 *db;

        (void)state;
        closes(opens("c", &make));
        assert_int_equal(sqlite3_open(at("c/catalog.db"), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "pragma user_version = 99", NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_refused("c", &make, LNS_INVALID_INPUT, "newer lancefs");
        assert_refused("c", &reading, LNS_INVALID_INPUT, "99");
}

static void a_damaged_file_is_refused(void **state)
{
        char page[4096];
        int fd;

        (void)state;
        closes(opens("c", &make));
        fd = open(at("c/catalog.db"), O_RDWR);
        memset(page, 0x5a, sizeof(page));
        /* The header stays, the schema behind it goes. */
        assert_int_equal(pwrite(fd, page, 3900, 100), 3900);
        close_fd(&fd);
        assert_refused("c", &make, LNS_INVALID_INPUT, "damaged");
        assert_refused("c", &reading, LNS_INVALID_INPUT, "damaged");
}

/* ---- reading only ---- */

static void a_catalog_opened_to_read_is_not_changed(void **state)
{
        struct lns_backend *writer = opens("c", &make);
        struct lns_backend *reader = opens("c", &reading);
        uint64_t generation = reader->ops->generation(reader);
        struct lns_catalog_description description;
        struct lns_node node;
        struct lns_error err;

        (void)state;
        assert_fails(sqlite_set_node_property(reader, NULL, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                              "owner", "x", LNS_PROPERTY_ANY, &err),
                     &err, LNS_PERMISSION_DENIED);
        assert_int_equal(err.sys, EROFS);
        assert_succeeds(
                sqlite_describe_node(reader, LNS_NODE_NAMESPACE, LNS_NODE_ROOT, &node, &err), &err);
        assert_int_equal(node.mode, 0755);
        /* But it sees what others do. */
        assert_works(writer);
        assert_int_equal(reader->ops->generation(reader), generation + 2);
        assert_succeeds(sqlite_describe_catalog(reader, &description, &err), &err);
        assert_int_equal(description.changes, 17);
        assert_true(description.read_only);
        closes(writer);
        closes(reader);
}

/* What another user finds: 0 all well, else the number of the step. */
static int as_another_user(void)
{
        struct lns_backend *backend;
        struct lns_node node;
        struct lns_error err;

        if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
                return 1;
        if (!lns_backend_sqlite_open(&backend, at("c"), &plain, &err))
                return 2;
        if (err.code != LNS_PERMISSION_DENIED || !strstr(err.message, "-o ro"))
                return 3;
        if (lns_backend_sqlite_open(&backend, at("c"), &reading, &err))
                return 4;
        if (sqlite_describe_node(backend, LNS_NODE_NAMESPACE, LNS_NODE_ROOT, &node, &err))
                return 5;
        closes(backend);
        return 0;
}

static void who_may_only_read_reads(void **state)
{
        int status;
        pid_t child;

        (void)state;
        if (geteuid() != 0)
                skip();
        closes(opens("c", &make));
        chmod(top, 0755);
        chmod(at("c"), 0755);
        chmod(at("c/catalog.db"), 0644);
        chmod(at("c/catalog.db-wal"), 0644);
        chmod(at("c/catalog.db-shm"), 0644);
        child = fork();
        if (child == 0)
                _exit(as_another_user());
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(a_missing_catalog_is_made_when_asked_for),
                TEST(several_may_make_it_at_once),
                TEST(one_that_was_half_made_is_made_to_the_end),
                TEST(an_empty_file_is_a_start),
                TEST(another_journal_mode_is_put_right),
                TEST(what_is_no_catalog_is_refused),
                TEST(a_newer_format_is_refused),
                TEST(a_damaged_file_is_refused),
                TEST(a_catalog_opened_to_read_is_not_changed),
                TEST(who_may_only_read_reads),
        };

        fault_vfs_register();
        return cmocka_run_group_tests_name("sqlite_open", tests, NULL, NULL);
}

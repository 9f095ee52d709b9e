/* Opening what lies on disk: missing, empty, foreign, newer, damaged, not ours to touch. About the
 * SQLite engine only, and the one place of this suite that knows catalog.db. */
#include "contract.h"

#include <errno.h>
#include <grp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct lns_catalog_options create = { .create = true };
static const struct lns_catalog_options read_only = { .read_only = true };
static const struct lns_catalog_options create_read_only = { .create = true, .read_only = true };

/* Opening fails with this code, by its path and by its URL, and gives nothing. */
static void assert_not_opened(const char *path, const struct lns_catalog_options *options,
                              enum lns_code code)
{
        static char nothing;
        struct lns_catalog *const untouched = (void *)&nothing;
        struct lns_catalog *catalog = untouched;
        struct lns_error err = LNS_ERROR_INIT;

        assert_fails(lns_catalog_open(&catalog, path, options, &err), &err, code);
        assert_fails(lns_catalog_open(&catalog, text_of("sqlite:%s", path), options, &err), &err,
                     code);
        assert_ptr_equal(catalog, untouched);
}

static void assert_opens(const char *path, const struct lns_catalog_options *options)
{
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_open(&catalog, path, options, &err), &err);
        assert_text(namespaces_in(catalog, root()), "");
        lns_catalog_free(catalog);
}

static const char *content_of(const char *path, size_t *ret_size)
{
        FILE *file = fopen(path, "re");
        char *content = calloc(1, 1 << 20);

        assert_non_null(file);
        assert_non_null(content);
        *ret_size = fread(content, 1, (1 << 20) - 1, file);
        fclose(file);
        return keep(content);
}

/* Neither opening a file that is no catalog nor asking to create one changes a byte of it. */
static void assert_refused_untouched(const char *directory)
{
        const char *file = text_of("%s/catalog.db", directory);
        size_t before_size, after_size;
        const char *before = content_of(file, &before_size), *after;

        assert_not_opened(directory, NULL, LNS_INVALID_INPUT);
        assert_not_opened(directory, &create, LNS_INVALID_INPUT);
        assert_not_opened(directory, &read_only, LNS_INVALID_INPUT);
        after = content_of(file, &after_size);
        assert_int_equal(after_size, before_size);
        assert_memory_equal(after, before, before_size);
}

/* Run SQL on a catalog's database, as another program might. */
static void run_sql(const char *directory, const char *sql)
{
        sqlite3 *db = NULL;
        char *message = NULL;

        assert_int_equal(sqlite3_open(text_of("%s/catalog.db", directory), &db), SQLITE_OK);
        if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
                fail_msg("%s: %s", sql, message);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- what is not there ---- */

static void a_missing_directory_is_made_only_when_asked(void **state)
{
        const char *path = contract_of(state)->path;

        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_not_opened(path, &read_only, LNS_INVALID_INPUT);
        assert_not_opened(path, &create_read_only, LNS_INVALID_INPUT);
        assert_false(file_exists(path));
        assert_opens(path, &create);
        assert_true(file_exists(text_of("%s/catalog.db", path)));
        assert_opens(path, NULL);
        assert_opens(path, &read_only);
        assert_opens(path, &create_read_only);
}

static void the_message_names_the_path(void **state)
{
        const char *path = contract_of(state)->path;
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        assert_int_equal(lns_catalog_open(&catalog, path, NULL, &err), -1);
        assert_contains(err.message, path);
}

static void only_the_last_directory_is_made(void **state)
{
        const char *path = contract_of(state)->path;

        assert_not_opened(text_of("%s/a/b", path), &create, LNS_INVALID_INPUT);
        assert_false(file_exists(path));
}

static void a_file_is_no_catalog(void **state)
{
        const char *path = contract_of(state)->path;

        make_file(path, "mine\n");
        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_not_opened(path, &create, LNS_INVALID_INPUT);
        assert_not_opened(path, &read_only, LNS_INVALID_INPUT);
        assert_not_opened(text_of("%s/x", path), &create, LNS_INVALID_INPUT);
}

static void an_empty_directory_becomes_one_only_when_asked(void **state)
{
        const char *path = contract_of(state)->path;

        make_directory(path);
        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_not_opened(path, &read_only, LNS_INVALID_INPUT);
        assert_int_equal(rmdir(path), 0);
        make_directory(path);
        assert_opens(path, &create);
}

static void files_that_are_there_already_stay(void **state)
{
        const char *path = contract_of(state)->path;

        make_directory(path);
        make_file(text_of("%s/notes.txt", path), "mine\n");
        assert_opens(path, &create);
        assert_true(file_exists(text_of("%s/notes.txt", path)));
}

static void every_way_to_write_the_path_is_the_same_catalog(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = contract->path;
        const char *link = text_of("%s/link", contract->directory);
        const char *const ways[] = {
                path,
                text_of("%s/", path),
                text_of("sqlite:%s", path),
                text_of("%s/../catalog", path),
                link,
                text_of("%s//.", path),
                "catalog",
                "./catalog",
                "sqlite:catalog",
        };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_catalog *first = open_catalog(path, &create);
        struct lns_catalog_description expected = { 0 };
        char *before = getcwd(NULL, 0);

        assert_int_equal(symlink(path, link), 0);
        assert_int_equal(chdir(contract->directory), 0);
        make_namespace(first, ident("prod"));
        assert_ok(lns_catalog_describe_catalog(first, &expected, &err), &err);
        for (size_t i = 0; i < COUNT(ways); i++) {
                struct lns_catalog_description description = { 0 };
                struct lns_catalog *catalog = NULL;

                assert_ok(lns_catalog_open(&catalog, ways[i], NULL, &err), &err);
                assert_text(namespaces_in(catalog, root()), "prod");
                assert_ok(lns_catalog_describe_catalog(catalog, &description, &err), &err);
                assert_text(description.location, expected.location);
                assert_int_equal(lns_catalog_generation(catalog), lns_catalog_generation(first));
                lns_catalog_free(catalog);
        }
        lns_catalog_free(first);
        assert_int_equal(chdir(before), 0);
        free(before);
}

/* ---- what is not a catalog ---- */

static void garbage_is_refused_and_left_alone(void **state)
{
        const char *path = contract_of(state)->path;
        const char *file = text_of("%s/catalog.db", path);
        const char *const garbage[] = {
                "xx",
                "This is not a database.\n",
                repeated('x', 4096),
                repeated('\n', 100000),
                "SQLite format 3",
        };

        make_directory(path);
        for (size_t i = 0; i < COUNT(garbage); i++) {
                make_file(file, garbage[i]);
                assert_refused_untouched(path);
        }
}

static void an_empty_database_file_is_finished_only_when_asked(void **state)
{
        const char *path = contract_of(state)->path;

        make_directory(path);
        make_file(text_of("%s/catalog.db", path), "");
        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_opens(path, &create);
        assert_opens(path, NULL);
}

static void a_database_of_another_program_is_refused_and_left_alone(void **state)
{
        const char *path = contract_of(state)->path;

        make_directory(path);
        run_sql(path, "create table mine (x)");
        assert_refused_untouched(path);
        run_sql(path, "pragma application_id = 1234");
        assert_refused_untouched(path);
        run_sql(path, "pragma user_version = 1");
        assert_refused_untouched(path);
}

static void a_newer_catalog_is_refused_and_left_alone(void **state)
{
        const char *path = contract_of(state)->path;
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        assert_opens(path, &create);
        run_sql(path, "pragma user_version = 1000");
        assert_refused_untouched(path);
        assert_int_equal(lns_catalog_open(&catalog, path, NULL, &err), -1);
        assert_contains(err.message, "1000");
}

static void a_damaged_first_page_is_refused_and_left_alone(void **state)
{
        const char *path = contract_of(state)->path;
        FILE *file;

        assert_opens(path, &create);
        file = fopen(text_of("%s/catalog.db", path), "r+e");
        assert_non_null(file);
        /* The header stays; the b-tree of the schema does not. */
        assert_int_equal(fseek(file, 100, SEEK_SET), 0);
        for (int i = 0; i < 3000; i++)
                fputc(0xa5, file);
        assert_int_equal(fclose(file), 0);
        assert_refused_untouched(path);
}

static void a_catalog_db_that_is_no_file_is_refused(void **state)
{
        const char *path = contract_of(state)->path;
        const char *file = text_of("%s/catalog.db", path);

        make_directory(path);
        make_directory(file);
        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_not_opened(path, &create, LNS_INVALID_INPUT);
        assert_int_equal(rmdir(file), 0);
        assert_int_equal(mkfifo(file, 0600), 0);
        assert_not_opened(path, NULL, LNS_INVALID_INPUT);
        assert_not_opened(path, &create, LNS_INVALID_INPUT);
        assert_not_opened(path, &read_only, LNS_INVALID_INPUT);
}

/* ---- what another program does to it ---- */

static void a_foreign_write_lock_is_waited_for_and_then_unavailable(void **state)
{
        const char *path = contract_of(state)->path;
        const struct lns_catalog_options impatient = { .create = true, .lock_timeout_ms = 50 };
        struct lns_catalog *catalog = open_catalog(path, &impatient);
        sqlite3 *db = NULL;

        make_namespace(catalog, ident("prod"));
        assert_int_equal(sqlite3_open(text_of("%s/catalog.db", path), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
        assert_refused_errno(catalog, create_namespace, LNS_SERVICE_UNAVAILABLE, ETIMEDOUT,
                             .id = ident("dev"));
        assert_int_equal(sqlite3_exec(db, "rollback", NULL, NULL, NULL), SQLITE_OK);
        make_namespace(catalog, ident("dev"));
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        lns_catalog_free(catalog);
}

/* ---- what is not ours to touch ---- */

#define NOBODY 65534

/* Whom permission bits apply to. */
static void become_nobody(void)
{
        if (geteuid() != 0)
                return;
        child_check(setgroups(0, NULL) == 0);
        child_check(setgid(NOBODY) == 0);
        child_check(setuid(NOBODY) == 0);
}

static int code_of_open(const char *path, const struct lns_catalog_options *options, int *ret_sys)
{
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        if (lns_catalog_open(&catalog, path, options, &err) == 0) {
                lns_catalog_free(catalog);
                return LNS_OK;
        }
        *ret_sys = lns_error_errno(&err);
        child_check(err.message[0] != '\0' && catalog == NULL);
        return err.code;
}

static void open_as_nobody(struct contract *contract, void *context)
{
        const char *const *paths = context;
        int sys = 0;

        (void)contract;
        become_nobody();
        for (; *paths; paths++) {
                child_check(code_of_open(*paths, NULL, &sys) == LNS_PERMISSION_DENIED);
                child_check(sys == EACCES || sys == EROFS);
                child_check(code_of_open(*paths, &create, &sys) == LNS_PERMISSION_DENIED);
                child_check(sys == EACCES || sys == EROFS);
        }
}

static void what_may_not_be_written_is_permission_denied(void **state)
{
        struct contract *contract = contract_of(state);
        const char *read_only_file = text_of("%s/read-only-file", contract->directory);
        const char *closed = text_of("%s/closed", contract->directory);
        const char *paths[] = { contract->path, read_only_file, closed, NULL };

        assert_int_equal(chmod(contract->directory, 0755), 0);
        for (size_t i = 0; i < COUNT(paths) - 1; i++)
                assert_opens(paths[i], &create);
        /* May be read, and not written: the directory and all; the file; not even looked into. */
        assert_int_equal(chmod(text_of("%s/catalog.db", paths[0]), 0444), 0);
        assert_int_equal(chmod(paths[0], 0555), 0);
        assert_int_equal(chmod(text_of("%s/catalog.db", paths[1]), 0444), 0);
        assert_int_equal(chmod(paths[1], 0777), 0);
        assert_int_equal(chmod(paths[2], 0), 0);
        child_wait(child_start(contract, open_as_nobody, paths));
        for (size_t i = 0; i < COUNT(paths) - 1; i++)
                assert_int_equal(chmod(paths[i], 0700), 0);
}

static void create_as_nobody(struct contract *contract, void *context)
{
        int sys = 0;

        (void)context;
        become_nobody();
        child_check(code_of_open(contract->path, &create, &sys) == LNS_PERMISSION_DENIED);
        child_check(sys == EACCES);
        child_check(!file_exists(contract->path));
}

static void a_catalog_is_not_made_where_that_is_not_permitted(void **state)
{
        struct contract *contract = contract_of(state);

        assert_int_equal(chmod(contract->directory, 0555), 0);
        child_wait(child_start(contract, create_as_nobody, NULL));
        assert_int_equal(chmod(contract->directory, 0700), 0);
}

/* Reading a log needs its index, which may have to be written: opened or refused, not wrong. */
static void read_as_nobody(struct contract *contract, void *context)
{
        int sys = 0;
        int code;

        (void)context;
        become_nobody();
        code = code_of_open(contract->path, &read_only, &sys);
        child_check(code == LNS_OK || code == LNS_PERMISSION_DENIED);
}

static void what_may_only_be_read_is_read_or_permission_denied(void **state)
{
        struct contract *contract = contract_of(state);

        assert_int_equal(chmod(contract->directory, 0755), 0);
        assert_opens(contract->path, &create);
        assert_int_equal(chmod(text_of("%s/catalog.db", contract->path), 0444), 0);
        assert_int_equal(chmod(contract->path, 0555), 0);
        child_wait(child_start(contract, read_as_nobody, NULL));
        assert_int_equal(chmod(contract->path, 0700), 0);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test_unopened(a_missing_directory_is_made_only_when_asked),
                contract_test_unopened(the_message_names_the_path),
                contract_test_unopened(only_the_last_directory_is_made),
                contract_test_unopened(a_file_is_no_catalog),
                contract_test_unopened(an_empty_directory_becomes_one_only_when_asked),
                contract_test_unopened(files_that_are_there_already_stay),
                contract_test_unopened(every_way_to_write_the_path_is_the_same_catalog),
                contract_test_unopened(garbage_is_refused_and_left_alone),
                contract_test_unopened(an_empty_database_file_is_finished_only_when_asked),
                contract_test_unopened(a_database_of_another_program_is_refused_and_left_alone),
                contract_test_unopened(a_newer_catalog_is_refused_and_left_alone),
                contract_test_unopened(a_damaged_first_page_is_refused_and_left_alone),
                contract_test_unopened(a_catalog_db_that_is_no_file_is_refused),
                contract_test_unopened(a_foreign_write_lock_is_waited_for_and_then_unavailable),
                contract_test_unopened(what_may_not_be_written_is_permission_denied),
                contract_test_unopened(a_catalog_is_not_made_where_that_is_not_permitted),
                contract_test_unopened(what_may_only_be_read_is_read_or_permission_denied),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

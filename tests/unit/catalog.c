/* src/catalog/catalog.c: what holds for every operation alike. */
#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

/* ---- each operation once, with a request that is good ---- */

#define USERS .id = an_ident("prod", "users")
#define PROD .id = an_ident("prod")

static const struct lns_version_range one_range[] = { { 1, 2 } };
static const struct lns_alter_transaction_action one_action[] = { { .kind = LNS_SET_STATUS } };
static struct lns_create_table_version_request one_entry[1];

static struct lns_create_namespace_request good_create_namespace(void)
{
        return (struct lns_create_namespace_request){ PROD };
}

#define GOOD(name, ...)                                                                            \
        static struct lns_##name##_request good_##name(void)                                       \
        {                                                                                          \
                return (struct lns_##name##_request){ __VA_ARGS__ };                               \
        }
GOOD(list_namespaces, PROD)
GOOD(describe_namespace, PROD)
GOOD(drop_namespace, PROD)
GOOD(namespace_exists, PROD)
GOOD(rename_namespace, PROD, .new_id = an_ident("production"))
GOOD(list_tables, PROD)
GOOD(list_all_tables, .limit = 1)
GOOD(declare_table, USERS)
GOOD(register_table, USERS, .location = "/srv/users.lance")
GOOD(describe_table, USERS)
GOOD(table_exists, USERS)
GOOD(drop_table, USERS)
GOOD(deregister_table, USERS)
GOOD(restore_deregistered_table, USERS, .deregistered_name = "users")
GOOD(rename_table, USERS, .new_table_name = "people")
GOOD(create_table_version, USERS, .version = 7, .manifest_path = "p", .manifest_size = -1)
GOOD(list_table_versions, USERS)
GOOD(describe_table_version, USERS)
GOOD(batch_delete_table_versions, USERS, .ranges = one_range, .n_ranges = 1)
GOOD(list_table_tags, USERS)
GOOD(get_table_tag_version, USERS, .tag = "gold")
GOOD(create_table_tag, USERS, .tag = "gold", .version = 7)
GOOD(update_table_tag, USERS, .tag = "gold", .version = 7)
GOOD(delete_table_tag, USERS, .tag = "gold")
GOOD(rename_table_tag, USERS, .tag = "gold", .new_tag = "silver")
GOOD(copy_table_tag, USERS, .tag = "gold", .new_tag = "silver")
GOOD(import_table, USERS, .location = "/srv/users.lance")
GOOD(describe_transaction, .transaction_id = 1)
GOOD(alter_transaction, .transaction_id = 1, .actions = one_action, .n_actions = 1)

static struct lns_batch_create_table_versions_request good_batch_create_table_versions(void)
{
        one_entry[0] = good_create_table_version();
        return (struct lns_batch_create_table_versions_request){ .entries = one_entry,
                                                                 .n_entries = 1 };
}

static struct lns_batch_commit_tables_request good_batch_commit_tables(void)
{
        static struct lns_batch_operation operation;

        operation = (struct lns_batch_operation){
                .kind = LNS_BATCH_DELETE_TABLE_TAG,
                .delete_table_tag = { USERS, .tag = "gold" },
        };
        return (struct lns_batch_commit_tables_request){ .operations = &operation,
                                                         .n_operations = 1 };
}

static void every_operation_reaches_the_engine_under_its_name(void **state)
{
        struct lns_error err;

#define LNS_OPERATION(name, spec, rw)                                                              \
        do {                                                                                       \
                struct lns_##name##_request request = good_##name();                               \
                                                                                                   \
                assert_reaches(lns_catalog_##name(*state, &request, NULL, &err), &err, #name);     \
                assert_non_null(fake.response);                                                    \
        } while (0);
#include "lns/operation.def"
#undef LNS_OPERATION
}

#define R_REFUSED false
#define W_REFUSED true

static void a_read_only_catalog_refuses_every_change_and_nothing_else(void **state)
{
        struct lns_error err;

#define LNS_OPERATION(name, spec, rw)                                                              \
        do {                                                                                       \
                struct lns_##name##_request request = good_##name();                               \
                                                                                                   \
                if (rw##_REFUSED) {                                                                \
                        assert_refuses(lns_catalog_##name(*state, &request, NULL, &err), &err,     \
                                       LNS_PERMISSION_DENIED, "");                                 \
                        assert_int_equal(lns_error_errno(&err), EROFS);                            \
                } else {                                                                           \
                        assert_reaches(lns_catalog_##name(*state, &request, NULL, &err), &err,     \
                                       #name);                                                     \
                }                                                                                  \
        } while (0);
#include "lns/operation.def"
#undef LNS_OPERATION
}

static void what_an_engine_omits_is_unsupported(void **state)
{
        struct lns_error err;

#define LNS_OPERATION(name, spec, rw)                                                              \
        do {                                                                                       \
                struct lns_##name##_request request = good_##name();                               \
                                                                                                   \
                assert_fails(lns_catalog_##name(*state, &request, NULL, &err), &err,               \
                             LNS_UNSUPPORTED);                                                     \
                assert_string_equal(err.message, "the empty engine has no " #spec);                \
        } while (0);
#include "lns/operation.def"
#undef LNS_OPERATION
}

static void every_failure_of_the_engine_reaches_the_caller(void **state)
{
        struct lns_error err;

        fake.result = -1;
#define LNS_OPERATION(name, spec, rw)                                                              \
        do {                                                                                       \
                struct lns_##name##_request request = good_##name();                               \
                                                                                                   \
                assert_fails(lns_catalog_##name(*state, &request, NULL, &err), &err,               \
                             LNS_TABLE_NOT_FOUND);                                                 \
                assert_string_equal(err.message, "the fake says no");                              \
                assert_string_equal(err.detail, "fake");                                           \
                assert_int_equal(lns_catalog_##name(*state, &request, NULL, NULL), -1);            \
        } while (0);
#include "lns/operation.def"
#undef LNS_OPERATION
}

/* ---- responses and errors ---- */

static void an_answer_nobody_wants_is_released(void **state)
{
        struct lns_declare_table_request declare = good_declare_table();
        struct lns_describe_table_version_request describe = good_describe_table_version();
        struct lns_get_table_tag_version_request get = good_get_table_tag_version();
        struct lns_error err;

        /* The fake fills these; the address sanitizer sees what stays. */
        assert_succeeds(lns_catalog_declare_table(*state, &declare, NULL, &err), &err);
        assert_succeeds(lns_catalog_describe_table_version(*state, &describe, NULL, &err), &err);
        assert_succeeds(lns_catalog_get_table_tag_version(*state, &get, NULL, &err), &err);
}

static void an_answer_goes_where_the_caller_wants_it(void **state)
{
        struct lns_get_table_tag_version_request get = good_get_table_tag_version();
        struct lns_get_table_tag_version_response response;
        struct lns_error err;

        assert_succeeds(lns_catalog_get_table_tag_version(*state, &get, &response, &err), &err);
        assert_ptr_equal(fake.response, &response);
        assert_int_equal(response.version, 7);
        assert_string_equal(response.branch, "dev");
        lns_get_table_tag_version_response_clear(&response);
}

static void an_error_is_untouched_on_success(void **state)
{
        struct lns_drop_table_request drop = good_drop_table();
        struct lns_error err = { .code = LNS_INTERNAL, .sys = 77, .message = "m", .detail = "d" };

        fake.spoil = true; /* an engine that tried twice */
        assert_int_equal(lns_catalog_drop_table(*state, &drop, NULL, &err), 0);
        assert_int_equal(err.code, LNS_INTERNAL);
        assert_int_equal(err.sys, 77);
        assert_string_equal(err.message, "m");
        assert_string_equal(err.detail, "d");
}

static void an_engine_that_fails_silently_is_an_internal_failure(void **state)
{
        struct lns_drop_table_request drop = good_drop_table();
        struct lns_error err;

        fake.result = -1;
        fake.silent = true;
        assert_fails(lns_catalog_drop_table(*state, &drop, NULL, &err), &err, LNS_INTERNAL);
        fake.result = 5;
        assert_fails(lns_catalog_drop_table(*state, &drop, NULL, &err), &err, LNS_INTERNAL);
}

static void arguments_are_checked_before_read_only_and_unsupported(void **state)
{
        struct lns_drop_table_request drop = { .id = an_ident("a/b") };
        struct lns_error err;

        assert_refuses(lns_catalog_drop_table(*state, &drop, NULL, &err), &err, LNS_INVALID_INPUT,
                       "id[0]");
}

/* ---- tracing ---- */

/* What the calls write to stderr. */
static void traced(void **state, const char *components, char *buf, size_t size)
{
        struct lns_drop_table_request drop = good_drop_table();
        struct lns_drop_table_request bad = { .id = an_ident("a\n\x1b") };
        struct lns_list_namespaces_request list = { .id = the_root() };
        struct lns_list_all_tables_request all = good_list_all_tables();
        struct lns_catalog *catalog;
        struct lns_error err;
        int saved = dup(STDERR_FILENO);
        FILE *file = tmpfile();
        size_t length;

        (void)state;
        assert_true(saved >= 0 && file);
        assert_int_equal(setenv("LNS_TRACE", components, 1), 0);
        assert_succeeds(lns_catalog_new(&catalog, &fake.base, NULL, &err), &err);
        assert_int_equal(unsetenv("LNS_TRACE"), 0);
        assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
        (void)!lns_catalog_drop_table(catalog, &drop, NULL, NULL);
        (void)!lns_catalog_list_namespaces(catalog, &list, NULL, NULL);
        (void)!lns_catalog_list_all_tables(catalog, &all, NULL, NULL);
        (void)!lns_catalog_drop_table(catalog, &bad, NULL, NULL);
        assert_true(dup2(saved, STDERR_FILENO) >= 0);
        assert_int_equal(close(saved), 0);
        rewind(file);
        length = fread(buf, 1, size - 1, file);
        buf[length] = '\0';
        assert_int_equal(fclose(file), 0);
        lns_catalog_free(catalog);
        fake.n_freed--; /* the fixture frees it too */
}

/* The next line of *cursor; it ends in a NUL from here on. */
static const char *next_line(char **cursor)
{
        char *line = *cursor;
        char *end = strchr(line, '\n');

        assert_non_null(end);
        *end = '\0';
        *cursor = end + 1;
        return line;
}

static void a_trace_has_one_line_for_each_call(void **state)
{
        char buf[4096];
        char *cursor = buf;
        const char *line;

        traced(state, "http,catalog", buf, sizeof(buf));
        line = next_line(&cursor);
        assert_memory_equal(line, "catalog: DropTable 'prod$users' -> ok, ", 39);
        assert_string_equal(line + strlen(line) - 3, " us");
        line = next_line(&cursor);
        assert_memory_equal(line, "catalog: ListNamespaces '$' -> ok, ", 35);
        line = next_line(&cursor);
        assert_memory_equal(line, "catalog: ListAllTables '-' -> ok, ", 34);
        line = next_line(&cursor);
        assert_memory_equal(line, "catalog: DropTable 'a?\?' -> InvalidInput, ", 42);
        assert_non_null(strstr(line, " us: namespace or table name 'a?\?' holds"));
        assert_string_equal(cursor, "");
}

static void nothing_is_traced_unless_asked_for(void **state)
{
        static const char *const others[] = { "", "http", "catalogs", "cat", ",,", "CATALOG" };
        char buf[64];

        for (size_t i = 0; i < COUNT(others); i++) {
                traced(state, others[i], buf, sizeof(buf));
                assert_string_equal(buf, "");
        }
}

/* ---- opening ---- */

/* What the engine is given for a URL. */
static void assert_opens(const char *url, const char *path)
{
        struct lns_catalog *catalog;
        struct lns_error err;

        assert_succeeds(lns_catalog_open(&catalog, url, NULL, &err), &err);
        assert_string_equal(fake_open.path, path);
        lns_catalog_free(catalog);
        assert_int_equal(fake.n_freed, 1);
}

static void a_directory_opens_the_sqlite_engine(void **state)
{
        (void)state;
        assert_opens("/srv/catalog", "/srv/catalog");
        assert_opens("catalog", "catalog");
        assert_opens("./a:b", "./a:b");
        assert_opens("a:b", "a:b");
        assert_opens("sqlite:/srv/catalog", "/srv/catalog");
        assert_opens("sqlite:catalog", "catalog");
        assert_opens("sqlite:///srv/catalog", "///srv/catalog");
}

static void other_schemes_have_no_engine(void **state)
{
        static const char *const urls[] = {
                "http://host:2333", "https://host", "s3://bucket/x", "file:///srv", "HTTP://x",
        };
        struct lns_catalog *catalog = NULL;
        struct lns_error err;

        (void)state;
        fake_open.n_calls = 0;
        for (size_t i = 0; i < COUNT(urls); i++)
                assert_fails(lns_catalog_open(&catalog, urls[i], NULL, &err), &err,
                             LNS_UNSUPPORTED);
        assert_fails(lns_catalog_open(&catalog, urls[0], NULL, &err), &err, LNS_UNSUPPORTED);
        assert_string_equal(err.message,
                            "no engine for 'http://' catalogs is built in; give a directory");
        assert_fails(lns_catalog_open(&catalog, "", NULL, &err), &err, LNS_INVALID_INPUT);
        assert_fails(lns_catalog_open(&catalog, "sqlite:", NULL, &err), &err, LNS_INVALID_INPUT);
        assert_fails(lns_catalog_open(&catalog, "sqlite://srv/c", NULL, &err), &err,
                     LNS_INVALID_INPUT);
        assert_int_equal(fake_open.n_calls, 0);
        assert_null(catalog);
}

static void options_go_to_the_engine_with_defaults(void **state)
{
        struct lns_catalog_options options = { .create = true, .lock_timeout_ms = 5 };
        struct lns_catalog *catalog = NULL;
        struct lns_error err;

        (void)state;
        assert_opens("/c", "/c");
        assert_false(fake_open.options.create);
        assert_false(fake_open.options.read_only);
        assert_int_equal(fake_open.options.lock_timeout_ms, 10000);
        assert_succeeds(lns_catalog_open(&catalog, "/c", &options, &err), &err);
        assert_true(fake_open.options.create);
        assert_int_equal(fake_open.options.lock_timeout_ms, 5);
        lns_catalog_free(catalog);
        options.lock_timeout_ms = -1;
        assert_fails(lns_catalog_open(&catalog, "/c", &options, &err), &err, LNS_INVALID_INPUT);
}

static void an_engine_that_does_not_open_says_why(void **state)
{
        struct lns_catalog *catalog = NULL;
        struct lns_error err;

        (void)state;
        fake_open.fail = true;
        assert_fails(lns_catalog_open(&catalog, "/c", NULL, &err), &err, LNS_INVALID_INPUT);
        assert_string_equal(err.message, "'/c' is not a catalog");
        assert_null(catalog);
        fake_open.fail = false;
        lns_catalog_free(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                fake_test(every_operation_reaches_the_engine_under_its_name),
                fake_test_read_only(a_read_only_catalog_refuses_every_change_and_nothing_else),
                fake_test_without_callbacks(what_an_engine_omits_is_unsupported),
                fake_test(every_failure_of_the_engine_reaches_the_caller),
                fake_test(an_answer_nobody_wants_is_released),
                fake_test(an_answer_goes_where_the_caller_wants_it),
                fake_test(an_error_is_untouched_on_success),
                fake_test(an_engine_that_fails_silently_is_an_internal_failure),
                fake_test_read_only(arguments_are_checked_before_read_only_and_unsupported),
                fake_test_without_callbacks(arguments_are_checked_before_read_only_and_unsupported),
                fake_test(a_trace_has_one_line_for_each_call),
                fake_test(nothing_is_traced_unless_asked_for),
                cmocka_unit_test(a_directory_opens_the_sqlite_engine),
                cmocka_unit_test(other_schemes_have_no_engine),
                cmocka_unit_test(options_go_to_the_engine_with_defaults),
                cmocka_unit_test(an_engine_that_does_not_open_says_why),
        };

        return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}

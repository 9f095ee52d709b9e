/* From the text of a batch to the engine: what src/catalog/batch_commit.c refuses, with the path of
 * the field. */
#include "batch_parse.h"
#include "fake.h"

#include <stdio.h>

static int commit(void **state, const char *text)
{
        int result;

        assert_parses(text);
        result = lns_catalog_batch_commit_tables(*state, &request, NULL, &err);
        forget();
        return result;
}

static void a_batch_reaches_the_engine(void **state)
{
        for (size_t i = 0; i < COUNT(batch_samples); i++) {
                fake.n_calls = 0;
                if (commit(state, batch_samples[i]) != 0)
                        fail_msg("%s: %s (%s)", batch_samples[i], err.message, err.detail);
                assert_int_equal(fake.n_calls, 1);
                assert_string_equal(fake.called, "batch_commit_tables");
        }
}

#define RANGES(list) "{\"delete_table_versions\":{\"id\":[\"t\"],\"ranges\":[" list "]}}"
#define VERSION(id, more)                                                                          \
        "{\"create_table_version\":{\"id\":" id ",\"manifest_path\":\"p\",\"version\":7" more "}}"

static const char *const bad[][2] = {
        { "{\"declare_table\":{\"id\":[]}}", "declare_table.id" },
        { "{\"declare_table\":{\"id\":[\"\"]}}", "declare_table.id[0]" },
        { "{\"declare_table\":{\"id\":[\"a\",\"\",\"b\"]}}", "declare_table.id[1]" },
        { "{\"declare_table\":{\"id\":[\"a\",\"b/c\"]}}", "declare_table.id[1]" },
        { "{\"declare_table\":{\"id\":[\"..\"]}}", "declare_table.id[0]" },
        { "{\"declare_table\":{\"id\":[\"a\\nb\"]}}", "declare_table.id[0]" },
        { "{\"declare_table\":{\"id\":[\"a\"],\"location\":\"\"}}", "declare_table.location" },
        { "{\"declare_table\":{\"id\":[\"a\"],\"location\":\"/a/../b\"}}",
          "declare_table.location" },
        { "{\"create_namespace\":{\"id\":[\"a$b\"]}}", "create_namespace.id[0]" },
        { "{\"deregister_table\":{\"id\":[\"a.lance\"]}}", "deregister_table.id[0]" },
        { VERSION("[]", ""), "create_table_version.id" },
        { VERSION("[\"a\",\".\"]", ""), "create_table_version.id[1]" },
        { RANGES("{\"start_version\":3,\"end_version\":1}"), "delete_table_versions.ranges[0]" },
        { RANGES("{\"start_version\":3,\"end_version\":3}"), "delete_table_versions.ranges[0]" },
        { RANGES("{\"start_version\":1,\"end_version\":4},{\"start_version\":3,\"end_version\":5}"),
          "delete_table_versions.ranges" },
        { RANGES("{\"start_version\":1,\"end_version\":-1},"
                 "{\"start_version\":7,\"end_version\":8}"),
          "delete_table_versions.ranges" },
        { "{\"create_table_tag\":{\"id\":[\"t\"],\"tag\":\"a b\",\"version\":1}}",
          "create_table_tag.tag" },
        { "{\"update_table_tag\":{\"id\":[\"t\"],\"tag\":\"../x\",\"version\":1}}",
          "update_table_tag.tag" },
        { "{\"delete_table_tag\":{\"id\":[\"t\"],\"tag\":\"x.lock\"}}", "delete_table_tag.tag" },
};

/* The detail is this path, or begins with it and goes on with what is there. */
static void assert_path(const char *path)
{
        size_t length = strlen(path);

        if (strncmp(err.detail, path, length) != 0 ||
            (err.detail[length] != '\0' && err.detail[length] != ':'))
                fail_msg("'%s' is not '%s'", err.detail, path);
}

static void a_bad_name_or_range_is_refused_with_its_path(void **state)
{
        char text[500];
        char path[100];

        for (size_t i = 0; i < COUNT(bad); i++) {
                (void)snprintf(text, sizeof(text), OPERATIONS("%s,%s"), DEREGISTER_TABLE,
                               bad[i][0]);
                (void)snprintf(path, sizeof(path), "operations[1].%s", bad[i][1]);
                fake.n_calls = 0;
                assert_int_equal(commit(state, text), -1);
                assert_int_equal(err.code, LNS_INVALID_INPUT);
                assert_int_equal(fake.n_calls, 0);
                assert_path(path);
        }
        assert_int_equal(commit(state, "{\"entries\":[{\"id\":[\"a\",\"\"],\"version\":1,"
                                       "\"manifest_path\":\"p\"}]}"),
                         -1);
        assert_path("entries[0].id[1]");
}

static void a_version_twice_in_one_batch_is_refused(void **state)
{
        assert_int_equal(
                commit(state, OPERATIONS(VERSION("[\"a\"]", "") "," VERSION(
                                      "[\"a\"]",
                                      ",\"branch\":\"dev\"") "," VERSION("[\"a\"]",
                                                                         ",\"branch\":\"main\""))),
                -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_path("operations[2].create_table_version.version");
        assert_int_equal(
                commit(state, OPERATIONS(VERSION("[\"a\"]", "") "," VERSION("[\"b\"]", ""))), 0);
}

static void an_identifier_outside_the_scope_is_denied(void **state)
{
        const struct lns_ident *scope = fake_ident("prod", (const char *)NULL);

        assert_parses(OPERATIONS(DEREGISTER_TABLE "," DELETE_TABLE_TAG));
        request.scope = scope;
        assert_int_equal(lns_catalog_batch_commit_tables(*state, &request, NULL, &err), -1);
        assert_int_equal(err.code, LNS_PERMISSION_DENIED);
        assert_path("operations[1].delete_table_tag.id");
        forget();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                fake_test(a_batch_reaches_the_engine),
                fake_test(a_bad_name_or_range_is_refused_with_its_path),
                fake_test(a_version_twice_in_one_batch_is_refused),
                fake_test(an_identifier_outside_the_scope_is_denied),
        };

        return cmocka_run_group_tests_name("batch_commit", tests, NULL, NULL);
}

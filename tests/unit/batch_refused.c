/* src/codec/batch_commit_tables_request.c: what is refused, and where the error says it is. */
#include "batch_parse.h"

#include <stdio.h>

static void what_is_no_json_is_refused_with_its_place(void **state)
{
        (void)state;
        assert_refused("x", "line 1, column 1");
        assert_refused("[]", "line 1, column 1");
        assert_refused("{\"operations\":[}", "line 1, column 16");
        assert_refused("{\"operations\":[\n{\"declare_table\":{\"id\":[\"\xff\"]}}]}",
                       "line 2, column 26");
        assert_refused("{\"operations\":[{\"declare_table\":{\"id\":[\"\\u0000\"]}}]}",
                       "line 1, column 47");
        assert_refused(OPERATIONS(DEREGISTER_TABLE) "x", "line 1, column 60");
}

static void a_key_twice_is_refused_with_its_place(void **state)
{
        (void)state;
        assert_refused("{\"operations\":[" DEREGISTER_TABLE "],\n\"operations\":[]}",
                       "line 2, column 1");
        assert_refused(OPERATIONS("{\"deregister_table\":{\"id\":[],\"b\":1,\"\\u0069d\":[]}}"),
                       "line 1, column 51");
        assert_refused("{\"operations\":[" DEREGISTER_TABLE "],\"x\":{\"a\":1,\"b\":1,\"c\":1,"
                       "\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,"
                       "\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"a\":1}}",
                       "line 1, column 161");
}

static void another_shape_is_refused(void **state)
{
        static const char *const rows[][2] = {
                { "{}", "operations" },
                { "{\"operations\":null}", "operations" },
                { "{\"operations\":null,\"entries\":null}", "operations" },
                { "{\"operations\":{}}", "operations" },
                { "{\"operations\":\"x\"}", "operations" },
                { "{\"entries\":7}", "entries" },
                { "{\"operations\":[]}", "operations" },
                { "{\"entries\":[]}", "entries" },
                { "{\"operations\":[" DEREGISTER_TABLE "],\"entries\":[]}", "entries" },
                { "{\"entries\":[{}],\"operations\":[{}]}", "entries" },
                { "{\"operations\":[7]}", "operations[0]" },
                { "{\"operations\":[" DEREGISTER_TABLE ",null]}", "operations[1]" },
                { "{\"operations\":[[" DEREGISTER_TABLE "]]}", "operations[0]" },
                { "{\"entries\":[[]]}", "entries[0]" },
                { "{\"id\":7,\"operations\":[" DEREGISTER_TABLE "]}", "id" },
                { "{\"id\":\"\",\"operations\":[" DEREGISTER_TABLE "]}", "id" },
                { "{\"dry_run\":1,\"operations\":[" DEREGISTER_TABLE "]}", "dry_run" },
                { "{\"dry_run\":\"true\",\"operations\":[" DEREGISTER_TABLE "]}", "dry_run" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++)
                assert_refused(rows[i][0], rows[i][1]);
}

static void an_entry_takes_one_operation_that_is_known(void **state)
{
        static const char *const rows[][2] = {
                { "{}", "operations[1]" },
                { "{\"declare_table\":null}", "operations[1]" },
                { "{\"declare_table\":{\"id\":[\"a\"]},\"deregister_table\":{\"id\":[\"a\"]}}",
                  "operations[1]" },
                { "{\"drop_table\":{\"id\":[\"a\"]}}", "operations[1].drop_table" },
                { "{\"Declare_table\":{\"id\":[\"a\"]}}", "operations[1].Declare_table" },
                { "{\"declare_table\":{\"id\":[\"a\"]},\"rename_table\":{}}",
                  "operations[1].rename_table" },
                { "{\"declare_table\":[]}", "operations[1].declare_table" },
                { "{\"delete_table_tag\":\"x\"}", "operations[1].delete_table_tag" },
        };
        char text[300];

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                (void)snprintf(text, sizeof(text), OPERATIONS(DEREGISTER_TABLE ",%s"), rows[i][0]);
                assert_refused(text, rows[i][1]);
        }
}

/* {"<key>":{"id":["t"],<rest>}}; the field in the detail. */
static const char *const bad_fields[][3] = {
        { "create_table_version", "\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":1", "manifest_path" },
        { "create_table_version", "\"version\":0,\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":-1,\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":9223372036854775808,\"manifest_path\":\"p\"",
          "version" },
        { "create_table_version", "\"version\":-9223372036854775809,\"manifest_path\":\"p\"",
          "version" },
        { "create_table_version", "\"version\":111111111111111111111111111,\"manifest_path\":\"p\"",
          "version" },
        { "create_table_version", "\"version\":1.0,\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":1e3,\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":\"7\",\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":\"latest\",\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":null,\"manifest_path\":\"p\"", "version" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"\"", "manifest_path" },
        { "create_table_version", "\"version\":1,\"manifest_path\":[]", "manifest_path" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"manifest_size\":-1",
          "manifest_size" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"e_tag\":5", "e_tag" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"naming_scheme\":\"V3\"",
          "naming_scheme" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"branch\":\"a..b\"",
          "branch" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"metadata\":[]",
          "metadata" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"metadata\":{\"k\":1}",
          "metadata.k" },
        { "create_table_version", "\"version\":1,\"manifest_path\":\"p\",\"metadata\":{\"\":\"\"}",
          "metadata." },
        { "declare_table", "\"location\":7", "location" },
        { "declare_table", "\"properties\":\"x\"", "properties" },
        { "declare_table", "\"properties\":{\"a\":{}}", "properties.a" },
        { "create_namespace", "\"mode\":\"replace\"", "mode" },
        { "create_namespace", "\"mode\":\"Exist Ok\"", "mode" },
        { "create_namespace", "\"mode\":1", "mode" },
        { "create_table_tag", "\"tag\":\"gold\"", "version" },
        { "create_table_tag", "\"version\":1", "tag" },
        { "create_table_tag", "\"tag\":\"\",\"version\":1", "tag" },
        { "create_table_tag", "\"tag\":7,\"version\":1", "tag" },
        { "create_table_tag", "\"tag\":\"gold\",\"version\":0", "version" },
        { "create_table_tag", "\"tag\":\"gold\",\"version\":-7", "version" },
        { "create_table_tag", "\"tag\":\"gold\",\"version\":\"Latest\"", "version" },
        { "create_table_tag", "\"tag\":\"gold\",\"version\":\"7\"", "version" },
        { "update_table_tag", "\"tag\":\"gold\",\"version\":[]", "version" },
        { "update_table_tag", "\"tag\":\"gold\",\"version\":1,\"branch\":{}", "branch" },
        { "delete_table_tag", "\"version\":1", "tag" },
        { "delete_table_versions", "\"branch\":\"dev\"", "ranges" },
        { "delete_table_versions", "\"ranges\":null", "ranges" },
        { "delete_table_versions", "\"ranges\":{}", "ranges" },
        { "delete_table_versions", "\"ranges\":[]", "ranges" },
        { "delete_table_versions", "\"ranges\":[7]", "ranges[0].start_version" },
        { "delete_table_versions", "\"ranges\":[{\"end_version\":7}]", "ranges[0].start_version" },
        { "delete_table_versions", "\"ranges\":[{\"start_version\":7}]", "ranges[0].end_version" },
        { "delete_table_versions",
          "\"ranges\":[{\"start_version\":1,\"end_version\":2},"
          "{\"start_version\":-1,\"end_version\":7}]",
          "ranges[1].start_version" },
        { "delete_table_versions", "\"ranges\":[{\"start_version\":0,\"end_version\":-2}]",
          "ranges[0].end_version" },
        { "delete_table_versions", "\"ranges\":[{\"start_version\":0,\"end_version\":1.5}]",
          "ranges[0].end_version" },
        { "delete_table_versions",
          "\"ranges\":[{\"start_version\":0,\"end_version\":9223372036854775808}]",
          "ranges[0].end_version" },
};

static void a_bad_field_is_refused_with_its_path(void **state)
{
        char text[400];
        char detail[100];

        (void)state;
        for (size_t i = 0; i < COUNT(bad_fields); i++) {
                (void)snprintf(text, sizeof(text),
                               OPERATIONS("%s,%s,%s,{\"%s\":{\"id\":[\"t\"],%s}}"),
                               DEREGISTER_TABLE, DEREGISTER_TABLE, DEREGISTER_TABLE,
                               bad_fields[i][0], bad_fields[i][1]);
                (void)snprintf(detail, sizeof(detail), "operations[3].%s.%s", bad_fields[i][0],
                               bad_fields[i][2]);
                assert_refused(text, detail);
        }
}

static void a_bad_field_of_an_entry_is_refused_with_its_path(void **state)
{
        char text[400];
        char detail[100];

        (void)state;
        for (size_t i = 0; i < COUNT(bad_fields); i++) {
                if (strcmp(bad_fields[i][0], "create_table_version") != 0)
                        continue;
                (void)snprintf(text, sizeof(text),
                               "{\"entries\":[{\"id\":[],\"version\":1,\"manifest_path\":\"p\"},"
                               "{\"id\":[\"t\"],%s}]}",
                               bad_fields[i][1]);
                (void)snprintf(detail, sizeof(detail), "entries[1].%s", bad_fields[i][2]);
                assert_refused(text, detail);
        }
}

static void every_operation_needs_an_identifier(void **state)
{
        static const char *const keys[] = {
                "declare_table",    "create_table_version", "delete_table_versions",
                "deregister_table", "create_namespace",     "create_table_tag",
                "update_table_tag", "delete_table_tag",
        };
        static const char *const bad[][2] = {
                { "\"x\":1", "id" },
                { "\"id\":null", "id" },
                { "\"id\":\"t\"", "id" },
                { "\"id\":{\"0\":\"t\"}", "id" },
                { "\"id\":[7]", "id[0]" },
                { "\"id\":[\"a\",null]", "id[1]" },
                { "\"id\":[[\"a\"]]", "id[0]" },
        };
        char text[400];
        char detail[100];

        (void)state;
        for (size_t i = 0; i < COUNT(keys); i++) {
                for (size_t j = 0; j < COUNT(bad); j++) {
                        (void)snprintf(text, sizeof(text),
                                       OPERATIONS("{\"%s\":{%s,\"tag\":\"a\",\"version\":1,"
                                                  "\"manifest_path\":\"p\"}}"),
                                       keys[i], bad[j][0]);
                        (void)snprintf(detail, sizeof(detail), "operations[0].%s.%s", keys[i],
                                       bad[j][1]);
                        assert_refused(text, detail);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
                cmocka_unit_test(a_key_twice_is_refused_with_its_place),
                cmocka_unit_test(another_shape_is_refused),
                cmocka_unit_test(an_entry_takes_one_operation_that_is_known),
                cmocka_unit_test(a_bad_field_is_refused_with_its_path),
                cmocka_unit_test(a_bad_field_of_an_entry_is_refused_with_its_path),
                cmocka_unit_test(every_operation_needs_an_identifier),
        };

        return cmocka_run_group_tests_name("batch_refused", tests, NULL, NULL);
}

/* src/codec/batch_commit_tables_request.c, and the tree of nodes below it: what is read. */
#include "batch_parse.h"

#include <stdio.h>

static void assert_ident(const struct lns_ident *ident, const char *text)
{
        char buf[256];

        assert_non_null(ident);
        (void)lns_ident_to_text(ident, buf, sizeof(buf));
        assert_string_equal(buf, text);
}

/* ---- what is read ---- */

static void an_operation_of_each_kind_is_read(void **state)
{
        const struct lns_batch_operation *operation;

        (void)state;
        assert_parses(batch_samples[COUNT(batch_samples) - 1]);
        assert_int_equal(request.n_operations, 8);
        assert_false(request.entries);
        assert_false(request.dry_run);
        assert_string_equal(request.id, "a");

        operation = &request.operations[0];
        assert_int_equal(operation->kind, LNS_BATCH_CREATE_NAMESPACE);
        assert_ident(operation->create_namespace.id, "prod");
        assert_int_equal(operation->create_namespace.mode, LNS_CREATE_MODE_EXIST_OK);
        assert_int_equal(operation->create_namespace.properties->n_entries, 0);
        assert_false(operation->create_namespace.has_mode);

        operation = &request.operations[1];
        assert_int_equal(operation->kind, LNS_BATCH_DECLARE_TABLE);
        assert_ident(operation->declare_table.id, "prod$users");
        assert_string_equal(operation->declare_table.location, "/srv/users.lance");
        assert_string_equal(lns_map_get(operation->declare_table.properties, "owner"),
                            "\xc3\xa9l\xc3\xa8ve");
        assert_string_equal(lns_map_get(operation->declare_table.properties, "note"), "two\nlines");

        operation = &request.operations[3];
        assert_int_equal(operation->kind, LNS_BATCH_CREATE_TABLE_TAG);
        assert_ident(operation->create_table_tag.id, "users");
        assert_string_equal(operation->create_table_tag.tag, "gold");
        assert_int_equal(operation->create_table_tag.version, 7);
        assert_null(operation->create_table_tag.branch); /* main */

        operation = &request.operations[4];
        assert_int_equal(operation->kind, LNS_BATCH_UPDATE_TABLE_TAG);
        assert_int_equal(operation->update_table_tag.version, 0); /* latest */
        assert_false(operation->update_table_tag.or_create);

        operation = &request.operations[5];
        assert_int_equal(operation->kind, LNS_BATCH_DELETE_TABLE_TAG);
        assert_string_equal(operation->delete_table_tag.tag, "silver");

        operation = &request.operations[7];
        assert_int_equal(operation->kind, LNS_BATCH_DEREGISTER_TABLE);
        assert_ident(operation->deregister_table.id, "prod$old");
        assert_null(operation->deregister_table.deregistered_name);
        forget();
}

static void every_field_of_a_version_is_read(void **state)
{
        const struct lns_create_table_version_request *version;

        (void)state;
        assert_parses(OPERATIONS(CREATE_TABLE_VERSION));
        assert_int_equal(request.operations[0].kind, LNS_BATCH_CREATE_TABLE_VERSION);
        version = &request.operations[0].create_table_version;
        assert_ident(version->id, "prod$users");
        assert_int_equal(version->version, 7);
        assert_string_equal(version->manifest_path, "/srv/users.lance/_versions/7.manifest");
        assert_int_equal(version->manifest_size, 482);
        assert_string_equal(version->e_tag, "\"5f-3\"");
        assert_int_equal(version->metadata->n_entries, 2);
        assert_string_equal(version->metadata->entries[0].key, "b");
        assert_string_equal(version->metadata->entries[1].value, "1");
        assert_int_equal(version->naming_scheme, LNS_NAMING_SCHEME_V1);
        assert_string_equal(version->branch, "dev");
        assert_int_equal(version->timestamp_millis, 0);
        forget();
}

static void ranges_are_read(void **state)
{
        const struct lns_batch_delete_table_versions_request *deletion;

        (void)state;
        assert_parses(OPERATIONS(DELETE_TABLE_VERSIONS));
        assert_int_equal(request.operations[0].kind, LNS_BATCH_DELETE_TABLE_VERSIONS);
        deletion = &request.operations[0].delete_table_versions;
        assert_ident(deletion->id, "users");
        assert_string_equal(deletion->branch, "dev");
        assert_int_equal(deletion->n_ranges, 2);
        assert_int_equal(deletion->ranges[0].start_version, 1);
        assert_int_equal(deletion->ranges[0].end_version, 3);
        assert_int_equal(deletion->ranges[1].start_version, 5);
        assert_int_equal(deletion->ranges[1].end_version, -1);
        forget();
}

static void entries_are_versions(void **state)
{
        const struct lns_create_table_version_request *version;

        (void)state;
        assert_parses("{\"operations\":null,\"dry_run\":true,\"entries\":["
                      "{\"id\":[],\"version\":9223372036854775807,\"manifest_path\":\"p\"},"
                      "{\"manifest_path\":\"q\",\"id\":[\"a\",\"b\",\"c\"],\"version\":1,"
                      "\"e_tag\":null}]}");
        assert_true(request.entries);
        assert_true(request.dry_run);
        assert_null(request.id);
        assert_int_equal(request.n_operations, 2);
        assert_int_equal(request.operations[0].kind, LNS_BATCH_CREATE_TABLE_VERSION);
        version = &request.operations[0].create_table_version;
        assert_int_equal(version->id->n_parts, 0); /* for the catalog to refuse */
        assert_true(version->version == LNS_VERSION_MAX);
        assert_int_equal(version->manifest_size, -1);
        version = &request.operations[1].create_table_version;
        assert_ident(version->id, "a$b$c");
        assert_string_equal(version->manifest_path, "q");
        assert_null(version->e_tag);
        assert_null(version->metadata);
        assert_null(version->branch);
        forget();
}

static void null_is_absent_and_unknown_fields_are_ignored(void **state)
{
        (void)state;
        assert_parses("{\"id\":null,\"dry_run\":null,\"entries\":null,\"later\":{\"a\":[]},"
                      "\"operations\":[{\"rename_table\":null,\"create_table_version\":null,"
                      "\"declare_table\":{\"id\":[\"t\"],\"location\":null,\"properties\":null,"
                      "\"vend_credentials\":true,\"x\":99999999999999999999,\"\":\"\"}}]}");
        assert_null(request.id);
        assert_false(request.dry_run);
        assert_int_equal(request.operations[0].kind, LNS_BATCH_DECLARE_TABLE);
        assert_null(request.operations[0].declare_table.location);
        assert_null(request.operations[0].declare_table.properties);
        forget();
}

static void a_mode_is_read_in_any_case(void **state)
{
        static const struct {
                const char *text;
                enum lns_create_mode mode;
        } rows[] = {
                { "Create", LNS_CREATE_MODE_CREATE },
                { "create", LNS_CREATE_MODE_CREATE },
                { "ExistOk", LNS_CREATE_MODE_EXIST_OK },
                { "exist_ok", LNS_CREATE_MODE_EXIST_OK },
                { "EXISTOK", LNS_CREATE_MODE_EXIST_OK },
                { "Exist_OK", LNS_CREATE_MODE_EXIST_OK },
                { "Overwrite", LNS_CREATE_MODE_OVERWRITE },
                { "overwrite", LNS_CREATE_MODE_OVERWRITE },
        };
        char text[200];

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                (void)snprintf(
                        text, sizeof(text),
                        OPERATIONS("{\"create_namespace\":{\"id\":[\"a\"],\"mode\":\"%s\"}}"),
                        rows[i].text);
                assert_parses(text);
                assert_int_equal(request.operations[0].create_namespace.mode, rows[i].mode);
                forget();
        }
}

static void every_escape_is_decoded(void **state)
{
        (void)state;
        assert_parses(
                "{\"id\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u007F\\u00e9\\u07ff\\u0800\\uffff"
                "\\ud83d\\uDE00|\xf0\x9f\x98\x80\\u0001\",\"operations\":[" DEREGISTER_TABLE "]}");
        assert_string_equal(request.id,
                            "\"\\/\b\f\n\r\tA\x7f\xc3\xa9\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"
                            "\xf0\x9f\x98\x80|\xf0\x9f\x98\x80\x01");
        forget();
}

/* ---- the canonical document ---- */

static void assert_canonical(const char *text, const char *canonical)
{
        char *again;

        assert_parses(text);
        assert_string_equal(request.document, canonical);
        again = strdup(request.document);
        assert_non_null(again);
        forget();
        /* What it is made of again, is the same. */
        assert_parses(again);
        assert_string_equal(request.document, again);
        free(again);
        forget();
}

static void the_document_is_canonical(void **state)
{
        (void)state;
        assert_canonical(" { \"operations\" : [\n{\"deregister_table\" :\t{\"id\":[ \"\\u0061\","
                         "\"b\\/\" ]} } ] ,\r\"dry_run\": false }\n",
                         "{\"operations\":[{\"deregister_table\":"
                         "{\"id\":[\"a\",\"b/\"]}}]}");
        assert_canonical("{\"z\":[],\"operations\":[{\"delete_table_tag\":{\"tag\":\"\\u0001\\t\","
                         "\"id\":[]}}],\"\":1.50,\"a\":{\"y\":null,\"x\":true},\"A\":-0}",
                         "{\"\":1.50,\"A\":-0,\"a\":{\"x\":true,\"y\":null},\"operations\":"
                         "[{\"delete_table_tag\":{\"id\":[],\"tag\":\"\\u0001\\t\"}}],\"z\":[]}");
        /* More keys than are sorted on the stack. */
        assert_canonical("{\"q\":1,\"p\":1,\"o\":1,\"n\":1,\"m\":1,\"l\":1,\"k\":1,\"j\":1,\"i\":1,"
                         "\"h\":1,\"g\":1,\"f\":1,\"e\":1,\"d\":1,\"c\":1,\"b\":1,\"a\":1,"
                         "\"operations\":[" DEREGISTER_TABLE "]}",
                         "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
                         "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"operations\":"
                         "[" DEREGISTER_TABLE "],\"p\":1,\"q\":1}");
}

static void secrets_are_left_out_of_the_document(void **state)
{
        (void)state;
        assert_canonical(
                "{\"identity\":{\"api_key\":\"k\"},\"context\":{\"a\":\"b\"},\"operations\":"
                "[{\"declare_table\":{\"context\":{\"c\":\"d\"},\"id\":[\"t\"],"
                "\"identity\":{\"auth_token\":\"x\"}}}]}",
                "{\"operations\":[{\"declare_table\":{\"id\":[\"t\"]}}]}");
        assert_canonical(
                "{\"entries\":[{\"id\":[\"t\"],\"identity\":{},\"context\":{},\"version\":1,"
                "\"manifest_path\":\"p\"}]}",
                "{\"entries\":[{\"id\":[\"t\"],\"manifest_path\":\"p\",\"version\":1}]}");
}

static void properties_of_these_names_stay_in_the_document(void **state)
{
        (void)state;
        assert_canonical("{\"operations\":[{\"declare_table\":{\"id\":[\"t\"],\"properties\":"
                         "{\"identity\":\"a\",\"context\":\"b\"}}}]}",
                         "{\"operations\":[{\"declare_table\":{\"id\":[\"t\"],\"properties\":"
                         "{\"context\":\"b\",\"identity\":\"a\"}}}]}");
        assert_canonical("{\"entries\":[{\"id\":[\"t\"],\"manifest_path\":\"p\",\"metadata\":"
                         "{\"context\":\"b\"},\"version\":1}]}",
                         "{\"entries\":[{\"id\":[\"t\"],\"manifest_path\":\"p\",\"metadata\":"
                         "{\"context\":\"b\"},\"version\":1}]}");
}

/* ---- beginnings ---- */

static void every_proper_prefix_of_a_document_is_incomplete(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(batch_samples); i++) {
                size_t size = strlen(batch_samples[i]);

                for (size_t length = 0; length < size; length++) {
                        int result = parse_bytes(batch_samples[i], length);

                        if (result != 1)
                                fail_msg("%.*s: %d %s", (int)length, batch_samples[i], result,
                                         err.message);
                        assert_int_equal(err.code, LNS_OK);
                        assert_untouched();
                }
                assert_parses(batch_samples[i]);
                forget();
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_operation_of_each_kind_is_read),
                cmocka_unit_test(every_field_of_a_version_is_read),
                cmocka_unit_test(ranges_are_read),
                cmocka_unit_test(entries_are_versions),
                cmocka_unit_test(null_is_absent_and_unknown_fields_are_ignored),
                cmocka_unit_test(a_mode_is_read_in_any_case),
                cmocka_unit_test(every_escape_is_decoded),
                cmocka_unit_test(the_document_is_canonical),
                cmocka_unit_test(secrets_are_left_out_of_the_document),
                cmocka_unit_test(properties_of_these_names_stay_in_the_document),
                cmocka_unit_test(every_proper_prefix_of_a_document_is_incomplete),
        };

        return cmocka_run_group_tests_name("batch_request", tests, NULL, NULL);
}

/* src/model/batch.c: the response of a batch as text. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "model/batch_text.h"

static struct lns_batch_text text;
static struct lns_error err;

/* What it reads as. */
static char *end(uint64_t transaction_id)
{
        char *document = NULL;

        assert_succeeds(lns_batch_text_end(&text, transaction_id, &document, &err), &err);
        assert_null(text.buf);
        assert_int_equal(text.length, 0);
        return document;
}

static json_t *load(const char *document)
{
        json_error_t error;
        json_t *root = json_loads(document, JSON_REJECT_DUPLICATES, &error);

        if (!root)
                fail_msg("line %d: %s in %.300s", error.line, error.text, document);
        return root;
}

/* Strings of tests, as responses own theirs. */
static char gold[] = "/srv/\"gold\"\\1\n.lance";
static char manifest[] = "/t/_versions/7.manifest";
static char e_tag[] = "\"5f-3\"";
static char key_a[] = "a";
static char key_b[] = "b";
static char value[] = "\xc3\xa9\x01";
static char *parts[] = { key_a, gold };
static struct lns_map_entry entries[] = { { key_a, value }, { key_b, gold } };

static const struct lns_declare_table_response declared = {
        .location = gold,
        .properties = { entries, 2 },
        .managed_versioning = true,
        .transaction_id = 99,
};
static const struct lns_declare_table_response declared_bare;
static const struct lns_create_table_version_response created = {
        .version = {
                .version = 7,
                .manifest_path = manifest,
                .manifest_size = 0,
                .e_tag = e_tag,
                .timestamp_millis = 1795218176560,
                .metadata = { entries, 1 },
        },
};
static const struct lns_create_table_version_response created_bare = {
        .version = {
                .version = LNS_VERSION_MAX,
                .manifest_path = key_a,
                .manifest_size = -1,
                .timestamp_millis = -1,
        },
};
static const struct lns_batch_delete_table_versions_response deleted = { .deleted_count = 3 };
static const struct lns_deregister_table_response deregistered = {
        .id = { parts, 2 },
        .location = gold,
        .properties = { entries, 1 },
        .deregistered_name = key_a,
};
static const struct lns_create_namespace_response made = { .properties = { entries, 1 } };

static void add_everything(void)
{
        assert_succeeds(lns_batch_text_add_declare_table(&text, &declared, &err), &err);
        assert_succeeds(lns_batch_text_add_declare_table(&text, &declared_bare, &err), &err);
        assert_succeeds(lns_batch_text_add_create_table_version(&text, &created, &err), &err);
        assert_succeeds(lns_batch_text_add_create_table_version(&text, &created_bare, &err), &err);
        assert_succeeds(lns_batch_text_add_delete_table_versions(&text, &deleted, &err), &err);
        assert_succeeds(lns_batch_text_add_deregister_table(&text, &deregistered, &err), &err);
        assert_succeeds(lns_batch_text_add_create_namespace(&text, &made, &err), &err);
        for (int kind = LNS_BATCH_CREATE_TABLE_TAG; kind <= LNS_BATCH_DELETE_TABLE_TAG; kind++)
                assert_succeeds(lns_batch_text_add_tag(&text, (enum lns_batch_operation_kind)kind,
                                                       &err),
                                &err);
}

#define GOLD "\"/srv/\\\"gold\\\"\\\\1\\n.lance\""

static const char everything[] =
        "{\n"
        "  \"transaction_id\": \"9223372036854775807\",\n"
        "  \"results\": [\n"
        "    {\"declare_table\": {\"location\": " GOLD
        ", \"properties\": {\"a\": \"\xc3\xa9\\u0001\","
        " \"b\": " GOLD "}, \"managed_versioning\": true}},\n"
        "    {\"declare_table\": {\"properties\": {}, \"managed_versioning\": false}},\n"
        "    {\"create_table_version\": {\"version\": {\"version\": 7, \"manifest_path\":"
        " \"/t/_versions/7.manifest\", \"manifest_size\": 0, \"e_tag\": \"\\\"5f-3\\\"\","
        " \"timestamp_millis\": 1795218176560, \"metadata\": {\"a\": \"\xc3\xa9\\u0001\"}}}},\n"
        "    {\"create_table_version\": {\"version\": {\"version\": 9223372036854775807,"
        " \"manifest_path\": \"a\", \"timestamp_millis\": -1}}},\n"
        "    {\"delete_table_versions\": {\"deleted_count\": 3}},\n"
        "    {\"deregister_table\": {\"id\": [\"a\", " GOLD "], \"location\": " GOLD
        ", \"properties\": {\"a\": \"\xc3\xa9\\u0001\"}}},\n"
        "    {\"create_namespace\": {\"properties\": {\"a\": \"\xc3\xa9\\u0001\"}}},\n"
        "    {\"create_table_tag\": {}},\n"
        "    {\"update_table_tag\": {}},\n"
        "    {\"delete_table_tag\": {}}\n"
        "  ]\n"
        "}\n";

static void each_result_has_a_line(void **state)
{
        char *document;

        (void)state;
        add_everything();
        document = end(INT64_MAX);
        assert_string_equal(document, everything);
        json_decref(load(document));
        free(document);
}

static void a_dry_run_has_no_transaction(void **state)
{
        char *document;

        (void)state;
        assert_succeeds(lns_batch_text_add_tag(&text, LNS_BATCH_DELETE_TABLE_TAG, &err), &err);
        document = end(0);
        assert_string_equal(document,
                            "{\n  \"results\": [\n    {\"delete_table_tag\": {}}\n  ]\n}\n");
        free(document);
}

static void entries_become_versions(void **state)
{
        char *document;

        (void)state;
        text.entries = true;
        assert_succeeds(lns_batch_text_add_create_table_version(&text, &created_bare, &err), &err);
        assert_succeeds(lns_batch_text_add_create_table_version(&text, &created_bare, &err), &err);
        document = end(12);
        assert_string_equal(document,
                            "{\n"
                            "  \"transaction_id\": \"12\",\n"
                            "  \"versions\": [\n"
                            "    {\"version\": 9223372036854775807, \"manifest_path\": \"a\","
                            " \"timestamp_millis\": -1},\n"
                            "    {\"version\": 9223372036854775807, \"manifest_path\": \"a\","
                            " \"timestamp_millis\": -1}\n"
                            "  ]\n"
                            "}\n");
        free(document);
        lns_batch_text_clear(&text);
}

/* The buffer grows at every place that a result can have in it. */
static void a_text_of_any_length_is_whole(void **state)
{
        (void)state;
        for (size_t length = 0; length < 3000; length++) {
                char *location = malloc(length + 1);
                struct lns_declare_table_response table = { .location = location };
                char *document;
                json_t *root;
                json_t *first;

                assert_non_null(location);
                memset(location, 'l', length);
                location[length] = '\0';
                assert_succeeds(lns_batch_text_add_declare_table(&text, &table, &err), &err);
                assert_succeeds(lns_batch_text_add_tag(&text, LNS_BATCH_UPDATE_TABLE_TAG, &err),
                                &err);
                document = end(7);
                root = load(document);
                first = json_array_get(json_object_get(root, "results"), 0);
                first = json_object_get(json_object_get(first, "declare_table"), "location");
                assert_string_equal(json_string_value(first), location);
                json_decref(root);
                free(document);
                free(location);
        }
}

static void a_hundred_thousand_results_are_in_order(void **state)
{
        char *document;
        json_t *root;

        (void)state;
        for (uint64_t i = 0; i < LNS_BATCH_MAX; i++) {
                const struct lns_batch_delete_table_versions_response response = {
                        .deleted_count = i,
                };

                assert_int_equal(lns_batch_text_add_delete_table_versions(&text, &response, &err),
                                 0);
        }
        document = end(7);
        root = load(document);
        assert_int_equal(json_array_size(json_object_get(root, "results")), LNS_BATCH_MAX);
        for (size_t i = 0; i < LNS_BATCH_MAX; i++) {
                const json_t *result = json_array_get(json_object_get(root, "results"), i);

                result = json_object_get(result, "delete_table_versions");
                result = json_object_get(result, "deleted_count");
                assert_int_equal(json_integer_value(result), i);
        }
        json_decref(root);
        free(document);
}

static void a_text_over_its_ceiling_is_refused_and_stays_good(void **state)
{
        static char big[8 << 20];
        char key[] = "k";
        struct lns_map_entry entry = { key, big };
        const struct lns_deregister_table_response table = { .properties = { &entry, 1 } };
        size_t n_results = 0;
        char *document;

        (void)state;
        memset(big, 'x', sizeof(big) - 1);
        err = LNS_ERROR_INIT;
        while (lns_batch_text_add_deregister_table(&text, &table, &err) == 0)
                n_results++;
        assert_int_equal(n_results, LNS_BATCH_RESPONSE_MAX / sizeof(big) - 1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), EFBIG);
        assert_one_line(err.message);
        assert_int_equal(text.n_results, n_results);
        document = end(7);
        assert_string_equal(document + strlen(document) - 10, "}}}\n  ]\n}\n");
        free(document);
}

static void clearing_is_always_possible(void **state)
{
        struct lns_batch_commit_tables_response response = { .document = strdup("{}") };

        (void)state;
        lns_batch_text_clear(&text);
        add_everything();
        lns_batch_text_clear(&text);
        lns_batch_text_clear(&text);
        assert_null(text.buf);
        lns_batch_commit_tables_response_clear(NULL);
        lns_batch_commit_tables_response_clear(&response);
        assert_null(response.document);
        lns_batch_commit_tables_response_clear(&response);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_result_has_a_line),
                cmocka_unit_test(a_dry_run_has_no_transaction),
                cmocka_unit_test(entries_become_versions),
                cmocka_unit_test(a_text_of_any_length_is_whole),
                cmocka_unit_test(a_hundred_thousand_results_are_in_order),
                cmocka_unit_test(a_text_over_its_ceiling_is_refused_and_stays_good),
                cmocka_unit_test(clearing_is_always_possible),
        };

        return cmocka_run_group_tests_name("batch_text", tests, NULL, NULL);
}

#include "unit.h"

#include <string.h>

#include "codec/codec.h"

/* What the text reads as; it is one whole document. */
static json_t *load(const char *text, size_t length)
{
        json_error_t error;
        json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);

        if (!root)
                fail_msg("line %d: %s in %s", error.line, error.text, text);
        assert_int_equal(text[length - 1], '\n');
        return root;
}

static const char *string_in(const json_t *object, const char *key)
{
        return json_string_value(json_object_get(object, key));
}

static void a_version_has_a_line_for_each_field(void **state)
{
        static const char whole[] = "{\n"
                                    "  \"version\": 7,\n"
                                    "  \"manifest_path\": \"/t/_versions/7.manifest\",\n"
                                    "  \"manifest_size\": 482,\n"
                                    "  \"e_tag\": \"\\\"5f-3\\\"\",\n"
                                    "  \"timestamp_millis\": 1795218176560,\n"
                                    "  \"metadata\": {\n"
                                    "    \"writer\": \"etl\",\n"
                                    "    \"note\": \"two\\nlines\"\n"
                                    "  }\n"
                                    "}\n";
        char path[] = "/t/_versions/7.manifest";
        char e_tag[] = "\"5f-3\"";
        struct lns_table_version version = {
                .version = 7,
                .manifest_path = path,
                .manifest_size = 482,
                .e_tag = e_tag,
                .timestamp_millis = 1795218176560,
        };
        struct lns_error err;
        char buf[512];

        (void)state;
        assert_succeeds(lns_map_set(&version.metadata, "writer", "etl", &err), &err);
        assert_succeeds(lns_map_set(&version.metadata, "note", "two\nlines", &err), &err);
        assert_int_equal(lns_table_version_to_text(&version, buf, sizeof(buf)), strlen(whole));
        assert_string_equal(buf, whole);
        assert_int_equal(lns_table_version_to_text(&version, NULL, 0), strlen(whole));
        lns_map_clear(&version.metadata);
}

static void what_a_version_does_not_have_is_left_out(void **state)
{
        static const char bare[] = "{\n"
                                   "  \"version\": 9223372036854775807,\n"
                                   "  \"manifest_path\": \"p\",\n"
                                   "  \"timestamp_millis\": -1\n"
                                   "}\n";
        char path[] = "p";
        struct lns_table_version version = {
                .version = INT64_MAX,
                .manifest_path = path,
                .manifest_size = -1,
                .timestamp_millis = -1,
        };
        char buf[512];

        (void)state;
        assert_int_equal(lns_table_version_to_text(&version, buf, sizeof(buf)), strlen(bare));
        assert_string_equal(buf, bare);
        /* A size of 0 is a size. */
        version.manifest_size = 0;
        (void)lns_table_version_to_text(&version, buf, sizeof(buf));
        assert_non_null(strstr(buf, "\n  \"manifest_size\": 0,\n"));
}

static void a_text_is_cut_like_snprintf_does(void **state)
{
        char path[] = "/t/_versions/7.manifest";
        struct lns_table_version version = { .version = 7, .manifest_path = path };
        char whole[256];
        char buf[256];
        size_t length = lns_table_version_to_text(&version, whole, sizeof(whole));

        (void)state;
        for (size_t size = 1; size <= length + 2; size++) {
                size_t shown = size - 1 < length ? size - 1 : length;

                memset(buf, 'x', sizeof(buf));
                assert_int_equal(lns_table_version_to_text(&version, buf, size), length);
                assert_memory_equal(buf, whole, shown);
                assert_int_equal(buf[shown], '\0');
                assert_int_equal(buf[size], 'x');
        }
}

static void a_table_has_a_line_for_each_field(void **state)
{
        static const char whole[] = "{\n"
                                    "  \"table\": \"users\",\n"
                                    "  \"namespace\": [\"prod\", \"eu\"],\n"
                                    "  \"version\": 7,\n"
                                    "  \"location\": \"/srv/users.lance\",\n"
                                    "  \"properties\": {\n"
                                    "    \"owner\": \"ops\"\n"
                                    "  },\n"
                                    "  \"managed_versioning\": true,\n"
                                    "  \"is_only_declared\": false\n"
                                    "}\n";
        static const char bare[] = "{\n"
                                   "  \"table\": \"users\",\n"
                                   "  \"namespace\": [],\n"
                                   "  \"location\": \"/srv/users.lance\",\n"
                                   "  \"properties\": {},\n"
                                   "  \"managed_versioning\": false,\n"
                                   "  \"is_only_declared\": true\n"
                                   "}\n";
        const char *parts[] = { "prod", "eu" };
        char name[] = "users";
        char location[] = "/srv/users.lance";
        struct lns_describe_table_response table = {
                .table = name,
                .version = 7,
                .location = location,
                .managed_versioning = true,
        };
        struct lns_error err;
        char buf[512];

        (void)state;
        assert_succeeds(lns_ident_new(&table.ns, parts, 2, &err), &err);
        assert_succeeds(lns_map_set(&table.properties, "owner", "ops", &err), &err);
        assert_int_equal(lns_describe_table_response_to_text(&table, buf, sizeof(buf)),
                         strlen(whole));
        assert_string_equal(buf, whole);
        lns_ident_clear(&table.ns);
        lns_map_clear(&table.properties);
        table.version = 0;
        table.managed_versioning = false;
        table.is_only_declared = true;
        assert_int_equal(lns_describe_table_response_to_text(&table, buf, sizeof(buf)),
                         strlen(bare));
        assert_string_equal(buf, bare);
}

static void a_namespace_is_its_properties(void **state)
{
        struct lns_describe_namespace_response ns = { 0 };
        struct lns_error err;
        char buf[512];

        (void)state;
        assert_int_equal(lns_describe_namespace_response_to_text(&ns, buf, sizeof(buf)), 23);
        assert_string_equal(buf, "{\n  \"properties\": {}\n}\n");
        assert_succeeds(lns_map_set(&ns.properties, "a", "1", &err), &err);
        assert_succeeds(lns_map_set(&ns.properties, "b", "2", &err), &err);
        (void)lns_describe_namespace_response_to_text(&ns, buf, sizeof(buf));
        assert_string_equal(buf, "{\n"
                                 "  \"properties\": {\n"
                                 "    \"a\": \"1\",\n"
                                 "    \"b\": \"2\"\n"
                                 "  }\n"
                                 "}\n");
        lns_describe_namespace_response_clear(&ns);
}

/* Every byte that may stand in a string, some characters, and what JSON escapes. */
static void texts_read_back_as_what_was_written(void **state)
{
        char odd[300];
        struct lns_table_version version = { .version = 1, .manifest_path = odd, .e_tag = odd };
        struct lns_error err;
        char buf[8192];
        size_t length;
        json_t *root;

        (void)state;
        for (int i = 0; i < 127; i++)
                odd[i] = (char)(i + 1);
        strcpy(odd + 127, "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x9a\x80 \xe2\x80\xa8");
        assert_succeeds(lns_map_set(&version.metadata, odd, odd, &err), &err);
        length = lns_table_version_to_text(&version, buf, sizeof(buf));
        root = load(buf, length);
        assert_string_equal(string_in(root, "manifest_path"), odd);
        assert_string_equal(string_in(root, "e_tag"), odd);
        assert_string_equal(string_in(json_object_get(root, "metadata"), odd), odd);
        json_decref(root);
        lns_map_clear(&version.metadata);
}

static void a_version_reads_back_as_a_request(void **state)
{
        char path[] = "/t/_versions/7.manifest-1b9d";
        struct lns_table_version version = { .version = 7,
                                             .manifest_path = path,
                                             .manifest_size = 482 };
        struct lns_create_table_version_request request;
        struct lns_document *document;
        struct lns_error err;
        char buf[512];
        size_t length;

        (void)state;
        assert_succeeds(lns_map_set(&version.metadata, "a", "1", &err), &err);
        length = lns_table_version_to_text(&version, buf, sizeof(buf));
        assert_succeeds(lns_create_table_version_request_parse(buf, length, &request, &document,
                                                               &err),
                        &err);
        assert_int_equal(request.version, 7);
        assert_string_equal(request.manifest_path, path);
        assert_int_equal(request.manifest_size, 482);
        assert_null(request.e_tag);
        assert_string_equal(lns_map_get(request.metadata, "a"), "1");
        lns_document_free(document);
        lns_map_clear(&version.metadata);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_version_has_a_line_for_each_field),
                cmocka_unit_test(what_a_version_does_not_have_is_left_out),
                cmocka_unit_test(a_text_is_cut_like_snprintf_does),
                cmocka_unit_test(a_table_has_a_line_for_each_field),
                cmocka_unit_test(a_namespace_is_its_properties),
                cmocka_unit_test(texts_read_back_as_what_was_written),
                cmocka_unit_test(a_version_reads_back_as_a_request),
        };

        return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

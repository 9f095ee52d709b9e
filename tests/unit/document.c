#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

static struct lns_create_table_version_request request;
static struct lns_document *document;
static struct lns_error err;

/* Parse a text that need not end in NUL. What it gives is in the three above. */
static int parse_bytes(const char *text, size_t length)
{
        err = LNS_ERROR_INIT;
        document = NULL;
        memset(&request, 0x55, sizeof(request));
        return lns_create_table_version_request_parse(text, length, &request, &document, &err);
}

static int parse(const char *text)
{
        return parse_bytes(text, strlen(text));
}

/* Nothing was touched: not on failure, not on an incomplete text. */
static void assert_untouched(void)
{
        struct lns_create_table_version_request pattern;

        memset(&pattern, 0x55, sizeof(pattern));
        assert_memory_equal(&request, &pattern, sizeof(pattern));
        assert_null(document);
}

static void assert_good(const char *text)
{
        if (parse(text) != 0)
                fail_msg("%s: %s (%s)", text, err.message, err.detail);
        assert_int_equal(err.code, LNS_OK);
        lns_document_free(document);
        document = NULL;
}

static void assert_refused_bytes(const char *text, size_t length, const char *detail)
{
        int result = parse_bytes(text, length);

        if (result != -1)
                fail_msg("%.300s: %d", text, result);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_one_line(err.message);
        assert_true(err.message[0] != '\0');
        assert_string_equal(err.detail, detail);
        assert_int_not_equal(lns_error_errno(&err), ENOMEM);
        assert_untouched();
}

static void assert_refused(const char *text, const char *detail)
{
        assert_refused_bytes(text, strlen(text), detail);
}

static void assert_incomplete_bytes(const char *text, size_t length)
{
        int result = parse_bytes(text, length);

        if (result != 1)
                fail_msg("%.*s: %d %s", (int)length, text, result, err.message);
        assert_int_equal(err.code, LNS_OK);
        assert_untouched();
}

/* ---- fields ---- */

static void a_document_gives_every_field(void **state)
{
        (void)state;
        assert_int_equal(parse("{\"id\": [\"prod\", \"users\"], \"version\": 7,"
                               " \"manifest_path\": \"/t/_versions/x.manifest-1b\","
                               " \"manifest_size\": 482, \"e_tag\": \"\\\"5f\\\"\","
                               " \"metadata\": {\"b\": \"2\", \"a\": \"\"},"
                               " \"naming_scheme\": \"V1\", \"branch\": \"feat/x\"}"),
                         0);
        assert_null(request.caller);
        assert_null(request.id);
        assert_int_equal(request.version, 7);
        assert_string_equal(request.manifest_path, "/t/_versions/x.manifest-1b");
        assert_int_equal(request.manifest_size, 482);
        assert_string_equal(request.e_tag, "\"5f\"");
        assert_int_equal(request.metadata->n_entries, 2);
        assert_string_equal(request.metadata->entries[0].key, "b");
        assert_string_equal(request.metadata->entries[0].value, "2");
        assert_string_equal(request.metadata->entries[1].key, "a");
        assert_string_equal(request.metadata->entries[1].value, "");
        assert_int_equal(request.naming_scheme, LNS_NAMING_SCHEME_V1);
        assert_string_equal(request.branch, "feat/x");
        assert_int_equal(request.timestamp_millis, 0);
        lns_document_free(document);
        lns_document_free(NULL);
}

static void only_the_manifest_path_is_required(void **state)
{
        static const char *const texts[] = {
                "{\"manifest_path\":\"p\"}",
                "{\"manifest_path\":\"p\",\"version\":null,\"manifest_size\":null,\"e_tag\":null,"
                "\"metadata\":null,\"naming_scheme\":null,\"branch\":null}",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++) {
                assert_int_equal(parse(texts[i]), 0);
                assert_int_equal(request.version, 0);
                assert_string_equal(request.manifest_path, "p");
                assert_int_equal(request.manifest_size, -1);
                assert_null(request.e_tag);
                assert_null(request.metadata);
                assert_int_equal(request.naming_scheme, LNS_NAMING_SCHEME_UNSET);
                assert_null(request.branch);
                lns_document_free(document);
        }
        assert_refused("{}", "manifest_path");
        assert_refused("{\"manifest_path\":null}", "manifest_path");
        assert_refused("{\"version\":7}", "manifest_path");
        assert_refused("{\"Manifest_path\":\"p\"}", "manifest_path");
}

static void unknown_fields_are_ignored(void **state)
{
        (void)state;
        assert_good("{\"manifest_path\":\"p\",\"context\":{\"a\":[1,2.5e-3,true,false,null,{}]},"
                    "\"identity\":7,\"\":\"\",\"timestamp_millis\":\"soon\",\"id\":\"any\"}");
}

static void the_naming_scheme_has_either_case(void **state)
{
        (void)state;
        assert_int_equal(parse("{\"manifest_path\":\"p\",\"naming_scheme\":\"v1\"}"), 0);
        assert_int_equal(request.naming_scheme, LNS_NAMING_SCHEME_V1);
        lns_document_free(document);
        assert_int_equal(parse("{\"manifest_path\":\"p\",\"naming_scheme\":\"V2\"}"), 0);
        assert_int_equal(request.naming_scheme, LNS_NAMING_SCHEME_V2);
        lns_document_free(document);
        assert_refused("{\"manifest_path\":\"p\",\"naming_scheme\":\"V3\"}", "naming_scheme");
        assert_refused("{\"manifest_path\":\"p\",\"naming_scheme\":\"\"}", "naming_scheme");
        assert_refused("{\"manifest_path\":\"p\",\"naming_scheme\":2}", "naming_scheme");
}

static void the_branch_main_is_no_branch(void **state)
{
        (void)state;
        assert_int_equal(parse("{\"manifest_path\":\"p\",\"branch\":\"main\"}"), 0);
        assert_null(request.branch);
        lns_document_free(document);
        assert_refused("{\"manifest_path\":\"p\",\"branch\":\"\"}", "branch");
        assert_refused("{\"manifest_path\":\"p\",\"branch\":\"a/../b\"}", "branch");
        assert_refused("{\"manifest_path\":\"p\",\"branch\":[]}", "branch");
}

static void a_version_is_an_integer_from_1(void **state)
{
        static const char *const bad[] = {
                "0", "-1", "1.0", "1e3", "\"7\"", "true", "[7]", "{}", "0.5",
        };
        char text[100];

        (void)state;
        assert_int_equal(parse("{\"manifest_path\":\"p\",\"version\":9223372036854775807}"), 0);
        assert_true(request.version == INT64_MAX);
        lns_document_free(document);
        for (size_t i = 0; i < COUNT(bad); i++) {
                (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"p\",\"version\":%s}",
                               bad[i]);
                assert_refused(text, "version");
        }
        /* What no int64 holds is refused wherever it stands. */
        assert_refused("{\"manifest_path\":\"p\",\"version\":9223372036854775808}",
                       "line 1, column 50");
        assert_refused("{\"manifest_path\":\"p\",\"other\":1e999}", "line 1, column 34");
}

static void a_size_is_an_integer_from_0(void **state)
{
        (void)state;
        assert_int_equal(parse("{\"manifest_path\":\"p\",\"manifest_size\":0}"), 0);
        assert_int_equal(request.manifest_size, 0);
        lns_document_free(document);
        assert_refused("{\"manifest_path\":\"p\",\"manifest_size\":-1}", "manifest_size");
        assert_refused("{\"manifest_path\":\"p\",\"manifest_size\":1.5}", "manifest_size");
        assert_refused("{\"manifest_path\":\"p\",\"manifest_size\":\"1\"}", "manifest_size");
}

static void strings_have_their_limits(void **state)
{
        char text[6000];

        (void)state;
        (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"%s\"}",
                       repeat('p', LNS_LOCATION_MAX));
        assert_good(text);
        (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"%s\"}",
                       repeat('p', LNS_LOCATION_MAX + 1));
        assert_refused(text, "manifest_path");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"p\",\"e_tag\":\"%s\"}",
                       repeat('e', LNS_E_TAG_MAX));
        assert_good(text);
        (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"p\",\"e_tag\":\"%s\"}",
                       repeat('e', LNS_E_TAG_MAX + 1));
        assert_refused(text, "e_tag");
        assert_int_equal(lns_error_errno(&err), EINVAL);
        assert_refused("{\"manifest_path\":\"\"}", "manifest_path");
        assert_refused("{\"manifest_path\":7}", "manifest_path");
        assert_refused("{\"manifest_path\":\"p\",\"e_tag\":{}}", "e_tag");
}

/* {"manifest_path":"p","metadata":{...}} with n_entries entries; released by the caller. */
static char *with_metadata(size_t n_entries, size_t key_length, size_t value_length)
{
        size_t size = 100 + n_entries * (key_length + value_length + 30);
        char *text = malloc(size);
        size_t at;

        assert_non_null(text);
        at = (size_t)snprintf(text, size, "{\"manifest_path\":\"p\",\"metadata\":{");
        for (size_t i = 0; i < n_entries; i++) {
                at += (size_t)snprintf(text + at, size - at, "%s\"%0*zu\":\"", i > 0 ? "," : "",
                                       (int)key_length, i);
                memset(text + at, 'v', value_length);
                at += value_length;
                text[at++] = '"';
        }
        (void)snprintf(text + at, size - at, "}}");
        return text;
}

static void metadata_has_its_limits(void **state)
{
        static const struct {
                size_t n_entries;
                size_t key_length;
                size_t value_length;
                bool good;
        } rows[] = {
                { 0, 0, 0, true },
                { LNS_MAP_ENTRIES_MAX, 4, 1, true },
                { LNS_MAP_ENTRIES_MAX + 1, 4, 1, false },
                { 1, LNS_MAP_KEY_MAX, 0, true },
                { 1, LNS_MAP_KEY_MAX + 1, 0, false },
                { 1, 1, LNS_MAP_VALUE_MAX, true },
                { 1, 1, LNS_MAP_VALUE_MAX + 1, false },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                char *text =
                        with_metadata(rows[i].n_entries, rows[i].key_length, rows[i].value_length);
                int result = parse(text);

                free(text);
                assert_int_equal(result, rows[i].good ? 0 : -1);
                if (rows[i].good) {
                        assert_int_equal(request.metadata->n_entries, rows[i].n_entries);
                        lns_document_free(document);
                } else {
                        assert_int_equal(err.code, LNS_INVALID_INPUT);
                        assert_memory_equal(err.detail, "metadata", 8);
                }
        }
}

static void metadata_is_an_object_of_strings(void **state)
{
        (void)state;
        assert_refused("{\"manifest_path\":\"p\",\"metadata\":[]}", "metadata");
        assert_refused("{\"manifest_path\":\"p\",\"metadata\":\"x\"}", "metadata");
        assert_refused("{\"manifest_path\":\"p\",\"metadata\":{\"foo\":1}}", "metadata.foo");
        assert_refused("{\"manifest_path\":\"p\",\"metadata\":{\"a\":\"\",\"foo\":null}}",
                       "metadata.foo");
        assert_refused("{\"manifest_path\":\"p\",\"metadata\":{\"\":\"x\"}}", "metadata.");
}

/* ---- what is no document ---- */

static void text_that_is_no_json_is_refused_with_its_place(void **state)
{
        static const char *const rows[][2] = {
                { "x", "line 1, column 1" },
                { "[]", "line 1, column 1" },
                { "\"manifest_path\"", "line 1, column 1" },
                { "7", "line 1, column 1" },
                { "null", "line 1, column 1" },
                { "}", "line 1, column 1" },
                { "\xef\xbb\xbf{}", "line 1, column 1" }, /* a byte order mark */
                { "\x0b{}", "line 1, column 1" },
                { "  \n\t x", "line 2, column 3" },
                { "{x", "line 1, column 2" },
                { "{'a':1}", "line 1, column 2" },
                { "{,", "line 1, column 2" },
                { "{\"a\",", "line 1, column 5" },
                { "{\"a\"1", "line 1, column 5" },
                { "{\"a\":}", "line 1, column 6" },
                { "{\"a\":,", "line 1, column 6" },
                { "{\"a\":1,}", "line 1, column 8" },
                { "{\"a\":1;", "line 1, column 7" },
                { "{\"a\":1]", "line 1, column 7" },
                { "{\"a\":[1}", "line 1, column 8" },
                { "{\"a\":[1,]", "line 1, column 9" },
                { "{\"a\":[,", "line 1, column 7" },
                { "{\"a\":[1 2", "line 1, column 9" },
                { "{\"a\":tru}", "line 1, column 9" },
                { "{\"a\":True", "line 1, column 6" },
                { "{\"a\":nul ", "line 1, column 9" },
                { "{\"a\":NaN", "line 1, column 6" },
                { "{\"a\":Infinity", "line 1, column 6" },
                { "{\"a\":+1", "line 1, column 6" },
                { "{\"a\":01", "line 1, column 7" },
                { "{\"a\":-x", "line 1, column 7" },
                { "{\"a\":.5", "line 1, column 6" },
                { "{\"a\":1.}", "line 1, column 8" },
                { "{\"a\":1.e3", "line 1, column 8" },
                { "{\"a\":1e}", "line 1, column 8" },
                { "{\"a\":1e+}", "line 1, column 9" },
                { "{\"a\":0x1", "line 1, column 7" },
                { "{\"a\":1a", "line 1, column 7" },
                { "{\"a\":\"\\x", "line 1, column 8" },
                { "{\"a\":\"\\u00g", "line 1, column 11" },
                { "{\"a\":\"\n", "line 1, column 7" },
                { "{\"a\":\"\t", "line 1, column 7" },
                { "{\n \"\xc3\xa9\" x", "line 2, column 6" }, /* columns are characters */
                { "{} x", "line 1, column 4" },
                { "{}{}", "line 1, column 3" },
                { "{}\n}", "line 2, column 1" },
                { "{\"a\":1} // why", "line 1, column 9" },
                { "// why\n{}", "line 1, column 1" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++)
                assert_refused(rows[i][0], rows[i][1]);
}

static void a_key_twice_is_refused(void **state)
{
        (void)state;
        assert_refused("{\"manifest_path\":\"p\",\n\"manifest_path\":\"p\"}", "line 2, column 15");
        assert_refused("{\"manifest_path\":\"p\",\"x\":{\"a\":1,\"a\":2}}", "line 1, column 35");
        /* The same key, escaped. */
        assert_refused("{\"manifest_path\":\"p\",\"a\":1,\"\\u0061\":2}", "line 1, column 35");
        assert_good("{\"manifest_path\":\"p\",\"x\":{\"manifest_path\":1}}");
}

static void a_nul_is_refused(void **state)
{
        static const char whole[] = "{\"manifest_path\":\"p\"}";

        (void)state;
        assert_refused_bytes("\0", 1, "line 1, column 1");
        assert_refused_bytes(whole, sizeof(whole), "line 1, column 22");
        assert_refused_bytes("{\"manifest_path\":\"a\0b\"}", 23, "line 1, column 20");
        assert_refused_bytes("{\"a\":\0", 6, "line 1, column 6");
        assert_refused_bytes("{\"a\":\"\\\0\"}", 10, "line 1, column 8");
        assert_refused("{\"manifest_path\":\"a\\u0000b\"}", "line 1, column 26");
        assert_refused("{\"manifest_path\":\"p\",\"\\u0000\":1}", "line 1, column 29");
}

static void broken_utf8_is_refused(void **state)
{
        static const char *const bad[] = {
                "\x80",         "\xff",         "\xc0\xaf",
                "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                "caf\xe9\"",    "\xc3(",
        };
        char text[64];

        (void)state;
        for (size_t i = 0; i < COUNT(bad); i++) {
                (void)snprintf(text, sizeof(text), "{\"manifest_path\":\"%s\"}", bad[i]);
                assert_int_equal(parse(text), -1);
                assert_int_equal(err.code, LNS_INVALID_INPUT);
                (void)snprintf(text, sizeof(text), "{\"%s\":1}", bad[i]);
                assert_int_equal(parse(text), -1);
        }
        assert_refused("{\"manifest_path\":\"\xff\"}", "line 1, column 19");
        assert_refused("{\"a\":\xc3\xbc}", "line 1, column 6");
}

static void half_a_surrogate_pair_is_refused(void **state)
{
        (void)state;
        assert_int_equal(parse("{\"manifest_path\":\"\\ud83d\\ude80\"}"), 0);
        assert_string_equal(request.manifest_path, "\xf0\x9f\x9a\x80");
        lns_document_free(document);
        assert_refused("{\"manifest_path\":\"\\ud83d\"}", "line 1, column 25");
        assert_refused("{\"manifest_path\":\"\\ud83d\\n", "line 1, column 26");
        assert_refused("{\"manifest_path\":\"\\ud83d\\u0041", "line 1, column 31");
        assert_refused("{\"manifest_path\":\"\\ud83d\\ud83d", "line 1, column 31");
        assert_refused("{\"manifest_path\":\"\\ud83d\\ue000", "line 1, column 31");
        assert_refused("{\"manifest_path\":\"\\ude80", "line 1, column 25");
        assert_refused("{\"manifest_path\":\"\\udc00", "line 1, column 25");
        assert_refused("{\"manifest_path\":\"\\udfff", "line 1, column 25");
        assert_good("{\"manifest_path\":\"\\ud800\\udc00 \\udbff\\udfff \\ud7ff \\ue000\"}");
}

/* {"manifest_path":"p","a":[[[...]]]} with this depth in all; length bytes of it. */
static char *nested(size_t depth, char open, char close, size_t *ret_length)
{
        static const char head[] = "{\"manifest_path\":\"p\",\"a\":";
        size_t unit = open == '{' ? 5 : 1; /* {"a": */
        char *text = malloc(sizeof(head) + depth * (unit + 1) + 2);
        size_t at = strlen(head);

        assert_non_null(text);
        memcpy(text, head, at);
        for (size_t i = 1; i < depth; i++) {
                memcpy(text + at, open == '{' ? "{\"a\":" : "[", unit);
                at += unit;
        }
        text[at++] = '1';
        for (size_t i = 1; i < depth; i++)
                text[at++] = close;
        text[at++] = '}';
        *ret_length = at;
        return text;
}

static void nesting_over_64_is_refused(void **state)
{
        static const struct {
                size_t depth;
                int result;
        } rows[] = {
                { 2, 0 },
                { LNS_JSON_DEPTH_MAX, 0 },
                { LNS_JSON_DEPTH_MAX + 1, -1 },
                { 2049, -1 },
                { 10000, -1 },
        };

        (void)state;
        for (size_t i = 0; i < 2 * COUNT(rows); i++) {
                bool object = i % 2;
                size_t length;
                char *text =
                        nested(rows[i / 2].depth, object ? '{' : '[', object ? '}' : ']', &length);
                int result = parse_bytes(text, length);

                lns_document_free(document);
                assert_int_equal(result, rows[i / 2].result);
                /* Also when the end is still to come. */
                if (result < 0) {
                        assert_non_null(strstr(err.message, "deep"));
                        assert_int_equal(parse_bytes(text, length - rows[i / 2].depth), -1);
                }
                free(text);
        }
}

static void a_text_over_1_mib_is_refused_at_once(void **state)
{
        size_t huge = 100 * 1000 * 1000;
        char *text = malloc(huge);

        (void)state;
        assert_non_null(text);
        memset(text, ' ', huge);
        memcpy(text, "{\"manifest_path\":\"p\"}", 21);
        assert_int_equal(parse_bytes(text, LNS_DOCUMENT_MAX), 0);
        lns_document_free(document);
        assert_int_equal(parse_bytes(text, LNS_DOCUMENT_MAX + 1), -1);
        assert_int_equal(lns_error_errno(&err), EFBIG);
        assert_int_equal(parse_bytes(text, huge), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), EFBIG);
        free(text);
}

/* ---- what can still become one ---- */

static void nothing_and_white_space_are_incomplete(void **state)
{
        (void)state;
        assert_incomplete_bytes("", 0);
        assert_incomplete_bytes(NULL, 0);
        assert_incomplete_bytes(" \t\r\n  \n", 7);
}

/* Everything that JSON has. */
static const char everything[] =
        " {\n"
        "  \"manifest_path\" : \"/t/Z\xc3\xbcrich/\xe2\x82\xac/\xf0\x9f\x9a\x80\","
        "\"version\": 9223372036854775807,\t\"manifest_size\":0,\r\n"
        "  \"e_tag\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9 \\uABCF\\uabcf\\ud83d\\ude80\",\n"
        "  \"metadata\": {\"a\": \"\", \"b\": \"{[}]\"},\n"
        "  \"x\": [true, false, null, [], {}, [{}], -0, 0.5, -12.25e+10, 1E-2, 3e5, \"\"],\n"
        "  \"\": {\"deep\": {\"er\": [[[1]]]}}\n"
        "}";

static void every_proper_prefix_of_a_document_is_incomplete(void **state)
{
        (void)state;
        for (size_t length = 0; length < strlen(everything); length++) {
                /* An allocation of its own, so that a sanitizer sees a read behind it. */
                char *text = malloc(length > 0 ? length : 1);

                assert_non_null(text);
                memcpy(text, everything, length);
                assert_incomplete_bytes(text, length);
                free(text);
        }
        assert_good(everything);
}

static void white_space_may_follow_but_nothing_else(void **state)
{
        char text[sizeof(everything) + 8];

        (void)state;
        (void)snprintf(text, sizeof(text), "%s \r\n\t\n", everything);
        assert_good(text);
        for (int byte = 0; byte < 256; byte++) {
                size_t length = strlen(everything);

                memcpy(text, everything, length);
                text[length] = (char)byte;
                if (strchr(" \t\r\n", byte) && byte != 0)
                        continue;
                assert_int_equal(parse_bytes(text, length + 1), -1);
        }
}

/* A document with a wrong field is not judged by its fields before it ends. */
static void fields_are_judged_when_the_document_ends(void **state)
{
        static const char text[] = "{\"version\":-1,\"metadata\":7}";

        (void)state;
        for (size_t length = 0; length < strlen(text); length++)
                assert_incomplete_bytes(text, length);
        assert_refused(text, "version");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_document_gives_every_field),
                cmocka_unit_test(only_the_manifest_path_is_required),
                cmocka_unit_test(unknown_fields_are_ignored),
                cmocka_unit_test(the_naming_scheme_has_either_case),
                cmocka_unit_test(the_branch_main_is_no_branch),
                cmocka_unit_test(a_version_is_an_integer_from_1),
                cmocka_unit_test(a_size_is_an_integer_from_0),
                cmocka_unit_test(strings_have_their_limits),
                cmocka_unit_test(metadata_has_its_limits),
                cmocka_unit_test(metadata_is_an_object_of_strings),
                cmocka_unit_test(text_that_is_no_json_is_refused_with_its_place),
                cmocka_unit_test(a_key_twice_is_refused),
                cmocka_unit_test(a_nul_is_refused),
                cmocka_unit_test(broken_utf8_is_refused),
                cmocka_unit_test(half_a_surrogate_pair_is_refused),
                cmocka_unit_test(nesting_over_64_is_refused),
                cmocka_unit_test(a_text_over_1_mib_is_refused_at_once),
                cmocka_unit_test(nothing_and_white_space_are_incomplete),
                cmocka_unit_test(every_proper_prefix_of_a_document_is_incomplete),
                cmocka_unit_test(white_space_may_follow_but_nothing_else),
                cmocka_unit_test(fields_are_judged_when_the_document_ends),
        };

        return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}

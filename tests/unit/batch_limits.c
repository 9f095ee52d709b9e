/* src/codec/batch_commit_tables_request.c: how big a batch may be, and all that is in it. */
#include "batch_parse.h"

#include <stdio.h>

/* A document with a list of n times the same entry; released by the caller. */
static char *repeated(const char *head, const char *entry, size_t n, const char *tail)
{
        size_t size = strlen(head) + n * (strlen(entry) + 1) + strlen(tail) + 1;
        char *text = malloc(size);
        char *at = text;

        assert_non_null(text);
        at = stpcpy(at, head);
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        *at++ = ',';
                at = stpcpy(at, entry);
        }
        (void)stpcpy(at, tail);
        return text;
}

static void a_batch_has_up_to_a_hundred_thousand_operations(void **state)
{
        char *text = repeated("{\"operations\":[", DELETE_TABLE_TAG, LNS_BATCH_MAX, "]}");

        (void)state;
        assert_parses(text);
        assert_int_equal(request.n_operations, LNS_BATCH_MAX);
        assert_string_equal(request.operations[LNS_BATCH_MAX - 1].delete_table_tag.tag, "silver");
        assert_string_equal(request.document, text);
        forget();
        free(text);
        text = repeated("{\"operations\":[", DELETE_TABLE_TAG, LNS_BATCH_MAX + 1, "]}");
        assert_refused(text, "operations");
        assert_non_null(strstr(err.message, "100001"));
        assert_non_null(strstr(err.message, "100000"));
        free(text);
        text = repeated("{\"entries\":[", "{}", LNS_BATCH_MAX + 1, "]}");
        assert_refused(text, "entries");
        assert_non_null(strstr(err.message, "100000"));
        free(text);
}

static void a_deletion_has_up_to_a_hundred_thousand_ranges(void **state)
{
        static const char head[] = "{\"operations\":[{\"delete_table_versions\":{\"id\":[\"t\"],"
                                   "\"ranges\":[";
        static const char range[] = "{\"start_version\":1,\"end_version\":2}";
        char *text = repeated(head, range, LNS_BATCH_MAX, "]}}]}");

        (void)state;
        assert_parses(text);
        assert_int_equal(request.operations[0].delete_table_versions.n_ranges, LNS_BATCH_MAX);
        forget();
        free(text);
        text = repeated(head, range, LNS_BATCH_MAX + 1, "]}}]}");
        assert_refused(text, "operations[0].delete_table_versions.ranges");
        free(text);
}

static void a_document_has_up_to_64_mib(void **state)
{
        size_t size = LNS_BATCH_DOCUMENT_MAX + 1;
        char *text = malloc(size);

        (void)state;
        assert_non_null(text);
        memset(text, ' ', size);
        memcpy(text, OPERATIONS(DEREGISTER_TABLE), strlen(OPERATIONS(DEREGISTER_TABLE)));
        assert_int_equal(parse_bytes(text, size - 1), 0);
        assert_string_equal(request.document, OPERATIONS(DEREGISTER_TABLE));
        forget();
        assert_int_equal(parse_bytes(text, size), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), EFBIG);
        assert_non_null(strstr(err.message, "67108864"));
        assert_untouched();
        free(text);
}

static void a_document_of_too_many_values_is_refused(void **state)
{
        char *text = repeated("{\"x\":[", "0", 16 * 1024 * 1024, "]}");

        (void)state;
        assert_int_equal(parse(text), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), EFBIG);
        assert_untouched();
        free(text);
}

static void strings_and_identifiers_have_their_limits(void **state)
{
        char text[8000];
        char *big;

        (void)state;
        (void)snprintf(text, sizeof(text), "{\"id\":\"%s\",\"operations\":[" DEREGISTER_TABLE "]}",
                       repeat('i', LNS_BATCH_ID_MAX));
        assert_parses(text);
        forget();
        (void)snprintf(text, sizeof(text), "{\"id\":\"%s\",\"operations\":[" DEREGISTER_TABLE "]}",
                       repeat('i', LNS_BATCH_ID_MAX + 1));
        assert_refused(text, "id");
        (void)snprintf(text, sizeof(text),
                       OPERATIONS("{\"declare_table\":{\"id\":[\"t\"],\"location\":\"%s\"}}"),
                       repeat('p', LNS_LOCATION_MAX + 1));
        assert_refused(text, "operations[0].declare_table.location");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        big = repeated("{\"operations\":[{\"deregister_table\":{\"id\":[", "\"a\"",
                       LNS_IDENT_PARTS_MAX, "]}}]}");
        assert_parses(big);
        assert_int_equal(request.operations[0].deregister_table.id->n_parts, LNS_IDENT_PARTS_MAX);
        forget();
        free(big);
        big = repeated("{\"operations\":[{\"deregister_table\":{\"id\":[", "\"a\"",
                       LNS_IDENT_PARTS_MAX + 1, "]}}]}");
        assert_refused(big, "operations[0].deregister_table.id");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        free(big);
}

static void properties_have_their_limits(void **state)
{
        char *text = malloc(100000);
        char *at;

        (void)state;
        assert_non_null(text);
        at = stpcpy(text,
                    "{\"operations\":[{\"create_namespace\":{\"id\":[\"a\"],\"properties\":{");
        for (int i = 0; i <= LNS_MAP_ENTRIES_MAX; i++)
                at += sprintf(at, "%s\"k%d\":\"\"", i > 0 ? "," : "", i);
        (void)stpcpy(at, "}}}]}");
        assert_refused(text, "operations[0].create_namespace.properties");
        (void)snprintf(text, 100000,
                       OPERATIONS("{\"create_namespace\":{\"id\":[\"a\"],\"properties\":"
                                  "{\"k\":\"%s\"}}}"),
                       repeat('v', LNS_MAP_VALUE_MAX + 1));
        assert_refused(text, "operations[0].create_namespace.properties.k");
        free(text);
}

/* A key as long as it likes, in the error. */
static void the_path_in_an_error_is_cut(void **state)
{
        static char text[70200];

        (void)state;
        (void)snprintf(text, sizeof(text), OPERATIONS("{\"%s\":{}}"), repeat('k', 60000));
        assert_int_equal(parse(text), -1);
        assert_memory_equal(err.detail, "operations[0].kkkk", 18);
        (void)snprintf(text, sizeof(text),
                       OPERATIONS("{\"declare_table\":{\"id\":[],\"properties\":{\"%s\":\"\"}}}"),
                       repeat('k', 60000));
        assert_int_equal(parse(text), -1);
        assert_memory_equal(err.detail, "operations[0].declare_table.properties.kkkk", 42);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_batch_has_up_to_a_hundred_thousand_operations),
                cmocka_unit_test(a_deletion_has_up_to_a_hundred_thousand_ranges),
                cmocka_unit_test(a_document_has_up_to_64_mib),
                cmocka_unit_test(a_document_of_too_many_values_is_refused),
                cmocka_unit_test(strings_and_identifiers_have_their_limits),
                cmocka_unit_test(properties_have_their_limits),
                cmocka_unit_test(the_path_in_an_error_is_cut),
        };

        return cmocka_run_group_tests_name("batch_limits", tests, NULL, NULL);
}

/* The files in _refs: what is read from them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/ref_file.h"
#include "util/util.h"

/* ---- times ---- */

static void a_time_with_nanoseconds_is_read_to_the_millisecond(void **state)
{
        int64_t millis = 0;

        (void)state;
        /* date -d 2026-11-21T01:41:52.460Z +%s%3N */
        assert_int_equal(ref_file_parse_time("2026-11-21T01:41:52.460309704Z", &millis), 0);
        assert_true(millis == 1795225312460);
}

static void every_form_of_a_time_is_read(void **state)
{
        /* By date(1). */
        static const struct {
                const char *text;
                int64_t millis;
        } times[] = {
                { "1970-01-01T00:00:00Z", 0 },
                { "1970-01-01t00:00:00.001z", 1 },
                { "1970-01-01 00:00:01+00:00", 1000 },
                { "1969-12-31T23:59:59.5Z", -500 },
                { "2000-02-29T12:00:00-05:30", 951845400000 },
                { "2024-02-29T00:00:00Z", 1709164800000 },
                { "2024-12-31T23:59:60Z", 1735689600000 },
                { "2025-03-01T00:00:00+02:00", 1740780000000 },
                { "9999-12-31T23:59:59.999999999Z", 253402300799999 },
                { "0001-01-01T00:00:00Z", -62135596800000 },
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
                int64_t millis = 77;

                if (ref_file_parse_time(times[i].text, &millis) < 0)
                        fail_msg("%s is refused", times[i].text);
                if (millis != times[i].millis)
                        fail_msg("%s is %lld", times[i].text, (long long)millis);
        }
}

static void what_is_no_time_is_refused(void **state)
{
        static const char *const texts[] = {
                "",
                "now",
                "2026",
                "2026-11-21",
                "2026-11-21T01:41:52",
                "2026-11-21T01:41:52.Z",
                "2026-11-21T01:41:52.5",
                "2026-11-21T01:41Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T01:60:00Z",
                "2026-11-21T01:41:61Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-11-31T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "1900-02-29T00:00:00Z",
                "2026-11-00T00:00:00Z",
                "26-11-21T01:41:52Z",
                "+2026-11-21T01:41:52Z",
                "2026-11-21T01:41:52ZZ",
                "2026-11-21T01:41:52+0100",
                "2026-11-21T01:41:52+24:00",
                "2026-11-21T01:41:52+01:60",
                " 2026-11-21T01:41:52Z",
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                int64_t millis = 77;

                if (ref_file_parse_time(texts[i], &millis) == 0)
                        fail_msg("'%s' is read as %lld", texts[i], (long long)millis);
                assert_true(millis == 77);
        }
}

/* ---- tags ---- */

static struct lns_table_tag tag_of(const char *text)
{
        struct lns_table_tag tag = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        if (ref_file_parse_tag(text, strlen(text), &tag, &err) < 0)
                fail_msg("%s: %s", text, err.message);
        assert_int_equal(err.code, LNS_OK);
        assert_null(tag.tag);
        return tag;
}

static void a_tag_that_lance_wrote_is_read_whole(void **state)
{
        struct lns_table_tag tag = tag_of("{\n"
                                          "  \"branch\": \"dev/fix\",\n"
                                          "  \"version\": 3,\n"
                                          "  \"createdAt\": \"2026-11-21T01:41:52.460309704Z\",\n"
                                          "  \"updatedAt\": \"2026-11-21T01:41:53.5Z\",\n"
                                          "  \"manifestSize\": 622,\n"
                                          "  \"metadata\": {}\n"
                                          "}");

        (void)state;
        assert_true(tag.version == 3);
        assert_string_equal(tag.branch, "dev/fix");
        assert_true(tag.manifest_size == 622);
        assert_true(tag.created_millis == 1795225312460);
        assert_true(tag.updated_millis == 1795225313500);
        lns_table_tag_clear(&tag);
}

static void a_tag_needs_nothing_but_its_version(void **state)
{
        struct lns_table_tag tag = tag_of("{\"version\":9223372036854775807,\"new\":[{}]}");

        (void)state;
        assert_true(tag.version == INT64_MAX);
        assert_null(tag.branch);
        assert_true(tag.created_millis == 0);
        assert_true(tag.updated_millis == 0);
        lns_table_tag_clear(&tag);
}

static void branch_main_and_null_are_no_branch(void **state)
{
        struct lns_table_tag tag = tag_of("{\"version\":1,\"branch\":\"main\"}");

        (void)state;
        assert_null(tag.branch);
        tag = tag_of("{\"version\":1,\"branch\":null,\"createdAt\":null}");
        assert_null(tag.branch);
}

static void a_time_before_1970_is_not_mistaken_for_none(void **state)
{
        struct lns_table_tag tag = tag_of("{\"version\":1,\"createdAt\":\"1960-01-01T00:00:00Z\"}");

        (void)state;
        assert_true(tag.created_millis == 1);
}

static void a_broken_tag_is_refused_with_a_sentence(void **state)
{
        static const char *const texts[] = {
                "",
                "{",
                "{}",
                "[]",
                "7",
                "{\"version\":1}}",
                "{\"version\":1,\"version\":1}",
                "{\"version\":\"1\"}",
                "{\"version\":1.0}",
                "{\"version\":0}",
                "{\"version\":-1}",
                "{\"version\":null}",
                "{\"version\":9223372036854775808}",
                "{\"version\":1,\"branch\":7}",
                "{\"version\":1,\"branch\":\"../x\"}",
                "{\"version\":1,\"createdAt\":\"yesterday\"}",
                "{\"version\":1,\"updatedAt\":7}",
                "{\"version\":1,\"manifestSize\":-1}",
                "{\"version\":1,\"metadata\":\"\xff\"}",
                "{\"version\":1,\"metadata\":\"\\u0000\"}",
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct lns_table_tag tag = { .version = 77 };
                struct lns_error err = LNS_ERROR_INIT;

                if (ref_file_parse_tag(texts[i], strlen(texts[i]), &tag, &err) == 0)
                        fail_msg("%s is read", texts[i]);
                assert_int_equal(err.code, LNS_INVALID_INPUT);
                assert_true(err.message[0]);
                assert_true(tag.version == 77);
        }
}

static void a_tag_that_nests_ten_thousand_deep_is_refused(void **state)
{
        enum { DEPTH = 10000 };
        static const char head[] = "{\"version\":1,\"metadata\":";
        cleanup_(free_pointer) char *text = malloc(sizeof(head) + 2 * DEPTH + 1);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_table_tag tag = { 0 };
        size_t length = strlen(head);

        (void)state;
        assert_non_null(text);
        memcpy(text, head, length);
        memset(text + length, '[', DEPTH);
        memset(text + length + DEPTH, ']', DEPTH);
        length += 2 * DEPTH;
        text[length++] = '}';
        assert_int_equal(ref_file_parse_tag(text, length, &tag, &err), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
}

/* ---- branches ---- */

static void a_branch_that_lance_wrote_is_read_whole(void **state)
{
        static const char text[] = "{\"parentBranch\":\"dev\",\"identifier\":{\"version_mapping\":"
                                   "[[1,\"08c1\"]]},\"parentVersion\":2,\"createAt\":1795225312,"
                                   "\"manifestSize\":496,\"metadata\":{}}";
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_table_branch branch = { 0 };

        (void)state;
        assert_int_equal(ref_file_parse_branch(text, strlen(text), &branch, &err), 0);
        assert_null(branch.name);
        assert_string_equal(branch.parent_branch, "dev");
        assert_true(branch.parent_version == 2);
        assert_true(branch.created_millis == 1795225312000);
        assert_true(branch.manifest_size == 496);
        assert_string_equal(branch.contents, text);
        ref_file_clear_branch(&branch);
        assert_null(branch.contents);
}

static void a_broken_branch_is_refused_with_a_sentence(void **state)
{
        static const char *const texts[] = {
                "{}",
                "{\"parentVersion\":0}",
                "{\"parentVersion\":1",
                "{\"parentVersion\":1,\"parentBranch\":\"a//b\"}",
                "{\"parentVersion\":1,\"createAt\":\"1795225312\"}",
                "{\"parentVersion\":1,\"createAt\":-1}",
                "{\"parentVersion\":1,\"createAt\":9223372036854775807}",
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct lns_table_branch branch = { .parent_version = 77 };
                struct lns_error err = LNS_ERROR_INIT;

                if (ref_file_parse_branch(texts[i], strlen(texts[i]), &branch, &err) == 0)
                        fail_msg("%s is read", texts[i]);
                assert_int_equal(err.code, LNS_INVALID_INPUT);
                assert_true(err.message[0]);
                assert_true(branch.parent_version == 77);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_time_with_nanoseconds_is_read_to_the_millisecond),
                cmocka_unit_test(every_form_of_a_time_is_read),
                cmocka_unit_test(what_is_no_time_is_refused),
                cmocka_unit_test(a_tag_that_lance_wrote_is_read_whole),
                cmocka_unit_test(a_tag_needs_nothing_but_its_version),
                cmocka_unit_test(branch_main_and_null_are_no_branch),
                cmocka_unit_test(a_time_before_1970_is_not_mistaken_for_none),
                cmocka_unit_test(a_broken_tag_is_refused_with_a_sentence),
                cmocka_unit_test(a_tag_that_nests_ten_thousand_deep_is_refused),
                cmocka_unit_test(a_branch_that_lance_wrote_is_read_whole),
                cmocka_unit_test(a_broken_branch_is_refused_with_a_sentence),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* src/codec/document_scan.c: where a document that arrives in pieces ends. */
#include "unit.h"

#include <string.h>

#include "batch_samples.h"
#include "codec/codec.h"
#include "lns/batch.h"

static enum lns_document_progress scan(const char *text)
{
        struct lns_document_scanner scanner = { 0 };

        return lns_document_scan(&scanner, text, strlen(text));
}

static const struct {
        const char *text;
        enum lns_document_progress progress;
} rows[] = {
        { "", LNS_DOCUMENT_EMPTY },
        { " \t\r\n ", LNS_DOCUMENT_EMPTY },
        { "{", LNS_DOCUMENT_INCOMPLETE },
        { " {", LNS_DOCUMENT_INCOMPLETE },
        { "{}", LNS_DOCUMENT_COMPLETE },
        { "{} \n\t\r", LNS_DOCUMENT_COMPLETE },
        { "\n{\"a\":[{},[[]]]}", LNS_DOCUMENT_COMPLETE },
        { "{\"a\":[{},[[]]]", LNS_DOCUMENT_INCOMPLETE },
        { "{\"a}", LNS_DOCUMENT_INCOMPLETE },
        { "{\"a\\\"}", LNS_DOCUMENT_INCOMPLETE },
        { "{\"a\\\\\"}", LNS_DOCUMENT_COMPLETE },
        { "{\"a\\\\\\\"}", LNS_DOCUMENT_INCOMPLETE },
        { "{\"]\":\"}{[\"}", LNS_DOCUMENT_COMPLETE },
        { "{\"a\":\"\\", LNS_DOCUMENT_INCOMPLETE },
        { "{]", LNS_DOCUMENT_IMPOSSIBLE },
        { "{\"a\":[}", LNS_DOCUMENT_IMPOSSIBLE },
        { "{}}", LNS_DOCUMENT_IMPOSSIBLE },
        { "{}{}", LNS_DOCUMENT_IMPOSSIBLE },
        { "{} x", LNS_DOCUMENT_IMPOSSIBLE },
        { "{} x{", LNS_DOCUMENT_IMPOSSIBLE },
        { "[]", LNS_DOCUMENT_IMPOSSIBLE },
        { "\"a\"", LNS_DOCUMENT_IMPOSSIBLE },
        { "7", LNS_DOCUMENT_IMPOSSIBLE },
        { "null", LNS_DOCUMENT_IMPOSSIBLE },
        { "\xef\xbb\xbf{}", LNS_DOCUMENT_IMPOSSIBLE },
        /* Not JSON, but that is asked when it has ended. */
        { "{x", LNS_DOCUMENT_INCOMPLETE },
        { "{\"a\":\"\n\"}", LNS_DOCUMENT_COMPLETE },
        { "{,,}", LNS_DOCUMENT_COMPLETE },
        { "{\"\xff\"}", LNS_DOCUMENT_COMPLETE },
};

static void a_text_is_what_its_brackets_make_it(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                enum lns_document_progress progress = scan(rows[i].text);

                if (progress != rows[i].progress)
                        fail_msg("%s: %d", rows[i].text, progress);
        }
}

static void nesting_over_64_is_impossible(void **state)
{
        struct lns_document_scanner scanner = { 0 };
        enum lns_document_progress progress = LNS_DOCUMENT_EMPTY;

        (void)state;
        for (int i = 0; i < LNS_JSON_DEPTH_MAX / 2; i++)
                progress = lns_document_scan(&scanner, "{[", 2);
        assert_int_equal(progress, LNS_DOCUMENT_INCOMPLETE);
        for (int i = 0; i < LNS_JSON_DEPTH_MAX / 2; i++) {
                assert_int_equal(progress, LNS_DOCUMENT_INCOMPLETE);
                progress = lns_document_scan(&scanner, "]}", 2);
        }
        assert_int_equal(progress, LNS_DOCUMENT_COMPLETE);

        scanner = (struct lns_document_scanner){ 0 };
        for (int i = 0; i < LNS_JSON_DEPTH_MAX; i++)
                progress = lns_document_scan(&scanner, "{", 1);
        assert_int_equal(progress, LNS_DOCUMENT_INCOMPLETE);
        assert_int_equal(lns_document_scan(&scanner, "{", 1), LNS_DOCUMENT_IMPOSSIBLE);
        assert_int_equal(lns_document_scan(&scanner, "}", 1), LNS_DOCUMENT_IMPOSSIBLE);
}

/* Split at two places, with an empty piece between others. */
static void assert_pieces_equal_whole(const char *text)
{
        size_t length = strlen(text);
        enum lns_document_progress whole = scan(text);

        for (size_t first = 0; first <= length; first++) {
                for (size_t second = first; second <= length; second++) {
                        struct lns_document_scanner scanner = { 0 };

                        (void)lns_document_scan(&scanner, text, first);
                        (void)lns_document_scan(&scanner, text + first, second - first);
                        (void)lns_document_scan(&scanner, NULL, 0);
                        assert_int_equal(
                                lns_document_scan(&scanner, text + second, length - second), whole);
                }
        }
}

static void pieces_are_what_the_whole_is(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++)
                assert_pieces_equal_whole(rows[i].text);
        for (size_t i = 0; i < COUNT(batch_samples); i++)
                assert_pieces_equal_whole(batch_samples[i]);
}

/* What can become a document is never called impossible, what is one never incomplete. */
static void it_agrees_with_the_parser(void **state)
{
        struct lns_error err;

        (void)state;
        for (size_t i = 0; i < COUNT(batch_samples); i++) {
                const char *text = batch_samples[i];
                struct lns_document_scanner scanner = { 0 };

                for (size_t length = 1; length <= strlen(text); length++) {
                        enum lns_document_progress progress =
                                lns_document_scan(&scanner, text + length - 1, 1);

                        if (json_scan(text, length, &err) == 0)
                                assert_int_equal(progress, LNS_DOCUMENT_COMPLETE);
                        else
                                assert_true(progress == LNS_DOCUMENT_INCOMPLETE ||
                                            progress == LNS_DOCUMENT_EMPTY);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_text_is_what_its_brackets_make_it),
                cmocka_unit_test(nesting_over_64_is_impossible),
                cmocka_unit_test(pieces_are_what_the_whole_is),
                cmocka_unit_test(it_agrees_with_the_parser),
        };

        return cmocka_run_group_tests_name("batch_scan", tests, NULL, NULL);
}

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"
#include "util/util.h"

/* The table again, by hand: lance-semantics.md 1.5 and the design's table of errnos. */
static const struct {
        int code;
        const char *name;
        int http;
        int sys;
        int rename_sys;
} expected[] = {
        { 0, "Unsupported", 406, EOPNOTSUPP, EOPNOTSUPP },
        { 1, "NamespaceNotFound", 404, ENOENT, ENOENT },
        { 2, "NamespaceAlreadyExists", 409, EEXIST, EEXIST },
        { 3, "NamespaceNotEmpty", 409, ENOTEMPTY, ENOTEMPTY },
        { 4, "TableNotFound", 404, ENOENT, ENOENT },
        { 5, "TableAlreadyExists", 409, EEXIST, EEXIST },
        { 6, "TableIndexNotFound", 404, ENOENT, ENOENT },
        { 7, "TableIndexAlreadyExists", 409, EEXIST, EEXIST },
        { 8, "TableTagNotFound", 404, ENOENT, ENOENT },
        { 9, "TableTagAlreadyExists", 409, EEXIST, EEXIST },
        { 10, "TransactionNotFound", 404, ENOENT, ENOENT },
        { 11, "TableVersionNotFound", 404, ENOENT, ENOENT },
        { 12, "TableColumnNotFound", 404, ENOENT, ENOENT },
        { 13, "InvalidInput", 400, EINVAL, EBADMSG },
        { 14, "ConcurrentModification", 409, EEXIST, EEXIST },
        { 15, "PermissionDenied", 403, EACCES, EACCES },
        { 16, "Unauthenticated", 401, EKEYREJECTED, EKEYREJECTED },
        { 17, "ServiceUnavailable", 503, EHOSTDOWN, EHOSTDOWN },
        { 18, "Internal", 500, EIO, EIO },
        { 19, "InvalidTableState", 409, EBUSY, EBUSY },
        { 20, "TableSchemaValidationError", 400, EINVAL, EBADMSG },
        { 21, "Throttling", 429, EHOSTDOWN, EHOSTDOWN },
        { 22, "TableBranchNotFound", 404, ENOENT, ENOENT },
        { 23, "TableBranchAlreadyExists", 409, EEXIST, EEXIST },
};

static void every_code_has_its_name_status_and_errno(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(expected); i++) {
                struct lns_error err = { .code = expected[i].code };

                assert_string_equal(lns_code_name(err.code), expected[i].name);
                assert_int_equal(lns_code_http_status(err.code), expected[i].http);
                assert_int_equal(lns_error_errno(&err), expected[i].sys);
                assert_int_equal(lns_error_rename_errno(&err), expected[i].rename_sys);
        }
}

static void a_number_that_is_no_code_is_an_internal_failure(void **state)
{
        static const int numbers[] = { -1, -2, 24, 1000000, INT32_MIN, INT32_MAX };

        (void)state;
        for (size_t i = 0; i < COUNT(numbers); i++) {
                struct lns_error err = { .code = (enum lns_code)numbers[i] };

                assert_string_equal(lns_code_name(err.code), "Unknown");
                assert_int_equal(lns_code_http_status(err.code), 500);
                assert_int_equal(lns_error_errno(&err), EIO);
                assert_int_equal(lns_error_rename_errno(&err), EIO);
        }
}

static void setting_replaces_all_of_it(void **state)
{
        struct lns_error err = { .code = LNS_INTERNAL,
                                 .sys = ENOSPC,
                                 .message = "m",
                                 .detail = "d" };

        (void)state;
        assert_int_equal(lns_error_set(&err, LNS_TABLE_NOT_FOUND, "table '%s' not found", "users"),
                         -1);
        assert_int_equal(err.code, LNS_TABLE_NOT_FOUND);
        assert_int_equal(err.sys, 0);
        assert_string_equal(err.message, "table 'users' not found");
        assert_string_equal(err.detail, "");
}

static void an_own_errno_wins_over_the_code(void **state)
{
        struct lns_error err;

        (void)state;
        assert_int_equal(
                lns_error_set_errno(&err, LNS_INVALID_INPUT, ENAMETOOLONG, "%d bytes", 201), -1);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_int_equal(lns_error_rename_errno(&err), ENAMETOOLONG);
        (void)lns_error_set_errno(&err, LNS_INVALID_INPUT, EINVAL, "no");
        assert_int_equal(lns_error_rename_errno(&err), EBADMSG);
}

static void out_of_memory_is_internal_with_enomem(void **state)
{
        struct lns_error err;

        (void)state;
        assert_int_equal(lns_error_set_oom(&err), -1);
        assert_int_equal(err.code, LNS_INTERNAL);
        assert_int_equal(lns_error_errno(&err), ENOMEM);
        assert_string_equal(err.message, "out of memory");
}

static void nowhere_to_put_an_error_is_fine(void **state)
{
        (void)state;
        assert_int_equal(lns_error_set(NULL, LNS_INTERNAL, "x"), -1);
        assert_int_equal(lns_error_set_errno(NULL, LNS_INTERNAL, ENOSPC, "x"), -1);
        assert_int_equal(lns_error_set_oom(NULL), -1);
        assert_int_equal(lns_error_add_detail(NULL, "x"), -1);
}

static void control_characters_and_broken_utf8_become_question_marks(void **state)
{
        struct lns_error err = LNS_ERROR_INIT;

        (void)state;
        (void)lns_error_set(&err, LNS_INVALID_INPUT, "name '%s'", "a\nb\x1b[0m\xff");
        assert_string_equal(err.message, "name 'a?b?[0m?'");
        (void)lns_error_add_detail(&err, "field\t%s", "\xc0");
        assert_string_equal(err.detail, "field??");
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
        char name[600];
        struct lns_error err = LNS_ERROR_INIT;

        (void)state;
        /* An odd byte first, so that the cut falls into a character of two. */
        strcpy(name, "x");
        while (strlen(name) < sizeof(name) - 3)
                strcat(name, "\xc3\xbc");
        (void)lns_error_set(&err, LNS_INVALID_INPUT, "%s", name);
        assert_int_equal(strlen(err.message), LNS_ERROR_TEXT_MAX - 1);
        assert_true(utf8_valid(err.message, strlen(err.message)));
        (void)lns_error_set(&err, LNS_INVALID_INPUT, "%s", name + 1);
        assert_int_equal(strlen(err.message), LNS_ERROR_TEXT_MAX - 2);
        assert_true(utf8_valid(err.message, strlen(err.message)));
        for (int i = 0; i < 3; i++)
                (void)lns_error_add_detail(&err, "%s", name + 1);
        assert_true(utf8_valid(err.detail, strlen(err.detail)));
}

static void a_message_may_quote_the_error_it_replaces(void **state)
{
        struct lns_error err = LNS_ERROR_INIT;

        (void)state;
        (void)lns_error_set(&err, LNS_INTERNAL, "inner");
        (void)lns_error_set(&err, LNS_INTERNAL, "outer: %s", err.message);
        assert_string_equal(err.message, "outer: inner");
}

static void places_gather_in_front_of_the_detail(void **state)
{
        struct lns_error err = LNS_ERROR_INIT;

        (void)state;
        (void)lns_error_set(&err, LNS_INVALID_INPUT, "no");
        assert_int_equal(lns_error_add_detail(&err, "version"), -1);
        assert_string_equal(err.detail, "version");
        assert_int_equal(lns_error_add_detail(&err, "entries[%d]", 3), -1);
        assert_string_equal(err.detail, "entries[3]: version");
        (void)lns_error_set(&err, LNS_INVALID_INPUT, "no");
        (void)lns_error_add_detail(&err, "k");
        (void)lns_error_add_detail(&err, "properties");
        assert_string_equal(err.detail, "properties: k");
        assert_string_equal(err.message, "no");
        assert_int_equal(err.code, LNS_INVALID_INPUT);
}

static void the_text_is_an_error_response(void **state)
{
        static const char whole[] = "{\n"
                                    "  \"error\": \"tag 'a\\\"b' not found\",\n"
                                    "  \"code\": 8,\n"
                                    "  \"detail\": \"entries[3]\"\n"
                                    "}\n";
        static const char bare[] = "{\n"
                                   "  \"error\": \"no\",\n"
                                   "  \"code\": 0\n"
                                   "}\n";
        struct lns_error err = LNS_ERROR_INIT;
        char buf[256];

        (void)state;
        (void)lns_error_set(&err, LNS_TABLE_TAG_NOT_FOUND, "tag 'a\"b' not found");
        (void)lns_error_add_detail(&err, "entries[3]");
        assert_int_equal(lns_error_to_text(&err, buf, sizeof(buf)), strlen(whole));
        assert_string_equal(buf, whole);
        assert_int_equal(lns_error_to_text(&err, NULL, 0), strlen(whole));
        (void)lns_error_set(&err, LNS_UNSUPPORTED, "no");
        assert_int_equal(lns_error_to_text(&err, buf, sizeof(buf)), strlen(bare));
        assert_string_equal(buf, bare);
        assert_int_equal(lns_error_to_text(&err, buf, 5), strlen(bare));
        assert_string_equal(buf, "{\n  ");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_code_has_its_name_status_and_errno),
                cmocka_unit_test(a_number_that_is_no_code_is_an_internal_failure),
                cmocka_unit_test(setting_replaces_all_of_it),
                cmocka_unit_test(an_own_errno_wins_over_the_code),
                cmocka_unit_test(out_of_memory_is_internal_with_enomem),
                cmocka_unit_test(nowhere_to_put_an_error_is_fine),
                cmocka_unit_test(control_characters_and_broken_utf8_become_question_marks),
                cmocka_unit_test(a_long_sentence_is_cut_between_characters),
                cmocka_unit_test(a_message_may_quote_the_error_it_replaces),
                cmocka_unit_test(places_gather_in_front_of_the_detail),
                cmocka_unit_test(the_text_is_an_error_response),
        };

        return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}

#include "unit.h"

#include <errno.h>
#include <string.h>

typedef int check(const char *name, struct lns_error *err);

static void assert_all_good(check *check_one, const char *const *names, size_t n_names)
{
        for (size_t i = 0; i < n_names; i++) {
                struct lns_error err = LNS_ERROR_INIT;

                if (check_one(names[i], &err) != 0)
                        fail_msg("'%s' is refused: %s", names[i], err.message);
                assert_int_equal(err.code, LNS_OK);
        }
}

static void assert_all_bad(check *check_one, const char *const *names, size_t n_names)
{
        for (size_t i = 0; i < n_names; i++) {
                struct lns_error err = LNS_ERROR_INIT;

                if (check_one(names[i], &err) != -1)
                        fail_msg("'%s' passes", names[i]);
                assert_int_equal(err.code, LNS_INVALID_INPUT);
                assert_int_equal(lns_error_errno(&err), EINVAL);
                assert_one_line(err.message);
                assert_true(err.message[0] != '\0');
        }
}

/* 200 bytes pass, 201 are ENAMETOOLONG, 201 that are wrong otherwise too are EINVAL. */
static void assert_length_rule(check *check_one, const char *wrong)
{
        struct lns_error err;
        char name[1000];

        assert_succeeds(check_one(repeat('n', LNS_NAME_MAX), &err), &err);
        assert_fails(check_one(repeat('n', LNS_NAME_MAX + 1), &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_fails(check_one(repeat('n', 65000), &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        strcpy(name, repeat('n', LNS_NAME_MAX + 1));
        strcat(name, wrong);
        assert_fails(check_one(name, &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), EINVAL);
}

static void names_of_all_sorts_are_possible(void **state)
{
        static const char *const good[] = {
                "a",
                "0",
                "users",
                "Users 2024",
                " ",
                "-rf",
                "~",
                "a.b",
                "a.",
                "a..b",
                "x.lance2",
                "lance",
                "x.LANCE",
                "con",
                "*?\\|<>:\"'",
                "Z\xc3\xbcrich",
                "\xe6\x95\xb0\xe6\x8d\xae",
                "\xf0\x9f\x9a\x80",
                "\xc2\xa0", /* the first character behind C1 */
                "\xef\xbf\xbf",
        };

        (void)state;
        assert_all_good(lns_check_name, good, COUNT(good));
}

static void names_that_no_file_or_identifier_can_have_are_refused(void **state)
{
        static const char *const bad[] = {
                "",
                ".",
                "..",
                ".hidden",
                ".lance",
                "users.lance",
                "a/b",
                "/",
                "a$b",
                "$",
                "a\nb",
                "\x01",
                "\x1f",
                "a\x7f",
                "\xc2\x80", /* C1 */
                "\xc2\x9b", /* a terminal's CSI */
                "\xc2\x9f",
                "\xc0\xaf", /* an overlong '/' */
                "\xe0\x80\xaf",
                "\xed\xa0\x80", /* a surrogate */
                "\xf4\x90\x80\x80",
                "caf\xe9",
                "\xc3",
                "\xff",
        };

        (void)state;
        assert_all_bad(lns_check_name, bad, COUNT(bad));
        assert_length_rule(lns_check_name, "/");
}

static void the_length_of_a_name_is_in_bytes(void **state)
{
        char name[LNS_NAME_MAX + 3] = "";
        struct lns_error err;

        (void)state;
        for (size_t i = 0; i < LNS_NAME_MAX / 2; i++)
                strcat(name, "\xc3\xa9");
        assert_succeeds(lns_check_name(name, &err), &err);
        memmove(name + 1, name, sizeof(name) - 2);
        name[0] = 'x'; /* so that byte 80 is inside a character */
        assert_fails(lns_check_name(name, &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        /* What is shown of it ends between characters. */
        assert_non_null(strstr(err.message, "\xc3\xa9..."));
}

static void a_refused_name_is_shown_whole_up_to_80_bytes(void **state)
{
        struct lns_error err;
        char name[100];

        (void)state;
        strcpy(name, repeat('n', 79));
        strcat(name, "/");
        assert_fails(lns_check_name(name, &err), &err, LNS_INVALID_INPUT);
        assert_non_null(strstr(err.message, "n/' holds '/'"));
        strcat(name, "x");
        assert_fails(lns_check_name(name, &err), &err, LNS_INVALID_INPUT);
        assert_non_null(strstr(err.message, "n/'... holds '/'"));
}

static void tags_as_lance_takes_them_are_possible(void **state)
{
        static const char *const good[] = {
                "gold", "main",    "HEAD", "0",       "-x",   "_",          "v1.2.3",
                "a-b",  "RELEASE", "7",    "a.lockx", "lock", "2024-01-01", "x.lance",
        };

        (void)state;
        assert_all_good(lns_check_tag, good, COUNT(good));
}

static void tags_that_lance_cannot_keep_are_refused(void **state)
{
        static const char *const bad[] = {
                "",    ".",   "..",   ".x",  "x.",          "a..b",     "a.lock", ".lock",
                "a b", "a/b", "a\\b", "a$b", "a~",          "a\n",      "\x7f",   "a@b",
                "a+b", "a:b", "*",    "#",   "\xc3\xa9tag", "\xc0\xaf", "\xff",   "a\x80",
        };

        (void)state;
        assert_all_bad(lns_check_tag, bad, COUNT(bad));
        assert_length_rule(lns_check_tag, "/");
}

static void branches_as_lance_takes_them_are_possible(void **state)
{
        static const char *const good[] = {
                "dev",  "feat/x", "a/b/c", "main2", "main/x", "x/main",
                "Main", ".x",     "x.",    "0",     "-",      "a.lock/b",
        };

        (void)state;
        assert_all_good(lns_check_branch, good, COUNT(good));
}

static void branches_that_are_no_path_are_refused(void **state)
{
        static const char *const bad[] = {
                "",       "main",    "/",    "/a",       "a/",  "a//b",  "..",   "a/..",
                "../a",   "a/../b",  "a..b", ".",        "./a", "a/./b", "a/.",  "a\\b",
                "a.lock", "a/.lock", "a b",  "\xc3\xa9", "a\n", "a$b",   "\xff", "\xc0\xaf",
        };

        (void)state;
        assert_all_bad(lns_check_branch, bad, COUNT(bad));
        assert_length_rule(lns_check_branch, "//");
}

static void versions_are_decimal_numbers_from_1(void **state)
{
        static const struct {
                const char *text;
                uint64_t version;
        } rows[] = {
                { "1", 1 },
                { "7", 7 },
                { "10", 10 },
                { "9223372036854775799", 9223372036854775799u },
                { "9223372036854775800", 9223372036854775800u },
                { "9223372036854775807", INT64_MAX },
        };
        uint64_t version;

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                assert_int_equal(lns_version_parse(rows[i].text, strlen(rows[i].text), &version),
                                 0);
                assert_true(version == rows[i].version);
        }
        /* The length ends it, not a NUL. */
        assert_int_equal(lns_version_parse("1234", 2, &version), 0);
        assert_int_equal(version, 12);
}

static void what_is_no_version_is_refused(void **state)
{
        static const char *const bad[] = {
                "",
                "0",
                "00",
                "01",
                "-1",
                "+1",
                " 1",
                "1 ",
                "1\n",
                "7 8",
                "abc",
                "1e3",
                "0x1",
                "1.0",
                "1,000",
                "9223372036854775808",
                "9223372036854775810",
                "10000000000000000000",
                "18446744073709551615",
                "18446744073709551616",
                "99999999999999999999",
                "latest",
                "\xd9\xa1",
        };
        uint64_t version = 77;

        (void)state;
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_int_equal(lns_version_parse(bad[i], strlen(bad[i]), &version), -1);
        assert_int_equal(lns_version_parse(repeat('1', 5000), 5000, &version), -1);
        assert_int_equal(lns_version_parse("1\0", 2, &version), -1);
        assert_int_equal(version, 77);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(names_of_all_sorts_are_possible),
                cmocka_unit_test(names_that_no_file_or_identifier_can_have_are_refused),
                cmocka_unit_test(the_length_of_a_name_is_in_bytes),
                cmocka_unit_test(a_refused_name_is_shown_whole_up_to_80_bytes),
                cmocka_unit_test(tags_as_lance_takes_them_are_possible),
                cmocka_unit_test(tags_that_lance_cannot_keep_are_refused),
                cmocka_unit_test(branches_as_lance_takes_them_are_possible),
                cmocka_unit_test(branches_that_are_no_path_are_refused),
                cmocka_unit_test(versions_are_decimal_numbers_from_1),
                cmocka_unit_test(what_is_no_version_is_refused),
        };

        return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}

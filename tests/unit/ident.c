#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/util.h"

/* The identifier has these parts; the list ends with NULL. */
static void assert_parts(const struct lns_ident *ident, const char *const *parts)
{
        size_t n = 0;

        while (parts[n])
                n++;
        assert_int_equal(ident->n_parts, n);
        for (size_t i = 0; i < n; i++)
                assert_string_equal(ident->parts[i], parts[i]);
}

#define PARTS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_PARTS ((const char *const[]){ NULL })

static void an_identifier_is_a_copy_of_its_parts(void **state)
{
        char users[] = "users";
        const char *parts[] = { "prod", users, "" };
        struct lns_ident ident;
        struct lns_error err;

        (void)state;
        assert_succeeds(lns_ident_new(&ident, parts, 3, &err), &err);
        users[0] = 'X';
        assert_parts(&ident, PARTS("prod", "users", ""));
        lns_ident_clear(&ident);
        assert_null(ident.parts);
        assert_int_equal(ident.n_parts, 0);
        assert_succeeds(lns_ident_new(&ident, NULL, 0, &err), &err);
        assert_parts(&ident, NO_PARTS);
        lns_ident_clear(&ident);
        lns_ident_clear(NULL);
}

static void an_identifier_has_at_most_1024_parts(void **state)
{
        const char *parts[LNS_IDENT_PARTS_MAX + 1];
        struct lns_ident full;
        struct lns_ident child;
        struct lns_ident ident = { .n_parts = 77 };
        struct lns_error err;

        (void)state;
        for (size_t i = 0; i < COUNT(parts); i++)
                parts[i] = "n";
        assert_succeeds(lns_ident_new(&full, parts, LNS_IDENT_PARTS_MAX, &err), &err);
        assert_fails(lns_ident_new(&ident, parts, COUNT(parts), &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_fails(lns_ident_child(&ident, &full, "n", &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_int_equal(ident.n_parts, 77); /* untouched */
        full.n_parts--;                      /* room for one child */
        assert_succeeds(lns_ident_child(&child, &full, "n", &err), &err);
        assert_int_equal(child.n_parts, LNS_IDENT_PARTS_MAX);
        lns_ident_clear(&child);
        lns_ident_clear(&full);
}

static void a_child_has_one_part_more(void **state)
{
        struct lns_ident root = { 0 };
        struct lns_ident prod;
        struct lns_ident users;
        struct lns_error err;

        (void)state;
        assert_succeeds(lns_ident_child(&prod, &root, "prod", &err), &err);
        assert_parts(&prod, PARTS("prod"));
        assert_succeeds(lns_ident_child(&users, &prod, "users", &err), &err);
        lns_ident_clear(&prod);
        assert_parts(&users, PARTS("prod", "users"));
        lns_ident_clear(&users);
}

static void text_is_split_at_the_delimiter_without_empty_parts(void **state)
{
        static const struct {
                const char *text;
                const char *delimiter;
                const char *parts[5];
        } rows[] = {
                { "", "$", { NULL } },
                { "$", "$", { NULL } },
                { "$$$", "$", { NULL } },
                { "table", "$", { "table", NULL } },
                { "$$table$$", "$", { "table", NULL } },
                { "prod$users", "$", { "prod", "users", NULL } },
                { "a$b$c", "$", { "a", "b", "c", NULL } },
                { "a.b$c", ".", { "a", "b$c", NULL } },
                { "a::b", "::", { "a", "b", NULL } },
                { "a:::b", "::", { "a", ":b", NULL } },
                { "::", "::", { NULL } },
                { "a:", "::", { "a:", NULL } },
                { "Z\xc3\xbcrich$x", "$", { "Z\xc3\xbcrich", "x", NULL } },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                struct lns_ident ident;
                struct lns_error err;

                assert_succeeds(lns_ident_parse(&ident, rows[i].text, rows[i].delimiter, &err),
                                &err);
                assert_parts(&ident, rows[i].parts);
                lns_ident_clear(&ident);
        }
}

static void text_that_cannot_be_an_identifier_is_refused(void **state)
{
        char text[2 * (LNS_IDENT_PARTS_MAX + 1) + 1] = "";
        struct lns_ident ident = { .n_parts = 77 };
        struct lns_error err;

        (void)state;
        assert_fails(lns_ident_parse(&ident, "a", "", &err), &err, LNS_INVALID_INPUT);
        for (size_t i = 0; i < LNS_IDENT_PARTS_MAX + 1; i++)
                memcpy(text + 2 * i, "a$", 3);
        assert_fails(lns_ident_parse(&ident, text, "$", &err), &err, LNS_INVALID_INPUT);
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_int_equal(ident.n_parts, 77);
        assert_succeeds(lns_ident_parse(&ident, text + 2, "$", &err), &err);
        assert_int_equal(ident.n_parts, LNS_IDENT_PARTS_MAX);
        lns_ident_clear(&ident);
}

static void the_string_form_is_joined_by_dollars(void **state)
{
        const char *parts[] = { "prod", "eu", "users" };
        struct lns_ident ident;
        struct lns_error err;
        char buf[32];

        (void)state;
        assert_succeeds(lns_ident_new(&ident, parts, 3, &err), &err);
        assert_int_equal(lns_ident_to_text(&ident, buf, sizeof(buf)), 13);
        assert_string_equal(buf, "prod$eu$users");
        assert_int_equal(lns_ident_to_text(&ident, NULL, 0), 13);
        assert_int_equal(lns_ident_to_text(&ident, buf, 6), 13);
        assert_string_equal(buf, "prod$");
        lns_ident_clear(&ident);
        assert_int_equal(lns_ident_to_text(&ident, buf, sizeof(buf)), 1);
        assert_string_equal(buf, "$");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_identifier_is_a_copy_of_its_parts),
                cmocka_unit_test(an_identifier_has_at_most_1024_parts),
                cmocka_unit_test(a_child_has_one_part_more),
                cmocka_unit_test(text_is_split_at_the_delimiter_without_empty_parts),
                cmocka_unit_test(text_that_cannot_be_an_identifier_is_refused),
                cmocka_unit_test(the_string_form_is_joined_by_dollars),
        };

        return cmocka_run_group_tests_name("ident", tests, NULL, NULL);
}

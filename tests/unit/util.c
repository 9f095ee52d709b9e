#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/utf8.h"
#include "util/util.h"

/* ---- UTF-8 ---- */

static void well_formed_utf8_is_valid(void **state)
{
        static const char *const good[] = {
                "",
                "users",
                "\x7f",             /* control, but UTF-8 */
                "\xc2\x80",         /* U+0080, the first of two bytes */
                "\xdf\xbf",         /* U+07FF */
                "\xe0\xa0\x80",     /* U+0800, the first of three */
                "\xed\x80\x80",     /* U+D000 */
                "\xed\x9f\xbf",     /* U+D7FF, before the surrogates */
                "\xee\x80\x80",     /* U+E000, behind them */
                "\xef\xbf\xbf",     /* U+FFFF */
                "\xf0\x90\x80\x80", /* U+10000, the first of four */
                "\xf4\x80\x80\x80", /* U+100000 */
                "\xf4\x8f\xbf\xbf", /* U+10FFFF, the last of all */
                "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x9a\x80",
        };

        (void)state;
        for (size_t i = 0; i < COUNT(good); i++)
                assert_true(utf8_valid(good[i], strlen(good[i])));
        assert_true(utf8_valid("a\0b", 3));
}

static const char *const broken_utf8[] = {
        "\x80",             /* a continuation alone */
        "a\xbf",            /* the same, later */
        "\xc0\xaf",         /* '/' in two bytes */
        "\xc1\xbf",         /* U+007F in two bytes */
        "\xe0\x80\xaf",     /* '/' in three */
        "\xe0\x9f\xbf",     /* U+07FF in three */
        "\xf0\x80\x80\xaf", /* '/' in four */
        "\xf0\x8f\xbf\xbf", /* U+FFFF in four */
        "\xed\xa0\x80",     /* U+D800, a surrogate */
        "\xed\xbf\xbf",     /* U+DFFF, the last surrogate */
        "\xf4\x90\x80\x80", /* U+110000 */
        "\xf5\x80\x80\x80", /* leads nothing */
        "\xfe",
        "\xff",
        "\xc3(", /* a sequence that goes on as ASCII */
        "\xe2\x82(",
        "\xf0\x9f\x9a(",
        "\xe2(\xac",
        "caf\xe9", /* Latin-1 */
        "\xc3",    /* sequences that end too early */
        "\xe2\x82",
        "\xf0\x9f\x9a",
};

static void broken_utf8_is_invalid(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(broken_utf8); i++)
                assert_false(utf8_valid(broken_utf8[i], strlen(broken_utf8[i])));
}

static void decoding_tells_an_end_from_a_fault(void **state)
{
        static const char rocket[] = "\xf0\x9f\x9a\x80";
        uint32_t code_point = 0;

        (void)state;
        assert_int_equal(utf8_decode(rocket, 4, &code_point), 4);
        assert_int_equal(code_point, 0x1f680);
        for (size_t n = 0; n < 4; n++)
                assert_int_equal(utf8_decode(rocket, n, &code_point), -1);
        assert_int_equal(utf8_decode("\xed\xa0", 2, &code_point), 0); /* never gets right */
        assert_int_equal(utf8_decode("\xff", 1, &code_point), 0);
        assert_int_equal(utf8_decode("\xc2\xa9", 2, &code_point), 2);
        assert_int_equal(code_point, 0xa9);
}

static void c0_del_and_c1_are_control_characters(void **state)
{
        (void)state;
        assert_true(utf8_has_control("a\tb", 3));
        assert_true(utf8_has_control("a\0b", 3));
        assert_true(utf8_has_control("\x7f", 1));
        assert_true(utf8_has_control("\xc2\x80", 2));
        assert_true(utf8_has_control("\xc2\x9b", 2)); /* CSI */
        assert_true(utf8_has_control("\xc2\x9f", 2));
        assert_false(utf8_has_control("\xc2\xa0", 2));
        assert_false(utf8_has_control(" ~", 2));
}

static void cleaning_makes_one_printable_line(void **state)
{
        static const char *const pairs[][2] = {
                { "plain", "plain" },
                { "a\nb\tc\x1b[31m", "a?b?c?[31m" },
                { "\xc2\x9bm", "??m" },
                { "caf\xe9!", "caf?!" },
                { "Z\xc3\xbcrich", "Z\xc3\xbcrich" },
                { "cut \xf0\x9f\x9a", "cut " },
                { "", "" },
        };
        char text[64];

        (void)state;
        for (size_t i = 0; i < COUNT(pairs); i++) {
                strcpy(text, pairs[i][0]);
                utf8_clean(text);
                assert_string_equal(text, pairs[i][1]);
        }
        for (size_t i = 0; i < COUNT(broken_utf8); i++) {
                strcpy(text, broken_utf8[i]);
                utf8_clean(text);
                assert_true(utf8_valid(text, strlen(text)));
        }
}

/* ---- text ---- */

static void text_is_counted_where_there_is_no_buffer(void **state)
{
        struct text text = { 0 };

        (void)state;
        text_puts(&text, "abc");
        text_number(&text, -12);
        text_json_string(&text, "a\"b");
        text_end(&text);
        assert_int_equal(text.length, 3 + 3 + 6);
}

static void text_is_cut_at_the_end_of_the_buffer(void **state)
{
        char buf[8];

        (void)state;
        for (size_t size = 1; size <= sizeof(buf); size++) {
                struct text text = { .buf = buf, .size = size };

                memset(buf, 'x', sizeof(buf));
                text_puts(&text, "01");
                text_puts(&text, "234");
                text_puts(&text, "56789");
                text_end(&text);
                assert_int_equal(text.length, 10);
                assert_int_equal(strlen(buf), size - 1);
                assert_memory_equal(buf, "0123456789", size - 1);
                for (size_t i = size; i < sizeof(buf); i++)
                        assert_int_equal(buf[i], 'x');
        }
}

static void text_that_just_fits_is_whole(void **state)
{
        char buf[4];
        struct text text = { .buf = buf, .size = sizeof(buf) };

        (void)state;
        text_puts(&text, "abc");
        text_end(&text);
        assert_string_equal(buf, "abc");
}

static void numbers_are_written_in_decimal(void **state)
{
        static const struct {
                int64_t number;
                const char *text;
        } rows[] = {
                { 0, "0" },
                { 7, "7" },
                { 10, "10" },
                { -1, "-1" },
                { INT64_MAX, "9223372036854775807" },
                { INT64_MIN, "-9223372036854775808" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                char buf[32];
                struct text text = { .buf = buf, .size = sizeof(buf) };

                text_number(&text, rows[i].number);
                text_end(&text);
                assert_string_equal(buf, rows[i].text);
        }
}

static void json_strings_are_escaped(void **state)
{
        static const char *const pairs[][2] = {
                { "", "\"\"" },
                { "plain", "\"plain\"" },
                { "a\"b\\c", "\"a\\\"b\\\\c\"" },
                { "\"", "\"\\\"\"" },
                { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
                { "\x01z\x1f", "\"\\u0001z\\u001f\"" },
                { "a/b", "\"a/b\"" },
                { "Z\xc3\xbcrich", "\"Z\xc3\xbcrich\"" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(pairs); i++) {
                char buf[64];
                struct text text = { .buf = buf, .size = sizeof(buf) };

                text_json_string(&text, pairs[i][0]);
                text_end(&text);
                assert_string_equal(buf, pairs[i][1]);
                assert_int_equal(text.length, strlen(pairs[i][1]));
        }
}

/* ---- the rest ---- */

static void closing_keeps_errno_and_forgets_the_descriptor(void **state)
{
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int copy = fd;

        (void)state;
        assert_true(fd >= 0);
        errno = ENOSPC;
        close_fd(&fd);
        assert_int_equal(errno, ENOSPC);
        assert_int_equal(fd, -1);
        assert_int_equal(fcntl(copy, F_GETFD), -1);
        close_fd(&fd); /* none: nothing happens */
}

static void time_is_in_milliseconds(void **state)
{
        int64_t now = now_millis();

        (void)state;
        assert_true(now > 1700000000000);  /* 2023 */
        assert_true(now < 10000000000000); /* 2286 */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(well_formed_utf8_is_valid),
                cmocka_unit_test(broken_utf8_is_invalid),
                cmocka_unit_test(decoding_tells_an_end_from_a_fault),
                cmocka_unit_test(c0_del_and_c1_are_control_characters),
                cmocka_unit_test(cleaning_makes_one_printable_line),
                cmocka_unit_test(text_is_counted_where_there_is_no_buffer),
                cmocka_unit_test(text_is_cut_at_the_end_of_the_buffer),
                cmocka_unit_test(text_that_just_fits_is_whole),
                cmocka_unit_test(numbers_are_written_in_decimal),
                cmocka_unit_test(json_strings_are_escaped),
                cmocka_unit_test(closing_keeps_errno_and_forgets_the_descriptor),
                cmocka_unit_test(time_is_in_milliseconds),
        };

        return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}

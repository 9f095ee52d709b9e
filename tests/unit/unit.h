/* What the unit tests share. One program for each source file, or for a few of a kind. */
#ifndef LNS_TESTS_UNIT_H
#define LNS_TESTS_UNIT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lns/model.h"
#include "lns/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The call fails with this code, and says so in one line that can be shown. */
#define assert_fails(call, err, expected)                                                          \
        do {                                                                                       \
                *(err) = LNS_ERROR_INIT;                                                           \
                assert_int_equal(call, -1);                                                        \
                assert_int_equal((err)->code, expected);                                           \
                assert_one_line((err)->message);                                                   \
                assert_one_line((err)->detail);                                                    \
                assert_true((err)->message[0] != '\0');                                            \
        } while (0)

/* The call succeeds and leaves err as it was. */
#define assert_succeeds(call, err)                                                                 \
        do {                                                                                       \
                *(err) = LNS_ERROR_INIT;                                                           \
                if ((call) != 0)                                                                   \
                        fail_msg("%s: %s (%s)", #call, (err)->message, (err)->detail);             \
                assert_int_equal((err)->code, LNS_OK);                                             \
                assert_string_equal((err)->message, "");                                           \
        } while (0)

static inline void assert_one_line(const char *text)
{
        for (; *text; text++)
                assert_in_range((unsigned char)*text, 0x20, 0xff);
}

/* A string of n times the same byte; borrowed until the next call. Not inlined: the compiler would
 * take the size of the buffer for the length of the string. */
__attribute__((noinline, unused)) static const char *repeat(char byte, size_t n)
{
        static char buf[70000];

        assert_true(n < sizeof(buf));
        for (size_t i = 0; i < n; i++)
                buf[i] = byte;
        buf[n] = '\0';
        return buf;
}

#endif

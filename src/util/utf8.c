#include "util/utf8.h"

#include <string.h>

#include "util/util.h"

/* The second byte decides what RFC 3629 leaves out: overlong forms (E0, F0), surrogates (ED) and
 * what is above U+10FFFF (F4). */
static bool second_byte_fits(unsigned char lead, unsigned char second)
{
        switch (lead) {
        case 0xe0:
                return second >= 0xa0 && second <= 0xbf;
        case 0xed:
                return second >= 0x80 && second <= 0x9f;
        case 0xf0:
                return second >= 0x90 && second <= 0xbf;
        case 0xf4:
                return second >= 0x80 && second <= 0x8f;
        default:
                return second >= 0x80 && second <= 0xbf;
        }
}

/* Bytes of the sequence that starts with lead; 0: nothing starts with it. */
static int sequence_length(unsigned char lead)
{
        if (lead < 0x80)
                return 1;
        if (lead >= 0xc2 && lead <= 0xdf)
                return 2;
        if (lead >= 0xe0 && lead <= 0xef)
                return 3;
        if (lead >= 0xf0 && lead <= 0xf4)
                return 4;
        return 0;
}

int utf8_decode(const char *text, size_t length, uint32_t *ret_code_point)
{
        const unsigned char *bytes = (const unsigned char *)text;
        uint32_t code_point;
        int n;

        if (length == 0)
                return -1;
        n = sequence_length(bytes[0]);
        if (n <= 1) {
                *ret_code_point = bytes[0];
                return n;
        }
        code_point = bytes[0] & (0x7fu >> n);
        for (int i = 1; i < n; i++) {
                if ((size_t)i >= length)
                        return -1;
                if (i == 1 ? !second_byte_fits(bytes[0], bytes[1]) : (bytes[i] & 0xc0) != 0x80)
                        return 0;
                code_point = code_point << 6 | (bytes[i] & 0x3fu);
        }
        *ret_code_point = code_point;
        return n;
}

bool utf8_valid(const char *text, size_t length)
{
        size_t at = 0;

        while (at < length) {
                uint32_t code_point;
                int n = utf8_decode(text + at, length - at, &code_point);

                if (n <= 0)
                        return false;
                at += (size_t)n;
        }
        return true;
}

bool utf8_is_control(uint32_t code_point)
{
        return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f);
}

bool utf8_has_control(const char *text, size_t length)
{
        size_t at = 0;

        while (at < length) {
                uint32_t code_point;
                int n = utf8_decode(text + at, length - at, &code_point);

                if (n <= 0 || utf8_is_control(code_point))
                        return true;
                at += (size_t)n;
        }
        return false;
}

void utf8_clean(char *string)
{
        size_t length = strlen(string);
        size_t at = 0;

        while (at < length) {
                uint32_t code_point = 0;
                int n = utf8_decode(string + at, length - at, &code_point);

                if (n < 0) {
                        string[at] = '\0';
                        return;
                }
                if (n == 0) {
                        string[at++] = '?';
                } else if (utf8_is_control(code_point)) {
                        /* Every byte of it, so that nothing has to move. */
                        memset(string + at, '?', (size_t)n);
                        at += (size_t)n;
                } else {
                        at += (size_t)n;
                }
        }
}

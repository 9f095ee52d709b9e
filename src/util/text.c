#include <string.h>

#include "util/util.h"

void text_append(struct text *text, const char *bytes, size_t length)
{
        if (text->length < text->size) {
                size_t room = text->size - text->length;

                memcpy(text->buf + text->length, bytes, length < room ? length : room);
        }
        text->length += length;
}

void text_puts(struct text *text, const char *string)
{
        text_append(text, string, strlen(string));
}

void text_number(struct text *text, int64_t number)
{
        char digits[24];
        char *start = digits + sizeof(digits);
        /* Unsigned, because the smallest int64 has no positive. */
        uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

        do {
                *--start = (char)('0' + rest % 10);
                rest /= 10;
        } while (rest > 0);
        if (number < 0)
                *--start = '-';
        text_append(text, start, (size_t)(digits + sizeof(digits) - start));
}

/* What JSON does not take as it is (RFC 8259, 7): the quote, the backslash, U+0000 to U+001F. */
static void append_escaped(struct text *text, unsigned char byte)
{
        static const char hex[] = "0123456789abcdef";
        static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
        char escape[6] = { '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] };

        for (const char *name = names; *name; name += 2) {
                if ((unsigned char)name[0] == byte) {
                        escape[1] = name[1];
                        text_append(text, escape, 2);
                        return;
                }
        }
        text_append(text, escape, sizeof(escape));
}

void text_json_string(struct text *text, const char *string)
{
        const char *start = string;
        const char *at = string;

        text_append(text, "\"", 1);
        for (;; at++) {
                unsigned char byte = (unsigned char)*at;

                if (byte >= 0x20 && byte != '"' && byte != '\\')
                        continue;
                if (at > start)
                        text_append(text, start, (size_t)(at - start));
                if (byte == '\0')
                        break;
                append_escaped(text, byte);
                start = at + 1;
        }
        text_append(text, "\"", 1);
}

void text_end(struct text *text)
{
        if (text->size > 0)
                text->buf[text->length < text->size ? text->length : text->size - 1] = '\0';
}

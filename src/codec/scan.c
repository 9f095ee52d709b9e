/* A scanner of JSON without recursion and without a tree.
 *
 * A file that is being written is judged after each write(2): it can be whole, it can be the
 * beginning of something, or it can be wrong for good, and then the write says so. A parser that
 * only knows "error" cannot tell the last two apart. Depth is bounded here, before a parser that
 * recurses sees the text.
 */
#include <string.h>

#include "codec/codec.h"
#include "util/utf8.h"

/* What a part of the text turned out to be. */
enum outcome { SCAN_GOOD, SCAN_SHORT, SCAN_BAD };

/* What may come next. */
enum expect {
        EXPECT_VALUE,
        EXPECT_VALUE_OR_END, /* right after '[' */
        EXPECT_KEY,
        EXPECT_KEY_OR_END, /* right after '{' */
        EXPECT_COLON,
        EXPECT_COMMA_OR_END,
        EXPECT_NOTHING, /* the document is complete */
};

struct scan {
        const char *text;
        size_t length;
        size_t at;
        enum expect expect;
        int depth;
        bool is_object[LNS_JSON_DEPTH_MAX]; /* by depth: '{', or '[' */
        const char *why;                    /* SCAN_BAD: what is wrong at `at` */
};

static enum outcome bad(struct scan *scan, const char *why)
{
        scan->why = why;
        return SCAN_BAD;
}

static bool is_digit(char byte)
{
        return byte >= '0' && byte <= '9';
}

static int hex_value(char byte)
{
        if (is_digit(byte))
                return byte - '0';
        if (byte >= 'a' && byte <= 'f')
                return byte - 'a' + 10;
        if (byte >= 'A' && byte <= 'F')
                return byte - 'A' + 10;
        return -1;
}

/* The four digits of \uXXXX. */
static enum outcome scan_hex(struct scan *scan, unsigned *ret_value)
{
        unsigned value = 0;

        for (int i = 0; i < 4; i++, scan->at++) {
                int digit;

                if (scan->at >= scan->length)
                        return SCAN_SHORT;
                digit = hex_value(scan->text[scan->at]);
                if (digit < 0)
                        return bad(scan, "\\u takes four hexadecimal digits");
                value = value << 4 | (unsigned)digit;
        }
        *ret_value = value;
        return SCAN_GOOD;
}

/* Behind "\u": one code unit, or two that make a pair. */
static enum outcome scan_code_unit(struct scan *scan)
{
        unsigned first;
        unsigned second;
        enum outcome outcome = scan_hex(scan, &first);

        if (outcome != SCAN_GOOD)
                return outcome;
        if (first == 0)
                return bad(scan, "\\u0000 cannot be part of a string here");
        if (first >= 0xdc00 && first <= 0xdfff)
                return bad(scan, "half of a surrogate pair");
        if (first < 0xd800 || first > 0xdfff)
                return SCAN_GOOD;
        for (const char *want = "\\u"; *want; want++, scan->at++) {
                if (scan->at >= scan->length)
                        return SCAN_SHORT;
                if (scan->text[scan->at] != *want)
                        return bad(scan, "half of a surrogate pair");
        }
        outcome = scan_hex(scan, &second);
        if (outcome == SCAN_GOOD && (second < 0xdc00 || second > 0xdfff))
                return bad(scan, "half of a surrogate pair");
        return outcome;
}

/* Behind a backslash. */
static enum outcome scan_escape(struct scan *scan)
{
        char byte;

        if (scan->at >= scan->length)
                return SCAN_SHORT;
        byte = scan->text[scan->at];
        /* strchr() would find the NUL too. */
        if (byte == '\0' || !strchr("\"\\/bfnrtu", byte))
                return bad(scan, "no such escape");
        scan->at++;
        return byte == 'u' ? scan_code_unit(scan) : SCAN_GOOD;
}

/* At the opening quote. */
static enum outcome scan_string(struct scan *scan)
{
        scan->at++;
        while (scan->at < scan->length) {
                unsigned char byte = (unsigned char)scan->text[scan->at];
                uint32_t code_point;
                int n;

                if (byte == '"') {
                        scan->at++;
                        return SCAN_GOOD;
                }
                if (byte == '\\') {
                        enum outcome outcome;

                        scan->at++;
                        outcome = scan_escape(scan);
                        if (outcome != SCAN_GOOD)
                                return outcome;
                        continue;
                }
                if (byte < 0x20)
                        return bad(scan, byte == '\n' ? "a line ends inside a string"
                                                      : "a control character inside a string");
                if (byte < 0x80) {
                        scan->at++;
                        continue;
                }
                n = utf8_decode(scan->text + scan->at, scan->length - scan->at, &code_point);
                if (n < 0)
                        return SCAN_SHORT;
                if (n == 0)
                        return bad(scan, "broken UTF-8");
                scan->at += (size_t)n;
        }
        return SCAN_SHORT;
}

/* One digit or more. */
static enum outcome scan_digits(struct scan *scan)
{
        if (scan->at >= scan->length)
                return SCAN_SHORT;
        if (!is_digit(scan->text[scan->at]))
                return bad(scan, "a number lacks a digit");
        while (scan->at < scan->length && is_digit(scan->text[scan->at]))
                scan->at++;
        return SCAN_GOOD;
}

/* Is the byte here one of these? */
static bool next_is(const struct scan *scan, char one, char other)
{
        return scan->at < scan->length &&
               (scan->text[scan->at] == one || scan->text[scan->at] == other);
}

/* A number that the text ends in is good: what follows decides, and a document never ends in one. */
static enum outcome scan_number(struct scan *scan)
{
        enum outcome outcome = SCAN_GOOD;

        if (next_is(scan, '-', '-'))
                scan->at++;
        if (next_is(scan, '0', '0')) {
                scan->at++;
                if (scan->at < scan->length && is_digit(scan->text[scan->at]))
                        return bad(scan, "a number starts with 0");
        } else {
                outcome = scan_digits(scan);
        }
        if (outcome == SCAN_GOOD && next_is(scan, '.', '.')) {
                scan->at++;
                outcome = scan_digits(scan);
        }
        if (outcome == SCAN_GOOD && next_is(scan, 'e', 'E')) {
                scan->at++;
                if (next_is(scan, '+', '-'))
                        scan->at++;
                outcome = scan_digits(scan);
        }
        return outcome;
}

static enum outcome scan_word(struct scan *scan, const char *word)
{
        for (; *word; word++, scan->at++) {
                if (scan->at >= scan->length)
                        return SCAN_SHORT;
                if (scan->text[scan->at] != *word)
                        return bad(scan, "no JSON value");
        }
        return SCAN_GOOD;
}

static enum outcome scan_open(struct scan *scan, bool is_object)
{
        if (scan->depth == LNS_JSON_DEPTH_MAX)
                return bad(scan, "nested too deeply");
        scan->is_object[scan->depth++] = is_object;
        scan->expect = is_object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
        scan->at++;
        return SCAN_GOOD;
}

static enum outcome scan_close(struct scan *scan)
{
        scan->depth--;
        scan->expect = scan->depth > 0 ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
        scan->at++;
        return SCAN_GOOD;
}

static enum outcome scan_value(struct scan *scan, char byte)
{
        if (byte == '{' || byte == '[')
                return scan_open(scan, byte == '{');
        scan->expect = EXPECT_COMMA_OR_END;
        switch (byte) {
        case '"':
                return scan_string(scan);
        case 't':
                return scan_word(scan, "true");
        case 'f':
                return scan_word(scan, "false");
        case 'n':
                return scan_word(scan, "null");
        default:
                if (byte == '-' || is_digit(byte))
                        return scan_number(scan);
                return bad(scan, "no JSON value");
        }
}

static enum outcome scan_key(struct scan *scan, char byte)
{
        if (byte != '"')
                return bad(scan, "a key in quotes is expected");
        scan->expect = EXPECT_COLON;
        return scan_string(scan);
}

/* One step: what stands at a byte that is no white space. */
static enum outcome scan_token(struct scan *scan, char byte)
{
        bool in_object = scan->depth > 0 && scan->is_object[scan->depth - 1];

        switch (scan->expect) {
        case EXPECT_VALUE:
                return scan_value(scan, byte);
        case EXPECT_VALUE_OR_END:
                return byte == ']' ? scan_close(scan) : scan_value(scan, byte);
        case EXPECT_KEY:
                return scan_key(scan, byte);
        case EXPECT_KEY_OR_END:
                return byte == '}' ? scan_close(scan) : scan_key(scan, byte);
        case EXPECT_COLON:
                if (byte != ':')
                        return bad(scan, "':' is expected");
                scan->expect = EXPECT_VALUE;
                scan->at++;
                return SCAN_GOOD;
        case EXPECT_COMMA_OR_END:
                if (byte == (in_object ? '}' : ']'))
                        return scan_close(scan);
                if (byte != ',')
                        return bad(scan,
                                   in_object ? "',' or '}' is expected" : "',' or ']' is expected");
                scan->expect = in_object ? EXPECT_KEY : EXPECT_VALUE;
                scan->at++;
                return SCAN_GOOD;
        case EXPECT_NOTHING:
                break;
        }
        return bad(scan, "something follows the document");
}

int json_add_place(const char *text, size_t at, struct lns_error *err)
{
        size_t line = 1;
        size_t column = 1;

        for (size_t i = 0; i < at; i++) {
                if (text[i] == '\n') {
                        line++;
                        column = 1;
                } else if ((text[i] & 0xc0) != 0x80) {
                        column++;
                }
        }
        return lns_error_add_detail(err, "line %zu, column %zu", line, column);
}

static int fail(const struct scan *scan, struct lns_error *err)
{
        (void)lns_error_set(err, LNS_INVALID_INPUT, "not JSON: %s", scan->why);
        return json_add_place(scan->text, scan->at, err);
}

int json_scan(const char *text, size_t length, struct lns_error *err)
{
        struct scan scan = { .text = text, .length = length, .expect = EXPECT_VALUE };

        for (;;) {
                enum outcome outcome;

                while (next_is(&scan, ' ', '\n') || next_is(&scan, '\t', '\r'))
                        scan.at++;
                if (scan.at == scan.length)
                        return scan.expect == EXPECT_NOTHING ? 0 : 1;
                if (scan.depth == 0 && scan.expect == EXPECT_VALUE && text[scan.at] != '{')
                        outcome = bad(&scan, "an object is expected, '{' is not there");
                else
                        outcome = scan_token(&scan, text[scan.at]);
                if (outcome == SCAN_SHORT)
                        return 1;
                if (outcome == SCAN_BAD)
                        return fail(&scan, err);
        }
}

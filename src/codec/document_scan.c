/* Where a document that arrives in pieces ends. Only strings and brackets are followed: whether it
 * is JSON is asked when it is all there, and each byte is looked at once. */
#include "lns/batch.h"

/* Places in the scanner's state. */
enum {
        PROGRESS, /* enum lns_document_progress */
        DEPTH,    /* brackets that are open */
        KINDS,    /* a bit for each of them: '{', or '['; the lowest is the innermost */
        STRING,   /* enum string */
        N_PLACES,
};

_Static_assert(N_PLACES <= sizeof((struct lns_document_scanner *)0)->state / sizeof(uint64_t),
               "the state is bigger than the scanner");
_Static_assert(LNS_JSON_DEPTH_MAX <= 64, "a bit for each level");
_Static_assert(LNS_DOCUMENT_EMPTY == 0, "a zeroed scanner is the start");

enum string { OUTSIDE, INSIDE, ESCAPED };

static bool is_space(char byte)
{
        return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Inside a string, up to the quote that ends it. */
static size_t scan_string(uint64_t *state, const char *text, size_t length)
{
        size_t at = 0;

        if (state[STRING] == ESCAPED) {
                state[STRING] = INSIDE;
                at++;
        }
        while (at < length) {
                char byte = text[at++];

                if (byte == '"') {
                        state[STRING] = OUTSIDE;
                        return at;
                }
                if (byte == '\\') {
                        if (at == length) {
                                state[STRING] = ESCAPED;
                                return at;
                        }
                        at++;
                }
        }
        return at;
}

static void scan_bracket(uint64_t *state, char byte)
{
        bool is_object = byte == '{' || byte == '}';

        if (byte == '{' || byte == '[') {
                if (state[DEPTH] == LNS_JSON_DEPTH_MAX) {
                        state[PROGRESS] = LNS_DOCUMENT_IMPOSSIBLE;
                        return;
                }
                state[KINDS] = state[KINDS] << 1 | is_object;
                state[DEPTH]++;
                return;
        }
        if ((state[KINDS] & 1) != is_object) {
                state[PROGRESS] = LNS_DOCUMENT_IMPOSSIBLE;
                return;
        }
        state[KINDS] >>= 1;
        if (--state[DEPTH] == 0)
                state[PROGRESS] = LNS_DOCUMENT_COMPLETE;
}

/* A byte outside of strings. */
static void scan_byte(uint64_t *state, char byte)
{
        if (state[PROGRESS] == LNS_DOCUMENT_INCOMPLETE) {
                if (byte == '"')
                        state[STRING] = INSIDE;
                else if (byte == '{' || byte == '}' || byte == '[' || byte == ']')
                        scan_bracket(state, byte);
        } else if (state[PROGRESS] == LNS_DOCUMENT_EMPTY && byte == '{') {
                state[PROGRESS] = LNS_DOCUMENT_INCOMPLETE;
                scan_bracket(state, byte);
        } else if (!is_space(byte)) {
                state[PROGRESS] = LNS_DOCUMENT_IMPOSSIBLE;
        }
}

enum lns_document_progress lns_document_scan(struct lns_document_scanner *scanner, const char *text,
                                             size_t length)
{
        uint64_t *state = scanner->state;
        size_t at = 0;

        while (at < length && state[PROGRESS] != LNS_DOCUMENT_IMPOSSIBLE) {
                if (state[STRING] != OUTSIDE)
                        at += scan_string(state, text + at, length - at);
                else
                        scan_byte(state, text[at++]);
        }
        return (enum lns_document_progress)state[PROGRESS];
}

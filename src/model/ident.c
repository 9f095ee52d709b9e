#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lns/model.h"
#include "util/util.h"

/* A part of an identifier before it is copied: names need not end in NUL. */
struct part {
        const char *text;
        size_t length;
};

static int too_many_parts(struct lns_error *err)
{
        return lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                   "an identifier has at most %d names", LNS_IDENT_PARTS_MAX);
}

/* One allocation: the pointers, then the names they point to. Room for n_parts of text_length bytes
 * in all, the NULs not counted. NULL: out of memory. */
static char **parts_alloc(size_t n_parts, size_t text_length, char **ret_text)
{
        char **parts = malloc(n_parts * sizeof(*parts) + text_length + n_parts);

        if (parts)
                *ret_text = (char *)(parts + n_parts);
        return parts;
}

/* Copy a name to *text, put the pointer to it into *slot, move *text behind it. */
static void part_copy(char **slot, char **text, const char *name, size_t length)
{
        *slot = *text;
        memcpy(*text, name, length);
        (*text)[length] = '\0';
        *text += length + 1;
}

int lns_ident_new(struct lns_ident *ret_ident, const char *const *parts, size_t n_parts,
                  struct lns_error *err)
{
        struct lns_ident ident = { .n_parts = n_parts };
        size_t text_length = 0;
        char *text;

        if (n_parts > LNS_IDENT_PARTS_MAX)
                return too_many_parts(err);
        for (size_t i = 0; i < n_parts; i++)
                text_length += strlen(parts[i]);
        if (n_parts > 0) {
                ident.parts = parts_alloc(n_parts, text_length, &text);
                if (!ident.parts)
                        return lns_error_set_oom(err);
                for (size_t i = 0; i < n_parts; i++)
                        part_copy(&ident.parts[i], &text, parts[i], strlen(parts[i]));
        }
        *ret_ident = ident;
        return 0;
}

int lns_ident_child(struct lns_ident *ret_ident, const struct lns_ident *parent, const char *name,
                    struct lns_error *err)
{
        struct lns_ident ident = { .n_parts = parent->n_parts + 1 };
        size_t text_length = strlen(name);
        char *text;

        if (ident.n_parts > LNS_IDENT_PARTS_MAX)
                return too_many_parts(err);
        for (size_t i = 0; i < parent->n_parts; i++)
                text_length += strlen(parent->parts[i]);
        ident.parts = parts_alloc(ident.n_parts, text_length, &text);
        if (!ident.parts)
                return lns_error_set_oom(err);
        for (size_t i = 0; i < parent->n_parts; i++)
                part_copy(&ident.parts[i], &text, parent->parts[i], strlen(parent->parts[i]));
        part_copy(&ident.parts[parent->n_parts], &text, name, strlen(name));
        *ret_ident = ident;
        return 0;
}

/* The next part that is not empty, from *cursor on. False: there is none. */
static bool next_part(const char **cursor, const char *delimiter, struct part *ret_part)
{
        while (**cursor) {
                const char *start = *cursor;
                const char *end = strstr(start, delimiter);
                size_t length = end ? (size_t)(end - start) : strlen(start);

                *cursor = end ? end + strlen(delimiter) : start + length;
                if (length > 0) {
                        *ret_part = (struct part){ start, length };
                        return true;
                }
        }
        return false;
}

int lns_ident_parse(struct lns_ident *ret_ident, const char *text, const char *delimiter,
                    struct lns_error *err)
{
        struct lns_ident ident = { 0 };
        size_t text_length = 0;
        struct part part;
        const char *cursor;
        char *copy;

        if (!delimiter[0])
                return lns_error_set(err, LNS_INVALID_INPUT, "the delimiter is empty");
        for (cursor = text; next_part(&cursor, delimiter, &part); text_length += part.length) {
                if (++ident.n_parts > LNS_IDENT_PARTS_MAX)
                        return too_many_parts(err);
        }
        if (ident.n_parts > 0) {
                size_t i = 0;

                ident.parts = parts_alloc(ident.n_parts, text_length, &copy);
                if (!ident.parts)
                        return lns_error_set_oom(err);
                for (cursor = text; next_part(&cursor, delimiter, &part); i++)
                        part_copy(&ident.parts[i], &copy, part.text, part.length);
        }
        *ret_ident = ident;
        return 0;
}

size_t lns_ident_to_text(const struct lns_ident *ident, char *buf, size_t size)
{
        static const char delimiter[] = { LNS_DELIMITER };
        struct text text = { .buf = buf, .size = size };

        if (ident->n_parts == 0)
                text_append(&text, delimiter, 1);
        for (size_t i = 0; i < ident->n_parts; i++) {
                if (i > 0)
                        text_append(&text, delimiter, 1);
                text_puts(&text, ident->parts[i]);
        }
        text_end(&text);
        return text.length;
}

void lns_ident_clear(struct lns_ident *ident)
{
        if (!ident)
                return;
        free(ident->parts);
        *ident = (struct lns_ident){ 0 };
}

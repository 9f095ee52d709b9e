/* Small things that every layer uses; nothing about Lance. */
#ifndef LNS_UTIL_H
#define LNS_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Release a local when it goes out of scope: cleanup_(free_pointer) char *text = NULL; */
#define cleanup_(function) __attribute__((cleanup(function)))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* For cleanup_() on any pointer from malloc. */
static inline void free_pointer(void *pointer)
{
        free(*(void **)pointer);
}

/* For cleanup_() on a file descriptor; -1 is none. */
void close_fd(int *fd);

/* Milliseconds since 1970. */
int64_t now_millis(void);

/* Is this valid UTF-8 (RFC 3629: no surrogates, nothing overlong)? */
bool utf8_valid(const char *text, size_t length);

/* JSON text written into a fixed buffer, counting what does not fit, as snprintf does. NULL and 0
 * count only. jansson reads JSON; this writes it, because a listing asks for the size of 100,000
 * documents and building a tree for each was measured to cost more than the disk. */
struct text {
        char *buf;
        size_t size;   /* bytes in buf */
        size_t length; /* of the whole text so far, also what did not fit */
};

void text_append(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
void text_number(struct text *text, int64_t number);
void text_json_string(struct text *text, const char *string); /* quoted and escaped */
void text_end(struct text *text);                             /* puts the NUL */

#endif

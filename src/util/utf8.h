/* UTF-8, one code point at a time. */
#ifndef LNS_UTF8_H
#define LNS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the code point that text begins with (RFC 3629: no surrogates, nothing overlong). Gives
 * its bytes, 1 to 4; 0 when it is broken; -1 when text ends before it does (or is empty). */
int utf8_decode(const char *text, size_t length, uint32_t *ret_code_point);

/* C0, DEL and C1: what a terminal may obey. */
bool utf8_is_control(uint32_t code_point);

/* Does the text, valid UTF-8, hold a control character? */
bool utf8_has_control(const char *text, size_t length);

/* Make a string fit for one line of a log, a terminal or JSON: a control character and a byte that
 * is no UTF-8 become '?', an incomplete character at the end goes. */
void utf8_clean(char *string);

#endif

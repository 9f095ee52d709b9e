/* Why an operation failed: the specification's code, the errno, and sentences for people. */
#ifndef LNS_ERROR_H
#define LNS_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#define LNS_CHECK __attribute__((warn_unused_result))
#define LNS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Codes of ErrorResponse. Zero is a failure (Unsupported), so success is -1. */
enum lns_code {
        LNS_OK = -1,
#define LNS_CODE(number, name, spec, http, sys) LNS_##name = (number),
#include "lns/error.def"
#undef LNS_CODE
};

/* The longest sentence kept; a longer one is cut. */
#define LNS_ERROR_TEXT_MAX 512

/* A failure. A plain value: it owns nothing, so it is copied and forgotten freely. */
struct lns_error {
        enum lns_code code;
        int sys;                          /* errno to answer with, 0: the one of the code */
        char message[LNS_ERROR_TEXT_MAX]; /* one line: what is the case, names quoted */
        char detail[LNS_ERROR_TEXT_MAX]; /* where: operation, field, library's own words; may be "" */
};

#define LNS_ERROR_INIT ((struct lns_error){ .code = LNS_OK })

/**
 * Set an error. Overwrites what was there; detail becomes "".
 *
 * @param err   where to; NULL is allowed and ignored.
 * @param code  a code of the specification, not LNS_OK.
 * @param fmt   printf format of the message; control characters in it become '?'.
 * @return -1 always, so that `return lns_error_set(...)` reads well.
 */
int lns_error_set(struct lns_error *err, enum lns_code code, const char *fmt, ...) LNS_PRINTF(3, 4);

/**
 * Set an error whose errno is not the code's own (ENAMETOOLONG, EFBIG, ENOSPC, EROFS, ETIMEDOUT...).
 *
 * @param err   where to; NULL is allowed and ignored.
 * @param code  a code of the specification, not LNS_OK.
 * @param sys   the errno to answer with, > 0.
 * @param fmt   printf format of the message.
 * @return -1 always.
 */
int lns_error_set_errno(struct lns_error *err, enum lns_code code, int sys, const char *fmt, ...)
        LNS_PRINTF(4, 5);

/**
 * Out of memory: INTERNAL with errno ENOMEM. Allocates nothing.
 *
 * @param err  where to; NULL is allowed and ignored.
 * @return -1 always.
 */
int lns_error_set_oom(struct lns_error *err);

/**
 * Put a place in front of the detail: "operations[3].create_table_version.version: ...".
 *
 * @param err  an error that is set; NULL is allowed and ignored.
 * @param fmt  printf format of what to add.
 * @return -1 always.
 */
int lns_error_add_detail(struct lns_error *err, const char *fmt, ...) LNS_PRINTF(2, 3);

/* The analyzer cannot see into another file that these always give -1. */
#ifdef __clang_analyzer__
#define lns_error_set(...) (lns_error_set(__VA_ARGS__), -1)
#define lns_error_set_errno(...) (lns_error_set_errno(__VA_ARGS__), -1)
#define lns_error_set_oom(err) (lns_error_set_oom(err), -1)
#define lns_error_add_detail(...) (lns_error_add_detail(__VA_ARGS__), -1)
#endif

/**
 * The name of a code in the specification.
 *
 * @param code  any value.
 * @return a static string such as "TableNotFound"; "Unknown" for a number that is no code.
 */
const char *lns_code_name(enum lns_code code);

/**
 * The HTTP status of a code (spec/lance-semantics.md 1.5).
 *
 * @param code  any value.
 * @return 400 to 503; 500 for a number that is no code.
 */
int lns_code_http_status(enum lns_code code);

/**
 * The errno that write, open, mkdir, unlink and link answer with.
 *
 * @param err  borrowed; an error that is set.
 * @return an errno > 0.
 */
int lns_error_errno(const struct lns_error *err);

/**
 * The errno that rename answers with: mv(1) reads EINVAL as "a subdirectory of itself" and tries
 * again, so bad input is EBADMSG here.
 *
 * @param err  borrowed; an error that is set.
 * @return an errno > 0.
 */
int lns_error_rename_errno(const struct lns_error *err);

/**
 * The ErrorResponse as JSON text, one line per field, with a newline at the end.
 *
 * @param err   borrowed; an error that is set.
 * @param buf   where to; NULL when size is 0.
 * @param size  bytes in buf; the text is cut there and always ends in NUL when size > 0.
 * @return the length of the whole text in bytes, without the NUL (like snprintf).
 */
size_t lns_error_to_text(const struct lns_error *err, char *buf, size_t size);

#endif

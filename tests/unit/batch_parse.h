/* What the tests of lns_batch_commit_tables_request_parse() share. */
#ifndef LNS_TESTS_BATCH_PARSE_H
#define LNS_TESTS_BATCH_PARSE_H

#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch_samples.h"
#include "lns/batch.h"

/* What parse() gave last. */
static struct lns_batch_commit_tables_request request;
static struct lns_document *document;
static struct lns_error err;

static inline int parse_bytes(const char *text, size_t length)
{
        /* Of just this size, so that a sanitizer sees a read behind it. */
        char *copy = malloc(length > 0 ? length : 1);
        int result;

        assert_non_null(copy);
        memcpy(copy, text, length);
        err = LNS_ERROR_INIT;
        document = NULL;
        memset(&request, 0x55, sizeof(request));
        result = lns_batch_commit_tables_request_parse(copy, length, &request, &document, &err);
        free(copy);
        return result;
}

static inline int parse(const char *text)
{
        return parse_bytes(text, strlen(text));
}

static inline void assert_parses(const char *text)
{
        if (parse(text) != 0)
                fail_msg("%.300s: %s (%s)", text, err.message, err.detail);
        assert_int_equal(err.code, LNS_OK);
        assert_null(request.caller);
        assert_null(request.scope);
        assert_null(request.receipt_name);
}

static inline void forget(void)
{
        lns_document_free(document);
        document = NULL;
}

static inline void assert_untouched(void)
{
        struct lns_batch_commit_tables_request pattern;

        memset(&pattern, 0x55, sizeof(pattern));
        assert_memory_equal(&request, &pattern, sizeof(pattern));
        assert_null(document);
}

static inline void assert_refused(const char *text, const char *detail)
{
        int result = parse(text);

        if (result != -1)
                fail_msg("%.300s: %d", text, result);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        assert_one_line(err.message);
        assert_true(err.message[0] != '\0');
        if (strcmp(err.detail, detail) != 0)
                fail_msg("%.300s: '%s' is not '%s'", text, err.detail, detail);
        assert_int_not_equal(lns_error_errno(&err), ENOMEM);
        assert_untouched();
}

#endif

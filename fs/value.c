/* What is being written into a value file. */
#include "fs/fs.h"

#include <string.h>

#define LATEST "latest"
#define LATEST_LENGTH (sizeof(LATEST) - 1)

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r';
}

static bool is_space(char c)
{
        return is_blank(c) || c == '\n';
}

enum value_state value_parse_tag(const char *text, size_t length, uint64_t *ret_version,
                                 struct lns_error *err)
{
        size_t start = 0, end, word;
        bool newline;

        while (start < length && is_space(text[start]))
                start++;
        if (start == length)
                return VALUE_EMPTY;

        for (end = start; end < length && !is_space(text[end]); end++)
                ;
        word = end - start;

        newline = memchr(text + end, '\n', length - end) != NULL;
        for (size_t i = end; i < length; i++) {
                if (!is_space(text[i])) {
                        lns_error_set(err, LNS_INVALID_INPUT,
                                      "a tag holds one version number, or the word latest");
                        return VALUE_IMPOSSIBLE;
                }
        }

        if (text[start] == 'l') {
                /* A prefix of the word may still become it. */
                if (word > LATEST_LENGTH || memcmp(text + start, LATEST, word) != 0 ||
                    (word < LATEST_LENGTH && end < length))
                        goto impossible;
                if (word < LATEST_LENGTH)
                        return VALUE_INCOMPLETE;
                *ret_version = 0;
        } else if (lns_version_parse(text + start, word, ret_version) < 0) {
                goto impossible;
        }
        return newline ? VALUE_COMPLETE : VALUE_READY;

impossible:
        lns_error_set(err, LNS_INVALID_INPUT,
                      "'%.*s' is not a version: a number from 1 on, or latest",
                      word > 40 ? 40 : (int)word, text + start);
        return VALUE_IMPOSSIBLE;
}

enum value_state value_parse_version(const char *text, size_t length, uint64_t version,
                                     struct lns_create_table_version_request *ret_request,
                                     struct lns_document **ret_document, struct lns_error *err)
{
        size_t start = 0;
        int result;

        while (start < length && is_space(text[start]))
                start++;
        if (start == length)
                return VALUE_EMPTY;

        result = lns_create_table_version_request_parse(text, length, ret_request, ret_document,
                                                        err);
        if (result > 0)
                return VALUE_INCOMPLETE;
        if (result < 0)
                return VALUE_IMPOSSIBLE;

        if (ret_request->version != 0 && ret_request->version != version) {
                lns_error_set(err, LNS_INVALID_INPUT,
                              "the document says version %llu, the file name says %llu",
                              (unsigned long long)ret_request->version,
                              (unsigned long long)version);
                lns_error_add_detail(err, "version");
                lns_document_free(*ret_document);
                *ret_document = NULL;
                return VALUE_IMPOSSIBLE;
        }
        ret_request->version = version;
        return VALUE_COMPLETE;
}

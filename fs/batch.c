/* A batch is committed: by rename, by link, or by the write that completes it under its final name. */
#include "fs/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "util/util.h"

#define REJECTED_SUFFIX ".rejected"

/* A dry run has no transaction, so it has no receipt: its results are an ordinary file in its place. */
static int keep_results(struct fs *fs, const struct lns_caller *caller, uint64_t dir,
                        const char *name, const char *results, struct lns_error *err)
{
        int result;

        if (tree_is_bare_commit(name))
                return 0; /* nowhere to show them: the answer is yes */
        result = staging_put(fs, dir, name, O_EXCL, 0400, caller, results, strlen(results));
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result,
                                           "the results of the dry run: %s", strerror(-result));
        return 0;
}

static int commit(struct fs *fs, uint64_t dir, const struct entry *entry,
                  const struct lns_batch_commit_tables_request *parsed, struct lns_error *err)
{
        cleanup_(lns_batch_commit_tables_response_clear) struct lns_batch_commit_tables_response
                response = { 0 };
        cleanup_(lns_ident_clear) struct lns_ident scope = { 0 };
        struct lns_batch_commit_tables_request request = *parsed;
        struct stat st;

        if (tree_ident(fs, dir, &scope, err) < 0)
                return -1;
        if (!tree_is_bare_commit(entry->name) && staging_stat(fs, dir, entry->name, &st) == 0)
                return lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS,
                                     "the results of a dry run have this name; remove them first");
        request.scope = &scope;
        if (!tree_is_bare_commit(entry->name) && !request.dry_run) {
                request.receipt_directory = inode_id(dir);
                request.receipt_name = entry->name;
        }
        if (lns_catalog_batch_commit_tables(fs->catalog, &request, &response, err) < 0)
                return -1;
        if (request.dry_run)
                return keep_results(fs, request.caller, dir, entry->name, response.document, err);
        return 0;
}

int batch_commit(struct fs *fs, const struct lns_caller *caller, uint64_t dir,
                 const struct entry *entry, const char *text, size_t length,
                 enum value_state *ret_state, struct lns_error *err)
{
        struct lns_batch_commit_tables_request request;
        struct lns_document *document = NULL;
        size_t start = 0;
        int result;

        while (start < length && strchr(" \t\r\n", text[start]) && text[start])
                start++;
        if (start == length) {
                *ret_state = VALUE_EMPTY;
                return 0;
        }
        result = lns_batch_commit_tables_request_parse(text, length, &request, &document, err);
        if (result) {
                *ret_state = result > 0 ? VALUE_INCOMPLETE : VALUE_IMPOSSIBLE;
                return result > 0 ? 0 : -1;
        }
        request.caller = caller;
        *ret_state = VALUE_COMPLETE;
        result = commit(fs, dir, entry, &request, err);
        lns_document_free(document);
        return result;
}

static bool rejected_name(const char *name, char *buf, size_t size)
{
        return snprintf(buf, size, "%s" REJECTED_SUFFIX, name) < (int)size;
}

void batch_reject(struct fs *fs, const struct lns_caller *caller, uint64_t dir, const char *name,
                  const char *text, size_t length, const struct lns_error *err)
{
        char rejected[FS_NAME_MAX + 1];

        /* A failure to keep it changes nothing: the caller is told why it was refused in any case. */
        if (rejected_name(name, rejected, sizeof(rejected)) &&
            staging_put(fs, dir, rejected, O_TRUNC, 0600, caller, text, length) == 0)
                staging_set_error(fs, dir, rejected, err);
}

void batch_accept(struct fs *fs, uint64_t dir, const char *name)
{
        char rejected[FS_NAME_MAX + 1];

        if (rejected_name(name, rejected, sizeof(rejected)))
                staging_unlink(fs, dir, rejected);
}

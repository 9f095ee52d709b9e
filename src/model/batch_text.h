/* The response of a batch as JSON text, written while the batch applies.
 *
 *      cleanup_(lns_batch_text_clear) struct lns_batch_text text = { .entries = request->entries };
 *
 *      for each operation: apply it, lns_batch_text_add_<kind>(&text, &response, err)
 *      lns_batch_text_end(&text, transaction_id, &document, err)
 *
 * It reads, one line per field and per result:
 *
 *      {
 *        "transaction_id": "123",
 *        "results": [
 *          {"create_namespace": {"properties": {"team": "data"}}},
 *          {"create_table_tag": {}}
 *        ]
 *      }
 *
 * or, of entries, "versions" with one TableVersion per line. The transaction is named once, for
 * all.
 */
#ifndef LNS_MODEL_BATCH_TEXT_H
#define LNS_MODEL_BATCH_TEXT_H

#include "lns/batch.h"

/* Bytes of a response. That of any batch of LNS_BATCH_DOCUMENT_MAX bytes is smaller, but when it
 * deregisters tables: each result has the table's properties, which may be 64 MiB. */
#define LNS_BATCH_RESPONSE_MAX (128 * 1024 * 1024)

/* A response that is being written. Zeroed but for `entries` it is the start. */
struct lns_batch_text {
        bool entries; /* BatchCreateTableVersionsResponse: add_create_table_version() only */
        char *buf;    /* room for the head, then the results */
        size_t length;
        size_t capacity;
        size_t n_results;
};

/* Each adds the next result. The response is borrowed, its transaction_id is not read. On failure
 * (EFBIG: over LNS_BATCH_RESPONSE_MAX; out of memory) err is set, the text as it was. 0 or -1. */
int lns_batch_text_add_declare_table(struct lns_batch_text *text,
                                     const struct lns_declare_table_response *response,
                                     struct lns_error *err) LNS_CHECK;
int lns_batch_text_add_create_table_version(struct lns_batch_text *text,
                                            const struct lns_create_table_version_response *created,
                                            struct lns_error *err) LNS_CHECK;
int lns_batch_text_add_delete_table_versions(
        struct lns_batch_text *text,
        const struct lns_batch_delete_table_versions_response *response,
        struct lns_error *err) LNS_CHECK;
int lns_batch_text_add_deregister_table(struct lns_batch_text *text,
                                        const struct lns_deregister_table_response *response,
                                        struct lns_error *err) LNS_CHECK;
int lns_batch_text_add_create_namespace(struct lns_batch_text *text,
                                        const struct lns_create_namespace_response *response,
                                        struct lns_error *err) LNS_CHECK;

/* The same for an operation that has nothing to tell: the three of tags. */
int lns_batch_text_add_tag(struct lns_batch_text *text, enum lns_batch_operation_kind kind,
                           struct lns_error *err) LNS_CHECK;

/**
 * Finish the text.
 *
 * @param text            zeroed on success; on failure it still has its results.
 * @param transaction_id  0: a dry run, the field is left out.
 * @param ret_document    new; release with free(). Ends in a newline. Untouched on failure.
 * @param err             out of memory.
 * @return 0, or -1 with err set.
 */
int lns_batch_text_end(struct lns_batch_text *text, uint64_t transaction_id, char **ret_document,
                       struct lns_error *err) LNS_CHECK;

/** @param text  released and zeroed; a zeroed one is allowed. */
void lns_batch_text_clear(struct lns_batch_text *text);

#endif

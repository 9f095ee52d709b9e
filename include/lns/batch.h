/* Batches: many changes in one transaction. Spec: BatchCommitTables, BatchCreateTableVersions.
 *
 * Operations apply in order, each sees those before it. All of them happen, durably, or none does. */
#ifndef LNS_BATCH_H
#define LNS_BATCH_H

#include "lns/text.h"

#define LNS_BATCH_DOCUMENT_MAX (64 * 1024 * 1024) /* bytes of a batch as JSON: EFBIG */
#define LNS_BATCH_ID_MAX 200                      /* bytes of a client's id: EINVAL */

/* What one entry does. The first four are the specification's CommitTableOperation. */
enum lns_batch_operation_kind {
        LNS_BATCH_DECLARE_TABLE,
        LNS_BATCH_CREATE_TABLE_VERSION,
        LNS_BATCH_DELETE_TABLE_VERSIONS,
        LNS_BATCH_DEREGISTER_TABLE,
        LNS_BATCH_CREATE_NAMESPACE, /* ours from here on */
        LNS_BATCH_CREATE_TABLE_TAG,
        LNS_BATCH_UPDATE_TABLE_TAG,
        LNS_BATCH_DELETE_TABLE_TAG,
};

/* One operation: the request of the kind. Their callers are not read. */
struct lns_batch_operation {
        enum lns_batch_operation_kind kind;
        union {
                struct lns_declare_table_request declare_table;
                struct lns_create_table_version_request create_table_version;
                struct lns_batch_delete_table_versions_request delete_table_versions;
                struct lns_deregister_table_request deregister_table;
                struct lns_create_namespace_request create_namespace;
                struct lns_create_table_tag_request create_table_tag;
                struct lns_update_table_tag_request update_table_tag;
                struct lns_delete_table_tag_request delete_table_tag;
        };
};

struct lns_batch_commit_tables_request {
        LNS_REQUEST_BASE;
        const struct lns_batch_operation *operations;
        size_t n_operations; /* 1 to LNS_BATCH_MAX */

        /* Not in the specification. */
        bool entries;         /* it came as BatchCreateTableVersions: only CREATE_TABLE_VERSION, and
                                  the response has that operation's shape */
        bool dry_run;         /* check everything, apply nothing, give the results all the same */
        const char *id;       /* the client's own name for it: a second commit with the same id and
                                  document gives the first one's response; NULL: none */
        const char *document; /* the request as canonical JSON, without dry_run: kept with the
                                  transaction; NULL: none is kept, and id must be NULL */
        const struct lns_ident *scope; /* every id must lie in this namespace: code 15; NULL: any */
        uint64_t receipt_directory;    /* namespace node that the receipt is put in, under... */
        const char *receipt_name;      /* ...this name; NULL: no receipt. Taken: code 2, EEXIST */
};

struct lns_batch_commit_tables_response {
        uint64_t transaction_id; /* 0: dry run */
        char *document; /* the response as JSON, one line per field: what a receipt reads as */
        bool repeated;  /* it is the response of the first commit with this id */
};

void lns_batch_commit_tables_response_clear(struct lns_batch_commit_tables_response *response);

/**
 * Read the JSON of a batch: BatchCommitTablesRequest (`operations`) or
 * BatchCreateTableVersionsRequest (`entries`), with our `id` and `dry_run`.
 *
 * Refused, with code 13 and the detail naming the field ("operations[3].create_table_version.version"):
 * what is not JSON, has another shape, has both lists or none, an empty list, more than LNS_BATCH_MAX
 * entries, no or several operation keys in an entry, an unknown operation key, a value out of range.
 * Unknown fields are ignored. Over LNS_BATCH_DOCUMENT_MAX: EFBIG.
 *
 * @param text          borrowed; not NUL-terminated.
 * @param length        bytes in text.
 * @param ret_request   borrows from *ret_document; scope, receipt and caller are not set.
 * @param ret_document  new; release with lns_document_free() after the last use of the request.
 * @param err           INVALID_INPUT.
 * @return 0; 1 when the text is the beginning of a document that is not complete yet (nothing set);
 *         -1 with err set.
 */
int lns_batch_commit_tables_request_parse(const char *text, size_t length,
                                          struct lns_batch_commit_tables_request *ret_request,
                                          struct lns_document **ret_document,
                                          struct lns_error *err) LNS_CHECK;

/* Follows a JSON document that arrives in pieces, each byte once. A zeroed one is the start. */
struct lns_document_scanner {
        uint64_t state[16]; /* codec's own */
};

/* What has arrived so far. */
enum lns_document_progress {
        LNS_DOCUMENT_EMPTY, /* white space */
        LNS_DOCUMENT_INCOMPLETE,
        LNS_DOCUMENT_COMPLETE, /* the outermost object has ended; white space may follow */
        LNS_DOCUMENT_IMPOSSIBLE, /* can never become a document: not an object, too deep, text behind it */
};

/**
 * Follow the next piece.
 *
 * @param scanner  changed.
 * @param text     borrowed; the next bytes.
 * @param length   bytes in text.
 * @return what all pieces together are.
 */
enum lns_document_progress lns_document_scan(struct lns_document_scanner *scanner, const char *text,
                                             size_t length);

#endif

/* The catalog library: one function per operation of the specification, over any engine.
 *
 * All functions may be called from several threads at once. A change that returned 0 is durable.
 *
 * Common error codes, not repeated below: INVALID_INPUT (an argument, named in the message),
 * PERMISSION_DENIED (a catalog opened read-only: errno EROFS), SERVICE_UNAVAILABLE (the write lock
 * was not had in time: errno ETIMEDOUT), INTERNAL (errno EIO, ENOSPC when the disk is full, ENOMEM).
 */
#ifndef LNS_CATALOG_H
#define LNS_CATALOG_H

#include "lns/batch.h"
#include "lns/error.h"
#include "lns/model.h"
#include "lns/text.h"

struct lns_catalog;

/* How to open a catalog. A zeroed one is a valid start. */
struct lns_catalog_options {
        bool read_only;      /* every change is refused: PERMISSION_DENIED, EROFS */
        bool create;         /* make the directory and the database when they are not there */
        int lock_timeout_ms; /* longest wait for the write lock; 0: 10,000 */
};

/**
 * Open a catalog.
 *
 * @param ret_catalog  new; release with lns_catalog_free(). Untouched on failure.
 * @param url          borrowed; a directory, or "sqlite:" and a directory.
 * @param options      borrowed; NULL: all zero.
 * @param err          INVALID_INPUT: not a catalog, a newer or damaged one; UNSUPPORTED: a scheme
 *                     that has no engine; PERMISSION_DENIED; INTERNAL. The message says what to do.
 * @return 0, or -1 with err set.
 */
int lns_catalog_open(struct lns_catalog **ret_catalog, const char *url,
                     const struct lns_catalog_options *options, struct lns_error *err) LNS_CHECK;

/** @param catalog  taken; NULL is allowed. No other thread may still be using it. */
void lns_catalog_free(struct lns_catalog *catalog);

/*
 * The operations. Each is declared as
 *
 *     int lns_catalog_<name>(struct lns_catalog *catalog,
 *                            const struct lns_<name>_request *request,
 *                            struct lns_<name>_response *response, struct lns_error *err);
 *
 * catalog   borrowed.
 * request   borrowed until return; its fields are documented in model.h.
 * response  new content; release with lns_<name>_response_clear() where model.h declares one.
 *           Untouched on failure. NULL is allowed when the caller does not want it.
 * err       set on failure, untouched on success; NULL is allowed.
 * returns   0, or -1 with err set.
 *
 * By operation, with the codes beside the common ones:
 *
 * create_namespace             NAMESPACE_NOT_FOUND (parent), NAMESPACE_ALREADY_EXISTS (Create; the
 *                              root in every mode but EXIST_OK). OVERWRITE drops what was there, as
 *                              Cascade does, and makes it new, empty.
 * list_namespaces              NAMESPACE_NOT_FOUND. Direct children, byte-ascending.
 * describe_namespace           NAMESPACE_NOT_FOUND.
 * drop_namespace               NAMESPACE_NOT_FOUND (Fail), NAMESPACE_NOT_EMPTY (Restrict),
 *                              INVALID_INPUT (the root). Cascade drops all below, tables with storage.
 *                              Receipts keep nothing from being dropped: they go too.
 * namespace_exists             NAMESPACE_NOT_FOUND.
 * rename_namespace             NAMESPACE_NOT_FOUND, NAMESPACE_ALREADY_EXISTS, INVALID_INPUT (into
 *                              itself, the root).
 * list_tables                  NAMESPACE_NOT_FOUND. Direct children, byte-ascending, no ".lance".
 * list_all_tables              whole identifiers joined by '$', byte-ascending.
 * declare_table                NAMESPACE_NOT_FOUND, TABLE_ALREADY_EXISTS.
 * register_table               NAMESPACE_NOT_FOUND, TABLE_ALREADY_EXISTS, INVALID_INPUT (location).
 * describe_table               NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_VERSION_NOT_FOUND,
 *                              TABLE_TAG_NOT_FOUND, TABLE_BRANCH_NOT_FOUND.
 * table_exists                 NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_VERSION_NOT_FOUND.
 * drop_table                   NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, INVALID_TABLE_STATE (only_empty).
 *                              The record goes first, then the storage; a crash between is finished
 *                              at the next open. What is no part of a Lance dataset is left alone.
 * deregister_table             NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_ALREADY_EXISTS. Storage stays.
 * restore_deregistered_table   NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_ALREADY_EXISTS.
 * rename_table                 NAMESPACE_NOT_FOUND (either), TABLE_NOT_FOUND, TABLE_ALREADY_EXISTS.
 * create_table_version         NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_BRANCH_NOT_FOUND,
 *                              CONCURRENT_MODIFICATION: the version exists with other content. The
 *                              same manifest_path, or same size and e_tag both given, is success and
 *                              gives what is there. No contiguity is asked for.
 * list_table_versions          NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND, TABLE_BRANCH_NOT_FOUND.
 * describe_table_version       the same, TABLE_VERSION_NOT_FOUND.
 * batch_delete_table_versions  the same, INVALID_TABLE_STATE: a tag names one of them (the first is
 *                              in the message). Numbers without a version are skipped.
 * batch_create_table_versions  as create_table_version; all or none. The detail begins with
 *                              "entries[N]". A version twice in it is INVALID_INPUT.
 * batch_commit_tables          the codes of its operations; all or none. The detail begins with
 *                              "operations[N].<kind>", or "entries[N]", and names the field where it
 *                              is one. CONCURRENT_MODIFICATION has errno EBUSY here. And:
 *                              INVALID_INPUT: what the batch made is made again or taken back by it
 *                              (a version created twice, or created and deleted; a table declared
 *                              twice, deregistered twice, or declared and then deregistered).
 *                              PERMISSION_DENIED: an id that is not in the scope.
 *                              CONCURRENT_MODIFICATION: the id was used for another document, or the
 *                              scope is no longer the receipt's directory.
 *                              NAMESPACE_NOT_FOUND, NAMESPACE_ALREADY_EXISTS: the receipt's
 *                              directory, its name. A repeated commit whose own receipt has that name
 *                              already is success.
 * list_table_tags              NAMESPACE_NOT_FOUND, TABLE_NOT_FOUND. By name, byte-ascending.
 * get_table_tag_version        the same, TABLE_TAG_NOT_FOUND.
 * create_table_tag             the same two, TABLE_TAG_ALREADY_EXISTS, TABLE_VERSION_NOT_FOUND,
 *                              TABLE_BRANCH_NOT_FOUND; checked in this order.
 * update_table_tag             the same, TABLE_TAG_NOT_FOUND (unless or_create).
 * delete_table_tag             TABLE_TAG_NOT_FOUND and the two.
 * rename_table_tag             TABLE_TAG_NOT_FOUND, TABLE_TAG_ALREADY_EXISTS, TABLE_VERSION_NOT_FOUND.
 * copy_table_tag               the same.
 * import_table                 NAMESPACE_NOT_FOUND, TABLE_ALREADY_EXISTS (another location).
 * describe_transaction         TRANSACTION_NOT_FOUND.
 * alter_transaction            TRANSACTION_NOT_FOUND, CONCURRENT_MODIFICATION (a key that exists,
 *                              mode FAIL), INVALID_INPUT (unset of a missing key, mode FAIL).
 */
#define LNS_OPERATION(name, spec, rw)                                                              \
        int lns_catalog_##name(struct lns_catalog *catalog,                                        \
                               const struct lns_##name##_request *request,                         \
                               struct lns_##name##_response *response, struct lns_error *err)      \
                LNS_CHECK;
#include "lns/operation.def"
#undef LNS_OPERATION

/* ---- nodes ---- */

/**
 * Find a child by name.
 *
 * @param catalog      borrowed.
 * @param parent_kind  NAMESPACE or TABLE.
 * @param parent       id of a namespace (kind NAMESPACE, TABLE or RECEIPT is looked for) or of a table
 *                     (TAG, VERSION of the main branch). TRANSACTION: NAMESPACE and LNS_NODE_ROOT.
 * @param kind         what to look for.
 * @param name         borrowed; a table's without ".lance", a version's and a transaction's in
 *                     decimal.
 * @param ret_node     untouched on failure.
 * @param err          the kind's NOT_FOUND code.
 * @return 0, or -1 with err set.
 */
int lns_catalog_lookup_node(struct lns_catalog *catalog, enum lns_node_kind parent_kind,
                            uint64_t parent, enum lns_node_kind kind, const char *name,
                            struct lns_node *ret_node, struct lns_error *err) LNS_CHECK;

/**
 * Describe a node by its number.
 *
 * @param catalog   borrowed.
 * @param kind      of the node.
 * @param id        of the node.
 * @param ret_node  untouched on failure.
 * @param err       the kind's NOT_FOUND code: it is gone.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_node(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id,
                              struct lns_node *ret_node, struct lns_error *err) LNS_CHECK;

/**
 * Is called once for each node of a listing.
 *
 * @param context  as given to lns_catalog_list_nodes().
 * @param node     borrowed until return.
 * @return true to go on, false to stop before the next.
 */
typedef bool lns_node_visitor(void *context, const struct lns_node *node);

/**
 * Visit the children of a node, in an order that stays: by number for versions (of the main branch),
 * by id for the other kinds. What exists throughout is visited exactly once, also
 * over several calls that go on where the last one stopped. The visitor must not call the catalog.
 *
 * @param catalog     borrowed.
 * @param parent      id of a namespace (for NAMESPACE, TABLE, RECEIPT) or a table (TAG, VERSION);
 *                    LNS_NODE_ROOT for TRANSACTION: all there are.
 * @param kind        which children.
 * @param after       visit those after this id (for VERSION: this version number); 0: from the
 *                    start. Children of LNS_NODE_ROOT: the ids start above LNS_NODE_DEREGISTERED.
 * @param attributes  false: only kind, id, parent, name and version are filled, which is faster.
 * @param visit       called for each.
 * @param context     handed to visit.
 * @param err         INTERNAL. A parent that is gone has no children.
 * @return 0, or -1 with err set.
 */
int lns_catalog_list_nodes(struct lns_catalog *catalog, uint64_t parent, enum lns_node_kind kind,
                           uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                           struct lns_error *err) LNS_CHECK;

/**
 * The identifier of a namespace or table node; of the table for a tag or version node.
 *
 * @param catalog    borrowed.
 * @param kind       of the node.
 * @param id         of the node. The root and LNS_NODE_DEREGISTERED give no parts. A receipt gives its
 *                   namespace, a transaction no parts.
 * @param ret_ident  new; release with lns_ident_clear(). Untouched on failure.
 * @param err        the kind's NOT_FOUND code; TABLE_NOT_FOUND for a deregistered table.
 * @return 0, or -1 with err set.
 */
int lns_catalog_identify_node(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id,
                              struct lns_ident *ret_ident, struct lns_error *err) LNS_CHECK;

/**
 * Everything of a version.
 *
 * @param catalog      borrowed.
 * @param id           of a version node.
 * @param ret_version  new; release with lns_table_version_clear(). Untouched on failure.
 * @param ret_scheme   NULL is allowed.
 * @param err          TABLE_VERSION_NOT_FOUND.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_version_node(struct lns_catalog *catalog, uint64_t id,
                                      struct lns_table_version *ret_version,
                                      enum lns_naming_scheme *ret_scheme,
                                      struct lns_error *err) LNS_CHECK;

/**
 * Everything of a tag.
 *
 * @param catalog  borrowed.
 * @param id       of a tag node.
 * @param ret_tag  new; release with lns_table_tag_clear(). Untouched on failure.
 * @param err      TABLE_TAG_NOT_FOUND.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_tag_node(struct lns_catalog *catalog, uint64_t id,
                                  struct lns_table_tag *ret_tag, struct lns_error *err) LNS_CHECK;

/**
 * DescribeTable by node; a deregistered table too.
 *
 * @param catalog    borrowed.
 * @param id         of a table node.
 * @param ret_table  new; release with lns_describe_table_response_clear(). Untouched on failure.
 * @param err        TABLE_NOT_FOUND.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_table_node(struct lns_catalog *catalog, uint64_t id,
                                    struct lns_describe_table_response *ret_table,
                                    struct lns_error *err) LNS_CHECK;

/**
 * DescribeNamespace by node.
 *
 * @param catalog        borrowed.
 * @param id             of a namespace node.
 * @param ret_namespace  new; release with lns_describe_namespace_response_clear().
 * @param err            NAMESPACE_NOT_FOUND.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_namespace_node(struct lns_catalog *catalog, uint64_t id,
                                        struct lns_describe_namespace_response *ret_namespace,
                                        struct lns_error *err) LNS_CHECK;

/**
 * chown, chmod of a namespace or table.
 *
 * @param catalog  borrowed.
 * @param caller   borrowed; NULL: this process.
 * @param kind     NAMESPACE or TABLE.
 * @param id       of the node.
 * @param fields   which of the following count: LNS_ATTRIBUTE_*.
 * @param uid      owner.
 * @param gid      group.
 * @param mode     permission bits, 0 to 07777.
 * @param err      the kind's NOT_FOUND code.
 * @return 0, or -1 with err set.
 */
int lns_catalog_set_node_attributes(struct lns_catalog *catalog, const struct lns_caller *caller,
                                    enum lns_node_kind kind, uint64_t id, unsigned fields,
                                    uid_t uid, gid_t gid, mode_t mode,
                                    struct lns_error *err) LNS_CHECK;

/**
 * What a receipt reads as: the response of its batch.
 *
 * @param catalog   borrowed.
 * @param id        of a receipt node.
 * @param ret_text  new; JSON with a newline at its end. Untouched on failure.
 * @param err       TRANSACTION_NOT_FOUND: the receipt is gone.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_receipt_node(struct lns_catalog *catalog, uint64_t id, char **ret_text,
                                      struct lns_error *err) LNS_CHECK;

/**
 * Remove a receipt. What it is the receipt of stays, and so does its transaction.
 *
 * @param catalog  borrowed.
 * @param caller   borrowed; NULL: this process.
 * @param parent   id of the namespace that the receipt is in.
 * @param name     borrowed; of the receipt.
 * @param err      TRANSACTION_NOT_FOUND: there is none of this name.
 * @return 0, or -1 with err set.
 */
int lns_catalog_remove_receipt(struct lns_catalog *catalog, const struct lns_caller *caller,
                               uint64_t parent, const char *name, struct lns_error *err) LNS_CHECK;

/* What lns_catalog_set_node_property() does when the key is there, or is not (setxattr flags). */
enum lns_property_mode { LNS_PROPERTY_ANY, LNS_PROPERTY_CREATE_ONLY, LNS_PROPERTY_REPLACE_ONLY };

/**
 * Set or remove a property of a namespace or table.
 *
 * @param catalog  borrowed.
 * @param caller   borrowed; NULL: this process.
 * @param kind     NAMESPACE or TABLE.
 * @param id       of the node.
 * @param key      borrowed; 1 to LNS_MAP_KEY_MAX bytes of UTF-8.
 * @param value    borrowed; at most LNS_MAP_VALUE_MAX bytes of UTF-8; NULL removes the key.
 * @param mode     CREATE_ONLY: INVALID_INPUT with errno EEXIST when there; REPLACE_ONLY, and a removal:
 *                 INVALID_INPUT with errno ENODATA when not.
 * @param err      the kind's NOT_FOUND code, and the above.
 * @return 0, or -1 with err set.
 */
int lns_catalog_set_node_property(struct lns_catalog *catalog, const struct lns_caller *caller,
                                  enum lns_node_kind kind, uint64_t id, const char *key,
                                  const char *value, enum lns_property_mode mode,
                                  struct lns_error *err) LNS_CHECK;

/* ---- the change feed: one JSON line per committed change, oldest first, as one growing file ---- */

/**
 * How long the feed is now.
 *
 * @param catalog         borrowed.
 * @param ret_size        bytes, all lines with their newlines. Untouched on failure.
 * @param ret_updated_ms  time of the last change; 0: none yet.
 * @param err             INTERNAL.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_changes(struct lns_catalog *catalog, uint64_t *ret_size,
                                 int64_t *ret_updated_ms, struct lns_error *err) LNS_CHECK;

/**
 * Read from the feed.
 *
 * @param catalog     borrowed.
 * @param offset      byte to start at; anywhere, also inside a line; past the end reads nothing.
 * @param buf         where to; no NUL is added.
 * @param size        bytes in buf.
 * @param ret_length  bytes read; 0: the end.
 * @param err         INTERNAL.
 * @return 0, or -1 with err set.
 */
int lns_catalog_read_changes(struct lns_catalog *catalog, uint64_t offset, char *buf, size_t size,
                             size_t *ret_length, struct lns_error *err) LNS_CHECK;

/**
 * A number that changes with every commit of any process. One atomic load, no system call.
 *
 * @param catalog  borrowed.
 * @return even: nothing is being committed. Odd: a commit is under way, what is read now may be
 *         older or newer than it.
 */
uint64_t lns_catalog_generation(struct lns_catalog *catalog);

/**
 * Wait for a commit of any process.
 *
 * @param catalog     borrowed.
 * @param seen        what lns_catalog_generation() gave.
 * @param timeout_ms  longest wait; -1: for ever.
 * @return 1 when the generation differs from seen, 0 on timeout.
 */
int lns_catalog_wait_generation(struct lns_catalog *catalog, uint64_t seen, int timeout_ms);

/* What .lancefs/status shows of the engine. A plain value. */
struct lns_catalog_description {
        char engine[16];                 /* "sqlite" */
        char location[LNS_LOCATION_MAX]; /* the catalog directory, absolute */
        char staging[LNS_LOCATION_MAX];  /* where staged files live, absolute */
        bool read_only;
        uint64_t namespaces;
        uint64_t tables;
        uint64_t changes; /* number of the last change */
        uint64_t database_bytes;
        uint64_t free_bytes; /* of the disk the catalog is on */
        uint64_t total_bytes;
};

/**
 * Describe the catalog itself. Counts are exact; not for hot paths.
 *
 * @param catalog  borrowed.
 * @param ret      untouched on failure.
 * @param err      INTERNAL.
 * @return 0, or -1 with err set.
 */
int lns_catalog_describe_catalog(struct lns_catalog *catalog, struct lns_catalog_description *ret,
                                 struct lns_error *err) LNS_CHECK;

/**
 * Is called for each thing that check finds.
 *
 * @param context   as given.
 * @param text      borrowed; a sentence.
 * @param repaired  it was wrong and is right now.
 */
typedef void lns_check_report(void *context, const char *text, bool repaired);

/**
 * Verify the catalog: SQLite's integrity check, foreign keys, tags without versions, versions whose
 * manifest is missing on local storage, staging directories whose owner is gone.
 *
 * @param catalog       borrowed.
 * @param repair        true: mend what can be mended without losing what a user made.
 * @param report        called for each problem.
 * @param context       handed to report.
 * @param ret_problems  how many are still there.
 * @param err           INTERNAL.
 * @return 0 when the check could be made (whatever it found), or -1 with err set.
 */
int lns_catalog_check_catalog(struct lns_catalog *catalog, bool repair, lns_check_report *report,
                              void *context, uint64_t *ret_problems,
                              struct lns_error *err) LNS_CHECK;

#endif

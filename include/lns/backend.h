/* What an engine implements. src/catalog checks the arguments and calls these.
 *
 * For every callback: the request is checked (names, ranges, lengths, counts), so an engine begins
 * with its work. Return 0 with the response filled, or -1 with err set and the response untouched.
 * Callbacks are called from several threads at once. A callback that is NULL answers Unsupported
 * (code 0). What one returns success for is durable.
 */
#ifndef LNS_BACKEND_H
#define LNS_BACKEND_H

#include "lns/catalog.h"

struct lns_backend;

struct lns_backend_ops {
        const char *name; /* "sqlite" */

        /* The operations of operation.def; their codes and orders are documented in catalog.h. */
#define LNS_OPERATION(name, spec, rw)                                                              \
        int (*name)(struct lns_backend * backend, const struct lns_##name##_request *request,      \
                    struct lns_##name##_response *response, struct lns_error *err);
#include "lns/operation.def"
#undef LNS_OPERATION

        /* The node view; required for mounting. Contracts: the functions of the same name below
         * lns_catalog_ in catalog.h. */
        int (*lookup_node)(struct lns_backend *backend, enum lns_node_kind parent_kind,
                           uint64_t parent, enum lns_node_kind kind, const char *name,
                           struct lns_node *ret_node, struct lns_error *err);
        int (*describe_node)(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                             struct lns_node *ret_node, struct lns_error *err);
        int (*list_nodes)(struct lns_backend *backend, uint64_t parent, enum lns_node_kind kind,
                          uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                          struct lns_error *err);
        int (*identify_node)(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                             struct lns_ident *ret_ident, struct lns_error *err);
        int (*describe_version_node)(struct lns_backend *backend, uint64_t id,
                                     struct lns_table_version *ret_version,
                                     enum lns_naming_scheme *ret_scheme, struct lns_error *err);
        int (*describe_tag_node)(struct lns_backend *backend, uint64_t id,
                                 struct lns_table_tag *ret_tag, struct lns_error *err);
        int (*describe_table_node)(struct lns_backend *backend, uint64_t id,
                                   struct lns_describe_table_response *ret_table,
                                   struct lns_error *err);
        int (*describe_namespace_node)(struct lns_backend *backend, uint64_t id,
                                       struct lns_describe_namespace_response *ret_namespace,
                                       struct lns_error *err);
        int (*describe_receipt_node)(struct lns_backend *backend, uint64_t id, char **ret_text,
                                     struct lns_error *err);
        int (*remove_receipt)(struct lns_backend *backend, const struct lns_caller *caller,
                              uint64_t parent, const char *name, struct lns_error *err);
        int (*set_node_attributes)(struct lns_backend *backend, const struct lns_caller *caller,
                                   enum lns_node_kind kind, uint64_t id, unsigned fields, uid_t uid,
                                   gid_t gid, mode_t mode, struct lns_error *err);
        int (*set_node_property)(struct lns_backend *backend, const struct lns_caller *caller,
                                 enum lns_node_kind kind, uint64_t id, const char *key,
                                 const char *value, enum lns_property_mode mode,
                                 struct lns_error *err);

        /* The change feed and the engine's own state. */
        int (*describe_changes)(struct lns_backend *backend, uint64_t *ret_size,
                                int64_t *ret_updated_ms, struct lns_error *err);
        int (*read_changes)(struct lns_backend *backend, uint64_t offset, char *buf, size_t size,
                            size_t *ret_length, struct lns_error *err);
        uint64_t (*generation)(struct lns_backend *backend);
        int (*wait_generation)(struct lns_backend *backend, uint64_t seen, int timeout_ms);
        int (*describe_catalog)(struct lns_backend *backend, struct lns_catalog_description *ret,
                                struct lns_error *err);
        int (*check_catalog)(struct lns_backend *backend, bool repair, lns_check_report *report,
                             void *context, uint64_t *ret_problems, struct lns_error *err);

        void (*free)(struct lns_backend *backend);
};

/* First member of an engine's own struct. */
struct lns_backend {
        const struct lns_backend_ops *ops;
};

/**
 * Open the SQLite engine on a catalog directory.
 *
 * @param ret_backend  new; release with its ops->free(). Untouched on failure.
 * @param path         borrowed; the catalog directory.
 * @param options      borrowed; see catalog.h.
 * @param err          INTERNAL, INVALID_INPUT (not a catalog, or a newer one), PERMISSION_DENIED.
 * @return 0, or -1 with err set.
 */
int lns_backend_sqlite_open(struct lns_backend **ret_backend, const char *path,
                            const struct lns_catalog_options *options,
                            struct lns_error *err) LNS_CHECK;

#endif

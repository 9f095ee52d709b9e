/* Nodes, the change feed and the engine's own state: kinds and limits checked, then passed on. */
#include <poll.h>
#include <string.h>

#include "catalog/catalog_internal.h"

/* Hand on to a callback, once the arguments are good: `checked` is 0 when they are. */
#define PASS(call, access, checked, callback, ...)                                                 \
        ((checked) == 0 && call_allow(call, access, (call)->catalog->backend->ops->callback) == 0  \
                 ? (call)->catalog->backend->ops->callback((call)->catalog->backend, __VA_ARGS__,  \
                                                           &(call)->err)                           \
                 : -1)

static int check_kind(struct call *call, enum lns_node_kind kind)
{
        if (kind >= LNS_NODE_NAMESPACE && kind <= LNS_NODE_TRANSACTION)
                return 0;
        return call_refuse(call, "kind", "%d is no kind of node", (int)kind);
}

/* Ids above are bound to SQL as negative numbers. */
static bool is_id(uint64_t id)
{
        return id <= INT64_MAX;
}

static int not_found(struct call *call, enum lns_node_kind kind, uint64_t id)
{
        static const enum lns_code codes[] = {
                [LNS_NODE_NAMESPACE] = LNS_NAMESPACE_NOT_FOUND,
                [LNS_NODE_TABLE] = LNS_TABLE_NOT_FOUND,
                [LNS_NODE_TAG] = LNS_TABLE_TAG_NOT_FOUND,
                [LNS_NODE_VERSION] = LNS_TABLE_VERSION_NOT_FOUND,
                [LNS_NODE_RECEIPT] = LNS_TRANSACTION_NOT_FOUND,
                [LNS_NODE_TRANSACTION] = LNS_TRANSACTION_NOT_FOUND,
        };

        return lns_error_set(&call->err, codes[kind], "node %llu not found",
                             (unsigned long long)id);
}

static int check_node(struct call *call, enum lns_node_kind kind, uint64_t id)
{
        if (check_kind(call, kind) < 0)
                return -1;
        return is_id(id) ? 0 : not_found(call, kind, id);
}

/* Namespaces and tables: what has attributes and properties of its own. */
static int check_directory(struct call *call, enum lns_node_kind kind, uint64_t id)
{
        if (kind != LNS_NODE_NAMESPACE && kind != LNS_NODE_TABLE)
                return call_refuse(call, "kind", "only a namespace or a table has this");
        return check_node(call, kind, id);
}

/* A name that cannot be is not there, and no wrong argument: a filesystem looks up anything. */
static int check_lookup_name(struct call *call, enum lns_node_kind kind, const char *name)
{
        uint64_t version;
        int result;

        if (kind == LNS_NODE_TAG)
                result = lns_check_tag(name, NULL);
        else if (kind == LNS_NODE_VERSION || kind == LNS_NODE_TRANSACTION)
                result = lns_version_parse(name, strlen(name), &version);
        else if (kind == LNS_NODE_RECEIPT)
                result = check_receipt_name(name, NULL);
        else
                result = lns_check_name(name, NULL);
        if (result == 0)
                return 0;
        (void)not_found(call, kind, 0);
        return lns_error_set(&call->err, call->err.code, "'%s' not found", name);
}

static int check_lookup(struct call *call, enum lns_node_kind parent_kind, uint64_t parent,
                        enum lns_node_kind kind, const char *name)
{
        bool below_table = kind == LNS_NODE_TAG || kind == LNS_NODE_VERSION;

        if (check_kind(call, kind) < 0)
                return -1;
        if (parent_kind != (below_table ? LNS_NODE_TABLE : LNS_NODE_NAMESPACE))
                return call_refuse(call, "parent_kind", "no such nodes stand below that kind");
        if (!is_id(parent) || (kind == LNS_NODE_TRANSACTION && parent != LNS_NODE_ROOT))
                return not_found(call, kind, parent);
        return check_lookup_name(call, kind, name);
}

int lns_catalog_lookup_node(struct lns_catalog *catalog, enum lns_node_kind parent_kind,
                            uint64_t parent, enum lns_node_kind kind, const char *name,
                            struct lns_node *ret_node, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "LookupNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_lookup(&call, parent_kind, parent, kind, name),
                             lookup_node, parent_kind, parent, kind, name, ret_node),
                        err);
}

int lns_catalog_describe_node(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id,
                              struct lns_node *ret_node, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, kind, id), describe_node, kind, id,
                             ret_node),
                        err);
}

int lns_catalog_list_nodes(struct lns_catalog *catalog, uint64_t parent, enum lns_node_kind kind,
                           uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                           struct lns_error *err)
{
        struct call call;
        int result = -1;

        call_begin(&call, catalog, "ListNodes");
        if (check_kind(&call, kind) == 0) {
                /* Nothing stands below or behind what no id reaches. */
                if (!is_id(parent) || !is_id(after) ||
                    (kind == LNS_NODE_TRANSACTION && parent != LNS_NODE_ROOT))
                        result = 0;
                else
                        result = PASS(&call, ACCESS_R, 0, list_nodes, parent, kind, after,
                                      attributes, visit, context);
        }
        return call_end(&call, result, err);
}

int lns_catalog_identify_node(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id,
                              struct lns_ident *ret_ident, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "IdentifyNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, kind, id), identify_node, kind, id,
                             ret_ident),
                        err);
}

int lns_catalog_describe_version_node(struct lns_catalog *catalog, uint64_t id,
                                      struct lns_table_version *ret_version,
                                      enum lns_naming_scheme *ret_scheme, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeVersionNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, LNS_NODE_VERSION, id),
                             describe_version_node, id, ret_version, ret_scheme),
                        err);
}

int lns_catalog_describe_tag_node(struct lns_catalog *catalog, uint64_t id,
                                  struct lns_table_tag *ret_tag, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeTagNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, LNS_NODE_TAG, id),
                             describe_tag_node, id, ret_tag),
                        err);
}

int lns_catalog_describe_table_node(struct lns_catalog *catalog, uint64_t id,
                                    struct lns_describe_table_response *ret_table,
                                    struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeTableNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, LNS_NODE_TABLE, id),
                             describe_table_node, id, ret_table),
                        err);
}

int lns_catalog_describe_namespace_node(struct lns_catalog *catalog, uint64_t id,
                                        struct lns_describe_namespace_response *ret_namespace,
                                        struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeNamespaceNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, LNS_NODE_NAMESPACE, id),
                             describe_namespace_node, id, ret_namespace),
                        err);
}

int lns_catalog_describe_receipt_node(struct lns_catalog *catalog, uint64_t id, char **ret_text,
                                      struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeReceiptNode");
        return call_end(&call,
                        PASS(&call, ACCESS_R, check_node(&call, LNS_NODE_RECEIPT, id),
                             describe_receipt_node, id, ret_text),
                        err);
}

/* As a lookup: a receipt that cannot be is not there. */
static int check_receipt(struct call *call, uint64_t parent, const char *name)
{
        return check_lookup(call, LNS_NODE_NAMESPACE, parent, LNS_NODE_RECEIPT, name);
}

int lns_catalog_remove_receipt(struct lns_catalog *catalog, const struct lns_caller *caller,
                               uint64_t parent, const char *name, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "RemoveReceipt");
        return call_end(&call,
                        PASS(&call, ACCESS_W, check_receipt(&call, parent, name), remove_receipt,
                             caller, parent, name),
                        err);
}

static int check_attributes(struct call *call, enum lns_node_kind kind, uint64_t id,
                            unsigned fields, mode_t mode)
{
        if (check_directory(call, kind, id) < 0)
                return -1;
        if (fields & ~(LNS_ATTRIBUTE_UID | LNS_ATTRIBUTE_GID | LNS_ATTRIBUTE_MODE))
                return call_refuse(call, "fields", "%u names no attributes", fields);
        return check_mode(call, fields & LNS_ATTRIBUTE_MODE, mode);
}

int lns_catalog_set_node_attributes(struct lns_catalog *catalog, const struct lns_caller *caller,
                                    enum lns_node_kind kind, uint64_t id, unsigned fields,
                                    uid_t uid, gid_t gid, mode_t mode, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "SetNodeAttributes");
        return call_end(&call,
                        PASS(&call, ACCESS_W, check_attributes(&call, kind, id, fields, mode),
                             set_node_attributes, caller, kind, id, fields, uid, gid, mode),
                        err);
}

static int check_property(struct call *call, enum lns_node_kind kind, uint64_t id, const char *key,
                          const char *value, enum lns_property_mode mode)
{
        if (check_directory(call, kind, id) < 0 || check_key(call, key, "properties") < 0)
                return -1;
        if (value && check_value(call, value, "properties") < 0)
                return -1;
        if ((unsigned)mode > LNS_PROPERTY_REPLACE_ONLY)
                return call_refuse(call, "mode", "mode %d is no way to set a property", (int)mode);
        return 0;
}

int lns_catalog_set_node_property(struct lns_catalog *catalog, const struct lns_caller *caller,
                                  enum lns_node_kind kind, uint64_t id, const char *key,
                                  const char *value, enum lns_property_mode mode,
                                  struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "SetNodeProperty");
        return call_end(&call,
                        PASS(&call, ACCESS_W, check_property(&call, kind, id, key, value, mode),
                             set_node_property, caller, kind, id, key, value, mode),
                        err);
}

/* ---- the change feed and the engine's own state ---- */

int lns_catalog_describe_changes(struct lns_catalog *catalog, uint64_t *ret_size,
                                 int64_t *ret_updated_ms, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeChanges");
        return call_end(&call, PASS(&call, ACCESS_R, 0, describe_changes, ret_size, ret_updated_ms),
                        err);
}

int lns_catalog_read_changes(struct lns_catalog *catalog, uint64_t offset, char *buf, size_t size,
                             size_t *ret_length, struct lns_error *err)
{
        struct call call;

        if (offset > INT64_MAX) {
                *ret_length = 0; /* past the end of any file */
                return 0;
        }
        call_begin(&call, catalog, "ReadChanges");
        return call_end(&call,
                        PASS(&call, ACCESS_R, 0, read_changes, offset, buf, size, ret_length), err);
}

uint64_t lns_catalog_generation(struct lns_catalog *catalog)
{
        const struct lns_backend_ops *ops = catalog->backend->ops;

        return ops->generation ? ops->generation(catalog->backend) : 0;
}

int lns_catalog_wait_generation(struct lns_catalog *catalog, uint64_t seen, int timeout_ms)
{
        const struct lns_backend_ops *ops = catalog->backend->ops;

        if (ops->wait_generation)
                return ops->wait_generation(catalog->backend, seen, timeout_ms);
        /* An engine without generations never has a new one; who waits must wait all the same. */
        (void)poll(NULL, 0, timeout_ms);
        return 0;
}

int lns_catalog_describe_catalog(struct lns_catalog *catalog, struct lns_catalog_description *ret,
                                 struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "DescribeCatalog");
        return call_end(&call, PASS(&call, ACCESS_R, 0, describe_catalog, ret), err);
}

int lns_catalog_check_catalog(struct lns_catalog *catalog, bool repair, lns_check_report *report,
                              void *context, uint64_t *ret_problems, struct lns_error *err)
{
        struct call call;

        call_begin(&call, catalog, "CheckCatalog");
        return call_end(&call,
                        PASS(&call, repair ? ACCESS_W : ACCESS_R, 0, check_catalog, repair, report,
                             context, ret_problems),
                        err);
}

/* The node view: catalog objects as numbered nodes, for a filesystem. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* Columns of a node in every statement that gives one; the bare lists have the first four. */
enum node_column {
        NODE_ID,
        NODE_PARENT,
        NODE_NAME,
        NODE_VERSION,
        NODE_UPDATED,
        NODE_CHANGED,
        NODE_TAGS,
        NODE_VERSIONS,
        NODE_UID,
        NODE_GID,
        NODE_MODE,
        NODE_DETAILS, /* version: columns of sqlite_version_from_row(); receipt: its size;
                         transaction: status, operation, lengths of request and response */
};

static int not_found(enum lns_node_kind kind, uint64_t id, const char *name, struct lns_error *err)
{
        static const struct {
                enum lns_code code;
                const char *noun;
        } kinds[] = {
                [LNS_NODE_NAMESPACE] = { LNS_NAMESPACE_NOT_FOUND, "namespace" },
                [LNS_NODE_TABLE] = { LNS_TABLE_NOT_FOUND, "table" },
                [LNS_NODE_TAG] = { LNS_TABLE_TAG_NOT_FOUND, "tag" },
                [LNS_NODE_VERSION] = { LNS_TABLE_VERSION_NOT_FOUND, "version" },
                [LNS_NODE_RECEIPT] = { LNS_TRANSACTION_NOT_FOUND, "receipt" },
                [LNS_NODE_TRANSACTION] = { LNS_TRANSACTION_NOT_FOUND, "transaction" },
        };

        if (name)
                return lns_error_set(err, kinds[kind].code, "%s '%s' not found", kinds[kind].noun,
                                     name);
        return lns_error_set(err, kinds[kind].code, "%s number %llu is gone", kinds[kind].noun,
                             (unsigned long long)id);
}

/* ---- rows ---- */

static char *borrow_text(sqlite3_stmt *statement, int column)
{
        return (char *)(uintptr_t)sqlite3_column_text(statement, column);
}

/* The size of a version's file. Nothing is copied, unless it has metadata. */
static int version_size(sqlite3_stmt *statement, uint64_t *ret_size, struct lns_error *err)
{
        struct lns_table_version version = { 0 };

        if (sqlite3_column_type(statement, NODE_DETAILS + 5) != SQLITE_NULL) {
                if (sqlite_version_from_row(statement, NODE_DETAILS, &version, err))
                        return -1;
                *ret_size = lns_table_version_to_text(&version, NULL, 0);
                lns_table_version_clear(&version);
                return 0;
        }
        version.version = (uint64_t)sqlite3_column_int64(statement, NODE_DETAILS);
        version.manifest_path = borrow_text(statement, NODE_DETAILS + 1);
        version.manifest_size = sqlite3_column_type(statement, NODE_DETAILS + 2) == SQLITE_NULL
                                        ? -1
                                        : sqlite3_column_int64(statement, NODE_DETAILS + 2);
        version.e_tag = borrow_text(statement, NODE_DETAILS + 3);
        version.timestamp_millis = sqlite3_column_int64(statement, NODE_DETAILS + 4);
        *ret_size = lns_table_version_to_text(&version, NULL, 0);
        return 0;
}

/* Decimal digits and a newline. */
static uint64_t tag_size(uint64_t version)
{
        uint64_t size = 2;

        for (; version >= 10; version /= 10)
                size++;
        return size;
}

/* The size of a transaction's file. Its documents are not read: they stand in it as they are, but for
 * the newline that a response ends in. Only what has a row of its own has properties. */
static int transaction_size(struct sqlite_connection *connection, sqlite3_stmt *statement,
                            const struct lns_node *node, uint64_t *ret_size, struct lns_error *err)
{
        const bool has_request = sqlite3_column_type(statement, NODE_DETAILS + 2) != SQLITE_NULL;
        const bool has_response = sqlite3_column_type(statement, NODE_DETAILS + 3) != SQLITE_NULL;
        char empty[] = "";
        struct lns_describe_transaction_response transaction = {
                .status = LNS_TRANSACTION_SUCCEEDED,
                .transaction_id = node->id,
                .uid = node->uid,
                .time_millis = node->updated_ms,
                .operation = borrow_text(statement, NODE_DETAILS + 1),
                .request = has_request ? empty : NULL,
                .response = has_response ? empty : NULL,
        };

        if (sqlite3_column_type(statement, NODE_DETAILS) != SQLITE_NULL) {
                transaction.status =
                        (enum lns_transaction_status)sqlite3_column_int(statement, NODE_DETAILS);
                if (sqlite_map_read(connection, SQL_TRANSACTION_PROPERTY_LIST, node->id,
                                    &transaction.properties, err))
                        return -1;
        }
        *ret_size = lns_describe_transaction_response_to_text(&transaction, NULL, 0);
        lns_map_clear(&transaction.properties);
        if (has_request)
                *ret_size += (uint64_t)sqlite3_column_int64(statement, NODE_DETAILS + 2);
        if (has_response)
                *ret_size += (uint64_t)sqlite3_column_int64(statement, NODE_DETAILS + 3) - 1;
        return 0;
}

/* The size of the file that shows a node. */
static int node_size(struct sqlite_connection *connection, sqlite3_stmt *statement,
                     struct lns_node *node, struct lns_error *err)
{
        switch (node->kind) {
        case LNS_NODE_TAG:
                node->size = tag_size(node->version);
                return 0;
        case LNS_NODE_VERSION:
                return version_size(statement, &node->size, err);
        case LNS_NODE_RECEIPT:
                node->size = (uint64_t)sqlite3_column_int64(statement, NODE_DETAILS);
                return 0;
        case LNS_NODE_TRANSACTION:
                return transaction_size(connection, statement, node, &node->size, err);
        default:
                return 0;
        }
}

static int node_from_row(struct sqlite_connection *connection, sqlite3_stmt *statement,
                         enum lns_node_kind kind, bool attributes, struct lns_node *ret_node,
                         struct lns_error *err)
{
        struct lns_node node = {
                .kind = kind,
                .id = (uint64_t)sqlite3_column_int64(statement, NODE_ID),
                .parent = (uint64_t)sqlite3_column_int64(statement, NODE_PARENT),
                .version = (uint64_t)sqlite3_column_int64(statement, NODE_VERSION),
        };

        if (kind != LNS_NODE_VERSION) {
                const void *name = sqlite3_column_text(statement, NODE_NAME);
                size_t length = (size_t)sqlite3_column_bytes(statement, NODE_NAME);

                if (!name)
                        return lns_error_set_oom(err);
                memcpy(node.name, name, length < LNS_NAME_MAX ? length : LNS_NAME_MAX);
        }
        if (attributes) {
                node.updated_ms = sqlite3_column_int64(statement, NODE_UPDATED);
                node.changed_ms = sqlite3_column_int64(statement, NODE_CHANGED);
                node.tags_ms = sqlite3_column_int64(statement, NODE_TAGS);
                node.versions_ms = sqlite3_column_int64(statement, NODE_VERSIONS);
                node.uid = (uid_t)sqlite3_column_int64(statement, NODE_UID);
                node.gid = (gid_t)sqlite3_column_int64(statement, NODE_GID);
                node.mode = (mode_t)sqlite3_column_int64(statement, NODE_MODE) & 07777;
                if (node_size(connection, statement, &node, err))
                        return -1;
        }
        *ret_node = node;
        return 0;
}

/* The one node that a bound statement finds. 1, 0: none, -1. */
static int node_find(struct sqlite_connection *connection, sqlite3_stmt *statement,
                     enum lns_node_kind kind, struct lns_node *ret_node, struct lns_error *err)
{
        int found = sqlite_step(statement, err);

        if (found > 0 && node_from_row(connection, statement, kind, true, ret_node, err))
                found = -1;
        sqlite_done(statement);
        return found;
}

/* ---- one node ---- */

static int lookup(struct sqlite_connection *connection, uint64_t parent, enum lns_node_kind kind,
                  const char *name, struct lns_node *ret_node, struct lns_error *err)
{
        static const enum sqlite_statement by_name[] = {
                [LNS_NODE_NAMESPACE] = SQL_NODE_NAMESPACE_NAMED,
                [LNS_NODE_TABLE] = SQL_NODE_TABLE_NAMED,
                [LNS_NODE_TAG] = SQL_NODE_TAG_NAMED,
                [LNS_NODE_VERSION] = SQL_NODE_VERSION_NUMBERED,
                [LNS_NODE_RECEIPT] = SQL_NODE_RECEIPT_NAMED,
                [LNS_NODE_TRANSACTION] = SQL_NODE_TRANSACTION,
        };
        sqlite3_stmt *statement = sqlite_statement(connection, by_name[kind], err);
        uint64_t number;
        int bound;

        if (!statement)
                return -1;
        if (kind == LNS_NODE_VERSION || kind == LNS_NODE_TRANSACTION) {
                if (lns_version_parse(name, strlen(name), &number))
                        return 0;
                if (kind == LNS_NODE_VERSION)
                        bound = sqlite_bind(statement, err, "ii", (int64_t)parent, (int64_t)number);
                else
                        bound = sqlite_bind(statement, err, "i", (int64_t)number);
        } else {
                bound = sqlite_bind(statement, err, "it", (int64_t)parent, name);
        }
        return bound ? -1 : node_find(connection, statement, kind, ret_node, err);
}

int sqlite_lookup_node(struct lns_backend *backend, enum lns_node_kind parent_kind, uint64_t parent,
                       enum lns_node_kind kind, const char *name, struct lns_node *ret_node,
                       struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        bool in_table = kind == LNS_NODE_TAG || kind == LNS_NODE_VERSION;
        int found;

        if (in_table != (parent_kind == LNS_NODE_TABLE))
                return not_found(kind, 0, name, err);
        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        found = lookup(connection, parent, kind, name, ret_node, err);
        sqlite_read_end(sqlite, connection);
        if (!found)
                return not_found(kind, 0, name, err);
        return found < 0 ? -1 : 0;
}

int sqlite_find_node(struct sqlite_connection *connection, enum lns_node_kind kind, uint64_t id,
                     struct lns_node *ret_node, struct lns_error *err)
{
        static const enum sqlite_statement by_id[] = {
                [LNS_NODE_NAMESPACE] = SQL_NODE_NAMESPACE,
                [LNS_NODE_TABLE] = SQL_NODE_TABLE,
                [LNS_NODE_TAG] = SQL_NODE_TAG,
                [LNS_NODE_VERSION] = SQL_NODE_VERSION,
                [LNS_NODE_RECEIPT] = SQL_NODE_RECEIPT,
                [LNS_NODE_TRANSACTION] = SQL_NODE_TRANSACTION,
        };
        sqlite3_stmt *statement = sqlite_statement(connection, by_id[kind], err);

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id))
                return -1;
        return node_find(connection, statement, kind, ret_node, err);
}

int sqlite_describe_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                         struct lns_node *ret_node, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int found;

        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        found = sqlite_find_node(connection, kind, id, ret_node, err);
        sqlite_read_end(sqlite, connection);
        if (!found)
                return not_found(kind, id, NULL, err);
        return found < 0 ? -1 : 0;
}

/* ---- listings ---- */

static int list(struct sqlite_connection *connection, uint64_t parent, enum lns_node_kind kind,
                uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                struct lns_error *err)
{
        static const enum sqlite_statement lists[][2] = {
                [LNS_NODE_NAMESPACE] = { SQL_NODE_NAMESPACE_LIST, SQL_NODE_NAMESPACE_LIST },
                [LNS_NODE_TABLE] = { SQL_NODE_TABLE_LIST, SQL_NODE_TABLE_LIST },
                [LNS_NODE_TAG] = { SQL_NODE_TAG_LIST_BARE, SQL_NODE_TAG_LIST },
                [LNS_NODE_VERSION] = { SQL_NODE_VERSION_LIST_BARE, SQL_NODE_VERSION_LIST },
                [LNS_NODE_RECEIPT] = { SQL_NODE_RECEIPT_LIST_BARE, SQL_NODE_RECEIPT_LIST },
                [LNS_NODE_TRANSACTION] = { SQL_NODE_TRANSACTION_LIST_BARE,
                                           SQL_NODE_TRANSACTION_LIST },
        };
        sqlite3_stmt *statement = sqlite_statement(connection, lists[kind][attributes], err);
        struct lns_node node;
        int found;

        if (!statement || sqlite_bind(statement, err, "ii", (int64_t)parent, (int64_t)after))
                return -1;
        while ((found = sqlite_step(statement, err)) > 0) {
                if (node_from_row(connection, statement, kind, attributes, &node, err)) {
                        found = -1;
                        break;
                }
                if (!visit(context, &node)) {
                        found = 0;
                        break;
                }
        }
        sqlite_done(statement);
        return found;
}

int sqlite_list_nodes(struct lns_backend *backend, uint64_t parent, enum lns_node_kind kind,
                      uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                      struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int result;

        if (after > INT64_MAX)
                return 0;
        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        result = list(connection, parent, kind, after, attributes, visit, context, err);
        sqlite_read_end(sqlite, connection);
        return result;
}

/* ---- identifiers ---- */

static void free_names(char **names, size_t n_names)
{
        for (size_t i = 0; i < n_names; i++)
                free(names[i]);
        free(names);
}

/* Collect names upward from a namespace, the lowest first. */
static int climb(struct sqlite_connection *connection, uint64_t ns, char **names, size_t *n_names,
                 struct lns_error *err)
{
        while (ns > LNS_NODE_DEREGISTERED) {
                sqlite3_stmt *statement = sqlite_statement(connection, SQL_NODE_NAMESPACE_UP, err);
                uint64_t parent = 0;
                int found;

                if (*n_names == LNS_IDENT_PARTS_MAX)
                        return lns_error_set(err, LNS_INTERNAL,
                                             "namespaces are in each other, run "
                                             "'lancefs check'");
                if (!statement || sqlite_bind(statement, err, "i", (int64_t)ns))
                        return -1;
                found = sqlite_step(statement, err);
                if (found < 0)
                        return -1;
                if (!found)
                        return not_found(LNS_NODE_NAMESPACE, ns, NULL, err);
                parent = (uint64_t)sqlite3_column_int64(statement, 0);
                if (sqlite_column_string(statement, 1, &names[*n_names], err)) {
                        sqlite_done(statement);
                        return -1;
                }
                ++*n_names;
                sqlite_done(statement);
                ns = parent;
        }
        return 0;
}

/* The identifier of a namespace, with the name of a table below it unless that is NULL. */
static int identify_in(struct sqlite_connection *connection, uint64_t ns, const char *table,
                       struct lns_ident *ret_ident, struct lns_error *err)
{
        char **names = calloc(LNS_IDENT_PARTS_MAX, sizeof(*names));
        size_t n_names = 0;
        int result = -1;

        if (!names)
                return lns_error_set_oom(err);
        if (table) {
                names[0] = strdup(table);
                if (!names[0]) {
                        lns_error_set_oom(err);
                        goto out;
                }
                n_names = 1;
        }
        if (climb(connection, ns, names, &n_names, err))
                goto out;
        for (size_t i = 0; i < n_names / 2; i++) {
                char *name = names[i];

                names[i] = names[n_names - 1 - i];
                names[n_names - 1 - i] = name;
        }
        result = lns_ident_new(ret_ident, (const char *const *)names, n_names, err);
out:
        free_names(names, n_names);
        return result;
}

int sqlite_identify(struct sqlite_connection *connection, enum lns_node_kind kind, uint64_t id,
                    struct lns_ident *ret_ident, struct lns_error *err)
{
        struct lns_node node;
        int found = sqlite_find_node(connection, kind, id, &node, err);

        if (found > 0 && (kind == LNS_NODE_TAG || kind == LNS_NODE_VERSION))
                found = sqlite_find_node(connection, LNS_NODE_TABLE, node.parent, &node, err);
        else if (found > 0 && (kind == LNS_NODE_RECEIPT || kind == LNS_NODE_TRANSACTION))
                found = sqlite_find_node(connection, LNS_NODE_NAMESPACE, node.parent, &node, err);
        if (found < 0)
                return -1;
        if (!found)
                return not_found(kind, id, NULL, err);
        if (node.kind == LNS_NODE_NAMESPACE)
                return identify_in(connection, node.id, NULL, ret_ident, err);
        if (node.parent == LNS_NODE_DEREGISTERED)
                return lns_error_set(err, LNS_TABLE_NOT_FOUND, "table '%s' is deregistered",
                                     node.name);
        return identify_in(connection, node.parent, node.name, ret_ident, err);
}

int sqlite_identify_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                         struct lns_ident *ret_ident, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int result;

        if (sqlite_read_begin(sqlite, &connection, err))
                return -1;
        result = sqlite_identify(connection, kind, id, ret_ident, err);
        sqlite_read_end(sqlite, connection);
        return result;
}

/* ---- all of a node ---- */

/* A bound statement for one row. 0, or -1 also when there is none. */
static int details(struct sqlite_connection *connection, enum sqlite_statement which,
                   enum lns_node_kind kind, uint64_t id, sqlite3_stmt **ret_statement,
                   struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, which, err);
        int found;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id))
                return -1;
        found = sqlite_step(statement, err);
        if (found < 0)
                return -1;
        if (!found)
                return not_found(kind, id, NULL, err);
        *ret_statement = statement;
        return 0;
}

int sqlite_describe_version_node(struct lns_backend *backend, uint64_t id,
                                 struct lns_table_version *ret_version,
                                 enum lns_naming_scheme *ret_scheme, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        sqlite3_stmt *statement = NULL;
        int result;

        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        result = details(connection, SQL_NODE_VERSION_DETAILS, LNS_NODE_VERSION, id, &statement,
                         err);
        if (!result) {
                result = sqlite_version_from_row(statement, 0, ret_version, err);
                if (!result && ret_scheme)
                        *ret_scheme = (enum lns_naming_scheme)sqlite3_column_int(statement, 6);
                sqlite_done(statement);
        }
        sqlite_read_end(sqlite, connection);
        return result;
}

static int tag_from_row(sqlite3_stmt *statement, struct lns_table_tag *ret_tag,
                        struct lns_error *err)
{
        cleanup_(lns_table_tag_clear) struct lns_table_tag tag = {
                .version = (uint64_t)sqlite3_column_int64(statement, 1),
                .manifest_size = sqlite3_column_int64(statement, 3),
                .created_millis = sqlite3_column_int64(statement, 4),
                .updated_millis = sqlite3_column_int64(statement, 5),
        };

        if (sqlite_column_string(statement, 0, &tag.tag, err) ||
            sqlite_column_string(statement, 2, &tag.branch, err))
                return -1;
        *ret_tag = tag;
        tag = (struct lns_table_tag){ 0 };
        return 0;
}

int sqlite_describe_tag_node(struct lns_backend *backend, uint64_t id,
                             struct lns_table_tag *ret_tag, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        sqlite3_stmt *statement = NULL;
        int result;

        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        result = details(connection, SQL_NODE_TAG_DETAILS, LNS_NODE_TAG, id, &statement, err);
        if (!result) {
                result = tag_from_row(statement, ret_tag, err);
                sqlite_done(statement);
        }
        sqlite_read_end(sqlite, connection);
        return result;
}

static int describe_table(struct sqlite_connection *connection, uint64_t id,
                          struct lns_describe_table_response *ret_table, struct lns_error *err)
{
        cleanup_(
                lns_describe_table_response_clear) struct lns_describe_table_response table = { 0 };
        sqlite3_stmt *statement = NULL;
        uint64_t ns;

        if (details(connection, SQL_NODE_TABLE_DETAILS, LNS_NODE_TABLE, id, &statement, err))
                return -1;
        ns = (uint64_t)sqlite3_column_int64(statement, 1);
        table.managed_versioning = sqlite3_column_int(statement, 3);
        table.version = (uint64_t)sqlite3_column_int64(statement, 4);
        table.is_only_declared = !sqlite3_column_int(statement, 5);
        if (sqlite_column_string(statement, 0, &table.table, err) ||
            sqlite_column_string(statement, 2, &table.location, err)) {
                sqlite_done(statement);
                return -1;
        }
        sqlite_done(statement);
        if (identify_in(connection, ns, NULL, &table.ns, err) ||
            sqlite_map_read(connection, SQL_TABLE_PROPERTY_LIST, id, &table.properties, err))
                return -1;
        *ret_table = table;
        table = (struct lns_describe_table_response){ 0 };
        return 0;
}

int sqlite_describe_table_node(struct lns_backend *backend, uint64_t id,
                               struct lns_describe_table_response *ret_table, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int result;

        if (sqlite_read_begin(sqlite, &connection, err))
                return -1;
        result = describe_table(connection, id, ret_table, err);
        sqlite_read_end(sqlite, connection);
        return result;
}

int sqlite_describe_namespace_node(struct lns_backend *backend, uint64_t id,
                                   struct lns_describe_namespace_response *ret_namespace,
                                   struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        sqlite3_stmt *statement = NULL;
        struct lns_map properties = { 0 };
        int result;

        if (sqlite_read_begin(sqlite, &connection, err))
                return -1;
        result =
                details(connection, SQL_NODE_NAMESPACE_UP, LNS_NODE_NAMESPACE, id, &statement, err);
        if (!result) {
                sqlite_done(statement);
                result = sqlite_map_read(connection, SQL_NAMESPACE_PROPERTY_LIST, id, &properties,
                                         err);
        }
        if (!result)
                ret_namespace->properties = properties;
        sqlite_read_end(sqlite, connection);
        return result;
}

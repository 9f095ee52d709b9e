/* What a filesystem sets on a namespace or table: owner, mode, properties. */
#include <errno.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

struct node_change {
        enum lns_node_kind kind;
        uint64_t id;

        /* attributes */
        unsigned fields;
        uid_t uid;
        gid_t gid;
        mode_t mode;

        /* a property */
        const char *key;
        const char *value;
        enum lns_property_mode property_mode;
};

/* The node, as it is inside the write. */
static int node_get(struct sqlite_write *write, const struct node_change *change,
                    struct lns_node *ret_node, struct lns_error *err)
{
        int found = sqlite_find_node(write->connection, change->kind, change->id, ret_node, err);

        if (found < 0)
                return -1;
        if (!found)
                return lns_error_set(err,
                                     change->kind == LNS_NODE_TABLE ? LNS_TABLE_NOT_FOUND
                                                                    : LNS_NAMESPACE_NOT_FOUND,
                                     "%s number %llu is gone",
                                     change->kind == LNS_NODE_TABLE ? "table" : "namespace",
                                     (unsigned long long)change->id);
        return 0;
}

/* Append to the feed. What is deregistered has no identifier. */
static int append_change(struct sqlite_write *write, const struct lns_node *node,
                         struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident ident = { 0 };
        bool table = node->kind == LNS_NODE_TABLE;
        bool hidden = (table ? node->parent : node->id) == LNS_NODE_DEREGISTERED;
        struct sqlite_change change = {
                .operation = table ? "AlterTable" : "AlterNamespace",
                .node = node->id == LNS_NODE_ROOT ? SQLITE_CHANGE_ROOT : node->id,
                .parent = node->parent,
                .id = hidden ? NULL : &ident,
        };

        if (!hidden && sqlite_identify(write->connection, node->kind, node->id, &ident, err))
                return -1;
        return sqlite_change_append(write, &change, NULL, err);
}

/* ---- attributes ---- */

static int set_attributes(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const struct node_change *change = context;
        struct lns_node node;
        uid_t uid;
        gid_t gid;
        mode_t mode;

        if (node_get(write, change, &node, err))
                return -1;
        uid = change->fields & LNS_ATTRIBUTE_UID ? change->uid : node.uid;
        gid = change->fields & LNS_ATTRIBUTE_GID ? change->gid : node.gid;
        mode = change->fields & LNS_ATTRIBUTE_MODE ? change->mode & 07777 : node.mode;
        if (uid == node.uid && gid == node.gid && mode == node.mode)
                return 0;
        if (sqlite_run(write->connection,
                       change->kind == LNS_NODE_TABLE ? SQL_NODE_TABLE_ATTRIBUTES
                                                      : SQL_NODE_NAMESPACE_ATTRIBUTES,
                       err, "iiiii", (int64_t)change->id, (int64_t)uid, (int64_t)gid, (int64_t)mode,
                       write->now_ms))
                return -1;
        return append_change(write, &node, err);
}

int sqlite_set_node_attributes(struct lns_backend *backend, const struct lns_caller *caller,
                               enum lns_node_kind kind, uint64_t id, unsigned fields, uid_t uid,
                               gid_t gid, mode_t mode, struct lns_error *err)
{
        struct node_change change = {
                .kind = kind,
                .id = id,
                .fields = fields,
                .uid = uid,
                .gid = gid,
                .mode = mode,
        };

        return sqlite_write(sqlite_backend_of(backend), caller, set_attributes, &change, err);
}

/* ---- properties ---- */

/* The statements on the properties of one kind. */
struct property_statements {
        enum sqlite_statement get;
        enum sqlite_statement set;
        enum sqlite_statement count;
        enum sqlite_statement delete;
        enum sqlite_statement changed;
};

static const struct property_statements table_property = {
        SQL_TABLE_PROPERTY_GET,    SQL_TABLE_PROPERTY_SET, SQL_TABLE_PROPERTY_COUNT,
        SQL_TABLE_PROPERTY_DELETE, SQL_NODE_TABLE_CHANGED,
};

static const struct property_statements namespace_property = {
        SQL_NAMESPACE_PROPERTY_GET,    SQL_NAMESPACE_PROPERTY_SET, SQL_NAMESPACE_PROPERTY_COUNT,
        SQL_NAMESPACE_PROPERTY_DELETE, SQL_NODE_NAMESPACE_CHANGED,
};

/* 1: the key is there, and *ret_same says whether with this value; 0: it is not; -1. */
static int property_find(struct sqlite_write *write, enum sqlite_statement get,
                         const struct node_change *change, bool *ret_same, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(write->connection, get, err);
        int found;

        if (!statement || sqlite_bind(statement, err, "it", (int64_t)change->id, change->key))
                return -1;
        found = sqlite_step(statement, err);
        if (found > 0) {
                const char *value = (const char *)sqlite3_column_text(statement, 0);

                *ret_same = value && change->value && !strcmp(value, change->value);
        }
        sqlite_done(statement);
        return found;
}

static int property_check_room(struct sqlite_write *write, enum sqlite_statement count,
                               const struct node_change *change, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(write->connection, count, err);
        int64_t n = 0;
        int found;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)change->id))
                return -1;
        found = sqlite_step(statement, err);
        if (found > 0)
                n = sqlite3_column_int64(statement, 0);
        sqlite_done(statement);
        if (found < 0)
                return -1;
        if (n >= LNS_MAP_ENTRIES_MAX)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENOSPC,
                                           "there are %d properties already", LNS_MAP_ENTRIES_MAX);
        return 0;
}

static int set_property(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const struct node_change *change = context;
        const struct property_statements *statements =
                change->kind == LNS_NODE_TABLE ? &table_property : &namespace_property;
        struct lns_node node;
        bool same = false;
        int found;
        int result;

        if (node_get(write, change, &node, err))
                return -1;
        found = property_find(write, statements->get, change, &same, err);
        if (found < 0)
                return -1;
        if (found && change->value && change->property_mode == LNS_PROPERTY_CREATE_ONLY)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EEXIST,
                                           "property '%s' is set already", change->key);
        if (!found && (!change->value || change->property_mode == LNS_PROPERTY_REPLACE_ONLY))
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENODATA,
                                           "property '%s' is not set", change->key);
        if (same)
                return 0;
        if (!found && property_check_room(write, statements->count, change, err))
                return -1;
        if (change->value)
                result = sqlite_run(write->connection, statements->set, err, "itt",
                                    (int64_t)change->id, change->key, change->value);
        else
                result = sqlite_run(write->connection, statements->delete, err, "it",
                                    (int64_t)change->id, change->key);
        if (result || sqlite_run(write->connection, statements->changed, err, "ii",
                                 (int64_t)change->id, write->now_ms))
                return -1;
        return append_change(write, &node, err);
}

int sqlite_set_node_property(struct lns_backend *backend, const struct lns_caller *caller,
                             enum lns_node_kind kind, uint64_t id, const char *key,
                             const char *value, enum lns_property_mode mode, struct lns_error *err)
{
        struct node_change change = {
                .kind = kind,
                .id = id,
                .key = key,
                .value = value,
                .property_mode = mode,
        };

        return sqlite_write(sqlite_backend_of(backend), caller, set_property, &change, err);
}

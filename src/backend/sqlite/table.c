/* Tables. A table is a row that knows its namespace, its name and where its storage is; tags,
 * versions and branches know it by its id, so that a rename changes one row. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

#define TABLE_MODE 0755

/* ---- shared ---- */

int sqlite_table_insert(struct sqlite_write *write, const struct sqlite_new_table *table,
                        struct lns_error *err)
{
        return sqlite_run(write->connection, SQL_TABLE_INSERT, err, "iittiiii", (int64_t)table->id,
                          (int64_t)table->parent, table->name, table->location, (int64_t)table->uid,
                          (int64_t)table->gid, (int64_t)table->mode, write->now_ms);
}

int sqlite_table_location(struct sqlite_connection *connection, uint64_t table, char **ret_location,
                          struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TABLE_LOCATION, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)table) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        assert(r == 1); /* its id was resolved in the same transaction */
        r = sqlite_column_string(statement, 0, ret_location, err);
        sqlite_done(statement);
        return r;
}

int sqlite_table_touch_tags(struct sqlite_write *write, uint64_t table, struct lns_error *err)
{
        if (!sqlite_cache_touch(write->connection->cache, table, true))
                return 0;
        return sqlite_run(write->connection, SQL_TABLE_TOUCH_TAGS, err, "ii", (int64_t)table,
                          write->now_ms);
}

int sqlite_table_touch_versions(struct sqlite_write *write, uint64_t table, struct lns_error *err)
{
        if (!sqlite_cache_touch(write->connection->cache, table, false))
                return 0;
        return sqlite_run(write->connection, SQL_TABLE_TOUCH_VERSIONS, err, "ii", (int64_t)table,
                          write->now_ms);
}

int sqlite_table_already_exists(const struct lns_ident *ident, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];

        return lns_error_set(err, LNS_TABLE_ALREADY_EXISTS, "table '%s' exists",
                             sqlite_ident_text(ident, text));
}

/* Remove the rows of a table, what names before what is named. Its storage stays. */
static int forget_table(struct sqlite_connection *connection, uint64_t table, struct lns_error *err)
{
        static const enum sqlite_statement parts[] = {
                SQL_TAG_CLEAR,    SQL_VERSION_CLEAR, SQL_BRANCH_CLEAR, SQL_TABLE_PROPERTY_CLEAR,
                SQL_TABLE_DELETE,
        };

        for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
                if (sqlite_run(connection, parts[i], err, "i", (int64_t)table) < 0)
                        return -1;
        }
        return 0;
}

int sqlite_check_not_made(const struct sqlite_write *write, uint64_t id,
                          const struct lns_ident *ident, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];

        if (write->transaction_id == 0 || id < write->transaction_id)
                return 0;
        return lns_error_set(err, LNS_INVALID_INPUT,
                             "'%s' is made and taken away by the same batch",
                             sqlite_ident_text(ident, text));
}

int sqlite_table_remove(struct sqlite_write *write, uint64_t table, uint64_t parent,
                        const struct lns_ident *ident, struct lns_error *err)
{
        cleanup_(free_pointer) char *location = NULL;
        uint64_t seq;

        if ((ident && sqlite_check_not_made(write, table, ident, err) < 0) ||
            sqlite_table_location(write->connection, table, &location, err) < 0 ||
            forget_table(write->connection, table, err) < 0 ||
            sqlite_storage_drop(write, location, err) < 0)
                return -1;
        if (!ident)
                return 0;

        const struct sqlite_change change = {
                .operation = "DropTable",
                .node = table,
                .parent = parent,
                .id = ident,
                .location = location,
        };
        return sqlite_change_append(write, &change, &seq, err);
}

/* ---- declare ---- */

/* No directory is made: the storage belongs to whoever writes the first version. */
int sqlite_apply_declare_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_declare_table *c = context;
        const struct lns_declare_table_request *request = c->request;
        const char *name = request->id->parts[request->id->n_parts - 1];
        uint64_t parent;
        uint64_t id;
        int r;

        lns_declare_table_response_clear(&c->response);
        if (sqlite_resolve_parent(write->connection, request->id, &parent, err) < 0)
                return -1;
        r = sqlite_find_table(write->connection, parent, name, &id, err);
        if (r < 0)
                return -1;
        if (r == 1)
                return sqlite_table_already_exists(request->id, err);
        if (!request->location) {
                if (sqlite_storage_location(write->backend, name, &c->response.location, err) < 0)
                        return -1;
        } else {
                c->response.location = strdup(request->location);
                if (!c->response.location)
                        return lns_error_set_oom(err);
        }

        const struct sqlite_change change = {
                .operation = "DeclareTable",
                .parent = parent,
                .id = request->id,
                .location = c->response.location,
        };
        if (sqlite_change_append(write, &change, &id, err) < 0)
                return -1;
        const struct sqlite_new_table table = {
                .id = id,
                .parent = parent,
                .name = name,
                .location = c->response.location,
                .uid = request->has_mode ? request->uid : write->uid,
                .gid = request->has_mode ? request->gid : write->gid,
                .mode = request->has_mode ? request->file_mode : TABLE_MODE,
        };
        if (sqlite_table_insert(write, &table, err) < 0 ||
            sqlite_map_write(write->connection, SQL_TABLE_PROPERTY_SET, id, request->properties,
                             err) < 0 ||
            sqlite_namespace_touch(write, parent, err) < 0)
                return -1;
        sqlite_cache_keep_table(write->connection->cache, request->id, parent, id);
        c->response.managed_versioning = true;
        c->response.transaction_id = write->transaction_id;
        return lns_map_copy(&c->response.properties, request->properties, err);
}

int sqlite_declare_table(struct lns_backend *backend,
                         const struct lns_declare_table_request *request,
                         struct lns_declare_table_response *response, struct lns_error *err)
{
        struct sqlite_declare_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_declare_table,
                         &c, err) < 0) {
                lns_declare_table_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

/* ---- register ---- */

struct register_table {
        const struct lns_register_table_request *request;
        struct lns_register_table_response response;
};

/* Mode Overwrite: the record goes, the storage stays. Ids are not used again, so the feed says that
 * this one is gone. */
static int replace_table(struct sqlite_write *write, uint64_t table, uint64_t parent,
                         const struct lns_ident *ident, struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "DeregisterTable",
                .node = table,
                .parent = parent,
                .id = ident,
        };
        uint64_t seq;

        if (forget_table(write->connection, table, err) < 0)
                return -1;
        return sqlite_change_append(write, &change, &seq, err);
}

/* Put the table at its place: the one that was deregistered at this location, with its versions and
 * tags, or a new one. *ret_table is its id. */
static int place_table(struct sqlite_write *write, const struct lns_register_table_request *request,
                       uint64_t parent, uint64_t *ret_table, struct lns_error *err)
{
        struct sqlite_connection *connection = write->connection;
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TABLE_DEREGISTERED_AT, err);
        struct sqlite_change change = {
                .operation = "RegisterTable",
                .parent = parent,
                .id = request->id,
                .location = request->location,
        };
        const char *name = request->id->parts[request->id->n_parts - 1];
        uint64_t seq;
        int r;

        if (!statement || sqlite_bind(statement, err, "t", request->location) < 0)
                return -1;
        r = sqlite_step_id(statement, &change.node, err);
        if (r < 0 || sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        *ret_table = r == 1 ? change.node : seq;
        if (r == 1) {
                if (sqlite_namespace_touch(write, LNS_NODE_DEREGISTERED, err) < 0)
                        return -1;
                return sqlite_run(connection, SQL_TABLE_MOVE, err, "iiti", (int64_t)change.node,
                                  (int64_t)parent, name, write->now_ms);
        }

        const struct sqlite_new_table table = {
                .id = seq,
                .parent = parent,
                .name = name,
                .location = request->location,
                .uid = write->uid,
                .gid = write->gid,
                .mode = TABLE_MODE,
        };
        return sqlite_table_insert(write, &table, err);
}

static int register_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct register_table *c = context;
        const struct lns_register_table_request *request = c->request;
        uint64_t parent;
        uint64_t id;
        int r;

        lns_register_table_response_clear(&c->response);
        if (sqlite_resolve_parent(write->connection, request->id, &parent, err) < 0)
                return -1;
        r = sqlite_find_table(write->connection, parent,
                              request->id->parts[request->id->n_parts - 1], &id, err);
        if (r < 0)
                return -1;
        if (r == 1 && !request->overwrite)
                return sqlite_table_already_exists(request->id, err);
        if (r == 1 && replace_table(write, id, parent, request->id, err) < 0)
                return -1;
        if (place_table(write, request, parent, &id, err) < 0 ||
            sqlite_namespace_touch(write, parent, err) < 0 ||
            sqlite_map_write(write->connection, SQL_TABLE_PROPERTY_SET, id, request->properties,
                             err) < 0 ||
            sqlite_map_read(write->connection, SQL_TABLE_PROPERTY_LIST, id, &c->response.properties,
                            err) < 0)
                return -1;
        if (c->response.properties.n_entries > LNS_MAP_ENTRIES_MAX)
                return lns_error_set(err, LNS_INVALID_INPUT, "more than %d properties",
                                     LNS_MAP_ENTRIES_MAX);
        c->response.location = strdup(request->location);
        if (!c->response.location)
                return lns_error_set_oom(err);
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_register_table(struct lns_backend *backend,
                          const struct lns_register_table_request *request,
                          struct lns_register_table_response *response, struct lns_error *err)
{
        struct register_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, register_table, &c, err) <
            0) {
                lns_register_table_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

/* ---- describe, exists ---- */

/* Which version a describe_table request means; 0: the table is only declared. */
static int described_version(struct sqlite_connection *connection, uint64_t table,
                             const struct lns_describe_table_request *request,
                             uint64_t *ret_version, struct lns_error *err)
{
        uint64_t branch;

        if (request->tag) {
                struct sqlite_tag tag;
                int r = sqlite_find_tag(connection, table, request->tag, &tag, err);

                if (r < 0)
                        return -1;
                if (r == 0)
                        return lns_error_set(err, LNS_TABLE_TAG_NOT_FOUND, "tag '%s' not found",
                                             request->tag);
                *ret_version = tag.version;
                return 0;
        }
        if (sqlite_resolve_branch(connection, table, request->branch, &branch, err) < 0)
                return -1;
        if (request->version == 0)
                return sqlite_latest_version(connection, table, branch, ret_version, err);
        return sqlite_resolve_version(connection, table, branch, request->branch, request->version,
                                      ret_version, err);
}

static int describe_table(struct sqlite_connection *connection,
                          const struct lns_describe_table_request *request,
                          struct lns_describe_table_response *response, struct lns_error *err)
{
        const struct lns_ident *ident = request->id;
        cleanup_(
                lns_describe_table_response_clear) struct lns_describe_table_response table = { 0 };
        sqlite3_stmt *statement;
        uint64_t id;
        int r;

        if (sqlite_resolve_table(connection, ident, &id, err) < 0 ||
            described_version(connection, id, request, &table.version, err) < 0)
                return -1;
        statement = sqlite_statement(connection, SQL_TABLE_DESCRIBE, err);
        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        assert(r == 1); /* resolved in the same snapshot */
        r = sqlite_column_string(statement, 0, &table.location, err);
        table.managed_versioning = sqlite3_column_int(statement, 1) != 0;
        table.is_only_declared = sqlite3_column_int(statement, 2) == 0;
        sqlite_done(statement);
        if (r < 0 ||
            sqlite_map_read(connection, SQL_TABLE_PROPERTY_LIST, id, &table.properties, err) < 0 ||
            lns_ident_new(&table.ns, (const char *const *)ident->parts, ident->n_parts - 1, err) <
                    0)
                return -1;
        table.table = strdup(ident->parts[ident->n_parts - 1]);
        if (!table.table)
                return lns_error_set_oom(err);
        *response = table;
        table = (struct lns_describe_table_response){ 0 };
        return 0;
}

int sqlite_describe_table(struct lns_backend *backend,
                          const struct lns_describe_table_request *request,
                          struct lns_describe_table_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = describe_table(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

int sqlite_table_exists(struct lns_backend *backend, const struct lns_table_exists_request *request,
                        struct lns_table_exists_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        uint64_t version;
        uint64_t id;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = sqlite_resolve_table(connection, request->id, &id, err);
        if (r == 0 && request->version > 0)
                r = sqlite_resolve_version(connection, id, 0, NULL, request->version, &version,
                                           err);
        sqlite_read_end(sqlite, connection);
        if (r == 0)
                *response = (struct lns_table_exists_response){ 0 };
        return r;
}

/* ---- drop ---- */

struct drop_table {
        const struct lns_drop_table_request *request;
        struct lns_drop_table_response response;
};

/* rmdir: branches are not seen in the table's directory, tags and the versions of main are. */
static int check_is_empty(struct sqlite_connection *connection, uint64_t table,
                          const struct lns_ident *ident, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TABLE_IN_USE, err);
        char text[LNS_ERROR_TEXT_MAX];
        uint64_t versions;
        int r;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)table) < 0)
                return -1;
        r = sqlite_step_id(statement, &versions, err);
        if (r == 1)
                return lns_error_set_errno(err, LNS_INVALID_TABLE_STATE, ENOTEMPTY,
                                           "table '%s' has %s", sqlite_ident_text(ident, text),
                                           versions ? "versions" : "tags");
        return r;
}

static int drop_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct drop_table *c = context;
        const struct lns_ident *ident = c->request->id;
        struct sqlite_connection *connection = write->connection;
        uint64_t parent;
        uint64_t id;

        lns_drop_table_response_clear(&c->response);
        if (sqlite_resolve_table_in(connection, ident, &parent, &id, err) < 0 ||
            (c->request->only_empty && check_is_empty(connection, id, ident, err) < 0) ||
            sqlite_table_location(connection, id, &c->response.location, err) < 0 ||
            sqlite_map_read(connection, SQL_TABLE_PROPERTY_LIST, id, &c->response.properties, err) <
                    0 ||
            lns_ident_new(&c->response.id, (const char *const *)ident->parts, ident->n_parts, err) <
                    0 ||
            sqlite_table_remove(write, id, parent, ident, err) < 0 ||
            sqlite_namespace_touch(write, parent, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_drop_table(struct lns_backend *backend, const struct lns_drop_table_request *request,
                      struct lns_drop_table_response *response, struct lns_error *err)
{
        struct drop_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, drop_table, &c, err) < 0) {
                lns_drop_table_response_clear(&c.response);
                return -1;
        }
        sqlite_storage_sweep(sqlite_backend_of(backend));
        *response = c.response;
        return 0;
}

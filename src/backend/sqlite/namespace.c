/* Namespaces, and the maps that they have in common with tables and transactions. */
#include <errno.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

#define NAMESPACE_MODE 0755

/* ---- shared ---- */

int sqlite_namespace_touch(struct sqlite_write *write, uint64_t id, struct lns_error *err)
{
        return sqlite_run(write->connection, SQL_NAMESPACE_TOUCH, err, "ii", (int64_t)id,
                          write->now_ms);
}

int sqlite_map_read(struct sqlite_connection *connection, enum sqlite_statement list,
                    uint64_t owner, struct lns_map *ret_map, struct lns_error *err)
{
        cleanup_(lns_map_clear) struct lns_map map = { 0 };
        sqlite3_stmt *statement = sqlite_statement(connection, list, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)owner) < 0)
                return -1;
        while ((r = sqlite_step(statement, err)) == 1) {
                cleanup_(free_pointer) char *key = NULL;
                cleanup_(free_pointer) char *value = NULL;

                if (sqlite_column_string(statement, 0, &key, err) < 0 ||
                    sqlite_column_string(statement, 1, &value, err) < 0 ||
                    lns_map_set(&map, key, value, err) < 0) {
                        sqlite_done(statement);
                        return -1;
                }
        }
        if (r < 0)
                return -1;
        *ret_map = map;
        map = (struct lns_map){ 0 };
        return 0;
}

int sqlite_map_write(struct sqlite_connection *connection, enum sqlite_statement set,
                     uint64_t owner, const struct lns_map *map, struct lns_error *err)
{
        for (size_t i = 0; map && i < map->n_entries; i++) {
                if (sqlite_run(connection, set, err, "itt", (int64_t)owner, map->entries[i].key,
                               map->entries[i].value) < 0)
                        return -1;
        }
        return 0;
}

/* ---- removal ---- */

/* Where a removal stands: the names from the root down and the ids from the top of the removal. One
 * path that grows and shrinks, because a tree may be as deep as an identifier is long. */
struct removal {
        struct sqlite_write *write;
        uint64_t ids[LNS_IDENT_PARTS_MAX + 1];
        char *parts[LNS_IDENT_PARTS_MAX + 1];
        size_t n_parts;
        size_t n_fixed; /* parts that belong to the namespace that is dropped */
};

static void removal_clear(struct removal *removal)
{
        while (removal->n_parts > removal->n_fixed)
                free(removal->parts[--removal->n_parts]);
}

static struct lns_ident removal_ident(struct removal *removal)
{
        return (struct lns_ident){ .parts = removal->parts, .n_parts = removal->n_parts };
}

/* Put the first row of a statement (id, name) at the end of the path. 1: there was one, 0: none. */
static int removal_push(struct removal *removal, enum sqlite_statement first, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(removal->write->connection, first, err);
        const uint64_t parent = removal->ids[removal->n_parts];
        char *name;
        uint64_t id;
        int r;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)parent) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        id = (uint64_t)sqlite3_column_int64(statement, 0);
        r = sqlite_column_string(statement, 1, &name, err);
        sqlite_done(statement);
        if (r < 0)
                return -1;
        if (removal->n_parts == LNS_IDENT_PARTS_MAX) {
                free(name);
                return lns_error_set(err, LNS_INTERNAL, "a namespace is more than %d levels deep",
                                     LNS_IDENT_PARTS_MAX);
        }
        removal->parts[removal->n_parts++] = name;
        removal->ids[removal->n_parts] = id;
        return 1;
}

static int remove_tables(struct removal *removal, struct lns_error *err)
{
        int r;

        while ((r = removal_push(removal, SQL_TABLE_FIRST, err)) == 1) {
                const struct lns_ident ident = removal_ident(removal);
                const size_t n = removal->n_parts;

                r = sqlite_table_remove(removal->write, removal->ids[n], removal->ids[n - 1],
                                        &ident, err);
                free(removal->parts[--removal->n_parts]);
                if (r < 0)
                        return -1;
        }
        return r;
}

/* Remove the namespace at the end of the path, which is empty by now. */
static int remove_row(struct removal *removal, uint64_t parent, struct lns_error *err)
{
        const struct lns_ident ident = removal_ident(removal);
        const uint64_t id = removal->ids[removal->n_parts];
        const struct sqlite_change change = {
                .operation = "DropNamespace",
                .node = id,
                .parent = parent,
                .id = &ident,
        };
        uint64_t seq;

        if (sqlite_check_not_made(removal->write, id, &ident, err) < 0 ||
            sqlite_run(removal->write->connection, SQL_NAMESPACE_PROPERTY_CLEAR, err, "i",
                       (int64_t)id) < 0 ||
            sqlite_run(removal->write->connection, SQL_RECEIPT_CLEAR, err, "i", (int64_t)id) < 0 ||
            sqlite_run(removal->write->connection, SQL_NAMESPACE_DELETE, err, "i", (int64_t)id) < 0)
                return -1;
        return sqlite_change_append(removal->write, &change, &seq, err);
}

/* Remove a namespace with all below it, children first, one change for each object. */
static int remove_namespace(struct sqlite_write *write, uint64_t id, uint64_t parent,
                            const struct lns_ident *ident, struct lns_error *err)
{
        cleanup_(removal_clear) struct removal removal = {
                .write = write,
                .n_parts = ident->n_parts,
                .n_fixed = ident->n_parts,
        };

        memcpy(removal.parts, ident->parts, ident->n_parts * sizeof(*ident->parts));
        removal.ids[removal.n_parts] = id;
        for (;;) {
                int r = removal_push(&removal, SQL_NAMESPACE_FIRST_CHILD, err);

                if (r < 0)
                        return -1;
                if (r == 1)
                        continue;
                if (remove_tables(&removal, err) < 0)
                        return -1;
                if (removal.n_parts == removal.n_fixed)
                        break;
                if (remove_row(&removal, removal.ids[removal.n_parts - 1], err) < 0)
                        return -1;
                free(removal.parts[--removal.n_parts]);
        }
        if (remove_row(&removal, parent, err) < 0)
                return -1;
        return sqlite_namespace_touch(write, parent, err);
}

/* ---- create ---- */

static int insert_namespace(struct sqlite_write *write, uint64_t parent,
                            const struct lns_create_namespace_request *request,
                            struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "CreateNamespace",
                .parent = parent,
                .id = request->id,
        };
        const uid_t uid = request->has_mode ? request->uid : write->uid;
        const gid_t gid = request->has_mode ? request->gid : write->gid;
        const mode_t mode = request->has_mode ? request->file_mode : NAMESPACE_MODE;
        uint64_t id;

        if (sqlite_change_append(write, &change, &id, err) < 0 ||
            sqlite_run(write->connection, SQL_NAMESPACE_INSERT, err, "iitiiii", (int64_t)id,
                       (int64_t)parent, request->id->parts[request->id->n_parts - 1], (int64_t)uid,
                       (int64_t)gid, (int64_t)mode, write->now_ms) < 0 ||
            sqlite_map_write(write->connection, SQL_NAMESPACE_PROPERTY_SET, id, request->properties,
                             err) < 0)
                return -1;
        return sqlite_namespace_touch(write, parent, err);
}

int sqlite_apply_create_namespace(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_create_namespace *c = context;
        const struct lns_ident *ident = c->request->id;
        char text[LNS_ERROR_TEXT_MAX];
        uint64_t parent = 0;
        uint64_t id = LNS_NODE_ROOT;
        int found = 1; /* the root always is */

        lns_create_namespace_response_clear(&c->response);
        if (ident->n_parts > 0) {
                if (sqlite_resolve_parent(write->connection, ident, &parent, err) < 0)
                        return -1;
                found = sqlite_find_namespace(write->connection, parent,
                                              ident->parts[ident->n_parts - 1], &id, err);
                if (found < 0)
                        return -1;
        }
        if (found == 1 && c->request->mode == LNS_CREATE_MODE_EXIST_OK)
                return sqlite_map_read(write->connection, SQL_NAMESPACE_PROPERTY_LIST, id,
                                       &c->response.properties, err);
        if (found == 1 && (ident->n_parts == 0 || c->request->mode == LNS_CREATE_MODE_CREATE))
                return lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS, "namespace '%s' exists",
                                     sqlite_ident_text(ident, text));
        if (found == 1 && remove_namespace(write, id, parent, ident, err) < 0)
                return -1;
        if (insert_namespace(write, parent, c->request, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return lns_map_copy(&c->response.properties, c->request->properties, err);
}

int sqlite_create_namespace(struct lns_backend *backend,
                            const struct lns_create_namespace_request *request,
                            struct lns_create_namespace_response *response, struct lns_error *err)
{
        struct sqlite_create_namespace c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_create_namespace,
                         &c, err) < 0) {
                lns_create_namespace_response_clear(&c.response);
                return -1;
        }
        if (request->mode == LNS_CREATE_MODE_OVERWRITE)
                sqlite_storage_sweep(sqlite_backend_of(backend));
        *response = c.response;
        return 0;
}

/* ---- drop ---- */

struct drop_namespace {
        const struct lns_drop_namespace_request *request;
        struct lns_drop_namespace_response response;
};

/* Restrict: nothing may be in it. */
static int check_empty(struct sqlite_connection *connection, uint64_t id,
                       const struct lns_ident *ident, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_NAMESPACE_ANY_CHILD, err);
        char text[LNS_ERROR_TEXT_MAX];
        const char *child;
        const char *table;
        int r = 0;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id) < 0 ||
            sqlite_step(statement, err) < 0)
                return -1;
        child = (const char *)sqlite3_column_text(statement, 0);
        table = (const char *)sqlite3_column_text(statement, 1);
        if (child || table)
                r = lns_error_set(err, LNS_NAMESPACE_NOT_EMPTY, "namespace '%s' has %s '%s'",
                                  sqlite_ident_text(ident, text), child ? "namespace" : "table",
                                  child ? child : table);
        sqlite_done(statement);
        return r;
}

static int drop_namespace(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct drop_namespace *c = context;
        const struct lns_ident *ident = c->request->id;
        struct lns_error missing = LNS_ERROR_INIT;
        uint64_t parent;
        uint64_t id;

        lns_drop_namespace_response_clear(&c->response);
        if (ident->n_parts == 0)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "the root namespace cannot be dropped");
        if (sqlite_resolve_parent(write->connection, ident, &parent, &missing) < 0 ||
            sqlite_resolve_namespace(write->connection, ident, &id, &missing) < 0) {
                if (c->request->skip_missing && missing.code == LNS_NAMESPACE_NOT_FOUND)
                        return 0;
                if (err)
                        *err = missing;
                return -1;
        }
        if (!c->request->cascade && check_empty(write->connection, id, ident, err) < 0)
                return -1;
        if (sqlite_map_read(write->connection, SQL_NAMESPACE_PROPERTY_LIST, id,
                            &c->response.properties, err) < 0 ||
            remove_namespace(write, id, parent, ident, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_drop_namespace(struct lns_backend *backend,
                          const struct lns_drop_namespace_request *request,
                          struct lns_drop_namespace_response *response, struct lns_error *err)
{
        struct drop_namespace c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, drop_namespace, &c, err) <
            0) {
                lns_drop_namespace_response_clear(&c.response);
                return -1;
        }
        if (request->cascade)
                sqlite_storage_sweep(sqlite_backend_of(backend));
        *response = c.response;
        return 0;
}

/* ---- rename ---- */

struct rename_namespace {
        const struct lns_rename_namespace_request *request;
        struct lns_rename_namespace_response response;
};

static bool lies_in(const struct lns_ident *ident, const struct lns_ident *top)
{
        if (ident->n_parts < top->n_parts)
                return false;
        for (size_t i = 0; i < top->n_parts; i++) {
                if (strcmp(ident->parts[i], top->parts[i]) != 0)
                        return false;
        }
        return true;
}

/* A move downwards must leave every identifier below within its limit. */
static int check_height(struct sqlite_connection *connection, uint64_t id, size_t n_parts,
                        struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_NAMESPACE_HEIGHT, err);
        uint64_t height = 0;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id) < 0 ||
            sqlite_step_id(statement, &height, err) < 0)
                return -1;
        if (n_parts + height > LNS_IDENT_PARTS_MAX)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                           "identifiers below would have more than %d names",
                                           LNS_IDENT_PARTS_MAX);
        return 0;
}

static int rename_namespace(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct rename_namespace *c = context;
        const struct lns_ident *old = c->request->id;
        const struct lns_ident *new = c->request->new_id;
        char text[LNS_ERROR_TEXT_MAX];
        uint64_t old_parent;
        uint64_t parent;
        uint64_t id;
        uint64_t other;
        uint64_t seq;
        int r;

        if (old->n_parts == 0 || new->n_parts == 0)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "the root namespace cannot be renamed");
        if (sqlite_resolve_parent(write->connection, old, &old_parent, err) < 0 ||
            sqlite_resolve_namespace(write->connection, old, &id, err) < 0)
                return -1;
        if (lies_in(new, old))
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "namespace '%s' cannot move into itself",
                                     sqlite_ident_text(old, text));
        if (sqlite_resolve_parent(write->connection, new, &parent, err) < 0)
                return -1;
        r = sqlite_find_namespace(write->connection, parent, new->parts[new->n_parts - 1], &other,
                                  err);
        if (r < 0)
                return -1;
        if (r == 1)
                return lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS, "namespace '%s' exists",
                                     sqlite_ident_text(new, text));
        if (new->n_parts > old->n_parts &&
            check_height(write->connection, id, new->n_parts, err) < 0)
                return -1;
        if (sqlite_run(write->connection, SQL_NAMESPACE_MOVE, err, "iiti", (int64_t)id,
                       (int64_t)parent, new->parts[new->n_parts - 1], write->now_ms) < 0 ||
            sqlite_namespace_touch(write, parent, err) < 0 ||
            (old_parent != parent && sqlite_namespace_touch(write, old_parent, err) < 0))
                return -1;

        const struct sqlite_change change = {
                .operation = "RenameNamespace",
                .node = id,
                .parent = parent,
                .id = new,
                .old_id = old,
        };
        if (sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_rename_namespace(struct lns_backend *backend,
                            const struct lns_rename_namespace_request *request,
                            struct lns_rename_namespace_response *response, struct lns_error *err)
{
        struct rename_namespace c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, rename_namespace, &c, err) <
            0)
                return -1;
        *response = c.response;
        return 0;
}

/* ---- reads ---- */

int sqlite_describe_namespace(struct lns_backend *backend,
                              const struct lns_describe_namespace_request *request,
                              struct lns_describe_namespace_response *response,
                              struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        uint64_t id;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = sqlite_resolve_namespace(connection, request->id, &id, err);
        if (r == 0)
                r = sqlite_map_read(connection, SQL_NAMESPACE_PROPERTY_LIST, id,
                                    &response->properties, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

int sqlite_namespace_exists(struct lns_backend *backend,
                            const struct lns_namespace_exists_request *request,
                            struct lns_namespace_exists_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        uint64_t id;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = sqlite_resolve_namespace(connection, request->id, &id, err);
        sqlite_read_end(sqlite, connection);
        if (r == 0)
                *response = (struct lns_namespace_exists_response){ 0 };
        return r;
}

/* Tables that change their place: deregistered, restored, renamed. */
#include <stdio.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* Give a table another place and name; nothing is there. Both namespaces have changed. */
static int move_table(struct sqlite_write *write, uint64_t table, uint64_t old_parent,
                      uint64_t parent, const char *name, struct lns_error *err)
{
        if (sqlite_run(write->connection, SQL_TABLE_MOVE, err, "iiti", (int64_t)table,
                       (int64_t)parent, name, write->now_ms) < 0 ||
            sqlite_namespace_touch(write, parent, err) < 0)
                return -1;
        return old_parent == parent ? 0 : sqlite_namespace_touch(write, old_parent, err);
}

/* A free name among the deregistered tables: the table's own, or with -2, -3... The name stays
 * within its limit; what is cut from it are whole characters. */
static int free_name(struct sqlite_connection *connection, const char *name, char *ret_name,
                     struct lns_error *err)
{
        for (unsigned n = 1;; n++) {
                char suffix[16] = "";
                size_t length = strlen(name);
                uint64_t other;
                int r;

                if (n > 1)
                        snprintf(suffix, sizeof(suffix), "-%u", n);
                if (length > LNS_NAME_MAX - strlen(suffix)) {
                        length = LNS_NAME_MAX - strlen(suffix);
                        while (((unsigned char)name[length] & 0xc0) == 0x80)
                                length--;
                }
                memcpy(ret_name, name, length);
                memcpy(ret_name + length, suffix, strlen(suffix) + 1);
                r = sqlite_find_table(connection, LNS_NODE_DEREGISTERED, ret_name, &other, err);
                if (r <= 0)
                        return r;
        }
}

/* What the table is called among the deregistered ones. */
static int deregistered_name(struct sqlite_connection *connection,
                             const struct lns_deregister_table_request *request, char **ret_name,
                             struct lns_error *err)
{
        const char *given = request->deregistered_name;
        char name[LNS_NAME_MAX + 1];
        uint64_t other;
        int r;

        if (given)
                r = sqlite_find_table(connection, LNS_NODE_DEREGISTERED, given, &other, err);
        else
                r = free_name(connection, request->id->parts[request->id->n_parts - 1], name, err);
        if (r < 0)
                return -1;
        if (r == 1)
                return lns_error_set(err, LNS_TABLE_ALREADY_EXISTS,
                                     "deregistered table '%s' exists", given);
        *ret_name = strdup(given ? given : name);
        return *ret_name ? 0 : lns_error_set_oom(err);
}

int sqlite_apply_deregister_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_deregister_table *c = context;
        const struct lns_ident *ident = c->request->id;
        struct sqlite_connection *connection = write->connection;
        uint64_t parent;
        uint64_t seq;
        uint64_t id;

        lns_deregister_table_response_clear(&c->response);
        if (sqlite_resolve_table_in(connection, ident, &parent, &id, err) < 0 ||
            deregistered_name(connection, c->request, &c->response.deregistered_name, err) < 0 ||
            sqlite_table_location(connection, id, &c->response.location, err) < 0 ||
            sqlite_map_read(connection, SQL_TABLE_PROPERTY_LIST, id, &c->response.properties, err) <
                    0 ||
            lns_ident_new(&c->response.id, (const char *const *)ident->parts, ident->n_parts, err) <
                    0 ||
            move_table(write, id, parent, LNS_NODE_DEREGISTERED, c->response.deregistered_name,
                       err) < 0)
                return -1;

        /* It has no identifier now: the feed says what it was called. */
        const struct sqlite_change change = {
                .operation = "DeregisterTable",
                .node = id,
                .parent = LNS_NODE_DEREGISTERED,
                .id = ident,
                .location = c->response.location,
        };
        if (sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_deregister_table(struct lns_backend *backend,
                            const struct lns_deregister_table_request *request,
                            struct lns_deregister_table_response *response, struct lns_error *err)
{
        struct sqlite_deregister_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_deregister_table,
                         &c, err) < 0) {
                lns_deregister_table_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

struct restore_deregistered_table {
        const struct lns_restore_deregistered_table_request *request;
        struct lns_restore_deregistered_table_response response;
};

static int restore_deregistered_table(struct sqlite_write *write, void *context,
                                      struct lns_error *err)
{
        struct restore_deregistered_table *c = context;
        const struct lns_ident *ident = c->request->id;
        const char *name = ident->parts[ident->n_parts - 1];
        uint64_t parent;
        uint64_t other;
        uint64_t seq;
        uint64_t id;
        int r;

        r = sqlite_find_table(write->connection, LNS_NODE_DEREGISTERED,
                              c->request->deregistered_name, &id, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_TABLE_NOT_FOUND, "deregistered table '%s' not found",
                                     c->request->deregistered_name);
        if (sqlite_resolve_parent(write->connection, ident, &parent, err) < 0)
                return -1;
        r = sqlite_find_table(write->connection, parent, name, &other, err);
        if (r < 0)
                return -1;
        if (r == 1)
                return sqlite_table_already_exists(ident, err);
        if (move_table(write, id, LNS_NODE_DEREGISTERED, parent, name, err) < 0)
                return -1;

        const struct sqlite_change change = {
                .operation = "RestoreDeregisteredTable",
                .node = id,
                .parent = parent,
                .id = ident,
        };
        if (sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_restore_deregistered_table(struct lns_backend *backend,
                                      const struct lns_restore_deregistered_table_request *request,
                                      struct lns_restore_deregistered_table_response *response,
                                      struct lns_error *err)
{
        struct restore_deregistered_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, restore_deregistered_table,
                         &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

struct rename_table {
        const struct lns_rename_table_request *request;
        struct lns_rename_table_response response;
};

static int rename_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct rename_table *c = context;
        const struct lns_ident *old = c->request->id;
        const char *name = c->request->new_table_name;
        cleanup_(lns_ident_clear) struct lns_ident new = { 0 };
        struct lns_ident ns = { .parts = old->parts, .n_parts = old->n_parts - 1 };
        uint64_t old_parent;
        uint64_t parent;
        uint64_t other;
        uint64_t seq;
        uint64_t id;
        int r;

        if (c->request->new_namespace_id)
                ns = *c->request->new_namespace_id;
        if (sqlite_resolve_table_in(write->connection, old, &old_parent, &id, err) < 0 ||
            sqlite_resolve_namespace(write->connection, &ns, &parent, err) < 0 ||
            lns_ident_child(&new, &ns, name, err) < 0)
                return -1;
        r = sqlite_find_table(write->connection, parent, name, &other, err);
        if (r < 0)
                return -1;
        if (r == 1)
                return sqlite_table_already_exists(&new, err);
        if (move_table(write, id, old_parent, parent, name, err) < 0)
                return -1;

        const struct sqlite_change change = {
                .operation = "RenameTable",
                .node = id,
                .parent = parent,
                .id = &new,
                .old_id = old,
        };
        if (sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_rename_table(struct lns_backend *backend, const struct lns_rename_table_request *request,
                        struct lns_rename_table_response *response, struct lns_error *err)
{
        struct rename_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, rename_table, &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

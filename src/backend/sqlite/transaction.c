/* Transactions. One is known by the seq of its first change, and has succeeded: what did not has no
 * changes. What a client wants to remember about it lies beside it. */
#include <stdio.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* What the feed knows of a transaction reads as properties too; nobody sets these. */
#define TIME_MILLIS "time_millis"
#define UID "uid"
#define OPERATION "operation"

static int set_number(struct lns_map *map, const char *key, int64_t number, struct lns_error *err)
{
        char text[24];

        snprintf(text, sizeof(text), "%lld", (long long)number);
        return lns_map_set(map, key, text, err);
}

/* What the feed and the row of the state say, all but the properties. TRANSACTION_NOT_FOUND when the
 * feed has none of this number. documents: with request and response, which may be large. */
static int read_transaction(struct sqlite_connection *connection, uint64_t id, bool documents,
                            struct lns_describe_transaction_response *ret, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TRANSACTION_DESCRIBE, err);
        int r;

        if (!statement ||
            sqlite_bind(statement, err, "ii", (int64_t)id, (int64_t)LNS_TRANSACTION_SUCCEEDED) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_TRANSACTION_NOT_FOUND, "transaction '%llu' not found",
                                     (unsigned long long)id);
        ret->transaction_id = id;
        ret->time_millis = sqlite3_column_int64(statement, 0);
        ret->uid = (uid_t)sqlite3_column_int64(statement, 1);
        ret->status = (enum lns_transaction_status)sqlite3_column_int(statement, 3);
        r = sqlite_column_string(statement, 2, &ret->operation, err);
        if (r == 0 && documents)
                r = sqlite_column_string(statement, 4, &ret->request, err);
        if (r == 0 && documents)
                r = sqlite_column_string(statement, 5, &ret->response, err);
        sqlite_done(statement);
        return r;
}

static int describe(struct sqlite_connection *connection, uint64_t id, bool documents,
                    struct lns_describe_transaction_response *ret, struct lns_error *err)
{
        cleanup_(lns_describe_transaction_response_clear) struct lns_describe_transaction_response
                found = { 0 };

        if (read_transaction(connection, id, documents, &found, err) < 0 ||
            sqlite_map_read(connection, SQL_TRANSACTION_PROPERTY_LIST, id, &found.properties, err) <
                    0 ||
            set_number(&found.properties, TIME_MILLIS, found.time_millis, err) < 0 ||
            set_number(&found.properties, UID, found.uid, err) < 0 ||
            lns_map_set(&found.properties, OPERATION, found.operation, err) < 0)
                return -1;
        *ret = found;
        found = (struct lns_describe_transaction_response){ 0 };
        return 0;
}

int sqlite_describe_transaction(struct lns_backend *backend,
                                const struct lns_describe_transaction_request *request,
                                struct lns_describe_transaction_response *response,
                                struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = describe(connection, request->transaction_id, true, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

/* ---- alter ---- */

struct alter_transaction {
        const struct lns_alter_transaction_request *request;
        struct lns_alter_transaction_response response;
};

static int set_status(struct sqlite_connection *connection, uint64_t id,
                      enum lns_transaction_status status, struct lns_error *err)
{
        return sqlite_run(connection, SQL_TRANSACTION_STATUS_SET, err, "ii", (int64_t)id,
                          (int64_t)status);
}

static int property_exists(struct sqlite_connection *connection, uint64_t id, const char *key,
                           struct lns_error *err)
{
        sqlite3_stmt *statement =
                sqlite_statement(connection, SQL_TRANSACTION_PROPERTY_EXISTS, err);
        uint64_t one;

        if (!statement || sqlite_bind(statement, err, "it", (int64_t)id, key) < 0)
                return -1;
        return sqlite_step_id(statement, &one, err);
}

static int set_property(struct sqlite_connection *connection, uint64_t id,
                        const struct lns_alter_transaction_action *action, struct lns_error *err)
{
        int r = property_exists(connection, id, action->key, err);

        if (r < 0)
                return -1;
        if (r == 1 && action->mode == LNS_PROPERTY_SKIP)
                return 0;
        if (r == 1 && action->mode == LNS_PROPERTY_FAIL)
                return lns_error_set(err, LNS_CONCURRENT_MODIFICATION, "property '%s' exists",
                                     action->key);
        return sqlite_run(connection, SQL_TRANSACTION_PROPERTY_SET, err, "itt", (int64_t)id,
                          action->key, action->value);
}

static int unset_property(struct sqlite_connection *connection, uint64_t id,
                          const struct lns_alter_transaction_action *action, struct lns_error *err)
{
        int r = property_exists(connection, id, action->key, err);

        if (r < 0)
                return -1;
        if (r == 0 && action->mode == LNS_PROPERTY_FAIL)
                return lns_error_set(err, LNS_INVALID_INPUT, "property '%s' not found",
                                     action->key);
        return sqlite_run(connection, SQL_TRANSACTION_PROPERTY_DELETE, err, "it", (int64_t)id,
                          action->key);
}

static int apply(struct sqlite_connection *connection, uint64_t id,
                 const struct lns_alter_transaction_action *action, struct lns_error *err)
{
        if (action->kind == LNS_SET_STATUS)
                return set_status(connection, id, action->status, err);
        if (strcmp(action->key, TIME_MILLIS) == 0 || strcmp(action->key, UID) == 0 ||
            strcmp(action->key, OPERATION) == 0)
                return lns_error_set(err, LNS_INVALID_INPUT, "property '%s' is reserved",
                                     action->key);
        if (action->kind == LNS_SET_PROPERTY)
                return set_property(connection, id, action, err);
        return unset_property(connection, id, action, err);
}

static int alter_transaction(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct alter_transaction *c = context;
        const uint64_t id = c->request->transaction_id;
        const struct sqlite_change change = { .operation = "AlterTransaction", .node = id };
        cleanup_(lns_describe_transaction_response_clear) struct lns_describe_transaction_response
                transaction = { 0 };
        uint64_t seq;

        lns_alter_transaction_response_clear(&c->response);
        /* Properties hang on the row of the state, so that is there from the first action on. */
        if (read_transaction(write->connection, id, false, &transaction, err) < 0 ||
            set_status(write->connection, id, transaction.status, err) < 0)
                return -1;
        for (size_t i = 0; i < c->request->n_actions; i++) {
                if (apply(write->connection, id, &c->request->actions[i], err) < 0)
                        return lns_error_add_detail(err, "actions[%zu]", i);
        }
        lns_describe_transaction_response_clear(&transaction);
        if (describe(write->connection, id, false, &transaction, err) < 0)
                return -1;
        if (transaction.properties.n_entries > LNS_MAP_ENTRIES_MAX)
                return lns_error_set(err, LNS_INVALID_INPUT, "more than %d properties",
                                     LNS_MAP_ENTRIES_MAX);
        c->response.status = transaction.status;
        c->response.properties = transaction.properties;
        transaction.properties = (struct lns_map){ 0 };
        return sqlite_change_append(write, &change, &seq, err);
}

int sqlite_alter_transaction(struct lns_backend *backend,
                             const struct lns_alter_transaction_request *request,
                             struct lns_alter_transaction_response *response, struct lns_error *err)
{
        struct alter_transaction c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, alter_transaction, &c, err) <
            0) {
                lns_alter_transaction_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

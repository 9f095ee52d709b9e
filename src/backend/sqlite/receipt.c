/* Receipts: the names that batches were committed under. A receipt reads as the response of its
 * transaction, which stays when the receipt goes. The feed has nothing of them. */
#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* ---- put ---- */

int sqlite_receipt_check(struct sqlite_connection *connection, uint64_t parent, const char *name,
                         uint64_t *ret_transaction, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_RECEIPT_CHECK, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "it", (int64_t)parent, name) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_NAMESPACE_NOT_FOUND,
                                     "the receipt's namespace number %llu is gone",
                                     (unsigned long long)parent);
        r = 0;
        if (sqlite3_column_type(statement, 0) != SQLITE_NULL)
                r = lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS, "namespace '%s' exists", name);
        else
                *ret_transaction = (uint64_t)sqlite3_column_int64(statement, 1); /* null: 0 */
        sqlite_done(statement);
        return r;
}

int sqlite_receipt_put(struct sqlite_write *write, uint64_t parent, const char *name,
                       uint64_t transaction_id, struct lns_error *err)
{
        write->silent = true; /* a repeated commit has no other change */
        if (sqlite_run(write->connection, SQL_RECEIPT_INSERT, err, "itiiii", (int64_t)parent, name,
                       (int64_t)transaction_id, write->now_ms, (int64_t)write->uid,
                       (int64_t)write->gid) < 0)
                return -1;
        return sqlite_namespace_touch(write, parent, err);
}

/* ---- remove ---- */

struct removal {
        uint64_t parent;
        const char *name;
};

static int remove_receipt(struct sqlite_write *write, void *context, struct lns_error *err)
{
        const struct removal *removal = context;

        if (sqlite_run(write->connection, SQL_RECEIPT_DELETE, err, "it", (int64_t)removal->parent,
                       removal->name) < 0)
                return -1;
        if (sqlite3_changes64(write->connection->db) == 0)
                return lns_error_set(err, LNS_TRANSACTION_NOT_FOUND, "receipt '%s' not found",
                                     removal->name);
        write->silent = true;
        return sqlite_namespace_touch(write, removal->parent, err);
}

int sqlite_remove_receipt(struct lns_backend *backend, const struct lns_caller *caller,
                          uint64_t parent, const char *name, struct lns_error *err)
{
        struct removal removal = { .parent = parent, .name = name };

        return sqlite_write(sqlite_backend_of(backend), caller, remove_receipt, &removal, err);
}

/* ---- read ---- */

static int read_response(struct sqlite_connection *connection, uint64_t id, char **ret_text,
                         struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_RECEIPT_RESPONSE, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)id) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_TRANSACTION_NOT_FOUND, "receipt number %llu is gone",
                                     (unsigned long long)id);
        r = sqlite_column_string(statement, 0, ret_text, err);
        sqlite_done(statement);
        return r;
}

int sqlite_describe_receipt_node(struct lns_backend *backend, uint64_t id, char **ret_text,
                                 struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_one(sqlite, &connection, err) < 0)
                return -1;
        r = read_response(connection, id, ret_text, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

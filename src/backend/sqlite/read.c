/* Reads: a connection from the pool, with or without a snapshot. */
#include "backend/sqlite/sqlite.h"

/* Connections that wait in the pool for the next read; more are opened while more threads read at
 * once, and closed when they are done. */
#define IDLE_READERS_MAX 16

int sqlite_read_one(struct sqlite_backend *backend, struct sqlite_connection **ret_connection,
                    struct lns_error *err)
{
        struct sqlite_connection *connection;

        pthread_mutex_lock(&backend->pool_mutex);
        connection = backend->readers;
        if (connection) {
                backend->readers = connection->next;
                backend->n_readers--;
        }
        pthread_mutex_unlock(&backend->pool_mutex);
        if (!connection && sqlite_connection_open(backend, SQLITE_READER, &connection, NULL, err))
                return -1;
        *ret_connection = connection;
        return 0;
}

int sqlite_read_begin(struct sqlite_backend *backend, struct sqlite_connection **ret_connection,
                      struct lns_error *err)
{
        struct sqlite_connection *connection;

        if (sqlite_read_one(backend, &connection, err))
                return -1;
        if (sqlite_run(connection, SQL_BEGIN_READ, err, "")) {
                sqlite_read_end(backend, connection);
                return -1;
        }
        *ret_connection = connection;
        return 0;
}

/* End what is open, so that the connection keeps no snapshot: the log could not start over. */
static bool end_transaction(struct sqlite_connection *connection)
{
        struct lns_error ignored;

        if (!sqlite3_get_autocommit(connection->db) &&
            sqlite_run(connection, SQL_COMMIT, &ignored, "") &&
            sqlite_run(connection, SQL_ROLLBACK, &ignored, ""))
                return false;
        /* A statement that a failed caller did not reset. */
        if (sqlite3_txn_state(connection->db, "main") != SQLITE_TXN_NONE)
                sqlite_reset_all(connection);
        return sqlite3_txn_state(connection->db, "main") == SQLITE_TXN_NONE;
}

void sqlite_read_end(struct sqlite_backend *backend, struct sqlite_connection *connection)
{
        bool keep;

        if (!connection)
                return;
        keep = end_transaction(connection);
        pthread_mutex_lock(&backend->pool_mutex);
        keep = keep && backend->n_readers < IDLE_READERS_MAX;
        if (keep) {
                connection->next = backend->readers;
                backend->readers = connection;
                backend->n_readers++;
        }
        pthread_mutex_unlock(&backend->pool_mutex);
        if (!keep)
                sqlite_connection_free(connection);
}

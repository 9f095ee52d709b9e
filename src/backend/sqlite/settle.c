/* What a failed COMMIT left behind. By the leader, under the lock.
 *
 * In WAL mode a COMMIT appends its pages to the log as frames, the last one marked as the commit,
 * syncs the log, and then enters the frames into the index of the log, which is in shared memory.
 * Readers see a commit when it is in the index. An error can come from any of these steps:
 *
 *   - Before the commit frame is whole in the log: nothing of it can ever be seen.
 *   - After it, from the sync or from growing the index: it is not in the index, so nobody sees it,
 *     and the connection has rolled it back. But it may be whole in the log. If the last process
 *     now dies, the next one to come rebuilds the index from the log and finds a good commit: a
 *     change that was answered with an error would come back.
 *   - After the index: everybody sees it, and it was synced before. An error then is no error.
 *
 * So an error from COMMIT is no answer yet. First a new connection looks for the change: there
 * means in the index, therefore synced, therefore success. (The new connection is opened before the
 * old one is closed: the last connection to go takes the index along, and the rebuilt one would
 * show a commit whose sync failed.) If it is not there, a transaction that changes nothing is
 * committed. It starts in the log where the failed one did; each frame's checksum covers all before
 * it, so whatever remains of the failed one behind it is never read again. When that has succeeded,
 * the change definitely did not happen, and the error is the answer.
 *
 * If it fails too, the disk is not taking anything. The caller is told that it is not known, and
 * the engine refuses every change until such a transaction has gone through. Until then another
 * process may do it for us: its next commit takes the same place in the log.
 */
#include "backend/sqlite/sqlite.h"

_Static_assert(SQLITE_SCHEMA_VERSION == 1, "sql/settle.sql has this number too");

/* Replace the writer by a new connection. */
static int reopen(struct sqlite_backend *backend, struct lns_error *err)
{
        struct sqlite_connection *writer;

        if (sqlite_connection_open(backend, SQLITE_WRITER, &writer, NULL, err))
                return -1;
        /* Reads the index, so that it stays when the old connection goes. */
        if (sqlite_run(writer, SQL_CHANGE_SEQ, err, "i", (int64_t)0)) {
                sqlite_connection_free(writer);
                return -1;
        }
        sqlite_connection_free(backend->writer);
        backend->writer = writer;
        return 0;
}

int sqlite_settle(struct sqlite_backend *backend, struct lns_error *err)
{
        backend->unsettled = true;
        if (reopen(backend, err) || sqlite_run(backend->writer, SQL_BEGIN_WRITE, err, ""))
                goto fail;
        if (sqlite_run(backend->writer, SQL_SETTLE, err, "") ||
            sqlite_run(backend->writer, SQL_COMMIT, err, "")) {
                struct lns_error ignored;

                if (!sqlite3_get_autocommit(backend->writer->db))
                        (void)!sqlite_run(backend->writer, SQL_ROLLBACK, &ignored, "");
                goto fail;
        }
        backend->unsettled = false;
        return 0;
fail:
        return lns_error_add_detail(err, "no changes are made until the disk works again");
}

int sqlite_settle_commit(struct sqlite_backend *backend, uint64_t seq)
{
        struct lns_error ignored;
        sqlite3_stmt *statement;
        int there = 0;

        backend->unsettled = true;
        if (reopen(backend, &ignored))
                return -1;
        if (seq) {
                statement = sqlite_statement(backend->writer, SQL_CHANGE_SEQ, &ignored);
                if (!statement || sqlite_bind(statement, &ignored, "i", (int64_t)seq))
                        return -1;
                there = sqlite_step(statement, &ignored);
                sqlite_done(statement);
        }
        if (there < 0)
                return -1;
        if (there) {
                backend->unsettled = false;
                return 1;
        }
        return sqlite_settle(backend, &ignored) ? -1 : 0;
}

/* SQLite's log (the WAL file): checkpoints, and room ahead of the commits. By the leader, under the
 * lock.
 *
 * Checkpoints are made here and nowhere else, see lock.c. Once all of the log is in the
 * database, the next commit writes it from its beginning again, so in the long run every commit
 * overwrites blocks that the file has. That matters: a sync after an overwrite is one write of
 * the disk, a sync after an append also has to make the file's new size durable, which was
 * measured to take twice as long. So the log is not left to grow by each commit, but by zeros:
 * EXTEND_BYTES at first, so that a command that makes one change writes little, then as many as
 * there are, so that a mount is soon done with it. Zeros are no frames: their checksum is wrong,
 * and whoever reads the log stops there, as it does at its end.
 */
#include "backend/sqlite/sqlite.h"

/* Pages in the log from which on a commit is followed by a checkpoint; more of them mean fewer
 * writes of pages that change often, and a longer recovery after a crash. 8 MiB. */
#define CHECKPOINT_PAGES 2000

/* From here on readers are waited for, because the log cannot start over under them. 256 MiB. */
#define RESTART_PAGES 65536

/* How long: their snapshots are short, so a longer one is not worth every writer's time. */
#define RESTART_WAIT_MS 100

/* What one change adds to the log, mostly less: the room that is kept ahead of it. */
#define AHEAD_BYTES (64 * 1024)

/* Zeros that are added when there is less, at least. */
#define EXTEND_BYTES (256 * 1024)

#define FRAME_BYTES (4096 + 24)

int sqlite_log_hook(void *context, sqlite3 *db, const char *schema, int pages)
{
        struct sqlite_backend *backend = context;

        (void)db;
        (void)schema;
        backend->log_pages = pages;
        return SQLITE_OK;
}

void sqlite_log_extend(struct sqlite_backend *backend)
{
        static const char zeros[64 * 1024];
        int64_t used = (int64_t)backend->log_pages * FRAME_BYTES;
        sqlite3_file *file = NULL;
        sqlite3_int64 size, end;

        /* Another process may have gone further, or have started over: then this is a poor
         * guess, but never a wrong write, because frames are never behind the end of the file,
         * and nobody else adds to it while this one is the writer. */
        if (sqlite3_file_control(backend->writer->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                                 &file) ||
            !file || !file->pMethods || file->pMethods->xFileSize(file, &size) ||
            size - used >= AHEAD_BYTES || size >= (int64_t)CHECKPOINT_PAGES * FRAME_BYTES)
                return;
        /* A failure is nobody's: the commit meets it as well, or has enough room after all. */
        end = size + (size > EXTEND_BYTES ? size : EXTEND_BYTES);
        for (int64_t at = size; at < end; at += (int64_t)sizeof(zeros))
                if (file->pMethods->xWrite(file, zeros, (int)sizeof(zeros), at))
                        return;
}

static void checkpoint(struct sqlite_backend *backend, int mode, int wait_ms)
{
        struct sqlite_connection *writer = backend->writer;
        int usual_ms = writer->busy_timeout_ms;

        /* A failure is nobody's: nothing is lost, the log stays, and a later commit tries again. */
        writer->busy_timeout_ms = wait_ms;
        sqlite3_wal_checkpoint_v2(writer->db, "main", mode, NULL, NULL);
        writer->busy_timeout_ms = usual_ms;
}

void sqlite_checkpoint(struct sqlite_backend *backend)
{
        int pages = backend->log_pages;

        /* The log has started over, or this is the first commit. */
        if (!backend->checkpoint_at || pages < backend->checkpoint_at - CHECKPOINT_PAGES)
                backend->checkpoint_at = CHECKPOINT_PAGES;
        if (pages < backend->checkpoint_at || backend->unsettled)
                return;
        if (pages < RESTART_PAGES)
                checkpoint(backend, SQLITE_CHECKPOINT_PASSIVE, 0);
        else
                checkpoint(backend, SQLITE_CHECKPOINT_TRUNCATE, RESTART_WAIT_MS);
        /* While a reader is in the way the log goes on growing: do not try at each commit. */
        backend->checkpoint_at = pages + CHECKPOINT_PAGES;
}

void sqlite_checkpoint_all(struct sqlite_backend *backend)
{
        checkpoint(backend, SQLITE_CHECKPOINT_TRUNCATE, 0);
}

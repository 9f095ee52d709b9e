/* The bare SQLite transaction, which is the floor of a durable change: WAL, synchronous=FULL,
 * prepared statements, SQLite's own checkpoints. */
#include <string.h>
#include <unistd.h>

#include "bench.h"

/* As large as a small catalog, so that the trees are as deep. */
static const char bare_schema[] =
        "create table tag (table_id integer not null, name text not null, version integer not null,"
        " updated integer not null, primary key (table_id, name)) strict, without rowid;"
        "create table version (table_id integer not null, version integer not null,"
        " manifest_path text not null, manifest_size integer, e_tag text, naming_scheme text,"
        " created integer not null, primary key (table_id, version)) strict, without rowid;"
        "begin;"
        "with recursive n (i) as (values (1) union all select i + 1 from n where i < 100000)"
        " insert into version select 1, i, '/nonexistent/staged/manifest-' || i, 1234, 'abc', 'V2',"
        " 1700000000000 from n;"
        "insert into tag select version, 'gold', 1, 1700000000000 from version"
        " where version <= 1000;"
        "commit";

static void bare_die(const struct bare *bare)
{
        die("%s: %s", bare->path, sqlite3_errmsg(bare->db));
}

static void bare_exec(struct bare *bare, const char *sql)
{
        if (sqlite3_exec(bare->db, sql, NULL, NULL, NULL))
                bare_die(bare);
}

static sqlite3_stmt *bare_prepare(struct bare *bare, const char *sql)
{
        sqlite3_stmt *stmt;

        if (sqlite3_prepare_v3(bare->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL))
                bare_die(bare);
        return stmt;
}

static void bare_step(struct bare *bare, sqlite3_stmt *stmt)
{
        if (sqlite3_step(stmt) != SQLITE_DONE)
                bare_die(bare);
        sqlite3_reset(stmt);
}

double bare_run(struct bare *bare, enum change change, unsigned int n)
{
        sqlite3_stmt *stmt = bare->change[change];
        double start = now_us();

        for (unsigned int i = 0; i < n; i++) {
                sqlite3_int64 value =
                        change == VERSION_INSERT ? ++bare->last_version : 1 + i % TAG_VALUES;

                sqlite3_bind_int64(stmt, 1, value);
                bare_step(bare, bare->begin);
                bare_step(bare, stmt);
                bare_step(bare, bare->commit);
        }
        return (now_us() - start) / n;
}

void bare_open(struct bare *bare, const char *path)
{
        sqlite3_stmt *wal;

        if (!access(path, F_OK))
                die("'%s' exists: the bare database must be a new one", path);
        bare->path = path;
        if (sqlite3_open_v2(path, &bare->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL))
                bare_die(bare);
        wal = bare_prepare(bare, "pragma journal_mode = wal");
        if (sqlite3_step(wal) != SQLITE_ROW ||
            strcmp((const char *)sqlite3_column_text(wal, 0), "wal") != 0)
                die("%s: no WAL here", path);
        sqlite3_finalize(wal);
        bare_exec(bare, "pragma synchronous = off");
        bare_exec(bare, bare_schema);
        bare_exec(bare, "pragma wal_checkpoint(truncate)");
        bare->begin = bare_prepare(bare, "begin immediate");
        bare->commit = bare_prepare(bare, "commit");
        bare->change[TAG_UPSERT] =
                bare_prepare(bare, "insert into tag values (500, 'gold', ?1, 1700000000000)"
                                   " on conflict do update set version = excluded.version");
        bare->change[VERSION_INSERT] = bare_prepare(
                bare, "insert into version values (1, ?1, '/nonexistent/staged/manifest-1', 1234,"
                      " 'abc', 'V2', 1700000000000)");
        bare->last_version = 100000;

        /* Overwriting the log is cheaper than extending it (no block to allocate), and lasts. So
         * write it to its full length, where SQLite's own checkpoint starts it again. */
        bare_run(bare, TAG_UPSERT, 2 * 1000);
        bare_exec(bare, "pragma synchronous = full");
}

void bare_close(struct bare *bare)
{
        sqlite3_finalize(bare->begin);
        sqlite3_finalize(bare->commit);
        sqlite3_finalize(bare->change[TAG_UPSERT]);
        sqlite3_finalize(bare->change[VERSION_INSERT]);
        if (sqlite3_close(bare->db))
                bare_die(bare);
        unlink(bare->path);
}

/* The SQLite engine's own types. Nothing outside src/backend/sqlite includes this.
 *
 * Map of the directory
 *   open.c        life: open, migrate, refuse what is not ours, free; the ops table
 *   lock.c        the catalog's lock file: fair queue of writers over processes, generation counter
 *   connection.c  connections and their prepared statements; binding, stepping, error translation
 *   write.c       sqlite_write(): the one way to change anything; group commit
 *   settle.c      what a failed COMMIT left behind
 *   log.c         checkpoints, and room in SQLite's log
 *   read.c        sqlite_read_begin(): a connection and a snapshot
 *   change.c      the change feed
 *   node.c        the node view
 *   attribute.c   owner, mode and properties of a node
 *   resolve.c     identifiers to ids
 *   namespace.c table.c version.c tag.c transaction.c import.c    the operations
 *   list.c        pages of names
 *   table_move.c  deregister, restore, rename of tables
 *   version_range.c  list, describe, delete of versions
 *   batch.c       many of these in one transaction
 *   cache.c       what a batch need not look up again
 *   receipt.c     the names that batches were committed under
 *   storage.c     local storage: default locations, removal of dropped tables
 *   check.c check_files.c    lancefs check: the database, the disk
 *   sql/          one statement per file; parameters explained there
 *
 * Locks, in the order in which they are taken: leadership of sqlite_backend.queue, the lock file,
 * SQLite's own. queue.mutex and pool_mutex are leaves.
 */
#ifndef LNS_SQLITE_H
#define LNS_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>

#include "lns/backend.h"
#include "sql.h" /* generated from sql/: enum sqlite_statement { SQL_<FILE>... }, sqlite_statement_text[] */

#define SQLITE_APPLICATION_ID 0x4c4e5301 /* "LNS" 1: PRAGMA application_id of a catalog */
#define SQLITE_SCHEMA_VERSION 1          /* PRAGMA user_version */

struct sqlite_cache; /* cache.c */

/* A connection; used by one thread at a time. */
struct sqlite_connection {
        sqlite3 *db;
        sqlite3_stmt *statements[SQL_COUNT]; /* prepared when first used */
        struct sqlite_cache *cache;          /* of the batch that is being written; NULL: none */
        struct sqlite_connection *next;      /* in the pool */
        int busy_timeout_ms;                 /* longest wait for another process's SQLite lock */
        int64_t busy_deadline_us;            /* of the wait that is going on */
};

struct sqlite_lock; /* lock.c */
struct sqlite_turn; /* write.c: one caller of sqlite_write() */

/* The callers of sqlite_write() of this process, in order. */
struct sqlite_queue {
        pthread_mutex_t mutex; /* protects the fields below */
        struct sqlite_turn *first;
        struct sqlite_turn *last;
        int n_queued;
        bool led; /* a thread leads: it alone uses writer, unsettled and the change cursor */
};

/* Where the feed ends, as the transaction that is being written sees it. */
struct sqlite_change_cursor {
        bool known;
        uint64_t seq;
        uint64_t end_offset;
};

struct sqlite_backend {
        struct lns_backend base;
        char *path;    /* the catalog directory, absolute, no symlinks */
        int directory; /* its fd */
        bool read_only;
        bool immutable; /* read-only, and nobody can write: the filesystem is read-only too */
        int lock_timeout_ms;
        struct sqlite_lock *lock;

        struct sqlite_queue queue;
        struct sqlite_connection *writer;   /* the leader's */
        struct sqlite_change_cursor cursor; /* the leader's */
        bool unsettled;    /* the leader's: a failed COMMIT may still come back, settle.c */
        int log_pages;     /* the leader's: in the log after the last commit */
        int checkpoint_at; /* the leader's: log_pages at which the next checkpoint is due */

        pthread_mutex_t pool_mutex; /* protects readers */
        struct sqlite_connection *readers;
        size_t n_readers;
};

/* The one checked downcast. */
struct sqlite_backend *sqlite_backend_of(struct lns_backend *backend);

/* ---- lock.c ---- */

/* Open or create `catalog.lock` in the directory: a shared page and the byte-range (OFD) locks that
 * queue writers. A process that dies lets go. */
int sqlite_lock_open(struct sqlite_lock **ret_lock, int directory, bool read_only,
                     struct lns_error *err) LNS_CHECK;
void sqlite_lock_free(struct sqlite_lock *lock);

/* For who is about to close: has nobody else the catalog open? */
bool sqlite_lock_is_alone(struct sqlite_lock *lock);

/* Wait for the turn to write; SERVICE_UNAVAILABLE with ETIMEDOUT after timeout_ms (0: at once).
 * Waiters of different processes are served in order. For one thread at a time of each lock. */
int sqlite_lock_acquire(struct sqlite_lock *lock, int timeout_ms, struct lns_error *err) LNS_CHECK;

/* While it is held: a change is about to become visible. The generation becomes odd. */
void sqlite_lock_mark(struct sqlite_lock *lock);

/* While it is held: the change is visible or will not be. The generation becomes even, and larger
 * than before when it was marked (or left odd by a process that died). Wakes who waits for it. */
void sqlite_lock_publish(struct sqlite_lock *lock);

/* Publishes, and lets the next one in. */
void sqlite_lock_release(struct sqlite_lock *lock);

uint64_t sqlite_lock_generation(struct sqlite_lock *lock);
int sqlite_lock_wait_generation(struct sqlite_lock *lock, uint64_t seen, int timeout_ms);

/* ---- connection.c ---- */

/* How a connection is used. */
enum sqlite_role { SQLITE_READER, SQLITE_WRITER };

/* ret_result: SQLite's own word on a failure; NULL is allowed. */
int sqlite_connection_open(struct sqlite_backend *backend, enum sqlite_role role,
                           struct sqlite_connection **ret_connection, int *ret_result,
                           struct lns_error *err) LNS_CHECK;
void sqlite_connection_free(struct sqlite_connection *connection);

/* The prepared statement, reset, its bindings cleared; NULL with err set. Borrowed: valid until the
 * connection goes. Callers sqlite3_reset() it when they are done (sqlite_done()). */
sqlite3_stmt *sqlite_statement(struct sqlite_connection *connection, enum sqlite_statement which,
                               struct lns_error *err);

/* Bind by a format: 'i' int64_t, 't' const char * (NULL: null), 'b' const void * and size_t as text,
 * 'n' null. The texts are borrowed until the next reset. */
int sqlite_bind(sqlite3_stmt *statement, struct lns_error *err, const char *format, ...) LNS_CHECK;

/* 1: a row; 0: done, statement reset; -1: err set, statement reset. */
int sqlite_step(sqlite3_stmt *statement, struct lns_error *err) LNS_CHECK;

/* Run a statement that gives no row: bind, step, reset. */
int sqlite_run(struct sqlite_connection *connection, enum sqlite_statement which,
               struct lns_error *err, const char *format, ...) LNS_CHECK;

void sqlite_done(sqlite3_stmt *statement);

/* Reset whatever a failed caller left running. */
void sqlite_reset_all(struct sqlite_connection *connection);

/* Run fixed text, such as "begin immediate". */
int sqlite_exec(struct sqlite_connection *connection, const char *text,
                struct lns_error *err) LNS_CHECK;

/* Set err from the connection's last failure: full disk ENOSPC, read-only EROFS, corrupt EIO... */
int sqlite_error(sqlite3 *db, int result, struct lns_error *err);

/* Column as new string (NULL for null). 0, or -1 out of memory. */
int sqlite_column_string(sqlite3_stmt *statement, int column, char **ret_string,
                         struct lns_error *err) LNS_CHECK;

/* ---- read.c ---- */

/* A connection with a read transaction open: all reads until the end see one snapshot. Never waits
 * for a writer. Give it back on every path. */
int sqlite_read_begin(struct sqlite_backend *backend, struct sqlite_connection **ret_connection,
                      struct lns_error *err) LNS_CHECK;
/* The same without the transaction, for operations that are one statement. */
int sqlite_read_one(struct sqlite_backend *backend, struct sqlite_connection **ret_connection,
                    struct lns_error *err) LNS_CHECK;
void sqlite_read_end(struct sqlite_backend *backend, struct sqlite_connection *connection);

/* ---- write.c ---- */

/* A transaction that is being written. */
struct sqlite_write {
        struct sqlite_backend *backend;
        struct sqlite_connection *connection;
        uid_t uid; /* who asks */
        gid_t gid;
        int64_t now_ms;
        uint64_t transaction_id; /* seq of its first change; 0: none yet */
        bool silent; /* set by the function: commit although the feed has nothing of it */
};

/* Changes the catalog through write->connection. May be run by another thread than the one that
 * asked, and its work may share a COMMIT with that of others, so it must not keep thread state.
 * Returns 0, or -1 with err set: then nothing of it stays. */
typedef int sqlite_write_function(struct sqlite_write *write, void *context, struct lns_error *err);

/* Run a change in one durable transaction. A function that appended no change commits nothing,
 * unless it sets write->silent.
 *
 * caller   borrowed; NULL: this process.
 * returns  0 when it is durable; -1 with err set when nothing of it happened, also when COMMIT
 *          failed: it is looked up whether the changes are there before the answer is given. Only
 *          when the disk takes nothing any more is the answer that it is not known (the detail). */
int sqlite_write(struct sqlite_backend *backend, const struct lns_caller *caller,
                 sqlite_write_function *function, void *context, struct lns_error *err) LNS_CHECK;

/* ---- settle.c: for write.c, by the leader, under the lock ---- */

/* After a failed COMMIT. 1: the change with this seq is durable all the same; 0: it is not and never
 * will be; -1: not known, backend->unsettled is set. seq 0: nothing to look for. */
int sqlite_settle_commit(struct sqlite_backend *backend, uint64_t seq);

/* Before a change, when backend->unsettled: make what happened definite, or refuse. */
int sqlite_settle(struct sqlite_backend *backend, struct lns_error *err) LNS_CHECK;

/* ---- log.c: the same ---- */

/* The sqlite3_wal_hook of the writer. */
int sqlite_log_hook(void *context, sqlite3 *db, const char *schema, int pages);

/* In a transaction: see that there is room in the log, so that commits overwrite. */
void sqlite_log_extend(struct sqlite_backend *backend);

/* Move the log into the database when it has grown enough. */
void sqlite_checkpoint(struct sqlite_backend *backend);

/* Move all of the log into the database, if nobody is in the way. */
void sqlite_checkpoint_all(struct sqlite_backend *backend);

/* ---- change.c ---- */

/* As sqlite_change.node: the root, whose id is 0. */
#define SQLITE_CHANGE_ROOT UINT64_MAX

/* One line of the feed. */
struct sqlite_change {
        const char *operation; /* the second column of operation.def */
        uint64_t node;         /* 0: the object is made by this change, its id is the new seq */
        uint64_t parent;
        const struct lns_ident *id; /* namespace or table, as it is called after the change; NULL:
                                           left out */
        const struct lns_ident *old_id; /* renames: as it was called; NULL: left out */
        const char *tag;                /* NULL: left out */
        const char *old_tag;
        const char *branch;
        uint64_t version;     /* 0: left out */
        uint64_t end_version; /* deletions of a range, exclusive; 0: left out */
        const char *location;
};

/* Append to the feed, inside a write. Gives the seq: the id of a new object. Sets
 * write->transaction_id at the first. The line: {"seq":18,"time_millis":...,"uid":0,
 * "transaction_id":"18","operation":"CreateTableTag","id":["prod","users"],"tag":"gold","version":7} */
int sqlite_change_append(struct sqlite_write *write, const struct sqlite_change *change,
                         uint64_t *ret_seq, struct lns_error *err) LNS_CHECK;

/* The seq that the next change of this write gets. */
int sqlite_change_next(struct sqlite_write *write, uint64_t *ret_seq,
                       struct lns_error *err) LNS_CHECK;

/* ---- node.c ---- */

/* 1, 0: it is gone, -1: err set. Inside a read or a write. */
int sqlite_find_node(struct sqlite_connection *connection, enum lns_node_kind kind, uint64_t id,
                     struct lns_node *ret_node, struct lns_error *err) LNS_CHECK;

/* As sqlite_identify_node(), inside a read or a write. */
int sqlite_identify(struct sqlite_connection *connection, enum lns_node_kind kind, uint64_t id,
                    struct lns_ident *ret_ident, struct lns_error *err) LNS_CHECK;

/* ---- resolve.c: identifiers to ids; inside a read or a write ---- */

/* An identifier as text, for a message; buf has LNS_ERROR_TEXT_MAX bytes. Gives buf. */
const char *sqlite_ident_text(const struct lns_ident *ident, char *buf);

/* Step once and take column 0. 1: there was a row, 0: none; the statement is done in every case. */
int sqlite_step_id(sqlite3_stmt *statement, uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

/* A child by name. 1: found, 0: not there, -1: err set. */
int sqlite_find_namespace(struct sqlite_connection *connection, uint64_t parent, const char *name,
                          uint64_t *ret_id, struct lns_error *err) LNS_CHECK;
int sqlite_find_table(struct sqlite_connection *connection, uint64_t parent, const char *name,
                      uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

int sqlite_resolve_namespace(struct sqlite_connection *connection, const struct lns_ident *ident,
                             uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

/* The namespace that holds the last name of ident: NAMESPACE_NOT_FOUND when it is not there. */
int sqlite_resolve_parent(struct sqlite_connection *connection, const struct lns_ident *ident,
                          uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

int sqlite_resolve_table(struct sqlite_connection *connection, const struct lns_ident *ident,
                         uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

/* The same with the namespace that the table is in. */
int sqlite_resolve_table_in(struct sqlite_connection *connection, const struct lns_ident *ident,
                            uint64_t *ret_parent, uint64_t *ret_id,
                            struct lns_error *err) LNS_CHECK;

/* NULL and "main" give 0. TABLE_BRANCH_NOT_FOUND. */
int sqlite_resolve_branch(struct sqlite_connection *connection, uint64_t table, const char *branch,
                          uint64_t *ret_id, struct lns_error *err) LNS_CHECK;

/* The highest version of a branch, 0 when it has none. */
int sqlite_latest_version(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                          uint64_t *ret_version, struct lns_error *err) LNS_CHECK;

/* ---- cache.c; NULL is allowed for every cache, and is one that keeps nothing ---- */

/* New, release with free(); NULL when it is not worth it, or without memory. */
struct sqlite_cache *sqlite_cache_new(size_t n_operations);

/* Something was taken away or renamed. */
void sqlite_cache_forget(struct sqlite_cache *cache);

/* The namespace that a table is in. The identifiers are borrowed while the cache is. */
bool sqlite_cache_namespace(const struct sqlite_cache *cache, const struct lns_ident *ident,
                            uint64_t *ret_ns);
void sqlite_cache_keep_namespace(struct sqlite_cache *cache, const struct lns_ident *ident,
                                 uint64_t ns);
bool sqlite_cache_table(const struct sqlite_cache *cache, const struct lns_ident *ident,
                        uint64_t *ret_parent, uint64_t *ret_id);
void sqlite_cache_keep_table(struct sqlite_cache *cache, const struct lns_ident *ident,
                             uint64_t parent, uint64_t id);

/* Has the time of a table's tags, or versions, still to be set? */
bool sqlite_cache_touch(struct sqlite_cache *cache, uint64_t table, bool tags);

/* ---- storage.c ---- */

/* A fresh default location: an absolute path tables/<16 hex>_<name>.lance below the catalog directory. The
 * directory is not made. ret_location new. */
int sqlite_storage_location(struct sqlite_backend *backend, const char *name, char **ret_location,
                            struct lns_error *err) LNS_CHECK;

/* Remember, inside a write, that a location is to be removed; done by sqlite_storage_sweep() after
 * the commit (drop_table, drop_namespace and create_namespace OVERWRITE call it) and at open. */
int sqlite_storage_drop(struct sqlite_write *write, const char *location,
                        struct lns_error *err) LNS_CHECK;
void sqlite_storage_sweep(struct sqlite_backend *backend);

/* ---- namespace.c, used by table.c, transaction.c and import.c ---- */

/* Inside a write: a child of a namespace came, went or was renamed. */
int sqlite_namespace_touch(struct sqlite_write *write, uint64_t id,
                           struct lns_error *err) LNS_CHECK;

/* A map in two columns, key and value, by owner: namespace_, table_, transaction_property. */
int sqlite_map_read(struct sqlite_connection *connection, enum sqlite_statement list,
                    uint64_t owner, struct lns_map *ret_map, struct lns_error *err) LNS_CHECK;
/* Keys that are there get the new value. map may be NULL. */
int sqlite_map_write(struct sqlite_connection *connection, enum sqlite_statement set,
                     uint64_t owner, const struct lns_map *map, struct lns_error *err) LNS_CHECK;

/* ---- list.c ---- */

/* How many entries a page of this limit has at most. */
int64_t sqlite_page_limit(int64_t limit);

/* ---- table.c, used by namespace.c, table_move.c and import.c ---- */

/* TABLE_ALREADY_EXISTS with its sentence. -1 always. */
int sqlite_table_already_exists(const struct lns_ident *ident, struct lns_error *err);

/* Inside a write: insert a table; its id is the seq of its change. */
struct sqlite_new_table {
        uint64_t id;
        uint64_t parent;
        const char *name;
        const char *location;
        uid_t uid;
        gid_t gid;
        mode_t mode;
};
int sqlite_table_insert(struct sqlite_write *write, const struct sqlite_new_table *table,
                        struct lns_error *err) LNS_CHECK;

/* The location of a table. ret_location new. */
int sqlite_table_location(struct sqlite_connection *connection, uint64_t table, char **ret_location,
                          struct lns_error *err) LNS_CHECK;

/* Inside a write: the time of a change in tags/ or in versions/. */
int sqlite_table_touch_tags(struct sqlite_write *write, uint64_t table,
                            struct lns_error *err) LNS_CHECK;
int sqlite_table_touch_versions(struct sqlite_write *write, uint64_t table,
                                struct lns_error *err) LNS_CHECK;

/* Inside a write: an object that it made itself is not to be taken away by it. Ids are the seqs of
 * changes, so what it made has one from write->transaction_id on. INVALID_INPUT. */
int sqlite_check_not_made(const struct sqlite_write *write, uint64_t id,
                          const struct lns_ident *ident, struct lns_error *err) LNS_CHECK;

/* Inside a write: remove a table with tags, versions, branches, properties; remember its storage.
 * Appends a DropTable change when ident is not NULL. The times of the parent are the caller's. */
int sqlite_table_remove(struct sqlite_write *write, uint64_t table, uint64_t parent,
                        const struct lns_ident *ident, struct lns_error *err) LNS_CHECK;

/* ---- version.c, used by import.c and the batch operations ---- */

/* Inside a write: create one version of a resolved table and branch, append its change. When the
 * version exists with the same content: success, *ret_existing true. ret_version (new) and
 * ret_existing may be NULL. ident is for the feed and messages. The times of the table are the
 * caller's. */
int sqlite_version_create(struct sqlite_write *write, uint64_t table, uint64_t branch,
                          const struct lns_ident *ident,
                          const struct lns_create_table_version_request *request,
                          struct lns_table_version *ret_version, bool *ret_existing,
                          struct lns_error *err) LNS_CHECK;

/* Inside a write: insert a version and append its change. 1: done; 0: there is one of this number,
 * which stays as it is; -1. The times of the table are the caller's. */
int sqlite_version_insert(struct sqlite_write *write, uint64_t table, uint64_t branch,
                          const struct lns_ident *ident,
                          const struct lns_create_table_version_request *request,
                          struct lns_error *err) LNS_CHECK;

/* 1: found, *ret_version is new; 0: not there; -1: err set. */
int sqlite_version_by_number(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                             uint64_t version, struct lns_table_version *ret_version,
                             struct lns_error *err) LNS_CHECK;

/* 1: the version is there, 0: it is not, -1: err set. */
int sqlite_version_exists(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                          uint64_t version, struct lns_error *err) LNS_CHECK;

/* The version that a request means: 0 is the latest of the branch. TABLE_VERSION_NOT_FOUND when it,
 * or any for 0, is not there. branch_name is for the message. */
int sqlite_resolve_version(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                           const char *branch_name, uint64_t version, uint64_t *ret_version,
                           struct lns_error *err) LNS_CHECK;

/* Read columns from `first` on: version, manifest_path, manifest_size, e_tag, timestamp_ms,
 * metadata. New. */
int sqlite_version_from_row(sqlite3_stmt *statement, int first,
                            struct lns_table_version *ret_version, struct lns_error *err) LNS_CHECK;

/* ---- tag.c, used by table.c and import.c ---- */

struct sqlite_tag {
        uint64_t id;
        uint64_t branch;
        uint64_t version;
        int64_t created_ms;
        int64_t updated_ms;
};

/* 1: found, 0: not there, -1: err set. */
int sqlite_find_tag(struct sqlite_connection *connection, uint64_t table, const char *name,
                    struct sqlite_tag *ret_tag, struct lns_error *err) LNS_CHECK;

/* Inside a write: append the change of a new tag and insert it under its seq; tag->id is not read.
 * branch_name is for the feed. The times of the table are the caller's. */
int sqlite_tag_insert(struct sqlite_write *write, uint64_t table, const struct lns_ident *ident,
                      const char *operation, const char *name, const struct sqlite_tag *tag,
                      const char *branch_name, struct lns_error *err) LNS_CHECK;

/* ---- receipt.c, used by batch.c ---- */

/* Can a receipt of this name be put there? *ret_transaction: the one that has the name already has a
 * receipt of that transaction; 0: the name is free. NAMESPACE_NOT_FOUND, NAMESPACE_ALREADY_EXISTS
 * (a namespace has the name). */
int sqlite_receipt_check(struct sqlite_connection *connection, uint64_t parent, const char *name,
                         uint64_t *ret_transaction, struct lns_error *err) LNS_CHECK;

/* Inside a write: put a receipt of a transaction that has its row. The name is free. */
int sqlite_receipt_put(struct sqlite_write *write, uint64_t parent, const char *name,
                       uint64_t transaction_id, struct lns_error *err) LNS_CHECK;

/* ---- the changes that a batch can hold: for their own callbacks, and for batch.c ---- */

/* Each is a sqlite_write_function whose context is the struct. On failure the response still has to
 * be released. */
#define SQLITE_APPLY(name)                                                                         \
        struct sqlite_##name {                                                                     \
                const struct lns_##name##_request *request; /* the caller in it is not read */     \
                struct lns_##name##_response response;                                             \
        };                                                                                         \
        sqlite_write_function sqlite_apply_##name;
SQLITE_APPLY(declare_table)
SQLITE_APPLY(create_table_version)
SQLITE_APPLY(batch_delete_table_versions)
SQLITE_APPLY(deregister_table)
SQLITE_APPLY(create_namespace)
SQLITE_APPLY(create_table_tag)
SQLITE_APPLY(update_table_tag)
SQLITE_APPLY(delete_table_tag)
#undef SQLITE_APPLY

/* ---- the callbacks, gathered in open.c ---- */

#define LNS_OPERATION(name, spec, rw)                                                              \
        int sqlite_##name(struct lns_backend *backend, const struct lns_##name##_request *request, \
                          struct lns_##name##_response *response, struct lns_error *err);
#include "lns/operation.def"
#undef LNS_OPERATION

int sqlite_lookup_node(struct lns_backend *backend, enum lns_node_kind parent_kind, uint64_t parent,
                       enum lns_node_kind kind, const char *name, struct lns_node *ret_node,
                       struct lns_error *err);
int sqlite_describe_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                         struct lns_node *ret_node, struct lns_error *err);
int sqlite_list_nodes(struct lns_backend *backend, uint64_t parent, enum lns_node_kind kind,
                      uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                      struct lns_error *err);
int sqlite_identify_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                         struct lns_ident *ret_ident, struct lns_error *err);
int sqlite_describe_version_node(struct lns_backend *backend, uint64_t id,
                                 struct lns_table_version *ret_version,
                                 enum lns_naming_scheme *ret_scheme, struct lns_error *err);
int sqlite_describe_tag_node(struct lns_backend *backend, uint64_t id,
                             struct lns_table_tag *ret_tag, struct lns_error *err);
int sqlite_describe_table_node(struct lns_backend *backend, uint64_t id,
                               struct lns_describe_table_response *ret_table,
                               struct lns_error *err);
int sqlite_describe_namespace_node(struct lns_backend *backend, uint64_t id,
                                   struct lns_describe_namespace_response *ret_namespace,
                                   struct lns_error *err);
int sqlite_describe_receipt_node(struct lns_backend *backend, uint64_t id, char **ret_text,
                                 struct lns_error *err);
int sqlite_remove_receipt(struct lns_backend *backend, const struct lns_caller *caller,
                          uint64_t parent, const char *name, struct lns_error *err);
int sqlite_set_node_attributes(struct lns_backend *backend, const struct lns_caller *caller,
                               enum lns_node_kind kind, uint64_t id, unsigned fields, uid_t uid,
                               gid_t gid, mode_t mode, struct lns_error *err);
int sqlite_set_node_property(struct lns_backend *backend, const struct lns_caller *caller,
                             enum lns_node_kind kind, uint64_t id, const char *key,
                             const char *value, enum lns_property_mode mode, struct lns_error *err);
int sqlite_describe_changes(struct lns_backend *backend, uint64_t *ret_size,
                            int64_t *ret_updated_ms, struct lns_error *err);
int sqlite_read_changes(struct lns_backend *backend, uint64_t offset, char *buf, size_t size,
                        size_t *ret_length, struct lns_error *err);
int sqlite_describe_catalog(struct lns_backend *backend, struct lns_catalog_description *ret,
                            struct lns_error *err);
int sqlite_check_catalog(struct lns_backend *backend, bool repair, lns_check_report *report,
                         void *context, uint64_t *ret_problems, struct lns_error *err);

#endif

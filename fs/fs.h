/* The mounted filesystem's own state, and what the files of fs/ call of each other.
 *
 * Map of the directory
 *   inode.h     inode numbers
 *   fs.h        this
 *   mount.c     life of a mount: session, options for the kernel, signals, readiness
 *   ops.c       the table of FUSE operations; lookup, getattr, setattr, statfs
 *   dir.c       opendir, readdir, readdirplus
 *   file.c      create, open, read, write, flush, fsync, release
 *   change.c    mkdir, rmdir, unlink, rename, link
 *   xattr.c     extended attributes
 *   tree.c      what a name in a directory stands for; attributes of every kind of node
 *   content.c   texts of the files that are read
 *   value.c     what is being written into a tag or version: complete, incomplete, impossible
 *   commit.c    a complete value becomes a change of the catalog
 *   batch.c     a batch is committed: receipt, .rejected, dry run
 *   staging.c   staged files
 *   nodes.c     the table of staged and pending nodes
 *   errors.c    answers: errno, the log, .lancefs/errors, .error files
 *
 * tree.c, content.c, value.c, commit.c, staging.c and nodes.c know no FUSE type, so they are tested
 * without a mount.
 *
 * Threads. libfuse calls from several threads. The catalog library locks for itself; what is ours
 * and shared is behind the locks of nodes.c and errors.c, which are leaves. An open file has its own
 * lock (handle.h), taken before any of these.
 */
#ifndef LANCEFS_FS_H
#define LANCEFS_FS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lns/batch.h"
#include "lns/catalog.h"

#include "fs/inode.h"
#include "fs/lancefs.h"

/* A staged file may be this big; EFBIG. Batches are at most half of it. */
#define FS_STAGED_MAX (128 * 1024 * 1024)

/* A file name may be this long, the kernel's own limit does not hold for FUSE. */
#define FS_NAME_MAX 255

struct nodes;
struct error_log;

struct fs {
        struct lns_catalog *catalog;
        const struct lancefs_options *options;
        int staging; /* fd of the staging directory; -1: read-only and there is none */
        char description[LNS_LOCATION_MAX]; /* the catalog's directory */
        struct nodes *nodes;
        struct error_log *errors;
        int64_t started_ms;
        _Atomic uint64_t requests; /* answered */
};

/* ---- tree.c ---- */

/* What a name in a directory is. */
enum entry_kind {
        ENTRY_NONE,   /* can be nothing here; err says why */
        ENTRY_DEBRIS, /* never there */
        ENTRY_NAMESPACE,
        ENTRY_TABLE, /* name without .lance in entry.name */
        ENTRY_TAG,
        ENTRY_VERSION, /* entry.version */
        ENTRY_COMMIT,  /* NAME.commit: to write or rename here commits a batch; it is the receipt */
        ENTRY_TRANSACTION,
        ENTRY_STAGED,
        ENTRY_FIXED, /* entry.ino is it */
};

struct entry {
        enum entry_kind kind;
        uint64_t ino;               /* ENTRY_FIXED */
        uint64_t version;           /* ENTRY_VERSION */
        char name[FS_NAME_MAX + 1]; /* what the catalog calls it */
};

/* Say what `name` stands for in directory `dir`, by its form alone: whether it exists is not asked.
 * ENTRY_NONE sets err to why (INVALID_INPUT, ENAMETOOLONG; PERMISSION_DENIED with EPERM where
 * nothing can be made). */
enum entry_kind tree_classify(uint64_t dir, const char *name, struct entry *ret_entry,
                              struct lns_error *err);

/* Find what a name stands for. ret_stat is filled, st_ino too. ENOENT is TABLE_NOT_FOUND and the like.
 * ENTRY_STAGED is looked for where nothing in the catalog has the name. */
int tree_lookup(struct fs *fs, uint64_t dir, const char *name, struct entry *ret_entry,
                struct stat *ret_stat, struct lns_error *err) LNS_CHECK;

/* Attributes of a node that is not staged or pending. */
int tree_stat(struct fs *fs, uint64_t ino, struct stat *ret_stat, struct lns_error *err) LNS_CHECK;

/* Attributes from a node that is at hand. */
void tree_node_stat(const struct fs *fs, const struct lns_node *node, struct stat *ret_stat);

/* A path for messages, such as /prod/users.lance/tags/gold. Never fails; may be cut. */
void tree_path(struct fs *fs, uint64_t dir, const char *name, char *buf, size_t size);

/* The identifier of a namespace, or of the table that a node belongs to. ret_ident new. */
int tree_ident(struct fs *fs, uint64_t ino, struct lns_ident *ret_ident,
               struct lns_error *err) LNS_CHECK;

/* Is it a directory that staged files can be in? */
bool tree_can_stage(uint64_t dir);

/* Is it a name that tools give to temporaries although it is a legal tag: sedXXXXXX, tmpXXXXXXXX...? */
bool tree_is_temporary(const char *name);

/* Is it the bare name .commit: never there, so that every rename to it reaches us? */
bool tree_is_bare_commit(const char *name);

/* ---- content.c ---- */

/* The text that a node reads as. ret_text new, ret_length its bytes. For kinds that are files in the
 * catalog: TAG, VERSION, *_JSON, CONTROL (not CHANGES). */
int content_of(struct fs *fs, uint64_t ino, char **ret_text, size_t *ret_length,
               struct lns_error *err) LNS_CHECK;

/* ---- value.c ---- */

enum value_state {
        VALUE_EMPTY,      /* nothing but white space */
        VALUE_INCOMPLETE, /* more may make it complete: a line without its end, half a document */
        VALUE_READY,      /* complete unless more follows: "7" without newline; commit at close */
        VALUE_COMPLETE,   /* commit now */
        VALUE_IMPOSSIBLE, /* can never become one; err is set */
};

/* Look at a tag's text: ret_version is what it names, 0 for "latest". */
enum value_state value_parse_tag(const char *text, size_t length, uint64_t *ret_version,
                                 struct lns_error *err);

/* Look at a version's text. ret_request borrows from ret_document (new) when COMPLETE. */
enum value_state value_parse_version(const char *text, size_t length, uint64_t version,
                                     struct lns_create_table_version_request *ret_request,
                                     struct lns_document **ret_document, struct lns_error *err);

/* ---- commit.c ---- */

/* How the name may be taken. */
enum commit_mode {
        COMMIT_ANY,    /* create or replace */
        COMMIT_CREATE, /* must not be there: O_EXCL, RENAME_NOREPLACE, link */
};

/* Write a value under a name: entry is ENTRY_TAG, _VERSION or _COMMIT in directory dir. at_end: an
 * unfinished line counts (close, rename). Sets ret_state; only COMPLETE (or READY at_end) changes
 * anything. Returns -1 when refused, also for IMPOSSIBLE. */
int commit_value(struct fs *fs, const struct lns_caller *caller, uint64_t dir,
                 const struct entry *entry, enum commit_mode mode, const char *text, size_t length,
                 bool at_end, enum value_state *ret_state, struct lns_error *err) LNS_CHECK;

/* ---- batch.c ---- */

/* Commit a batch in the name of ENTRY_COMMIT in a namespace directory; the rest as commit_value(). */
int batch_commit(struct fs *fs, const struct lns_caller *caller, uint64_t dir,
                 const struct entry *entry, const char *text, size_t length,
                 enum value_state *ret_state, struct lns_error *err) LNS_CHECK;

/* Keep a batch that was written under its final name and refused: NAME.commit.rejected, and why. */
void batch_reject(struct fs *fs, const struct lns_caller *caller, uint64_t dir, const char *name,
                  const char *text, size_t length, const struct lns_error *err);
/* It was committed after all. */
void batch_accept(struct fs *fs, uint64_t dir, const char *name);

/* ---- staging.c: files below staging/<directory inode>/<name> of the catalog ---- */

int staging_open(struct fs *fs, struct lns_error *err) LNS_CHECK;

/* Each returns 0 (or an fd), or a negative errno. */
int staging_path_fd(struct fs *fs, uint64_t dir, const char *name); /* O_PATH */
int staging_stat(struct fs *fs, uint64_t dir, const char *name, struct stat *ret_stat);
int staging_create(struct fs *fs, uint64_t dir, const char *name, int flags, mode_t mode, uid_t uid,
                   gid_t gid);
int staging_open_file(struct fs *fs, uint64_t dir, const char *name, int flags);
int staging_unlink(struct fs *fs, uint64_t dir, const char *name);
int staging_rename(struct fs *fs, uint64_t dir, const char *name, uint64_t new_dir,
                   const char *new_name, unsigned flags);
int staging_link(struct fs *fs, uint64_t dir, const char *name, uint64_t new_dir,
                 const char *new_name);
bool staging_is_empty(struct fs *fs, uint64_t dir);
void staging_remove_directory(struct fs *fs, uint64_t dir);
/* Everything in a staged file. ret_text new. EFBIG over max. */
int staging_read(struct fs *fs, uint64_t dir, const char *name, size_t max, char **ret_text,
                 size_t *ret_length);
/* Make a file with this content, or replace it. */
int staging_put(struct fs *fs, uint64_t dir, const char *name, int flags, mode_t mode,
                const struct lns_caller *caller, const char *text, size_t length);
/* Names in a directory: new array of new strings. */
int staging_list(struct fs *fs, uint64_t dir, char ***ret_names, size_t *ret_count);
/* Put the ErrorResponse beside a staged file, as NAME.error, and take it away again. */
void staging_set_error(struct fs *fs, uint64_t dir, const char *name, const struct lns_error *err);
void staging_clear_error(struct fs *fs, uint64_t dir, const char *name);
/* Path from the staging fd of a staged file. */
void staging_path(uint64_t dir, const char *name, char *buf, size_t size);
#define STAGING_PATH_MAX (FS_NAME_MAX + 32)

/* ---- nodes.c ---- */

/* A staged or pending node as it is now; a copy. What it is called there may have become a tag or a
 * version by now: whoever looks asks tree_lookup() first. */
struct node_place {
        uint64_t dir; /* where it stands */
        char name[FS_NAME_MAX + 1];
        bool gone;      /* unlinked, or something else took its name */
        struct stat st; /* as it was made (pending), or last seen (gone) */
};

struct nodes *nodes_new(void);
void nodes_free(struct nodes *nodes);
/* Count a look-up of a staged file; makes the node when it is new. Returns -1 out of memory. */
int nodes_look_up(struct nodes *nodes, uint64_t dir, const char *name, const struct stat *st);
/* A new pending node, looked up once. 0 out of memory. */
uint64_t nodes_pending(struct nodes *nodes, uint64_t dir, const char *name, const struct stat *st);
void nodes_forget(struct nodes *nodes, uint64_t ino, uint64_t count);
bool nodes_find(struct nodes *nodes, uint64_t ino, struct node_place *ret_place);
void nodes_moved(struct nodes *nodes, uint64_t ino, uint64_t new_dir, const char *new_name);
/* Unlinked. fd is taken: the file itself, for who still has it open; -1: none. */
void nodes_gone(struct nodes *nodes, uint64_t ino, int fd);
size_t nodes_count(struct nodes *nodes);

/* ---- errors.c ---- */

struct error_log *error_log_new(void);
void error_log_free(struct error_log *log);
/* Remember a refused operation: one JSON line, and one line on stderr when in the foreground. */
void error_log_add(struct fs *fs, const struct lns_caller *caller, const char *operation,
                   const char *path, const struct lns_error *err, int sys);
/* All lines, oldest first. ret_text new. */
int error_log_text(struct error_log *log, char **ret_text, size_t *ret_length,
                   struct lns_error *err) LNS_CHECK;

#endif

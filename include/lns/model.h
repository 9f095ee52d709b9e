/* What operations take and give: plain structs, named as in the specification (0.11.1).
 *
 * Ownership. A request owns nothing: every pointer in it is borrowed until the call returns, and a
 * zeroed request is a valid start. A response owns all of it: start from zero, release with its
 * _clear(), which accepts a zeroed or cleared one. Strings end in NUL and are valid UTF-8.
 */
#ifndef LNS_MODEL_H
#define LNS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lns/error.h"

/* Limits. Whatever is larger is refused with code 13 and the errno named. */
#define LNS_NAME_MAX 200           /* bytes of a namespace, table or tag name: ENAMETOOLONG */
#define LNS_IDENT_PARTS_MAX 1024   /* names in an identifier: ENAMETOOLONG */
#define LNS_LOCATION_MAX 4000      /* bytes of a location or manifest_path: ENAMETOOLONG */
#define LNS_E_TAG_MAX 1024         /* bytes of an e_tag: EINVAL */
#define LNS_MAP_ENTRIES_MAX 1000   /* properties or metadata entries of one object: EINVAL */
#define LNS_MAP_KEY_MAX 255        /* bytes of a key (the longest xattr name): EINVAL */
#define LNS_MAP_VALUE_MAX 65536    /* bytes of a value (the longest xattr value): EINVAL */
#define LNS_DOCUMENT_MAX (1 << 20) /* bytes of a version document: EFBIG */
#define LNS_JSON_DEPTH_MAX 64      /* nesting of JSON from outside: EINVAL */
#define LNS_BATCH_MAX 100000       /* entries of a batch: EINVAL */
#define LNS_PAGE_MAX 1000          /* names in one page of a list */
#define LNS_VERSION_MAX INT64_MAX  /* versions are int64 in the specification; 0 is "none" here */

/* The delimiter of identifiers as one string. */
#define LNS_DELIMITER '$'

/* Who asks: written into the change feed. */
struct lns_caller {
        uid_t uid;
        gid_t gid;
        pid_t pid;
};

/* The identifier of an object: the names from the root down. No parts: the root namespace. */
struct lns_ident {
        char **parts; /* new; parts and their text are one allocation */
        size_t n_parts;
};

/* String to string; properties, metadata. Order is kept, keys are unique. */
struct lns_map {
        struct lns_map_entry {
                char *key;
                char *value;
        } * entries;
        size_t n_entries;
};

/* A page of names, byte-ascending, and where the next one starts. */
struct lns_name_page {
        char **names;
        size_t n_names;
        char *page_token; /* the last name of the page; NULL: no more */
};

/* One version of a table. Spec: TableVersion. */
struct lns_table_version {
        uint64_t version; /* 1 to LNS_VERSION_MAX */
        char *manifest_path;
        int64_t manifest_size;    /* bytes; -1: not known */
        char *e_tag;              /* NULL: none */
        int64_t timestamp_millis; /* since 1970, UTC */
        struct lns_map metadata;
};

/* Spec: ManifestNamingScheme. */
enum lns_naming_scheme {
        LNS_NAMING_SCHEME_UNSET, /* V2 */
        LNS_NAMING_SCHEME_V1,
        LNS_NAMING_SCHEME_V2,
};

/* Fields that every request begins with. */
#define LNS_REQUEST_BASE const struct lns_caller *caller /* borrowed; NULL: this process */

/* Fields that every list request has. Spec: PageToken, PageLimit. */
#define LNS_REQUEST_PAGE                                                                           \
        const char *page_token; /* names after this one; NULL or "": from the start */             \
        int64_t limit;          /* names at most; < 0: LNS_PAGE_MAX; 0: an empty page, no token */

/* ---- namespaces ---- */

enum lns_create_mode {
        LNS_CREATE_MODE_CREATE,
        LNS_CREATE_MODE_EXIST_OK,
        LNS_CREATE_MODE_OVERWRITE
};

struct lns_create_namespace_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        enum lns_create_mode mode;
        const struct lns_map *properties; /* NULL: none */
        bool has_mode;                    /* the directory's owner and permission bits are given: */
        uid_t uid;
        gid_t gid;
        mode_t file_mode; /* 0 to 07777 */
};
struct lns_create_namespace_response {
        uint64_t transaction_id;
        struct lns_map properties;
};

struct lns_list_namespaces_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        LNS_REQUEST_PAGE
};
struct lns_list_namespaces_response {
        struct lns_name_page namespaces;
};

struct lns_describe_namespace_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
};
struct lns_describe_namespace_response {
        struct lns_map properties;
};

struct lns_drop_namespace_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        bool skip_missing; /* mode Skip: a missing namespace is success */
        bool cascade;      /* behavior Cascade */
};
struct lns_drop_namespace_response {
        uint64_t transaction_id; /* 0: nothing was dropped (Skip) */
        struct lns_map properties;
};

struct lns_namespace_exists_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
};
struct lns_namespace_exists_response {
        char unused; /* the answer is the return value */
};

/* Not in the specification: mv prod production. */
struct lns_rename_namespace_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const struct lns_ident *new_id; /* must not exist, nor lie below id */
};
struct lns_rename_namespace_response {
        uint64_t transaction_id;
};

/* ---- tables ---- */

struct lns_list_tables_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        LNS_REQUEST_PAGE
        bool exclude_declared; /* include_declared=false: only tables that have a version */
};
struct lns_list_tables_response {
        struct lns_name_page tables;
};

/* Names are whole identifiers, joined by LNS_DELIMITER. */
struct lns_list_all_tables_request {
        LNS_REQUEST_BASE;
        LNS_REQUEST_PAGE
        bool exclude_declared;
};
struct lns_list_all_tables_response {
        struct lns_name_page tables;
};

struct lns_declare_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *location; /* NULL: tables/<random>_<name>.lance in the catalog directory */
        const struct lns_map *properties; /* NULL: none */
        bool has_mode;
        uid_t uid;
        gid_t gid;
        mode_t file_mode;
};
struct lns_declare_table_response {
        uint64_t transaction_id;
        char *location;
        struct lns_map properties;
        bool managed_versioning;
};

struct lns_register_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *location; /* required */
        bool overwrite;       /* mode Overwrite: replaces the registration, versions and tags */
        const struct lns_map *properties;
};
struct lns_register_table_response {
        uint64_t transaction_id;
        char *location;
        struct lns_map properties;
};

struct lns_describe_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        uint64_t version;   /* 0: latest; else must exist */
        const char *tag;    /* NULL: none; excludes version and branch */
        const char *branch; /* NULL: main */
};
struct lns_describe_table_response {
        char *table;         /* the name */
        struct lns_ident ns; /* the namespace it is in */
        uint64_t version;    /* the version described, 0: only declared */
        char *location;
        struct lns_map properties;
        bool managed_versioning;
        bool is_only_declared; /* no version yet */
};

struct lns_table_exists_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        uint64_t version; /* 0: any; else this one must exist too (code 11) */
};
struct lns_table_exists_response {
        char unused;
};

struct lns_drop_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        bool only_empty; /* refuse while it has tags, or versions of the main branch (rmdir): code 19
                            with errno ENOTEMPTY */
};
struct lns_drop_table_response {
        uint64_t transaction_id;
        struct lns_ident id;
        char *location;
        struct lns_map properties;
};

/* Deregistered tables stand below .lancefs/deregistered/ until registered again by name. */
struct lns_deregister_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *deregistered_name; /* NULL: the table's own, with -2, -3... when that is taken;
                                          given and taken: code 5 */
};
struct lns_deregister_table_response {
        uint64_t transaction_id;
        struct lns_ident id;
        char *location;
        struct lns_map properties;
        char *deregistered_name;
};

/* Not in the specification: brings a deregistered table back, with versions, tags, properties. */
struct lns_restore_deregistered_table_request {
        LNS_REQUEST_BASE;
        const char *deregistered_name; /* code 4 when there is none */
        const struct lns_ident *id;    /* what it is to be called; code 5 when taken */
};
struct lns_restore_deregistered_table_response {
        uint64_t transaction_id;
};

struct lns_rename_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *new_table_name;               /* required */
        const struct lns_ident *new_namespace_id; /* NULL: stays where it is */
};
struct lns_rename_table_response {
        uint64_t transaction_id;
};

/* ---- versions ---- */

struct lns_create_table_version_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        uint64_t version;
        const char *branch; /* NULL: main */
        const char *manifest_path;
        int64_t manifest_size;          /* -1: not given */
        const char *e_tag;              /* NULL: none */
        const struct lns_map *metadata; /* NULL: none */
        enum lns_naming_scheme naming_scheme;
        int64_t timestamp_millis; /* 0: now. Not in the specification: import keeps the file's time */
};
struct lns_create_table_version_response {
        uint64_t transaction_id;
        struct lns_table_version version;
};

struct lns_list_table_versions_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *branch;
        const char *page_token; /* a version in decimal */
        int64_t limit;
        bool descending;
};
struct lns_list_table_versions_response {
        struct lns_table_version *versions;
        size_t n_versions;
        char *page_token;
};

struct lns_describe_table_version_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        uint64_t version; /* 0: latest */
        const char *branch;
};
struct lns_describe_table_version_response {
        struct lns_table_version version;
};

/* start inclusive, end exclusive; end -1: up to and with the latest. Spec: VersionRange. */
struct lns_version_range {
        int64_t start_version;
        int64_t end_version;
};

struct lns_batch_delete_table_versions_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *branch;
        const struct lns_version_range *ranges;
        size_t n_ranges;
};
struct lns_batch_delete_table_versions_response {
        uint64_t transaction_id;
        uint64_t deleted_count;
};

struct lns_batch_create_table_versions_request {
        LNS_REQUEST_BASE;
        const struct lns_create_table_version_request *entries; /* their callers are not read */
        size_t n_entries;
};
struct lns_batch_create_table_versions_response {
        uint64_t transaction_id;
        struct lns_table_version *versions; /* in the order of the entries */
        size_t n_versions;
};

/* ---- tags ---- */

/* Spec: TagContents. */
struct lns_table_tag {
        char *tag;
        uint64_t version;
        char *branch;          /* NULL: main */
        int64_t manifest_size; /* bytes; 0 when not known: the specification requires a number */
        int64_t created_millis;
        int64_t updated_millis;
};

struct lns_list_table_tags_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        LNS_REQUEST_PAGE
};
struct lns_list_table_tags_response {
        struct lns_table_tag *tags;
        size_t n_tags;
        char *page_token;
};

struct lns_get_table_tag_version_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
};
struct lns_get_table_tag_version_response {
        uint64_t version;
        char *branch; /* NULL: main */
};

struct lns_create_table_tag_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
        uint64_t version; /* 0: what is latest when it commits (code 11 when there is none) */
        const char *branch;
        int64_t created_millis; /* 0: now. Not in the specification: for import */
        int64_t updated_millis; /* 0: as created */
};
struct lns_create_table_tag_response {
        uint64_t transaction_id;
};

struct lns_update_table_tag_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
        uint64_t version; /* 0: what is latest when it commits */
        const char *branch;
        bool or_create; /* not in the specification: a tag that is not there is created, atomically */
};
struct lns_update_table_tag_response {
        uint64_t transaction_id;
};

struct lns_delete_table_tag_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
};
struct lns_delete_table_tag_response {
        uint64_t transaction_id;
};

enum lns_rename_mode {
        LNS_RENAME_REPLACE,   /* what has the new name goes */
        LNS_RENAME_NOREPLACE, /* code 9 when the new name is taken */
        LNS_RENAME_EXCHANGE,  /* both must be there; they swap names */
};

/* Not in the specification: mv tags/a tags/b, one transaction. Across tables the version must exist
 * in the table moved to (code 11). */
struct lns_rename_table_tag_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
        const struct lns_ident *new_id; /* NULL: the same table */
        const char *new_tag;
        enum lns_rename_mode mode;
};
struct lns_rename_table_tag_response {
        uint64_t transaction_id;
};

/* Not in the specification: ln tags/a tags/b, one transaction. */
struct lns_copy_table_tag_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id;
        const char *tag;
        const struct lns_ident *new_id; /* NULL: the same table */
        const char *new_tag;            /* code 9 when taken */
};
struct lns_copy_table_tag_response {
        uint64_t transaction_id;
};

/* ---- branches (rows exist from import on; the operations come with the table's storage) ---- */

/* Spec: BranchContents. */
struct lns_table_branch {
        char *name;
        char *parent_branch; /* NULL: main */
        uint64_t parent_version;
        int64_t created_millis;
        int64_t manifest_size;
        char *contents; /* the file _refs/branches/<name>.json as it was read; NULL: none */
};

/* Adopts one table with everything in it, in one transaction. What is there already stays; what is
 * new is added. Not in the specification: lancefs import. */
struct lns_import_table_request {
        LNS_REQUEST_BASE;
        const struct lns_ident *id; /* created when it does not exist; else its location must be the
                                       same (code 5) */
        const char *location;
        const struct lns_table_branch *branches; /* parents before children */
        size_t n_branches;
        const struct lns_create_table_version_request *versions; /* id not read; of any branch */
        size_t n_versions;
        const struct lns_create_table_tag_request *tags; /* id not read */
        size_t n_tags;
};
struct lns_import_table_response {
        uint64_t transaction_id; /* 0: nothing was new */
        bool created;            /* the table itself is new */
        uint64_t new_branches;
        uint64_t new_versions;
        uint64_t new_tags;
        uint64_t skipped_tags; /* their version is not there */
};

/* ---- transactions ---- */

/* Spec: TransactionStatus. */
enum lns_transaction_status {
        LNS_TRANSACTION_QUEUED,
        LNS_TRANSACTION_RUNNING,
        LNS_TRANSACTION_SUCCEEDED,
        LNS_TRANSACTION_FAILED,
        LNS_TRANSACTION_CANCELED,
};

struct lns_describe_transaction_request {
        LNS_REQUEST_BASE;
        uint64_t transaction_id; /* what a change's response gave */
};
struct lns_describe_transaction_response {
        enum lns_transaction_status status;
        struct lns_map properties; /* what AlterTransaction set; and uid, time_millis, operation */

        /* Not in the specification. */
        uint64_t transaction_id;
        uid_t uid;           /* who made it */
        int64_t time_millis; /* when */
        char *operation;     /* "BatchCommitTables", or that of its first change */
        char *request;       /* of a batch: its document; NULL: none is kept */
        char *response;      /* of a batch: its document; NULL: none is kept */
};

/* Spec: AlterTransactionAction: exactly one kind each. */
struct lns_alter_transaction_action {
        enum { LNS_SET_STATUS, LNS_SET_PROPERTY, LNS_UNSET_PROPERTY } kind;
        enum lns_transaction_status status;
        const char *key;
        const char *value;
        enum { LNS_PROPERTY_OVERWRITE, LNS_PROPERTY_FAIL, LNS_PROPERTY_SKIP } mode;
};

struct lns_alter_transaction_request {
        LNS_REQUEST_BASE;
        uint64_t transaction_id;
        const struct lns_alter_transaction_action *actions;
        size_t n_actions; /* at least 1 */
};
struct lns_alter_transaction_response {
        enum lns_transaction_status status;
        struct lns_map properties;
};

/* ---- nodes: the same objects as a tree of numbered nodes, for a filesystem ---- */

enum lns_node_kind {
        LNS_NODE_NAMESPACE = 1,
        LNS_NODE_TABLE = 2,
        LNS_NODE_TAG = 3,
        LNS_NODE_VERSION = 4,
        LNS_NODE_RECEIPT = 5,     /* of a batch that was committed under a name */
        LNS_NODE_TRANSACTION = 6, /* every change that was committed */
};

#define LNS_NODE_ROOT 0 /* id of the root namespace */
#define LNS_NODE_DEREGISTERED                                                                      \
        1 /* id of the namespace that deregistered tables stand in; it is in
                                   no listing and in no identifier */

/* One object. A plain value, owns nothing. Ids are never reused, and stay through renames and
 * restarts. Those of namespaces, tables, tags and versions are unique among these four kinds.
 * Receipts are numbered by themselves, and a transaction's id is its transaction_id, which the first
 * object that it made has too: these two are told apart from the others by their kind. */
struct lns_node {
        enum lns_node_kind kind;
        uint64_t id;
        uint64_t parent;    /* namespace, table, receipt: its namespace; tag, version: the table;
                                  transaction: 0 */
        uint64_t version;   /* version: its number; tag: what it names; table: latest of main or 0;
                                  receipt: its transaction_id */
        uint64_t size;      /* bytes of the file that shows it; 0 for directories */
        int64_t updated_ms; /* last change in it; version: its timestamp_millis; receipt, transaction:
                                  when it was made */
        int64_t changed_ms;  /* last change of it: attributes, name */
        int64_t tags_ms;     /* table: last change in its tags */
        int64_t versions_ms; /* table: last change in its versions */
        uid_t uid;           /* tag, version: of the table; receipt, transaction: who made it */
        gid_t gid;           /* transaction: 0, not known */
        mode_t mode;         /* permission bits of the directory; tag, version: of the table;
                                  receipt, transaction: 0444 */
        char name[LNS_NAME_MAX + 1]; /* without ".lance"; version: ""; transaction: in decimal */
};

/* Which fields of lns_set_node_attributes() count. */
#define LNS_ATTRIBUTE_UID 1u
#define LNS_ATTRIBUTE_GID 2u
#define LNS_ATTRIBUTE_MODE 4u

/* ---- lives ---- */

/**
 * Make an identifier of parts.
 *
 * @param ret_ident  new; release with lns_ident_clear(). Untouched on failure.
 * @param parts      borrowed; n_parts strings. Nothing is checked but their number.
 * @param n_parts    0 to LNS_IDENT_PARTS_MAX.
 * @param err        INVALID_INPUT (ENAMETOOLONG), out of memory.
 * @return 0, or -1 with err set.
 */
int lns_ident_new(struct lns_ident *ret_ident, const char *const *parts, size_t n_parts,
                  struct lns_error *err) LNS_CHECK;

/**
 * Make the identifier of a child.
 *
 * @param ret_ident  new. Untouched on failure.
 * @param parent     borrowed.
 * @param name       borrowed; not checked.
 * @param err        as lns_ident_new().
 * @return 0, or -1 with err set.
 */
int lns_ident_child(struct lns_ident *ret_ident, const struct lns_ident *parent, const char *name,
                    struct lns_error *err) LNS_CHECK;

/**
 * Read an identifier from its string form: names joined by the delimiter. The delimiter alone, or
 * "", is the root; empty parts are dropped, as the reference does (lance-semantics.md 2.1).
 *
 * @param ret_ident  new. Untouched on failure.
 * @param text       borrowed.
 * @param delimiter  borrowed, not empty; "$" unless the request says otherwise.
 * @param err        INVALID_INPUT, out of memory.
 * @return 0, or -1 with err set.
 */
int lns_ident_parse(struct lns_ident *ret_ident, const char *text, const char *delimiter,
                    struct lns_error *err) LNS_CHECK;

/**
 * The string form, joined by LNS_DELIMITER; "$" for the root.
 *
 * @param ident  borrowed.
 * @param buf    where to.
 * @param size   bytes in buf; always ends in NUL when size > 0.
 * @return the length of the whole text, like snprintf.
 */
size_t lns_ident_to_text(const struct lns_ident *ident, char *buf, size_t size);

/** @param ident  released and zeroed; NULL and a zeroed one are allowed. */
void lns_ident_clear(struct lns_ident *ident);

/**
 * Set a key. The map is unchanged on failure.
 *
 * @param map    changed.
 * @param key    borrowed; copied.
 * @param value  borrowed; copied.
 * @param err    out of memory.
 * @return 0, or -1 with err set.
 */
int lns_map_set(struct lns_map *map, const char *key, const char *value,
                struct lns_error *err) LNS_CHECK;

/**
 * @param map  borrowed; NULL is allowed.
 * @param key  borrowed.
 * @return the value, borrowed until the map changes; NULL when there is none.
 */
const char *lns_map_get(const struct lns_map *map, const char *key);

/**
 * @param ret_map  new. Untouched on failure.
 * @param map      borrowed; NULL is an empty one.
 * @param err      out of memory.
 * @return 0, or -1 with err set.
 */
int lns_map_copy(struct lns_map *ret_map, const struct lns_map *map,
                 struct lns_error *err) LNS_CHECK;

/* Each releases what the struct owns and zeroes it; NULL and a zeroed one are allowed. */
void lns_map_clear(struct lns_map *map);
void lns_name_page_clear(struct lns_name_page *page);
void lns_table_version_clear(struct lns_table_version *version);
void lns_table_tag_clear(struct lns_table_tag *tag);
void lns_create_namespace_response_clear(struct lns_create_namespace_response *response);
void lns_list_namespaces_response_clear(struct lns_list_namespaces_response *response);
void lns_describe_namespace_response_clear(struct lns_describe_namespace_response *response);
void lns_drop_namespace_response_clear(struct lns_drop_namespace_response *response);
void lns_list_tables_response_clear(struct lns_list_tables_response *response);
void lns_list_all_tables_response_clear(struct lns_list_all_tables_response *response);
void lns_declare_table_response_clear(struct lns_declare_table_response *response);
void lns_register_table_response_clear(struct lns_register_table_response *response);
void lns_describe_table_response_clear(struct lns_describe_table_response *response);
void lns_drop_table_response_clear(struct lns_drop_table_response *response);
void lns_deregister_table_response_clear(struct lns_deregister_table_response *response);
void lns_create_table_version_response_clear(struct lns_create_table_version_response *response);
void lns_list_table_versions_response_clear(struct lns_list_table_versions_response *response);
void lns_describe_table_version_response_clear(struct lns_describe_table_version_response *response);
void lns_batch_create_table_versions_response_clear(
        struct lns_batch_create_table_versions_response *response);
void lns_list_table_tags_response_clear(struct lns_list_table_tags_response *response);
void lns_get_table_tag_version_response_clear(struct lns_get_table_tag_version_response *response);
void lns_describe_transaction_response_clear(struct lns_describe_transaction_response *response);
void lns_alter_transaction_response_clear(struct lns_alter_transaction_response *response);

/* ---- names: both fronts refuse the same ones ---- */

/**
 * Is this the name of a namespace or table? 1 to LNS_NAME_MAX bytes of valid UTF-8 without '/', NUL,
 * control characters or '$', not starting with '.', not ending in ".lance".
 *
 * @param name  borrowed.
 * @param err   INVALID_INPUT with a sentence; ENAMETOOLONG when only the length is wrong.
 * @return 0, or -1 with err set.
 */
int lns_check_name(const char *name, struct lns_error *err) LNS_CHECK;

/**
 * Is this the name of a tag? Lance's check_valid_tag (lance-semantics.md 2.6), ASCII only, at most
 * LNS_NAME_MAX bytes.
 *
 * @param tag  borrowed.
 * @param err  as lns_check_name().
 * @return 0, or -1 with err set.
 */
int lns_check_tag(const char *tag, struct lns_error *err) LNS_CHECK;

/**
 * Is this the name of a branch? Lance's check_valid_branch, ASCII only, not "main".
 *
 * @param branch  borrowed.
 * @param err     as lns_check_name().
 * @return 0, or -1 with err set.
 */
int lns_check_branch(const char *branch, struct lns_error *err) LNS_CHECK;

/**
 * Read a version number: decimal digits, no sign, no leading zero, 1 to LNS_VERSION_MAX.
 *
 * @param text         borrowed; not NUL-terminated.
 * @param length       bytes in text.
 * @param ret_version  untouched on failure.
 * @return 0, or -1 when it is no version.
 */
int lns_version_parse(const char *text, size_t length, uint64_t *ret_version) LNS_CHECK;

/* ---- manifest names: format, "Manifest Naming Schemes" (lance-semantics.md 3) ---- */

#define LNS_MANIFEST_NAME_MAX 32 /* bytes of a canonical name, with its NUL */

/**
 * The canonical file name of a version.
 *
 * @param buf      LNS_MANIFEST_NAME_MAX bytes.
 * @param version  1 to LNS_VERSION_MAX.
 * @param scheme   V1: "7.manifest"; else V2: 20 digits of 2^64 - 1 - version, ".manifest".
 */
void lns_manifest_name(char *buf, uint64_t version, enum lns_naming_scheme scheme);

/**
 * Read a canonical manifest name.
 *
 * @param name         borrowed.
 * @param ret_version  untouched on failure.
 * @param ret_scheme   untouched on failure.
 * @return 0; 1 when it is no manifest name at all (a temporary, a staged or detached one, another
 *         file); -1 when it ends in ".manifest" but is damaged (padding, range).
 */
int lns_manifest_name_parse(const char *name, uint64_t *ret_version,
                            enum lns_naming_scheme *ret_scheme) LNS_CHECK;

/* ---- texts: what the files of a mount read as; JSON, one line per field, newline at the end ---- */

/* All are like snprintf: write at most size bytes with the NUL, return the whole length. */
size_t lns_table_version_to_text(const struct lns_table_version *version, char *buf, size_t size);
size_t lns_describe_table_response_to_text(const struct lns_describe_table_response *table,
                                           char *buf, size_t size);
size_t lns_describe_namespace_response_to_text(const struct lns_describe_namespace_response *ns,
                                               char *buf, size_t size);
/* Properties are those that AlterTransaction set. request and response stand in it as they are. */
size_t lns_describe_transaction_response_to_text(
        const struct lns_describe_transaction_response *transaction, char *buf, size_t size);

/* ---- documents: JSON from outside ---- */

/* What parsed requests borrow from. */
struct lns_document;

/**
 * Read the JSON of a version: CreateTableVersionRequest without id. Required: manifest_path.
 * Unknown fields are ignored; duplicate keys, NUL, broken UTF-8, nesting over LNS_JSON_DEPTH_MAX and
 * text over LNS_DOCUMENT_MAX are refused, the error's detail naming line and column or the field.
 *
 * @param text          borrowed; not NUL-terminated.
 * @param length        bytes in text.
 * @param ret_request   borrows from *ret_document. version is 0 when the text has none. id is NULL.
 * @param ret_document  new; release with lns_document_free() after the last use of the request.
 * @param err           INVALID_INPUT, with errno EFBIG when too big.
 * @return 0; 1 when the text is the beginning of a document that is not complete yet (nothing set);
 *         -1 with err set.
 */
int lns_create_table_version_request_parse(const char *text, size_t length,
                                           struct lns_create_table_version_request *ret_request,
                                           struct lns_document **ret_document,
                                           struct lns_error *err) LNS_CHECK;

/** @param document  taken; NULL is allowed. */
void lns_document_free(struct lns_document *document);

#endif

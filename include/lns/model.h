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

#include "lns/ident.h"
#include "lns/node.h"

/* Who asks: written into the change feed. */
struct lns_caller {
        uid_t uid;
        gid_t gid;
        pid_t pid;
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

/* ---- lives ---- */

/* Each releases what the struct owns and zeroes it; NULL and a zeroed one are allowed. */
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

#endif

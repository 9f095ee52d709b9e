/* What the files of src/catalog share. Tests make a catalog of an engine of their own with it.
 *
 *   catalog.c    life; the operations: check, refuse, dispatch, trace
 *   node.c       the same for nodes, the change feed and the engine's own state
 *   check.c      checks of single arguments
 *   request.c    checks of whole requests, one function per operation
 *   batch.c      checks of requests with lists in them
 *   batch_commit.c  the same of BatchCommitTables
 */
#ifndef LNS_CATALOG_INTERNAL_H
#define LNS_CATALOG_INTERNAL_H

#include "lns/backend.h"

struct lns_catalog {
        struct lns_backend *backend;
        bool read_only;
        bool trace; /* LNS_TRACE names "catalog" */
};

/**
 * Make a catalog of an engine.
 *
 * @param ret_catalog  new; release with lns_catalog_free(). Untouched on failure.
 * @param backend      taken, also on failure.
 * @param options      borrowed; NULL: all zero.
 * @param err          out of memory.
 * @return 0, or -1 with err set.
 */
int lns_catalog_new(struct lns_catalog **ret_catalog, struct lns_backend *backend,
                    const struct lns_catalog_options *options, struct lns_error *err) LNS_CHECK;

/* ---- one call of any function of the catalog ---- */

struct call {
        struct lns_catalog *catalog;
        const char *operation;
        const struct lns_ident *id; /* what the trace names; NULL: nothing */
        int64_t start_ns;           /* 0: no trace */
        void *entries;              /* of a list that got defaults, freed at the end */
        struct lns_error err;       /* ours, so that the caller's stays untouched on success */
};

/* Which operations a catalog opened read-only refuses; named like the third column of
 * operation.def. */
enum access { ACCESS_R, ACCESS_W };

void call_begin(struct call *call, struct lns_catalog *catalog, const char *operation);

/* May the call go to the engine, and has the engine the callback? */
int call_allow(struct call *call, enum access access, bool supported) LNS_CHECK;

/* Trace the call, hand the error to the caller's err when result is not 0. Gives 0 or -1. */
int call_end(struct call *call, int result, struct lns_error *err);

/* ---- request.c, batch.c ---- */

/* Check the arguments of a request and put the defaults in: "main" becomes a NULL branch, an empty
 * page token and e_tag NULL, a limit without bound LNS_PAGE_MAX. */
#define LNS_OPERATION(name, spec, rw)                                                              \
        int check_##name(struct call *call, struct lns_##name##_request *request) LNS_CHECK;
#include "lns/operation.def"
#undef LNS_OPERATION

/* ---- check.c: each gives 0, or -1 with call->err set; `field` names the argument there ---- */

int check_namespace_id(struct call *call, const struct lns_ident *id, const char *field) LNS_CHECK;
int check_table_id(struct call *call, const struct lns_ident *id, const char *field) LNS_CHECK;
int check_name(struct call *call, const char *name, const char *field) LNS_CHECK;
int check_tag(struct call *call, const char *tag, const char *field) LNS_CHECK;
int check_branch(struct call *call, const char **branch, const char *field) LNS_CHECK;
int check_version(struct call *call, uint64_t least, uint64_t version, const char *field) LNS_CHECK;
int check_location(struct call *call, const char *location, const char *field) LNS_CHECK;
int check_manifest_path(struct call *call, const char *path, const char *field) LNS_CHECK;
int check_map(struct call *call, const struct lns_map *map, const char *field) LNS_CHECK;
int check_key(struct call *call, const char *key, const char *field) LNS_CHECK;
int check_value(struct call *call, const char *value, const char *field) LNS_CHECK;
/* The name of a receipt: any file's that is no longer than LNS_NAME_MAX. err may be NULL. */
int check_receipt_name(const char *name, struct lns_error *err) LNS_CHECK;
int check_mode(struct call *call, bool has_mode, mode_t mode) LNS_CHECK;
int check_page(struct call *call, const char **page_token, size_t token_max,
               int64_t *limit) LNS_CHECK;

/* Refuse an argument: INVALID_INPUT, its name in the detail. Gives -1. */
int call_refuse(struct call *call, const char *field, const char *fmt, ...) LNS_PRINTF(3, 4);

/* A row of an import or a batch, without its id. request.c; for batch.c too. */
int check_version_entry(struct call *call,
                        struct lns_create_table_version_request *entry) LNS_CHECK;

#endif

/* Lance datasets on local storage: what a dataset's directory holds, and its adoption by a catalog.
 *
 * Only names, attributes and the small files in _refs are read, never manifests or data. Nothing
 * is written. No symbolic link below a dataset's own directory is followed, since Lance makes none.
 * Whatever is damaged is reported and skipped, and the rest is taken.
 */
#ifndef LNS_DATASET_H
#define LNS_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lns/catalog.h"

/* A file in _refs larger than this is damaged: Lance writes some 200 bytes, and more only for the
 * metadata of a tag. */
#define LNS_REF_FILE_MAX (64 * 1024)

/* Bytes of an e_tag as lns_dataset_version_e_tag() makes it, with its NUL. */
#define LNS_DATASET_E_TAG_MAX 52

enum lns_dataset_kind {
        LNS_DATASET_NONE,         /* no dataset: neither _versions nor .lance-reserved in it */
        LNS_DATASET_TABLE,        /* a dataset, perhaps without a version yet */
        LNS_DATASET_DEREGISTERED, /* one that a directory namespace no longer shows: it holds the
                                     marker .lance-deregistered */
};

/* One manifest. Small, since a dataset may have millions; path and e_tag are made when asked. */
struct lns_dataset_version {
        uint64_t version;
        uint64_t inode;
        int64_t size;     /* bytes */
        int64_t mtime_us; /* microseconds since 1970 */
        uint32_t branch;  /* 0: main; n: branches[n - 1] */
        enum lns_naming_scheme scheme;
};

/* A tag. */
struct lns_dataset_tag {
        char *name;
        size_t version;         /* index in lns_dataset.versions, which has the branch too */
        int64_t created_millis; /* since 1970; the file's own time when the tag says none */
        int64_t updated_millis;
};

/* A dataset as it was when it was scanned. Start from zero. */
struct lns_dataset {
        char *location;                    /* absolute, without symbolic links */
        struct lns_table_branch *branches; /* parents before children, else by name */
        size_t n_branches;
        struct lns_dataset_version *versions; /* by branch, then by version; each once */
        size_t n_versions;
        struct lns_dataset_tag *tags; /* by name */
        size_t n_tags;
};

/* Who looks on. Any function may be NULL. */
struct lns_dataset_watch {
        /* Something is damaged and was skipped. path (absolute) and sentence (no newline, no full
         * stop) are borrowed until return; path may hold any byte but NUL. */
        void (*problem)(void *context, const char *path, const char *sentence);
        /* So many versions were found, now and then during a scan. */
        void (*found)(void *context, size_t versions);
        /* So many of the dataset's versions are in the catalog, after each transaction. */
        void (*imported)(void *context, size_t versions, size_t of);
        void *context; /* handed to the functions */
};

/**
 * What is this directory?
 *
 * @param path      borrowed; symbolic links in it are followed.
 * @param ret_kind  untouched on failure.
 * @param err       INVALID_INPUT: no such directory; PERMISSION_DENIED; INTERNAL.
 * @return 0, or -1 with err set.
 */
int lns_dataset_identify(const char *path, enum lns_dataset_kind *ret_kind,
                         struct lns_error *err) LNS_CHECK;

/**
 * Read what a dataset's directory says: the manifests of main and of every branch that has a
 * file in _refs/branches, and the tags. Detached, staged and temporary manifests and the version
 * hint are passed over in silence. Memory: 40 bytes for each version.
 *
 * @param ret_dataset  new; release with lns_dataset_clear(). Untouched on failure.
 * @param path         borrowed; the directory. Symbolic links in it are followed, none below it.
 * @param watch        borrowed; NULL: nobody. Its problem() is called for each damaged manifest
 *                     name, tag or branch; for a directory that has V1 and V2 names (an error to
 *                     Lance; both are taken); for what is not a plain file or not readable.
 * @param err          INVALID_INPUT: no dataset, a path that is too long; PERMISSION_DENIED: the
 *                     directory itself cannot be read; INTERNAL.
 * @return 0, also when there were problems; or -1 with err set.
 */
int lns_dataset_scan(struct lns_dataset *ret_dataset, const char *path,
                     const struct lns_dataset_watch *watch, struct lns_error *err) LNS_CHECK;

/** @param dataset  released and zeroed; NULL and a zeroed one are allowed. */
void lns_dataset_clear(struct lns_dataset *dataset);

/**
 * The absolute path of a version's manifest.
 *
 * @param dataset  borrowed.
 * @param version  borrowed; one of dataset->versions.
 * @param buf      where to; NULL when size is 0.
 * @param size     bytes in buf; always ends in NUL when size > 0. LNS_LOCATION_MAX + 1 suffices.
 * @return the length of the whole path, like snprintf.
 */
size_t lns_dataset_version_path(const struct lns_dataset *dataset,
                                const struct lns_dataset_version *version, char *buf, size_t size);

/**
 * The e_tag that Lance's local storage gives a manifest: inode, time in microseconds and size, in
 * hexadecimal with dashes between. Without quotes, as Lance up to 10 writes it; Lance 12 puts the
 * same text in quotes, so take those off before comparing.
 *
 * @param version  borrowed.
 * @param buf      where to.
 */
void lns_dataset_version_e_tag(const struct lns_dataset_version *version,
                               char buf[LNS_DATASET_E_TAG_MAX]);

/**
 * Adopt a dataset where it lies. What the catalog has already stays as it is; what is new is added.
 *
 * A new table appears with its branches, tags, and up to LNS_BATCH_MAX versions in one transaction;
 * that is all of nearly every table. With more versions, the first transaction has those that are
 * tagged and the newest ones, and older ones follow, newest first, LNS_BATCH_MAX in each: readers
 * see the right latest version and every tag from the first moment on, other writers get their turn
 * between, and doing it again completes what was cut short. Only with more than LNS_BATCH_MAX tags
 * do some of these follow too.
 *
 * @param catalog       borrowed.
 * @param id            borrowed; the table. Its namespace must exist.
 * @param dataset       borrowed.
 * @param watch         borrowed; NULL: nobody.
 * @param ret_response  sums over all transactions; transaction_id is the first one's. Untouched on
 *                      failure; NULL is allowed.
 * @param err           as lns_catalog_import_table(). What was committed before the failure stays.
 * @return 0, or -1 with err set.
 */
int lns_dataset_import(struct lns_catalog *catalog, const struct lns_ident *id,
                       const struct lns_dataset *dataset, const struct lns_dataset_watch *watch,
                       struct lns_import_table_response *ret_response,
                       struct lns_error *err) LNS_CHECK;

#endif

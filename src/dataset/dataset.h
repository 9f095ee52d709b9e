/* Reading Lance datasets on local storage: the layer's own types.
 *
 * The layer may include include, util and codec, and nobody but the fronts includes it, through
 * include/lns/dataset.h. It knows the layout of a dataset's directory (lance-format docs, "Table
 * Layout"); what a manifest's name says is known by src/model, what a file in _refs says by
 * src/codec.
 *
 * Map of the directory
 *   walk.c    opening directories and files without leaving the dataset; reporting problems
 *   scan.c    what kind of directory it is; manifests; the order of the steps
 *   refs.c    branches and tags
 *   import.c  from a scanned dataset to ImportTable requests
 *
 * Two kinds of failure. A problem is about one file or directory of the dataset: it is reported to
 * the watch, and the scan goes on without it. An error (-1 with err) ends the scan: no memory, or a
 * directory that is no dataset.
 */
#ifndef LNS_DATASET_DATASET_H
#define LNS_DATASET_DATASET_H

#include <sys/stat.h>

#include "lns/dataset.h"

/* Bytes that a path can have below a dataset's directory, and some: "/tree/", a branch name (from a
 * file name, so less than 256), "/_versions/" and a file name. */
#define DATASET_BELOW_MAX 600

/* A scan that is under way. */
struct dataset_scan {
        struct lns_dataset dataset;
        size_t versions_room; /* elements allocated for dataset.versions */
        size_t tags_room;
        size_t branches_room;
        uint32_t *branches_by_name; /* indices of dataset.branches, once these have their order */
        int root;                   /* the dataset's directory */
        const struct lns_dataset_watch *watch; /* not NULL */
};

/* ---- walk.c ---- */

/* Is called for each name in a directory but "." and "..". `directory` is its fd, `relative` its
 * path below the dataset. 0 to go on, -1 with err to end the scan. */
typedef int dataset_visitor(struct dataset_scan *scan, int directory, const char *relative,
                            const char *name, void *context, struct lns_error *err);

/* Visit what is in a directory below the dataset, in no order. 0, also when it could only be read
 * in part (reported); 1 when there is no such directory, or it cannot be read (reported; mere
 * absence is not, *ret_absent tells, NULL is allowed); -1 with err set by the visitor. */
int dataset_visit(struct dataset_scan *scan, const char *relative, dataset_visitor *visit,
                  void *context, bool *ret_absent, struct lns_error *err) LNS_CHECK;

/* Is this a plain file, not followed when it is a link? 0 with *ret_info; 1 when not: reported, but
 * for one that is just gone. */
int dataset_stat_file(struct dataset_scan *scan, int directory, const char *relative,
                      const char *name, struct stat *ret_info) LNS_CHECK;

/* Read a file of at most LNS_REF_FILE_MAX bytes. 0 with new *ret_text (free()); 1 when it cannot
 * be, as for dataset_stat_file(); -1 out of memory. */
int dataset_read_file(struct dataset_scan *scan, int directory, const char *relative,
                      const char *name, char **ret_text, size_t *ret_length, struct stat *ret_info,
                      struct lns_error *err) LNS_CHECK;

/* Report about relative/name; name may be NULL: relative itself. */
void dataset_problem(const struct dataset_scan *scan, const char *relative, const char *name,
                     const char *fmt, ...) LNS_PRINTF(4, 5);

/* Room for one more element: doubles. *array may move. */
int dataset_grow(void **array, size_t *room, size_t n, size_t size,
                 struct lns_error *err) LNS_CHECK;

/* ---- refs.c ---- */

/* Read _refs/branches, and put the branches in their order. Before the manifests. */
int dataset_read_branches(struct dataset_scan *scan, struct lns_error *err) LNS_CHECK;

/* Read _refs/tags. After the manifests are in their order, since a tag must name one. */
int dataset_read_tags(struct dataset_scan *scan, struct lns_error *err) LNS_CHECK;

/* ---- scan.c ---- */

/* The index of a version in the sorted dataset->versions; n_versions when there is none. */
size_t dataset_find_version(const struct lns_dataset *dataset, uint32_t branch, uint64_t version);

/* ---- import.c ---- */

/* lns_dataset_import() with at most `batch` versions, and tags, in a transaction. */
int dataset_import(struct lns_catalog *catalog, const struct lns_ident *id,
                   const struct lns_dataset *dataset, const struct lns_dataset_watch *watch,
                   size_t batch, struct lns_import_table_response *ret_response,
                   struct lns_error *err) LNS_CHECK;

#endif

/* Checks of requests with lists in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_internal.h"
#include "util/util.h"

/* ---- batch_delete_table_versions ---- */

static int compare_ranges(const void *left, const void *right)
{
        const struct lns_version_range *const *a = left;
        const struct lns_version_range *const *b = right;

        return ((*a)->start_version > (*b)->start_version) -
               ((*a)->start_version < (*b)->start_version);
}

/* Ranges that meet in a version would count it twice. */
static int check_overlaps(struct call *call, const struct lns_version_range *ranges,
                          size_t n_ranges)
{
        cleanup_(free_pointer) const struct lns_version_range **sorted = NULL;

        sorted = calloc(n_ranges, sizeof(*sorted));
        if (!sorted)
                return lns_error_set_oom(&call->err);
        for (size_t i = 0; i < n_ranges; i++)
                sorted[i] = &ranges[i];
        qsort(sorted, n_ranges, sizeof(*sorted), compare_ranges);
        for (size_t i = 1; i < n_ranges; i++) {
                const struct lns_version_range *before = sorted[i - 1];

                if (before->end_version != -1 && before->end_version <= sorted[i]->start_version)
                        continue;
                return call_refuse(call, "ranges", "ranges[%zu] and ranges[%zu] overlap",
                                   (size_t)(before - ranges), (size_t)(sorted[i] - ranges));
        }
        return 0;
}

int check_batch_delete_table_versions(struct call *call,
                                      struct lns_batch_delete_table_versions_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_branch(call, &request->branch, "branch") < 0)
                return -1;
        if (request->n_ranges < 1 || request->n_ranges > LNS_BATCH_MAX)
                return call_refuse(call, "ranges", "%zu ranges are given, 1 to %d are possible",
                                   request->n_ranges, LNS_BATCH_MAX);
        for (size_t i = 0; i < request->n_ranges; i++) {
                int64_t start = request->ranges[i].start_version;
                int64_t end = request->ranges[i].end_version;
                char field[32];

                if (start >= 0 && (end == -1 || end > start))
                        continue;
                (void)snprintf(field, sizeof(field), "ranges[%zu]", i);
                return call_refuse(call, field, "%lld to %lld is no range of versions",
                                   (long long)start, (long long)end);
        }
        return check_overlaps(call, request->ranges, request->n_ranges);
}

/* ---- batch_create_table_versions ---- */

typedef int check_entry(struct call *call, struct lns_create_table_version_request *entry);

/* Check each entry of a list. Defaults go into a copy of it, which is made only when there are
 * some: an import may have a million entries. */
static int check_entries(struct call *call, const struct lns_create_table_version_request **entries,
                         size_t n_entries, check_entry *check, const char *field)
{
        struct lns_create_table_version_request *copy = NULL;

        for (size_t i = 0; i < n_entries; i++) {
                struct lns_create_table_version_request entry = (*entries)[i];

                if (check(call, &entry) < 0)
                        return lns_error_add_detail(&call->err, "%s[%zu]", field, i);
                if (!copy &&
                    (entry.branch != (*entries)[i].branch || entry.e_tag != (*entries)[i].e_tag)) {
                        copy = calloc(n_entries, sizeof(*copy));
                        if (!copy)
                                return lns_error_set_oom(&call->err);
                        memcpy(copy, *entries, n_entries * sizeof(*copy));
                        call->entries = copy;
                }
                if (copy)
                        copy[i] = entry;
        }
        if (copy)
                *entries = copy;
        return 0;
}

static int compare_idents(const struct lns_ident *a, const struct lns_ident *b)
{
        for (size_t i = 0; i < a->n_parts && i < b->n_parts; i++) {
                int order = strcmp(a->parts[i], b->parts[i]);

                if (order != 0)
                        return order;
        }
        return (a->n_parts > b->n_parts) - (a->n_parts < b->n_parts);
}

static int compare_entries(const void *left, const void *right)
{
        const struct lns_create_table_version_request *const *a = left;
        const struct lns_create_table_version_request *const *b = right;
        int order = compare_idents((*a)->id, (*b)->id);

        if (order == 0)
                order = strcmp((*a)->branch ? (*a)->branch : "", (*b)->branch ? (*b)->branch : "");
        if (order == 0)
                order = ((*a)->version > (*b)->version) - ((*a)->version < (*b)->version);
        return order;
}

/* A version twice in one batch: one of them would be lost. */
static int check_twice(struct call *call, const struct lns_create_table_version_request *entries,
                       size_t n_entries)
{
        cleanup_(free_pointer) const struct lns_create_table_version_request **sorted = NULL;

        sorted = calloc(n_entries, sizeof(*sorted));
        if (!sorted)
                return lns_error_set_oom(&call->err);
        for (size_t i = 0; i < n_entries; i++)
                sorted[i] = &entries[i];
        qsort(sorted, n_entries, sizeof(*sorted), compare_entries);
        for (size_t i = 1; i < n_entries; i++) {
                size_t one = (size_t)(sorted[i - 1] - entries);
                size_t other = (size_t)(sorted[i] - entries);

                if (compare_entries(&sorted[i - 1], &sorted[i]) != 0)
                        continue;
                (void)call_refuse(call, "version", "version %llu stands twice in the batch",
                                  (unsigned long long)sorted[i]->version);
                return lns_error_add_detail(&call->err, "entries[%zu]", one > other ? one : other);
        }
        return 0;
}

int check_batch_create_table_versions(struct call *call,
                                      struct lns_batch_create_table_versions_request *request)
{
        if (request->n_entries < 1 || request->n_entries > LNS_BATCH_MAX)
                return call_refuse(call, "entries", "%zu entries are given, 1 to %d are possible",
                                   request->n_entries, LNS_BATCH_MAX);
        if (check_entries(call, &request->entries, request->n_entries, check_create_table_version,
                          "entries") < 0)
                return -1;
        return check_twice(call, request->entries, request->n_entries);
}

/* ---- import_table ---- */

static int check_imported_branch(struct call *call, const struct lns_table_branch *branch)
{
        const char *parent = branch->parent_branch;

        if (!branch->name)
                return call_refuse(call, "name", "name is missing");
        if (lns_check_branch(branch->name, &call->err) < 0)
                return lns_error_add_detail(&call->err, "name");
        if (check_branch(call, &parent, "parent_branch") < 0)
                return -1;
        return check_version(call, 0, branch->parent_version, "parent_version");
}

static int check_imported_tag(struct call *call, const struct lns_create_table_tag_request *tag)
{
        const char *branch = tag->branch;

        /* A tag that is read from a file names a version; latest would be another one tomorrow. */
        if (check_tag(call, tag->tag, "tag") < 0 ||
            check_version(call, 1, tag->version, "version") < 0)
                return -1;
        return check_branch(call, &branch, "branch");
}

int check_import_table(struct call *call, struct lns_import_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_location(call, request->location, "location") < 0)
                return -1;
        for (size_t i = 0; i < request->n_branches; i++) {
                if (check_imported_branch(call, &request->branches[i]) < 0)
                        return lns_error_add_detail(&call->err, "branches[%zu]", i);
        }
        if (check_entries(call, &request->versions, request->n_versions, check_version_entry,
                          "versions") < 0)
                return -1;
        for (size_t i = 0; i < request->n_tags; i++) {
                if (check_imported_tag(call, &request->tags[i]) < 0)
                        return lns_error_add_detail(&call->err, "tags[%zu]", i);
        }
        return 0;
}

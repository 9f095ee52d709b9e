#include <string.h>

#include "dataset/dataset.h"
#include "util/util.h"

/* When a version is sent. */
enum rank { RANK_NEWEST, RANK_TAGGED, RANK_OTHER };

/* An import that is under way. */
struct import {
        struct lns_catalog *catalog;
        const struct lns_ident *id;
        const struct lns_dataset *dataset;
        const struct lns_dataset_watch *watch; /* not NULL */
        size_t batch;

        uint32_t *order;     /* indices of dataset->versions, as they are sent */
        uint32_t *places;    /* for each of dataset->versions, where in order it stands */
        uint32_t *tag_order; /* indices of dataset->tags, by the place of their version */

        /* The request's arrays, filled anew for each transaction. */
        struct lns_create_table_version_request *versions;
        struct lns_create_table_tag_request *tags;
        char *texts;     /* of each version, path_max bytes of path and then the e_tag */
        size_t path_max; /* bytes of the longest path, with its NUL */

        struct lns_import_table_response sum;
};

static void clear_import(struct import *import)
{
        free(import->order);
        free(import->places);
        free(import->tag_order);
        free(import->versions);
        free(import->tags);
        free(import->texts);
}

static size_t least(size_t a, size_t b)
{
        return a < b ? a : b;
}

/* ---- in which order ---- */

static int compare_places(const void *a, const void *b, void *context)
{
        const struct import *import = context;
        const struct lns_dataset_tag *tags = import->dataset->tags;
        const uint32_t i = *(const uint32_t *)a;
        const uint32_t j = *(const uint32_t *)b;
        const uint32_t place_i = import->places[tags[i].version];
        const uint32_t place_j = import->places[tags[j].version];

        if (place_i != place_j)
                return place_i < place_j ? -1 : 1;
        return i < j ? -1 : i > j;
}

static void rank_versions(const struct lns_dataset *dataset, unsigned char *ranks)
{
        for (size_t i = 0; i < dataset->n_versions; i++) {
                const bool newest = i + 1 == dataset->n_versions ||
                                    dataset->versions[i + 1].branch != dataset->versions[i].branch;

                ranks[i] = newest ? RANK_NEWEST : RANK_OTHER;
        }
        for (size_t i = 0; i < dataset->n_tags; i++) {
                if (ranks[dataset->tags[i].version] == RANK_OTHER)
                        ranks[dataset->tags[i].version] = RANK_TAGGED;
        }
}

/* The newest of each branch, the tagged ones, then the others of main and of the branches, from the
 * newest down. */
static int order_versions(struct import *import, struct lns_error *err)
{
        const struct lns_dataset *dataset = import->dataset;
        const size_t n = dataset->n_versions;
        cleanup_(free_pointer) unsigned char *ranks = calloc(n + 1, 1);
        size_t placed = 0;
        size_t main_end = 0;

        if (!ranks)
                return lns_error_set_oom(err);
        rank_versions(dataset, ranks);
        for (enum rank rank = RANK_NEWEST; rank <= RANK_TAGGED; rank++) {
                for (size_t i = 0; i < n; i++) {
                        if (ranks[i] == rank)
                                import->order[placed++] = (uint32_t)i;
                }
        }
        while (main_end < n && dataset->versions[main_end].branch == 0)
                main_end++;
        for (size_t i = main_end; i-- > 0;) {
                if (ranks[i] == RANK_OTHER)
                        import->order[placed++] = (uint32_t)i;
        }
        for (size_t i = n; i-- > main_end;) {
                if (ranks[i] == RANK_OTHER)
                        import->order[placed++] = (uint32_t)i;
        }
        return 0;
}

static int compare_indices(const void *a, const void *b)
{
        const uint32_t i = *(const uint32_t *)a;
        const uint32_t j = *(const uint32_t *)b;

        return i < j ? -1 : i > j;
}

/* Within a transaction the versions stand as in the dataset, so that the change feed reads well. */
static int make_order(struct import *import, struct lns_error *err)
{
        const size_t n = import->dataset->n_versions;
        const size_t n_tags = import->dataset->n_tags;

        import->order = calloc(n + 1, sizeof(*import->order));
        import->places = calloc(n + 1, sizeof(*import->places));
        import->tag_order = calloc(n_tags + 1, sizeof(*import->tag_order));
        if (!import->order || !import->places || !import->tag_order)
                return lns_error_set_oom(err);
        if (order_versions(import, err) < 0)
                return -1;
        for (size_t i = 0; i < n; i += import->batch)
                qsort(import->order + i, least(import->batch, n - i), sizeof(*import->order),
                      compare_indices);
        for (size_t i = 0; i < n; i++)
                import->places[import->order[i]] = (uint32_t)i;
        for (size_t i = 0; i < n_tags; i++)
                import->tag_order[i] = (uint32_t)i;
        qsort_r(import->tag_order, n_tags, sizeof(*import->tag_order), compare_places, import);
        return 0;
}

/* ---- one transaction ---- */

static int make_room(struct import *import, struct lns_error *err)
{
        const struct lns_dataset *dataset = import->dataset;
        const size_t n_versions = least(import->batch, dataset->n_versions) + 1;
        const size_t n_tags = least(import->batch, dataset->n_tags) + 1;
        size_t longest = 0;

        for (size_t i = 0; i < dataset->n_branches; i++) {
                if (strlen(dataset->branches[i].name) > longest)
                        longest = strlen(dataset->branches[i].name);
        }
        import->path_max = strlen(dataset->location) + strlen("/tree/") + longest +
                           strlen("/_versions/") + LNS_MANIFEST_NAME_MAX;
        import->versions = calloc(n_versions, sizeof(*import->versions));
        import->tags = calloc(n_tags, sizeof(*import->tags));
        import->texts = calloc(n_versions, import->path_max + LNS_DATASET_E_TAG_MAX);
        if (!import->versions || !import->tags || !import->texts)
                return lns_error_set_oom(err);
        return 0;
}

static const char *branch_name(const struct lns_dataset *dataset, uint32_t branch)
{
        return branch == 0 ? NULL : dataset->branches[branch - 1].name;
}

static void fill_version(struct import *import, size_t i, const struct lns_dataset_version *version)
{
        char *path = import->texts + i * (import->path_max + LNS_DATASET_E_TAG_MAX);
        char *e_tag = path + import->path_max;
        const int64_t millis = version->mtime_us / 1000;

        lns_dataset_version_path(import->dataset, version, path, import->path_max);
        lns_dataset_version_e_tag(version, e_tag);
        import->versions[i] = (struct lns_create_table_version_request){
                .version = version->version,
                .branch = branch_name(import->dataset, version->branch),
                .manifest_path = path,
                .manifest_size = version->size,
                .e_tag = e_tag,
                .naming_scheme = version->scheme,
                .timestamp_millis = millis > 0 ? millis : 1, /* 0 would be "now" */
        };
}

static void fill_tag(struct import *import, size_t i, const struct lns_dataset_tag *tag)
{
        const struct lns_dataset_version *version = &import->dataset->versions[tag->version];

        import->tags[i] = (struct lns_create_table_tag_request){
                .tag = tag->name,
                .version = version->version,
                .branch = branch_name(import->dataset, version->branch),
                .created_millis = tag->created_millis,
                .updated_millis = tag->updated_millis,
        };
}

/* Send a request; its versions and tags are in the arrays. */
static int send_batch(struct import *import, size_t n_versions, size_t n_tags,
                      struct lns_error *err)
{
        const struct lns_dataset *dataset = import->dataset;
        struct lns_import_table_response response = { 0 };
        const struct lns_import_table_request request = {
                .id = import->id,
                .location = dataset->location,
                .branches = dataset->branches,
                .n_branches = dataset->n_branches,
                .versions = import->versions,
                .n_versions = n_versions,
                .tags = import->tags,
                .n_tags = n_tags,
        };

        if (lns_catalog_import_table(import->catalog, &request, &response, err) < 0)
                return -1;
        if (import->sum.transaction_id == 0)
                import->sum.transaction_id = response.transaction_id;
        import->sum.created |= response.created;
        import->sum.new_branches += response.new_branches;
        import->sum.new_versions += response.new_versions;
        import->sum.new_tags += response.new_tags;
        import->sum.skipped_tags += response.skipped_tags;
        return 0;
}

static int send_all(struct import *import, struct lns_error *err)
{
        const struct lns_dataset *dataset = import->dataset;
        const struct lns_dataset_watch *watch = import->watch;
        size_t sent = 0;
        size_t sent_tags = 0;

        /* At least once: a table may have no version yet. */
        do {
                const size_t n = least(import->batch, dataset->n_versions - sent);
                size_t n_tags = 0;

                for (size_t i = 0; i < n; i++)
                        fill_version(import, i, &dataset->versions[import->order[sent + i]]);
                while (n_tags < least(import->batch, dataset->n_tags - sent_tags)) {
                        const struct lns_dataset_tag *tag =
                                &dataset->tags[import->tag_order[sent_tags + n_tags]];

                        if (import->places[tag->version] >= sent + n)
                                break;
                        fill_tag(import, n_tags++, tag);
                }
                if (send_batch(import, n, n_tags, err) < 0)
                        return -1;
                sent += n;
                sent_tags += n_tags;
                if (watch->imported)
                        watch->imported(watch->context, sent, dataset->n_versions);
        } while (sent < dataset->n_versions || sent_tags < dataset->n_tags);
        return 0;
}

int dataset_import(struct lns_catalog *catalog, const struct lns_ident *id,
                   const struct lns_dataset *dataset, const struct lns_dataset_watch *watch,
                   size_t batch, struct lns_import_table_response *ret_response,
                   struct lns_error *err)
{
        static const struct lns_dataset_watch nobody = { 0 };
        cleanup_(clear_import) struct import import = {
                .catalog = catalog,
                .id = id,
                .dataset = dataset,
                .watch = watch ? watch : &nobody,
                .batch = batch,
        };

        if (make_order(&import, err) < 0 || make_room(&import, err) < 0 ||
            send_all(&import, err) < 0)
                return -1;
        if (ret_response)
                *ret_response = import.sum;
        return 0;
}

int lns_dataset_import(struct lns_catalog *catalog, const struct lns_ident *id,
                       const struct lns_dataset *dataset, const struct lns_dataset_watch *watch,
                       struct lns_import_table_response *ret_response, struct lns_error *err)
{
        return dataset_import(catalog, id, dataset, watch, LNS_BATCH_MAX, ret_response, err);
}

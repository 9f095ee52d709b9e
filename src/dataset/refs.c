#include <stdio.h>
#include <string.h>

#include "codec/ref_file.h"
#include "dataset/dataset.h"
#include "util/util.h"

#define BRANCHES "_refs/branches"
#define TAGS "_refs/tags"

/* Ways from a branch to main. */
#define WAY_UNKNOWN 0
#define WAY_NONE UINT32_MAX
#define PARENT_MAIN UINT32_MAX
#define PARENT_NONE (UINT32_MAX - 1)

/* "gold.json": what is before ".json", new. 0; 1: another kind of name, which Lance's temporaries
 * have too (".tmpXXXXXX", "gold.json.tmp.<32 hex>#1"); -1: out of memory. */
static int stem(const char *name, char **ret_stem, struct lns_error *err)
{
        const size_t length = strlen(name);
        const size_t suffix = strlen(".json");

        if (name[0] == '.' || length <= suffix || strcmp(name + length - suffix, ".json") != 0)
                return 1;
        *ret_stem = strndup(name, length - suffix);
        return *ret_stem ? 0 : lns_error_set_oom(err);
}

/* Lance writes the '/' of a branch name as %2F, in its file's name. No other character that a name
 * may have is written so: what else has a '%' is no branch's name, and is refused as such. */
static void decode_slashes(char *name)
{
        char *to = name;

        for (const char *from = name; *from;) {
                if (strncmp(from, "%2F", 3) == 0) {
                        *to++ = '/';
                        from += 3;
                } else {
                        *to++ = *from++;
                }
        }
        *to = '\0';
}

/* A problem with the text of a file; out of memory is an error. */
static int refuse(struct dataset_scan *scan, const char *relative, const char *name,
                  const struct lns_error *why, struct lns_error *err)
{
        if (why->code != LNS_INVALID_INPUT) {
                if (err)
                        *err = *why;
                return -1;
        }
        /* The detail is the place in the text, or a field that the message names already. */
        if (strstr(why->message, why->detail))
                dataset_problem(scan, relative, name, "%s", why->message);
        else
                dataset_problem(scan, relative, name, "%s (%s)", why->message, why->detail);
        return 0;
}

/* ---- branches ---- */

static int visit_branch(struct dataset_scan *scan, int directory, const char *relative,
                        const char *name, void *context, struct lns_error *err)
{
        cleanup_(ref_file_clear_branch) struct lns_table_branch branch = { 0 };
        cleanup_(free_pointer) char *branch_name = NULL;
        cleanup_(free_pointer) char *text = NULL;
        struct lns_error why = LNS_ERROR_INIT;
        struct lns_dataset *dataset = &scan->dataset;
        struct stat info;
        size_t length = 0;
        int result = stem(name, &branch_name, err);

        (void)context;
        if (result != 0)
                return result < 0 ? -1 : 0;
        decode_slashes(branch_name);
        if (lns_check_branch(branch_name, &why) < 0)
                return refuse(scan, relative, name, &why, err);
        result = dataset_read_file(scan, directory, relative, name, &text, &length, &info, err);
        if (result != 0)
                return result < 0 ? -1 : 0;
        if (ref_file_parse_branch(text, length, &branch, &why) < 0)
                return refuse(scan, relative, name, &why, err);
        if (dataset_grow((void **)&dataset->branches, &scan->branches_room, dataset->n_branches,
                         sizeof(*dataset->branches), err) < 0)
                return -1;
        branch.name = branch_name;
        branch_name = NULL;
        dataset->branches[dataset->n_branches++] = branch;
        branch = (struct lns_table_branch){ 0 };
        return 0;
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(((const struct lns_table_branch *)a)->name,
                      ((const struct lns_table_branch *)b)->name);
}

/* For each branch, which are sorted by name: the index of its parent, or PARENT_*. */
static void find_parents(const struct lns_dataset *dataset, uint32_t *parents)
{
        for (size_t i = 0; i < dataset->n_branches; i++) {
                struct lns_table_branch key = { .name = dataset->branches[i].parent_branch };
                const struct lns_table_branch *found;

                if (!key.name) {
                        parents[i] = PARENT_MAIN;
                        continue;
                }
                found = bsearch(&key, dataset->branches, dataset->n_branches, sizeof(key),
                                compare_names);
                parents[i] = found ? (uint32_t)(found - dataset->branches) : PARENT_NONE;
        }
}

/* For each branch: how many steps it is from main, or WAY_NONE. Each is walked over once, but for
 * those that are their own ancestors. */
static void find_ways(const uint32_t *parents, uint32_t *ways, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                uint32_t at = (uint32_t)i;
                uint32_t steps = 0;
                uint32_t rest;

                while (at != PARENT_MAIN && at != PARENT_NONE && ways[at] == WAY_UNKNOWN &&
                       steps <= n) {
                        at = parents[at];
                        steps++;
                }
                if (at == PARENT_MAIN)
                        rest = 0;
                else if (at == PARENT_NONE || ways[at] == WAY_UNKNOWN)
                        rest = WAY_NONE;
                else
                        rest = ways[at];
                for (at = (uint32_t)i; steps > 0; steps--, at = parents[at])
                        ways[at] = rest == WAY_NONE ? WAY_NONE : rest + steps;
        }
}

static int compare_ways(const void *a, const void *b, void *context)
{
        const uint32_t *ways = context;
        const uint32_t i = *(const uint32_t *)a;
        const uint32_t j = *(const uint32_t *)b;

        /* The branches are sorted by name already. */
        if (ways[i] != ways[j])
                return ways[i] < ways[j] ? -1 : 1;
        return i < j ? -1 : i > j;
}

static void report_orphan(struct dataset_scan *scan, const struct lns_table_branch *branch)
{
        char name[DATASET_BELOW_MAX];
        size_t length = 0;

        /* The name of its file again. */
        for (const char *c = branch->name; *c && length + 4 < sizeof(name); c++)
                length += (size_t)snprintf(name + length, sizeof(name) - length,
                                           *c == '/' ? "%%2F" : "%c", *c);
        snprintf(name + length, sizeof(name) - length, ".json");
        dataset_problem(scan, BRANCHES, name,
                        "its parent branch '%s' is not there, or not readable",
                        branch->parent_branch);
}

static int compare_indices_by_name(const void *a, const void *b, void *context)
{
        const struct lns_table_branch *branches = context;

        return strcmp(branches[*(const uint32_t *)a].name, branches[*(const uint32_t *)b].name);
}

/* Parents before children; those without a way to main go. */
static int order_branches(struct dataset_scan *scan, struct lns_error *err)
{
        struct lns_dataset *dataset = &scan->dataset;
        const size_t n = dataset->n_branches;
        cleanup_(free_pointer) uint32_t *parents = calloc(n + 1, sizeof(*parents));
        cleanup_(free_pointer) uint32_t *ways = calloc(n + 1, sizeof(*ways));
        cleanup_(free_pointer) uint32_t *order = calloc(n + 1, sizeof(*order));
        struct lns_table_branch *sorted = calloc(n + 1, sizeof(*sorted));
        size_t kept = 0;

        if (!parents || !ways || !order || !sorted) {
                free(sorted);
                return lns_error_set_oom(err);
        }
        if (n > 0)
                qsort(dataset->branches, n, sizeof(*dataset->branches), compare_names);
        find_parents(dataset, parents);
        find_ways(parents, ways, n);
        for (size_t i = 0; i < n; i++)
                order[i] = (uint32_t)i;
        qsort_r(order, n, sizeof(*order), compare_ways, ways);
        for (size_t i = 0; i < n; i++) {
                struct lns_table_branch *branch = &dataset->branches[order[i]];

                if (ways[order[i]] != WAY_NONE) {
                        sorted[kept++] = *branch;
                        continue;
                }
                report_orphan(scan, branch);
                ref_file_clear_branch(branch);
        }
        free(dataset->branches);
        dataset->branches = sorted;
        dataset->n_branches = kept;
        for (size_t i = 0; i < kept; i++)
                order[i] = (uint32_t)i;
        qsort_r(order, kept, sizeof(*order), compare_indices_by_name, sorted);
        scan->branches_by_name = order;
        order = NULL;
        return 0;
}

/* What lns_dataset_version.branch is for a name; NULL is main, 0. -1: no such branch. */
static int64_t find_branch(const struct dataset_scan *scan, const char *name)
{
        size_t low = 0;
        size_t high = scan->dataset.n_branches;

        if (!name)
                return 0;
        while (low < high) {
                const size_t middle = low + (high - low) / 2;
                const uint32_t index = scan->branches_by_name[middle];
                const int order = strcmp(scan->dataset.branches[index].name, name);

                if (order == 0)
                        return (int64_t)index + 1;
                if (order < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return -1;
}

int dataset_read_branches(struct dataset_scan *scan, struct lns_error *err)
{
        if (dataset_visit(scan, BRANCHES, visit_branch, NULL, NULL, err) < 0)
                return -1;
        return order_branches(scan, err);
}

/* ---- tags ---- */

/* The version that it names, as an index; n_versions, and reported, when that is not there. */
static size_t find_tagged(struct dataset_scan *scan, const char *relative, const char *name,
                          const struct lns_table_tag *contents)
{
        const struct lns_dataset *dataset = &scan->dataset;
        const int64_t branch = find_branch(scan, contents->branch);
        size_t version;

        if (branch < 0) {
                dataset_problem(scan, relative, name, "names branch '%s', which is not there",
                                contents->branch);
                return dataset->n_versions;
        }
        version = dataset_find_version(dataset, (uint32_t)branch, contents->version);
        if (version == dataset->n_versions)
                dataset_problem(scan, relative, name, "names version %llu, which is not there",
                                (unsigned long long)contents->version);
        return version;
}

/* A tag may lack either of its times, or both: its file's is then that of the last change. */
static void set_times(struct lns_dataset_tag *tag, const struct lns_table_tag *contents,
                      const struct stat *info)
{
        tag->created_millis = contents->created_millis;
        tag->updated_millis = contents->updated_millis;
        if (tag->created_millis == 0 && tag->updated_millis == 0 && info->st_mtim.tv_sec > 0)
                tag->updated_millis = info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
        if (tag->created_millis == 0)
                tag->created_millis = tag->updated_millis;
        if (tag->updated_millis == 0)
                tag->updated_millis = tag->created_millis;
}

static int visit_tag(struct dataset_scan *scan, int directory, const char *relative,
                     const char *name, void *context, struct lns_error *err)
{
        cleanup_(lns_table_tag_clear) struct lns_table_tag contents = { 0 };
        cleanup_(free_pointer) char *tag_name = NULL;
        cleanup_(free_pointer) char *text = NULL;
        struct lns_error why = LNS_ERROR_INIT;
        struct lns_dataset *dataset = &scan->dataset;
        struct lns_dataset_tag tag = { 0 };
        struct stat info;
        size_t length = 0;
        int result = stem(name, &tag_name, err);

        (void)context;
        if (result != 0)
                return result < 0 ? -1 : 0;
        if (lns_check_tag(tag_name, &why) < 0)
                return refuse(scan, relative, name, &why, err);
        result = dataset_read_file(scan, directory, relative, name, &text, &length, &info, err);
        if (result != 0)
                return result < 0 ? -1 : 0;
        if (ref_file_parse_tag(text, length, &contents, &why) < 0)
                return refuse(scan, relative, name, &why, err);
        tag.version = find_tagged(scan, relative, name, &contents);
        if (tag.version == dataset->n_versions)
                return 0;
        if (dataset_grow((void **)&dataset->tags, &scan->tags_room, dataset->n_tags,
                         sizeof(*dataset->tags), err) < 0)
                return -1;
        set_times(&tag, &contents, &info);
        tag.name = tag_name;
        tag_name = NULL;
        dataset->tags[dataset->n_tags++] = tag;
        return 0;
}

static int compare_tags(const void *a, const void *b)
{
        return strcmp(((const struct lns_dataset_tag *)a)->name,
                      ((const struct lns_dataset_tag *)b)->name);
}

int dataset_read_tags(struct dataset_scan *scan, struct lns_error *err)
{
        if (dataset_visit(scan, TAGS, visit_tag, NULL, NULL, err) < 0)
                return -1;
        if (scan->dataset.n_tags > 0)
                qsort(scan->dataset.tags, scan->dataset.n_tags, sizeof(*scan->dataset.tags),
                      compare_tags);
        return 0;
}

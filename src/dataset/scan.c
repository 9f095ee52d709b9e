#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codec/ref_file.h"
#include "dataset/dataset.h"
#include "util/utf8.h"
#include "util/util.h"

/* watch->found() is called after so many. */
#define FOUND_STEP 1000

/* One _versions directory that is being read. */
struct manifests {
        uint32_t branch;
        bool has_v1;
        bool has_v2;
};

/* ---- what kind of directory ---- */

static int cannot_open(const char *path, struct lns_error *err)
{
        if (errno == ENOENT || errno == ENOTDIR)
                return lns_error_set(err, LNS_INVALID_INPUT, "'%s' is no directory", path);
        if (errno == ENAMETOOLONG || errno == ELOOP)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, errno, "'%s': %s", path,
                                           strerror(errno));
        if (errno == EACCES || errno == EPERM)
                return lns_error_set(err, LNS_PERMISSION_DENIED,
                                     "directory '%s' is not readable by you", path);
        return lns_error_set_errno(err, LNS_INTERNAL, errno, "directory '%s': %s", path,
                                   strerror(errno));
}

static bool has(int directory, const char *name)
{
        struct stat info;

        return fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static enum lns_dataset_kind kind_of(int directory)
{
        if (!has(directory, "_versions") && !has(directory, ".lance-reserved"))
                return LNS_DATASET_NONE;
        return has(directory, ".lance-deregistered") ? LNS_DATASET_DEREGISTERED : LNS_DATASET_TABLE;
}

int lns_dataset_identify(const char *path, enum lns_dataset_kind *ret_kind, struct lns_error *err)
{
        cleanup_(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (fd < 0)
                return cannot_open(path, err);
        *ret_kind = kind_of(fd);
        return 0;
}

/* ---- manifests ---- */

/* The directory of a branch's manifests, below the dataset. */
static void versions_directory(const struct lns_dataset *dataset, uint32_t branch,
                               char buf[DATASET_BELOW_MAX])
{
        if (branch == 0)
                snprintf(buf, DATASET_BELOW_MAX, "_versions");
        else
                snprintf(buf, DATASET_BELOW_MAX, "tree/%s/_versions",
                         dataset->branches[branch - 1].name);
}

static int visit_manifest(struct dataset_scan *scan, int directory, const char *relative,
                          const char *name, void *context, struct lns_error *err)
{
        const struct lns_dataset_watch *watch = scan->watch;
        struct lns_dataset *dataset = &scan->dataset;
        struct manifests *manifests = context;
        enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
        uint64_t version = 0;
        struct stat info;
        const int result = lns_manifest_name_parse(name, &version, &scheme);

        if (result < 0)
                dataset_problem(scan, relative, name, "is no manifest name that Lance writes");
        if (result != 0 || dataset_stat_file(scan, directory, relative, name, &info) != 0)
                return 0;
        if (dataset_grow((void **)&dataset->versions, &scan->versions_room, dataset->n_versions,
                         sizeof(*dataset->versions), err) < 0)
                return -1;
        manifests->has_v1 |= scheme == LNS_NAMING_SCHEME_V1;
        manifests->has_v2 |= scheme == LNS_NAMING_SCHEME_V2;
        dataset->versions[dataset->n_versions++] = (struct lns_dataset_version){
                .version = version,
                .inode = info.st_ino,
                .size = info.st_size,
                .mtime_us = info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000,
                .branch = manifests->branch,
                .scheme = scheme,
        };
        if (watch->found && dataset->n_versions % FOUND_STEP == 0)
                watch->found(watch->context, dataset->n_versions);
        return 0;
}

static int read_manifests(struct dataset_scan *scan, uint32_t branch, struct lns_error *err)
{
        struct manifests manifests = { .branch = branch };
        char relative[DATASET_BELOW_MAX];
        bool absent = false;

        versions_directory(&scan->dataset, branch, relative);
        if (dataset_visit(scan, relative, visit_manifest, &manifests, &absent, err) < 0)
                return -1;
        /* A table that is only declared has none; a branch begins with one. */
        if (absent && branch != 0)
                dataset_problem(scan, relative, NULL,
                                "is not there, so the branch has no versions");
        if (manifests.has_v1 && manifests.has_v2)
                dataset_problem(scan, relative, NULL,
                                "has V1 and V2 manifest names, so Lance cannot open it; migrate it "
                                "to V2 names with Lance");
        return 0;
}

/* The scheme decides between two names of one version: V2 first, which is what Lance moves to. */
static int compare_versions(const void *a, const void *b)
{
        const struct lns_dataset_version *x = a;
        const struct lns_dataset_version *y = b;

        if (x->branch != y->branch)
                return x->branch < y->branch ? -1 : 1;
        if (x->version != y->version)
                return x->version < y->version ? -1 : 1;
        return x->scheme == y->scheme ? 0 : x->scheme > y->scheme ? -1 : 1;
}

/* Sorts, and takes out the second name of a version. */
static void order_versions(struct dataset_scan *scan)
{
        struct lns_dataset *dataset = &scan->dataset;
        struct lns_dataset_version *versions = dataset->versions;
        size_t kept = 0;

        if (dataset->n_versions == 0)
                return;
        qsort(versions, dataset->n_versions, sizeof(*versions), compare_versions);
        for (size_t i = 0; i < dataset->n_versions; i++) {
                char relative[DATASET_BELOW_MAX];
                char name[LNS_MANIFEST_NAME_MAX];

                if (kept == 0 || versions[kept - 1].branch != versions[i].branch ||
                    versions[kept - 1].version != versions[i].version) {
                        versions[kept++] = versions[i];
                        continue;
                }
                versions_directory(dataset, versions[i].branch, relative);
                lns_manifest_name(name, versions[i].version, versions[i].scheme);
                dataset_problem(scan, relative, name,
                                "is version %llu for the second time; the one with the V2 name is "
                                "taken",
                                (unsigned long long)versions[i].version);
        }
        dataset->n_versions = kept;
}

size_t dataset_find_version(const struct lns_dataset *dataset, uint32_t branch, uint64_t version)
{
        size_t low = 0;
        size_t high = dataset->n_versions;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;
                const struct lns_dataset_version *at = &dataset->versions[middle];

                if (at->branch == branch && at->version == version)
                        return middle;
                if (at->branch < branch || (at->branch == branch && at->version < version))
                        low = middle + 1;
                else
                        high = middle;
        }
        return dataset->n_versions;
}

/* ---- the whole ---- */

static int check_location(const char *location, struct lns_error *err)
{
        if (strlen(location) + DATASET_BELOW_MAX > LNS_LOCATION_MAX)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                           "'%s' is too long a path; at most %d bytes", location,
                                           LNS_LOCATION_MAX - DATASET_BELOW_MAX);
        if (!utf8_valid(location, strlen(location)) || utf8_has_control(location, strlen(location)))
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "a catalog cannot hold this path: it has a control character, "
                                     "or is no UTF-8; rename it");
        return 0;
}

static int scan_all(struct dataset_scan *scan, struct lns_error *err)
{
        const struct lns_dataset_watch *watch = scan->watch;

        /* Branches first: they say where manifests are. Tags last: they name manifests. */
        if (dataset_read_branches(scan, err) < 0)
                return -1;
        for (size_t branch = 0; branch <= scan->dataset.n_branches; branch++) {
                if (read_manifests(scan, (uint32_t)branch, err) < 0)
                        return -1;
        }
        order_versions(scan);
        if (watch->found)
                watch->found(watch->context, scan->dataset.n_versions);
        return dataset_read_tags(scan, err);
}

static void clear_scan(struct dataset_scan *scan)
{
        lns_dataset_clear(&scan->dataset);
        free(scan->branches_by_name);
        close_fd(&scan->root);
}

int lns_dataset_scan(struct lns_dataset *ret_dataset, const char *path,
                     const struct lns_dataset_watch *watch, struct lns_error *err)
{
        static const struct lns_dataset_watch nobody = { 0 };
        cleanup_(clear_scan) struct dataset_scan scan = { .root = -1 };

        scan.watch = watch ? watch : &nobody;
        scan.root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (scan.root < 0)
                return cannot_open(path, err);
        if (kind_of(scan.root) == LNS_DATASET_NONE)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "'%s' is no Lance dataset: it has no _versions", path);
        scan.dataset.location = realpath(path, NULL);
        if (!scan.dataset.location)
                return errno == ENOMEM ? lns_error_set_oom(err) : cannot_open(path, err);
        if (check_location(scan.dataset.location, err) < 0 || scan_all(&scan, err) < 0)
                return -1;
        *ret_dataset = scan.dataset;
        scan.dataset = (struct lns_dataset){ 0 };
        return 0;
}

void lns_dataset_clear(struct lns_dataset *dataset)
{
        if (!dataset)
                return;
        for (size_t i = 0; i < dataset->n_branches; i++)
                ref_file_clear_branch(&dataset->branches[i]);
        for (size_t i = 0; i < dataset->n_tags; i++)
                free(dataset->tags[i].name);
        free(dataset->branches);
        free(dataset->tags);
        free(dataset->versions);
        free(dataset->location);
        *dataset = (struct lns_dataset){ 0 };
}

size_t lns_dataset_version_path(const struct lns_dataset *dataset,
                                const struct lns_dataset_version *version, char *buf, size_t size)
{
        char relative[DATASET_BELOW_MAX];
        char name[LNS_MANIFEST_NAME_MAX];
        int length;

        versions_directory(dataset, version->branch, relative);
        lns_manifest_name(name, version->version, version->scheme);
        length = snprintf(buf, size, "%s/%s/%s", dataset->location, relative, name);
        return length < 0 ? 0 : (size_t)length;
}

void lns_dataset_version_e_tag(const struct lns_dataset_version *version,
                               char buf[LNS_DATASET_E_TAG_MAX])
{
        /* object_store takes a time before 1970 for 1970. */
        const uint64_t mtime_us = version->mtime_us > 0 ? (uint64_t)version->mtime_us : 0;

        snprintf(buf, LNS_DATASET_E_TAG_MAX, "%llx-%llx-%llx", (unsigned long long)version->inode,
                 (unsigned long long)mtime_us, (unsigned long long)version->size);
}

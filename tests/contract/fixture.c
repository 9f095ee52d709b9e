/* A new catalog for each test, small builders, forked children. */
#include "contract.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the builders gave: released in teardown. Threads of a test build too. */
static struct kept {
        struct kept *next;
        void *allocated;
        struct lns_ident *ident;
        struct lns_map *map;
} * kept;
static pthread_mutex_t kept_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Children that were not waited for; 0: a free place. */
static pid_t children[16];

static void keep_all(void *allocated, struct lns_ident *ident, struct lns_map *map)
{
        struct kept *entry = malloc(sizeof(*entry));

        assert_non_null(entry);
        pthread_mutex_lock(&kept_mutex);
        *entry = (struct kept){ kept, allocated, ident, map };
        kept = entry;
        pthread_mutex_unlock(&kept_mutex);
}

void *keep(void *allocated)
{
        keep_all(allocated, NULL, NULL);
        return allocated;
}

static void release_kept(void)
{
        while (kept) {
                struct kept *entry = kept;

                kept = entry->next;
                lns_ident_clear(entry->ident);
                lns_map_clear(entry->map);
                free(entry->ident);
                free(entry->map);
                free(entry->allocated);
                free(entry);
        }
}

/* ---- life ---- */

int contract_setup_unopened(void **state)
{
        const char *tmp = getenv("TMPDIR");
        struct contract *contract = calloc(1, sizeof(*contract));

        if (!contract ||
            asprintf(&contract->directory, "%s/lancefs-contract-XXXXXX", tmp ? tmp : "/tmp") < 0 ||
            !mkdtemp(contract->directory) ||
            asprintf(&contract->path, "%s/catalog", contract->directory) < 0) {
                perror("setup");
                return -1;
        }
        *state = contract;
        return 0;
}

int contract_setup(void **state)
{
        static const struct lns_catalog_options options = { .create = true };
        struct lns_error err = LNS_ERROR_INIT;
        struct contract *contract;

        if (contract_setup_unopened(state) != 0)
                return -1;
        contract = contract_of(state);
        if (contract_engine.open(&contract->catalog, contract->path, &options, &err) != 0) {
                fprintf(stderr, "# setup: %s: %s\n", err.message, err.detail);
                return -1;
        }
        return 0;
}

int contract_teardown(void **state)
{
        struct contract *contract = contract_of(state);

        if (!contract)
                return 0;
        for (size_t i = 0; i < COUNT(children); i++) {
                if (children[i] > 0) {
                        kill(children[i], SIGKILL);
                        waitpid(children[i], NULL, 0);
                        children[i] = 0;
                }
        }
        lns_catalog_free(contract->catalog);
        if (getenv("LNS_TEST_KEEP"))
                print_message("# kept: %s\n", contract->directory);
        else
                remove_tree(contract->directory);
        free(contract->directory);
        free(contract->path);
        free(contract);
        *state = NULL;
        release_kept();
        return 0;
}

struct contract *contract_of(void **state)
{
        return *state;
}

struct lns_catalog *catalog_of(void **state)
{
        return contract_of(state)->catalog;
}

struct lns_catalog *open_catalog(const char *path, const struct lns_catalog_options *options)
{
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(contract_engine.open(&catalog, path, options, &err), &err);
        assert_non_null(catalog);
        return catalog;
}

void reopen(struct contract *contract)
{
        lns_catalog_free(contract->catalog);
        contract->catalog = NULL;
        contract->catalog = open_catalog(contract->path, NULL);
}

/* ---- children ---- */

pid_t child_start(struct contract *contract, child_function *function, void *context)
{
        size_t place = 0;
        pid_t child;

        lns_catalog_free(contract->catalog);
        contract->catalog = NULL;
        while (place < COUNT(children) && children[place] > 0)
                place++;
        assert_in_range(place, 0, COUNT(children) - 1);

        fflush(stdout);
        child = fork();
        assert_int_not_equal(child, -1);
        if (child == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                function(contract, context);
                _exit(0);
        }
        children[place] = child;
        return child;
}

static int reap(pid_t child)
{
        int status = 0;

        assert_int_equal(waitpid(child, &status, 0), child);
        for (size_t i = 0; i < COUNT(children); i++) {
                if (children[i] == child)
                        children[i] = 0;
        }
        return status;
}

void child_wait(pid_t child)
{
        const int status = reap(child);

        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                fail_msg("a child ended with wait status %#x", (unsigned)status);
}

void child_kill(pid_t child)
{
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_true(WIFSIGNALED(reap(child)));
}

void child_check_(bool condition, const char *text, const char *file, int line)
{
        if (condition)
                return;
        fprintf(stderr, "# %s:%d: in a child: not true: %s\n", file, line, text);
        _exit(1);
}

/* ---- builders ---- */

const struct lns_ident *ident_of(const char *const *names)
{
        struct lns_ident *new = calloc(1, sizeof(*new));
        struct lns_error err = LNS_ERROR_INIT;
        size_t count = 0;

        while (names[count])
                count++;
        assert_non_null(new);
        assert_ok(lns_ident_new(new, names, count, &err), &err);
        keep_all(NULL, new, NULL);
        return new;
}

const struct lns_map *map_of(const char *const *keys_and_values)
{
        struct lns_map *new = calloc(1, sizeof(*new));
        struct lns_error err = LNS_ERROR_INIT;

        assert_non_null(new);
        keep_all(NULL, NULL, new);
        for (const char *const *pair = keys_and_values; *pair; pair += 2)
                assert_ok(lns_map_set(new, pair[0], pair[1], &err), &err);
        return new;
}

const char *text_of(const char *format, ...)
{
        va_list args;
        char *text = NULL;
        int length;

        va_start(args, format);
        length = vasprintf(&text, format, args);
        va_end(args);
        assert_true(length >= 0);
        return keep(text);
}

const char *repeated(char byte, size_t length)
{
        char *text = malloc(length + 1);

        assert_non_null(text);
        memset(text, byte, length);
        text[length] = '\0';
        return keep(text);
}

void make_namespace(struct lns_catalog *catalog, const struct lns_ident *id)
{
        assert_done(catalog, create_namespace, NULL, .id = id);
}

const char *make_table(struct lns_catalog *catalog, const struct lns_ident *id)
{
        char name[4096];
        const char *location;

        lns_ident_to_text(id, name, sizeof(name));
        location = text_of("s3://bucket/%s.lance", name);
        assert_done(catalog, declare_table, NULL, .id = id, .location = location);
        return location;
}

const char *make_local_table(struct lns_catalog *catalog, const struct lns_ident *id)
{
        assert_done(catalog, declare_table, NULL, .id = id);
        return location_of(catalog, id);
}

struct lns_create_table_version_request version_request(const struct lns_ident *id,
                                                        uint64_t version)
{
        char name[LNS_MANIFEST_NAME_MAX];

        lns_manifest_name(name, version, LNS_NAMING_SCHEME_V2);
        return (struct lns_create_table_version_request){
                .id = id,
                .version = version,
                .manifest_path = text_of("bucket/_versions/%s", name),
                .manifest_size = (int64_t)(1000 + version % 1000),
                .e_tag = text_of("etag-%" PRIu64, version),
                .metadata = map("number", text_of("%" PRIu64, version), "maker", "contract"),
                .naming_scheme = LNS_NAMING_SCHEME_V2,
        };
}

uint64_t make_version(struct lns_catalog *catalog, const struct lns_ident *id, uint64_t version)
{
        const struct lns_create_table_version_request request = version_request(id, version);
        struct lns_create_table_version_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t transaction_id;

        assert_ok(lns_catalog_create_table_version(catalog, &request, &response, &err), &err);
        transaction_id = response.transaction_id;
        lns_create_table_version_response_clear(&response);
        return transaction_id;
}

uint64_t make_tag(struct lns_catalog *catalog, const struct lns_ident *id, const char *tag,
                  uint64_t version)
{
        struct lns_create_table_tag_response response = { 0 };

        assert_done(catalog, create_table_tag, &response, .id = id, .tag = tag, .version = version);
        return response.transaction_id;
}

void make_branch(struct lns_catalog *catalog, const struct lns_ident *id, const char *branch)
{
        const struct lns_table_branch branches[] = {
                { .name = (char *)keep(strdup(branch)), .parent_version = 1, .created_millis = 1 },
        };
        struct lns_import_table_response response = { 0 };

        assert_done(catalog, import_table, &response, .id = id,
                    .location = location_of(catalog, id), .branches = branches, .n_branches = 1);
        assert_int_equal(response.new_branches, 1);
}

/* ---- questions ---- */

const char *names_of(const struct lns_name_page *page)
{
        const char *text = "";

        for (size_t i = 0; i < page->n_names; i++)
                text = text_of("%s%s%s", text, i > 0 ? " " : "", page->names[i]);
        return text;
}

const char *namespaces_in(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_list_namespaces_response response = { 0 };
        const char *text;

        assert_done(catalog, list_namespaces, &response, .id = id, .limit = -1);
        text = names_of(&response.namespaces);
        lns_list_namespaces_response_clear(&response);
        return text;
}

const char *tables_in(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_list_tables_response response = { 0 };
        const char *text;

        assert_done(catalog, list_tables, &response, .id = id, .limit = -1);
        text = names_of(&response.tables);
        lns_list_tables_response_clear(&response);
        return text;
}

const char *versions_of(struct lns_catalog *catalog, const struct lns_ident *id, const char *branch)
{
        struct lns_list_table_versions_response response = { 0 };
        const char *text = "";

        assert_done(catalog, list_table_versions, &response, .id = id, .branch = branch,
                    .limit = -1);
        for (size_t i = 0; i < response.n_versions; i++)
                text = text_of("%s%s%" PRIu64, text, i > 0 ? " " : "",
                               response.versions[i].version);
        lns_list_table_versions_response_clear(&response);
        return text;
}

const char *tags_of(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_list_table_tags_response response = { 0 };
        const char *text = "";

        assert_done(catalog, list_table_tags, &response, .id = id, .limit = -1);
        for (size_t i = 0; i < response.n_tags; i++) {
                const struct lns_table_tag *tag = &response.tags[i];

                text = text_of("%s%s%s=%" PRIu64 "%s%s", text, i > 0 ? " " : "", tag->tag,
                               tag->version, tag->branch ? "@" : "",
                               tag->branch ? tag->branch : "");
        }
        lns_list_table_tags_response_clear(&response);
        return text;
}

const char *location_of(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_describe_table_response response = { 0 };
        const char *location;

        assert_done(catalog, describe_table, &response, .id = id);
        assert_non_null(response.location);
        location = text_of("%s", response.location);
        lns_describe_table_response_clear(&response);
        return location;
}

uint64_t tag_version(struct lns_catalog *catalog, const struct lns_ident *id, const char *tag)
{
        struct lns_get_table_tag_version_response response = { 0 };
        uint64_t version;

        assert_done(catalog, get_table_tag_version, &response, .id = id, .tag = tag);
        version = response.version;
        lns_get_table_tag_version_response_clear(&response);
        return version;
}

struct lns_node node_of_namespace(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_node node = { .id = LNS_NODE_ROOT };
        struct lns_error err = LNS_ERROR_INIT;

        if (id->n_parts == 0)
                assert_ok(lns_catalog_describe_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                                    &node, &err),
                          &err);
        for (size_t i = 0; i < id->n_parts; i++)
                assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, node.id,
                                                  LNS_NODE_NAMESPACE, id->parts[i], &node, &err),
                          &err);
        return node;
}

struct lns_node node_of_table(struct lns_catalog *catalog, const struct lns_ident *id)
{
        struct lns_ident parent = *id;
        struct lns_node node;
        struct lns_error err = LNS_ERROR_INIT;

        assert_int_not_equal(id->n_parts, 0);
        parent.n_parts--;
        assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE,
                                          node_of_namespace(catalog, &parent).id, LNS_NODE_TABLE,
                                          id->parts[parent.n_parts], &node, &err),
                  &err);
        return node;
}

struct lns_node node_of(struct lns_catalog *catalog, const struct lns_ident *table,
                        enum lns_node_kind kind, const char *name)
{
        struct lns_node node;
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_TABLE, node_of_table(catalog, table).id,
                                          kind, name, &node, &err),
                  &err);
        return node;
}

/* ---- files ---- */

void make_directory(const char *path)
{
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
                fail_msg("mkdir %s: %s", path, strerror(errno));
}

void make_file(const char *path, const char *content)
{
        FILE *file = fopen(path, "we");

        if (!file)
                fail_msg("open %s: %s", path, strerror(errno));
        assert_true(fputs(content, file) >= 0);
        assert_int_equal(fclose(file), 0);
}

bool file_exists(const char *path)
{
        struct stat st;

        return lstat(path, &st) == 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
        (void)st;
        (void)type;
        (void)ftw;
        return remove(path);
}

void remove_tree(const char *path)
{
        nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

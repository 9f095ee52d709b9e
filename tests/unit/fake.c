#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/util.h"

struct fake fake;
struct fake_open fake_open;

/* Identifiers made by fake_ident(), released at the end of the test. */
static struct lns_ident idents[64];
static size_t n_idents;

static int answer(const char *callback, const void *response, struct lns_error *err)
{
        fake.called = callback;
        fake.n_calls++;
        fake.response = response;
        /* The list is gone when the call is over. */
        if (strcmp(callback, "batch_create_table_versions") == 0)
                fake.entry = fake.batch_create_table_versions.entries[0];
        if (strcmp(callback, "import_table") == 0 && fake.import_table.n_versions > 0)
                fake.entry = fake.import_table.versions[0];
        if (fake.spoil || (fake.result != 0 && !fake.silent)) {
                (void)lns_error_set(err, LNS_TABLE_NOT_FOUND, "the fake says no");
                (void)lns_error_add_detail(err, "fake");
        }
        return fake.result;
}

/* ---- responses that own something: filled, so that a leak shows ---- */

static char *copy(const char *text)
{
        char *string = strdup(text);

        assert_non_null(string);
        return string;
}

static void fill_declare_table(struct lns_declare_table_response *response)
{
        response->location = copy("/somewhere");
}

static void fill_get_table_tag_version(struct lns_get_table_tag_version_response *response)
{
        response->branch = copy("dev");
        response->version = 7;
}

static void fill_describe_table_version(struct lns_describe_table_version_response *response)
{
        response->version.manifest_path = copy("p");
}

/* The rest answer with zeros. */
#define FILLS_NOTHING(name)                                                                        \
        static void fill_##name(struct lns_##name##_response *response)                            \
        {                                                                                          \
                (void)response;                                                                    \
        }
FILLS_NOTHING(create_namespace)
FILLS_NOTHING(list_namespaces)
FILLS_NOTHING(describe_namespace)
FILLS_NOTHING(drop_namespace)
FILLS_NOTHING(namespace_exists)
FILLS_NOTHING(rename_namespace)
FILLS_NOTHING(list_tables)
FILLS_NOTHING(list_all_tables)
FILLS_NOTHING(register_table)
FILLS_NOTHING(describe_table)
FILLS_NOTHING(table_exists)
FILLS_NOTHING(drop_table)
FILLS_NOTHING(deregister_table)
FILLS_NOTHING(restore_deregistered_table)
FILLS_NOTHING(rename_table)
FILLS_NOTHING(create_table_version)
FILLS_NOTHING(list_table_versions)
FILLS_NOTHING(batch_delete_table_versions)
FILLS_NOTHING(batch_create_table_versions)
FILLS_NOTHING(batch_commit_tables)
FILLS_NOTHING(list_table_tags)
FILLS_NOTHING(create_table_tag)
FILLS_NOTHING(update_table_tag)
FILLS_NOTHING(delete_table_tag)
FILLS_NOTHING(rename_table_tag)
FILLS_NOTHING(copy_table_tag)
FILLS_NOTHING(import_table)
FILLS_NOTHING(describe_transaction)
FILLS_NOTHING(alter_transaction)

#define LNS_OPERATION(name, spec, rw)                                                              \
        static int fake_##name(struct lns_backend *backend,                                        \
                               const struct lns_##name##_request *request,                         \
                               struct lns_##name##_response *response, struct lns_error *err)      \
        {                                                                                          \
                int result;                                                                        \
                                                                                                   \
                assert_ptr_equal(backend, &fake.base);                                             \
                fake.name = *request;                                                              \
                result = answer(#name, response, err);                                             \
                if (result == 0) {                                                                 \
                        memset(response, 0, sizeof(*response));                                    \
                        fill_##name(response);                                                     \
                }                                                                                  \
                return result;                                                                     \
        }
#include "lns/operation.def"
#undef LNS_OPERATION

/* ---- nodes and the rest: only that they are called counts ---- */

static int fake_lookup_node(struct lns_backend *backend, enum lns_node_kind parent_kind,
                            uint64_t parent, enum lns_node_kind kind, const char *name,
                            struct lns_node *ret_node, struct lns_error *err)
{
        (void)backend, (void)parent_kind;
        *ret_node = (struct lns_node){ .kind = kind, .id = 42, .parent = parent };
        (void)snprintf(ret_node->name, sizeof(ret_node->name), "%s", name);
        return answer("lookup_node", ret_node, err);
}

static int fake_describe_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                              struct lns_node *ret_node, struct lns_error *err)
{
        (void)backend;
        *ret_node = (struct lns_node){ .kind = kind, .id = id };
        return answer("describe_node", ret_node, err);
}

static int fake_list_nodes(struct lns_backend *backend, uint64_t parent, enum lns_node_kind kind,
                           uint64_t after, bool attributes, lns_node_visitor *visit, void *context,
                           struct lns_error *err)
{
        struct lns_node node = { .kind = kind, .id = after + 1, .parent = parent };

        (void)backend, (void)attributes;
        (void)visit(context, &node);
        return answer("list_nodes", NULL, err);
}

static int fake_identify_node(struct lns_backend *backend, enum lns_node_kind kind, uint64_t id,
                              struct lns_ident *ret_ident, struct lns_error *err)
{
        (void)backend, (void)kind, (void)id;
        return answer("identify_node", ret_ident, err);
}

static int fake_describe_version_node(struct lns_backend *backend, uint64_t id,
                                      struct lns_table_version *ret_version,
                                      enum lns_naming_scheme *ret_scheme, struct lns_error *err)
{
        (void)backend, (void)id, (void)ret_scheme;
        return answer("describe_version_node", ret_version, err);
}

static int fake_describe_tag_node(struct lns_backend *backend, uint64_t id,
                                  struct lns_table_tag *ret_tag, struct lns_error *err)
{
        (void)backend, (void)id;
        return answer("describe_tag_node", ret_tag, err);
}

static int fake_describe_table_node(struct lns_backend *backend, uint64_t id,
                                    struct lns_describe_table_response *ret_table,
                                    struct lns_error *err)
{
        (void)backend, (void)id;
        return answer("describe_table_node", ret_table, err);
}

static int fake_describe_namespace_node(struct lns_backend *backend, uint64_t id,
                                        struct lns_describe_namespace_response *ret_namespace,
                                        struct lns_error *err)
{
        (void)backend, (void)id;
        return answer("describe_namespace_node", ret_namespace, err);
}

static int fake_set_node_attributes(struct lns_backend *backend, const struct lns_caller *caller,
                                    enum lns_node_kind kind, uint64_t id, unsigned fields,
                                    uid_t uid, gid_t gid, mode_t mode, struct lns_error *err)
{
        (void)backend, (void)caller, (void)kind, (void)id, (void)fields;
        (void)uid, (void)gid, (void)mode;
        return answer("set_node_attributes", NULL, err);
}

static int fake_set_node_property(struct lns_backend *backend, const struct lns_caller *caller,
                                  enum lns_node_kind kind, uint64_t id, const char *key,
                                  const char *value, enum lns_property_mode mode,
                                  struct lns_error *err)
{
        (void)backend, (void)caller, (void)kind, (void)id, (void)key, (void)value, (void)mode;
        return answer("set_node_property", NULL, err);
}

static int fake_describe_changes(struct lns_backend *backend, uint64_t *ret_size,
                                 int64_t *ret_updated_ms, struct lns_error *err)
{
        (void)backend;
        *ret_size = 1000;
        *ret_updated_ms = 1;
        return answer("describe_changes", NULL, err);
}

static int fake_read_changes(struct lns_backend *backend, uint64_t offset, char *buf, size_t size,
                             size_t *ret_length, struct lns_error *err)
{
        (void)backend, (void)offset;
        memset(buf, 'c', size);
        *ret_length = size;
        return answer("read_changes", NULL, err);
}

static uint64_t fake_generation(struct lns_backend *backend)
{
        (void)backend;
        return 6;
}

static int fake_wait_generation(struct lns_backend *backend, uint64_t seen, int timeout_ms)
{
        (void)backend, (void)timeout_ms;
        return seen != 6;
}

static int fake_describe_catalog(struct lns_backend *backend, struct lns_catalog_description *ret,
                                 struct lns_error *err)
{
        (void)backend;
        return answer("describe_catalog", ret, err);
}

static int fake_check_catalog(struct lns_backend *backend, bool repair, lns_check_report *report,
                              void *context, uint64_t *ret_problems, struct lns_error *err)
{
        (void)backend;
        report(context, "a problem", repair);
        *ret_problems = repair ? 0 : 1;
        return answer("check_catalog", NULL, err);
}

static void fake_free(struct lns_backend *backend)
{
        assert_ptr_equal(backend, &fake.base);
        fake.n_freed++;
}

static const struct lns_backend_ops fake_ops = {
        .name = "fake",
#define LNS_OPERATION(name, spec, rw) .name = fake_##name,
#include "lns/operation.def"
#undef LNS_OPERATION
        .lookup_node = fake_lookup_node,
        .describe_node = fake_describe_node,
        .list_nodes = fake_list_nodes,
        .identify_node = fake_identify_node,
        .describe_version_node = fake_describe_version_node,
        .describe_tag_node = fake_describe_tag_node,
        .describe_table_node = fake_describe_table_node,
        .describe_namespace_node = fake_describe_namespace_node,
        .set_node_attributes = fake_set_node_attributes,
        .set_node_property = fake_set_node_property,
        .describe_changes = fake_describe_changes,
        .read_changes = fake_read_changes,
        .generation = fake_generation,
        .wait_generation = fake_wait_generation,
        .describe_catalog = fake_describe_catalog,
        .check_catalog = fake_check_catalog,
        .free = fake_free,
};

static const struct lns_backend_ops empty_ops = { .name = "empty", .free = fake_free };

/* Stands in for the SQLite engine, which is not linked because this is found first. */
int lns_backend_sqlite_open(struct lns_backend **ret_backend, const char *path,
                            const struct lns_catalog_options *options, struct lns_error *err)
{
        fake_open.n_calls++;
        (void)snprintf(fake_open.path, sizeof(fake_open.path), "%s", path);
        fake_open.options = *options;
        if (fake_open.fail)
                return lns_error_set(err, LNS_INVALID_INPUT, "'%s' is not a catalog", path);
        memset(&fake, 0, sizeof(fake));
        fake.base.ops = &fake_ops;
        *ret_backend = &fake.base;
        return 0;
}

/* ---- life ---- */

static int setup(void **state, const struct lns_backend_ops *ops, bool read_only)
{
        struct lns_catalog_options options = { .read_only = read_only };
        struct lns_catalog *catalog;
        struct lns_error err = LNS_ERROR_INIT;

        memset(&fake, 0, sizeof(fake));
        memset(&fake_open, 0, sizeof(fake_open));
        fake.base.ops = ops;
        if (lns_catalog_new(&catalog, &fake.base, &options, &err) < 0)
                return -1;
        *state = catalog;
        return 0;
}

int fake_setup(void **state)
{
        return setup(state, &fake_ops, false);
}

int fake_setup_read_only(void **state)
{
        return setup(state, &fake_ops, true);
}

int fake_setup_without_callbacks(void **state)
{
        return setup(state, &empty_ops, false);
}

int fake_teardown(void **state)
{
        lns_catalog_free(*state);
        while (n_idents > 0)
                lns_ident_clear(&idents[--n_idents]);
        return fake.n_freed == 1 ? 0 : -1;
}

const struct lns_ident *fake_ident(const char *name, ...)
{
        const char *parts[8];
        struct lns_error err;
        size_t n_parts = 0;
        va_list args;

        va_start(args, name);
        for (const char *part = name; part; part = va_arg(args, const char *)) {
                assert_true(n_parts < COUNT(parts));
                parts[n_parts++] = part;
        }
        va_end(args);
        assert_true(n_idents < COUNT(idents));
        assert_succeeds(lns_ident_new(&idents[n_idents], parts, n_parts, &err), &err);
        return &idents[n_idents++];
}

const struct lns_ident *the_root(void)
{
        static const struct lns_ident root;

        return &root;
}

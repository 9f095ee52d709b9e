/* Each operation once, on a catalog that has everything: for what must hold for all of them. */
#include "contract.h"

/* Of the first change; what describe_transaction and alter_transaction are asked about. */
static uint64_t first_transaction;

void sample_catalog(struct lns_catalog *catalog)
{
        const struct lns_ident *users = ident("prod", "users");
        struct lns_create_namespace_response created = { 0 };

        assert_done(catalog, create_namespace, &created, .id = ident("prod"),
                    .properties = map("owner", "ann"));
        first_transaction = created.transaction_id;
        lns_create_namespace_response_clear(&created);
        make_namespace(catalog, ident("empty"));
        make_table(catalog, ident("prod", "events"));
        make_table(catalog, users);
        for (uint64_t version = 1; version <= 5; version++)
                make_version(catalog, users, version);
        make_tag(catalog, users, "gold", 2);
        make_tag(catalog, users, "silver", 3);
        make_branch(catalog, users, "dev");
        make_table(catalog, ident("old"));
        assert_done(catalog, deregister_table, NULL, .id = ident("old"));
}

/* A sample without a response to clear, and one with. */
#define PLAIN(operation, ...)                                                                      \
        static int call_##operation(struct lns_catalog *catalog, bool wanted,                      \
                                    struct lns_error *err)                                         \
        {                                                                                          \
                const struct lns_##operation##_request request = { __VA_ARGS__ };                  \
                struct lns_##operation##_response response = { 0 };                                \
                                                                                                   \
                return lns_catalog_##operation(catalog, &request, wanted ? &response : NULL, err); \
        }
#define OWNED(operation, ...)                                                                      \
        static int call_##operation(struct lns_catalog *catalog, bool wanted,                      \
                                    struct lns_error *err)                                         \
        {                                                                                          \
                const struct lns_##operation##_request request = { __VA_ARGS__ };                  \
                struct lns_##operation##_response response = { 0 };                                \
                int result = lns_catalog_##operation(catalog, &request, wanted ? &response : NULL, \
                                                     err);                                         \
                                                                                                   \
                lns_##operation##_response_clear(&response);                                       \
                return result;                                                                     \
        }

OWNED(create_namespace, .id = ident("new"), .properties = map("owner", "bob"))
OWNED(list_namespaces, .id = root(), .limit = -1)
OWNED(describe_namespace, .id = ident("prod"))
OWNED(drop_namespace, .id = ident("empty"))
PLAIN(namespace_exists, .id = ident("prod"))
PLAIN(rename_namespace, .id = ident("prod"), .new_id = ident("empty", "production"))
OWNED(list_tables, .id = ident("prod"), .limit = -1)
OWNED(list_all_tables, .limit = -1)
OWNED(declare_table, .id = ident("prod", "new"), .location = "s3://bucket/new.lance")
OWNED(register_table, .id = ident("prod", "new"), .location = "s3://bucket/new.lance")
OWNED(describe_table, .id = ident("prod", "users"))
PLAIN(table_exists, .id = ident("prod", "users"))
OWNED(drop_table, .id = ident("prod", "users"))
OWNED(deregister_table, .id = ident("prod", "users"))
PLAIN(restore_deregistered_table, .deregistered_name = "old", .id = ident("prod", "new"))
PLAIN(rename_table, .id = ident("prod", "users"), .new_table_name = "people",
      .new_namespace_id = ident("empty"))
OWNED(create_table_version, .id = ident("prod", "users"), .version = 6, .branch = "dev",
      .manifest_path = "bucket/6", .manifest_size = -1)
OWNED(list_table_versions, .id = ident("prod", "users"), .limit = -1)
OWNED(describe_table_version, .id = ident("prod", "users"))
PLAIN(batch_delete_table_versions, .id = ident("prod", "users"),
      .ranges = &(const struct lns_version_range){ 4, 6 }, .n_ranges = 1)
OWNED(batch_create_table_versions,
      .entries =
              (const struct lns_create_table_version_request[]){
                      { .id = ident("prod", "users"), .version = 6, .manifest_path = "bucket/6" },
                      { .id = ident("prod", "events"), .version = 1, .manifest_path = "bucket/1" },
              },
      .n_entries = 2)
OWNED(batch_commit_tables,
      .operations =
              (const struct lns_batch_operation[]){
                      { .kind = LNS_BATCH_DECLARE_TABLE,
                        .declare_table = { .id = ident("prod", "new"),
                                           .location = "s3://bucket/new.lance" } },
                      { .kind = LNS_BATCH_DELETE_TABLE_TAG,
                        .delete_table_tag = { .id = ident("prod", "users"), .tag = "gold" } },
              },
      .n_operations = 2)
OWNED(list_table_tags, .id = ident("prod", "users"), .limit = -1)
OWNED(get_table_tag_version, .id = ident("prod", "users"), .tag = "gold")
PLAIN(create_table_tag, .id = ident("prod", "users"), .tag = "bronze", .version = 4)
PLAIN(update_table_tag, .id = ident("prod", "users"), .tag = "gold", .version = 5)
PLAIN(delete_table_tag, .id = ident("prod", "users"), .tag = "gold")
PLAIN(rename_table_tag, .id = ident("prod", "users"), .tag = "gold", .new_tag = "platinum")
PLAIN(copy_table_tag, .id = ident("prod", "users"), .tag = "gold", .new_tag = "platinum")
PLAIN(import_table, .id = ident("prod", "imported"), .location = "s3://bucket/imported.lance",
      .versions = &(const struct lns_create_table_version_request){ .version = 1,
                                                                    .manifest_path = "bucket/1" },
      .n_versions = 1)
OWNED(describe_transaction, .transaction_id = first_transaction)
OWNED(alter_transaction, .transaction_id = first_transaction,
      .actions = &(const struct lns_alter_transaction_action){ .kind = LNS_SET_PROPERTY,
                                                               .key = "ticket",
                                                               .value = "1" },
      .n_actions = 1)

enum { SAMPLE_R = false, SAMPLE_W = true };

const struct sample samples[SAMPLES] = {
#define LNS_OPERATION(name, spec, rw) { #name, SAMPLE_##rw, call_##name },
#include "lns/operation.def"
#undef LNS_OPERATION
};

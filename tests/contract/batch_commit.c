/* BatchCommitTables: what a batch does, and that it does all of it or nothing. */
#include "contract.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPERATION(number, member, ...)                                                             \
        ((struct lns_batch_operation){ .kind = (number), .member = { __VA_ARGS__ } })
#define DECLARE(...) OPERATION(LNS_BATCH_DECLARE_TABLE, declare_table, __VA_ARGS__)
#define DELETE(...) OPERATION(LNS_BATCH_DELETE_TABLE_VERSIONS, delete_table_versions, __VA_ARGS__)
#define DEREGISTER(...) OPERATION(LNS_BATCH_DEREGISTER_TABLE, deregister_table, __VA_ARGS__)
#define NAMESPACE(...) OPERATION(LNS_BATCH_CREATE_NAMESPACE, create_namespace, __VA_ARGS__)
#define TAG(...) OPERATION(LNS_BATCH_CREATE_TABLE_TAG, create_table_tag, __VA_ARGS__)
#define UPDATE_TAG(...) OPERATION(LNS_BATCH_UPDATE_TABLE_TAG, update_table_tag, __VA_ARGS__)
#define DELETE_TAG(...) OPERATION(LNS_BATCH_DELETE_TABLE_TAG, delete_table_tag, __VA_ARGS__)
/* Of a version that has nothing but what it must have. */
#define VERSION(table, number)                                                                     \
        OPERATION(LNS_BATCH_CREATE_TABLE_VERSION, create_table_version, .id = (table),             \
                  .version = (number), .manifest_path = "bucket/manifest", .manifest_size = -1)
#define RANGE(first, end)                                                                          \
        .ranges = (const struct lns_version_range[]){ { (first), (end) } }, .n_ranges = 1

#define BATCH(array) .operations = (array), .n_operations = COUNT(array)

/* The response of a batch that succeeds; its transaction in the other. */
static const char *committed(struct lns_catalog *catalog,
                             const struct lns_batch_operation *operations, size_t n_operations,
                             uint64_t *ret_transaction)
{
        struct lns_batch_commit_tables_response response = { 0 };
        const char *document;

        assert_done(catalog, batch_commit_tables, &response, .operations = operations,
                    .n_operations = n_operations);
        assert_false(response.repeated);
        assert_int_not_equal(response.transaction_id, 0);
        if (ret_transaction)
                *ret_transaction = response.transaction_id;
        document = text_of("%s", response.document);
        lns_batch_commit_tables_response_clear(&response);
        return document;
}

#define commit(catalog, array) committed(catalog, array, COUNT(array), NULL)

/* A batch that is refused, and leaves everything as it was. */
#define assert_batch_refused(catalog, code, sys, place, array)                                     \
        do {                                                                                       \
                assert_refused_errno(catalog, batch_commit_tables, code, sys, BATCH(array));       \
                assert_text(refused_with.detail, place);                                           \
        } while (0)

/* ---- what it does ---- */

static void every_kind_of_operation_is_applied_and_answered_in_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users");
        const struct lns_ident *old = ident("old");
        const struct lns_batch_operation operations[] = {
                NAMESPACE(.id = ident("prod"), .properties = map("owner", "bob")),
                DECLARE(.id = users, .location = "s3://bucket/users.lance",
                        .properties = map("kind", "facts")),
                VERSION(users, 1),
                OPERATION(LNS_BATCH_CREATE_TABLE_VERSION, create_table_version, .id = users,
                          .version = 2, .manifest_path = "bucket/2", .manifest_size = 77,
                          .e_tag = "e2", .metadata = map("maker", "me"), .timestamp_millis = 1700),
                TAG(.id = users, .tag = "gold", .version = 1),
                TAG(.id = users, .tag = "silver"),
                UPDATE_TAG(.id = users, .tag = "gold", .version = 2),
                DELETE_TAG(.id = users, .tag = "silver"),
                DELETE(.id = old, RANGE(1, 3)),
                DEREGISTER(.id = old),
        };
        uint64_t transaction;
        const char *document;
        const char *first_time;

        make_table(catalog, old);
        for (uint64_t version = 1; version <= 3; version++)
                make_version(catalog, old, version);
        document = committed(catalog, operations, COUNT(operations), &transaction);
        first_time = strstr(document, "\"timestamp_millis\": ");
        assert_non_null(first_time);
        first_time += strlen("\"timestamp_millis\": ");
        assert_text(
                document,
                text_of("{\n"
                        "  \"transaction_id\": \"%" PRIu64 "\",\n"
                        "  \"results\": [\n"
                        "    {\"create_namespace\": {\"properties\": {\"owner\": \"bob\"}}},\n"
                        "    {\"declare_table\": {\"location\": \"s3://bucket/users.lance\", "
                        "\"properties\": {\"kind\": \"facts\"}, \"managed_versioning\": true}},\n"
                        "    {\"create_table_version\": {\"version\": {\"version\": 1, "
                        "\"manifest_path\": \"bucket/manifest\", \"timestamp_millis\": %.13s}}},\n"
                        "    {\"create_table_version\": {\"version\": {\"version\": 2, "
                        "\"manifest_path\": \"bucket/2\", \"manifest_size\": 77, \"e_tag\": "
                        "\"e2\", \"timestamp_millis\": 1700, \"metadata\": {\"maker\": "
                        "\"me\"}}}},\n"
                        "    {\"create_table_tag\": {}},\n"
                        "    {\"create_table_tag\": {}},\n"
                        "    {\"update_table_tag\": {}},\n"
                        "    {\"delete_table_tag\": {}},\n"
                        "    {\"delete_table_versions\": {\"deleted_count\": 2}},\n"
                        "    {\"deregister_table\": {\"id\": [\"old\"], \"location\": "
                        "\"s3://bucket/old.lance\", \"properties\": {}}}\n"
                        "  ]\n"
                        "}\n",
                        transaction, first_time));
        assert_text(versions_of(catalog, users, NULL), "1 2");
        assert_text(tags_of(catalog, users), "gold=2");
        assert_text(tables_in(catalog, root()), "");
        assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = "old",
                    .id = old);
        assert_text(versions_of(catalog, old, NULL), "3");
}

static void every_operation_has_a_line_in_the_feed_with_the_transaction(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");
        const struct lns_batch_operation operations[] = {
                DECLARE(.id = users, .location = "s3://bucket/users"),
                VERSION(users, 1),
                TAG(.id = users, .tag = "gold", .version = 1),
        };
        const uint64_t before = feed_size(catalog);
        const char *names[] = { "DeclareTable", "CreateTableVersion", "CreateTableTag" };
        uint64_t transaction;
        char *feed;

        committed(catalog, operations, COUNT(operations), &transaction);
        feed = feed_from(catalog, before);
        for (size_t i = 0; i < COUNT(names); i++) {
                char *line = strsep(&feed, "\n");

                assert_contains(line, text_of("\"seq\":%" PRIu64 ",", transaction + i));
                assert_contains(line, text_of("\"transaction_id\":\"%" PRIu64 "\"", transaction));
                assert_contains(line, text_of("\"operation\":\"%s\"", names[i]));
        }
        assert_text(feed, "");
}

static void what_is_there_already_makes_a_transaction_all_the_same(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");
        const struct lns_batch_operation operations[] = { VERSION(users, 1), VERSION(users, 2) };
        const char *versions;
        uint64_t transaction;
        uint64_t before;

        make_table(catalog, users);
        committed(catalog, operations, COUNT(operations), NULL);
        versions = versions_of(catalog, users, NULL);
        before = feed_size(catalog);
        committed(catalog, operations, COUNT(operations), &transaction);
        assert_text(versions_of(catalog, users, NULL), versions);
        assert_contains(feed_from(catalog, before),
                        text_of("\"transaction_id\":\"%" PRIu64
                                "\",\"operation\":\"BatchCommitTables\"}",
                                transaction));
}

static void the_caller_of_the_batch_owns_what_it_makes(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_caller caller = { .uid = 12, .gid = 34 };
        const struct lns_caller nobody = { .uid = 56, .gid = 78 };
        const struct lns_batch_operation operations[] = {
                NAMESPACE(.caller = &nobody, .id = ident("prod")),
                DECLARE(.id = ident("prod", "users"), .location = "s3://bucket/users"),
        };
        struct lns_node node;

        assert_done(catalog, batch_commit_tables, NULL, .caller = &caller, BATCH(operations));
        node = node_of_namespace(catalog, ident("prod"));
        assert_true(node.uid == 12 && node.gid == 34);
        node = node_of_table(catalog, ident("prod", "users"));
        assert_true(node.uid == 12 && node.gid == 34);
}

/* Declare, first version, tag for each; in one of four the last one goes too. */
static void a_hundred_tables_are_released_together(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_batch_operation operations[325];
        size_t n = 0;
        const char *at;

        for (int i = 0; i < 100; i++) {
                const struct lns_ident *id = ident("prod", text_of("table%02d", i));
                const struct lns_ident *old = ident("prod", text_of("old%02d", i));

                operations[n++] = DECLARE(.id = id, .location = text_of("s3://bucket/%d", i));
                operations[n++] = VERSION(id, 1);
                operations[n++] = TAG(.id = id, .tag = "release");
                if (i % 4 == 0) {
                        if (i == 0)
                                make_namespace(catalog, ident("prod"));
                        make_table(catalog, old);
                        operations[n++] = DEREGISTER(.id = old);
                }
        }
        assert_int_equal(n, COUNT(operations));
        at = commit(catalog, operations);
        for (size_t i = 0; i < n; i++) {
                static const char *const keys[] = {
                        [LNS_BATCH_DECLARE_TABLE] = "\n    {\"declare_table\": {",
                        [LNS_BATCH_CREATE_TABLE_VERSION] = "\n    {\"create_table_version\": {",
                        [LNS_BATCH_DEREGISTER_TABLE] = "\n    {\"deregister_table\": {",
                        [LNS_BATCH_CREATE_TABLE_TAG] = "\n    {\"create_table_tag\": {",
                };

                at = strstr(at, "\n    {");
                assert_non_null(at);
                assert_memory_equal(at, keys[operations[i].kind], strlen(keys[operations[i].kind]));
                at++;
        }
        for (int i = 0; i < 100; i++)
                assert_text(tags_of(catalog, ident("prod", text_of("table%02d", i))), "release=1");
        assert_null(strstr(tables_in(catalog, ident("prod")), "old"));
}

static void entries_answer_as_versions_are_created(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_batch_operation operations[] = { VERSION(ident("users"), 7),
                                                          VERSION(ident("events"), 1) };
        const struct lns_batch_operation mixed[] = { VERSION(ident("users"), 8),
                                                     DEREGISTER(.id = ident("users")) };
        const struct lns_batch_operation twice[] = { VERSION(ident("users"), 8),
                                                     VERSION(ident("users"), 8) };
        struct lns_batch_commit_tables_response response = { 0 };

        make_table(catalog, ident("users"));
        make_table(catalog, ident("events"));
        assert_done(catalog, batch_commit_tables, &response, BATCH(operations), .entries = true);
        assert_contains(response.document, "  \"versions\": [\n    {\"version\": 7, ");
        assert_contains(response.document, ",\n    {\"version\": 1, ");
        lns_batch_commit_tables_response_clear(&response);
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, BATCH(mixed),
                       .entries = true);
        assert_text(refused_with.detail, "entries[1]");
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, BATCH(twice),
                       .entries = true);
        assert_text(refused_with.detail, "entries[1].version");
}

/* ---- all or nothing ---- */

static void a_failure_at_any_place_leaves_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users");
        const struct lns_ident *new = ident("prod", "new");
        const struct lns_batch_operation good[] = {
                NAMESPACE(.id = ident("stage")),
                NAMESPACE(.id = ident("empty"), .mode = LNS_CREATE_MODE_OVERWRITE),
                DECLARE(.id = new),
                VERSION(new, 1),
                TAG(.id = new, .tag = "gold"),
                VERSION(users, 6),
                UPDATE_TAG(.id = users, .tag = "gold", .version = 6),
                DELETE_TAG(.id = users, .tag = "silver"),
                DELETE(.id = users, RANGE(1, 4)),
                DEREGISTER(.id = ident("prod", "events")),
        };
        const struct lns_batch_operation bad = DELETE_TAG(.id = users, .tag = "none");

        sample_catalog(catalog);
        for (size_t at = 0; at <= COUNT(good); at++) {
                struct lns_batch_operation operations[COUNT(good) + 1];

                memcpy(operations, good, at * sizeof(*good));
                operations[at] = bad;
                memcpy(&operations[at + 1], &good[at], (COUNT(good) - at) * sizeof(*good));
                assert_batch_refused(catalog, LNS_TABLE_TAG_NOT_FOUND, 0,
                                     text_of("operations[%zu].delete_table_tag", at), operations);
        }
        commit(catalog, good);
}

static void a_conflict_in_operation_57_is_named(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_batch_operation operations[100];

        for (int i = 0; i < 100; i++) {
                const struct lns_ident *id = ident(text_of("table%02d", i));

                make_table(catalog, id);
                operations[i] = VERSION(id, 1);
        }
        make_version(catalog, ident("table57"), 1);
        assert_batch_refused(catalog, LNS_CONCURRENT_MODIFICATION, EBUSY,
                             "operations[57].create_table_version", operations);
        operations[57] = VERSION(ident("table57"), 2);
        commit(catalog, operations);
}

static void an_operation_sees_those_before_it_and_not_those_behind(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");
        const struct lns_batch_operation backward[] = {
                VERSION(users, 1),
                DECLARE(.id = users, .location = "s3://bucket/users"),
        };
        const struct lns_batch_operation gone[] = { DEREGISTER(.id = users), VERSION(users, 2) };
        const struct lns_batch_operation replaced[] = {
                VERSION(users, 2),
                TAG(.id = users, .tag = "last"),
                DEREGISTER(.id = users, .deregistered_name = "before"),
                DECLARE(.id = users, .location = "s3://bucket/after"),
                VERSION(users, 1),
        };

        assert_batch_refused(catalog, LNS_TABLE_NOT_FOUND, 0, "operations[0].create_table_version",
                             backward);
        make_table(catalog, users);
        make_version(catalog, users, 1);
        assert_batch_refused(catalog, LNS_TABLE_NOT_FOUND, 0, "operations[1].create_table_version",
                             gone);
        commit(catalog, replaced);
        assert_text(location_of(catalog, users), "s3://bucket/after");
        assert_text(versions_of(catalog, users, NULL), "1");
        assert_text(tags_of(catalog, users), "");
        assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = "before",
                    .id = ident("before"));
        assert_text(tags_of(catalog, ident("before")), "last=2");
}

struct bad {
        struct lns_batch_operation operation;
        enum lns_code code;
        const char *place;
        int sys; /* 0: the code's */
};

static void assert_all_refused(struct lns_catalog *catalog, const struct bad *rows, size_t n)
{
        sample_catalog(catalog);
        for (size_t i = 0; i < n; i++) {
                const struct lns_batch_operation operations[] = {
                        NAMESPACE(.id = ident("fresh")),
                        rows[i].operation,
                };

                assert_batch_refused(catalog, rows[i].code, rows[i].sys,
                                     text_of("operations[1].%s", rows[i].place), operations);
        }
}

static void a_bad_argument_is_named_with_its_field(void **state)
{
        const struct lns_ident *users = ident("prod", "users");
        const struct lns_version_range backward[] = { { 1, 2 }, { 5, 3 } };
        const struct lns_version_range overlapping[] = { { 1, 3 }, { 2, 4 } };
        const struct bad rows[] = {
                { VERSION(users, 0), LNS_INVALID_INPUT, "create_table_version.version", 0 },
                { VERSION(users, (uint64_t)INT64_MAX + 1), LNS_INVALID_INPUT,
                  "create_table_version.version", 0 },
                { VERSION(ident("prod", "a/b"), 1), LNS_INVALID_INPUT, "create_table_version.id[1]",
                  0 },
                { VERSION(ident(repeated('n', 201)), 1), LNS_INVALID_INPUT,
                  "create_table_version.id[0]", ENAMETOOLONG },
                { VERSION(root(), 1), LNS_INVALID_INPUT, "create_table_version.id", 0 },
                { DECLARE(.id = users, .location = "relative"), LNS_INVALID_INPUT,
                  "declare_table.location", 0 },
                { DELETE(.id = users, .ranges = backward, .n_ranges = 2), LNS_INVALID_INPUT,
                  "delete_table_versions.ranges[1]", 0 },
                { DELETE(.id = users, .ranges = overlapping, .n_ranges = 2), LNS_INVALID_INPUT,
                  "delete_table_versions.ranges", 0 },
                { DELETE(.id = users, RANGE(-1, 3)), LNS_INVALID_INPUT,
                  "delete_table_versions.ranges[0]", 0 },
                { DELETE(.id = users), LNS_INVALID_INPUT, "delete_table_versions.ranges", 0 },
                { NAMESPACE(.id = ident(".x")), LNS_INVALID_INPUT, "create_namespace.id[0]", 0 },
                { TAG(.id = users, .tag = "..", .version = 1), LNS_INVALID_INPUT,
                  "create_table_tag.tag", 0 },
                { DELETE_TAG(.id = NULL, .tag = "gold"), LNS_INVALID_INPUT, "delete_table_tag.id",
                  0 },
        };

        assert_all_refused(catalog_of(state), rows, COUNT(rows));
}

static void a_failing_operation_is_named(void **state)
{
        const struct lns_ident *users = ident("prod", "users");
        const struct bad rows[] = {
                { VERSION(users, 5), LNS_CONCURRENT_MODIFICATION, "create_table_version", EBUSY },
                { VERSION(ident("none", "users"), 1), LNS_NAMESPACE_NOT_FOUND,
                  "create_table_version", 0 },
                { DECLARE(.id = users), LNS_TABLE_ALREADY_EXISTS, "declare_table", 0 },
                { DELETE(.id = users, RANGE(1, -1)), LNS_INVALID_TABLE_STATE,
                  "delete_table_versions.ranges[0]", 0 },
                { DELETE(.id = users, .branch = "none", RANGE(1, 3)), LNS_TABLE_BRANCH_NOT_FOUND,
                  "delete_table_versions", 0 },
                { DEREGISTER(.id = ident("none")), LNS_TABLE_NOT_FOUND, "deregister_table", 0 },
                { DEREGISTER(.id = users, .deregistered_name = "old"), LNS_TABLE_ALREADY_EXISTS,
                  "deregister_table", 0 },
                { NAMESPACE(.id = ident("prod")), LNS_NAMESPACE_ALREADY_EXISTS, "create_namespace",
                  0 },
                { TAG(.id = users, .tag = "gold"), LNS_TABLE_TAG_ALREADY_EXISTS, "create_table_tag",
                  0 },
                { TAG(.id = users, .tag = "new", .version = 99), LNS_TABLE_VERSION_NOT_FOUND,
                  "create_table_tag", 0 },
                { UPDATE_TAG(.id = users, .tag = "none", .version = 1), LNS_TABLE_TAG_NOT_FOUND,
                  "update_table_tag", 0 },
                { DELETE_TAG(.id = users, .tag = "none"), LNS_TABLE_TAG_NOT_FOUND,
                  "delete_table_tag", 0 },
        };

        assert_all_refused(catalog_of(state), rows, COUNT(rows));
}

/* ---- contradictions ---- */

static void a_batch_does_not_contradict_itself(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users");
        const struct lns_ident *new = ident("prod", "new");
        const struct {
                struct lns_batch_operation first;
                struct lns_batch_operation second;
                const char *place;
        } rows[] = {
                { VERSION(users, 9), VERSION(users, 9), "create_table_version.version" },
                { DECLARE(.id = new), DECLARE(.id = new), "declare_table.id" },
                { DECLARE(.id = new), DEREGISTER(.id = new), "deregister_table.id" },
                { DEREGISTER(.id = users), DEREGISTER(.id = users), "deregister_table.id" },
                { VERSION(users, 9), DELETE(.id = users, RANGE(9, 10)),
                  "delete_table_versions.ranges[0]" },
                { VERSION(users, 9), DELETE(.id = users, RANGE(4, -1)),
                  "delete_table_versions.ranges[0]" },
                { NAMESPACE(.id = ident("twice")),
                  NAMESPACE(.id = ident("twice"), .mode = LNS_CREATE_MODE_OVERWRITE),
                  "create_namespace" },
        };

        sample_catalog(catalog);
        for (size_t i = 0; i < COUNT(rows); i++) {
                const struct lns_batch_operation operations[] = {
                        rows[i].first,
                        VERSION(ident("prod", "events"), 1),
                        rows[i].second,
                };

                assert_batch_refused(catalog, LNS_INVALID_INPUT, 0,
                                     text_of("operations[2].%s", rows[i].place), operations);
        }
}

static void what_only_looks_like_a_contradiction_is_done(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users");
        struct lns_batch_operation operations[] = {
                DELETE(.id = users, RANGE(5, 6)), /* replaced by another */
                VERSION(users, 5),
                VERSION(users, 7),
                VERSION(users, 7), /* of a branch */
                VERSION(ident("prod", "events"), 7),
                DELETE(.id = users, RANGE(1, 2)),
        };

        operations[3].create_table_version.branch = "dev";
        operations[4].create_table_version.branch = "main";
        sample_catalog(catalog);
        commit(catalog, operations);
        assert_text(versions_of(catalog, users, NULL), "2 3 4 5 7");
        assert_contains(versions_of(catalog, users, "dev"), "7");
        assert_text(versions_of(catalog, ident("prod", "events"), NULL), "7");
}

static void a_version_is_not_tagged_and_deleted_in_one_batch(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users");
        const struct lns_batch_operation tag = TAG(.id = users, .tag = "new", .version = 4);
        const struct lns_batch_operation delete = DELETE(.id = users, RANGE(4, 5));
        const struct lns_batch_operation tagged_first[] = { tag, delete };
        const struct lns_batch_operation deleted_first[] = { delete, tag };

        sample_catalog(catalog);
        assert_batch_refused(catalog, LNS_INVALID_TABLE_STATE, 0,
                             "operations[1].delete_table_versions.ranges[0]", tagged_first);
        assert_batch_refused(catalog, LNS_TABLE_VERSION_NOT_FOUND, 0,
                             "operations[1].create_table_tag", deleted_first);
}

/* ---- scope and size ---- */

static void every_identifier_lies_in_the_scope(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *scope = ident("prod");
        const struct lns_batch_operation bad[] = {
                VERSION(ident("empty", "users"), 1),
                VERSION(ident("production", "users"), 1),
                DECLARE(.id = scope),
                DECLARE(.id = ident("users")),
                NAMESPACE(.id = scope, .mode = LNS_CREATE_MODE_EXIST_OK),
                NAMESPACE(.id = ident("fresh")),
                DEREGISTER(.id = ident("users")),
                DELETE(.id = ident("empty", "users"), RANGE(1, 2)),
                TAG(.id = ident("empty", "users"), .tag = "gold"),
                UPDATE_TAG(.id = ident("empty", "users"), .tag = "gold"),
                DELETE_TAG(.id = ident("empty", "users"), .tag = "gold"),
        };
        const struct lns_batch_operation good[] = {
                NAMESPACE(.id = ident("prod", "eu")),
                DECLARE(.id = ident("prod", "eu", "users"), .location = "s3://bucket/eu"),
                VERSION(ident("prod", "users"), 6),
        };

        sample_catalog(catalog);
        for (size_t i = 0; i < COUNT(bad); i++) {
                const struct lns_batch_operation operations[] = { good[2], bad[i] };

                assert_refused_errno(catalog, batch_commit_tables, LNS_PERMISSION_DENIED, EACCES,
                                     BATCH(operations), .scope = scope);
                assert_contains(refused_with.detail, "operations[1].");
                assert_contains(refused_with.detail, ".id");
        }
        assert_done(catalog, batch_commit_tables, NULL, BATCH(good), .scope = scope);
        assert_done(catalog, batch_commit_tables, NULL,
                    .operations = &NAMESPACE(.id = ident("fresh")), .n_operations = 1,
                    .scope = root());
}

static void a_batch_has_from_one_to_a_hundred_thousand_operations(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const size_t max = LNS_BATCH_MAX;
        struct lns_batch_operation *operations = keep(calloc(max + 1, sizeof(*operations)));
        const struct lns_version_range all = { 0, -1 };
        struct lns_batch_delete_table_versions_response deleted;

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        for (size_t i = 0; i <= max; i++)
                operations[i] = VERSION(ident("users"), i + 2);
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, .operations = operations);
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, .operations = operations,
                       .n_operations = max + 1);
        assert_contains(refused_with.message, "100000");
        committed(catalog, operations, max, NULL);
        assert_done(catalog, batch_delete_table_versions, &deleted, .id = ident("users"),
                    .ranges = &all, .n_ranges = 1);
        assert_int_equal(deleted.deleted_count, max + 1);
}

static void an_operation_of_no_kind_is_refused(void **state)
{
        const struct lns_batch_operation operations[] = {
                VERSION(ident("users"), 1),
                { .kind = (enum lns_batch_operation_kind)99 },
        };

        assert_batch_refused(catalog_of(state), LNS_INVALID_INPUT, 0, "operations[1]", operations);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(every_kind_of_operation_is_applied_and_answered_in_order),
                contract_test(every_operation_has_a_line_in_the_feed_with_the_transaction),
                contract_test(what_is_there_already_makes_a_transaction_all_the_same),
                contract_test(the_caller_of_the_batch_owns_what_it_makes),
                contract_test(a_hundred_tables_are_released_together),
                contract_test(entries_answer_as_versions_are_created),
                contract_test(a_failure_at_any_place_leaves_nothing),
                contract_test(a_conflict_in_operation_57_is_named),
                contract_test(an_operation_sees_those_before_it_and_not_those_behind),
                contract_test(a_bad_argument_is_named_with_its_field),
                contract_test(a_failing_operation_is_named),
                contract_test(a_batch_does_not_contradict_itself),
                contract_test(what_only_looks_like_a_contradiction_is_done),
                contract_test(a_version_is_not_tagged_and_deleted_in_one_batch),
                contract_test(every_identifier_lies_in_the_scope),
                contract_test(a_batch_has_from_one_to_a_hundred_thousand_operations),
                contract_test(an_operation_of_no_kind_is_refused),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

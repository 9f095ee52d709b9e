/* What is ours about a batch: commit once, dry runs, receipts, and the transaction that is kept. */
#include "contract.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A batch that can be committed as often as there are numbers. */
#define RELEASE(number)                                                                            \
        .operations =                                                                              \
                (const struct lns_batch_operation[]){                                              \
                        { .kind = LNS_BATCH_CREATE_TABLE_VERSION,                                  \
                          .create_table_version = { .id = ident("prod", "users"),                  \
                                                    .version = (number),                           \
                                                    .manifest_path = "bucket/manifest",            \
                                                    .manifest_size = -1 } },                       \
                        { .kind = LNS_BATCH_UPDATE_TABLE_TAG,                                      \
                          .update_table_tag = { .id = ident("prod", "users"),                      \
                                                .tag = "release",                                  \
                                                .version = (number),                               \
                                                .or_create = true } },                             \
                },                                                                                 \
        .n_operations = 2

static const char document[] = "{\"operations\": [\"release\"]}";

struct commit {
        uint64_t transaction_id;
        const char *document;
        bool repeated;
};

static struct commit commit(struct lns_catalog *catalog,
                            struct lns_batch_commit_tables_request request)
{
        struct lns_batch_commit_tables_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct commit done;

        assert_ok(lns_catalog_batch_commit_tables(catalog, &request, &response, &err), &err);
        done = (struct commit){ response.transaction_id, text_of("%s", response.document),
                                response.repeated };
        lns_batch_commit_tables_response_clear(&response);
        return done;
}

#define committed(catalog, ...)                                                                    \
        commit(catalog, (struct lns_batch_commit_tables_request){ __VA_ARGS__ })

static struct lns_catalog *with_users(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        return catalog;
}

static uint64_t prod(struct lns_catalog *catalog)
{
        return node_of_namespace(catalog, ident("prod")).id;
}

/* ---- commit once ---- */

static void a_second_commit_with_the_same_id_gives_the_first_response(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct commit first =
                committed(catalog, RELEASE(1), .id = "r-1", .document = document);
        const char *before = dump(catalog);
        struct commit second = committed(catalog, RELEASE(1), .id = "r-1", .document = document);

        assert_false(first.repeated);
        assert_true(second.repeated);
        assert_int_equal(second.transaction_id, first.transaction_id);
        assert_text(second.document, first.document);
        assert_text(dump(catalog), before);

        /* Also when it could not be applied any more, and after a restart. */
        assert_done(catalog, delete_table_tag, NULL, .id = ident("prod", "users"),
                    .tag = "release");
        assert_done(catalog, drop_table, NULL, .id = ident("prod", "users"));
        reopen(contract_of(state));
        second = committed(catalog_of(state), RELEASE(1), .id = "r-1", .document = document);
        assert_true(second.repeated);
        assert_text(second.document, first.document);
}

static void the_same_id_with_other_content_is_a_conflict(void **state)
{
        struct lns_catalog *catalog = with_users(state);

        committed(catalog, RELEASE(1), .id = "r-1", .document = document);
        assert_refused_errno(catalog, batch_commit_tables, LNS_CONCURRENT_MODIFICATION, EBUSY,
                             RELEASE(2), .id = "r-1", .document = "{\"operations\": [\"other\"]}");
        assert_text(refused_with.detail, "id");
        assert_contains(refused_with.message, "'r-1'");
        committed(catalog, RELEASE(2), .id = "r-2", .document = document);
        committed(catalog, RELEASE(3), .document = document);
        committed(catalog, RELEASE(4), .document = document);
}

static void a_refused_batch_does_not_use_up_its_id(void **state)
{
        struct lns_catalog *catalog = with_users(state);

        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, RELEASE(0), .id = "r-1",
                       .document = document);
        assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_NOT_FOUND, RELEASE(1),
                       .id = "r-1", .document = document, .receipt_directory = 4711,
                       .receipt_name = "r.commit");
        assert_false(committed(catalog, RELEASE(1), .id = "r-1", .document = document).repeated);
}

static void an_id_is_short_text_of_a_known_document(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const char *const bad[] = { "", "\n", "\xff", repeated('x', LNS_BATCH_ID_MAX + 1) };

        for (size_t i = 0; i < COUNT(bad); i++) {
                assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, RELEASE(1),
                               .id = bad[i], .document = document);
                assert_text(refused_with.detail, "id");
        }
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, RELEASE(1), .id = "r-1");
        committed(catalog, RELEASE(1), .id = repeated('x', LNS_BATCH_ID_MAX), .document = document);
}

/* ---- dry runs ---- */

static void a_dry_run_gives_the_results_and_leaves_nothing(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const uint64_t generation = lns_catalog_generation(catalog);
        const char *before = dump(catalog);
        const struct commit dry =
                committed(catalog, RELEASE(1), .dry_run = true, .id = "r-1", .document = document,
                          .receipt_directory = prod(catalog), .receipt_name = "r.commit");
        struct commit real;

        assert_int_equal(dry.transaction_id, 0);
        assert_null(strstr(dry.document, "transaction_id"));
        assert_contains(dry.document, "{\"update_table_tag\": {}}");
        assert_text(dump(catalog), before);
        assert_int_equal(lns_catalog_generation(catalog), generation);
        real = committed(catalog, RELEASE(1), .id = "r-1", .document = document,
                         .receipt_directory = prod(catalog), .receipt_name = "r.commit");
        assert_false(real.repeated);
}

static void a_dry_run_is_refused_for_what_the_batch_would_be(void **state)
{
        struct lns_catalog *catalog = with_users(state);

        make_version(catalog, ident("prod", "users"), 1);
        committed(catalog, RELEASE(2), .receipt_directory = prod(catalog),
                  .receipt_name = "r.commit");
        assert_refused_errno(catalog, batch_commit_tables, LNS_CONCURRENT_MODIFICATION, EBUSY,
                             RELEASE(1), .dry_run = true);
        assert_text(refused_with.detail, "operations[0].create_table_version");
        assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_ALREADY_EXISTS, RELEASE(3),
                       .dry_run = true, .receipt_directory = prod(catalog),
                       .receipt_name = "r.commit");
}

static void a_dry_run_removes_no_storage(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct lns_batch_operation operations[] = {
                { .kind = LNS_BATCH_CREATE_NAMESPACE,
                  .create_namespace = { .id = ident("prod"), .mode = LNS_CREATE_MODE_OVERWRITE } },
                { .kind = LNS_BATCH_DECLARE_TABLE,
                  .declare_table = { .id = ident("prod", "local") } },
        };
        const char *location = make_local_table(catalog, ident("prod", "local"));
        const char *versions = text_of("%s/_versions", location);

        make_directory(location);
        make_directory(versions);
        committed(catalog, .operations = operations, .n_operations = 2, .dry_run = true);
        reopen(contract_of(state));
        assert_true(file_exists(versions));
        committed(catalog_of(state), .operations = operations, .n_operations = 2);
        assert_false(file_exists(location));
}

/* ---- receipts ---- */

static bool find_receipt(struct lns_catalog *catalog, uint64_t parent, const char *name,
                         struct lns_node *ret_node)
{
        struct lns_error err = LNS_ERROR_INIT;

        if (lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, parent, LNS_NODE_RECEIPT, name,
                                    ret_node, &err) == 0)
                return true;
        assert_int_equal(err.code, LNS_TRANSACTION_NOT_FOUND);
        return false;
}

static const char *receipt_text(struct lns_catalog *catalog, uint64_t id)
{
        struct lns_error err = LNS_ERROR_INIT;
        char *text = NULL;

        assert_ok(lns_catalog_describe_receipt_node(catalog, id, &text, &err), &err);
        return keep(text);
}

static bool add_name(void *context, const struct lns_node *node)
{
        const char **names = context;

        *names = text_of("%s%s%s", *names, **names ? " " : "", node->name);
        return true;
}

static const char *receipts_in(struct lns_catalog *catalog, uint64_t parent, uint64_t after,
                               bool attributes)
{
        struct lns_error err = LNS_ERROR_INIT;
        const char *names = "";

        assert_ok(lns_catalog_list_nodes(catalog, parent, LNS_NODE_RECEIPT, after, attributes,
                                         add_name, &names, &err),
                  &err);
        return names;
}

static void remove_receipt(struct lns_catalog *catalog, uint64_t parent, const char *name)
{
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_remove_receipt(catalog, NULL, parent, name, &err), &err);
}

#define RECEIPT(new_name) .receipt_directory = prod(catalog), .receipt_name = (new_name)

static void a_receipt_reads_as_the_response(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct lns_caller caller = { .uid = 12, .gid = 34 };
        const struct commit done = committed(catalog, .caller = &caller, RELEASE(1),
                                             .scope = ident("prod"), RECEIPT("batch.commit"));
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident identified;
        struct lns_node receipt;
        struct lns_node same;

        assert_true(find_receipt(catalog, prod(catalog), "batch.commit", &receipt));
        assert_int_equal(receipt.kind, LNS_NODE_RECEIPT);
        assert_int_equal(receipt.parent, prod(catalog));
        assert_int_equal(receipt.version, done.transaction_id);
        assert_int_equal(receipt.size, strlen(done.document));
        assert_int_equal(receipt.mode, 0444);
        assert_true(receipt.uid == 12 && receipt.gid == 34 && receipt.updated_ms > 0);
        assert_text(receipt.name, "batch.commit");
        assert_text(receipt_text(catalog, receipt.id), done.document);
        assert_ok(lns_catalog_describe_node(catalog, LNS_NODE_RECEIPT, receipt.id, &same, &err),
                  &err);
        assert_memory_equal(&same, &receipt, sizeof(same));
        assert_ok(lns_catalog_identify_node(catalog, LNS_NODE_RECEIPT, receipt.id, &identified,
                                            &err),
                  &err);
        assert_int_equal(identified.n_parts, 1);
        lns_ident_clear(&identified);
        assert_int_equal(node_of_namespace(catalog, ident("prod")).updated_ms, receipt.updated_ms);
        reopen(contract_of(state));
        assert_text(receipt_text(catalog_of(state), receipt.id), done.document);
}

static void a_receipt_is_removed_and_the_transaction_stays(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct commit done = committed(catalog, RELEASE(1), RECEIPT("a.commit"));
        struct lns_describe_transaction_response transaction = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_node receipt;
        struct lns_node next;
        char *text;

        assert_true(find_receipt(catalog, prod(catalog), "a.commit", &receipt));
        remove_receipt(catalog, prod(catalog), "a.commit");
        assert_false(find_receipt(catalog, prod(catalog), "a.commit", &next));
        assert_fails(lns_catalog_remove_receipt(catalog, NULL, prod(catalog), "a.commit", &err),
                     &err, LNS_TRANSACTION_NOT_FOUND);
        assert_fails(lns_catalog_remove_receipt(catalog, NULL, prod(catalog), "a/b", &err), &err,
                     LNS_TRANSACTION_NOT_FOUND);
        assert_fails(lns_catalog_describe_receipt_node(catalog, receipt.id, &text, &err), &err,
                     LNS_TRANSACTION_NOT_FOUND);
        assert_done(catalog, describe_transaction, &transaction,
                    .transaction_id = done.transaction_id);
        assert_text(transaction.response, done.document);
        lns_describe_transaction_response_clear(&transaction);
        /* The name is free again, the number is not. */
        committed(catalog, RELEASE(2), RECEIPT("a.commit"));
        assert_true(find_receipt(catalog, prod(catalog), "a.commit", &next));
        assert_true(next.id > receipt.id);
}

static void a_name_that_is_taken_is_refused(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        struct lns_node receipt;

        committed(catalog, RELEASE(1), RECEIPT("a.commit"));
        make_namespace(catalog, ident("prod", "eu"));
        assert_refused_errno(catalog, batch_commit_tables, LNS_NAMESPACE_ALREADY_EXISTS, EEXIST,
                             RELEASE(2), RECEIPT("a.commit"));
        assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_ALREADY_EXISTS, RELEASE(2),
                       RECEIPT("eu"));
        assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_ALREADY_EXISTS,
                       RECEIPT("us.commit"), .n_operations = 1,
                       .operations = &(const struct lns_batch_operation){
                               .kind = LNS_BATCH_CREATE_NAMESPACE,
                               .create_namespace = { .id = ident("prod", "us.commit") } });
        committed(catalog, RELEASE(2), .receipt_directory = LNS_NODE_ROOT,
                  .receipt_name = "a.commit");
        assert_true(find_receipt(catalog, LNS_NODE_ROOT, "a.commit", &receipt));
}

static void a_receipt_has_the_name_of_a_file(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const char *const bad[] = { "", ".", "..", "a/b.commit", "a\n.commit", "\xff.commit" };
        const uint64_t missing[] = { 4711, UINT64_MAX, prod(catalog) + 1 };

        for (size_t i = 0; i < COUNT(bad); i++)
                assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, RELEASE(1),
                               RECEIPT(bad[i]));
        assert_refused_errno(catalog, batch_commit_tables, LNS_INVALID_INPUT, ENAMETOOLONG,
                             RELEASE(1), RECEIPT(repeated('x', LNS_NAME_MAX + 1)));
        for (size_t i = 0; i < COUNT(missing); i++)
                assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_NOT_FOUND, RELEASE(1),
                               .receipt_directory = missing[i], .receipt_name = "a.commit");
        assert_refused(catalog, batch_commit_tables, LNS_INVALID_INPUT, RELEASE(1),
                       .receipt_directory = LNS_NODE_DEREGISTERED, .receipt_name = "a.commit");
        committed(catalog, RELEASE(1), RECEIPT(repeated('x', LNS_NAME_MAX)));
        committed(catalog, RELEASE(2), RECEIPT(".hidden $.commit"));
}

static void receipts_are_listed_in_the_order_of_their_numbers(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        struct lns_node receipt;

        committed(catalog, RELEASE(1), RECEIPT("c"));
        committed(catalog, RELEASE(2), .receipt_directory = LNS_NODE_ROOT, .receipt_name = "x");
        committed(catalog, RELEASE(3), RECEIPT("a"));
        committed(catalog, RELEASE(4), RECEIPT("b"));
        assert_text(receipts_in(catalog, prod(catalog), 0, true), "c a b");
        assert_text(receipts_in(catalog, prod(catalog), 0, false), "c a b");
        assert_true(find_receipt(catalog, prod(catalog), "a", &receipt));
        assert_text(receipts_in(catalog, prod(catalog), receipt.id, true), "b");
        assert_text(receipts_in(catalog, LNS_NODE_ROOT, 0, true), "x");
        assert_text(receipts_in(catalog, UINT64_MAX, 0, true), "");
}

static void a_repeated_commit_gets_its_receipt(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct commit first = committed(catalog, RELEASE(1), .id = "r-1",
                                              .document = document, RECEIPT("a.commit"));
        const uint64_t before = feed_size(catalog);
        struct lns_node a;
        struct lns_node b;

        assert_true(committed(catalog, RELEASE(1), .id = "r-1", .document = document,
                              RECEIPT("b.commit"))
                            .repeated);
        assert_true(find_receipt(catalog, prod(catalog), "a.commit", &a));
        assert_true(find_receipt(catalog, prod(catalog), "b.commit", &b));
        assert_int_not_equal(a.id, b.id);
        assert_text(receipt_text(catalog, b.id), first.document);
        assert_int_equal(feed_size(catalog), before);
        /* The receipt that is there already is this commit's. */
        assert_true(committed(catalog, RELEASE(1), .id = "r-1", .document = document,
                              RECEIPT("a.commit"))
                            .repeated);
        assert_text(receipts_in(catalog, prod(catalog), 0, true), "a.commit b.commit");
        committed(catalog, RELEASE(2), RECEIPT("c.commit"));
        assert_refused(catalog, batch_commit_tables, LNS_NAMESPACE_ALREADY_EXISTS, RELEASE(1),
                       .id = "r-1", .document = document, RECEIPT("c.commit"));
}

static void receipts_follow_their_namespace_and_go_with_it(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const uint64_t id = prod(catalog);

        committed(catalog, RELEASE(1), RECEIPT("a.commit"));
        assert_done(catalog, rename_namespace, NULL, .id = ident("prod"), .new_id = ident("live"));
        assert_text(receipts_in(catalog, id, 0, true), "a.commit");
        assert_done(catalog, drop_table, NULL, .id = ident("live", "users"));
        assert_done(catalog, drop_namespace, NULL, .id = ident("live"));
        assert_text(receipts_in(catalog, id, 0, true), "");
}

static void a_scope_that_another_namespace_has_taken_is_a_conflict(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const uint64_t old = prod(catalog);

        assert_done(catalog, rename_namespace, NULL, .id = ident("prod"), .new_id = ident("old"));
        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        assert_refused_errno(catalog, batch_commit_tables, LNS_CONCURRENT_MODIFICATION, EBUSY,
                             RELEASE(1), .scope = ident("prod"), .receipt_directory = old,
                             .receipt_name = "a.commit");
}

/* ---- the transaction ---- */

/* What the transaction's file reads as. */
static json_t *transaction_file(struct lns_catalog *catalog, uint64_t id, size_t *ret_size)
{
        struct lns_describe_transaction_response response = { 0 };
        char *text;
        json_t *json;

        assert_done(catalog, describe_transaction, &response, .transaction_id = id);
        *ret_size = lns_describe_transaction_response_to_text(&response, NULL, 0);
        text = keep(malloc(*ret_size + 1));
        assert_int_equal(lns_describe_transaction_response_to_text(&response, text, *ret_size + 1),
                         *ret_size);
        assert_int_equal(strlen(text), *ret_size);
        assert_int_equal(text[*ret_size - 1], '\n');
        lns_describe_transaction_response_clear(&response);
        json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(json);
        return json;
}

static const char *member(const json_t *json, const char *key)
{
        return json_string_value(json_object_get(json, key));
}

static void a_batch_is_kept_as_its_transaction(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct lns_caller caller = { .uid = 12, .gid = 34 };
        const struct lns_alter_transaction_action actions[] = {
                { .kind = LNS_SET_PROPERTY, .key = "ticket", .value = "4711" },
                { .kind = LNS_SET_STATUS, .status = LNS_TRANSACTION_CANCELED },
        };
        const struct commit done =
                committed(catalog, .caller = &caller, RELEASE(1), .document = document);
        const json_t *properties;
        size_t size;
        json_t *json;

        assert_done(catalog, alter_transaction, NULL, .transaction_id = done.transaction_id,
                    .actions = actions, .n_actions = COUNT(actions));
        json = transaction_file(catalog, done.transaction_id, &size);
        assert_text(member(json, "transaction_id"), text_of("%" PRIu64, done.transaction_id));
        assert_text(member(json, "status"), "Canceled");
        assert_text(member(json, "operation"), "BatchCommitTables");
        assert_int_equal(json_integer_value(json_object_get(json, "uid")), 12);
        assert_true(json_integer_value(json_object_get(json, "time_millis")) > 0);
        properties = json_object_get(json, "properties");
        assert_int_equal(json_object_size(properties), 1);
        assert_text(member(properties, "ticket"), "4711");
        assert_text(json_string_value(json_array_get(
                            json_object_get(json_object_get(json, "request"), "operations"), 0)),
                    "release");
        assert_int_equal(
                json_array_size(json_object_get(json_object_get(json, "response"), "results")), 2);
        json_decref(json);
}

static void entries_are_kept_by_the_name_of_their_operation(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct lns_batch_operation entry = {
                .kind = LNS_BATCH_CREATE_TABLE_VERSION,
                .create_table_version = { .id = ident("prod", "users"),
                                          .version = 2,
                                          .manifest_path = "p",
                                          .manifest_size = -1 },
        };
        const struct commit done =
                committed(catalog, .entries = true, .operations = &entry, .n_operations = 1);
        size_t size;
        json_t *json = transaction_file(catalog, done.transaction_id, &size);

        assert_text(member(json, "status"), "Succeeded");
        assert_text(member(json, "operation"), "BatchCreateTableVersions");
        assert_null(json_object_get(json, "request"));
        assert_int_equal(
                json_array_size(json_object_get(json_object_get(json, "response"), "versions")), 1);
        json_decref(json);
}

struct listing {
        struct lns_catalog *catalog;
        struct lns_node nodes[32];
        size_t n;
};

static bool add_node(void *context, const struct lns_node *node)
{
        struct listing *listing = context;

        assert_in_range(listing->n, 0, COUNT(listing->nodes) - 1);
        listing->nodes[listing->n++] = *node;
        return true;
}

static void every_change_is_a_transaction_node(void **state)
{
        struct lns_catalog *catalog = with_users(state);
        const struct lns_alter_transaction_action action = { .kind = LNS_SET_PROPERTY,
                                                             .key = "k",
                                                             .value = "\"v\"\n" };
        struct listing all = { 0 };
        struct listing bare = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct commit batch;
        struct lns_node node;

        committed(catalog, RELEASE(1));
        batch = committed(catalog, RELEASE(2), .id = "r", .document = document, RECEIPT("a"));
        assert_done(catalog, alter_transaction, NULL, .transaction_id = batch.transaction_id,
                    .actions = &action, .n_actions = 1);
        assert_ok(lns_catalog_list_nodes(catalog, LNS_NODE_ROOT, LNS_NODE_TRANSACTION, 0, true,
                                         add_node, &all, &err),
                  &err);
        assert_ok(lns_catalog_list_nodes(catalog, LNS_NODE_ROOT, LNS_NODE_TRANSACTION, 0, false,
                                         add_node, &bare, &err),
                  &err);
        /* Two single changes, two batches of two, an alteration. */
        assert_int_equal(all.n, 5);
        assert_int_equal(bare.n, 5);
        for (size_t i = 0; i < all.n; i++) {
                const struct lns_node *one = &all.nodes[i];
                size_t size;

                json_decref(transaction_file(catalog, one->id, &size));
                assert_int_equal(one->size, size);
                assert_int_equal(one->mode, 0444);
                assert_int_equal(one->parent, 0);
                assert_true(one->updated_ms > 0);
                assert_text(one->name, text_of("%" PRIu64, one->id));
                assert_text(bare.nodes[i].name, one->name);
                assert_true(i == 0 || one->id > all.nodes[i - 1].id);
                assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                                  LNS_NODE_TRANSACTION, one->name, &node, &err),
                          &err);
                assert_memory_equal(&node, one, sizeof(node));
                assert_ok(lns_catalog_describe_node(catalog, LNS_NODE_TRANSACTION, one->id, &node,
                                                    &err),
                          &err);
                assert_memory_equal(&node, one, sizeof(node));
        }
        /* The second change of a batch is no transaction. */
        assert_fails(lns_catalog_lookup_node(
                             catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT, LNS_NODE_TRANSACTION,
                             text_of("%" PRIu64, batch.transaction_id + 1), &node, &err),
                     &err, LNS_TRANSACTION_NOT_FOUND);
        assert_fails(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                             LNS_NODE_TRANSACTION, "07", &node, &err),
                     &err, LNS_TRANSACTION_NOT_FOUND);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_second_commit_with_the_same_id_gives_the_first_response),
                contract_test(the_same_id_with_other_content_is_a_conflict),
                contract_test(a_refused_batch_does_not_use_up_its_id),
                contract_test(an_id_is_short_text_of_a_known_document),
                contract_test(a_dry_run_gives_the_results_and_leaves_nothing),
                contract_test(a_dry_run_is_refused_for_what_the_batch_would_be),
                contract_test(a_dry_run_removes_no_storage),
                contract_test(a_receipt_reads_as_the_response),
                contract_test(a_receipt_is_removed_and_the_transaction_stays),
                contract_test(a_name_that_is_taken_is_refused),
                contract_test(a_receipt_has_the_name_of_a_file),
                contract_test(receipts_are_listed_in_the_order_of_their_numbers),
                contract_test(a_repeated_commit_gets_its_receipt),
                contract_test(receipts_follow_their_namespace_and_go_with_it),
                contract_test(a_scope_that_another_namespace_has_taken_is_a_conflict),
                contract_test(a_batch_is_kept_as_its_transaction),
                contract_test(entries_are_kept_by_the_name_of_their_operation),
                contract_test(every_change_is_a_transaction_node),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

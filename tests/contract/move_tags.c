/* RenameTableTag, CopyTableTag: mv and ln between tags. */
#include "contract.h"

/* Two tables with versions 1 to 3; users has a=1 and b=2, events has c=3. */
static void two_tables(struct lns_catalog *catalog)
{
        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("events"));
        for (uint64_t version = 1; version <= 3; version++) {
                make_version(catalog, ident("prod", "users"), version);
                make_version(catalog, ident("events"), version);
        }
        make_tag(catalog, ident("prod", "users"), "a", 1);
        make_tag(catalog, ident("prod", "users"), "b", 2);
        make_tag(catalog, ident("events"), "c", 3);
}

#define USERS ident("prod", "users")
#define EVENTS ident("events")

/* ---- rename ---- */

static void a_renamed_tag_is_the_same_tag(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_rename_table_tag_response renamed = { 0 };
        struct lns_table_tag before = { 0 }, after = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t node;

        two_tables(catalog);
        node = node_of(catalog, USERS, LNS_NODE_TAG, "a").id;
        assert_ok(lns_catalog_describe_tag_node(catalog, node, &before, &err), &err);
        assert_done(catalog, rename_table_tag, &renamed, .id = USERS, .tag = "a", .new_tag = "z");
        assert_int_not_equal(renamed.transaction_id, 0);
        assert_text(tags_of(catalog, USERS), "b=2 z=1");
        assert_int_equal(node_of(catalog, USERS, LNS_NODE_TAG, "z").id, node);
        assert_ok(lns_catalog_describe_tag_node(catalog, node, &after, &err), &err);
        assert_text(after.tag, "z");
        assert_int_equal(after.created_millis, before.created_millis);
        lns_table_tag_clear(&before);
        lns_table_tag_clear(&after);
}

static void rename_replaces_what_has_the_new_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t node;

        two_tables(catalog);
        node = node_of(catalog, USERS, LNS_NODE_TAG, "a").id;
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_tag = "b");
        assert_text(tags_of(catalog, USERS), "b=1");
        assert_int_equal(node_of(catalog, USERS, LNS_NODE_TAG, "b").id, node);
}

static void rename_onto_itself_leaves_it_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_tag = "a");
        assert_text(tags_of(catalog, USERS), "a=1 b=2");
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_id = USERS,
                    .new_tag = "a", .mode = LNS_RENAME_EXCHANGE);
        assert_text(tags_of(catalog, USERS), "a=1 b=2");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = USERS,
                       .tag = "a", .new_tag = "a", .mode = LNS_RENAME_NOREPLACE);
}

static void noreplace_refuses_a_name_that_is_taken(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_refused(catalog, rename_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = USERS,
                       .tag = "a", .new_tag = "b", .mode = LNS_RENAME_NOREPLACE);
        assert_contains(refused_with.message, "'b'");
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_tag = "z",
                    .mode = LNS_RENAME_NOREPLACE);
        assert_text(tags_of(catalog, USERS), "b=2 z=1");
}

static void exchange_swaps_two_names(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t a, b;

        two_tables(catalog);
        a = node_of(catalog, USERS, LNS_NODE_TAG, "a").id;
        b = node_of(catalog, USERS, LNS_NODE_TAG, "b").id;
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_tag = "b",
                    .mode = LNS_RENAME_EXCHANGE);
        assert_text(tags_of(catalog, USERS), "a=2 b=1");
        assert_int_equal(node_of(catalog, USERS, LNS_NODE_TAG, "b").id, a);
        assert_int_equal(node_of(catalog, USERS, LNS_NODE_TAG, "a").id, b);
        assert_refused(catalog, rename_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = USERS, .tag = "a",
                       .new_tag = "z", .mode = LNS_RENAME_EXCHANGE);
}

static void a_tag_can_move_to_another_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t node;

        two_tables(catalog);
        node = node_of(catalog, USERS, LNS_NODE_TAG, "a").id;
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_id = EVENTS,
                    .new_tag = "a");
        assert_text(tags_of(catalog, USERS), "b=2");
        assert_text(tags_of(catalog, EVENTS), "a=1 c=3");
        assert_int_equal(node_of(catalog, EVENTS, LNS_NODE_TAG, "a").id, node);
        assert_int_equal(node_of(catalog, EVENTS, LNS_NODE_TAG, "a").parent,
                         node_of_table(catalog, EVENTS).id);

        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "b", .new_id = EVENTS,
                    .new_tag = "c");
        assert_text(tags_of(catalog, USERS), "");
        assert_text(tags_of(catalog, EVENTS), "a=1 c=2");
}

static void exchange_works_between_tables(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "a", .new_id = EVENTS,
                    .new_tag = "c", .mode = LNS_RENAME_EXCHANGE);
        assert_text(tags_of(catalog, USERS), "a=3 b=2");
        assert_text(tags_of(catalog, EVENTS), "c=1");
}

static void a_tag_only_moves_to_where_its_version_is(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        make_version(catalog, USERS, 9);
        make_tag(catalog, USERS, "nine", 9);
        assert_refused(catalog, rename_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = USERS,
                       .tag = "nine", .new_id = EVENTS, .new_tag = "nine");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = USERS,
                       .tag = "nine", .new_id = EVENTS, .new_tag = "c");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = EVENTS,
                       .tag = "c", .new_id = USERS, .new_tag = "nine", .mode = LNS_RENAME_EXCHANGE);
        assert_refused(catalog, copy_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = USERS,
                       .tag = "nine", .new_id = EVENTS, .new_tag = "nine");
}

static void rename_of_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_refused(catalog, rename_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = USERS, .tag = "x",
                       .new_tag = "y");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = USERS, .tag = "x",
                       .new_tag = "a");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_NOT_FOUND, .id = ident("x"), .tag = "a",
                       .new_tag = "y");
        assert_refused(catalog, rename_table_tag, LNS_TABLE_NOT_FOUND, .id = USERS, .tag = "a",
                       .new_id = ident("x"), .new_tag = "a");
        assert_refused(catalog, rename_table_tag, LNS_NAMESPACE_NOT_FOUND, .id = USERS, .tag = "a",
                       .new_id = ident("dev", "x"), .new_tag = "a");
}

/* ---- copy ---- */

static void a_copied_tag_is_another_tag_of_the_same_version(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_copy_table_tag_response copied = { 0 };

        two_tables(catalog);
        assert_done(catalog, copy_table_tag, &copied, .id = USERS, .tag = "a", .new_tag = "z");
        assert_int_not_equal(copied.transaction_id, 0);
        assert_text(tags_of(catalog, USERS), "a=1 b=2 z=1");
        assert_int_not_equal(node_of(catalog, USERS, LNS_NODE_TAG, "a").id,
                             node_of(catalog, USERS, LNS_NODE_TAG, "z").id);
        assert_done(catalog, update_table_tag, NULL, .id = USERS, .tag = "a", .version = 3);
        assert_text(tags_of(catalog, USERS), "a=3 b=2 z=1");
}

static void a_tag_can_be_copied_to_another_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_done(catalog, copy_table_tag, NULL, .id = EVENTS, .tag = "c", .new_id = USERS,
                    .new_tag = "c");
        assert_text(tags_of(catalog, USERS), "a=1 b=2 c=3");
        assert_text(tags_of(catalog, EVENTS), "c=3");
}

static void copy_refuses_a_name_that_is_taken(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_refused(catalog, copy_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = USERS,
                       .tag = "a", .new_tag = "b");
        assert_refused(catalog, copy_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = USERS,
                       .tag = "a", .new_tag = "a");
        assert_refused(catalog, copy_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = USERS,
                       .tag = "a", .new_id = EVENTS, .new_tag = "c");
}

static void copy_of_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables(catalog);
        assert_refused(catalog, copy_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = USERS, .tag = "x",
                       .new_tag = "y");
        assert_refused(catalog, copy_table_tag, LNS_TABLE_NOT_FOUND, .id = ident("x"), .tag = "a",
                       .new_tag = "y");
        assert_refused(catalog, copy_table_tag, LNS_TABLE_NOT_FOUND, .id = USERS, .tag = "a",
                       .new_id = ident("x"), .new_tag = "a");
        assert_refused(catalog, copy_table_tag, LNS_NAMESPACE_NOT_FOUND, .id = USERS, .tag = "a",
                       .new_id = ident("dev", "x"), .new_tag = "a");
}

/* ---- branches ---- */

/* users and events have a branch dev with version 7; users has trial=7@dev. */
static void two_tables_with_branches(struct lns_catalog *catalog)
{
        struct lns_create_table_version_request request;
        struct lns_error err = LNS_ERROR_INIT;

        two_tables(catalog);
        make_branch(catalog, USERS, "dev");
        make_branch(catalog, EVENTS, "dev");
        request = version_request(USERS, 7);
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        request = version_request(EVENTS, 7);
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, create_table_tag, NULL, .id = USERS, .tag = "trial", .version = 7,
                    .branch = "dev");
}

/* A branch of another table is another branch, also when it has the same name. */
static void a_tag_on_a_branch_stays_in_its_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables_with_branches(catalog);
        assert_refused(catalog, rename_table_tag, LNS_INVALID_INPUT, .id = USERS, .tag = "trial",
                       .new_id = EVENTS, .new_tag = "trial");
        assert_contains(refused_with.message, "'dev'");
        assert_refused(catalog, rename_table_tag, LNS_INVALID_INPUT, .id = EVENTS, .tag = "c",
                       .new_id = USERS, .new_tag = "trial", .mode = LNS_RENAME_EXCHANGE);
        assert_refused(catalog, copy_table_tag, LNS_INVALID_INPUT, .id = USERS, .tag = "trial",
                       .new_id = EVENTS, .new_tag = "trial");
        assert_done(catalog, copy_table_tag, NULL, .id = USERS, .tag = "trial", .new_tag = "copy");
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "trial", .new_tag = "b");
        assert_text(tags_of(catalog, USERS), "a=1 b=7@dev copy=7@dev");
}

/* What is replaced goes, wherever it is. */
static void a_tag_on_a_branch_can_be_replaced_from_another_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        two_tables_with_branches(catalog);
        assert_done(catalog, rename_table_tag, NULL, .id = EVENTS, .tag = "c", .new_id = USERS,
                    .new_tag = "trial");
        assert_text(tags_of(catalog, USERS), "a=1 b=2 trial=3");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_renamed_tag_is_the_same_tag),
                contract_test(rename_replaces_what_has_the_new_name),
                contract_test(rename_onto_itself_leaves_it_there),
                contract_test(noreplace_refuses_a_name_that_is_taken),
                contract_test(exchange_swaps_two_names),
                contract_test(a_tag_can_move_to_another_table),
                contract_test(exchange_works_between_tables),
                contract_test(a_tag_only_moves_to_where_its_version_is),
                contract_test(rename_of_what_is_missing_says_what),
                contract_test(a_copied_tag_is_another_tag_of_the_same_version),
                contract_test(a_tag_can_be_copied_to_another_table),
                contract_test(copy_refuses_a_name_that_is_taken),
                contract_test(copy_of_what_is_missing_says_what),
                contract_test(a_tag_on_a_branch_stays_in_its_table),
                contract_test(a_tag_on_a_branch_can_be_replaced_from_another_table),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

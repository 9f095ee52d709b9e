/* RenameNamespace: everything below follows, in one transaction. */
#include "contract.h"

static void a_renamed_namespace_keeps_all_that_it_has(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_rename_namespace_response renamed = { 0 };
        struct lns_describe_namespace_response described = { 0 };
        const struct lns_ident *table = ident("production", "eu", "users");

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .properties = map("owner", "ann"));
        make_namespace(catalog, ident("prod", "eu"));
        make_table(catalog, ident("prod", "eu", "users"));
        make_version(catalog, ident("prod", "eu", "users"), 1);
        make_tag(catalog, ident("prod", "eu", "users"), "gold", 1);

        assert_done(catalog, rename_namespace, &renamed, .id = ident("prod"),
                    .new_id = ident("production"));
        assert_int_not_equal(renamed.transaction_id, 0);
        assert_text(namespaces_in(catalog, root()), "production");
        assert_text(versions_of(catalog, table, NULL), "1");
        assert_text(tags_of(catalog, table), "gold=1");
        assert_done(catalog, describe_namespace, &described, .id = ident("production"));
        assert_text(lns_map_get(&described.properties, "owner"), "ann");
        lns_describe_namespace_response_clear(&described);
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, table_exists, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "eu", "users"));
}

static void the_location_of_a_table_stays_through_a_rename_above_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *location;

        make_namespace(catalog, ident("prod"));
        location = make_local_table(catalog, ident("prod", "users"));
        assert_done(catalog, rename_namespace, NULL, .id = ident("prod"),
                    .new_id = ident("production"));
        assert_text(location_of(catalog, ident("production", "users")), location);
}

static void a_namespace_can_move_into_another(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("a", "b"));
        make_table(catalog, ident("a", "b", "users"));
        make_namespace(catalog, ident("c"));
        assert_done(catalog, rename_namespace, NULL, .id = ident("a", "b"),
                    .new_id = ident("c", "d"));
        assert_text(namespaces_in(catalog, ident("a")), "");
        assert_text(namespaces_in(catalog, ident("c")), "d");
        assert_text(tables_in(catalog, ident("c", "d")), "users");

        assert_done(catalog, rename_namespace, NULL, .id = ident("c", "d"), .new_id = ident("b"));
        assert_text(namespaces_in(catalog, root()), "a b c");
        assert_text(tables_in(catalog, ident("b")), "users");
}

static void a_rename_keeps_the_node(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t id;

        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("b"));
        id = node_of_namespace(catalog, ident("a")).id;
        assert_done(catalog, rename_namespace, NULL, .id = ident("a"), .new_id = ident("b", "c"));
        assert_int_equal(node_of_namespace(catalog, ident("b", "c")).id, id);
        assert_int_equal(node_of_namespace(catalog, ident("b", "c")).parent,
                         node_of_namespace(catalog, ident("b")).id);
}

static void rename_to_a_name_that_is_taken_is_already_exists(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("b"));
        assert_refused(catalog, rename_namespace, LNS_NAMESPACE_ALREADY_EXISTS, .id = ident("a"),
                       .new_id = ident("b"));
        assert_contains(refused_with.message, "'b'");
}

static void a_table_with_the_new_name_is_no_obstacle(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        make_table(catalog, ident("b"));
        assert_done(catalog, rename_namespace, NULL, .id = ident("a"), .new_id = ident("b"));
        assert_text(namespaces_in(catalog, root()), "b");
        assert_text(tables_in(catalog, root()), "b");
}

static void rename_from_or_to_a_missing_place_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        assert_refused(catalog, rename_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("x"),
                       .new_id = ident("y"));
        assert_refused(catalog, rename_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("a"),
                       .new_id = ident("x", "y"));
}

static void a_namespace_can_not_move_into_itself(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("a", "b"));
        make_namespace(catalog, ident("ab"));
        assert_refused(catalog, rename_namespace, LNS_INVALID_INPUT, .id = ident("a"),
                       .new_id = ident("a", "c"));
        assert_refused(catalog, rename_namespace, LNS_INVALID_INPUT, .id = ident("a"),
                       .new_id = ident("a", "b", "c"));
        /* A common beginning of the text is no common parent. */
        assert_done(catalog, rename_namespace, NULL, .id = ident("a"), .new_id = ident("ab", "c"));
        assert_text(namespaces_in(catalog, ident("ab", "c")), "b");
}

static void the_root_can_not_be_renamed_nor_replaced(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        assert_refused(catalog, rename_namespace, LNS_INVALID_INPUT, .id = root(),
                       .new_id = ident("b"));
        assert_refused(catalog, rename_namespace, LNS_INVALID_INPUT, .id = ident("a"),
                       .new_id = root());
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_renamed_namespace_keeps_all_that_it_has),
                contract_test(the_location_of_a_table_stays_through_a_rename_above_it),
                contract_test(a_namespace_can_move_into_another),
                contract_test(a_rename_keeps_the_node),
                contract_test(rename_to_a_name_that_is_taken_is_already_exists),
                contract_test(a_table_with_the_new_name_is_no_obstacle),
                contract_test(rename_from_or_to_a_missing_place_is_not_found),
                contract_test(a_namespace_can_not_move_into_itself),
                contract_test(the_root_can_not_be_renamed_nor_replaced),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* CreateNamespace, ListNamespaces, DescribeNamespace, DropNamespace, NamespaceExists. */
#include "contract.h"

/* ---- create ---- */

static void a_new_catalog_has_a_root_and_nothing_in_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_namespace_response described = { 0 };

        assert_text(namespaces_in(catalog, root()), "");
        assert_text(tables_in(catalog, root()), "");
        assert_done(catalog, namespace_exists, NULL, .id = root());
        assert_done(catalog, describe_namespace, &described, .id = root());
        assert_int_equal(described.properties.n_entries, 0);
        lns_describe_namespace_response_clear(&described);
}

static void a_created_namespace_exists_and_is_listed(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_namespace_response created = { 0 };

        assert_done(catalog, create_namespace, &created, .id = ident("prod"));
        assert_int_not_equal(created.transaction_id, 0);
        assert_int_equal(created.properties.n_entries, 0);
        lns_create_namespace_response_clear(&created);
        assert_done(catalog, namespace_exists, NULL, .id = ident("prod"));
        assert_text(namespaces_in(catalog, root()), "prod");
        assert_text(namespaces_in(catalog, ident("prod")), "");
}

static void properties_of_a_namespace_come_back_as_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_map *given =
                map("owner", "ann", "empty", "", "quote\"\\", "\xc3\xa9 $/\n\t");
        struct lns_create_namespace_response created = { 0 };
        struct lns_describe_namespace_response described = { 0 };

        assert_done(catalog, create_namespace, &created, .id = ident("prod"), .properties = given);
        assert_done(catalog, describe_namespace, &described, .id = ident("prod"));
        assert_int_equal(created.properties.n_entries, 3);
        assert_int_equal(described.properties.n_entries, 3);
        for (size_t i = 0; i < given->n_entries; i++) {
                const struct lns_map_entry *entry = &given->entries[i];

                assert_text(lns_map_get(&created.properties, entry->key), entry->value);
                assert_text(lns_map_get(&described.properties, entry->key), entry->value);
        }
        lns_create_namespace_response_clear(&created);
        lns_describe_namespace_response_clear(&described);
}

static void create_below_a_missing_parent_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("dev", "a"));
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "a", "b"));
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("dev", "a"),
                       .mode = LNS_CREATE_MODE_EXIST_OK);
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("dev", "a"),
                       .mode = LNS_CREATE_MODE_OVERWRITE);
}

static void create_of_one_that_exists_is_already_exists(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_ALREADY_EXISTS,
                       .id = ident("prod"));
        assert_contains(refused_with.message, "'prod'");
}

static void exist_ok_leaves_what_is_there_alone(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_namespace_response created = { 0 };
        const char *before;

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .properties = map("owner", "ann"));
        make_table(catalog, ident("prod", "users"));
        before = dump(catalog);
        assert_done(catalog, create_namespace, &created, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_EXIST_OK, .properties = map("owner", "bob"));
        assert_text(lns_map_get(&created.properties, "owner"), "ann");
        lns_create_namespace_response_clear(&created);
        assert_text(dump(catalog), before);
}

static void exist_ok_makes_what_is_not_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_EXIST_OK);
        assert_text(namespaces_in(catalog, root()), "prod");
}

static void overwrite_gives_a_new_empty_namespace(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_namespace_response described = { 0 };

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .properties = map("owner", "ann", "old", "yes"));
        make_namespace(catalog, ident("prod", "eu"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("prod", "eu", "users"));
        make_version(catalog, ident("prod", "eu", "users"), 1);
        make_tag(catalog, ident("prod", "eu", "users"), "gold", 1);
        make_namespace(catalog, ident("production"));

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_OVERWRITE, .properties = map("owner", "bob"));
        assert_text(namespaces_in(catalog, ident("prod")), "");
        assert_text(tables_in(catalog, ident("prod")), "");
        assert_text(namespaces_in(catalog, root()), "prod production");
        assert_done(catalog, describe_namespace, &described, .id = ident("prod"));
        assert_int_equal(described.properties.n_entries, 1);
        assert_text(lns_map_get(&described.properties, "owner"), "bob");
        lns_describe_namespace_response_clear(&described);
}

static void overwrite_makes_what_is_not_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_OVERWRITE);
        assert_text(namespaces_in(catalog, root()), "prod");
}

static void the_root_can_not_be_created(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_ALREADY_EXISTS, .id = root());
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_ALREADY_EXISTS, .id = root(),
                       .mode = LNS_CREATE_MODE_OVERWRITE);
        assert_done(catalog, create_namespace, NULL, .id = root(),
                    .mode = LNS_CREATE_MODE_EXIST_OK);
        assert_text(namespaces_in(catalog, root()), "prod");
}

/* ---- trees ---- */

static void namespaces_nest(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("a", "b"));
        make_namespace(catalog, ident("a", "b", "c"));
        make_table(catalog, ident("a", "b", "c", "users"));
        assert_text(namespaces_in(catalog, root()), "a");
        assert_text(namespaces_in(catalog, ident("a")), "b");
        assert_text(namespaces_in(catalog, ident("a", "b")), "c");
        assert_text(tables_in(catalog, ident("a", "b", "c")), "users");
        assert_text(tables_in(catalog, ident("a", "b")), "");
        assert_done(catalog, namespace_exists, NULL, .id = ident("a", "b", "c"));
}

static void a_namespace_and_a_table_may_have_the_same_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        make_namespace(catalog, ident("users"));
        make_table(catalog, ident("users", "users"));
        assert_done(catalog, drop_table, NULL, .id = ident("users"));
        assert_text(namespaces_in(catalog, root()), "users");
        assert_text(tables_in(catalog, ident("users")), "users");
}

static void the_same_table_name_in_two_namespaces_is_two_tables(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("dev"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("dev", "users"));
        make_version(catalog, ident("prod", "users"), 1);
        assert_done(catalog, drop_table, NULL, .id = ident("dev", "users"));
        assert_text(versions_of(catalog, ident("prod", "users"), NULL), "1");
}

static void listings_are_byte_ascending(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("b"));
        make_namespace(catalog, ident("\xc3\xa9"));
        make_namespace(catalog, ident("a0"));
        make_namespace(catalog, ident("B"));
        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("\xf0\x9f\x98\x80"));
        make_namespace(catalog, ident("a-"));
        make_namespace(catalog, ident("\xef\xbf\xbd"));
        assert_text(namespaces_in(catalog, root()),
                    "B a a- a0 b \xc3\xa9 \xef\xbf\xbd \xf0\x9f\x98\x80");
}

static void names_differ_by_case_and_by_normal_form(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("Prod"));
        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("\xc3\xa9"));
        make_namespace(catalog, ident("e\xcc\x81"));
        assert_text(namespaces_in(catalog, root()), "Prod e\xcc\x81 prod \xc3\xa9");
}

static void a_missing_namespace_is_not_found_by_any_read(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, describe_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, list_namespaces, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, list_tables, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        /* A table is no namespace. */
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND, .id = ident("users"));
}

/* ---- drop ---- */

static void a_dropped_namespace_is_gone_and_gives_its_properties(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_drop_namespace_response dropped = { 0 };

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .properties = map("owner", "ann"));
        assert_done(catalog, drop_namespace, &dropped, .id = ident("prod"));
        assert_int_not_equal(dropped.transaction_id, 0);
        assert_text(lns_map_get(&dropped.properties, "owner"), "ann");
        lns_drop_namespace_response_clear(&dropped);
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_text(namespaces_in(catalog, root()), "");
}

static void a_namespace_dropped_and_created_again_is_new(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_namespace_response described = { 0 };

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .properties = map("owner", "ann"));
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"));
        make_namespace(catalog, ident("prod"));
        assert_done(catalog, describe_namespace, &described, .id = ident("prod"));
        assert_int_equal(described.properties.n_entries, 0);
        lns_describe_namespace_response_clear(&described);
}

static void restrict_refuses_a_namespace_with_anything_in_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("tables"));
        make_table(catalog, ident("tables", "users"));
        make_namespace(catalog, ident("namespaces"));
        make_namespace(catalog, ident("namespaces", "eu"));
        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_EMPTY, .id = ident("tables"));
        assert_contains(refused_with.message, "'tables'");
        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_EMPTY, .id = ident("namespaces"));
        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_EMPTY, .id = ident("namespaces"),
                       .skip_missing = true);
}

static void cascade_drops_all_below_and_nothing_beside(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *before;

        make_namespace(catalog, ident("pro"));
        make_table(catalog, ident("pro", "users"));
        make_namespace(catalog, ident("prod2"));
        make_table(catalog, ident("prod"));
        before = tables_in(catalog, root());

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("prod", "eu"));
        make_namespace(catalog, ident("prod", "eu", "west"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("prod", "eu", "west", "users"));
        make_version(catalog, ident("prod", "eu", "west", "users"), 1);
        make_tag(catalog, ident("prod", "eu", "west", "users"), "gold", 1);
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"), .cascade = true);

        assert_text(namespaces_in(catalog, root()), "pro prod2");
        assert_text(tables_in(catalog, root()), before);
        assert_text(tables_in(catalog, ident("pro")), "users");
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "eu"));
        make_namespace(catalog, ident("prod"));
        assert_text(namespaces_in(catalog, ident("prod")), "");
        assert_text(tables_in(catalog, ident("prod")), "");
}

static void cascade_spares_deregistered_tables(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        make_version(catalog, ident("prod", "users"), 1);
        assert_done(catalog, deregister_table, NULL, .id = ident("prod", "users"));
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"));
        assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = "users",
                    .id = ident("users"));
        assert_text(versions_of(catalog, ident("users"), NULL), "1");
}

static void drop_of_a_missing_namespace_is_not_found_unless_skipped(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_drop_namespace_response dropped = { .transaction_id = 7 };
        const char *before;

        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "eu"),
                       .cascade = true);
        before = dump(catalog);
        assert_done(catalog, drop_namespace, &dropped, .id = ident("prod"), .skip_missing = true);
        assert_int_equal(dropped.transaction_id, 0);
        assert_int_equal(dropped.properties.n_entries, 0);
        lns_drop_namespace_response_clear(&dropped);
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod", "eu"), .skip_missing = true,
                    .cascade = true);
        assert_text(dump(catalog), before);
}

static void the_root_can_not_be_dropped(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, drop_namespace, LNS_INVALID_INPUT, .id = root());
        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, drop_namespace, LNS_INVALID_INPUT, .id = root());
        assert_refused(catalog, drop_namespace, LNS_INVALID_INPUT, .id = root(),
                       .skip_missing = true, .cascade = true);
}

static void where_deregistered_tables_stand_has_no_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_done(catalog, deregister_table, NULL, .id = ident("users"));
        assert_text(namespaces_in(catalog, root()), "");
        assert_refused(catalog, namespace_exists, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("deregistered"));
        make_namespace(catalog, ident("deregistered"));
        assert_text(tables_in(catalog, ident("deregistered")), "");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_new_catalog_has_a_root_and_nothing_in_it),
                contract_test(a_created_namespace_exists_and_is_listed),
                contract_test(properties_of_a_namespace_come_back_as_given),
                contract_test(create_below_a_missing_parent_is_not_found),
                contract_test(create_of_one_that_exists_is_already_exists),
                contract_test(exist_ok_leaves_what_is_there_alone),
                contract_test(exist_ok_makes_what_is_not_there),
                contract_test(overwrite_gives_a_new_empty_namespace),
                contract_test(overwrite_makes_what_is_not_there),
                contract_test(the_root_can_not_be_created),
                contract_test(namespaces_nest),
                contract_test(a_namespace_and_a_table_may_have_the_same_name),
                contract_test(the_same_table_name_in_two_namespaces_is_two_tables),
                contract_test(listings_are_byte_ascending),
                contract_test(names_differ_by_case_and_by_normal_form),
                contract_test(a_missing_namespace_is_not_found_by_any_read),
                contract_test(a_dropped_namespace_is_gone_and_gives_its_properties),
                contract_test(a_namespace_dropped_and_created_again_is_new),
                contract_test(restrict_refuses_a_namespace_with_anything_in_it),
                contract_test(cascade_drops_all_below_and_nothing_beside),
                contract_test(cascade_spares_deregistered_tables),
                contract_test(drop_of_a_missing_namespace_is_not_found_unless_skipped),
                contract_test(the_root_can_not_be_dropped),
                contract_test(where_deregistered_tables_stand_has_no_name),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

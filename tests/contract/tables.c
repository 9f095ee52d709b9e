/* DeclareTable, RegisterTable, DescribeTable, TableExists, ListTables, ListAllTables. */
#include "contract.h"

/* ---- declare ---- */

static void a_declared_table_has_no_version_and_a_location(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_declare_table_response declared = { 0 };
        struct lns_describe_table_response described = { 0 };

        make_namespace(catalog, ident("prod"));
        assert_done(catalog, declare_table, &declared, .id = ident("prod", "users"));
        assert_int_not_equal(declared.transaction_id, 0);
        assert_true(declared.managed_versioning);
        assert_int_equal(declared.properties.n_entries, 0);

        assert_done(catalog, describe_table, &described, .id = ident("prod", "users"));
        assert_text(described.table, "users");
        assert_int_equal(described.ns.n_parts, 1);
        assert_text(described.ns.parts[0], "prod");
        assert_int_equal(described.version, 0);
        assert_true(described.is_only_declared);
        assert_true(described.managed_versioning);
        assert_text(described.location, declared.location);
        lns_describe_table_response_clear(&described);
        lns_declare_table_response_clear(&declared);
}

static void a_default_location_is_below_the_catalog_and_nobody_elses(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_catalog_description description = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char *first, *second, *third;

        assert_ok(lns_catalog_describe_catalog(catalog, &description, &err), &err);
        make_namespace(catalog, ident("prod"));
        first = make_local_table(catalog, ident("users"));
        second = make_local_table(catalog, ident("prod", "users"));
        assert_done(catalog, drop_table, NULL, .id = ident("users"));
        third = make_local_table(catalog, ident("users"));
        assert_int_equal(first[0], '/');
        assert_contains(first, text_of("%s/tables/", description.location));
        assert_contains(first, "_users.lance");
        assert_string_not_equal(first, second);
        assert_string_not_equal(first, third);
}

static void a_table_in_the_root_has_an_empty_namespace(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_table_response described = { 0 };

        make_table(catalog, ident("users"));
        assert_done(catalog, describe_table, &described, .id = ident("users"));
        assert_text(described.table, "users");
        assert_int_equal(described.ns.n_parts, 0);
        lns_describe_table_response_clear(&described);
}

static void a_declared_location_comes_back_as_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const locations[] = {
                "/srv/lance/users.lance",
                "file:///srv/lance/users.lance",
                "s3://bucket/a b/\xc3\xa9%20.lance?x=1#y",
                "az://container/users",
        };

        for (size_t i = 0; i < COUNT(locations); i++) {
                const struct lns_ident *id = ident(text_of("table%zu", i));
                struct lns_declare_table_response declared = { 0 };

                assert_done(catalog, declare_table, &declared, .id = id, .location = locations[i]);
                assert_text(declared.location, locations[i]);
                assert_text(location_of(catalog, id), locations[i]);
                lns_declare_table_response_clear(&declared);
        }
}

static void properties_of_a_table_come_back_as_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_map *given = map("b", "2", "a", "", "quote\"\\", "\xc3\xa9\n");
        struct lns_declare_table_response declared = { 0 };
        struct lns_describe_table_response described = { 0 };

        assert_done(catalog, declare_table, &declared, .id = ident("users"), .properties = given);
        assert_done(catalog, describe_table, &described, .id = ident("users"));
        assert_int_equal(declared.properties.n_entries, 3);
        assert_int_equal(described.properties.n_entries, 3);
        for (size_t i = 0; i < given->n_entries; i++) {
                const struct lns_map_entry *entry = &given->entries[i];

                assert_text(lns_map_get(&declared.properties, entry->key), entry->value);
                assert_text(lns_map_get(&described.properties, entry->key), entry->value);
        }
        lns_declare_table_response_clear(&declared);
        lns_describe_table_response_clear(&described);
}

static void declare_below_a_missing_namespace_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, declare_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "x"));
        /* A table holds no tables. */
        assert_refused(catalog, declare_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("users", "x"));
}

static void declare_of_one_that_exists_is_already_exists(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, declare_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("users"));
        assert_contains(refused_with.message, "'users'");
        make_version(catalog, ident("users"), 1);
        assert_refused(catalog, declare_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("users"));
}

/* ---- register ---- */

static void a_registered_table_is_where_it_was_said_to_be(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_register_table_response registered = { 0 };
        struct lns_describe_table_response described = { 0 };

        assert_done(catalog, register_table, &registered, .id = ident("users"),
                    .location = "/srv/users.lance", .properties = map("owner", "ann"));
        assert_int_not_equal(registered.transaction_id, 0);
        assert_text(registered.location, "/srv/users.lance");
        assert_text(lns_map_get(&registered.properties, "owner"), "ann");
        lns_register_table_response_clear(&registered);
        assert_done(catalog, describe_table, &described, .id = ident("users"));
        assert_text(described.location, "/srv/users.lance");
        assert_int_equal(described.version, 0);
        assert_true(described.is_only_declared);
        lns_describe_table_response_clear(&described);
}

static void register_refuses_what_exists_and_what_has_no_namespace(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, register_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("users"),
                       .location = "/srv/users.lance");
        assert_refused(catalog, register_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "x"),
                       .location = "/srv/users.lance");
        assert_refused(catalog, register_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "x"),
                       .location = "/srv/users.lance", .overwrite = true);
}

static void register_overwrite_replaces_versions_and_tags(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_table_response described = { 0 };

        assert_done(catalog, declare_table, NULL, .id = ident("users"),
                    .location = "s3://bucket/users.lance", .properties = map("a", "1", "b", "2"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        assert_done(catalog, register_table, NULL, .id = ident("users"), .overwrite = true,
                    .location = "s3://bucket/other.lance", .properties = map("b", "3"));
        assert_text(versions_of(catalog, ident("users"), NULL), "");
        assert_text(tags_of(catalog, ident("users")), "");
        assert_text(tables_in(catalog, root()), "users");
        assert_done(catalog, describe_table, &described, .id = ident("users"));
        assert_text(described.location, "s3://bucket/other.lance");
        assert_int_equal(described.properties.n_entries, 1);
        assert_text(lns_map_get(&described.properties, "b"), "3");
        lns_describe_table_response_clear(&described);
}

static void register_overwrite_makes_what_is_not_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_done(catalog, register_table, NULL, .id = ident("users"), .overwrite = true,
                    .location = "/srv/users.lance");
        assert_text(tables_in(catalog, root()), "users");
}

/* ---- describe, exists ---- */

static void describe_gives_the_version_that_is_asked_for(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        const struct {
                uint64_t version;
                const char *tag;
                uint64_t expected;
        } cases[] = { { 0, NULL, 9 }, { 3, NULL, 3 }, { 9, NULL, 9 }, { 0, "gold", 3 } };

        make_table(catalog, id);
        make_version(catalog, id, 3);
        make_version(catalog, id, 9);
        make_version(catalog, id, 5);
        make_tag(catalog, id, "gold", 3);
        for (size_t i = 0; i < COUNT(cases); i++) {
                struct lns_describe_table_response described = { 0 };

                assert_done(catalog, describe_table, &described, .id = id,
                            .version = cases[i].version, .tag = cases[i].tag);
                assert_int_equal(described.version, cases[i].expected);
                assert_false(described.is_only_declared);
                lns_describe_table_response_clear(&described);
        }
}

static void describe_on_a_branch_looks_at_its_versions(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request request;
        struct lns_describe_table_response described = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, id);
        make_version(catalog, id, 1);
        make_branch(catalog, id, "dev");
        request = version_request(id, 7);
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);

        assert_done(catalog, describe_table, &described, .id = id, .branch = "dev");
        assert_int_equal(described.version, 7);
        lns_describe_table_response_clear(&described);
        assert_done(catalog, describe_table, &described, .id = id, .branch = "main");
        assert_int_equal(described.version, 1);
        lns_describe_table_response_clear(&described);
        assert_refused(catalog, describe_table, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .branch = "dev", .version = 1);
        assert_refused(catalog, describe_table, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev/fix");
}

static void describe_of_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        assert_refused(catalog, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("user"));
        assert_refused(catalog, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("prod", "users"));
        assert_refused(catalog, describe_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("dev", "x"));
        /* A namespace is no table. */
        assert_refused(catalog, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, describe_table, LNS_TABLE_VERSION_NOT_FOUND, .id = ident("users"),
                       .version = 2);
        assert_refused(catalog, describe_table, LNS_TABLE_TAG_NOT_FOUND, .id = ident("users"),
                       .tag = "silver");
        assert_refused(catalog, describe_table, LNS_TABLE_BRANCH_NOT_FOUND, .id = ident("users"),
                       .branch = "dev");
}

static void a_tag_excludes_version_and_branch(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = ident("users"),
                       .tag = "gold", .version = 1);
        assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = ident("users"),
                       .tag = "gold", .branch = "dev");
}

static void a_table_exists_until_it_is_dropped(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 4);
        assert_done(catalog, table_exists, NULL, .id = ident("users"));
        assert_done(catalog, table_exists, NULL, .id = ident("users"), .version = 4);
        assert_refused(catalog, table_exists, LNS_TABLE_VERSION_NOT_FOUND, .id = ident("users"),
                       .version = 3);
        assert_refused(catalog, table_exists, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "x"));
        assert_done(catalog, drop_table, NULL, .id = ident("users"));
        assert_refused(catalog, table_exists, LNS_TABLE_NOT_FOUND, .id = ident("users"));
}

/* ---- list ---- */

static const char *list(struct lns_catalog *catalog, const struct lns_ident *id, bool all,
                        bool exclude_declared)
{
        const char *text;

        if (all) {
                struct lns_list_all_tables_response response = { 0 };

                assert_done(catalog, list_all_tables, &response, .limit = -1,
                            .exclude_declared = exclude_declared);
                text = names_of(&response.tables);
                assert_null(response.tables.page_token);
                lns_list_all_tables_response_clear(&response);
        } else {
                struct lns_list_tables_response response = { 0 };

                assert_done(catalog, list_tables, &response, .id = id, .limit = -1,
                            .exclude_declared = exclude_declared);
                text = names_of(&response.tables);
                assert_null(response.tables.page_token);
                lns_list_tables_response_clear(&response);
        }
        return text;
}

static void list_tables_gives_direct_children_byte_ascending(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("b"));
        make_table(catalog, ident("B"));
        make_table(catalog, ident("a.b"));
        make_table(catalog, ident("a b"));
        make_table(catalog, ident("a"));
        assert_text(list(catalog, root(), false, false), "B a a b a.b b");
        assert_text(list(catalog, ident("prod"), false, false), "users");
}

static void list_all_tables_gives_whole_identifiers_byte_ascending(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        /* '!' and '#' sort before the delimiter '$', '%' after it. */
        make_namespace(catalog, ident("a"));
        make_namespace(catalog, ident("a#"));
        make_namespace(catalog, ident("a", "c"));
        make_table(catalog, ident("a", "z"));
        make_table(catalog, ident("a%"));
        make_table(catalog, ident("a"));
        make_table(catalog, ident("a#", "b"));
        make_table(catalog, ident("a!"));
        make_table(catalog, ident("a", "c", "d"));
        make_table(catalog, ident("Z"));
        assert_text(list(catalog, NULL, true, false), "Z a a! a#$b a$c$d a$z a%");
}

static void only_declared_tables_can_be_left_out(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("a"));
        make_table(catalog, ident("b"));
        make_version(catalog, ident("b"), 1);
        make_table(catalog, ident("prod", "c"));
        make_table(catalog, ident("prod", "d"));
        make_version(catalog, ident("prod", "d"), 7);
        assert_text(list(catalog, root(), false, false), "a b");
        assert_text(list(catalog, root(), false, true), "b");
        assert_text(list(catalog, NULL, true, false), "a b prod$c prod$d");
        assert_text(list(catalog, NULL, true, true), "b prod$d");
}

static void deregistered_tables_are_in_no_list(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("a"));
        make_table(catalog, ident("b"));
        assert_done(catalog, deregister_table, NULL, .id = ident("a"));
        assert_text(list(catalog, root(), false, false), "b");
        assert_text(list(catalog, NULL, true, false), "b");
}

static void an_empty_catalog_lists_no_tables(void **state)
{
        assert_text(list(catalog_of(state), root(), false, false), "");
        assert_text(list(catalog_of(state), NULL, true, true), "");
}

static void operations_on_tables_do_not_take_the_root(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, declare_table, LNS_INVALID_INPUT, .id = root());
        assert_refused(catalog, register_table, LNS_INVALID_INPUT, .id = root(),
                       .location = "/srv/x.lance");
        assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = root());
        assert_refused(catalog, table_exists, LNS_INVALID_INPUT, .id = root());
        assert_refused(catalog, drop_table, LNS_INVALID_INPUT, .id = root());
        assert_refused(catalog, list_table_tags, LNS_INVALID_INPUT, .id = root());
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_declared_table_has_no_version_and_a_location),
                contract_test(a_default_location_is_below_the_catalog_and_nobody_elses),
                contract_test(a_table_in_the_root_has_an_empty_namespace),
                contract_test(a_declared_location_comes_back_as_given),
                contract_test(properties_of_a_table_come_back_as_given),
                contract_test(declare_below_a_missing_namespace_is_not_found),
                contract_test(declare_of_one_that_exists_is_already_exists),
                contract_test(a_registered_table_is_where_it_was_said_to_be),
                contract_test(register_refuses_what_exists_and_what_has_no_namespace),
                contract_test(register_overwrite_replaces_versions_and_tags),
                contract_test(register_overwrite_makes_what_is_not_there),
                contract_test(describe_gives_the_version_that_is_asked_for),
                contract_test(describe_on_a_branch_looks_at_its_versions),
                contract_test(describe_of_what_is_missing_says_what),
                contract_test(a_tag_excludes_version_and_branch),
                contract_test(a_table_exists_until_it_is_dropped),
                contract_test(list_tables_gives_direct_children_byte_ascending),
                contract_test(list_all_tables_gives_whole_identifiers_byte_ascending),
                contract_test(only_declared_tables_can_be_left_out),
                contract_test(deregistered_tables_are_in_no_list),
                contract_test(an_empty_catalog_lists_no_tables),
                contract_test(operations_on_tables_do_not_take_the_root),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

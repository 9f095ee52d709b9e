/* DeregisterTable, RestoreDeregisteredTable. */
#include "contract.h"

#include <string.h>

static const char *deregister(struct lns_catalog *catalog, const struct lns_ident *id,
                              const char *name)
{
        struct lns_deregister_table_response response = { 0 };
        const char *given;

        assert_done(catalog, deregister_table, &response, .id = id, .deregistered_name = name);
        assert_non_null(response.deregistered_name);
        given = text_of("%s", response.deregistered_name);
        lns_deregister_table_response_clear(&response);
        return given;
}

static void a_deregistered_table_is_gone_and_gives_what_it_was(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_deregister_table_response response = { 0 };

        make_namespace(catalog, ident("prod"));
        assert_done(catalog, declare_table, NULL, .id = ident("prod", "users"),
                    .location = "s3://bucket/users.lance", .properties = map("owner", "ann"));
        make_version(catalog, ident("prod", "users"), 1);
        assert_done(catalog, deregister_table, &response, .id = ident("prod", "users"));
        assert_int_not_equal(response.transaction_id, 0);
        assert_int_equal(response.id.n_parts, 2);
        assert_text(response.id.parts[0], "prod");
        assert_text(response.id.parts[1], "users");
        assert_text(response.location, "s3://bucket/users.lance");
        assert_text(lns_map_get(&response.properties, "owner"), "ann");
        assert_text(response.deregistered_name, "users");
        lns_deregister_table_response_clear(&response);
        assert_text(tables_in(catalog, ident("prod")), "");
        assert_refused(catalog, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("prod", "users"));
        assert_refused(catalog, list_table_versions, LNS_TABLE_NOT_FOUND,
                       .id = ident("prod", "users"));
        assert_refused(catalog, deregister_table, LNS_TABLE_NOT_FOUND,
                       .id = ident("prod", "users"));
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"));
}

static void deregistered_names_are_numbered_from_two(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const expected[] = { "users", "users-2", "users-3", "users-4" };

        for (size_t i = 0; i < COUNT(expected); i++) {
                make_table(catalog, ident("users"));
                assert_text(deregister(catalog, ident("users"), NULL), expected[i]);
        }
        assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = "users-2",
                    .id = ident("back"));
        make_table(catalog, ident("users"));
        assert_text(deregister(catalog, ident("users"), NULL), "users-2");
}

static void a_numbered_name_that_is_taken_is_passed_over(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users-2"));
        make_table(catalog, ident("users"));
        assert_text(deregister(catalog, ident("users-2"), NULL), "users-2");
        assert_text(deregister(catalog, ident("users"), NULL), "users");
        make_table(catalog, ident("users"));
        assert_text(deregister(catalog, ident("users"), NULL), "users-3");
}

static void the_longest_name_can_be_deregistered_twice(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        /* Cutting must not cut a character: two bytes each, and one to make the length odd. */
        const char *halves[] = { repeated('x', LNS_NAME_MAX), NULL };
        char name[LNS_NAME_MAX + 1] = "";
        struct lns_error err = LNS_ERROR_INIT;

        for (size_t i = 0; i < LNS_NAME_MAX / 2; i++)
                strcat(name, "\xc3\xa9");
        halves[1] = name;
        for (size_t i = 0; i < COUNT(halves); i++) {
                const char *first, *second;

                make_table(catalog, ident(halves[i]));
                first = deregister(catalog, ident(halves[i]), NULL);
                make_table(catalog, ident(halves[i]));
                second = deregister(catalog, ident(halves[i]), NULL);
                assert_text(first, halves[i]);
                assert_string_not_equal(first, second);
                assert_ok(lns_check_name(second, &err), &err);
                assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = second,
                            .id = ident(text_of("back%zu", i)));
        }
}

static void a_deregistered_name_can_be_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        make_table(catalog, ident("events"));
        assert_text(deregister(catalog, ident("users"), "old"), "old");
        assert_refused(catalog, deregister_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("events"),
                       .deregistered_name = "old");
        assert_contains(refused_with.message, "'old'");
        assert_refused(catalog, deregister_table, LNS_INVALID_INPUT, .id = ident("events"),
                       .deregistered_name = "a/b");
}

static void deregister_of_what_is_missing_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, deregister_table, LNS_TABLE_NOT_FOUND, .id = ident("users"));
        assert_refused(catalog, deregister_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("p", "x"));
}

static void a_restored_table_has_all_that_it_had(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_restore_deregistered_table_response restored = { 0 };
        struct lns_describe_table_response described = { 0 };
        uint64_t node;

        make_namespace(catalog, ident("prod"));
        assert_done(catalog, declare_table, NULL, .id = ident("users"),
                    .location = "s3://bucket/users.lance", .properties = map("owner", "ann"));
        make_version(catalog, ident("users"), 1);
        make_version(catalog, ident("users"), 2);
        make_tag(catalog, ident("users"), "gold", 1);
        node = node_of_table(catalog, ident("users")).id;
        deregister(catalog, ident("users"), NULL);
        assert_done(catalog, restore_deregistered_table, &restored, .deregistered_name = "users",
                    .id = ident("prod", "people"));
        assert_int_not_equal(restored.transaction_id, 0);
        assert_text(tables_in(catalog, root()), "");
        assert_text(tables_in(catalog, ident("prod")), "people");
        assert_done(catalog, describe_table, &described, .id = ident("prod", "people"));
        assert_text(described.location, "s3://bucket/users.lance");
        assert_text(lns_map_get(&described.properties, "owner"), "ann");
        assert_int_equal(described.version, 2);
        lns_describe_table_response_clear(&described);
        assert_text(versions_of(catalog, ident("prod", "people"), NULL), "1 2");
        assert_text(tags_of(catalog, ident("prod", "people")), "gold=1");
        assert_int_equal(node_of_table(catalog, ident("prod", "people")).id, node);
        assert_refused(catalog, restore_deregistered_table, LNS_TABLE_NOT_FOUND,
                       .deregistered_name = "users", .id = ident("again"));
}

/* A client knows the location only: RegisterTable is its way back. */
static void a_table_registered_where_it_was_has_its_versions_and_tags(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *location = make_table(catalog, ident("users"));
        uint64_t node = node_of_table(catalog, ident("users")).id;
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_node gone;

        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        deregister(catalog, ident("users"), "old");
        assert_done(catalog, register_table, NULL, .id = ident("people"), .location = location);
        assert_text(versions_of(catalog, ident("people"), NULL), "1");
        assert_text(tags_of(catalog, ident("people")), "gold=1");
        assert_int_equal(node_of_table(catalog, ident("people")).id, node);
        assert_fails(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_DEREGISTERED,
                                             LNS_NODE_TABLE, "old", &gone, &err),
                     &err, LNS_TABLE_NOT_FOUND);
}

static void restore_refuses_a_name_that_is_taken_and_a_missing_place(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        deregister(catalog, ident("users"), NULL);
        make_table(catalog, ident("users"));
        assert_refused(catalog, restore_deregistered_table, LNS_TABLE_ALREADY_EXISTS,
                       .deregistered_name = "users", .id = ident("users"));
        assert_refused(catalog, restore_deregistered_table, LNS_NAMESPACE_NOT_FOUND,
                       .deregistered_name = "users", .id = ident("prod", "users"));
        assert_refused(catalog, restore_deregistered_table, LNS_TABLE_NOT_FOUND,
                       .deregistered_name = "x", .id = ident("y"));
}

static void a_deregistered_table_can_be_described_by_its_node(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_table_response described = { 0 };
        struct lns_node table, tag;
        struct lns_ident named = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        deregister(catalog, ident("users"), "old");
        assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_DEREGISTERED,
                                          LNS_NODE_TABLE, "old", &table, &err),
                  &err);
        assert_int_equal(table.parent, LNS_NODE_DEREGISTERED);
        assert_text(table.name, "old");
        assert_ok(lns_catalog_describe_table_node(catalog, table.id, &described, &err), &err);
        assert_text(described.location, "s3://bucket/users.lance");
        assert_int_equal(described.version, 1);
        lns_describe_table_response_clear(&described);
        assert_ok(lns_catalog_lookup_node(catalog, LNS_NODE_TABLE, table.id, LNS_NODE_TAG, "gold",
                                          &tag, &err),
                  &err);
        assert_int_equal(tag.version, 1);
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_TABLE, table.id, &named, &err),
                     &err, LNS_TABLE_NOT_FOUND);
}

static void files_of_a_deregistered_table_stay(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *location = text_of("%s/users.lance", contract->directory);

        make_directory(location);
        make_directory(text_of("%s/_versions", location));
        make_file(text_of("%s/_versions/18446744073709551614.manifest", location), "x");
        assert_done(catalog, register_table, NULL, .id = ident("users"), .location = location);
        deregister(catalog, ident("users"), NULL);
        reopen(contract);
        assert_true(file_exists(text_of("%s/_versions/18446744073709551614.manifest", location)));
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_deregistered_table_is_gone_and_gives_what_it_was),
                contract_test(deregistered_names_are_numbered_from_two),
                contract_test(a_numbered_name_that_is_taken_is_passed_over),
                contract_test(the_longest_name_can_be_deregistered_twice),
                contract_test(a_deregistered_name_can_be_given),
                contract_test(deregister_of_what_is_missing_is_not_found),
                contract_test(a_restored_table_has_all_that_it_had),
                contract_test(a_table_registered_where_it_was_has_its_versions_and_tags),
                contract_test(restore_refuses_a_name_that_is_taken_and_a_missing_place),
                contract_test(a_deregistered_table_can_be_described_by_its_node),
                contract_test(files_of_a_deregistered_table_stay),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

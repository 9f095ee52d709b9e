/* RenameTable, DropTable. What a drop does to files is in storage.c. */
#include "contract.h"

#include <errno.h>

/* ---- rename ---- */

static void a_renamed_table_keeps_all_that_it_has(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_rename_table_response renamed = { 0 };
        struct lns_describe_table_response described = { 0 };
        const char *location = "s3://bucket/users.lance";
        uint64_t node;

        assert_done(catalog, declare_table, NULL, .id = ident("users"), .location = location,
                    .properties = map("owner", "ann"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        node = node_of_table(catalog, ident("users")).id;

        assert_done(catalog, rename_table, &renamed, .id = ident("users"),
                    .new_table_name = "people");
        assert_int_not_equal(renamed.transaction_id, 0);
        assert_text(tables_in(catalog, root()), "people");
        assert_done(catalog, describe_table, &described, .id = ident("people"));
        assert_text(described.table, "people");
        assert_text(described.location, location);
        assert_text(lns_map_get(&described.properties, "owner"), "ann");
        assert_int_equal(described.version, 1);
        lns_describe_table_response_clear(&described);
        assert_text(tags_of(catalog, ident("people")), "gold=1");
        assert_int_equal(node_of_table(catalog, ident("people")).id, node);
        assert_refused(catalog, table_exists, LNS_TABLE_NOT_FOUND, .id = ident("users"));
}

static void a_table_can_move_to_another_namespace(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("dev"));
        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("dev", "users"));
        assert_done(catalog, rename_table, NULL, .id = ident("dev", "users"),
                    .new_table_name = "users", .new_namespace_id = ident("prod"));
        assert_text(tables_in(catalog, ident("dev")), "");
        assert_text(tables_in(catalog, ident("prod")), "users");
        assert_done(catalog, rename_table, NULL, .id = ident("prod", "users"),
                    .new_table_name = "people", .new_namespace_id = root());
        assert_text(tables_in(catalog, root()), "people");
        /* Without a namespace it stays where it is. */
        assert_done(catalog, rename_table, NULL, .id = ident("people"), .new_table_name = "folk",
                    .new_namespace_id = ident("dev"));
        assert_done(catalog, rename_table, NULL, .id = ident("dev", "folk"),
                    .new_table_name = "users");
        assert_text(tables_in(catalog, ident("dev")), "users");
}

static void rename_to_a_name_that_is_taken_is_already_exists(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("a"));
        make_table(catalog, ident("b"));
        make_table(catalog, ident("prod", "a"));
        assert_refused(catalog, rename_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("a"),
                       .new_table_name = "b");
        assert_contains(refused_with.message, "'b'");
        assert_refused(catalog, rename_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("a"),
                       .new_table_name = "a", .new_namespace_id = ident("prod"));
}

static void a_namespace_with_the_new_name_is_no_obstacle(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("b"));
        make_table(catalog, ident("a"));
        assert_done(catalog, rename_table, NULL, .id = ident("a"), .new_table_name = "b");
        assert_text(tables_in(catalog, root()), "b");
}

static void rename_of_or_to_what_is_missing_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, rename_table, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .new_table_name = "y");
        assert_refused(catalog, rename_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "x"),
                       .new_table_name = "y");
        assert_refused(catalog, rename_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("users"),
                       .new_table_name = "y", .new_namespace_id = ident("prod"));
}

static void rename_needs_a_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        assert_refused(catalog, rename_table, LNS_INVALID_INPUT, .id = ident("users"));
        assert_refused(catalog, rename_table, LNS_INVALID_INPUT, .id = ident("users"),
                       .new_table_name = "");
}

/* ---- drop ---- */

static void a_dropped_table_is_gone_and_gives_what_it_was(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_drop_table_response dropped = { 0 };

        make_namespace(catalog, ident("prod"));
        assert_done(catalog, declare_table, NULL, .id = ident("prod", "users"),
                    .location = "s3://bucket/users.lance", .properties = map("owner", "ann"));
        make_version(catalog, ident("prod", "users"), 1);
        make_tag(catalog, ident("prod", "users"), "gold", 1);
        assert_done(catalog, drop_table, &dropped, .id = ident("prod", "users"));
        assert_int_not_equal(dropped.transaction_id, 0);
        assert_int_equal(dropped.id.n_parts, 2);
        assert_text(dropped.id.parts[0], "prod");
        assert_text(dropped.id.parts[1], "users");
        assert_text(dropped.location, "s3://bucket/users.lance");
        assert_text(lns_map_get(&dropped.properties, "owner"), "ann");
        lns_drop_table_response_clear(&dropped);
        assert_text(tables_in(catalog, ident("prod")), "");
        assert_refused(catalog, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("prod", "users"));
}

static void a_table_dropped_and_declared_again_is_new(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_describe_table_response described = { 0 };
        uint64_t node;

        assert_done(catalog, declare_table, NULL, .id = ident("users"),
                    .properties = map("owner", "ann"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        node = node_of_table(catalog, ident("users")).id;
        assert_done(catalog, drop_table, NULL, .id = ident("users"));
        make_table(catalog, ident("users"));
        assert_done(catalog, describe_table, &described, .id = ident("users"));
        assert_int_equal(described.version, 0);
        assert_int_equal(described.properties.n_entries, 0);
        lns_describe_table_response_clear(&described);
        assert_text(tags_of(catalog, ident("users")), "");
        assert_true(node_of_table(catalog, ident("users")).id > node);
}

static void drop_of_a_missing_table_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, drop_table, LNS_TABLE_NOT_FOUND, .id = ident("users"));
        assert_refused(catalog, drop_table, LNS_TABLE_NOT_FOUND, .id = ident("prod"));
        assert_refused(catalog, drop_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("dev", "users"));
        assert_refused(catalog, drop_table, LNS_TABLE_NOT_FOUND, .id = ident("users"),
                       .only_empty = true);
}

static void only_empty_refuses_a_table_with_versions_or_tags(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        const struct lns_version_range all = { 0, -1 };

        make_table(catalog, id);
        make_version(catalog, id, 1);
        assert_refused_errno(catalog, drop_table, LNS_INVALID_TABLE_STATE, ENOTEMPTY, .id = id,
                             .only_empty = true);
        make_tag(catalog, id, "gold", 1);
        assert_refused_errno(catalog, drop_table, LNS_INVALID_TABLE_STATE, ENOTEMPTY, .id = id,
                             .only_empty = true);
        assert_done(catalog, delete_table_tag, NULL, .id = id, .tag = "gold");
        assert_done(catalog, batch_delete_table_versions, NULL, .id = id, .ranges = &all,
                    .n_ranges = 1);
        assert_done(catalog, drop_table, NULL, .id = id, .only_empty = true);
        assert_text(tables_in(catalog, root()), "");
}

/* A directory shows no branches, so rm -r cannot remove them first. */
static void only_empty_does_not_count_versions_on_branches(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, id);
        make_branch(catalog, id, "dev");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "gold", .version = 2,
                    .branch = "dev");
        assert_refused_errno(catalog, drop_table, LNS_INVALID_TABLE_STATE, ENOTEMPTY, .id = id,
                             .only_empty = true);
        assert_done(catalog, delete_table_tag, NULL, .id = id, .tag = "gold");
        assert_done(catalog, drop_table, NULL, .id = id, .only_empty = true);
}

static void a_full_table_is_dropped_without_only_empty(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, id);
        make_version(catalog, id, 1);
        make_branch(catalog, id, "dev");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "gold", .version = 2,
                    .branch = "dev");
        assert_done(catalog, drop_table, NULL, .id = id);
        make_table(catalog, id);
        assert_refused(catalog, list_table_versions, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_renamed_table_keeps_all_that_it_has),
                contract_test(a_table_can_move_to_another_namespace),
                contract_test(rename_to_a_name_that_is_taken_is_already_exists),
                contract_test(a_namespace_with_the_new_name_is_no_obstacle),
                contract_test(rename_of_or_to_what_is_missing_is_not_found),
                contract_test(rename_needs_a_name),
                contract_test(a_dropped_table_is_gone_and_gives_what_it_was),
                contract_test(a_table_dropped_and_declared_again_is_new),
                contract_test(drop_of_a_missing_table_is_not_found),
                contract_test(only_empty_refuses_a_table_with_versions_or_tags),
                contract_test(only_empty_does_not_count_versions_on_branches),
                contract_test(a_full_table_is_dropped_without_only_empty),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

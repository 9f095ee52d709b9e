/* CreateTableTag, UpdateTableTag, DeleteTableTag, GetTableTagVersion, ListTableTags. */
#include "contract.h"

static const struct lns_ident *table_with_versions(struct lns_catalog *catalog, uint64_t count)
{
        const struct lns_ident *id = ident("users");

        make_table(catalog, id);
        for (uint64_t version = 1; version <= count; version++)
                make_version(catalog, id, version);
        return id;
}

static void make_branch_version(struct lns_catalog *catalog, const struct lns_ident *id,
                                const char *branch, uint64_t version)
{
        struct lns_create_table_version_request request = version_request(id, version);
        struct lns_error err = LNS_ERROR_INIT;

        request.branch = branch;
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
}

/* ---- create ---- */

static void a_created_tag_is_read_and_listed(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 3);
        struct lns_create_table_tag_response created = { 0 };
        struct lns_get_table_tag_version_response got = { 0 };
        struct lns_list_table_tags_response listed = { 0 };

        assert_done(catalog, create_table_tag, &created, .id = id, .tag = "gold", .version = 2);
        assert_int_not_equal(created.transaction_id, 0);
        assert_done(catalog, get_table_tag_version, &got, .id = id, .tag = "gold");
        assert_int_equal(got.version, 2);
        assert_null(got.branch);
        lns_get_table_tag_version_response_clear(&got);

        assert_done(catalog, list_table_tags, &listed, .id = id, .limit = -1);
        assert_int_equal(listed.n_tags, 1);
        assert_null(listed.page_token);
        assert_text(listed.tags[0].tag, "gold");
        assert_int_equal(listed.tags[0].version, 2);
        assert_null(listed.tags[0].branch);
        assert_int_equal(listed.tags[0].manifest_size, version_request(id, 2).manifest_size);
        assert_true(listed.tags[0].created_millis > 0);
        assert_int_equal(listed.tags[0].updated_millis, listed.tags[0].created_millis);
        lns_list_table_tags_response_clear(&listed);
}

static void a_tag_of_a_version_without_size_lists_as_zero(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 0);
        struct lns_list_table_tags_response listed = { 0 };

        assert_done(catalog, create_table_version, NULL, .id = id, .version = 1,
                    .manifest_path = "bucket/1", .manifest_size = -1);
        make_tag(catalog, id, "gold", 1);
        assert_done(catalog, list_table_tags, &listed, .id = id, .limit = -1);
        assert_int_equal(listed.tags[0].manifest_size, 0);
        lns_list_table_tags_response_clear(&listed);
}

static void times_of_a_tag_that_are_given_are_kept(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);
        struct lns_list_table_tags_response listed = { 0 };

        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "a", .version = 1,
                    .created_millis = 1000, .updated_millis = 2000);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "b", .version = 1,
                    .created_millis = 3000);
        assert_done(catalog, list_table_tags, &listed, .id = id, .limit = -1);
        assert_int_equal(listed.tags[0].created_millis, 1000);
        assert_int_equal(listed.tags[0].updated_millis, 2000);
        assert_int_equal(listed.tags[1].created_millis, 3000);
        assert_int_equal(listed.tags[1].updated_millis, 3000);
        lns_list_table_tags_response_clear(&listed);
}

static void version_zero_is_what_is_latest(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 3);

        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "gold");
        assert_text(tags_of(catalog, id), "gold=3");
        make_version(catalog, id, 9);
        assert_text(tags_of(catalog, id), "gold=3");
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "gold");
        assert_text(tags_of(catalog, id), "gold=9");
}

static void without_versions_there_is_no_latest(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 0);

        assert_refused(catalog, create_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "gold");
        assert_refused(catalog, update_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "gold", .or_create = true);
}

static void a_tag_can_name_a_version_on_a_branch(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);
        struct lns_get_table_tag_version_response got = { 0 };

        make_branch(catalog, id, "dev");
        assert_refused(catalog, create_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "trial", .branch = "dev", .version = 1);
        assert_refused(catalog, create_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "trial", .branch = "dev");
        make_branch_version(catalog, id, "dev", 4);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "trial", .branch = "dev");
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "plain", .branch = "main",
                    .version = 1);
        assert_done(catalog, get_table_tag_version, &got, .id = id, .tag = "trial");
        assert_int_equal(got.version, 4);
        assert_text(got.branch, "dev");
        lns_get_table_tag_version_response_clear(&got);
        assert_text(tags_of(catalog, id), "plain=1 trial=4@dev");

        /* From one branch to the other. */
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "trial", .version = 2);
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "plain", .version = 4,
                    .branch = "dev");
        assert_text(tags_of(catalog, id), "plain=4@dev trial=2");
}

static void create_refuses_in_the_documented_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        make_tag(catalog, id, "gold", 1);
        assert_refused(catalog, create_table_tag, LNS_NAMESPACE_NOT_FOUND, .id = ident("p", "x"),
                       .tag = "gold", .version = 99);
        assert_refused(catalog, create_table_tag, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .tag = "gold", .version = 99);
        assert_refused(catalog, create_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = id,
                       .tag = "gold", .version = 99);
        assert_contains(refused_with.message, "'gold'");
        assert_refused(catalog, create_table_tag, LNS_TABLE_TAG_ALREADY_EXISTS, .id = id,
                       .tag = "gold", .version = 1);
        assert_refused(catalog, create_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "silver", .version = 99);
        assert_contains(refused_with.message, "99");
        assert_refused(catalog, create_table_tag, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .tag = "silver", .version = 1, .branch = "dev");
}

/* ---- update ---- */

static void an_updated_tag_keeps_its_creation_time_and_its_node(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);
        struct lns_update_table_tag_response updated = { 0 };
        struct lns_list_table_tags_response listed = { 0 };
        uint64_t node;

        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "gold", .version = 1,
                    .created_millis = 1000);
        node = node_of(catalog, id, LNS_NODE_TAG, "gold").id;
        assert_done(catalog, update_table_tag, &updated, .id = id, .tag = "gold", .version = 2);
        assert_int_not_equal(updated.transaction_id, 0);
        assert_int_equal(node_of(catalog, id, LNS_NODE_TAG, "gold").id, node);
        assert_done(catalog, list_table_tags, &listed, .id = id, .limit = -1);
        assert_int_equal(listed.n_tags, 1);
        assert_int_equal(listed.tags[0].version, 2);
        assert_int_equal(listed.tags[0].manifest_size, version_request(id, 2).manifest_size);
        assert_int_equal(listed.tags[0].created_millis, 1000);
        assert_true(listed.tags[0].updated_millis > 1000);
        lns_list_table_tags_response_clear(&listed);
}

static void update_to_the_same_version_is_success(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);

        make_tag(catalog, id, "gold", 1);
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "gold", .version = 1);
        assert_text(tags_of(catalog, id), "gold=1");
}

static void update_refuses_in_the_documented_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        make_tag(catalog, id, "gold", 1);
        assert_refused(catalog, update_table_tag, LNS_NAMESPACE_NOT_FOUND, .id = ident("p", "x"),
                       .tag = "gold", .version = 99);
        assert_refused(catalog, update_table_tag, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .tag = "gold", .version = 99);
        assert_refused(catalog, update_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = id,
                       .tag = "silver", .version = 99);
        assert_contains(refused_with.message, "'silver'");
        assert_refused(catalog, update_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "gold", .version = 99);
        assert_refused(catalog, update_table_tag, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .tag = "gold", .version = 1, .branch = "dev");
        assert_refused(catalog, update_table_tag, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .tag = "silver", .version = 99, .or_create = true);
}

static void update_or_create_does_the_one_that_fits(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);

        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "gold", .version = 1,
                    .or_create = true);
        assert_text(tags_of(catalog, id), "gold=1");
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "gold", .version = 2,
                    .or_create = true);
        assert_text(tags_of(catalog, id), "gold=2");
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "new", .or_create = true);
        assert_text(tags_of(catalog, id), "gold=2 new=2");
}

/* ---- delete, get, list ---- */

static void a_deleted_tag_is_gone(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);
        struct lns_delete_table_tag_response deleted = { 0 };

        make_tag(catalog, id, "gold", 1);
        make_tag(catalog, id, "silver", 1);
        assert_done(catalog, delete_table_tag, &deleted, .id = id, .tag = "gold");
        assert_int_not_equal(deleted.transaction_id, 0);
        assert_text(tags_of(catalog, id), "silver=1");
        assert_refused(catalog, get_table_tag_version, LNS_TABLE_TAG_NOT_FOUND, .id = id,
                       .tag = "gold");
        make_tag(catalog, id, "gold", 1);
        assert_text(tags_of(catalog, id), "gold=1 silver=1");
}

static void what_is_missing_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        assert_refused(catalog, delete_table_tag, LNS_NAMESPACE_NOT_FOUND, .id = ident("p", "x"),
                       .tag = "gold");
        assert_refused(catalog, delete_table_tag, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .tag = "gold");
        assert_refused(catalog, delete_table_tag, LNS_TABLE_TAG_NOT_FOUND, .id = id, .tag = "gold");
        assert_refused(catalog, get_table_tag_version, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("p", "x"), .tag = "gold");
        assert_refused(catalog, get_table_tag_version, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .tag = "gold");
        assert_refused(catalog, get_table_tag_version, LNS_TABLE_TAG_NOT_FOUND, .id = id,
                       .tag = "gold");
        assert_refused(catalog, list_table_tags, LNS_NAMESPACE_NOT_FOUND, .id = ident("p", "x"));
        assert_refused(catalog, list_table_tags, LNS_TABLE_NOT_FOUND, .id = ident("x"));
}

static void tags_are_listed_byte_ascending(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        assert_text(tags_of(catalog, id), "");
        make_tag(catalog, id, "b", 1);
        make_tag(catalog, id, "a10", 1);
        make_tag(catalog, id, "B", 1);
        make_tag(catalog, id, "a9", 1);
        make_tag(catalog, id, "a-x", 1);
        make_tag(catalog, id, "0", 1);
        assert_text(tags_of(catalog, id), "0=1 B=1 a-x=1 a10=1 a9=1 b=1");
}

static void a_tag_of_one_table_is_none_of_another(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);

        make_table(catalog, ident("other"));
        make_version(catalog, ident("other"), 5);
        make_tag(catalog, id, "gold", 1);
        make_tag(catalog, ident("other"), "gold", 5);
        assert_done(catalog, delete_table_tag, NULL, .id = id, .tag = "gold");
        assert_text(tags_of(catalog, ident("other")), "gold=5");
}

static void many_tags_may_name_one_version(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        for (int i = 0; i < 100; i++)
                make_tag(catalog, id, text_of("tag%03d", i), 1);
        for (int i = 0; i < 100; i++)
                assert_int_equal(tag_version(catalog, id, text_of("tag%03d", i)), 1);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_created_tag_is_read_and_listed),
                contract_test(a_tag_of_a_version_without_size_lists_as_zero),
                contract_test(times_of_a_tag_that_are_given_are_kept),
                contract_test(version_zero_is_what_is_latest),
                contract_test(without_versions_there_is_no_latest),
                contract_test(a_tag_can_name_a_version_on_a_branch),
                contract_test(create_refuses_in_the_documented_order),
                contract_test(an_updated_tag_keeps_its_creation_time_and_its_node),
                contract_test(update_to_the_same_version_is_success),
                contract_test(update_refuses_in_the_documented_order),
                contract_test(update_or_create_does_the_one_that_fits),
                contract_test(a_deleted_tag_is_gone),
                contract_test(what_is_missing_is_not_found),
                contract_test(tags_are_listed_byte_ascending),
                contract_test(a_tag_of_one_table_is_none_of_another),
                contract_test(many_tags_may_name_one_version),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

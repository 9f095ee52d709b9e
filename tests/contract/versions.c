/* CreateTableVersion, ListTableVersions, DescribeTableVersion. */
#include "contract.h"

#include <inttypes.h>

/* A table at s3://, so that paths come back as they were given. */
static const struct lns_ident *users(struct lns_catalog *catalog)
{
        const struct lns_ident *id = ident("users");

        make_table(catalog, id);
        return id;
}

static void assert_version(const struct lns_table_version *version,
                           const struct lns_create_table_version_request *request)
{
        size_t entries = request->metadata ? request->metadata->n_entries : 0;

        assert_int_equal(version->version, request->version);
        assert_text(version->manifest_path, request->manifest_path);
        assert_int_equal(version->manifest_size, request->manifest_size);
        assert_text(version->e_tag, request->e_tag);
        assert_int_equal(version->metadata.n_entries, entries);
        for (size_t i = 0; i < entries; i++)
                assert_text(lns_map_get(&version->metadata, request->metadata->entries[i].key),
                            request->metadata->entries[i].value);
}

/* ---- create ---- */

static void a_created_version_comes_back_as_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_create_table_version_request request = version_request(id, 7);
        struct lns_create_table_version_response created = { 0 };
        struct lns_describe_table_version_response described = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        request.manifest_path = "bucket/a b/\xc3\xa9\"\\/18446744073709551608.manifest";
        request.metadata = map("b", "2", "a", "", "quote\"\\", "line\n\xc3\xa9");
        assert_ok(lns_catalog_create_table_version(catalog, &request, &created, &err), &err);
        assert_int_not_equal(created.transaction_id, 0);
        assert_version(&created.version, &request);
        assert_true(created.version.timestamp_millis > 0);

        assert_done(catalog, describe_table_version, &described, .id = id, .version = 7);
        assert_version(&described.version, &request);
        assert_int_equal(described.version.timestamp_millis, created.version.timestamp_millis);
        lns_describe_table_version_response_clear(&described);
        lns_create_table_version_response_clear(&created);
}

static void what_is_not_given_of_a_version_stays_not_known(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        const struct lns_create_table_version_request request = { .id = id,
                                                                  .version = 1,
                                                                  .manifest_path =
                                                                          "bucket/1.manifest",
                                                                  .manifest_size = -1 };
        struct lns_describe_table_version_response described = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, describe_table_version, &described, .id = id, .version = 1);
        assert_version(&described.version, &request);
        assert_null(described.version.e_tag);
        assert_int_equal(described.version.manifest_size, -1);
        lns_describe_table_version_response_clear(&described);
}

static void the_size_of_an_empty_manifest_is_known(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_describe_table_version_response described = { 0 };

        assert_done(catalog, create_table_version, NULL, .id = id, .version = 1,
                    .manifest_path = "bucket/1.manifest", .manifest_size = 0);
        assert_done(catalog, describe_table_version, &described, .id = id, .version = 1);
        assert_int_equal(described.version.manifest_size, 0);
        lns_describe_table_version_response_clear(&described);
}

static void a_timestamp_that_is_given_is_kept(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_describe_table_version_response described = { 0 };

        assert_done(catalog, create_table_version, NULL, .id = id, .version = 1,
                    .manifest_path = "bucket/1.manifest", .timestamp_millis = 1234567890123);
        assert_done(catalog, describe_table_version, &described, .id = id, .version = 1);
        assert_int_equal(described.version.timestamp_millis, 1234567890123);
        lns_describe_table_version_response_clear(&described);
}

static void versions_need_not_be_contiguous_nor_in_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);

        make_version(catalog, id, 5);
        make_version(catalog, id, 100);
        make_version(catalog, id, 1);
        make_version(catalog, id, LNS_VERSION_MAX);
        make_version(catalog, id, 9);
        assert_text(versions_of(catalog, id, NULL),
                    text_of("1 5 9 100 %" PRIu64, (uint64_t)LNS_VERSION_MAX));
}

static void create_again_with_the_same_path_gives_what_is_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_create_table_version_request again = version_request(id, 7);
        const struct lns_create_table_version_request first = again;
        struct lns_create_table_version_response created = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char *before;

        make_version(catalog, id, 7);
        before = dump(catalog);
        assert_ok(lns_catalog_create_table_version(catalog, &again, &created, &err), &err);
        assert_version(&created.version, &first);
        lns_create_table_version_response_clear(&created);

        again.manifest_size = 9;
        again.e_tag = "another";
        again.metadata = NULL;
        assert_ok(lns_catalog_create_table_version(catalog, &again, &created, &err), &err);
        assert_version(&created.version, &first);
        lns_create_table_version_response_clear(&created);
        assert_text(dump(catalog), before);
}

static void create_again_with_the_same_size_and_e_tag_gives_what_is_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_create_table_version_request again = version_request(id, 7);
        const struct lns_create_table_version_request first = again;
        struct lns_create_table_version_response created = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char *before;

        make_version(catalog, id, 7);
        before = dump(catalog);
        again.manifest_path = "bucket/staged/elsewhere";
        again.metadata = map("other", "yes");
        assert_ok(lns_catalog_create_table_version(catalog, &again, &created, &err), &err);
        assert_version(&created.version, &first);
        lns_create_table_version_response_clear(&created);
        assert_text(dump(catalog), before);
}

static void create_again_with_other_content_is_concurrent_modification(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        const struct lns_create_table_version_request first = version_request(id, 7);
        const struct {
                int64_t size;
                const char *e_tag;
        } others[] = {
                { first.manifest_size, NULL },
                { -1, first.e_tag },
                { -1, NULL },
                { first.manifest_size + 1, first.e_tag },
                { first.manifest_size, "another" },
        };

        make_version(catalog, id, 7);
        for (size_t i = 0; i < COUNT(others); i++) {
                assert_refused(catalog, create_table_version, LNS_CONCURRENT_MODIFICATION, .id = id,
                               .version = 7, .manifest_path = "bucket/staged/other",
                               .manifest_size = others[i].size, .e_tag = others[i].e_tag);
                assert_contains(refused_with.message, "7");
        }
}

static void unknown_sizes_and_e_tags_are_not_the_same(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);

        assert_done(catalog, create_table_version, NULL, .id = id, .version = 1,
                    .manifest_path = "bucket/1", .manifest_size = -1);
        assert_refused(catalog, create_table_version, LNS_CONCURRENT_MODIFICATION, .id = id,
                       .version = 1, .manifest_path = "bucket/2", .manifest_size = -1);
        assert_done(catalog, create_table_version, NULL, .id = id, .version = 2,
                    .manifest_path = "bucket/1", .manifest_size = 10);
        assert_refused(catalog, create_table_version, LNS_CONCURRENT_MODIFICATION, .id = id,
                       .version = 2, .manifest_path = "bucket/2", .manifest_size = 10);
}

static void create_for_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);

        assert_refused(catalog, create_table_version, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .version = 1, .manifest_path = "p");
        assert_refused(catalog, create_table_version, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "x"), .version = 1, .manifest_path = "p");
        assert_refused(catalog, create_table_version, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev", .version = 1, .manifest_path = "p");
}

static void a_version_on_a_branch_is_not_on_main(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_describe_table_version_response described = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        make_version(catalog, id, 1);
        make_branch(catalog, id, "dev");
        make_branch(catalog, id, "dev/fix");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_text(versions_of(catalog, id, NULL), "1");
        assert_text(versions_of(catalog, id, "main"), "1");
        assert_text(versions_of(catalog, id, "dev"), "2");
        assert_text(versions_of(catalog, id, "dev/fix"), "");
        assert_refused(catalog, describe_table_version, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .version = 2);

        /* The same number on main is another version. */
        request.branch = "main";
        request.manifest_path = "bucket/main/2";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, describe_table_version, &described, .id = id, .version = 2);
        assert_text(described.version.manifest_path, "bucket/main/2");
        lns_describe_table_version_response_clear(&described);
        assert_done(catalog, describe_table_version, &described, .id = id, .branch = "dev");
        assert_string_not_equal(described.version.manifest_path, "bucket/main/2");
        lns_describe_table_version_response_clear(&described);
}

/* ---- list, describe ---- */

static void versions_are_listed_in_both_orders(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_list_table_versions_response listed = { 0 };

        make_version(catalog, id, 10);
        make_version(catalog, id, 9);
        make_version(catalog, id, 100);
        assert_text(versions_of(catalog, id, NULL), "9 10 100");
        assert_done(catalog, list_table_versions, &listed, .id = id, .limit = -1,
                    .descending = true);
        assert_int_equal(listed.n_versions, 3);
        assert_int_equal(listed.versions[0].version, 100);
        assert_int_equal(listed.versions[1].version, 10);
        assert_int_equal(listed.versions[2].version, 9);
        assert_null(listed.page_token);
        lns_list_table_versions_response_clear(&listed);
}

static void a_listed_version_has_every_field(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_list_table_versions_response listed = { 0 };

        for (uint64_t version = 1; version <= 3; version++)
                make_version(catalog, id, version);
        assert_done(catalog, list_table_versions, &listed, .id = id, .limit = -1);
        assert_int_equal(listed.n_versions, 3);
        for (size_t i = 0; i < listed.n_versions; i++) {
                const struct lns_create_table_version_request request = version_request(id, i + 1);

                assert_version(&listed.versions[i], &request);
        }
        lns_list_table_versions_response_clear(&listed);
}

static void the_latest_is_the_highest_and_not_the_last_created(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_describe_table_version_response described = { 0 };
        struct lns_list_table_versions_response listed = { 0 };

        make_version(catalog, id, 8);
        make_version(catalog, id, 12);
        make_version(catalog, id, 10);
        assert_done(catalog, describe_table_version, &described, .id = id);
        assert_int_equal(described.version.version, 12);
        lns_describe_table_version_response_clear(&described);
        assert_done(catalog, list_table_versions, &listed, .id = id, .limit = 1,
                    .descending = true);
        assert_int_equal(listed.n_versions, 1);
        assert_int_equal(listed.versions[0].version, 12);
        lns_list_table_versions_response_clear(&listed);
}

static void a_table_without_versions_lists_none_and_has_no_latest(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);
        struct lns_list_table_versions_response listed = { 0 };

        assert_done(catalog, list_table_versions, &listed, .id = id, .limit = 1,
                    .descending = true);
        assert_int_equal(listed.n_versions, 0);
        assert_null(listed.page_token);
        lns_list_table_versions_response_clear(&listed);
        assert_refused(catalog, describe_table_version, LNS_TABLE_VERSION_NOT_FOUND, .id = id);
}

static void reading_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = users(catalog);

        make_version(catalog, id, 1);
        assert_refused(catalog, list_table_versions, LNS_TABLE_NOT_FOUND, .id = ident("x"));
        assert_refused(catalog, list_table_versions, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "x"));
        assert_refused(catalog, list_table_versions, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev");
        assert_refused(catalog, describe_table_version, LNS_TABLE_NOT_FOUND, .id = ident("x"));
        assert_refused(catalog, describe_table_version, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "x"));
        assert_refused(catalog, describe_table_version, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev");
        assert_refused(catalog, describe_table_version, LNS_TABLE_VERSION_NOT_FOUND, .id = id,
                       .version = 2);
        assert_contains(refused_with.message, "2");
}

static void versions_come_back_after_the_catalog_was_closed(void **state)
{
        struct contract *contract = contract_of(state);
        const struct lns_ident *id = users(contract->catalog);
        const char *before;

        make_version(contract->catalog, id, 1);
        make_version(contract->catalog, id, 2);
        make_tag(contract->catalog, id, "gold", 1);
        before = dump(contract->catalog);
        reopen(contract);
        assert_text(dump(contract->catalog), before);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_created_version_comes_back_as_given),
                contract_test(what_is_not_given_of_a_version_stays_not_known),
                contract_test(the_size_of_an_empty_manifest_is_known),
                contract_test(a_timestamp_that_is_given_is_kept),
                contract_test(versions_need_not_be_contiguous_nor_in_order),
                contract_test(create_again_with_the_same_path_gives_what_is_there),
                contract_test(create_again_with_the_same_size_and_e_tag_gives_what_is_there),
                contract_test(create_again_with_other_content_is_concurrent_modification),
                contract_test(unknown_sizes_and_e_tags_are_not_the_same),
                contract_test(create_for_what_is_missing_says_what),
                contract_test(a_version_on_a_branch_is_not_on_main),
                contract_test(versions_are_listed_in_both_orders),
                contract_test(a_listed_version_has_every_field),
                contract_test(the_latest_is_the_highest_and_not_the_last_created),
                contract_test(a_table_without_versions_lists_none_and_has_no_latest),
                contract_test(reading_what_is_missing_says_what),
                contract_test(versions_come_back_after_the_catalog_was_closed),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* BatchCreateTableVersions, BatchDeleteTableVersions. */
#include "contract.h"

#include <inttypes.h>
#include <string.h>

#define ALL ((struct lns_version_range){ 0, -1 })

static void assert_deleted(struct lns_catalog *catalog, const struct lns_ident *id,
                           const char *branch, const struct lns_version_range *ranges,
                           size_t n_ranges, uint64_t count)
{
        struct lns_batch_delete_table_versions_response deleted = { 0 };

        assert_done(catalog, batch_delete_table_versions, &deleted, .id = id, .branch = branch,
                    .ranges = ranges, .n_ranges = n_ranges);
        assert_int_equal(deleted.deleted_count, count);
        if (count > 0)
                assert_int_not_equal(deleted.transaction_id, 0);
}

/* ---- create ---- */

static void a_batch_creates_versions_of_many_tables(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("prod", "users"), *events = ident("events");
        struct lns_create_table_version_request entries[5];
        struct lns_batch_create_table_versions_response created = { 0 };

        make_namespace(catalog, ident("prod"));
        make_table(catalog, users);
        make_table(catalog, events);
        make_branch(catalog, users, "dev");
        entries[0] = version_request(users, 9);
        entries[1] = version_request(events, 3);
        entries[2] = version_request(users, 2);
        entries[3] = version_request(events, 9);
        entries[4] = version_request(users, 9);
        entries[4].branch = "dev";

        assert_done(catalog, batch_create_table_versions, &created, .entries = entries,
                    .n_entries = COUNT(entries));
        assert_int_not_equal(created.transaction_id, 0);
        assert_int_equal(created.n_versions, COUNT(entries));
        for (size_t i = 0; i < COUNT(entries); i++) {
                assert_int_equal(created.versions[i].version, entries[i].version);
                assert_text(created.versions[i].manifest_path, entries[i].manifest_path);
                assert_text(created.versions[i].e_tag, entries[i].e_tag);
                assert_int_equal(created.versions[i].manifest_size, entries[i].manifest_size);
                assert_int_equal(created.versions[i].metadata.n_entries, 2);
        }
        lns_batch_create_table_versions_response_clear(&created);
        assert_text(versions_of(catalog, users, NULL), "2 9");
        assert_text(versions_of(catalog, users, "dev"), "9");
        assert_text(versions_of(catalog, events, NULL), "3 9");
}

static void a_batch_is_one_transaction(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request entries[2];
        struct lns_batch_create_table_versions_response created = { 0 };
        uint64_t start;
        const char *feed, *transaction;

        make_table(catalog, ident("a"));
        make_table(catalog, ident("b"));
        start = feed_size(catalog);
        entries[0] = version_request(ident("a"), 1);
        entries[1] = version_request(ident("b"), 1);
        assert_done(catalog, batch_create_table_versions, &created, .entries = entries,
                    .n_entries = COUNT(entries));
        feed = feed_from(catalog, start);
        transaction = text_of("\"transaction_id\":\"%" PRIu64 "\"", created.transaction_id);
        assert_contains(feed, transaction);
        assert_contains(strchr(feed, '\n'), transaction);
        lns_batch_create_table_versions_response_clear(&created);
}

static void one_bad_entry_and_nothing_of_the_batch_happens(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request entries[4];

        make_table(catalog, id);
        make_version(catalog, id, 3);
        for (uint64_t i = 0; i < COUNT(entries); i++)
                entries[i] = version_request(id, 10 + i);

        entries[2].version = 3;
        assert_refused(catalog, batch_create_table_versions, LNS_CONCURRENT_MODIFICATION,
                       .entries = entries, .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[2]", 10), 0);

        entries[2] = version_request(ident("x"), 1);
        assert_refused(catalog, batch_create_table_versions, LNS_TABLE_NOT_FOUND,
                       .entries = entries, .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[2]", 10), 0);

        entries[2] = version_request(ident("prod", "x"), 1);
        assert_refused(catalog, batch_create_table_versions, LNS_NAMESPACE_NOT_FOUND,
                       .entries = entries, .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[2]", 10), 0);

        entries[2] = version_request(id, 1);
        entries[2].branch = "dev";
        assert_refused(catalog, batch_create_table_versions, LNS_TABLE_BRANCH_NOT_FOUND,
                       .entries = entries, .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[2]", 10), 0);

        entries[2] = version_request(id, 1);
        entries[2].manifest_path = "";
        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = entries,
                       .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[2]", 10), 0);
}

static void the_first_bad_entry_is_the_one_named(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request entries[3];

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 2);
        entries[0] = version_request(ident("users"), 1);
        entries[1] = version_request(ident("users"), 2);
        entries[1].manifest_path = "bucket/other";
        entries[1].e_tag = "other";
        entries[2] = version_request(ident("x"), 1);
        assert_refused(catalog, batch_create_table_versions, LNS_CONCURRENT_MODIFICATION,
                       .entries = entries, .n_entries = COUNT(entries));
        assert_int_equal(strncmp(refused_with.detail, "entries[1]", 10), 0);
}

static void a_version_twice_in_a_batch_is_invalid_input(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request entries[3];

        make_table(catalog, id);
        entries[0] = version_request(id, 1);
        entries[1] = version_request(id, 2);
        entries[2] = version_request(id, 1);
        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = entries,
                       .n_entries = COUNT(entries));

        /* Another path, and no branch beside the branch main. */
        entries[2].manifest_path = "bucket/other";
        entries[2].branch = "main";
        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = entries,
                       .n_entries = COUNT(entries));
}

static void entries_that_exist_already_are_success(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct lns_create_table_version_request entries[2];
        struct lns_batch_create_table_versions_response created = { 0 };
        const char *before;

        make_table(catalog, id);
        make_version(catalog, id, 1);
        entries[0] = version_request(id, 1);
        entries[1] = version_request(id, 2);
        assert_done(catalog, batch_create_table_versions, &created, .entries = entries,
                    .n_entries = COUNT(entries));
        assert_int_equal(created.n_versions, 2);
        assert_text(created.versions[0].manifest_path, entries[0].manifest_path);
        lns_batch_create_table_versions_response_clear(&created);
        assert_text(versions_of(catalog, id, NULL), "1 2");

        before = dump(catalog);
        assert_done(catalog, batch_create_table_versions, NULL, .entries = entries,
                    .n_entries = COUNT(entries));
        assert_text(dump(catalog), before);
}

static void an_empty_batch_is_invalid_input(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request entry = { .id = NULL };

        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = NULL);
        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = &entry,
                       .n_entries = 0);
}

static void a_batch_can_have_thousands_of_entries(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        static struct lns_create_table_version_request entries[3000];
        struct lns_batch_create_table_versions_response created = { 0 };
        struct lns_list_table_versions_response listed = { 0 };

        make_table(catalog, id);
        for (uint64_t i = 0; i < COUNT(entries); i++)
                entries[i] = version_request(id, COUNT(entries) - i);
        assert_done(catalog, batch_create_table_versions, &created, .entries = entries,
                    .n_entries = COUNT(entries));
        assert_int_equal(created.n_versions, COUNT(entries));
        for (size_t i = 0; i < COUNT(entries); i++)
                assert_int_equal(created.versions[i].version, COUNT(entries) - i);
        lns_batch_create_table_versions_response_clear(&created);
        assert_done(catalog, list_table_versions, &listed, .id = id, .limit = 1,
                    .descending = true);
        assert_int_equal(listed.versions[0].version, COUNT(entries));
        lns_list_table_versions_response_clear(&listed);
}

/* ---- delete ---- */

static const struct lns_ident *table_with_versions(struct lns_catalog *catalog, uint64_t count)
{
        const struct lns_ident *id = ident("users");

        make_table(catalog, id);
        for (uint64_t version = 1; version <= count; version++)
                make_version(catalog, id, version);
        return id;
}

static void a_range_has_its_start_and_not_its_end(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 6);

        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 2, 4 }, 1, 2);
        assert_text(versions_of(catalog, id, NULL), "1 4 5 6");
        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 5, 6 }, 1, 1);
        assert_text(versions_of(catalog, id, NULL), "1 4 6");
}

static void the_end_minus_one_takes_the_latest_too(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 5);

        make_version(catalog, id, LNS_VERSION_MAX);
        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 4, -1 }, 1, 3);
        assert_text(versions_of(catalog, id, NULL), "1 2 3");
        assert_deleted(catalog, id, NULL, &ALL, 1, 3);
        assert_text(versions_of(catalog, id, NULL), "");
        assert_refused(catalog, describe_table_version, LNS_TABLE_VERSION_NOT_FOUND, .id = id);
}

static void several_ranges_come_in_any_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 10);
        const struct lns_version_range ranges[] = { { 7, 9 }, { 1, 3 }, { 4, 5 } };

        assert_deleted(catalog, id, NULL, ranges, COUNT(ranges), 5);
        assert_text(versions_of(catalog, id, NULL), "3 5 6 9 10");
}

/* Whether ranges may overlap is not said: refused whole, or no version counted twice. */
static void ranges_that_overlap_count_no_version_twice(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 10);
        const struct lns_version_range ranges[] = { { 7, 9 }, { 1, 3 }, { 2, 5 }, { 7, 8 } };
        const struct lns_batch_delete_table_versions_request request = { .id = id,
                                                                         .ranges = ranges,
                                                                         .n_ranges =
                                                                                 COUNT(ranges) };
        struct lns_batch_delete_table_versions_response deleted = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char *before = dump(catalog);

        if (lns_catalog_batch_delete_table_versions(catalog, &request, &deleted, &err) != 0) {
                assert_fails(-1, &err, LNS_INVALID_INPUT);
                assert_text(dump(catalog), before);
        } else {
                assert_int_equal(deleted.deleted_count, 6);
                assert_text(versions_of(catalog, id, NULL), "5 6 9 10");
        }
}

static void numbers_without_a_version_are_skipped(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);
        const char *before = dump(catalog);

        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 3, 100 }, 1, 0);
        assert_text(dump(catalog), before);
        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 2, INT64_MAX }, 1, 1);
        assert_text(versions_of(catalog, id, NULL), "1");
}

static void a_version_that_a_tag_names_is_not_deleted(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 12);
        const struct lns_version_range one_by_one[] = { { 1, 2 }, { 7, 8 } };

        make_tag(catalog, id, "gold", 10);
        make_tag(catalog, id, "silver", 7);
        assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_TABLE_STATE, .id = id,
                       .ranges = &ALL, .n_ranges = 1);
        assert_contains(refused_with.message, "7");
        assert_contains(refused_with.message, "silver");
        assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_TABLE_STATE, .id = id,
                       .ranges = one_by_one, .n_ranges = COUNT(one_by_one));
        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 1, 7 }, 1, 6);
        assert_done(catalog, delete_table_tag, NULL, .id = id, .tag = "silver");
        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 1, 10 }, 1, 3);
        assert_text(versions_of(catalog, id, NULL), "10 11 12");
}

static void a_tag_on_a_branch_protects_only_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_error err = LNS_ERROR_INIT;

        make_branch(catalog, id, "dev");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "trial", .version = 2,
                    .branch = "dev");
        assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_TABLE_STATE, .id = id,
                       .branch = "dev", .ranges = &ALL, .n_ranges = 1);
        assert_deleted(catalog, id, NULL, &ALL, 1, 2);
        assert_text(versions_of(catalog, id, "dev"), "2");
}

static void deletion_on_a_branch_leaves_main_alone(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 3);
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_error err = LNS_ERROR_INIT;

        make_branch(catalog, id, "dev");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_deleted(catalog, id, "dev", &ALL, 1, 1);
        assert_text(versions_of(catalog, id, NULL), "1 2 3");
        assert_text(versions_of(catalog, id, "dev"), "");
}

static void a_deleted_number_can_be_created_again_as_another_version(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 2);
        struct lns_create_table_version_request request = version_request(id, 2);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t node = node_of(catalog, id, LNS_NODE_VERSION, "2").id;

        assert_deleted(catalog, id, NULL, &(struct lns_version_range){ 2, 3 }, 1, 1);
        request.manifest_path = "bucket/another";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        assert_true(node_of(catalog, id, LNS_NODE_VERSION, "2").id > node);
}

static void delete_for_what_is_missing_says_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 1);

        assert_refused(catalog, batch_delete_table_versions, LNS_TABLE_NOT_FOUND, .id = ident("x"),
                       .ranges = &ALL, .n_ranges = 1);
        assert_refused(catalog, batch_delete_table_versions, LNS_NAMESPACE_NOT_FOUND,
                       .id = ident("prod", "x"), .ranges = &ALL, .n_ranges = 1);
        assert_refused(catalog, batch_delete_table_versions, LNS_TABLE_BRANCH_NOT_FOUND, .id = id,
                       .branch = "dev", .ranges = &ALL, .n_ranges = 1);
}

static void ranges_that_are_none_are_invalid_input(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = table_with_versions(catalog, 3);
        const struct lns_version_range bad[] = { { -1, 2 }, { 3, 2 }, { 1, -2 } };

        for (size_t i = 0; i < COUNT(bad); i++) {
                const struct lns_version_range ranges[] = { { 1, 2 }, bad[i] };

                assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_INPUT, .id = id,
                               .ranges = ranges, .n_ranges = COUNT(ranges));
        }
        assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_INPUT, .id = id,
                       .ranges = NULL, .n_ranges = 0);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_batch_creates_versions_of_many_tables),
                contract_test(a_batch_is_one_transaction),
                contract_test(one_bad_entry_and_nothing_of_the_batch_happens),
                contract_test(the_first_bad_entry_is_the_one_named),
                contract_test(a_version_twice_in_a_batch_is_invalid_input),
                contract_test(entries_that_exist_already_are_success),
                contract_test(an_empty_batch_is_invalid_input),
                contract_test(a_batch_can_have_thousands_of_entries),
                contract_test(a_range_has_its_start_and_not_its_end),
                contract_test(the_end_minus_one_takes_the_latest_too),
                contract_test(several_ranges_come_in_any_order),
                contract_test(ranges_that_overlap_count_no_version_twice),
                contract_test(numbers_without_a_version_are_skipped),
                contract_test(a_version_that_a_tag_names_is_not_deleted),
                contract_test(a_tag_on_a_branch_protects_only_there),
                contract_test(deletion_on_a_branch_leaves_main_alone),
                contract_test(a_deleted_number_can_be_created_again_as_another_version),
                contract_test(delete_for_what_is_missing_says_what),
                contract_test(ranges_that_are_none_are_invalid_input),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

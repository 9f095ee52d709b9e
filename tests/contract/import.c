/* ImportTable: a table with everything in it, in one transaction; again and again. */
#include "contract.h"

#include <inttypes.h>
#include <string.h>

#define LOCATION "s3://bucket/imported.lance"

/* Main with versions 1 to 3, dev from 2 with 3 and 4, dev/fix from dev's 4 with 5. */
static const char dev_name[] = "dev", fix_name[] = "dev/fix";

struct dataset {
        struct lns_table_branch branches[2];
        struct lns_create_table_version_request versions[6];
        struct lns_create_table_tag_request tags[3];
        struct lns_import_table_request request;
};

static char *copy_of(const char *text)
{
        return keep(strdup(text));
}

static struct lns_create_table_version_request version_on(const char *branch, uint64_t version)
{
        struct lns_create_table_version_request request = version_request(NULL, version);

        request.branch = branch;
        request.timestamp_millis = 1000 * (int64_t)version;
        request.naming_scheme = version == 1 ? LNS_NAMING_SCHEME_V1 : LNS_NAMING_SCHEME_V2;
        return request;
}

static const struct lns_import_table_request *dataset(struct dataset *set,
                                                      const struct lns_ident *id)
{
        *set = (struct dataset){
                .branches = {
                        { .name = copy_of(dev_name), .parent_version = 2, .created_millis = 5000,
                          .manifest_size = 700, .contents = copy_of("{\"parentVersion\": 2}") },
                        { .name = copy_of(fix_name), .parent_branch = copy_of(dev_name),
                          .parent_version = 4, .created_millis = 6000 },
                },
                .versions = {
                        version_on(NULL, 1), version_on("main", 2), version_on(NULL, 3),
                        version_on(dev_name, 3), version_on(dev_name, 4), version_on(fix_name, 5),
                },
                .tags = {
                        { .tag = "gold", .version = 2, .created_millis = 111,
                          .updated_millis = 222 },
                        { .tag = "trial", .version = 5, .branch = fix_name },
                        { .tag = "gone", .version = 99 },
                },
        };
        set->request = (struct lns_import_table_request){
                .id = id,
                .location = LOCATION,
                .branches = set->branches,
                .n_branches = COUNT(set->branches),
                .versions = set->versions,
                .n_versions = COUNT(set->versions),
                .tags = set->tags,
                .n_tags = COUNT(set->tags),
        };
        return &set->request;
}

static struct lns_import_table_response import(struct lns_catalog *catalog,
                                               const struct lns_import_table_request *request)
{
        struct lns_import_table_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_import_table(catalog, request, &response, &err), &err);
        return response;
}

static void everything_of_a_dataset_comes_with_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("prod", "users");
        struct dataset set;
        struct lns_import_table_response imported;
        struct lns_list_table_versions_response versions = { 0 };
        struct lns_list_table_tags_response tags = { 0 };

        make_namespace(catalog, ident("prod"));
        imported = import(catalog, dataset(&set, id));
        assert_int_not_equal(imported.transaction_id, 0);
        assert_true(imported.created);
        assert_int_equal(imported.new_branches, 2);
        assert_int_equal(imported.new_versions, 6);
        assert_int_equal(imported.new_tags, 2);
        assert_int_equal(imported.skipped_tags, 1);

        assert_text(location_of(catalog, id), LOCATION);
        assert_text(versions_of(catalog, id, NULL), "1 2 3");
        assert_text(versions_of(catalog, id, dev_name), "3 4");
        assert_text(versions_of(catalog, id, fix_name), "5");
        assert_text(tags_of(catalog, id), "gold=2 trial=5@dev/fix");

        assert_done(catalog, list_table_versions, &versions, .id = id, .limit = -1);
        for (size_t i = 0; i < versions.n_versions; i++) {
                assert_int_equal(versions.versions[i].timestamp_millis, 1000 * (i + 1));
                assert_text(versions.versions[i].manifest_path, set.versions[i].manifest_path);
        }
        lns_list_table_versions_response_clear(&versions);
        assert_done(catalog, list_table_tags, &tags, .id = id, .limit = -1);
        assert_int_equal(tags.tags[0].created_millis, 111);
        assert_int_equal(tags.tags[0].updated_millis, 222);
        lns_list_table_tags_response_clear(&tags);
}

static void the_same_import_again_does_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct dataset set;
        struct lns_import_table_response imported;
        const char *before;

        import(catalog, dataset(&set, ident("users")));
        before = dump(catalog);
        imported = import(catalog, &set.request);
        assert_int_equal(imported.transaction_id, 0);
        assert_false(imported.created);
        assert_int_equal(imported.new_branches, 0);
        assert_int_equal(imported.new_versions, 0);
        assert_int_equal(imported.new_tags, 0);
        assert_int_equal(imported.skipped_tags, 1);
        assert_text(dump(catalog), before);
}

static void what_is_there_stays_and_what_is_new_is_added(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *id = ident("users");
        struct dataset set;
        struct lns_import_table_response imported;
        struct lns_describe_table_version_response described = { 0 };

        assert_done(catalog, declare_table, NULL, .id = id, .location = LOCATION);
        assert_done(catalog, create_table_version, NULL, .id = id, .version = 2,
                    .manifest_path = "other/2", .manifest_size = 1);
        assert_done(catalog, create_table_tag, NULL, .id = id, .tag = "gold", .version = 2);
        make_version(catalog, id, 50);
        imported = import(catalog, dataset(&set, id));
        assert_false(imported.created);
        assert_int_equal(imported.new_versions, 5);
        assert_int_equal(imported.new_tags, 1);
        assert_text(versions_of(catalog, id, NULL), "1 2 3 50");
        assert_done(catalog, describe_table_version, &described, .id = id, .version = 2);
        assert_text(described.version.manifest_path, "other/2");
        lns_describe_table_version_response_clear(&described);

        /* A tag that was moved since stays where it is. */
        assert_done(catalog, update_table_tag, NULL, .id = id, .tag = "gold", .version = 3);
        import(catalog, &set.request);
        assert_int_equal(tag_version(catalog, id, "gold"), 3);
}

static void a_table_without_anything_can_be_imported(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_import_table_request request = { .id = ident("users"),
                                                          .location = LOCATION };
        const struct lns_import_table_response imported = import(catalog, &request);

        assert_true(imported.created);
        assert_int_not_equal(imported.transaction_id, 0);
        assert_text(tables_in(catalog, root()), "users");
}

static void a_tag_on_a_branch_that_is_not_there_is_skipped(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct dataset set;
        struct lns_import_table_response imported;

        dataset(&set, ident("users"));
        set.request.n_branches = 1;
        set.request.n_versions = 5;
        imported = import(catalog, &set.request);
        assert_int_equal(imported.skipped_tags, 2);
        assert_text(tags_of(catalog, ident("users")), "gold=2");
}

static void another_location_is_already_exists(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct dataset set;

        make_table(catalog, ident("users"));
        make_namespace(catalog, ident("prod"));
        assert_refused(catalog, import_table, LNS_TABLE_ALREADY_EXISTS, .id = ident("users"),
                       .location = LOCATION);
        import(catalog, dataset(&set, ident("prod", "users")));
        assert_refused(catalog, import_table, LNS_TABLE_ALREADY_EXISTS,
                       .id = ident("prod", "users"), .location = "s3://bucket/another.lance");
}

static void import_below_a_missing_namespace_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, import_table, LNS_NAMESPACE_NOT_FOUND, .id = ident("prod", "users"),
                       .location = LOCATION);
}

static void a_bad_part_and_nothing_is_imported(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct dataset set;

        dataset(&set, ident("users"));
        set.versions[4].branch = "nowhere";
        assert_refused(catalog, import_table, LNS_TABLE_BRANCH_NOT_FOUND, .id = ident("users"),
                       .location = LOCATION, .branches = set.branches, .n_branches = 2,
                       .versions = set.versions, .n_versions = 6);
        assert_contains(refused_with.detail, "versions[4]");

        dataset(&set, ident("users"));
        set.branches[1].parent_branch = copy_of("nowhere");
        assert_refused(catalog, import_table, LNS_TABLE_BRANCH_NOT_FOUND, .id = ident("users"),
                       .location = LOCATION, .branches = set.branches, .n_branches = 2);
        assert_contains(refused_with.detail, "branches[1]");

        dataset(&set, ident("users"));
        set.branches[1].name = copy_of("a..b");
        assert_refused(catalog, import_table, LNS_INVALID_INPUT, .id = ident("users"),
                       .location = LOCATION, .branches = set.branches, .n_branches = 2);
        set.tags[1].tag = "not a tag";
        assert_refused(catalog, import_table, LNS_INVALID_INPUT, .id = ident("users"),
                       .location = LOCATION, .tags = set.tags, .n_tags = 2);
}

static void the_naming_scheme_is_kept(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct dataset set;
        struct lns_table_version version = { 0 };
        enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
        struct lns_error err = LNS_ERROR_INIT;

        import(catalog, dataset(&set, ident("users")));
        assert_ok(lns_catalog_describe_version_node(
                          catalog, node_of(catalog, ident("users"), LNS_NODE_VERSION, "1").id,
                          &version, &scheme, &err),
                  &err);
        assert_int_equal(scheme, LNS_NAMING_SCHEME_V1);
        lns_table_version_clear(&version);
}

static void many_versions_are_one_transaction(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static struct lns_create_table_version_request versions[20000];
        static struct lns_create_table_tag_request tags[2000];
        struct lns_import_table_response imported;
        const struct lns_import_table_request request = {
                .id = ident("users"),
                .location = LOCATION,
                .versions = versions,
                .n_versions = COUNT(versions),
                .tags = tags,
                .n_tags = COUNT(tags),
        };
        const char *feed, *transaction;
        size_t lines = 0;

        for (size_t i = 0; i < COUNT(versions); i++)
                versions[i] = (struct lns_create_table_version_request){ .version = i + 1,
                                                                         .manifest_path = "p",
                                                                         .manifest_size = -1 };
        for (size_t i = 0; i < COUNT(tags); i++)
                tags[i] = (struct lns_create_table_tag_request){ .tag = text_of("tag%zu", i),
                                                                 .version = i + 1 };
        imported = import(catalog, &request);
        feed = feed_from(catalog, 0);
        transaction = text_of("\"transaction_id\":\"%" PRIu64 "\"", imported.transaction_id);
        for (; *feed; feed += strcspn(feed, "\n") + 1) {
                assert_non_null(
                        memmem(feed, strcspn(feed, "\n"), transaction, strlen(transaction)));
                lines++;
        }
        assert_int_equal(lines, 1 + COUNT(versions) + COUNT(tags));
        assert_int_equal(imported.new_versions, COUNT(versions));
        assert_int_equal(imported.new_tags, COUNT(tags));
        assert_int_equal(tag_version(catalog, ident("users"), "tag1999"), 2000);
        assert_int_equal(node_of_table(catalog, ident("users")).version, COUNT(versions));
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(everything_of_a_dataset_comes_with_it),
                contract_test(the_same_import_again_does_nothing),
                contract_test(what_is_there_stays_and_what_is_new_is_added),
                contract_test(a_table_without_anything_can_be_imported),
                contract_test(a_tag_on_a_branch_that_is_not_there_is_skipped),
                contract_test(another_location_is_already_exists),
                contract_test(import_below_a_missing_namespace_is_not_found),
                contract_test(a_bad_part_and_nothing_is_imported),
                contract_test(the_naming_scheme_is_kept),
                contract_test(many_versions_are_one_transaction),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What becomes of files when a table goes. */
#include "contract.h"

#include <errno.h>
#include <unistd.h>

/* All that a Lance client makes, and what takes it away with it. */
static const char *const dataset_directories[] = {
        "_versions",
        "_transactions",
        "_indices",
        "_indices/0d974f36",
        "_deletions",
        "_refs",
        "_refs/tags",
        "_refs/branches",
        "data",
        "tree",
        "tree/dev",
        "tree/dev/fix",
        "tree/dev/fix/_versions",
        "tree/dev/fix/data",
};
static const char *const dataset_files[] = {
        ".lance-reserved",
        "_versions/18446744073709551614.manifest",
        "_versions/latest_version_hint.json",
        "_versions/18446744073709551613.manifest-0d974f36",
        "_transactions/0-32d3f805.txn",
        "_indices/0d974f36/page_data.lance",
        "_deletions/0-2-6388765619758222100.arrow",
        "_refs/tags/gold.json",
        "_refs/branches/dev%2Ffix.json",
        "data/000011111010.lance",
        "tree/dev/fix/_versions/18446744073709551613.manifest",
        "tree/dev/fix/data/100011110100.lance",
};

static void make_dataset(const char *path)
{
        make_directory(path);
        for (size_t i = 0; i < COUNT(dataset_directories); i++)
                make_directory(text_of("%s/%s", path, dataset_directories[i]));
        for (size_t i = 0; i < COUNT(dataset_files); i++)
                make_file(text_of("%s/%s", path, dataset_files[i]), "x");
}

static void assert_whole(const char *path)
{
        for (size_t i = 0; i < COUNT(dataset_files); i++) {
                if (!file_exists(text_of("%s/%s", path, dataset_files[i])))
                        fail_msg("%s/%s is gone", path, dataset_files[i]);
        }
}

/* A dataset registered as a table, its path given back. */
static const char *register_dataset(struct contract *contract, const struct lns_ident *id,
                                    const char *name)
{
        const char *path = text_of("%s/%s", contract->directory, name);

        make_dataset(path);
        assert_done(contract->catalog, register_table, NULL, .id = id, .location = path);
        return path;
}

/* ---- what goes ---- */

static void a_drop_takes_the_whole_dataset_away(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = register_dataset(contract, ident("users"), "users.lance");

        make_version(contract->catalog, ident("users"), 1);
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_false(file_exists(path));
}

static void a_drop_at_the_default_location_takes_it_away(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *path = make_local_table(catalog, ident("users"));

        make_dataset(path);
        assert_done(catalog, drop_table, NULL, .id = ident("users"));
        assert_false(file_exists(path));
}

static void a_file_uri_is_a_local_location(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = text_of("%s/users.lance", contract->directory);

        make_dataset(path);
        assert_done(contract->catalog, register_table, NULL, .id = ident("users"),
                    .location = text_of("file://%s", path));
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_false(file_exists(path));
}

static void a_location_without_files_is_no_obstacle(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;

        make_local_table(catalog, ident("declared"));
        assert_done(catalog, drop_table, NULL, .id = ident("declared"));
        assert_done(catalog, register_table, NULL, .id = ident("missing"),
                    .location = text_of("%s/not/there", contract->directory));
        assert_done(catalog, drop_table, NULL, .id = ident("missing"));
        make_file(text_of("%s/file", contract->directory), "mine");
        assert_done(catalog, register_table, NULL, .id = ident("file"),
                    .location = text_of("%s/file", contract->directory));
        assert_done(catalog, drop_table, NULL, .id = ident("file"));
        assert_true(file_exists(text_of("%s/file", contract->directory)));
        make_table(catalog, ident("remote"));
        assert_done(catalog, drop_table, NULL, .id = ident("remote"));
}

static void cascade_takes_the_datasets_away(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *paths[3];

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("prod", "eu"));
        paths[0] = register_dataset(contract, ident("prod", "a"), "a.lance");
        paths[1] = register_dataset(contract, ident("prod", "eu", "b"), "b.lance");
        paths[2] = register_dataset(contract, ident("c"), "c.lance");
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"), .cascade = true);
        assert_false(file_exists(paths[0]));
        assert_false(file_exists(paths[1]));
        assert_whole(paths[2]);
}

static void overwrite_of_a_namespace_takes_the_datasets_away(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path;

        make_namespace(catalog, ident("prod"));
        path = register_dataset(contract, ident("prod", "a"), "a.lance");
        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_OVERWRITE);
        assert_false(file_exists(path));
}

/* ---- what stays ---- */

static void foreign_files_stay_where_they_are(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = register_dataset(contract, ident("users"), "users.lance");

        make_file(text_of("%s/notes.txt", path), "mine");
        make_directory(text_of("%s/backup", path));
        make_file(text_of("%s/backup/data", path), "mine");
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_true(file_exists(text_of("%s/notes.txt", path)));
        assert_true(file_exists(text_of("%s/backup/data", path)));
        assert_false(file_exists(text_of("%s/_versions", path)));
        assert_false(file_exists(text_of("%s/data", path)));
        assert_false(file_exists(text_of("%s/_refs", path)));
        assert_false(file_exists(text_of("%s/tree", path)));
}

static void a_directory_that_is_no_dataset_stays_whole(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = text_of("%s/project", contract->directory);

        make_directory(path);
        make_directory(text_of("%s/data", path));
        make_file(text_of("%s/data/important", path), "mine");
        make_directory(text_of("%s/tree", path));
        assert_done(contract->catalog, register_table, NULL, .id = ident("users"),
                    .location = path);
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_true(file_exists(text_of("%s/data/important", path)));
        assert_true(file_exists(text_of("%s/tree", path)));
}

static void symlinks_are_not_followed(void **state)
{
        struct contract *contract = contract_of(state);
        const char *path = register_dataset(contract, ident("users"), "users.lance");
        const char *outside = text_of("%s/outside", contract->directory);

        make_dataset(outside);
        assert_int_equal(symlink(outside, text_of("%s/data/link", path)), 0);
        assert_int_equal(symlink(text_of("%s/data", outside), text_of("%s/_indices/link", path)),
                         0);
        assert_int_equal(symlink("../../outside", text_of("%s/tree/link", path)), 0);
        remove_tree(text_of("%s/_deletions", path));
        assert_int_equal(symlink(text_of("%s/data", outside), text_of("%s/_deletions", path)), 0);
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_false(file_exists(path));
        assert_whole(outside);
}

static void a_location_that_is_a_symlink_is_left_alone(void **state)
{
        struct contract *contract = contract_of(state);
        const char *real = text_of("%s/real.lance", contract->directory);
        const char *link = text_of("%s/users.lance", contract->directory);

        make_dataset(real);
        assert_int_equal(symlink(real, link), 0);
        assert_done(contract->catalog, register_table, NULL, .id = ident("users"),
                    .location = link);
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        assert_whole(real);
}

static void a_location_that_another_table_shares_stays_until_the_last_goes(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path = register_dataset(contract, ident("a"), "shared.lance");

        assert_done(catalog, register_table, NULL, .id = ident("b"), .location = path);
        assert_done(catalog, register_table, NULL, .id = ident("c"),
                    .location = text_of("file://%s", path));
        assert_done(catalog, register_table, NULL, .id = ident("d"),
                    .location = text_of("%s/", path));
        assert_done(catalog, drop_table, NULL, .id = ident("a"));
        assert_whole(path);
        assert_done(catalog, drop_table, NULL, .id = ident("b"));
        assert_whole(path);
        assert_done(catalog, drop_table, NULL, .id = ident("c"));
        assert_whole(path);
        assert_done(catalog, drop_table, NULL, .id = ident("d"));
        assert_false(file_exists(path));
}

static void a_location_that_a_deregistered_table_has_stays(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path = register_dataset(contract, ident("a"), "shared.lance");

        assert_done(catalog, register_table, NULL, .id = ident("b"), .location = path);
        assert_done(catalog, deregister_table, NULL, .id = ident("a"));
        assert_done(catalog, drop_table, NULL, .id = ident("b"));
        assert_whole(path);
}

static void a_table_that_lies_in_anothers_files_keeps_its_own(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path = register_dataset(contract, ident("a"), "a.lance");
        const char *inner = text_of("%s/data/inner.lance", path);

        make_dataset(inner);
        assert_done(catalog, register_table, NULL, .id = ident("b"), .location = inner);
        assert_done(catalog, drop_table, NULL, .id = ident("a"));
        assert_whole(inner);
        assert_done(catalog, drop_table, NULL, .id = ident("b"));
        assert_false(file_exists(inner));
}

static void a_dataset_reached_by_a_symlink_above_it_stays_while_it_is_anothers(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *real = text_of("%s/disk", contract->directory);
        const char *path = text_of("%s/users.lance", real);

        make_directory(real);
        make_dataset(path);
        assert_int_equal(symlink(real, text_of("%s/alias", contract->directory)), 0);
        assert_done(catalog, register_table, NULL, .id = ident("a"), .location = path);
        assert_done(catalog, register_table, NULL, .id = ident("b"),
                    .location = text_of("%s/alias/users.lance", contract->directory));
        assert_done(catalog, drop_table, NULL, .id = ident("b"));
        assert_whole(path);
}

static void a_refused_drop_leaves_the_files(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path;

        make_namespace(catalog, ident("prod"));
        path = register_dataset(contract, ident("prod", "users"), "users.lance");
        make_version(catalog, ident("prod", "users"), 1);
        assert_refused(catalog, drop_namespace, LNS_NAMESPACE_NOT_EMPTY, .id = ident("prod"));
        assert_refused_errno(catalog, drop_table, LNS_INVALID_TABLE_STATE, ENOTEMPTY,
                             .id = ident("prod", "users"), .only_empty = true);
        assert_whole(path);
}

static void what_only_changes_the_catalog_leaves_the_files(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;
        const char *path = register_dataset(contract, ident("a"), "a.lance");
        const char *other = text_of("%s/other.lance", contract->directory);
        const struct lns_version_range all = { 0, -1 };

        make_dataset(other);
        assert_done(catalog, rename_table, NULL, .id = ident("a"), .new_table_name = "b");
        assert_done(catalog, deregister_table, NULL, .id = ident("b"));
        assert_done(catalog, restore_deregistered_table, NULL, .deregistered_name = "b",
                    .id = ident("a"));
        make_version(catalog, ident("a"), 9);
        assert_done(catalog, batch_delete_table_versions, NULL, .id = ident("a"), .ranges = &all,
                    .n_ranges = 1);
        assert_whole(path);
        assert_done(catalog, register_table, NULL, .id = ident("a"), .location = other,
                    .overwrite = true);
        assert_whole(path);
        assert_whole(other);
}

static void a_catalog_that_lies_in_a_tables_files_stays(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *catalog = contract->catalog;

        make_dataset(contract->path);
        assert_done(catalog, register_table, NULL, .id = ident("self"), .location = contract->path);
        assert_done(catalog, drop_table, NULL, .id = ident("self"));
        make_dataset(contract->directory);
        assert_done(catalog, register_table, NULL, .id = ident("above"),
                    .location = contract->directory);
        assert_done(catalog, drop_table, NULL, .id = ident("above"));
        reopen(contract);
        make_local_table(contract->catalog, ident("users"));
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_drop_takes_the_whole_dataset_away),
                contract_test(a_drop_at_the_default_location_takes_it_away),
                contract_test(a_file_uri_is_a_local_location),
                contract_test(a_location_without_files_is_no_obstacle),
                contract_test(cascade_takes_the_datasets_away),
                contract_test(overwrite_of_a_namespace_takes_the_datasets_away),
                contract_test(foreign_files_stay_where_they_are),
                contract_test(a_directory_that_is_no_dataset_stays_whole),
                contract_test(symlinks_are_not_followed),
                contract_test(a_location_that_is_a_symlink_is_left_alone),
                contract_test(a_location_that_another_table_shares_stays_until_the_last_goes),
                contract_test(a_location_that_a_deregistered_table_has_stays),
                contract_test(a_table_that_lies_in_anothers_files_keeps_its_own),
                contract_test(a_dataset_reached_by_a_symlink_above_it_stays_while_it_is_anothers),
                contract_test(a_refused_drop_leaves_the_files),
                contract_test(what_only_changes_the_catalog_leaves_the_files),
                contract_test(a_catalog_that_lies_in_a_tables_files_stays),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

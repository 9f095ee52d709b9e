/* From a scanned dataset to the catalog, also in more than one transaction. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "dataset/dataset.h"
#include "dataset_place.h"

#define V2_1 "18446744073709551614.manifest"

/* A catalog in a place, and what was there after each transaction of an import. */
struct scene {
        struct dataset_place *place;
        struct lns_catalog *catalog;
        char *part; /* the id's one name */
        struct lns_ident id;
        struct lns_dataset_watch watch;
        size_t n_transactions;
        size_t imported[32];
        uint64_t latest[32];
        size_t n_tags[32];
};

static size_t count_tags(struct scene *scene)
{
        const struct lns_list_table_tags_request request = { .id = &scene->id, .limit = -1 };
        struct lns_list_table_tags_response response = { 0 };
        size_t n;

        assert_int_equal(lns_catalog_list_table_tags(scene->catalog, &request, &response, NULL), 0);
        n = response.n_tags;
        lns_list_table_tags_response_clear(&response);
        return n;
}

static uint64_t latest_version(struct scene *scene)
{
        const struct lns_describe_table_request request = { .id = &scene->id };
        struct lns_describe_table_response response = { 0 };
        uint64_t version;

        assert_int_equal(lns_catalog_describe_table(scene->catalog, &request, &response, NULL), 0);
        version = response.version;
        lns_describe_table_response_clear(&response);
        return version;
}

static size_t count_versions(struct scene *scene, const char *branch)
{
        const struct lns_list_table_versions_request request = {
                .id = &scene->id,
                .branch = branch,
                .limit = -1,
        };
        struct lns_list_table_versions_response response = { 0 };
        size_t n;

        assert_int_equal(lns_catalog_list_table_versions(scene->catalog, &request, &response, NULL),
                         0);
        n = response.n_versions;
        lns_list_table_versions_response_clear(&response);
        return n;
}

static uint64_t tagged_version(struct scene *scene, const char *tag)
{
        const struct lns_get_table_tag_version_request request = { .id = &scene->id, .tag = tag };
        struct lns_get_table_tag_version_response response = { 0 };
        uint64_t version;

        assert_int_equal(
                lns_catalog_get_table_tag_version(scene->catalog, &request, &response, NULL), 0);
        version = response.version;
        lns_get_table_tag_version_response_clear(&response);
        return version;
}

/* Another reader's look, after each transaction. */
static void look(void *context, size_t versions, size_t of)
{
        struct scene *scene = context;
        const size_t i = scene->n_transactions++;

        (void)of;
        assert_true(i < 32);
        scene->imported[i] = versions;
        scene->latest[i] = latest_version(scene);
        scene->n_tags[i] = count_tags(scene);
}

static int setup(void **state)
{
        const struct lns_catalog_options options = { .create = true };
        static char name[] = "t";
        struct scene *scene = calloc(1, sizeof(*scene));
        struct lns_error err = LNS_ERROR_INIT;
        char path[2 * PATH_MAX];
        void *place;

        assert_non_null(scene);
        dataset_place_setup(&place);
        scene->place = place;
        scene->part = name;
        scene->id = (struct lns_ident){ .parts = &scene->part, .n_parts = 1 };
        scene->watch = (struct lns_dataset_watch){ .imported = look, .context = scene };
        snprintf(path, sizeof(path), "%s/catalog", scene->place->path);
        if (lns_catalog_open(&scene->catalog, path, &options, &err) < 0)
                fail_msg("%s", err.message);
        *state = scene;
        return 0;
}

static int teardown(void **state)
{
        struct scene *scene = *state;
        void *place = scene->place;

        lns_catalog_free(scene->catalog);
        dataset_place_teardown(&place);
        free(scene);
        return 0;
}

/* Scan and import, in transactions of `batch`. */
static struct lns_import_table_response import(struct scene *scene, const char *name, size_t batch)
{
        struct lns_dataset dataset = dataset_place_scan(scene->place, name);
        struct lns_import_table_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        dataset_place_expect_problems(scene->place, NULL);
        scene->n_transactions = 0;
        if (dataset_import(scene->catalog, &scene->id, &dataset, &scene->watch, batch, &response,
                           &err) < 0)
                fail_msg("%s: %s (%s)", name, err.message, err.detail);
        lns_dataset_clear(&dataset);
        return response;
}

/* Versions 1 to n, with V2 names. */
static void put_versions(struct scene *scene, uint64_t n)
{
        char path[128];

        for (uint64_t version = 1; version <= n; version++) {
                snprintf(path, sizeof(path), "t/_versions/%llu.manifest",
                         (unsigned long long)(UINT64_MAX - version));
                dataset_place_put(scene->place, path, "");
        }
}

static void put_tag(struct scene *scene, const char *tag, int version)
{
        char path[128], text[64];

        snprintf(path, sizeof(path), "t/_refs/tags/%s.json", tag);
        snprintf(text, sizeof(text), "{\"version\":%d}", version);
        dataset_place_put(scene->place, path, text);
}

/* ---- what arrives ---- */

static void a_real_dataset_arrives_whole_in_one_transaction(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;

        dataset_place_copy(scene->place, "users");
        response = import(scene, "users.lance", LNS_BATCH_MAX);
        assert_true(response.transaction_id > 0);
        assert_true(response.created);
        assert_int_equal(response.new_versions, 9);
        assert_int_equal(response.new_tags, 2);
        assert_int_equal(response.new_branches, 1);
        assert_int_equal(response.skipped_tags, 0);
        assert_int_equal(scene->n_transactions, 1);
        assert_int_equal(count_versions(scene, NULL), 6);
        assert_int_equal(count_versions(scene, "exp"), 3);
        assert_int_equal(tagged_version(scene, "gold"), 3);
        assert_int_equal(tagged_version(scene, "silver"), 5);
        assert_int_equal(latest_version(scene), 6);
}

static void a_version_carries_path_size_e_tag_and_time_of_its_manifest(void **state)
{
        struct scene *scene = *state;
        const struct lns_describe_table_version_request request = { .id = &scene->id,
                                                                    .version = 6,
                                                                    .branch = "exp" };
        struct lns_describe_table_version_response response = { 0 };
        const struct lns_table_version *version = &response.version;
        char path[2 * PATH_MAX], e_tag[128];
        struct stat info;

        dataset_place_copy(scene->place, "users");
        import(scene, "users.lance", LNS_BATCH_MAX);
        snprintf(path, sizeof(path),
                 "%s/users.lance/tree/exp/_versions/18446744073709551609.manifest",
                 scene->place->path);
        assert_int_equal(stat(path, &info), 0);
        snprintf(e_tag, sizeof(e_tag), "%lx-%lx-%lx", (unsigned long)info.st_ino,
                 info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000, (long)info.st_size);
        assert_int_equal(
                lns_catalog_describe_table_version(scene->catalog, &request, &response, NULL), 0);
        assert_string_equal(version->manifest_path, path);
        assert_int_equal(version->manifest_size, info.st_size);
        assert_string_equal(version->e_tag, e_tag);
        assert_true(version->timestamp_millis ==
                    info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1000000);
        lns_describe_table_version_response_clear(&response);
}

static void a_declared_table_arrives_without_versions(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;

        dataset_place_copy(scene->place, "declared");
        response = import(scene, "declared.lance", LNS_BATCH_MAX);
        assert_true(response.created);
        assert_int_equal(scene->n_transactions, 1);
        assert_int_equal(latest_version(scene), 0);
}

/* ---- in several transactions ---- */

static void the_first_transaction_has_the_newest_version_and_every_tag(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;

        put_versions(scene, 20);
        put_tag(scene, "a", 2);
        put_tag(scene, "b", 2);
        put_tag(scene, "c", 17);
        response = import(scene, "t", 4);
        assert_true(response.created);
        assert_int_equal(response.new_versions, 20);
        assert_int_equal(response.new_tags, 3);
        assert_int_equal(scene->n_transactions, 5);
        for (size_t i = 0; i < 5; i++) {
                assert_int_equal(scene->imported[i], 4 * (i + 1));
                assert_int_equal(scene->latest[i], 20);
                assert_int_equal(scene->n_tags[i], 3);
        }
        assert_int_equal(count_versions(scene, NULL), 20);
}

static void the_newest_version_is_first_also_when_many_are_tagged(void **state)
{
        struct scene *scene = *state;
        char tag[16];

        put_versions(scene, 9);
        for (int version = 1; version <= 6; version++) {
                snprintf(tag, sizeof(tag), "tag-%d", version);
                put_tag(scene, tag, version);
        }
        import(scene, "t", 4);
        assert_int_equal(scene->n_transactions, 3);
        assert_int_equal(scene->latest[0], 9);
        assert_int_equal(scene->n_tags[0], 3);
        assert_int_equal(scene->n_tags[1], 6);
        assert_int_equal(count_versions(scene, NULL), 9);
}

static void branches_are_complete_after_the_last_transaction(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;

        dataset_place_copy(scene->place, "branched");
        response = import(scene, "branched.lance", 1);
        assert_int_equal(response.new_branches, 3);
        assert_int_equal(response.new_versions, 7);
        assert_int_equal(response.new_tags, 1);
        assert_int_equal(response.skipped_tags, 0);
        assert_int_equal(scene->n_transactions, 7);
        assert_int_equal(count_versions(scene, NULL), 2);
        assert_int_equal(count_versions(scene, "dev"), 2);
        assert_int_equal(count_versions(scene, "dev/fix"), 2);
        assert_int_equal(count_versions(scene, "feat/x"), 1);
        assert_int_equal(tagged_version(scene, "trial"), 3);
}

static void more_tags_than_a_transaction_takes_all_arrive(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;
        char tag[16];

        put_versions(scene, 2);
        for (int i = 0; i < 10; i++) {
                snprintf(tag, sizeof(tag), "tag-%d", i);
                put_tag(scene, tag, 1 + i % 2);
        }
        response = import(scene, "t", 3);
        assert_int_equal(response.new_tags, 10);
        assert_int_equal(response.skipped_tags, 0);
        assert_int_equal(scene->n_transactions, 4);
        assert_int_equal(count_tags(scene), 10);
}

/* ---- again ---- */

static void again_changes_nothing(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response;
        uint64_t before = 0, after = 0;
        int64_t time;

        dataset_place_copy(scene->place, "users");
        import(scene, "users.lance", LNS_BATCH_MAX);
        assert_int_equal(lns_catalog_describe_changes(scene->catalog, &before, &time, NULL), 0);
        response = import(scene, "users.lance", LNS_BATCH_MAX);
        assert_true(response.transaction_id == 0);
        assert_false(response.created);
        assert_int_equal(response.new_versions, 0);
        assert_int_equal(response.new_tags, 0);
        assert_int_equal(response.new_branches, 0);
        assert_int_equal(lns_catalog_describe_changes(scene->catalog, &after, &time, NULL), 0);
        assert_true(before > 0);
        assert_int_equal(after, before);
}

static void again_takes_what_is_new_and_leaves_the_rest(void **state)
{
        struct scene *scene = *state;
        const struct lns_update_table_tag_request update = {
                .id = &scene->id,
                .tag = "gold",
                .version = 2,
        };
        struct lns_import_table_response response;

        put_versions(scene, 3);
        put_tag(scene, "gold", 1);
        import(scene, "t", LNS_BATCH_MAX);
        assert_int_equal(lns_catalog_update_table_tag(scene->catalog, &update, NULL, NULL), 0);
        put_versions(scene, 4);
        put_tag(scene, "silver", 4);
        response = import(scene, "t", LNS_BATCH_MAX);
        assert_false(response.created);
        assert_int_equal(response.new_versions, 1);
        assert_int_equal(response.new_tags, 1);
        assert_int_equal(latest_version(scene), 4);
        /* Moved in the catalog, which is the truth. */
        assert_int_equal(tagged_version(scene, "gold"), 2);
        assert_int_equal(tagged_version(scene, "silver"), 4);
}

static void a_table_of_another_place_is_not_mixed_in(void **state)
{
        struct scene *scene = *state;
        struct lns_import_table_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_dataset dataset;

        put_versions(scene, 3);
        import(scene, "t", LNS_BATCH_MAX);
        dataset_place_put(scene->place, "u/_versions/" V2_1, "");
        dataset = dataset_place_scan(scene->place, "u");
        assert_int_equal(lns_dataset_import(scene->catalog, &scene->id, &dataset, NULL, &response,
                                            &err),
                         -1);
        assert_int_equal(err.code, LNS_TABLE_ALREADY_EXISTS);
        assert_true(response.transaction_id == 0);
        lns_dataset_clear(&dataset);
        assert_int_equal(count_versions(scene, NULL), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(a_real_dataset_arrives_whole_in_one_transaction),
                TEST(a_version_carries_path_size_e_tag_and_time_of_its_manifest),
                TEST(a_declared_table_arrives_without_versions),
                TEST(the_first_transaction_has_the_newest_version_and_every_tag),
                TEST(the_newest_version_is_first_also_when_many_are_tagged),
                TEST(branches_are_complete_after_the_last_transaction),
                TEST(more_tags_than_a_transaction_takes_all_arrive),
                TEST(again_changes_nothing),
                TEST(again_takes_what_is_new_and_leaves_the_rest),
                TEST(a_table_of_another_place_is_not_mixed_in),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

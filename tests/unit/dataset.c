/* Scanning datasets: real ones, whose client said what is in them, and damaged ones. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "dataset_place.h"
#include "util/util.h"

/* Names of versions 1, 2, 3 and of 2^63 - 1. */
#define V2_1 "18446744073709551614.manifest"
#define V2_2 "18446744073709551613.manifest"
#define V2_3 "18446744073709551612.manifest"
#define V2_MAX "09223372036854775808.manifest"

#define TAG(version) "{\"version\":" #version "}"

/* ---- against what the client says ---- */

static struct lns_document *load_expected(void)
{
        struct lns_document *document = NULL;
        struct lns_error err = LNS_ERROR_INIT;
        static char text[1 << 20];
        char path[PATH_MAX];
        FILE *file = fopen(dataset_test_data("expected.json", path), "r");
        size_t length;

        assert_non_null(file);
        length = fread(text, 1, sizeof(text), file);
        assert_int_equal(fclose(file), 0);
        if (document_parse(text, length, sizeof(text), &document, &err) != 0)
                fail_msg("%s: %s", path, err.message);
        return document;
}

static int64_t integer_of(const json_t *object, const char *key)
{
        const json_t *value = json_object_get(object, key);

        assert_true(json_is_integer(value));
        return json_integer_value(value);
}

/* NULL for null. */
static void same_string(const json_t *object, const char *key, const char *text)
{
        const json_t *value = json_object_get(object, key);

        if (!text) {
                assert_true(!value || json_is_null(value));
                return;
        }
        assert_true(json_is_string(value));
        assert_string_equal(json_string_value(value), text);
}

/* The versions of a branch (0: main), and that all have the names of the scheme. */
static void same_versions(const struct lns_dataset *dataset, uint32_t branch, const json_t *facts)
{
        const char *scheme = json_string_value(json_object_get(facts, "namingScheme"));
        const json_t *versions = json_object_get(facts, "versions");
        size_t n = 0;

        assert_non_null(versions);
        for (size_t i = 0; i < dataset->n_versions; i++) {
                const struct lns_dataset_version *version = &dataset->versions[i];

                if (version->branch != branch)
                        continue;
                assert_true(n < json_array_size(versions));
                assert_int_equal(version->version, json_integer_value(json_array_get(versions, n)));
                assert_int_equal(version->scheme, strcmp(scheme, "V1") == 0 ? LNS_NAMING_SCHEME_V1
                                                                            : LNS_NAMING_SCHEME_V2);
                n++;
        }
        assert_int_equal(n, json_array_size(versions));
}

static void same_branches(const struct lns_dataset *dataset, const json_t *table)
{
        const json_t *branches = json_object_get(table, "branches");

        assert_int_equal(dataset->n_branches, json_object_size(branches));
        for (size_t i = 0; i < dataset->n_branches; i++) {
                const struct lns_table_branch *branch = &dataset->branches[i];
                const json_t *facts = json_object_get(branches, branch->name);

                if (!facts)
                        fail_msg("branch '%s' is not expected", branch->name);
                same_string(facts, "parentBranch", branch->parent_branch);
                assert_int_equal(branch->parent_version, integer_of(facts, "parentVersion"));
                assert_int_equal(branch->manifest_size, integer_of(facts, "manifestSize"));
                assert_true(branch->created_millis > 1795225312000 - 60000);
                assert_non_null(strstr(branch->contents, "version_mapping"));
                same_versions(dataset, (uint32_t)i + 1, facts);
        }
}

static void same_tags(const struct lns_dataset *dataset, const json_t *table)
{
        const json_t *tags = json_object_get(table, "tags");

        assert_int_equal(dataset->n_tags, json_object_size(tags));
        for (size_t i = 0; i < dataset->n_tags; i++) {
                const struct lns_dataset_tag *tag = &dataset->tags[i];
                const struct lns_dataset_version *version = &dataset->versions[tag->version];
                const char *branch = NULL;

                if (!json_object_get(tags, tag->name))
                        fail_msg("tag '%s' is not expected", tag->name);
                if (version->branch)
                        branch = dataset->branches[version->branch - 1].name;
                assert_int_equal(version->version, integer_of(tags, tag->name));
                same_string(json_object_get(table, "tagBranch"), tag->name, branch);
                assert_int_equal(version->size,
                                 integer_of(json_object_get(table, "tagManifestSize"), tag->name));
                assert_true(tag->created_millis > 1795225312000 - 60000);
                assert_true(tag->updated_millis >= tag->created_millis);
        }
}

static void a_scan_finds_in_real_datasets_what_their_client_says(void **state)
{
        struct dataset_place *place = *state;
        struct lns_document *expected = load_expected();
        json_t *table;
        const char *name;
        size_t n = 0;

        json_object_foreach(json_object_get(expected->root, "tables"), name, table) {
                struct lns_dataset dataset;
                char directory[NAME_MAX];

                print_message("%s\n", name);
                dataset_place_copy(place, name);
                snprintf(directory, sizeof(directory), "%s.lance", name);
                dataset = dataset_place_scan(place, directory);
                dataset_place_expect_problems(place, NULL);
                same_branches(&dataset, table);
                if (json_array_size(json_object_get(table, "versions")) > 0)
                        same_versions(&dataset, 0, table);
                else
                        assert_int_equal(dataset.n_versions, 0);
                same_tags(&dataset, table);
                lns_dataset_clear(&dataset);
                n++;
        }
        assert_int_equal(n, 6);
        lns_document_free(expected);
}

static void parents_stand_before_their_branches(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        /* By name they would stand the other way around. */
        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/branches/c.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/_refs/branches/b.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"c\"}");
        dataset_place_put(place, "t/_refs/branches/a%2Fx.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"b\"}");
        dataset_place_put(place, "t/_refs/branches/d.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"c\"}");
        dataset_place_put(place, "t/tree/a/x/_versions/" V2_2, "");
        dataset_place_put(place, "t/tree/b/_versions/" V2_1, "");
        dataset_place_put(place, "t/tree/c/_versions/" V2_1, "");
        dataset_place_put(place, "t/tree/d/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/tags/x.json", "{\"version\":2,\"branch\":\"a/x\"}");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(place, NULL);
        assert_int_equal(dataset.n_branches, 4);
        assert_string_equal(dataset.branches[0].name, "c");
        assert_string_equal(dataset.branches[1].name, "b");
        assert_string_equal(dataset.branches[2].name, "d");
        assert_string_equal(dataset.branches[3].name, "a/x");
        assert_int_equal(dataset.n_tags, 1);
        assert_int_equal(dataset.versions[dataset.tags[0].version].branch, 4);
        lns_dataset_clear(&dataset);
}

static void path_size_time_and_e_tag_are_those_of_the_file(void **state)
{
        struct dataset_place *place = *state;
        const struct timespec times[] = { { 1, 0 }, { 1795225312, 460309704 } };
        struct lns_dataset dataset;
        char path[2 * PATH_MAX], wanted[128], e_tag[LNS_DATASET_E_TAG_MAX], whole[2 * PATH_MAX];
        struct stat info;

        dataset_place_put(place, "t/_versions/" V2_3, "12345");
        snprintf(path, sizeof(path), "%s/t/_versions/" V2_3, place->path);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        assert_int_equal(stat(path, &info), 0);
        dataset = dataset_place_scan(place, "t");
        assert_int_equal(dataset.n_versions, 1);
        assert_int_equal(dataset.versions[0].version, 3);
        assert_int_equal(dataset.versions[0].size, 5);
        assert_true(dataset.versions[0].mtime_us == 1795225312460309);
        lns_dataset_version_e_tag(&dataset.versions[0], e_tag);
        snprintf(wanted, sizeof(wanted), "%lx-%lx-%lx", (unsigned long)info.st_ino,
                 1795225312460309, 5L);
        assert_string_equal(e_tag, wanted);
        assert_int_equal(lns_dataset_version_path(&dataset, &dataset.versions[0], whole,
                                                  sizeof(whole)),
                         strlen(path));
        assert_string_equal(whole, path);
        lns_dataset_clear(&dataset);
}

/* ---- what a directory is ---- */

static void a_directory_is_known_by_its_marks(void **state)
{
        static const struct {
                const char *file;
                enum lns_dataset_kind kind;
        } cases[] = {
                { "a/data/x.lance", LNS_DATASET_NONE },
                { "b/_versions/x", LNS_DATASET_TABLE },
                { "c/.lance-reserved", LNS_DATASET_TABLE },
                { "d/.lance-deregistered", LNS_DATASET_NONE },
                { "b/.lance-deregistered", LNS_DATASET_DEREGISTERED },
        };
        struct dataset_place *place = *state;
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_dataset dataset = { 0 };
        enum lns_dataset_kind kind;
        char path[2 * PATH_MAX];

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                dataset_place_put(place, cases[i].file, "");
                snprintf(path, sizeof(path), "%s/%.1s", place->path, cases[i].file);
                assert_int_equal(lns_dataset_identify(path, &kind, &err), 0);
                assert_int_equal(kind, cases[i].kind);
        }
        snprintf(path, sizeof(path), "%s/nowhere", place->path);
        assert_int_equal(lns_dataset_identify(path, &kind, &err), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        snprintf(path, sizeof(path), "%s/a", place->path);
        assert_int_equal(lns_dataset_scan(&dataset, path, NULL, &err), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        snprintf(path, sizeof(path), "%s/c", place->path);
        assert_int_equal(lns_dataset_scan(&dataset, path, NULL, &err), 0);
        assert_int_equal(dataset.n_versions, 0);
        lns_dataset_clear(&dataset);
}

/* ---- damage ---- */

static void what_is_no_canonical_manifest_is_passed_over_in_silence(void **state)
{
        static const char *const names[] = {
                "latest_version_hint.json",
                "d9223372036854775815.manifest",
                V2_2 "#1",
                V2_2 "-0fb557d7-4bbe-4cb9-891c-50bd79e30ab3",
                V2_2 "-0fb557d7-4bbe-4cb9-891c-50bd79e30ab3#1",
                ".tmpAbc123",
                ".tmp.manifest",
        };
        struct dataset_place *place = *state;
        struct lns_dataset dataset;
        char path[PATH_MAX];

        dataset_place_put(place, "t/_versions/" V2_1, "");
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                snprintf(path, sizeof(path), "t/_versions/%s", names[i]);
                dataset_place_put(place, path, "");
        }
        dataset_place_put(place, "t/_refs/tags/.tmpAbc123", "{");
        dataset_place_put(place, "t/_refs/tags/.x.json", "{");
        dataset_place_put(place, "t/_refs/tags/a.json.tmp.00112233445566778899aabbccddeeff#1", "{");
        dataset_place_put(place, "t/_refs/tags/a.json#1", "{");
        dataset_place_put(place, "t/_refs/branches/.tmpAbc123", "{");
        /* A branch is what has a file in _refs: Lance calls the rest zombies. */
        dataset_place_put(place, "t/tree/zombie/_versions/" V2_1, "");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(place, NULL);
        assert_int_equal(dataset.n_versions, 1);
        assert_int_equal(dataset.n_tags, 0);
        assert_int_equal(dataset.n_branches, 0);
        lns_dataset_clear(&dataset);
}

static void damaged_manifest_names_are_reported_and_the_rest_is_taken(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_versions/" V2_MAX, "");
        dataset_place_put(place, "t/_versions/0018446744073709551613.manifest", "");
        dataset_place_put(place, "t/_versions/18446744073709551615.manifest", "");
        dataset_place_put(place, "t/_versions/09223372036854775807.manifest", "");
        dataset_place_put(place, "t/_versions/-3.manifest", "");
        dataset_place_put(place, "t/_versions/copy of 3.manifest", "");
        dataset_place_put(place, "t/_versions/18446744073709551612.manifest/x", "");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(
                place, "t/_versions/0018446744073709551613.manifest: is no manifest name",
                "t/_versions/18446744073709551615.manifest: is no manifest name",
                "t/_versions/09223372036854775807.manifest: is no manifest name",
                "t/_versions/-3.manifest: is no manifest name",
                "t/_versions/copy of 3.manifest: is no manifest name",
                "t/_versions/18446744073709551612.manifest: is no plain file", NULL);
        assert_int_equal(dataset.n_versions, 2);
        assert_true(dataset.versions[0].version == 1);
        assert_true(dataset.versions[1].version == INT64_MAX);
        lns_dataset_clear(&dataset);
}

static void mixed_naming_schemes_are_reported_and_both_are_taken(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        dataset_place_put(place, "t/_versions/1.manifest", "");
        dataset_place_put(place, "t/_versions/2.manifest", "");
        dataset_place_put(place, "t/_versions/" V2_2, "");
        dataset_place_put(place, "t/_versions/" V2_3, "");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(place, "t/_versions: has V1 and V2 manifest names",
                                      "t/_versions/2.manifest: is version 2 for the second time",
                                      NULL);
        assert_int_equal(dataset.n_versions, 3);
        for (size_t i = 0; i < 3; i++) {
                assert_true(dataset.versions[i].version == i + 1);
                assert_int_equal(dataset.versions[i].scheme,
                                 i == 0 ? LNS_NAMING_SCHEME_V1 : LNS_NAMING_SCHEME_V2);
        }
        lns_dataset_clear(&dataset);
}

static void damaged_tags_are_reported_and_the_rest_is_taken(void **state)
{
        static char huge[LNS_REF_FILE_MAX + 2];
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        memset(huge, ' ', sizeof(huge) - 1);
        memcpy(huge, TAG(1), strlen(TAG(1)));
        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/tags/good.json", TAG(1));
        dataset_place_put(place, "t/_refs/tags/half.json", "{\"version\":1,");
        dataset_place_put(place, "t/_refs/tags/empty.json", "");
        dataset_place_put(place, "t/_refs/tags/twice.json", "{\"version\":1,\"version\":1}");
        dataset_place_put(place, "t/_refs/tags/huge.json", huge);
        dataset_place_put(place, "t/_refs/tags/dangling.json", TAG(2));
        dataset_place_put(place, "t/_refs/tags/away.json", "{\"version\":1,\"branch\":\"dev\"}");
        dataset_place_put(place, "t/_refs/tags/%C3%A9.json", TAG(1));
        dataset_place_put(place, "t/_refs/tags/a..b.json", TAG(1));
        dataset_place_put(place, "t/_refs/tags/directory.json/x", "");
        huge[LNS_REF_FILE_MAX] = '\0';
        dataset_place_put(place, "t/_refs/tags/large.json", huge);
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(
                place, "t/_refs/tags/half.json: it ends before its JSON does",
                "t/_refs/tags/empty.json: it ends before its JSON does",
                "t/_refs/tags/twice.json: a key stands twice",
                "t/_refs/tags/huge.json: is larger than 65536 bytes",
                "t/_refs/tags/dangling.json: names version 2, which is not there",
                "t/_refs/tags/away.json: names branch 'dev', which is not there",
                "t/_refs/tags/%C3%A9.json: tag name '%C3%A9' holds something else",
                "t/_refs/tags/a..b.json: tag name 'a..b' holds '..'",
                "t/_refs/tags/directory.json: is no plain file", NULL);
        assert_int_equal(dataset.n_tags, 2);
        assert_string_equal(dataset.tags[0].name, "good");
        assert_string_equal(dataset.tags[1].name, "large");
        lns_dataset_clear(&dataset);
}

static void damaged_branches_are_reported_and_the_rest_is_taken(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/branches/good.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/tree/good/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/branches/bare.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/_refs/branches/broken.json", "{}");
        dataset_place_put(place, "t/_refs/branches/x%2fy.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/_refs/branches/x%2F..%2F..%2Fy.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/_refs/branches/broken%2Fchild.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"broken\"}");
        dataset_place_put(place, "t/_refs/branches/hen.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"egg\"}");
        dataset_place_put(place, "t/_refs/branches/egg.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"hen\"}");
        dataset_place_put(place, "t/_refs/branches/self.json",
                          "{\"parentVersion\":1,\"parentBranch\":\"self\"}");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(
                place, "t/tree/bare/_versions: is not there",
                "t/_refs/branches/broken.json: parentVersion is missing",
                "t/_refs/branches/x%2fy.json: branch name 'x%2fy' holds something else",
                "t/_refs/branches/x%2F..%2F..%2Fy.json: branch name 'x/../../y' holds '..'",
                "t/_refs/branches/broken%2Fchild.json: its parent branch 'broken' is not there",
                "t/_refs/branches/hen.json: its parent branch 'egg' is not there",
                "t/_refs/branches/egg.json: its parent branch 'hen' is not there",
                "t/_refs/branches/self.json: its parent branch 'self' is not there", NULL);
        assert_int_equal(dataset.n_branches, 2);
        assert_string_equal(dataset.branches[0].name, "bare");
        assert_string_equal(dataset.branches[1].name, "good");
        assert_int_equal(dataset.n_versions, 2);
        lns_dataset_clear(&dataset);
}

static void no_symbolic_link_is_followed(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;

        dataset_place_put(place, "away/" V2_2, "");
        dataset_place_put(place, "away/tag.json", TAG(1));
        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_link(place, "t/_versions/" V2_2, "../../away/" V2_2);
        dataset_place_link(place, "t/_versions/" V2_3, V2_1);
        dataset_place_link(place, "t/_refs/tags/tag.json", "../../../away/tag.json");
        dataset_place_put(place, "t/_refs/branches/b.json", "{\"parentVersion\":1}");
        dataset_place_put(place, "t/_refs/branches/c.json", "{\"parentVersion\":1}");
        dataset_place_link(place, "t/tree/b/_versions", "../../../away");
        dataset_place_link(place, "t/tree/c", "../../away");
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(place, "t/_versions/" V2_2 ": is a symbolic link",
                                      "t/_versions/" V2_3 ": is a symbolic link",
                                      "t/_refs/tags/tag.json: is a symbolic link",
                                      "t/tree/b/_versions: is a symbolic link",
                                      "t/tree/c/_versions: is a symbolic link", NULL);
        assert_int_equal(dataset.n_versions, 1);
        assert_int_equal(dataset.n_tags, 0);
        lns_dataset_clear(&dataset);

        dataset_place_link(place, "u/_versions", "../away");
        dataset_place_link(place, "u/_refs", "../t/_refs");
        dataset = dataset_place_scan(place, "u");
        dataset_place_expect_problems(place, "u/_versions: is a symbolic link",
                                      "u/_refs/branches: is a symbolic link",
                                      "u/_refs/tags: is a symbolic link", NULL);
        assert_int_equal(dataset.n_versions, 0);
        lns_dataset_clear(&dataset);

        /* The dataset's own path is the user's word, and may lead over links. */
        dataset_place_link(place, "link", "t");
        dataset = dataset_place_scan(place, "link");
        assert_string_equal(dataset.location + strlen(place->path), "/t");
        lns_dataset_clear(&dataset);
}

static void a_pipe_in_the_place_of_a_tag_does_not_stop_the_scan(void **state)
{
        struct dataset_place *place = *state;
        struct lns_dataset dataset;
        char path[2 * PATH_MAX];

        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/tags/good.json", TAG(1));
        snprintf(path, sizeof(path), "%s/t/_refs/tags/pipe.json", place->path);
        assert_int_equal(mkfifo(path, 0644), 0);
        dataset = dataset_place_scan(place, "t");
        dataset_place_expect_problems(place, "t/_refs/tags/pipe.json: is no plain file", NULL);
        assert_int_equal(dataset.n_tags, 1);
        lns_dataset_clear(&dataset);
}

static void a_tag_without_times_has_those_of_its_file(void **state)
{
        const struct timespec times[] = { { 1, 0 }, { 1000, 5000000 } };
        struct dataset_place *place = *state;
        struct lns_dataset dataset;
        char path[2 * PATH_MAX];

        dataset_place_put(place, "t/_versions/" V2_1, "");
        dataset_place_put(place, "t/_refs/tags/a.json", TAG(1));
        dataset_place_put(place, "t/_refs/tags/b.json",
                          "{\"version\":1,\"updatedAt\":\"1970-01-01T00:00:07Z\"}");
        dataset_place_put(place, "t/_refs/tags/c.json",
                          "{\"version\":1,\"createdAt\":\"1970-01-01T00:00:08Z\"}");
        snprintf(path, sizeof(path), "%s/t/_refs/tags/a.json", place->path);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        dataset = dataset_place_scan(place, "t");
        assert_int_equal(dataset.n_tags, 3);
        for (size_t i = 0; i < 3; i++) {
                static const int64_t millis[] = { 1000005, 7000, 8000 };

                assert_true(dataset.tags[i].created_millis == millis[i]);
                assert_true(dataset.tags[i].updated_millis == millis[i]);
        }
        lns_dataset_clear(&dataset);
}

static void a_path_that_no_catalog_can_hold_is_refused(void **state)
{
        struct dataset_place *place = *state;
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_dataset dataset = { 0 };
        char path[2 * PATH_MAX];

        dataset_place_put(place, "a\nb/_versions/" V2_1, "");
        snprintf(path, sizeof(path), "%s/a\nb", place->path);
        assert_int_equal(lns_dataset_scan(&dataset, path, NULL, &err), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
        dataset_place_put(place, "a\xff/_versions/" V2_1, "");
        snprintf(path, sizeof(path), "%s/a\xff", place->path);
        assert_int_equal(lns_dataset_scan(&dataset, path, NULL, &err), -1);
        assert_int_equal(err.code, LNS_INVALID_INPUT);
}

#define TEST(name)                                                                                 \
        cmocka_unit_test_setup_teardown(name, dataset_place_setup, dataset_place_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(a_scan_finds_in_real_datasets_what_their_client_says),
                TEST(parents_stand_before_their_branches),
                TEST(path_size_time_and_e_tag_are_those_of_the_file),
                TEST(a_directory_is_known_by_its_marks),
                TEST(what_is_no_canonical_manifest_is_passed_over_in_silence),
                TEST(damaged_manifest_names_are_reported_and_the_rest_is_taken),
                TEST(mixed_naming_schemes_are_reported_and_both_are_taken),
                TEST(damaged_tags_are_reported_and_the_rest_is_taken),
                TEST(damaged_branches_are_reported_and_the_rest_is_taken),
                TEST(no_symbolic_link_is_followed),
                TEST(a_pipe_in_the_place_of_a_tag_does_not_stop_the_scan),
                TEST(a_tag_without_times_has_those_of_its_file),
                TEST(a_path_that_no_catalog_can_hold_is_refused),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

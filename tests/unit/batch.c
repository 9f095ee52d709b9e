/* src/catalog/batch.c: requests with lists in them. */
#include <stdlib.h>
#include <string.h>

#include "fake.h"

/* ---- batch_delete_table_versions ---- */

static struct lns_error err;

static int delete_ranges(void **state, const struct lns_version_range *ranges, size_t n_ranges)
{
        struct lns_batch_delete_table_versions_request request = {
                .id = an_ident("users"),
                .ranges = ranges,
                .n_ranges = n_ranges,
        };

        return lns_catalog_batch_delete_table_versions(*state, &request, NULL, &err);
}

static void ranges_that_hold_something_are_deleted(void **state)
{
        static const struct lns_version_range lists[][3] = {
                { { 0, -1 } },
                { { 1, -1 } },
                { { 1, 2 } },
                { { 0, INT64_MAX } },
                { { INT64_MAX, -1 } },
                { { 1, 3 }, { 3, 5 }, { 5, -1 } }, /* they touch */
                { { 9, -1 }, { 1, 2 }, { 4, 7 } }, /* in any order */
        };
        static const size_t n_ranges[] = { 1, 1, 1, 1, 1, 3, 3 };

        for (size_t i = 0; i < COUNT(lists); i++)
                assert_reaches(delete_ranges(state, lists[i], n_ranges[i]), &err,
                               "batch_delete_table_versions");
}

static void ranges_that_hold_nothing_are_refused(void **state)
{
        static const struct lns_version_range bad[] = {
                { 2, 2 },   { 2, 1 },  { 0, 0 },         { -1, 5 },
                { -1, -1 }, { 1, -2 }, { 1, INT64_MIN }, { INT64_MIN, INT64_MAX },
        };

        for (size_t i = 0; i < COUNT(bad); i++) {
                struct lns_version_range ranges[] = { { 1, 2 }, bad[i] };

                assert_refuses(delete_ranges(state, &bad[i], 1), &err, LNS_INVALID_INPUT,
                               "ranges[0]");
                assert_refuses(delete_ranges(state, ranges, 2), &err, LNS_INVALID_INPUT,
                               "ranges[1]");
        }
        assert_refuses(delete_ranges(state, NULL, 0), &err, LNS_INVALID_INPUT, "ranges");
}

static void ranges_that_overlap_are_refused(void **state)
{
        static const struct lns_version_range lists[][2] = {
                { { 1, 3 }, { 2, 4 } },   { { 2, 4 }, { 1, 3 } },
                { { 1, 9 }, { 3, 4 } },   { { 1, 2 }, { 1, 2 } },
                { { 5, -1 }, { 7, 8 } },  { { 7, 8 }, { 0, -1 } },
                { { 1, -1 }, { 1, -1 } }, { { 1, -1 }, { INT64_MAX - 1, INT64_MAX } },
        };

        for (size_t i = 0; i < COUNT(lists); i++) {
                assert_refuses(delete_ranges(state, lists[i], 2), &err, LNS_INVALID_INPUT,
                               "ranges");
                assert_non_null(strstr(err.message, "ranges[0]"));
                assert_non_null(strstr(err.message, "ranges[1]"));
        }
}

static void a_hundred_thousand_ranges_are_possible(void **state)
{
        struct lns_version_range *ranges = calloc(LNS_BATCH_MAX + 1, sizeof(*ranges));

        assert_non_null(ranges);
        for (int64_t i = 0; i <= LNS_BATCH_MAX; i++)
                ranges[i] = (struct lns_version_range){ 2 * i, 2 * i + 1 };
        assert_reaches(delete_ranges(state, ranges, LNS_BATCH_MAX), &err,
                       "batch_delete_table_versions");
        assert_refuses(delete_ranges(state, ranges, LNS_BATCH_MAX + 1), &err, LNS_INVALID_INPUT,
                       "ranges");
        free(ranges);
}

/* ---- batch_create_table_versions ---- */

static int create_entries(void **state, const struct lns_create_table_version_request *entries,
                          size_t n_entries)
{
        struct lns_batch_create_table_versions_request request = {
                .entries = entries,
                .n_entries = n_entries,
        };

        return lns_catalog_batch_create_table_versions(*state, &request, NULL, &err);
}

static struct lns_create_table_version_request entry(const struct lns_ident *id, uint64_t version,
                                                     const char *branch)
{
        return (struct lns_create_table_version_request){
                .id = id,
                .version = version,
                .branch = branch,
                .manifest_path = "p",
                .manifest_size = -1,
        };
}

static void different_versions_are_created_together(void **state)
{
        const struct lns_ident *a = an_ident("a");
        const struct lns_ident *b = an_ident("b");
        const struct lns_create_table_version_request entries[] = {
                entry(a, 1, NULL),
                entry(a, 2, NULL),
                entry(b, 1, NULL),
                entry(a, 1, "dev"),
                entry(an_ident("a", "b"), 1, NULL),
                entry(an_ident("a", "a"), 1, NULL),
        };

        assert_reaches(create_entries(state, entries, COUNT(entries)), &err,
                       "batch_create_table_versions");
        assert_reaches(create_entries(state, entries, 1), &err, "batch_create_table_versions");
        /* Nothing had to be changed, so nothing was copied. */
        assert_ptr_equal(fake.batch_create_table_versions.entries, entries);
}

static void a_version_twice_is_refused_where_it_stands_again(void **state)
{
        const struct lns_ident *a = an_ident("a");
        struct lns_create_table_version_request entries[] = {
                entry(a, 7, NULL),
                entry(a, 8, NULL),
                entry(a, 9, "dev"),
                entry(a, 10, "dev"),
        };

        entries[3].version = 9;
        assert_refuses(create_entries(state, entries, 4), &err, LNS_INVALID_INPUT,
                       "entries[3]: version");
        entries[3] = entry(an_ident("a"), 7, "main"); /* the same, said otherwise */
        assert_refuses(create_entries(state, entries, 4), &err, LNS_INVALID_INPUT,
                       "entries[3]: version");
}

static void each_entry_is_checked(void **state)
{
        const struct lns_ident *a = an_ident("a");
        struct lns_create_table_version_request entries[] = { entry(a, 1, NULL),
                                                              entry(a, 2, NULL) };

        entries[1].version = 0;
        assert_refuses(create_entries(state, entries, 2), &err, LNS_INVALID_INPUT,
                       "entries[1]: version");
        entries[1] = entry(the_root(), 2, NULL);
        assert_refuses(create_entries(state, entries, 2), &err, LNS_INVALID_INPUT,
                       "entries[1]: id");
        entries[1] = entry(NULL, 2, NULL);
        assert_refuses(create_entries(state, entries, 2), &err, LNS_INVALID_INPUT,
                       "entries[1]: id");
        entries[0].manifest_path = "";
        assert_refuses(create_entries(state, entries, 2), &err, LNS_INVALID_INPUT,
                       "entries[0]: manifest_path");
        assert_refuses(create_entries(state, entries, 0), &err, LNS_INVALID_INPUT, "entries");
}

static void entries_get_their_defaults_and_the_caller_keeps_his(void **state)
{
        const struct lns_ident *a = an_ident("a");
        struct lns_create_table_version_request entries[] = {
                entry(a, 1, "main"),
                entry(a, 2, NULL),
        };

        entries[0].e_tag = "";
        assert_reaches(create_entries(state, entries, 2), &err, "batch_create_table_versions");
        assert_null(fake.entry.branch);
        assert_null(fake.entry.e_tag);
        assert_int_equal(fake.entry.version, 1);
        assert_string_equal(entries[0].branch, "main");
        assert_string_equal(entries[0].e_tag, "");
        /* Refused after the copy was made. */
        entries[1].version = 0;
        assert_refuses(create_entries(state, entries, 2), &err, LNS_INVALID_INPUT,
                       "entries[1]: version");
}

static void a_hundred_thousand_entries_are_possible(void **state)
{
        const struct lns_ident *a = an_ident("a");
        struct lns_create_table_version_request *entries =
                calloc(LNS_BATCH_MAX + 1, sizeof(*entries));

        assert_non_null(entries);
        for (size_t i = 0; i <= LNS_BATCH_MAX; i++)
                entries[i] = entry(a, LNS_BATCH_MAX + 1 - i, NULL);
        assert_reaches(create_entries(state, entries, LNS_BATCH_MAX), &err,
                       "batch_create_table_versions");
        assert_refuses(create_entries(state, entries, LNS_BATCH_MAX + 1), &err, LNS_INVALID_INPUT,
                       "entries");
        entries[LNS_BATCH_MAX - 1].version = LNS_BATCH_MAX + 1; /* as the first */
        assert_refuses(create_entries(state, entries, LNS_BATCH_MAX), &err, LNS_INVALID_INPUT,
                       "entries[99999]: version");
        free(entries);
}

/* ---- import_table ---- */

static void an_import_is_checked_row_by_row(void **state)
{
        char dev[] = "dev";
        char main_branch[] = "main";
        char bad[] = "a//b";
        struct lns_table_branch branches[] = {
                { .name = dev, .parent_branch = main_branch, .parent_version = 1 },
                { .name = dev },
        };
        struct lns_create_table_version_request versions[] = {
                entry(NULL, 1, "main"), /* their ids are not read */
                entry(NULL, 2, "dev"),
        };
        struct lns_create_table_tag_request tags[] = {
                { .tag = "gold", .version = 1, .branch = "main" },
                { .tag = "silver", .version = 2 },
        };
        struct lns_import_table_request request = {
                .id = an_ident("users"),
                .location = "/srv/users.lance",
                .branches = branches,
                .n_branches = 2,
                .versions = versions,
                .n_versions = 2,
                .tags = tags,
                .n_tags = 2,
        };

#define IMPORT lns_catalog_import_table(*state, &request, NULL, &err)
#define REFUSES_IMPORT(where) assert_refuses(IMPORT, &err, LNS_INVALID_INPUT, where)
        assert_reaches(IMPORT, &err, "import_table");
        assert_null(fake.entry.branch);
        tags[1].version = 0; /* latest is for people, not for files */
        REFUSES_IMPORT("tags[1]: version");
        tags[1].branch = bad;
        tags[1].version = 1;
        REFUSES_IMPORT("tags[1]: branch");
        tags[0].tag = NULL;
        REFUSES_IMPORT("tags[0]: tag");
        versions[1].manifest_path = NULL;
        REFUSES_IMPORT("versions[1]: manifest_path");
        branches[1].parent_version = UINT64_MAX;
        REFUSES_IMPORT("branches[1]: parent_version");
        branches[1].parent_branch = bad;
        REFUSES_IMPORT("branches[1]: parent_branch");
        branches[1].name = main_branch;
        REFUSES_IMPORT("branches[1]: name");
        branches[0].name = NULL;
        REFUSES_IMPORT("branches[0]: name");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                fake_test(ranges_that_hold_something_are_deleted),
                fake_test(ranges_that_hold_nothing_are_refused),
                fake_test(ranges_that_overlap_are_refused),
                fake_test(a_hundred_thousand_ranges_are_possible),
                fake_test(different_versions_are_created_together),
                fake_test(a_version_twice_is_refused_where_it_stands_again),
                fake_test(each_entry_is_checked),
                fake_test(entries_get_their_defaults_and_the_caller_keeps_his),
                fake_test(a_hundred_thousand_entries_are_possible),
                fake_test(an_import_is_checked_row_by_row),
        };

        return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}

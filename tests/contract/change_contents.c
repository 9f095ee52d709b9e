/* What the change feed says of each operation. */
#include "contract.h"

#include <string.h>

/* Compare the feed from `start` with lines, which must be of one transaction. */
static void assert_feed(struct lns_catalog *catalog, uint64_t start, const char *const *lines,
                        size_t n_lines, const char *operation)
{
        const char *feed = feed_from(catalog, start);
        struct change change;
        uint64_t transaction_id = 0;

        for (size_t i = 0; i < n_lines; i++) {
                if (!next_change(&feed, &change))
                        fail_msg("%s: no line %s", operation, lines[i]);
                if (strcmp(change.rest, lines[i]) != 0)
                        fail_msg("%s: the line is\n%s\nand should be\n%s", operation, change.rest,
                                 lines[i]);
                if (i == 0)
                        transaction_id = change.transaction_id;
                assert_int_equal(change.transaction_id, transaction_id);
        }
        if (next_change(&feed, &change))
                fail_msg("%s: a line too many: %s", operation, change.rest);
}

static const struct {
        enum sample_number sample;
        const char *lines[3];
} contents[] = {
        { SAMPLE_create_namespace, { "{\"operation\":\"CreateNamespace\",\"id\":[\"new\"]}" } },
        { SAMPLE_drop_namespace, { "{\"operation\":\"DropNamespace\",\"id\":[\"empty\"]}" } },
        { SAMPLE_rename_namespace,
          { "{\"operation\":\"RenameNamespace\",\"id\":[\"empty\",\"production\"],"
            "\"old_id\":[\"prod\"]}" } },
        { SAMPLE_declare_table,
          { "{\"operation\":\"DeclareTable\",\"id\":[\"prod\",\"new\"],"
            "\"location\":\"s3://bucket/new.lance\"}" } },
        { SAMPLE_register_table,
          { "{\"operation\":\"RegisterTable\",\"id\":[\"prod\",\"new\"],"
            "\"location\":\"s3://bucket/new.lance\"}" } },
        { SAMPLE_drop_table,
          { "{\"operation\":\"DropTable\",\"id\":[\"prod\",\"users\"],"
            "\"location\":\"s3://bucket/prod$users.lance\"}" } },
        { SAMPLE_deregister_table,
          { "{\"operation\":\"DeregisterTable\",\"id\":[\"prod\",\"users\"],"
            "\"location\":\"s3://bucket/prod$users.lance\"}" } },
        { SAMPLE_restore_deregistered_table,
          { "{\"operation\":\"RestoreDeregisteredTable\",\"id\":[\"prod\",\"new\"]}" } },
        { SAMPLE_rename_table,
          { "{\"operation\":\"RenameTable\",\"id\":[\"empty\",\"people\"],"
            "\"old_id\":[\"prod\",\"users\"]}" } },
        { SAMPLE_create_table_version,
          { "{\"operation\":\"CreateTableVersion\",\"id\":[\"prod\",\"users\"],"
            "\"branch\":\"dev\",\"version\":6}" } },
        { SAMPLE_batch_delete_table_versions,
          { "{\"operation\":\"BatchDeleteTableVersions\",\"id\":[\"prod\",\"users\"],"
            "\"version\":4,\"end_version\":6}" } },
        { SAMPLE_batch_create_table_versions,
          { "{\"operation\":\"CreateTableVersion\",\"id\":[\"prod\",\"users\"],\"version\":6}",
            "{\"operation\":\"CreateTableVersion\",\"id\":[\"prod\",\"events\"],"
            "\"version\":1}" } },
        { SAMPLE_batch_commit_tables,
          { "{\"operation\":\"DeclareTable\",\"id\":[\"prod\",\"new\"],"
            "\"location\":\"s3://bucket/new.lance\"}",
            "{\"operation\":\"DeleteTableTag\",\"id\":[\"prod\",\"users\"],"
            "\"tag\":\"gold\"}" } },
        { SAMPLE_create_table_tag,
          { "{\"operation\":\"CreateTableTag\",\"id\":[\"prod\",\"users\"],\"tag\":\"bronze\","
            "\"version\":4}" } },
        { SAMPLE_update_table_tag,
          { "{\"operation\":\"UpdateTableTag\",\"id\":[\"prod\",\"users\"],\"tag\":\"gold\","
            "\"version\":5}" } },
        { SAMPLE_delete_table_tag,
          { "{\"operation\":\"DeleteTableTag\",\"id\":[\"prod\",\"users\"],"
            "\"tag\":\"gold\"}" } },
        { SAMPLE_rename_table_tag,
          { "{\"operation\":\"RenameTableTag\",\"id\":[\"prod\",\"users\"],"
            "\"tag\":\"platinum\",\"old_tag\":\"gold\",\"version\":2}" } },
        { SAMPLE_copy_table_tag,
          { "{\"operation\":\"CopyTableTag\",\"id\":[\"prod\",\"users\"],\"tag\":\"platinum\","
            "\"version\":2}" } },
        { SAMPLE_import_table,
          { "{\"operation\":\"ImportTable\",\"id\":[\"prod\",\"imported\"],"
            "\"location\":\"s3://bucket/imported.lance\"}",
            "{\"operation\":\"CreateTableVersion\",\"id\":[\"prod\",\"imported\"],"
            "\"version\":1}" } },
        { SAMPLE_alter_transaction, { "{\"operation\":\"AlterTransaction\"}" } },
};

static void every_write_has_its_lines(void **state)
{
        static const struct lns_catalog_options create = { .create = true };
        size_t writes = 0;

        for (size_t i = 0; i < SAMPLES; i++)
                writes += samples[i].write;
        assert_int_equal(writes, COUNT(contents));
        for (size_t i = 0; i < COUNT(contents); i++) {
                const struct sample *sample = &samples[contents[i].sample];
                struct lns_catalog *catalog;
                struct lns_error err = LNS_ERROR_INIT;
                size_t n_lines = 0;
                uint64_t start;

                catalog =
                        open_catalog(text_of("%s/%zu", contract_of(state)->directory, i), &create);
                sample_catalog(catalog);
                start = feed_size(catalog);
                expect_ok(sample->call(catalog, true, &err), &err, sample->name, __FILE__,
                          __LINE__);
                while (n_lines < COUNT(contents[i].lines) && contents[i].lines[n_lines])
                        n_lines++;
                assert_feed(catalog, start, contents[i].lines, n_lines, sample->name);
                lns_catalog_free(catalog);
        }
}

static void cascade_has_a_line_for_all_that_went(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t start;
        const char *feed;
        static const char *const expected[] = {
                "\"operation\":\"DropTable\",\"id\":[\"prod\",\"users\"]",
                "\"operation\":\"DropTable\",\"id\":[\"prod\",\"eu\",\"users\"]",
                "\"operation\":\"DropNamespace\",\"id\":[\"prod\",\"eu\"]",
                "\"operation\":\"DropNamespace\",\"id\":[\"prod\"]",
        };
        size_t lines = 0;
        const char *last;

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("prod", "eu"));
        make_table(catalog, ident("prod", "users"));
        make_table(catalog, ident("prod", "eu", "users"));
        start = feed_size(catalog);
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"), .cascade = true);
        feed = feed_from(catalog, start);
        for (size_t i = 0; i < COUNT(expected); i++)
                assert_contains(feed, expected[i]);
        for (const char *at = feed; (at = strchr(at, '\n')); at++)
                lines++;
        assert_int_equal(lines, COUNT(expected));
        /* What is above goes after what is below. */
        last = strstr(feed, expected[3]);
        assert_true(last > strstr(feed, expected[2]) && last > strstr(feed, expected[0]));
        assert_true(strstr(feed, expected[2]) > strstr(feed, expected[1]));
}

static void overwrite_has_lines_for_what_went_and_what_came(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t start;
        const char *feed, *dropped;

        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("prod", "users"));
        start = feed_size(catalog);
        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_OVERWRITE);
        feed = feed_from(catalog, start);
        assert_contains(feed, "\"operation\":\"DropTable\",\"id\":[\"prod\",\"users\"]");
        dropped = strstr(feed, "\"operation\":\"DropNamespace\",\"id\":[\"prod\"]");
        assert_non_null(dropped);
        assert_contains(dropped, "\"operation\":\"CreateNamespace\",\"id\":[\"prod\"]");
}

static void or_create_says_what_it_did(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const created[] = {
                "{\"operation\":\"CreateTableTag\",\"id\":[\"users\"],\"tag\":\"gold\","
                "\"version\":1}",
        };
        static const char *const updated[] = {
                "{\"operation\":\"UpdateTableTag\",\"id\":[\"users\"],\"tag\":\"gold\","
                "\"version\":2}",
        };
        uint64_t start;

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        start = feed_size(catalog);
        assert_done(catalog, update_table_tag, NULL, .id = ident("users"), .tag = "gold",
                    .or_create = true);
        assert_feed(catalog, start, created, 1, "or_create");
        make_version(catalog, ident("users"), 2);
        start = feed_size(catalog);
        assert_done(catalog, update_table_tag, NULL, .id = ident("users"), .tag = "gold",
                    .or_create = true);
        assert_feed(catalog, start, updated, 1, "or_create");
}

static void a_tag_that_moves_says_from_where(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const moved[] = {
                "{\"operation\":\"RenameTableTag\",\"id\":[\"events\"],\"old_id\":[\"users\"],"
                "\"tag\":\"b\",\"old_tag\":\"a\",\"version\":1}",
        };
        uint64_t start;

        make_table(catalog, ident("users"));
        make_table(catalog, ident("events"));
        make_version(catalog, ident("users"), 1);
        make_version(catalog, ident("events"), 1);
        make_tag(catalog, ident("users"), "a", 1);
        start = feed_size(catalog);
        assert_done(catalog, rename_table_tag, NULL, .id = ident("users"), .tag = "a",
                    .new_id = ident("events"), .new_tag = "b");
        assert_feed(catalog, start, moved, 1, "rename_table_tag");
}

static void ranges_of_deleted_versions_are_exclusive_at_the_end(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_version_range all = { 0, -1 };
        static const char *const lines[] = {
                "{\"operation\":\"BatchDeleteTableVersions\",\"id\":[\"users\"],\"version\":1,"
                "\"end_version\":4}",
                /* 2^63 is no version any more. */
                "{\"operation\":\"BatchDeleteTableVersions\",\"id\":[\"users\"],\"version\":1,"
                "\"end_version\":-1}",
        };
        uint64_t start;

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 3);
        start = feed_size(catalog);
        assert_done(catalog, batch_delete_table_versions, NULL, .id = ident("users"),
                    .ranges = &all, .n_ranges = 1);
        assert_feed(catalog, start, &lines[0], 1, "batch_delete_table_versions");
        make_version(catalog, ident("users"), LNS_VERSION_MAX);
        start = feed_size(catalog);
        assert_done(catalog, batch_delete_table_versions, NULL, .id = ident("users"),
                    .ranges = &all, .n_ranges = 1);
        assert_feed(catalog, start, &lines[1], 1, "batch_delete_table_versions");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(every_write_has_its_lines),
                contract_test(cascade_has_a_line_for_all_that_went),
                contract_test(overwrite_has_lines_for_what_went_and_what_came),
                contract_test(or_create_says_what_it_did),
                contract_test(a_tag_that_moves_says_from_where),
                contract_test(ranges_of_deleted_versions_are_exclusive_at_the_end),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

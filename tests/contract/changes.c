/* The change feed: one JSON line per committed change, oldest first, like a file that grows. */
#include "contract.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The line of the creation of a namespace in the root. */
static const char *creation_of(const char *name)
{
        const char *quoted = "";

        for (; *name; name++)
                quoted =
                        text_of("%s%s%c", quoted, *name == '"' || *name == '\\' ? "\\" : "", *name);
        return text_of("{\"operation\":\"CreateNamespace\",\"id\":[\"%s\"]}", quoted);
}

/* ---- lines ---- */

static void a_new_catalog_has_an_empty_feed(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t size = 77;
        int64_t updated_ms = 77;
        size_t length = 77;
        char buf[8];

        assert_ok(lns_catalog_describe_changes(catalog, &size, &updated_ms, &err), &err);
        assert_int_equal(size, 0);
        assert_int_equal(updated_ms, 0);
        assert_ok(lns_catalog_read_changes(catalog, 0, buf, sizeof(buf), &length, &err), &err);
        assert_int_equal(length, 0);
}

static void every_line_says_which_when_and_by_whom(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct change change = { 0 }, before = { 0 };
        const char *feed;
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t size = 0;
        int64_t updated_ms = 0;

        sample_catalog(catalog);
        for (size_t i = 0; i < SAMPLES; i++) {
                if (samples[i].write)
                        (void)samples[i].call(catalog, true, NULL);
        }
        feed = feed_from(catalog, 0);
        for (; next_change(&feed, &change); before = change) {
                assert_true(change.seq > before.seq);
                assert_true(change.time_millis >= before.time_millis);
                assert_true(change.transaction_id >= before.transaction_id);
                assert_true(change.transaction_id <= change.seq);
                assert_int_equal(change.uid, geteuid());
        }
        assert_ok(lns_catalog_describe_changes(catalog, &size, &updated_ms, &err), &err);
        assert_int_equal(updated_ms, before.time_millis);
}

static void the_transaction_of_a_line_is_the_one_answered(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_caller caller = { .uid = 4711, .gid = 1, .pid = 1 };
        struct lns_create_namespace_response created = { 0 };
        struct change change;
        const char *feed;

        assert_done(catalog, create_namespace, &created, .id = ident("prod"), .caller = &caller);
        feed = feed_from(catalog, 0);
        assert_true(next_change(&feed, &change));
        assert_int_equal(change.transaction_id, created.transaction_id);
        assert_int_equal(change.uid, 4711);
        assert_text(change.rest, creation_of("prod"));
        assert_false(next_change(&feed, &change));
        lns_create_namespace_response_clear(&created);
}

static void names_of_any_kind_stay_on_one_line(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const names[] = {
                "quote\"d",
                "back\\slash",
                "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
                "\xe2\x80\xa8line separator\xe2\x80\xa9",
                "<script>{}[],:",
                " space ",
        };
        struct change change;
        const char *feed;

        for (size_t i = 0; i < COUNT(names); i++)
                make_namespace(catalog, ident(names[i]));
        feed = feed_from(catalog, 0);
        for (size_t i = 0; i < COUNT(names); i++) {
                assert_true(next_change(&feed, &change));
                assert_text(change.rest, creation_of(names[i]));
        }
        assert_false(next_change(&feed, &change));
}

static void the_longest_line_is_whole(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *name = repeated('a', LNS_NAME_MAX);
        const char *names[65] = { NULL };
        const char *expected = "{\"operation\":\"CreateNamespace\",\"id\":[";
        struct change change = { 0 };
        const char *feed;

        for (size_t depth = 0; depth < COUNT(names) - 1; depth++) {
                names[depth] = name;
                make_namespace(catalog, ident_of(names));
                expected = text_of("%s%s\"%s\"", expected, depth > 0 ? "," : "", name);
        }
        feed = feed_from(catalog, 0);
        while (next_change(&feed, &change))
                ;
        assert_text(change.rest, text_of("%s]}", expected));
}

static void what_changes_nothing_appends_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_version_range none = { 50, 60 };
        const struct lns_create_table_version_request again =
                version_request(ident("prod", "users"), 1);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t size;

        sample_catalog(catalog);
        size = feed_size(catalog);
        assert_done(catalog, create_namespace, NULL, .id = ident("prod"),
                    .mode = LNS_CREATE_MODE_EXIST_OK);
        assert_done(catalog, drop_namespace, NULL, .id = ident("x"), .skip_missing = true);
        assert_done(catalog, batch_delete_table_versions, NULL, .id = ident("prod", "users"),
                    .ranges = &none, .n_ranges = 1);
        assert_ok(lns_catalog_create_table_version(catalog, &again, NULL, &err), &err);
        assert_done(catalog, import_table, NULL, .id = ident("prod", "users"),
                    .location = location_of(catalog, ident("prod", "users")));
        assert_done(catalog, rename_table_tag, NULL, .id = ident("prod", "users"), .tag = "gold",
                    .new_tag = "gold");
        assert_int_equal(feed_size(catalog), size);
}

static void attributes_and_properties_are_changes_too(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        struct change change;
        const char *feed;
        uint64_t start, id;

        make_namespace(catalog, ident("prod"));
        id = node_of_namespace(catalog, ident("prod")).id;
        start = feed_size(catalog);
        assert_ok(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_NAMESPACE, id,
                                                  LNS_ATTRIBUTE_MODE, 0, 0, 0711, &err),
                  &err);
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_NAMESPACE, id, "a", "b",
                                                LNS_PROPERTY_ANY, &err),
                  &err);
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_NAMESPACE, id, "a", NULL,
                                                LNS_PROPERTY_ANY, &err),
                  &err);
        feed = feed_from(catalog, start);
        for (int i = 0; i < 3; i++) {
                assert_true(next_change(&feed, &change));
                assert_contains(change.rest, "\"id\":[\"prod\"]");
        }
        assert_false(next_change(&feed, &change));
}

/* ---- reading ---- */

static void it_can_be_read_from_any_offset_in_any_pieces(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        enum { MOST = 1 << 20 };
        static const size_t pieces[] = { 1, 7, 100, 4096, MOST };
        struct lns_error err = LNS_ERROR_INIT;
        const char *whole;
        size_t size;
        char *buf;

        sample_catalog(catalog);
        whole = feed_from(catalog, 0);
        size = strlen(whole);
        assert_int_equal(size, feed_size(catalog));
        buf = keep(malloc(MOST + 1));
        assert_non_null(buf);
        for (size_t i = 0; i < COUNT(pieces); i++) {
                for (size_t offset = 0; offset <= size; offset++) {
                        const size_t rest = size - offset;
                        const size_t wanted = pieces[i] < rest ? pieces[i] : rest;
                        size_t length = 77;

                        memset(buf, '#', wanted + 1);
                        assert_ok(lns_catalog_read_changes(catalog, offset, buf, pieces[i], &length,
                                                           &err),
                                  &err);
                        /* A short read is allowed, an empty one only at the end. */
                        assert_in_range(length, wanted > 0 ? 1 : 0, wanted);
                        assert_memory_equal(buf, whole + offset, length);
                        assert_int_equal(buf[length], '#');
                }
        }
}

static void past_the_end_there_is_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t offsets[] = { 0, 0, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };
        char buf[4] = "###";

        make_namespace(catalog, ident("prod"));
        offsets[0] = feed_size(catalog);
        offsets[1] = feed_size(catalog) + 1;
        for (size_t i = 0; i < COUNT(offsets); i++) {
                size_t length = 77;

                assert_ok(lns_catalog_read_changes(catalog, offsets[i], buf, sizeof(buf), &length,
                                                   &err),
                          &err);
                assert_int_equal(length, 0);
                assert_text(buf, "###");
        }
}

static void an_empty_buffer_reads_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        size_t length = 77;
        char buf[1] = { '#' };

        make_namespace(catalog, ident("prod"));
        assert_ok(lns_catalog_read_changes(catalog, 3, buf, 0, &length, &err), &err);
        assert_int_equal(length, 0);
        assert_int_equal(buf[0], '#');
}

static void what_was_read_once_never_changes(void **state)
{
        struct contract *contract = contract_of(state);
        const char *before, *after;

        sample_catalog(contract->catalog);
        before = feed_from(contract->catalog, 0);
        assert_done(contract->catalog, drop_namespace, NULL, .id = ident("prod"), .cascade = true);
        make_namespace(contract->catalog, ident("prod"));
        after = feed_from(contract->catalog, 0);
        assert_int_equal(strncmp(after, before, strlen(before)), 0);
        assert_true(strlen(after) > strlen(before));
        reopen(contract);
        assert_text(feed_from(contract->catalog, 0), after);
}

static void it_can_be_followed_from_its_end(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t offset = 0;

        for (int i = 0; i < 300; i++) {
                const char *name = text_of("n%d", i);
                struct change change;
                const char *feed;

                make_namespace(catalog, ident(name));
                feed = feed_from(catalog, offset);
                offset += strlen(feed);
                assert_true(next_change(&feed, &change));
                assert_text(change.rest, creation_of(name));
                assert_false(next_change(&feed, &change));
        }
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_new_catalog_has_an_empty_feed),
                contract_test(every_line_says_which_when_and_by_whom),
                contract_test(the_transaction_of_a_line_is_the_one_answered),
                contract_test(names_of_any_kind_stay_on_one_line),
                contract_test(the_longest_line_is_whole),
                contract_test(what_changes_nothing_appends_nothing),
                contract_test(attributes_and_properties_are_changes_too),
                contract_test(it_can_be_read_from_any_offset_in_any_pieces),
                contract_test(past_the_end_there_is_nothing),
                contract_test(an_empty_buffer_reads_nothing),
                contract_test(what_was_read_once_never_changes),
                contract_test(it_can_be_followed_from_its_end),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

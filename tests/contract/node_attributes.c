/* Sizes, times, owners, permission bits and properties of nodes. */
#include "contract.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define USERS ident("users")

static uint64_t id_of_table(struct lns_catalog *catalog, const struct lns_ident *id)
{
        return node_of_table(catalog, id).id;
}

/* ---- sizes ---- */

static void the_size_of_a_version_is_that_of_its_text(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request given[6];
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, USERS);
        for (uint64_t i = 0; i < COUNT(given); i++)
                given[i] = version_request(USERS, i + 1);
        given[1].e_tag = NULL;
        given[2].metadata = NULL;
        given[3].manifest_size = -1;
        given[4].manifest_path = "quote\"\\ \xc3\xa9 \xf0\x9f\x98\x80/x";
        given[5].version = LNS_VERSION_MAX;
        given[5].timestamp_millis = 1;
        for (size_t i = 0; i < COUNT(given); i++) {
                struct lns_table_version version = { 0 };
                struct lns_node node;

                assert_ok(lns_catalog_create_table_version(catalog, &given[i], NULL, &err), &err);
                node = node_of(catalog, USERS, LNS_NODE_VERSION,
                               text_of("%" PRIu64, given[i].version));
                assert_ok(lns_catalog_describe_version_node(catalog, node.id, &version, NULL, &err),
                          &err);
                assert_int_equal(node.size, lns_table_version_to_text(&version, NULL, 0));
                assert_int_equal(node.updated_ms, version.timestamp_millis);
                lns_table_version_clear(&version);
        }
}

static void the_size_of_a_tag_is_that_of_its_line(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const uint64_t versions[] = { 1, 9, 10, 99, 100, LNS_VERSION_MAX };

        make_table(catalog, USERS);
        for (size_t i = 0; i < COUNT(versions); i++) {
                make_version(catalog, USERS, versions[i]);
                assert_done(catalog, update_table_tag, NULL, .id = USERS, .tag = "gold",
                            .version = versions[i], .or_create = true);
                assert_int_equal(node_of(catalog, USERS, LNS_NODE_TAG, "gold").size,
                                 strlen(text_of("%" PRIu64 "\n", versions[i])));
        }
}

/* ---- times ---- */

/* So that what comes after has a later time than what was before. */
static void next_millisecond(void)
{
        struct timespec start, now;

        clock_gettime(CLOCK_REALTIME, &start);
        do {
                clock_gettime(CLOCK_REALTIME, &now);
        } while (now.tv_sec == start.tv_sec && now.tv_nsec / 1000000 == start.tv_nsec / 1000000);
}

static void versions_and_tags_date_their_own_part_of_a_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node before, after;

        make_table(catalog, USERS);
        make_version(catalog, USERS, 1);
        before = node_of_table(catalog, USERS);
        next_millisecond();
        make_version(catalog, USERS, 2);
        after = node_of_table(catalog, USERS);
        assert_true(after.versions_ms > before.versions_ms);
        assert_int_equal(after.tags_ms, before.tags_ms);

        before = after;
        next_millisecond();
        make_tag(catalog, USERS, "gold", 1);
        after = node_of_table(catalog, USERS);
        assert_true(after.tags_ms > before.tags_ms);
        assert_int_equal(after.versions_ms, before.versions_ms);

        before = after;
        next_millisecond();
        assert_done(catalog, delete_table_tag, NULL, .id = USERS, .tag = "gold");
        after = node_of_table(catalog, USERS);
        assert_true(after.tags_ms > before.tags_ms);

        before = after;
        next_millisecond();
        assert_done(catalog, batch_delete_table_versions, NULL, .id = USERS,
                    .ranges = &(struct lns_version_range){ 1, 2 }, .n_ranges = 1);
        after = node_of_table(catalog, USERS);
        assert_true(after.versions_ms > before.versions_ms);
        assert_int_equal(after.tags_ms, before.tags_ms);
}

static void a_tag_that_moves_dates_both_tables(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *events = ident("events");
        struct lns_node from, to;

        make_table(catalog, USERS);
        make_table(catalog, events);
        make_version(catalog, USERS, 1);
        make_version(catalog, events, 1);
        make_tag(catalog, USERS, "gold", 1);
        from = node_of_table(catalog, USERS);
        to = node_of_table(catalog, events);
        next_millisecond();
        assert_done(catalog, rename_table_tag, NULL, .id = USERS, .tag = "gold", .new_id = events,
                    .new_tag = "gold");
        assert_true(node_of_table(catalog, USERS).tags_ms > from.tags_ms);
        assert_true(node_of_table(catalog, events).tags_ms > to.tags_ms);

        from = node_of_table(catalog, events);
        next_millisecond();
        assert_done(catalog, rename_table_tag, NULL, .id = events, .tag = "gold",
                    .new_tag = "silver");
        assert_true(node_of_table(catalog, events).tags_ms > from.tags_ms);
}

static void an_update_dates_the_tag(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node before, after;

        make_table(catalog, USERS);
        make_version(catalog, USERS, 1);
        make_version(catalog, USERS, 2);
        make_tag(catalog, USERS, "gold", 1);
        before = node_of(catalog, USERS, LNS_NODE_TAG, "gold");
        next_millisecond();
        assert_done(catalog, update_table_tag, NULL, .id = USERS, .tag = "gold", .version = 2);
        after = node_of(catalog, USERS, LNS_NODE_TAG, "gold");
        assert_true(after.updated_ms > before.updated_ms);
}

static void what_comes_and_goes_dates_the_namespace(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *prod = ident("prod");
        struct lns_node before, after;

#define assert_dated(expected, ...)                                                                \
        do {                                                                                       \
                before = node_of_namespace(catalog, prod);                                         \
                next_millisecond();                                                                \
                __VA_ARGS__;                                                                       \
                after = node_of_namespace(catalog, prod);                                          \
                assert_int_equal(after.updated_ms > before.updated_ms, expected);                  \
        } while (0)

        make_namespace(catalog, prod);
        make_namespace(catalog, ident("other"));
        assert_dated(true, make_table(catalog, ident("prod", "users")));
        assert_dated(false, make_version(catalog, ident("prod", "users"), 1));
        assert_dated(true, make_namespace(catalog, ident("prod", "eu")));
        assert_dated(false, make_namespace(catalog, ident("prod", "eu", "west")));
        assert_dated(true, assert_done(catalog, rename_table, NULL, .id = ident("prod", "users"),
                                       .new_table_name = "people"));
        assert_dated(true,
                     assert_done(catalog, rename_table, NULL, .id = ident("prod", "people"),
                                 .new_table_name = "people", .new_namespace_id = ident("other")));
        assert_dated(true, assert_done(catalog, rename_table, NULL, .id = ident("other", "people"),
                                       .new_table_name = "people", .new_namespace_id = prod));
        assert_dated(true,
                     assert_done(catalog, deregister_table, NULL, .id = ident("prod", "people")));
        assert_dated(true,
                     assert_done(catalog, restore_deregistered_table, NULL,
                                 .deregistered_name = "people", .id = ident("prod", "people")));
        assert_dated(true, assert_done(catalog, drop_table, NULL, .id = ident("prod", "people")));
        assert_dated(true, assert_done(catalog, rename_namespace, NULL, .id = ident("prod", "eu"),
                                       .new_id = ident("prod", "us")));
        assert_dated(true, assert_done(catalog, drop_namespace, NULL, .id = ident("prod", "us"),
                                       .cascade = true));
        assert_dated(false, make_table(catalog, ident("other", "users")));
#undef assert_dated
}

static void a_rename_changes_the_table_but_nothing_in_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node before, after;

        make_table(catalog, USERS);
        before = node_of_table(catalog, USERS);
        next_millisecond();
        assert_done(catalog, rename_table, NULL, .id = USERS, .new_table_name = "people");
        after = node_of_table(catalog, ident("people"));
        assert_true(after.changed_ms > before.changed_ms);
        assert_int_equal(after.updated_ms, before.updated_ms);
        assert_int_equal(after.versions_ms, before.versions_ms);
        assert_int_equal(after.tags_ms, before.tags_ms);
}

/* ---- owners and permission bits ---- */

static void what_is_made_belongs_to_who_made_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_caller ann = { .uid = 1001, .gid = 1002, .pid = 1 };
        struct lns_node node;

        assert_done(catalog, create_namespace, NULL, .caller = &ann, .id = ident("prod"));
        assert_done(catalog, declare_table, NULL, .caller = &ann, .id = USERS);
        node = node_of_namespace(catalog, ident("prod"));
        assert_int_equal(node.uid, 1001);
        assert_int_equal(node.gid, 1002);
        assert_int_equal(node.mode & ~07777u, 0);
        node = node_of_table(catalog, USERS);
        assert_int_equal(node.uid, 1001);
        assert_int_equal(node.gid, 1002);

        make_namespace(catalog, ident("mine"));
        node = node_of_namespace(catalog, ident("mine"));
        assert_int_equal(node.uid, geteuid());
        assert_int_equal(node.gid, getegid());
}

static void owner_and_mode_can_be_given(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node node;

        assert_done(catalog, create_namespace, NULL, .id = ident("prod"), .has_mode = true,
                    .uid = 11, .gid = 12, .file_mode = 01770);
        assert_done(catalog, declare_table, NULL, .id = USERS, .has_mode = true, .uid = 0,
                    .gid = 14, .file_mode = 0);
        node = node_of_namespace(catalog, ident("prod"));
        assert_int_equal(node.uid, 11);
        assert_int_equal(node.gid, 12);
        assert_int_equal(node.mode, 01770);
        node = node_of_table(catalog, USERS);
        assert_int_equal(node.uid, 0);
        assert_int_equal(node.gid, 14);
        assert_int_equal(node.mode, 0);
        assert_refused(catalog, create_namespace, LNS_INVALID_INPUT, .id = ident("x"),
                       .has_mode = true, .file_mode = 040755);
        assert_refused(catalog, declare_table, LNS_INVALID_INPUT, .id = ident("x"),
                       .has_mode = true, .file_mode = 010000);
}

static void chmod_and_chown_change_what_counts_and_only_that(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_node before, after;
        uint64_t id;

        assert_done(catalog, declare_table, NULL, .id = USERS, .has_mode = true, .uid = 11,
                    .gid = 12, .file_mode = 0750);
        before = node_of_table(catalog, USERS);
        id = before.id;
        next_millisecond();
        assert_ok(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TABLE, id,
                                                  LNS_ATTRIBUTE_MODE, 1, 2, 0700, &err),
                  &err);
        after = node_of_table(catalog, USERS);
        assert_int_equal(after.uid, 11);
        assert_int_equal(after.gid, 12);
        assert_int_equal(after.mode, 0700);
        assert_true(after.changed_ms > before.changed_ms);
        assert_int_equal(after.updated_ms, before.updated_ms);
        assert_ok(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TABLE, id,
                                                  LNS_ATTRIBUTE_UID, 21, 22, 0, &err),
                  &err);
        assert_ok(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TABLE, id,
                                                  LNS_ATTRIBUTE_GID, 31, 32, 0, &err),
                  &err);
        after = node_of_table(catalog, USERS);
        assert_int_equal(after.uid, 21);
        assert_int_equal(after.gid, 32);
        assert_int_equal(after.mode, 0700);
        assert_ok(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                                  LNS_ATTRIBUTE_UID | LNS_ATTRIBUTE_GID |
                                                          LNS_ATTRIBUTE_MODE,
                                                  41, 42, 07777, &err),
                  &err);
        after = node_of_namespace(catalog, root());
        assert_int_equal(after.uid, 41);
        assert_int_equal(after.gid, 42);
        assert_int_equal(after.mode, 07777);
}

static void tags_and_versions_have_the_owner_of_their_table(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, USERS);
        make_version(catalog, USERS, 1);
        make_tag(catalog, USERS, "gold", 1);
        assert_ok(lns_catalog_set_node_attributes(
                          catalog, NULL, LNS_NODE_TABLE, id_of_table(catalog, USERS),
                          LNS_ATTRIBUTE_UID | LNS_ATTRIBUTE_GID | LNS_ATTRIBUTE_MODE, 41, 42, 0710,
                          &err),
                  &err);
        for (int kind = LNS_NODE_TAG; kind <= LNS_NODE_VERSION; kind++) {
                const struct lns_node node = node_of(catalog, USERS, (enum lns_node_kind)kind,
                                                     kind == LNS_NODE_TAG ? "gold" : "1");

                assert_int_equal(node.uid, 41);
                assert_int_equal(node.gid, 42);
                assert_int_equal(node.mode, 0710);
        }
}

static void attributes_of_what_has_none_are_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        const char *before;
        uint64_t users, gold;

        make_table(catalog, USERS);
        make_version(catalog, USERS, 1);
        make_tag(catalog, USERS, "gold", 1);
        users = id_of_table(catalog, USERS);
        gold = node_of(catalog, USERS, LNS_NODE_TAG, "gold").id;
        before = dump(catalog);
        assert_fails(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TAG, gold,
                                                     LNS_ATTRIBUTE_MODE, 0, 0, 0600, &err),
                     &err, LNS_INVALID_INPUT);
        assert_fails(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TABLE, users,
                                                     LNS_ATTRIBUTE_MODE, 0, 0, 0100644, &err),
                     &err, LNS_INVALID_INPUT);
        assert_fails(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_TABLE, 999999,
                                                     LNS_ATTRIBUTE_MODE, 0, 0, 0600, &err),
                     &err, LNS_TABLE_NOT_FOUND);
        assert_fails(lns_catalog_set_node_attributes(catalog, NULL, LNS_NODE_NAMESPACE, users,
                                                     LNS_ATTRIBUTE_MODE, 0, 0, 0600, &err),
                     &err, LNS_NAMESPACE_NOT_FOUND);
        assert_text(dump(catalog), before);
}

/* ---- properties ---- */

static const char *property(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id,
                            const char *key)
{
        struct lns_describe_namespace_response ns = { 0 };
        struct lns_describe_table_response table = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char *value;

        if (kind == LNS_NODE_NAMESPACE) {
                assert_ok(lns_catalog_describe_namespace_node(catalog, id, &ns, &err), &err);
                value = lns_map_get(&ns.properties, key);
        } else {
                assert_ok(lns_catalog_describe_table_node(catalog, id, &table, &err), &err);
                value = lns_map_get(&table.properties, key);
        }
        value = value ? text_of("%s", value) : NULL;
        lns_describe_namespace_response_clear(&ns);
        lns_describe_table_response_clear(&table);
        return value;
}

static void properties_of_nodes_are_set_by_mode(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct {
                enum lns_node_kind kind;
                uint64_t id;
        } nodes[] = {
                { LNS_NODE_NAMESPACE, LNS_NODE_ROOT },
                { LNS_NODE_NAMESPACE, (make_namespace(catalog, ident("prod")),
                                       node_of_namespace(catalog, ident("prod")).id) },
                { LNS_NODE_TABLE, (make_table(catalog, USERS), id_of_table(catalog, USERS)) },
        };

        for (size_t i = 0; i < COUNT(nodes); i++) {
                const enum lns_node_kind kind = nodes[i].kind;
                const uint64_t id = nodes[i].id;
                struct lns_error err = LNS_ERROR_INIT;
                const char *before;

#define set(key, value, mode)                                                                      \
        lns_catalog_set_node_property(catalog, NULL, kind, id, key, value, mode, &err)
                assert_fails_errno(set("owner", "x", LNS_PROPERTY_REPLACE_ONLY), &err,
                                   LNS_INVALID_INPUT, ENODATA);
                assert_fails_errno(set("owner", NULL, LNS_PROPERTY_ANY), &err, LNS_INVALID_INPUT,
                                   ENODATA);
                assert_ok(set("owner", "ann", LNS_PROPERTY_CREATE_ONLY), &err);
                assert_text(property(catalog, kind, id, "owner"), "ann");
                before = dump(catalog);
                assert_fails_errno(set("owner", "bob", LNS_PROPERTY_CREATE_ONLY), &err,
                                   LNS_INVALID_INPUT, EEXIST);
                assert_text(dump(catalog), before);
                assert_ok(set("owner", "bob", LNS_PROPERTY_REPLACE_ONLY), &err);
                assert_text(property(catalog, kind, id, "owner"), "bob");
                assert_ok(set("owner", "", LNS_PROPERTY_ANY), &err);
                assert_text(property(catalog, kind, id, "owner"), "");
                assert_ok(set("other", "x", LNS_PROPERTY_ANY), &err);
                assert_ok(set("owner", NULL, LNS_PROPERTY_ANY), &err);
                assert_null(property(catalog, kind, id, "owner"));
                assert_text(property(catalog, kind, id, "other"), "x");
#undef set
        }
}

static void a_property_changes_the_node_but_nothing_in_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_node before, after;

        make_table(catalog, USERS);
        before = node_of_table(catalog, USERS);
        next_millisecond();
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_TABLE, before.id, "a", "b",
                                                LNS_PROPERTY_ANY, &err),
                  &err);
        after = node_of_table(catalog, USERS);
        assert_true(after.changed_ms > before.changed_ms);
        assert_int_equal(after.updated_ms, before.updated_ms);
}

static void properties_that_can_not_be_are_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        const char *before;
        uint64_t id;

        make_table(catalog, USERS);
        make_version(catalog, USERS, 1);
        make_tag(catalog, USERS, "gold", 1);
        id = id_of_table(catalog, USERS);
        before = dump(catalog);
#define set(kind, id, key, value)                                                                  \
        lns_catalog_set_node_property(catalog, NULL, kind, id, key, value, LNS_PROPERTY_ANY, &err)
        assert_fails(set(LNS_NODE_TABLE, id, "", "x"), &err, LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TABLE, id, repeated('k', LNS_MAP_KEY_MAX + 1), "x"), &err,
                     LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TABLE, id, "k", repeated('v', LNS_MAP_VALUE_MAX + 1)), &err,
                     LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TABLE, id, "\xc3", "x"), &err, LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TABLE, id, "k", "\xed\xa0\x80"), &err, LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TAG, node_of(catalog, USERS, LNS_NODE_TAG, "gold").id, "k", "x"),
                     &err, LNS_INVALID_INPUT);
        assert_fails(set(LNS_NODE_TABLE, 999999, "k", "x"), &err, LNS_TABLE_NOT_FOUND);
        assert_fails(set(LNS_NODE_NAMESPACE, id, "k", "x"), &err, LNS_NAMESPACE_NOT_FOUND);
        assert_text(dump(catalog), before);
        assert_ok(set(LNS_NODE_TABLE, id, repeated('k', LNS_MAP_KEY_MAX),
                      repeated('v', LNS_MAP_VALUE_MAX)),
                  &err);
#undef set
}

static void a_node_has_a_thousand_properties_at_most(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_map *most = keep(calloc(1, sizeof(*most)));
        const char *before;
        uint64_t id;

        for (int i = 0; i < LNS_MAP_ENTRIES_MAX; i++)
                assert_ok(lns_map_set(most, text_of("key%d", i), "x", &err), &err);
        assert_done(catalog, declare_table, NULL, .id = USERS, .properties = most);
        lns_map_clear(most);
        id = id_of_table(catalog, USERS);
        before = dump(catalog);
        /* As setxattr(2) says that there is no room for another. */
        assert_fails_errno(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_TABLE, id, "more",
                                                         "x", LNS_PROPERTY_ANY, &err),
                           &err, LNS_INVALID_INPUT, ENOSPC);
        assert_text(dump(catalog), before);
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_TABLE, id, "key7", "y",
                                                LNS_PROPERTY_ANY, &err),
                  &err);
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_TABLE, id, "key8", NULL,
                                                LNS_PROPERTY_ANY, &err),
                  &err);
        assert_ok(lns_catalog_set_node_property(catalog, NULL, LNS_NODE_TABLE, id, "more", "x",
                                                LNS_PROPERTY_ANY, &err),
                  &err);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(the_size_of_a_version_is_that_of_its_text),
                contract_test(the_size_of_a_tag_is_that_of_its_line),
                contract_test(versions_and_tags_date_their_own_part_of_a_table),
                contract_test(a_tag_that_moves_dates_both_tables),
                contract_test(an_update_dates_the_tag),
                contract_test(what_comes_and_goes_dates_the_namespace),
                contract_test(a_rename_changes_the_table_but_nothing_in_it),
                contract_test(what_is_made_belongs_to_who_made_it),
                contract_test(owner_and_mode_can_be_given),
                contract_test(chmod_and_chown_change_what_counts_and_only_that),
                contract_test(tags_and_versions_have_the_owner_of_their_table),
                contract_test(attributes_of_what_has_none_are_refused),
                contract_test(properties_of_nodes_are_set_by_mode),
                contract_test(a_property_changes_the_node_but_nothing_in_it),
                contract_test(properties_that_can_not_be_are_refused),
                contract_test(a_node_has_a_thousand_properties_at_most),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

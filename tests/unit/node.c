/* src/catalog/node.c: kinds and limits, then the engine. */
#include <errno.h>
#include <string.h>

#include "fake.h"

static struct lns_error err;
static struct lns_node node;

#define NAMESPACE LNS_NODE_NAMESPACE
#define TABLE LNS_NODE_TABLE
#define TAG LNS_NODE_TAG
#define VERSION LNS_NODE_VERSION
#define BEYOND ((uint64_t)INT64_MAX + 1)

static const enum lns_node_kind no_kinds[] = {
        (enum lns_node_kind)0,
        (enum lns_node_kind)100,
        (enum lns_node_kind)1000,
};

static int lookup(void **state, enum lns_node_kind parent_kind, enum lns_node_kind kind,
                  const char *name)
{
        return lns_catalog_lookup_node(*state, parent_kind, 7, kind, name, &node, &err);
}

static void each_kind_is_looked_up_below_its_parent(void **state)
{
        assert_reaches(lookup(state, NAMESPACE, NAMESPACE, "prod"), &err, "lookup_node");
        assert_int_equal(node.id, 42);
        assert_int_equal(node.parent, 7);
        assert_string_equal(node.name, "prod");
        assert_reaches(lookup(state, NAMESPACE, TABLE, "users"), &err, "lookup_node");
        assert_reaches(lookup(state, TABLE, TAG, "gold"), &err, "lookup_node");
        assert_reaches(lookup(state, TABLE, VERSION, "7"), &err, "lookup_node");
        assert_refuses(lookup(state, TABLE, TABLE, "users"), &err, LNS_INVALID_INPUT,
                       "parent_kind");
        assert_refuses(lookup(state, NAMESPACE, TAG, "gold"), &err, LNS_INVALID_INPUT,
                       "parent_kind");
        assert_refuses(lookup(state, TAG, VERSION, "7"), &err, LNS_INVALID_INPUT, "parent_kind");
        for (size_t i = 0; i < COUNT(no_kinds); i++)
                assert_refuses(lookup(state, NAMESPACE, no_kinds[i], "x"), &err, LNS_INVALID_INPUT,
                               "kind");
}

static void a_name_that_cannot_be_is_not_found_without_asking(void **state)
{
        assert_refuses(lookup(state, NAMESPACE, NAMESPACE, ".git"), &err, LNS_NAMESPACE_NOT_FOUND,
                       "");
        assert_string_equal(err.message, "'.git' not found");
        assert_refuses(lookup(state, NAMESPACE, TABLE, repeat('n', 250)), &err, LNS_TABLE_NOT_FOUND,
                       "");
        assert_int_equal(lns_error_errno(&err), ENOENT);
        assert_refuses(lookup(state, NAMESPACE, TABLE, "\xff"), &err, LNS_TABLE_NOT_FOUND, "");
        assert_refuses(lookup(state, TABLE, TAG, "gold~"), &err, LNS_TABLE_TAG_NOT_FOUND, "");
        assert_refuses(lookup(state, TABLE, VERSION, "07"), &err, LNS_TABLE_VERSION_NOT_FOUND, "");
        assert_refuses(lookup(state, TABLE, VERSION, "latest"), &err, LNS_TABLE_VERSION_NOT_FOUND,
                       "");
        assert_refuses(lns_catalog_lookup_node(*state, TABLE, BEYOND, TAG, "gold", &node, &err),
                       &err, LNS_TABLE_TAG_NOT_FOUND, "");
}

static void each_kind_is_described_by_number(void **state)
{
        static const struct {
                enum lns_node_kind kind;
                enum lns_code code;
        } rows[] = {
                { NAMESPACE, LNS_NAMESPACE_NOT_FOUND },
                { TABLE, LNS_TABLE_NOT_FOUND },
                { TAG, LNS_TABLE_TAG_NOT_FOUND },
                { VERSION, LNS_TABLE_VERSION_NOT_FOUND },
        };
        struct lns_ident ident;

        for (size_t i = 0; i < COUNT(rows); i++) {
                enum lns_node_kind kind = rows[i].kind;

                assert_reaches(lns_catalog_describe_node(*state, kind, 7, &node, &err), &err,
                               "describe_node");
                assert_refuses(lns_catalog_describe_node(*state, kind, BEYOND, &node, &err), &err,
                               rows[i].code, "");
                assert_reaches(lns_catalog_identify_node(*state, kind, 7, &ident, &err), &err,
                               "identify_node");
                assert_refuses(lns_catalog_identify_node(*state, kind, BEYOND, &ident, &err), &err,
                               rows[i].code, "");
        }
        for (size_t i = 0; i < COUNT(no_kinds); i++) {
                assert_refuses(lns_catalog_describe_node(*state, no_kinds[i], 7, &node, &err), &err,
                               LNS_INVALID_INPUT, "kind");
                assert_refuses(lns_catalog_identify_node(*state, no_kinds[i], 7, &ident, &err),
                               &err, LNS_INVALID_INPUT, "kind");
        }
}

static void everything_of_a_node_is_asked_for_by_number(void **state)
{
        struct lns_table_version version;
        struct lns_table_tag tag;
        struct lns_describe_table_response table;
        struct lns_describe_namespace_response ns;

        assert_reaches(lns_catalog_describe_version_node(*state, 7, &version, NULL, &err), &err,
                       "describe_version_node");
        assert_reaches(lns_catalog_describe_tag_node(*state, 7, &tag, &err), &err,
                       "describe_tag_node");
        assert_reaches(lns_catalog_describe_table_node(*state, 7, &table, &err), &err,
                       "describe_table_node");
        assert_reaches(lns_catalog_describe_namespace_node(*state, 0, &ns, &err), &err,
                       "describe_namespace_node");
        assert_refuses(lns_catalog_describe_version_node(*state, BEYOND, &version, NULL, &err),
                       &err, LNS_TABLE_VERSION_NOT_FOUND, "");
        assert_refuses(lns_catalog_describe_tag_node(*state, BEYOND, &tag, &err), &err,
                       LNS_TABLE_TAG_NOT_FOUND, "");
        assert_refuses(lns_catalog_describe_table_node(*state, BEYOND, &table, &err), &err,
                       LNS_TABLE_NOT_FOUND, "");
        assert_refuses(lns_catalog_describe_namespace_node(*state, BEYOND, &ns, &err), &err,
                       LNS_NAMESPACE_NOT_FOUND, "");
}

static bool count(void *context, const struct lns_node *visited)
{
        (void)visited;
        ++*(unsigned *)context;
        return true;
}

static int list(void **state, uint64_t parent, enum lns_node_kind kind, uint64_t after,
                unsigned *visits)
{
        return lns_catalog_list_nodes(*state, parent, kind, after, true, count, visits, &err);
}

static void children_of_every_kind_are_listed(void **state)
{
        unsigned visits = 0;

        assert_reaches(list(state, 0, NAMESPACE, 0, &visits), &err, "list_nodes");
        assert_reaches(list(state, 7, VERSION, INT64_MAX, &visits), &err, "list_nodes");
        assert_int_equal(visits, 2);
        assert_refuses(list(state, 7, no_kinds[0], 0, &visits), &err, LNS_INVALID_INPUT, "kind");
        /* No id and no version is that large: an empty list, not a failure. */
        fake.n_calls = 0;
        assert_succeeds(list(state, BEYOND, TAG, 0, &visits), &err);
        assert_succeeds(list(state, 7, VERSION, UINT64_MAX, &visits), &err);
        assert_int_equal(fake.n_calls, 0);
        assert_int_equal(visits, 2);
}

static int set_attributes(void **state, enum lns_node_kind kind, uint64_t id, unsigned fields,
                          mode_t mode)
{
        return lns_catalog_set_node_attributes(*state, NULL, kind, id, fields, 0, 0, mode, &err);
}

static void only_directories_have_attributes(void **state)
{
        assert_reaches(set_attributes(state, NAMESPACE, 0, 7, 07777), &err, "set_node_attributes");
        assert_reaches(set_attributes(state, TABLE, 7, LNS_ATTRIBUTE_MODE, 0), &err,
                       "set_node_attributes");
        assert_reaches(set_attributes(state, TABLE, 7, LNS_ATTRIBUTE_UID, 010000), &err,
                       "set_node_attributes"); /* a mode that does not count */
        assert_refuses(set_attributes(state, TABLE, 7, LNS_ATTRIBUTE_MODE, 010000), &err,
                       LNS_INVALID_INPUT, "file_mode");
        assert_refuses(set_attributes(state, TABLE, 7, 8, 0), &err, LNS_INVALID_INPUT, "fields");
        assert_refuses(set_attributes(state, TAG, 7, 7, 0), &err, LNS_INVALID_INPUT, "kind");
        assert_refuses(set_attributes(state, VERSION, 7, 7, 0), &err, LNS_INVALID_INPUT, "kind");
        assert_refuses(set_attributes(state, TABLE, BEYOND, 7, 0), &err, LNS_TABLE_NOT_FOUND, "");
}

static int set_property(void **state, enum lns_node_kind kind, const char *key, const char *value,
                        int mode)
{
        return lns_catalog_set_node_property(*state, NULL, kind, 7, key, value,
                                             (enum lns_property_mode)mode, &err);
}

static void a_property_is_held_to_the_limits_of_xattrs(void **state)
{
        assert_reaches(set_property(state, NAMESPACE, "owner", "ops", LNS_PROPERTY_ANY), &err,
                       "set_node_property");
        assert_reaches(set_property(state, TABLE, "owner", NULL, LNS_PROPERTY_REPLACE_ONLY), &err,
                       "set_node_property");
        assert_refuses(set_property(state, TABLE, "", "", 0), &err, LNS_INVALID_INPUT,
                       "properties");
        assert_refuses(set_property(state, TABLE, NULL, "", 0), &err, LNS_INVALID_INPUT,
                       "properties");
        assert_refuses(set_property(state, TABLE, repeat('k', LNS_MAP_KEY_MAX + 1), "", 0), &err,
                       LNS_INVALID_INPUT, "properties");
        assert_refuses(set_property(state, TABLE, "k", repeat('v', LNS_MAP_VALUE_MAX + 1), 0), &err,
                       LNS_INVALID_INPUT, "properties");
        assert_refuses(set_property(state, TABLE, "k", "\xff", 0), &err, LNS_INVALID_INPUT,
                       "properties");
        assert_refuses(set_property(state, TABLE, "k", "", 3), &err, LNS_INVALID_INPUT, "mode");
        assert_refuses(set_property(state, TAG, "k", "", 0), &err, LNS_INVALID_INPUT, "kind");
}

static void report_nothing(void *context, const char *text, bool repaired)
{
        (void)context, (void)text, (void)repaired;
}

static void the_feed_and_the_state_are_the_engines(void **state)
{
        struct lns_catalog_description description;
        uint64_t size = 0;
        uint64_t problems = 0;
        int64_t updated_ms;
        size_t length = 77;
        char buf[16];

        assert_reaches(lns_catalog_describe_changes(*state, &size, &updated_ms, &err), &err,
                       "describe_changes");
        assert_int_equal(size, 1000);
        assert_reaches(lns_catalog_read_changes(*state, 5, buf, sizeof(buf), &length, &err), &err,
                       "read_changes");
        assert_int_equal(length, sizeof(buf));
        fake.n_calls = 0;
        assert_succeeds(lns_catalog_read_changes(*state, BEYOND, buf, sizeof(buf), &length, &err),
                        &err);
        assert_int_equal(length, 0);
        assert_int_equal(fake.n_calls, 0);
        assert_int_equal(lns_catalog_generation(*state), 6);
        assert_int_equal(lns_catalog_wait_generation(*state, 6, 0), 0);
        assert_int_equal(lns_catalog_wait_generation(*state, 4, 0), 1);
        assert_reaches(lns_catalog_describe_catalog(*state, &description, &err), &err,
                       "describe_catalog");
        assert_reaches(lns_catalog_check_catalog(*state, true, report_nothing, NULL, &problems,
                                                 &err),
                       &err, "check_catalog");
        assert_int_equal(problems, 0);
}

static void a_read_only_catalog_is_looked_at_but_not_changed(void **state)
{
        struct lns_catalog_description description;
        struct lns_describe_namespace_response ns;
        struct lns_describe_table_response table;
        struct lns_table_version version;
        struct lns_table_tag tag;
        struct lns_ident ident;
        uint64_t size;
        int64_t updated_ms;
        size_t length;
        char buf[16];
        uint64_t problems = 0;
        unsigned visits = 0;

        assert_reaches(lookup(state, TABLE, TAG, "gold"), &err, "lookup_node");
        assert_reaches(list(state, 0, NAMESPACE, 0, &visits), &err, "list_nodes");
        assert_succeeds(lns_catalog_describe_node(*state, TAG, 7, &node, &err), &err);
        assert_succeeds(lns_catalog_identify_node(*state, TAG, 7, &ident, &err), &err);
        assert_succeeds(lns_catalog_describe_version_node(*state, 7, &version, NULL, &err), &err);
        assert_succeeds(lns_catalog_describe_tag_node(*state, 7, &tag, &err), &err);
        assert_succeeds(lns_catalog_describe_table_node(*state, 7, &table, &err), &err);
        assert_succeeds(lns_catalog_describe_namespace_node(*state, 7, &ns, &err), &err);
        assert_succeeds(lns_catalog_describe_changes(*state, &size, &updated_ms, &err), &err);
        assert_succeeds(lns_catalog_read_changes(*state, 0, buf, sizeof(buf), &length, &err), &err);
        assert_succeeds(lns_catalog_describe_catalog(*state, &description, &err), &err);
        assert_refuses(set_attributes(state, TABLE, 7, 7, 0), &err, LNS_PERMISSION_DENIED, "");
        assert_int_equal(lns_error_errno(&err), EROFS);
        assert_refuses(set_property(state, TABLE, "k", "", 0), &err, LNS_PERMISSION_DENIED, "");
        assert_reaches(lns_catalog_check_catalog(*state, false, report_nothing, NULL, &problems,
                                                 &err),
                       &err, "check_catalog");
        assert_refuses(lns_catalog_check_catalog(*state, true, report_nothing, NULL, &problems,
                                                 &err),
                       &err, LNS_PERMISSION_DENIED, "");
}

static void an_engine_without_nodes_cannot_be_mounted(void **state)
{
        struct lns_catalog_description description;
        uint64_t number;
        int64_t time;
        unsigned visits = 0;

        assert_fails(lookup(state, TABLE, TAG, "gold"), &err, LNS_UNSUPPORTED);
        assert_string_equal(err.message, "the empty engine has no LookupNode");
        assert_fails(list(state, 0, NAMESPACE, 0, &visits), &err, LNS_UNSUPPORTED);
        assert_fails(set_attributes(state, TABLE, 7, 7, 0), &err, LNS_UNSUPPORTED);
        assert_fails(lns_catalog_describe_changes(*state, &number, &time, &err), &err,
                     LNS_UNSUPPORTED);
        assert_fails(lns_catalog_describe_catalog(*state, &description, &err), &err,
                     LNS_UNSUPPORTED);
        assert_int_equal(lns_catalog_generation(*state), 0);
        assert_int_equal(lns_catalog_wait_generation(*state, 6, 1), 0);
}

static void a_failure_of_the_engine_reaches_who_asked_for_the_node(void **state)
{
        fake.result = -1;
        assert_fails(lookup(state, TABLE, TAG, "gold"), &err, LNS_TABLE_NOT_FOUND);
        assert_string_equal(err.message, "the fake says no");
        assert_int_equal(lns_catalog_describe_node(*state, TABLE, 7, &node, NULL), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                fake_test(each_kind_is_looked_up_below_its_parent),
                fake_test(a_name_that_cannot_be_is_not_found_without_asking),
                fake_test(each_kind_is_described_by_number),
                fake_test(everything_of_a_node_is_asked_for_by_number),
                fake_test(children_of_every_kind_are_listed),
                fake_test(only_directories_have_attributes),
                fake_test(a_property_is_held_to_the_limits_of_xattrs),
                fake_test(the_feed_and_the_state_are_the_engines),
                fake_test_read_only(a_read_only_catalog_is_looked_at_but_not_changed),
                fake_test_without_callbacks(an_engine_without_nodes_cannot_be_mounted),
                fake_test(a_failure_of_the_engine_reaches_who_asked_for_the_node),
        };

        return cmocka_run_group_tests_name("node", tests, NULL, NULL);
}

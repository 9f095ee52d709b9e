/* The node view: lookup, describe, identify, and the whole of a version, tag, table and namespace
 * by its number. Listings: node_lists.c. */
#include "contract.h"

#include <string.h>

#define USERS ident("prod", "users")

static void populate(struct lns_catalog *catalog)
{
        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("prod", "eu"));
        make_table(catalog, USERS);
        make_version(catalog, USERS, 3);
        make_version(catalog, USERS, 12);
        make_tag(catalog, USERS, "gold", 3);
}

static int lookup(struct lns_catalog *catalog, enum lns_node_kind parent_kind, uint64_t parent,
                  enum lns_node_kind kind, const char *name, struct lns_error *err)
{
        struct lns_node node;

        return lns_catalog_lookup_node(catalog, parent_kind, parent, kind, name, &node, err);
}

/* ---- lookup, describe ---- */

static void a_node_says_what_it_is(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node prod, users, gold, twelve;

        populate(catalog);
        prod = node_of_namespace(catalog, ident("prod"));
        assert_int_equal(prod.kind, LNS_NODE_NAMESPACE);
        assert_int_equal(prod.parent, LNS_NODE_ROOT);
        assert_true(prod.id > LNS_NODE_DEREGISTERED);
        assert_text(prod.name, "prod");
        assert_int_equal(prod.size, 0);
        users = node_of_table(catalog, USERS);
        assert_int_equal(users.kind, LNS_NODE_TABLE);
        assert_int_equal(users.parent, prod.id);
        assert_text(users.name, "users");
        assert_int_equal(users.version, 12);
        gold = node_of(catalog, USERS, LNS_NODE_TAG, "gold");
        assert_int_equal(gold.kind, LNS_NODE_TAG);
        assert_int_equal(gold.parent, users.id);
        assert_text(gold.name, "gold");
        assert_int_equal(gold.version, 3);
        assert_int_equal(gold.size, 2);
        twelve = node_of(catalog, USERS, LNS_NODE_VERSION, "12");
        assert_int_equal(twelve.kind, LNS_NODE_VERSION);
        assert_int_equal(twelve.parent, users.id);
        assert_text(twelve.name, "");
        assert_int_equal(twelve.version, 12);
        assert_true(twelve.updated_ms > 0);
}

static void the_root_and_the_deregistered_are_nodes(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node node;
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_describe_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT, &node,
                                            &err),
                  &err);
        assert_int_equal(node.id, LNS_NODE_ROOT);
        assert_int_equal(node.kind, LNS_NODE_NAMESPACE);
        assert_ok(lns_catalog_describe_node(catalog, LNS_NODE_NAMESPACE, LNS_NODE_DEREGISTERED,
                                            &node, &err),
                  &err);
        assert_int_equal(node.id, LNS_NODE_DEREGISTERED);
}

static void describe_gives_what_lookup_gave(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node nodes[5];
        struct lns_error err = LNS_ERROR_INIT;

        populate(catalog);
        nodes[0] = node_of_namespace(catalog, ident("prod", "eu"));
        nodes[1] = node_of_table(catalog, USERS);
        nodes[2] = node_of(catalog, USERS, LNS_NODE_TAG, "gold");
        nodes[3] = node_of(catalog, USERS, LNS_NODE_VERSION, "3");
        nodes[4] = node_of_namespace(catalog, ident("prod"));
        for (size_t i = 0; i < COUNT(nodes); i++) {
                struct lns_node node;

                assert_ok(lns_catalog_describe_node(catalog, nodes[i].kind, nodes[i].id, &node,
                                                    &err),
                          &err);
                assert_int_equal(node.kind, nodes[i].kind);
                assert_int_equal(node.id, nodes[i].id);
                assert_int_equal(node.parent, nodes[i].parent);
                assert_int_equal(node.version, nodes[i].version);
                assert_int_equal(node.size, nodes[i].size);
                assert_int_equal(node.updated_ms, nodes[i].updated_ms);
                assert_int_equal(node.changed_ms, nodes[i].changed_ms);
                assert_int_equal(node.tags_ms, nodes[i].tags_ms);
                assert_int_equal(node.versions_ms, nodes[i].versions_ms);
                assert_int_equal(node.uid, nodes[i].uid);
                assert_int_equal(node.gid, nodes[i].gid);
                assert_int_equal(node.mode, nodes[i].mode);
                assert_text(node.name, nodes[i].name);
        }
}

static void lookup_of_what_is_missing_gives_the_code_of_its_kind(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t prod, users;
        const struct {
                enum lns_node_kind parent_kind, kind;
                const char *names[6];
                enum lns_code code;
        } cases[] = {
                { LNS_NODE_NAMESPACE,
                  LNS_NODE_NAMESPACE,
                  { "users", "EU", ".Trash", "a.lance", "" },
                  LNS_NAMESPACE_NOT_FOUND },
                { LNS_NODE_NAMESPACE,
                  LNS_NODE_TABLE,
                  { "eu", "user", "users.lance", ".git", "a$b" },
                  LNS_TABLE_NOT_FOUND },
                { LNS_NODE_TABLE,
                  LNS_NODE_TAG,
                  { "silver", ".gold.swp", "gold~", "gold.lock", "" },
                  LNS_TABLE_TAG_NOT_FOUND },
                { LNS_NODE_TABLE,
                  LNS_NODE_VERSION,
                  { "4", "0", "03", "+3", "3x", "99999999999999999999" },
                  LNS_TABLE_VERSION_NOT_FOUND },
        };

        populate(catalog);
        prod = node_of_namespace(catalog, ident("prod")).id;
        users = node_of_table(catalog, USERS).id;
        for (size_t i = 0; i < COUNT(cases); i++) {
                uint64_t parent = cases[i].parent_kind == LNS_NODE_TABLE ? users : prod;

                for (size_t j = 0; j < COUNT(cases[i].names) && cases[i].names[j]; j++)
                        assert_fails(lookup(catalog, cases[i].parent_kind, parent, cases[i].kind,
                                            cases[i].names[j], &err),
                                     &err, cases[i].code);
                /* A parent that is not there, or is of another kind. */
                assert_fails(lookup(catalog, cases[i].parent_kind, 999999, cases[i].kind, "3",
                                    &err),
                             &err, cases[i].code);
                assert_fails(lookup(catalog, cases[i].parent_kind, UINT64_MAX, cases[i].kind, "3",
                                    &err),
                             &err, cases[i].code);
        }
}

static void a_node_that_is_gone_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_node node, untouched;
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t eu, users, gold, three;

        populate(catalog);
        eu = node_of_namespace(catalog, ident("prod", "eu")).id;
        users = node_of_table(catalog, USERS).id;
        gold = node_of(catalog, USERS, LNS_NODE_TAG, "gold").id;
        three = node_of(catalog, USERS, LNS_NODE_VERSION, "3").id;
        /* The kind is part of the question. */
        memset(&node, 0xa5, sizeof(node));
        untouched = node;
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_TABLE, eu, &node, &err), &err,
                     LNS_TABLE_NOT_FOUND);
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_TAG, three, &node, &err), &err,
                     LNS_TABLE_TAG_NOT_FOUND);
        assert_memory_equal(&node, &untouched, sizeof(node));

        assert_done(catalog, drop_namespace, NULL, .id = ident("prod"), .cascade = true);
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_NAMESPACE, eu, &node, &err), &err,
                     LNS_NAMESPACE_NOT_FOUND);
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_TABLE, users, &node, &err), &err,
                     LNS_TABLE_NOT_FOUND);
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_TAG, gold, &node, &err), &err,
                     LNS_TABLE_TAG_NOT_FOUND);
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_VERSION, three, &node, &err), &err,
                     LNS_TABLE_VERSION_NOT_FOUND);
        assert_memory_equal(&node, &untouched, sizeof(node));
        assert_fails(lns_catalog_describe_node(catalog, LNS_NODE_VERSION, UINT64_MAX, &node, &err),
                     &err, LNS_TABLE_VERSION_NOT_FOUND);
}

/* ---- identify ---- */

static const char *identify(struct lns_catalog *catalog, enum lns_node_kind kind, uint64_t id)
{
        struct lns_ident named = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        char text[4096];

        assert_ok(lns_catalog_identify_node(catalog, kind, id, &named, &err), &err);
        lns_ident_to_text(&named, text, sizeof(text));
        lns_ident_clear(&named);
        return text_of("%s", text);
}

static void a_node_has_an_identifier(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        assert_text(identify(catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT), "$");
        assert_text(identify(catalog, LNS_NODE_NAMESPACE, LNS_NODE_DEREGISTERED), "$");
        assert_text(identify(catalog, LNS_NODE_NAMESPACE,
                             node_of_namespace(catalog, ident("prod", "eu")).id),
                    "prod$eu");
        assert_text(identify(catalog, LNS_NODE_TABLE, node_of_table(catalog, USERS).id),
                    "prod$users");
        assert_text(identify(catalog, LNS_NODE_TAG,
                             node_of(catalog, USERS, LNS_NODE_TAG, "gold").id),
                    "prod$users");
        assert_text(identify(catalog, LNS_NODE_VERSION,
                             node_of(catalog, USERS, LNS_NODE_VERSION, "3").id),
                    "prod$users");
}

static void an_identifier_follows_renames_above_it(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t gold;

        populate(catalog);
        gold = node_of(catalog, USERS, LNS_NODE_TAG, "gold").id;
        assert_done(catalog, rename_table, NULL, .id = USERS, .new_table_name = "people",
                    .new_namespace_id = ident("prod", "eu"));
        assert_text(identify(catalog, LNS_NODE_TAG, gold), "prod$eu$people");
        assert_done(catalog, rename_namespace, NULL, .id = ident("prod"), .new_id = ident("p"));
        assert_text(identify(catalog, LNS_NODE_TAG, gold), "p$eu$people");
}

static void what_is_gone_or_deregistered_has_no_identifier(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_ident named = { .n_parts = 77 };
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t users, gold, three, eu;

        populate(catalog);
        eu = node_of_namespace(catalog, ident("prod", "eu")).id;
        users = node_of_table(catalog, USERS).id;
        gold = node_of(catalog, USERS, LNS_NODE_TAG, "gold").id;
        three = node_of(catalog, USERS, LNS_NODE_VERSION, "3").id;
        assert_done(catalog, deregister_table, NULL, .id = USERS);
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_TABLE, users, &named, &err), &err,
                     LNS_TABLE_NOT_FOUND);
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_TAG, gold, &named, &err), &err,
                     LNS_TABLE_NOT_FOUND);
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_VERSION, three, &named, &err),
                     &err, LNS_TABLE_NOT_FOUND);
        assert_done(catalog, drop_namespace, NULL, .id = ident("prod", "eu"));
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_NAMESPACE, eu, &named, &err), &err,
                     LNS_NAMESPACE_NOT_FOUND);
        assert_fails(lns_catalog_identify_node(catalog, LNS_NODE_TAG, eu, &named, &err), &err,
                     LNS_TABLE_TAG_NOT_FOUND);
        assert_int_equal(named.n_parts, 77);
}

/* ---- everything of one ---- */

static void a_node_gives_everything_of_what_it_is(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_create_table_version_request given = version_request(USERS, 12);
        struct lns_table_version version = { 0 };
        struct lns_table_tag tag = { 0 };
        struct lns_describe_table_response table = { 0 };
        struct lns_describe_namespace_response ns = { 0 };
        enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
        struct lns_error err = LNS_ERROR_INIT;

        populate(catalog);
        assert_ok(lns_catalog_describe_version_node(
                          catalog, node_of(catalog, USERS, LNS_NODE_VERSION, "12").id, &version,
                          &scheme, &err),
                  &err);
        assert_int_equal(version.version, 12);
        assert_text(version.manifest_path, given.manifest_path);
        assert_text(version.e_tag, given.e_tag);
        assert_int_equal(version.metadata.n_entries, 2);
        assert_int_equal(scheme, LNS_NAMING_SCHEME_V2);
        lns_table_version_clear(&version);

        assert_ok(lns_catalog_describe_tag_node(
                          catalog, node_of(catalog, USERS, LNS_NODE_TAG, "gold").id, &tag, &err),
                  &err);
        assert_text(tag.tag, "gold");
        assert_int_equal(tag.version, 3);
        assert_int_equal(tag.manifest_size, version_request(USERS, 3).manifest_size);
        lns_table_tag_clear(&tag);

        assert_ok(lns_catalog_describe_table_node(catalog, node_of_table(catalog, USERS).id, &table,
                                                  &err),
                  &err);
        assert_text(table.table, "users");
        assert_int_equal(table.ns.n_parts, 1);
        assert_int_equal(table.version, 12);
        lns_describe_table_response_clear(&table);

        assert_ok(lns_catalog_describe_namespace_node(
                          catalog, node_of_namespace(catalog, ident("prod")).id, &ns, &err),
                  &err);
        assert_int_equal(ns.properties.n_entries, 0);
        lns_describe_namespace_response_clear(&ns);
}

static void the_naming_scheme_is_kept_and_v2_when_not_said(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const enum lns_naming_scheme given[] = { LNS_NAMING_SCHEME_UNSET,
                                                        LNS_NAMING_SCHEME_V1,
                                                        LNS_NAMING_SCHEME_V2 };

        make_table(catalog, ident("users"));
        for (size_t i = 0; i < COUNT(given); i++) {
                const char *number = text_of("%zu", i + 1);
                struct lns_table_version version = { 0 };
                enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
                struct lns_error err = LNS_ERROR_INIT;
                uint64_t node;

                assert_done(catalog, create_table_version, NULL, .id = ident("users"),
                            .version = i + 1, .manifest_path = number, .naming_scheme = given[i]);
                node = node_of(catalog, ident("users"), LNS_NODE_VERSION, number).id;
                assert_ok(lns_catalog_describe_version_node(catalog, node, &version, &scheme, &err),
                          &err);
                assert_int_equal(scheme, given[i] == LNS_NAMING_SCHEME_V1 ? LNS_NAMING_SCHEME_V1
                                                                          : LNS_NAMING_SCHEME_V2);
                lns_table_version_clear(&version);
                assert_ok(lns_catalog_describe_version_node(catalog, node, &version, NULL, &err),
                          &err);
                lns_table_version_clear(&version);
        }
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_node_says_what_it_is),
                contract_test(the_root_and_the_deregistered_are_nodes),
                contract_test(describe_gives_what_lookup_gave),
                contract_test(lookup_of_what_is_missing_gives_the_code_of_its_kind),
                contract_test(a_node_that_is_gone_is_not_found),
                contract_test(a_node_has_an_identifier),
                contract_test(an_identifier_follows_renames_above_it),
                contract_test(what_is_gone_or_deregistered_has_no_identifier),
                contract_test(a_node_gives_everything_of_what_it_is),
                contract_test(the_naming_scheme_is_kept_and_v2_when_not_said),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

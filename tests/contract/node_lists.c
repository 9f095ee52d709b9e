/* The node view: listings, whole and in parts, while the catalog changes. */
#include "contract.h"

#include <stdlib.h>
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

struct visited {
        struct lns_node nodes[64];
        size_t count;
        size_t stop_after; /* 0: never */
};

static bool visit(void *context, const struct lns_node *node)
{
        struct visited *visited = context;

        if (visited->count < COUNT(visited->nodes))
                visited->nodes[visited->count] = *node;
        visited->count++;
        return visited->stop_after == 0 || visited->count < visited->stop_after;
}

static struct visited list(struct lns_catalog *catalog, uint64_t parent, enum lns_node_kind kind,
                           uint64_t after, size_t stop_after, bool attributes)
{
        struct visited visited = { .stop_after = stop_after };
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_list_nodes(catalog, parent, kind, after, attributes, visit, &visited,
                                         &err),
                  &err);
        assert_in_range(visited.count, 0, COUNT(visited.nodes));
        return visited;
}

static void listings_are_by_id_and_versions_by_number(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct visited visited;
        uint64_t users;

        populate(catalog);
        make_table(catalog, ident("prod", "aaa"));
        make_version(catalog, USERS, 5);
        make_tag(catalog, USERS, "a", 5);
        visited = list(catalog, node_of_namespace(catalog, ident("prod")).id, LNS_NODE_TABLE, 0, 0,
                       true);
        assert_int_equal(visited.count, 2);
        assert_text(visited.nodes[0].name, "users");
        assert_text(visited.nodes[1].name, "aaa");
        assert_true(visited.nodes[0].id < visited.nodes[1].id);
        users = node_of_table(catalog, USERS).id;
        visited = list(catalog, users, LNS_NODE_TAG, 0, 0, true);
        assert_int_equal(visited.count, 2);
        assert_text(visited.nodes[0].name, "gold");
        assert_text(visited.nodes[1].name, "a");
        visited = list(catalog, users, LNS_NODE_VERSION, 0, 0, true);
        assert_int_equal(visited.count, 3);
        assert_int_equal(visited.nodes[0].version, 3);
        assert_int_equal(visited.nodes[1].version, 5);
        assert_int_equal(visited.nodes[2].version, 12);
}

static void a_listing_gives_what_describe_gives(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t prod, users;

        populate(catalog);
        prod = node_of_namespace(catalog, ident("prod")).id;
        users = node_of_table(catalog, USERS).id;
        for (int kind = LNS_NODE_NAMESPACE; kind <= LNS_NODE_VERSION; kind++) {
                const uint64_t parent = kind <= LNS_NODE_TABLE ? prod : users;
                const struct visited whole =
                        list(catalog, parent, (enum lns_node_kind)kind, 0, 0, true);
                const struct visited bare =
                        list(catalog, parent, (enum lns_node_kind)kind, 0, 0, false);

                assert_int_not_equal(whole.count, 0);
                assert_int_equal(whole.count, bare.count);
                for (size_t i = 0; i < whole.count; i++) {
                        const struct lns_node *node = &whole.nodes[i];
                        struct lns_node described;

                        assert_ok(lns_catalog_describe_node(catalog, node->kind, node->id,
                                                            &described, &err),
                                  &err);
                        assert_int_equal(described.parent, node->parent);
                        assert_int_equal(described.version, node->version);
                        assert_int_equal(described.size, node->size);
                        assert_int_equal(described.updated_ms, node->updated_ms);
                        assert_int_equal(described.changed_ms, node->changed_ms);
                        assert_int_equal(described.tags_ms, node->tags_ms);
                        assert_int_equal(described.versions_ms, node->versions_ms);
                        assert_int_equal(described.uid, node->uid);
                        assert_int_equal(described.gid, node->gid);
                        assert_int_equal(described.mode, node->mode);
                        assert_text(described.name, node->name);

                        assert_int_equal(bare.nodes[i].kind, node->kind);
                        assert_int_equal(bare.nodes[i].id, node->id);
                        assert_int_equal(bare.nodes[i].parent, node->parent);
                        assert_int_equal(bare.nodes[i].version, node->version);
                        assert_text(bare.nodes[i].name, node->name);
                }
        }
}

static void the_root_lists_neither_itself_nor_the_deregistered(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct visited visited;

        populate(catalog);
        make_table(catalog, ident("a"));
        make_table(catalog, ident("b"));
        assert_done(catalog, deregister_table, NULL, .id = ident("a"));
        visited = list(catalog, LNS_NODE_ROOT, LNS_NODE_NAMESPACE, 0, 0, true);
        assert_int_equal(visited.count, 1);
        assert_text(visited.nodes[0].name, "prod");
        visited = list(catalog, LNS_NODE_ROOT, LNS_NODE_TABLE, 0, 0, true);
        assert_int_equal(visited.count, 1);
        assert_text(visited.nodes[0].name, "b");
        visited = list(catalog, LNS_NODE_DEREGISTERED, LNS_NODE_TABLE, 0, 0, true);
        assert_int_equal(visited.count, 1);
        assert_text(visited.nodes[0].name, "a");
        visited = list(catalog, LNS_NODE_DEREGISTERED, LNS_NODE_NAMESPACE, 0, 0, true);
        assert_int_equal(visited.count, 0);
}

static void a_visitor_can_stop_and_go_on_later(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct visited visited;
        uint64_t users, after = 0;
        uint64_t expected = 1;

        populate(catalog);
        for (uint64_t version = 1; version <= 12; version++)
                make_version(catalog, USERS, version);
        users = node_of_table(catalog, USERS).id;
        do {
                visited = list(catalog, users, LNS_NODE_VERSION, after, 5, true);
                assert_in_range(visited.count, 0, 5);
                for (size_t i = 0; i < visited.count; i++)
                        assert_int_equal(visited.nodes[i].version, expected++);
                if (visited.count > 0)
                        after = visited.nodes[visited.count - 1].version;
        } while (visited.count > 0);
        assert_int_equal(expected, 13);
}

static void what_stays_is_visited_once_while_the_rest_changes(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct visited visited;
        bool seen[20] = { false };
        uint64_t after = 0;
        int round = 0;

        for (size_t i = 0; i < COUNT(seen); i++)
                make_table(catalog, ident(text_of("stays%02zu", i)));
        do {
                visited = list(catalog, LNS_NODE_ROOT, LNS_NODE_TABLE, after, 3, round % 2 == 0);
                for (size_t i = 0; i < visited.count; i++) {
                        const char *name = visited.nodes[i].name;

                        after = visited.nodes[i].id;
                        if (strncmp(name, "stays", 5) == 0) {
                                const size_t number = (size_t)strtol(name + 5, NULL, 10);

                                assert_in_range(number, 0, COUNT(seen) - 1);
                                assert_false(seen[number]);
                                seen[number] = true;
                        }
                }
                /* Renames change the order of names; ids stay. */
                assert_done(catalog, rename_table, NULL, .id = ident(text_of("stays%02d", round)),
                            .new_table_name = text_of("zzz%02d", round));
                assert_done(catalog, rename_table, NULL, .id = ident(text_of("zzz%02d", round)),
                            .new_table_name = text_of("stays%02d", round));
                if (round > 0 && round < 5)
                        assert_done(catalog, drop_table, NULL,
                                    .id = ident(text_of("comes%02d", round - 1)));
                if (round < 5)
                        make_table(catalog, ident(text_of("comes%02d", round)));
                round++;
        } while (visited.count > 0);
        for (size_t i = 0; i < COUNT(seen); i++)
                assert_true(seen[i]);
}

static void a_parent_that_is_gone_has_no_children(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (int kind = LNS_NODE_NAMESPACE; kind <= LNS_NODE_VERSION; kind++) {
                const enum lns_node_kind k = (enum lns_node_kind)kind;

                assert_int_equal(list(catalog, 999999, k, 0, 0, true).count, 0);
                assert_int_equal(list(catalog, UINT64_MAX, k, 0, 0, false).count, 0);
        }
        assert_int_equal(list(catalog, node_of_table(catalog, USERS).id, LNS_NODE_VERSION,
                              LNS_VERSION_MAX, 0, true)
                                 .count,
                         0);
        assert_int_equal(list(catalog, node_of_table(catalog, USERS).id, LNS_NODE_TAG, UINT64_MAX,
                              0, true)
                                 .count,
                         0);
}

static void versions_on_a_branch_are_not_listed_with_main(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request request = version_request(USERS, 7);
        struct lns_node seven;
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t users;

        populate(catalog);
        make_branch(catalog, USERS, "dev");
        request.branch = "dev";
        assert_ok(lns_catalog_create_table_version(catalog, &request, NULL, &err), &err);
        users = node_of_table(catalog, USERS).id;
        assert_int_equal(list(catalog, users, LNS_NODE_VERSION, 0, 0, true).count, 2);
        assert_fails(lns_catalog_lookup_node(catalog, LNS_NODE_TABLE, users, LNS_NODE_VERSION, "7",
                                             &seven, &err),
                     &err, LNS_TABLE_VERSION_NOT_FOUND);
        assert_int_equal(node_of_table(catalog, USERS).version, 12);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(listings_are_by_id_and_versions_by_number),
                contract_test(a_listing_gives_what_describe_gives),
                contract_test(the_root_lists_neither_itself_nor_the_deregistered),
                contract_test(a_visitor_can_stop_and_go_on_later),
                contract_test(what_stays_is_visited_once_while_the_rest_changes),
                contract_test(a_parent_that_is_gone_has_no_children),
                contract_test(versions_on_a_branch_are_not_listed_with_main),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Names that can not be, by table, wherever a name is given; and those that can. */
#include "contract.h"

#include <errno.h>
#include <string.h>

/* model.h, lns_check_name(); design: "Names". */
static const char *const bad_names[] = {
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "/",
        "a$b",
        "$",
        "a\nb",
        "\x01",
        "\x7f",
        "tab\t",
        "x.lance",
        ".lance",
        "\xff",
        "\xc3",
        "\xc0\xaf",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\xe2\x82",
        "\xc2\x80",
};

static const char *const good_names[] = {
        "a",
        "-x",
        "~",
        "a b",
        " ",
        "a.b",
        "a.lance2",
        "lance",
        "x.LANCE",
        "\xc3\xa9",
        "#a%",
        "CON",
        "*",
        "a\\b",
        "\"",
        "'",
        ":",
        "0",
        "\xf0\x9f\x98\x80",
        "a..",
        "a.lance.b",
};

/* lance-semantics.md 2.6, check_valid_tag; ASCII only. */
static const char *const bad_tags[] = {
        "",      ".",  "..",  ".a",       "a.",  "a..b", "a/b", "a b",  "a$b", "x.lock",
        ".lock", "a~", "a\n", "\xc3\xa9", "a:b", "a+b",  "a@b", "\xff", "#",   "a\\b",
};

static const char *const good_tags[] = {
        "a", "0", "-x", "_", "-", "main", "HEAD", "v1.2.3", "a.lockx", "lock", "A-b_c.9", "latest",
};

/* lance-semantics.md 2.6, check_valid_branch; ASCII only. */
static const char *const bad_branches[] = {
        "",     "/",      "/a",  "a/",  "a//b",     "a..b", "../a",
        "a\\b", "a.lock", "a b", "a$b", "\xc3\xa9", "a\n",  "a:b",
};

/* ---- namespaces and tables ---- */

/* sys: the errno, 0 for that of the code. */
static void refuse_name(struct lns_catalog *catalog, const char *name, int sys)
{
        const struct lns_ident *as_namespace = ident(name), *below = ident("prod", name);
        const struct lns_ident *above = ident(name, "x");

#define refuse(operation, ...)                                                                     \
        assert_refused_errno(catalog, operation, LNS_INVALID_INPUT, sys, __VA_ARGS__)

        refuse(create_namespace, .id = as_namespace);
        refuse(create_namespace, .id = below);
        refuse(create_namespace, .id = above);
        refuse(create_namespace, .id = below, .mode = LNS_CREATE_MODE_OVERWRITE);
        refuse(describe_namespace, .id = as_namespace);
        refuse(namespace_exists, .id = above);
        refuse(list_namespaces, .id = as_namespace);
        refuse(list_tables, .id = below);
        refuse(drop_namespace, .id = as_namespace);
        refuse(drop_namespace, .id = as_namespace, .skip_missing = true, .cascade = true);
        refuse(rename_namespace, .id = ident("prod"), .new_id = as_namespace);
        refuse(rename_namespace, .id = as_namespace, .new_id = ident("x"));
        refuse(declare_table, .id = below);
        refuse(declare_table, .id = as_namespace);
        refuse(register_table, .id = below, .location = "/srv/x");
        refuse(describe_table, .id = below);
        refuse(table_exists, .id = below);
        refuse(drop_table, .id = below);
        refuse(deregister_table, .id = below);
        refuse(deregister_table, .id = ident("users"), .deregistered_name = name);
        refuse(restore_deregistered_table, .deregistered_name = name, .id = ident("x"));
        refuse(restore_deregistered_table, .deregistered_name = "old", .id = below);
        refuse(rename_table, .id = ident("users"), .new_table_name = name);
        refuse(rename_table, .id = ident("users"), .new_table_name = "x",
               .new_namespace_id = as_namespace);
        refuse(create_table_version, .id = below, .version = 1, .manifest_path = "p");
        refuse(list_table_versions, .id = below);
        refuse(describe_table_version, .id = below);
        refuse(list_table_tags, .id = below);
        refuse(create_table_tag, .id = below, .tag = "gold");
        refuse(rename_table_tag, .id = ident("users"), .tag = "gold", .new_id = below,
               .new_tag = "gold");
        refuse(copy_table_tag, .id = ident("users"), .tag = "gold", .new_id = below,
               .new_tag = "gold");
        refuse(import_table, .id = below, .location = "/srv/x");
#undef refuse
}

static void populate(struct lns_catalog *catalog)
{
        make_namespace(catalog, ident("prod"));
        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        make_tag(catalog, ident("users"), "gold", 1);
        make_table(catalog, ident("old"));
        assert_done(catalog, deregister_table, NULL, .id = ident("old"));
}

static void a_bad_name_is_refused_wherever_it_stands(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(bad_names); i++)
                refuse_name(catalog, bad_names[i], 0);
}

static void a_name_too_long_is_enametoolong_wherever_it_stands(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        refuse_name(catalog, repeated('a', LNS_NAME_MAX + 1), ENAMETOOLONG);
        refuse_name(catalog, repeated('a', 100000), ENAMETOOLONG);
}

static void the_longest_name_works_for_namespace_table_and_tag(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *name = repeated('a', LNS_NAME_MAX);

        make_namespace(catalog, ident(name));
        make_local_table(catalog, ident(name, name));
        make_version(catalog, ident(name, name), 1);
        make_tag(catalog, ident(name, name), name, 1);
        assert_text(namespaces_in(catalog, root()), name);
        assert_text(tables_in(catalog, ident(name)), name);
        assert_int_equal(tag_version(catalog, ident(name, name), name), 1);
}

static void a_good_name_is_taken_as_it_is(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        for (size_t i = 0; i < COUNT(good_names); i++) {
                const char *name = good_names[i];

                make_namespace(catalog, ident(name));
                make_local_table(catalog, ident(name, name));
                assert_text(tables_in(catalog, ident(name)), name);
                assert_done(catalog, namespace_exists, NULL, .id = ident(name));
        }
}

static void an_identifier_can_be_deep(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *names[LNS_IDENT_PARTS_MAX + 1];
        size_t depth;

        memset(names, 0, sizeof(names));
        for (depth = 0; depth < 100; depth++) {
                names[depth] = "n";
                make_namespace(catalog, ident_of(names));
        }
        names[depth] = "users";
        make_local_table(catalog, ident_of(names));
        make_version(catalog, ident_of(names), 1);
        assert_text(versions_of(catalog, ident_of(names), NULL), "1");
        assert_done(catalog, drop_namespace, NULL, .id = ident("n"), .cascade = true);
        assert_text(namespaces_in(catalog, root()), "");
}

static void an_identifier_that_is_too_deep_is_enametoolong(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static char *parts[LNS_IDENT_PARTS_MAX + 1];
        struct lns_ident deep = { .parts = parts, .n_parts = COUNT(parts) };
        static char name[] = "n";

        /* lns_ident_new() does not make such a one. */
        for (size_t i = 0; i < COUNT(parts); i++)
                parts[i] = name;
        assert_refused_errno(catalog, create_namespace, LNS_INVALID_INPUT, ENAMETOOLONG,
                             .id = &deep);
        assert_refused_errno(catalog, describe_table, LNS_INVALID_INPUT, ENAMETOOLONG, .id = &deep);
        deep.n_parts--;
        assert_refused(catalog, create_namespace, LNS_NAMESPACE_NOT_FOUND, .id = &deep);
        assert_refused(catalog, describe_table, LNS_NAMESPACE_NOT_FOUND, .id = &deep);
}

static void no_identifier_at_all_is_invalid_input(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, create_namespace, LNS_INVALID_INPUT, .id = NULL);
        assert_refused(catalog, list_namespaces, LNS_INVALID_INPUT, .id = NULL);
        assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = NULL);
        assert_refused(catalog, rename_namespace, LNS_INVALID_INPUT, .id = ident("a"));
        assert_refused(catalog, create_table_version, LNS_INVALID_INPUT, .version = 1,
                       .manifest_path = "p");
        assert_refused(catalog, create_table_tag, LNS_INVALID_INPUT, .tag = "gold");
}

/* ---- tags and branches ---- */

static void refuse_tag(struct lns_catalog *catalog, const char *tag, int sys)
{
        const struct lns_ident *users = ident("users");

#define refuse(operation, ...)                                                                     \
        assert_refused_errno(catalog, operation, LNS_INVALID_INPUT, sys, .id = users, __VA_ARGS__)

        refuse(create_table_tag, .tag = tag, .version = 1);
        refuse(update_table_tag, .tag = tag, .version = 1);
        refuse(update_table_tag, .tag = tag, .or_create = true);
        refuse(delete_table_tag, .tag = tag);
        refuse(get_table_tag_version, .tag = tag);
        refuse(rename_table_tag, .tag = "gold", .new_tag = tag);
        refuse(rename_table_tag, .tag = tag, .new_tag = "silver");
        refuse(copy_table_tag, .tag = "gold", .new_tag = tag);
        refuse(copy_table_tag, .tag = tag, .new_tag = "silver");
        refuse(describe_table, .tag = tag);
#undef refuse
        assert_refused_errno(catalog, import_table, LNS_INVALID_INPUT, sys, .id = ident("x"),
                             .location = "/srv/x",
                             .tags = &(const struct lns_create_table_tag_request){ .tag = tag,
                                                                                   .version = 1 },
                             .n_tags = 1);
}

static void a_bad_tag_is_refused_wherever_it_stands(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(bad_tags); i++)
                refuse_tag(catalog, bad_tags[i], 0);
        refuse_tag(catalog, repeated('a', LNS_NAME_MAX + 1), ENAMETOOLONG);
}

static void a_good_tag_is_taken_as_it_is(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        for (size_t i = 0; i < COUNT(good_tags); i++) {
                make_tag(catalog, ident("users"), good_tags[i], 1);
                assert_text(tags_of(catalog, ident("users")), text_of("%s=1", good_tags[i]));
                assert_done(catalog, delete_table_tag, NULL, .id = ident("users"),
                            .tag = good_tags[i]);
        }
}

static void an_operation_on_a_tag_needs_its_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");

        populate(catalog);
        assert_refused(catalog, create_table_tag, LNS_INVALID_INPUT, .id = users, .version = 1);
        assert_refused(catalog, update_table_tag, LNS_INVALID_INPUT, .id = users, .version = 1);
        assert_refused(catalog, delete_table_tag, LNS_INVALID_INPUT, .id = users);
        assert_refused(catalog, get_table_tag_version, LNS_INVALID_INPUT, .id = users);
        assert_refused(catalog, rename_table_tag, LNS_INVALID_INPUT, .id = users, .tag = "gold");
        assert_refused(catalog, copy_table_tag, LNS_INVALID_INPUT, .id = users, .tag = "gold");
}

static void a_bad_branch_is_refused_wherever_it_stands(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");
        const struct lns_version_range all = { 0, -1 };

        populate(catalog);
        for (size_t i = 0; i < COUNT(bad_branches); i++) {
                const char *branch = bad_branches[i];

                assert_refused(catalog, create_table_version, LNS_INVALID_INPUT, .id = users,
                               .branch = branch, .version = 2, .manifest_path = "p");
                assert_refused(catalog, list_table_versions, LNS_INVALID_INPUT, .id = users,
                               .branch = branch);
                assert_refused(catalog, describe_table_version, LNS_INVALID_INPUT, .id = users,
                               .branch = branch);
                assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_INPUT, .id = users,
                               .branch = branch, .ranges = &all, .n_ranges = 1);
                assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = users,
                               .branch = branch);
                assert_refused(catalog, create_table_tag, LNS_INVALID_INPUT, .id = users,
                               .branch = branch, .tag = "silver", .version = 1);
                assert_refused(catalog, update_table_tag, LNS_INVALID_INPUT, .id = users,
                               .branch = branch, .tag = "gold", .version = 1);
        }
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_bad_name_is_refused_wherever_it_stands),
                contract_test(a_name_too_long_is_enametoolong_wherever_it_stands),
                contract_test(the_longest_name_works_for_namespace_table_and_tag),
                contract_test(a_good_name_is_taken_as_it_is),
                contract_test(an_identifier_can_be_deep),
                contract_test(an_identifier_that_is_too_deep_is_enametoolong),
                contract_test(no_identifier_at_all_is_invalid_input),
                contract_test(a_bad_tag_is_refused_wherever_it_stands),
                contract_test(a_good_tag_is_taken_as_it_is),
                contract_test(an_operation_on_a_tag_needs_its_name),
                contract_test(a_bad_branch_is_refused_wherever_it_stands),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A leak shows under the address sanitizer, a pointer that stays in the second clear. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const char *text)
{
        char *string = strdup(text);

        assert_non_null(string);
        return string;
}

static struct lns_map a_map(void)
{
        struct lns_map map = { 0 };
        struct lns_error err;

        assert_succeeds(lns_map_set(&map, "key", "value", &err), &err);
        return map;
}

static struct lns_ident an_ident(void)
{
        const char *parts[] = { "prod", "users" };
        struct lns_ident ident;
        struct lns_error err;

        assert_succeeds(lns_ident_new(&ident, parts, 2, &err), &err);
        return ident;
}

static struct lns_name_page a_page(void)
{
        struct lns_name_page page = { .n_names = 2, .page_token = copy("b") };

        page.names = calloc(2, sizeof(*page.names));
        assert_non_null(page.names);
        page.names[0] = copy("a");
        page.names[1] = copy("b");
        return page;
}

static struct lns_table_version a_version(void)
{
        return (struct lns_table_version){
                .version = 7,
                .manifest_path = copy("p"),
                .e_tag = copy("e"),
                .metadata = a_map(),
        };
}

static struct lns_table_version *two_versions(void)
{
        struct lns_table_version *versions = calloc(2, sizeof(*versions));

        assert_non_null(versions);
        versions[0] = a_version();
        versions[1] = a_version();
        return versions;
}

static struct lns_table_tag a_tag(void)
{
        return (struct lns_table_tag){ .tag = copy("gold"), .branch = copy("dev") };
}

static struct lns_table_tag *one_tag(void)
{
        struct lns_table_tag *tags = calloc(1, sizeof(*tags));

        assert_non_null(tags);
        tags[0] = a_tag();
        return tags;
}

/* Fill a response, clear it: it is zero. Clear it again, and none at all. */
#define clears_all(name, ...)                                                                      \
        do {                                                                                       \
                struct lns_##name filled = { __VA_ARGS__ };                                        \
                static const struct lns_##name zero;                                               \
                                                                                                   \
                lns_##name##_clear(&filled);                                                       \
                assert_memory_equal(&filled, &zero, sizeof(zero));                                 \
                lns_##name##_clear(&filled);                                                       \
                lns_##name##_clear(NULL);                                                          \
        } while (0)

static void clearing_releases_and_zeroes_what_namespaces_answer(void **state)
{
        (void)state;
        clears_all(name_page, .page_token = copy("b"));
        clears_all(create_namespace_response, .transaction_id = 1, .properties = a_map());
        clears_all(list_namespaces_response, .namespaces = a_page());
        clears_all(describe_namespace_response, .properties = a_map());
        clears_all(drop_namespace_response, .transaction_id = 1, .properties = a_map());
}

static void clearing_releases_and_zeroes_what_tables_answer(void **state)
{
        (void)state;
        clears_all(list_tables_response, .tables = a_page());
        clears_all(list_all_tables_response, .tables = a_page());
        clears_all(declare_table_response, .transaction_id = 1, .location = copy("/l"),
                   .properties = a_map(), .managed_versioning = true);
        clears_all(register_table_response, .transaction_id = 1, .location = copy("/l"),
                   .properties = a_map());
        clears_all(describe_table_response, .table = copy("users"), .ns = an_ident(), .version = 7,
                   .location = copy("/l"), .properties = a_map());
        clears_all(drop_table_response, .transaction_id = 1, .id = an_ident(),
                   .location = copy("/l"), .properties = a_map());
        clears_all(deregister_table_response, .transaction_id = 1, .id = an_ident(),
                   .location = copy("/l"), .properties = a_map(),
                   .deregistered_name = copy("users-2"));
}

static void clearing_releases_and_zeroes_what_versions_and_tags_answer(void **state)
{
        (void)state;
        clears_all(create_table_version_response, .transaction_id = 1, .version = a_version());
        clears_all(list_table_versions_response, .versions = two_versions(), .n_versions = 2,
                   .page_token = copy("7"));
        clears_all(describe_table_version_response, .version = a_version());
        clears_all(batch_create_table_versions_response, .transaction_id = 1,
                   .versions = two_versions(), .n_versions = 2);
        clears_all(table_version, .version = 7, .manifest_path = copy("p"));
        clears_all(table_tag, .tag = copy("gold"), .branch = copy("dev"), .version = 7);
        clears_all(list_table_tags_response, .tags = one_tag(), .n_tags = 1,
                   .page_token = copy("gold"));
        clears_all(get_table_tag_version_response, .version = 7, .branch = copy("dev"));
}

static void clearing_releases_and_zeroes_what_transactions_answer(void **state)
{
        (void)state;
        clears_all(describe_transaction_response, .status = LNS_TRANSACTION_SUCCEEDED,
                   .properties = a_map());
        clears_all(alter_transaction_response, .status = LNS_TRANSACTION_SUCCEEDED,
                   .properties = a_map());
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(clearing_releases_and_zeroes_what_namespaces_answer),
                cmocka_unit_test(clearing_releases_and_zeroes_what_tables_answer),
                cmocka_unit_test(clearing_releases_and_zeroes_what_versions_and_tags_answer),
                cmocka_unit_test(clearing_releases_and_zeroes_what_transactions_answer),
        };

        return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}

/* Pages of every list: ListNamespaces, ListTables, ListAllTables, ListTableTags and
 * ListTableVersions. */
#include "contract.h"

#include <inttypes.h>

/* A page of any list, as text. */
struct page {
        const char *names;
        size_t count;
        const char *token; /* NULL: no more */
};

typedef struct page list_function(struct lns_catalog *catalog, const char *token, int64_t limit);

static struct page page_of(const struct lns_name_page *names)
{
        return (struct page){
                names_of(names),
                names->n_names,
                names->page_token ? text_of("%s", names->page_token) : NULL,
        };
}

static struct page list_namespaces(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        struct lns_list_namespaces_response response = { 0 };
        struct page page;

        assert_done(catalog, list_namespaces, &response, .id = ident("prod"), .page_token = token,
                    .limit = limit);
        page = page_of(&response.namespaces);
        lns_list_namespaces_response_clear(&response);
        return page;
}

static struct page list_tables(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        struct lns_list_tables_response response = { 0 };
        struct page page;

        assert_done(catalog, list_tables, &response, .id = ident("prod"), .page_token = token,
                    .limit = limit);
        page = page_of(&response.tables);
        lns_list_tables_response_clear(&response);
        return page;
}

static struct page list_declared(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        struct lns_list_tables_response response = { 0 };
        struct page page;

        assert_done(catalog, list_tables, &response, .id = ident("versioned"), .page_token = token,
                    .limit = limit, .exclude_declared = true);
        page = page_of(&response.tables);
        lns_list_tables_response_clear(&response);
        return page;
}

static struct page list_all_tables(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        struct lns_list_all_tables_response response = { 0 };
        struct page page;

        assert_done(catalog, list_all_tables, &response, .page_token = token, .limit = limit);
        page = page_of(&response.tables);
        lns_list_all_tables_response_clear(&response);
        return page;
}

static struct page list_tags(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        struct lns_list_table_tags_response response = { 0 };
        struct page page = { "", 0, NULL };

        assert_done(catalog, list_table_tags, &response, .id = ident("versioned", "d"),
                    .page_token = token, .limit = limit);
        for (size_t i = 0; i < response.n_tags; i++)
                page.names = text_of("%s%s%s", page.names, i > 0 ? " " : "", response.tags[i].tag);
        page.count = response.n_tags;
        page.token = response.page_token ? text_of("%s", response.page_token) : NULL;
        lns_list_table_tags_response_clear(&response);
        return page;
}

static struct page list_versions(struct lns_catalog *catalog, const char *token, int64_t limit,
                                 bool descending)
{
        struct lns_list_table_versions_response response = { 0 };
        struct page page = { "", 0, NULL };

        assert_done(catalog, list_table_versions, &response, .id = ident("versioned", "d"),
                    .page_token = token, .limit = limit, .descending = descending);
        for (size_t i = 0; i < response.n_versions; i++)
                page.names = text_of("%s%s%" PRIu64, page.names, i > 0 ? " " : "",
                                     response.versions[i].version);
        page.count = response.n_versions;
        page.token = response.page_token ? text_of("%s", response.page_token) : NULL;
        lns_list_table_versions_response_clear(&response);
        return page;
}

static struct page list_ascending(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        return list_versions(catalog, token, limit, false);
}

static struct page list_descending(struct lns_catalog *catalog, const char *token, int64_t limit)
{
        return list_versions(catalog, token, limit, true);
}

/* Every list, and what it gives on the catalog that populate() makes. */
static const struct {
        const char *name;
        list_function *list;
        const char *names;
} lists[] = {
        { "ListNamespaces", list_namespaces, "a b c d e" },
        { "ListTables", list_tables, "a b c d e" },
        { "ListTables without declared ones", list_declared, "b d" },
        { "ListAllTables", list_all_tables,
          "prod$a prod$b prod$c prod$d prod$e versioned$a versioned$b versioned$c versioned$d" },
        { "ListTableTags", list_tags, "a b c d e" },
        { "ListTableVersions", list_ascending, "1 2 9 10 11" },
        { "ListTableVersions descending", list_descending, "11 10 9 2 1" },
};

static void populate(struct lns_catalog *catalog)
{
        static const char *const letters[] = { "c", "a", "e", "b", "d" };
        static const uint64_t versions[] = { 10, 1, 9, 11, 2 };
        const struct lns_ident *table;

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("versioned"));
        for (size_t i = 0; i < COUNT(letters); i++) {
                make_namespace(catalog, ident("prod", letters[i]));
                make_table(catalog, ident("prod", letters[i]));
        }
        for (size_t i = 0; i < COUNT(letters); i++) {
                if (*letters[i] != 'e')
                        make_table(catalog, ident("versioned", letters[i]));
        }
        table = ident("versioned", "d");
        make_version(catalog, ident("versioned", "b"), 1);
        for (size_t i = 0; i < COUNT(versions); i++)
                make_version(catalog, table, versions[i]);
        for (size_t i = 0; i < COUNT(letters); i++)
                make_tag(catalog, table, letters[i], 1);
}

static size_t words_in(const char *text)
{
        size_t count = *text ? 1 : 0;

        for (; *text; text++)
                count += *text == ' ';
        return count;
}

static void pages_of_any_size_give_everything_once_and_in_order(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(lists); i++) {
                const size_t total = words_in(lists[i].names);

                for (size_t limit = 1; limit <= total + 1; limit++) {
                        const char *all = "", *token = NULL;
                        size_t pages = 0;

                        do {
                                const struct page page =
                                        lists[i].list(catalog, token, (int64_t)limit);

                                assert_in_range(page.count, 1, limit);
                                all = text_of("%s%s%s", all, *all ? " " : "", page.names);
                                token = page.token;
                                pages++;
                                assert_true(pages <= total);
                        } while (token);
                        assert_text(all, lists[i].names);
                        /* The last page knows that it is the last, also when it is full. */
                        assert_int_equal(pages, (total + limit - 1) / limit);
                }
        }
}

static void the_token_is_the_last_name_of_the_page(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(lists); i++) {
                const struct page page = lists[i].list(catalog, NULL, 1);

                assert_int_equal(page.count, 1);
                assert_text(page.token, page.names);
        }
}

static void no_token_and_an_empty_token_start_at_the_beginning(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(lists); i++) {
                assert_text(lists[i].list(catalog, NULL, -1).names, lists[i].names);
                assert_text(lists[i].list(catalog, "", -1).names, lists[i].names);
        }
}

static void limit_zero_gives_an_empty_page_without_token(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        for (size_t i = 0; i < COUNT(lists); i++) {
                const struct page page = lists[i].list(catalog, NULL, 0);

                assert_int_equal(page.count, 0);
                assert_null(page.token);
        }
}

static void limit_zero_of_what_is_missing_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        assert_refused(catalog, list_namespaces, LNS_NAMESPACE_NOT_FOUND, .id = ident("x"));
        assert_refused(catalog, list_tables, LNS_NAMESPACE_NOT_FOUND, .id = ident("x"));
        assert_refused(catalog, list_table_tags, LNS_TABLE_NOT_FOUND, .id = ident("x"));
        assert_refused(catalog, list_table_versions, LNS_TABLE_NOT_FOUND, .id = ident("x"));
}

static void any_negative_limit_and_any_large_one_give_a_whole_page(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const int64_t limits[] = {
                -1, -7, INT64_MIN, INT64_MAX, LNS_PAGE_MAX + 1, (int64_t)1 << 32
        };

        populate(catalog);
        for (size_t i = 0; i < COUNT(lists); i++) {
                for (size_t j = 0; j < COUNT(limits); j++) {
                        const struct page page = lists[i].list(catalog, NULL, limits[j]);

                        assert_text(page.names, lists[i].names);
                        assert_null(page.token);
                }
        }
}

static void a_token_need_not_name_what_is_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        populate(catalog);
        assert_text(list_namespaces(catalog, "b0", -1).names, "c d e");
        assert_text(list_tables(catalog, "b~", -1).names, "c d e");
        assert_text(list_tags(catalog, "bb", 2).names, "c d");
        assert_text(list_all_tables(catalog, "prod", 1).names, "prod$a");
        assert_text(list_all_tables(catalog, "prod$d$x", 1).names, "prod$e");
        assert_text(list_tables(catalog, "z", -1).names, "");
        assert_null(list_tables(catalog, "z", -1).token);
        assert_text(list_ascending(catalog, "3", -1).names, "9 10 11");
        assert_text(list_ascending(catalog, "100", -1).names, "");
        assert_text(list_descending(catalog, "10", -1).names, "9 2 1");
        assert_text(list_descending(catalog, "5", -1).names, "2 1");
        assert_text(list_descending(catalog, "1", -1).names, "");
}

static void what_is_dropped_between_pages_does_not_disturb(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct page page;

        populate(catalog);
        page = list_tables(catalog, NULL, 2);
        assert_text(page.names, "a b");
        assert_done(catalog, drop_table, NULL, .id = ident("prod", "b"));
        assert_done(catalog, drop_table, NULL, .id = ident("prod", "c"));
        make_table(catalog, ident("prod", "aa"));
        make_table(catalog, ident("prod", "da"));
        assert_text(list_tables(catalog, page.token, 9).names, "d da e");
}

static void a_page_of_versions_needs_a_number_as_its_token(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const bad[] = { "x",  "-1", "1x", " 1", "99999999999999999999",
                                           "+1", "1.5" };

        populate(catalog);
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_refused(catalog, list_table_versions, LNS_INVALID_INPUT,
                               .id = ident("versioned", "d"), .page_token = bad[i], .limit = 1);
}

static void a_page_has_a_thousand_names_at_most(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static struct lns_create_table_version_request entries[2 * LNS_PAGE_MAX + 1];
        const struct lns_ident *table = ident("versioned", "d");
        static const int64_t limits[] = { -1, INT64_MAX, LNS_PAGE_MAX + 1 };

        make_namespace(catalog, ident("versioned"));
        make_table(catalog, table);
        for (uint64_t i = 0; i < COUNT(entries); i++)
                entries[i] = (struct lns_create_table_version_request){ .id = table,
                                                                        .version = i + 1,
                                                                        .manifest_path = "p",
                                                                        .manifest_size = -1 };
        assert_done(catalog, batch_create_table_versions, NULL, .entries = entries,
                    .n_entries = COUNT(entries));
        for (size_t i = 0; i < COUNT(limits); i++) {
                struct page page = list_ascending(catalog, NULL, limits[i]);

                assert_int_equal(page.count, LNS_PAGE_MAX);
                assert_text(page.token, "1000");
                page = list_ascending(catalog, page.token, limits[i]);
                assert_int_equal(page.count, LNS_PAGE_MAX);
                page = list_ascending(catalog, page.token, limits[i]);
                assert_text(page.names, "2001");
                assert_null(page.token);
        }
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(pages_of_any_size_give_everything_once_and_in_order),
                contract_test(the_token_is_the_last_name_of_the_page),
                contract_test(no_token_and_an_empty_token_start_at_the_beginning),
                contract_test(limit_zero_gives_an_empty_page_without_token),
                contract_test(limit_zero_of_what_is_missing_is_not_found),
                contract_test(any_negative_limit_and_any_large_one_give_a_whole_page),
                contract_test(a_token_need_not_name_what_is_there),
                contract_test(what_is_dropped_between_pages_does_not_disturb),
                contract_test(a_page_of_versions_needs_a_number_as_its_token),
                contract_test(a_page_has_a_thousand_names_at_most),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

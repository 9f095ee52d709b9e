/* Arguments that are too many, too long, out of range, or missing, by table: model.h, "Limits". */
#include "contract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct lns_map *map_with(size_t entries)
{
        struct lns_map *new = keep(calloc(1, sizeof(*new)));

        assert_non_null(new);
        new->entries = keep(calloc(entries, sizeof(*new->entries)));
        for (size_t i = 0; i < entries; i++) {
                new->entries[i].key = keep(strdup(text_of("key%zu", i)));
                new->entries[i].value = new->entries[i].key;
        }
        new->n_entries = entries;
        return new;
}

/* Not by lns_map_set(), which might know better. */
static const struct lns_map *map_of_one(const char *key, const char *value)
{
        struct lns_map *new = map_with(1);

        new->entries[0].key = key ? keep(strdup(key)) : NULL;
        new->entries[0].value = value ? keep(strdup(value)) : NULL;
        return new;
}

static const struct lns_map *map_with_a_key_twice(void)
{
        struct lns_map *new = map_with(2);

        new->entries[1].key = new->entries[0].key;
        return new;
}

/* ---- properties and metadata ---- */

static void refuse_map(struct lns_catalog *catalog, const struct lns_map *bad)
{
        assert_refused(catalog, create_namespace, LNS_INVALID_INPUT, .id = ident("x"),
                       .properties = bad);
        assert_refused(catalog, declare_table, LNS_INVALID_INPUT, .id = ident("x"),
                       .properties = bad);
        assert_refused(catalog, register_table, LNS_INVALID_INPUT, .id = ident("x"),
                       .location = "/srv/x", .properties = bad);
        assert_refused(catalog, create_table_version, LNS_INVALID_INPUT, .id = ident("users"),
                       .version = 1, .manifest_path = "p", .metadata = bad);
}

static void maps_that_can_not_be_are_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        make_table(catalog, ident("users"));
        refuse_map(catalog, map_with(LNS_MAP_ENTRIES_MAX + 1));
        refuse_map(catalog, map_of_one("", "x"));
        refuse_map(catalog, map_of_one(NULL, "x"));
        refuse_map(catalog, map_of_one("x", NULL));
        refuse_map(catalog, map_of_one(repeated('k', LNS_MAP_KEY_MAX + 1), "x"));
        refuse_map(catalog, map_of_one("x", repeated('v', LNS_MAP_VALUE_MAX + 1)));
        refuse_map(catalog, map_of_one("\xff", "x"));
        refuse_map(catalog, map_of_one("x", "\xc3"));
        refuse_map(catalog, map_with_a_key_twice());
}

static void the_largest_maps_come_back(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_map *many = map_with(LNS_MAP_ENTRIES_MAX);
        const char *key = repeated('k', LNS_MAP_KEY_MAX);
        const char *value = repeated('v', LNS_MAP_VALUE_MAX);
        struct lns_describe_table_response table = { 0 };
        struct lns_describe_table_version_response version = { 0 };

        assert_done(catalog, declare_table, NULL, .id = ident("users"), .properties = many);
        assert_done(catalog, describe_table, &table, .id = ident("users"));
        assert_int_equal(table.properties.n_entries, LNS_MAP_ENTRIES_MAX);
        for (size_t i = 0; i < many->n_entries; i++)
                assert_text(lns_map_get(&table.properties, many->entries[i].key),
                            many->entries[i].value);
        lns_describe_table_response_clear(&table);

        assert_done(catalog, create_table_version, NULL, .id = ident("users"), .version = 1,
                    .manifest_path = "p", .metadata = map_of_one(key, value));
        assert_done(catalog, describe_table_version, &version, .id = ident("users"));
        assert_text(lns_map_get(&version.version.metadata, key), value);
        lns_describe_table_version_response_clear(&version);
        assert_done(catalog, create_table_version, NULL, .id = ident("users"), .version = 2,
                    .manifest_path = "p", .metadata = many);
        assert_done(catalog, describe_table_version, &version, .id = ident("users"));
        assert_int_equal(version.version.metadata.n_entries, LNS_MAP_ENTRIES_MAX);
        lns_describe_table_version_response_clear(&version);
}

/* ---- versions ---- */

static void a_version_that_can_not_be_is_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_create_table_version_request good = version_request(ident("users"), 1);
        const char *path_too_long = repeated('p', LNS_LOCATION_MAX + 1);
        const char *e_tag_too_long = repeated('e', LNS_E_TAG_MAX + 1);
        struct {
                struct lns_create_table_version_request request;
                int sys;
        } cases[] = {
                { good, 0 }, { good, 0 }, { good, 0 },
                { good, 0 }, { good, 0 }, { good, ENAMETOOLONG },
                { good, 0 }, { good, 0 }, { good, 0 },
                { good, 0 }, { good, 0 }, { good, 0 },
        };

        cases[0].request.version = 0;
        cases[1].request.version = (uint64_t)LNS_VERSION_MAX + 1;
        cases[2].request.version = UINT64_MAX;
        cases[3].request.manifest_path = NULL;
        cases[4].request.manifest_path = "";
        cases[5].request.manifest_path = path_too_long;
        cases[6].request.manifest_path = "a\xff";
        cases[7].request.manifest_size = -2;
        cases[8].request.e_tag = e_tag_too_long;
        cases[9].request.e_tag = "\xff";
        cases[10].request.naming_scheme = (enum lns_naming_scheme)7;
        cases[11].request.manifest_size = INT64_MIN;
        make_table(catalog, ident("users"));
        for (size_t i = 0; i < COUNT(cases); i++) {
                const struct lns_create_table_version_request *bad = &cases[i].request;
                struct lns_create_table_version_request entries[2] = {
                        version_request(ident("users"), 9), *bad
                };

                assert_refused_errno(catalog, create_table_version, LNS_INVALID_INPUT, cases[i].sys,
                                     .id = bad->id, .version = bad->version,
                                     .manifest_path = bad->manifest_path,
                                     .manifest_size = bad->manifest_size, .e_tag = bad->e_tag,
                                     .naming_scheme = bad->naming_scheme);
                assert_refused_errno(catalog, batch_create_table_versions, LNS_INVALID_INPUT,
                                     cases[i].sys, .entries = entries, .n_entries = COUNT(entries));
                assert_int_equal(strncmp(refused_with.detail, "entries[1]", 10), 0);
                assert_refused_errno(catalog, import_table, LNS_INVALID_INPUT, cases[i].sys,
                                     .id = ident("imported"), .location = "/srv/imported",
                                     .versions = entries, .n_versions = COUNT(entries));
                assert_contains(refused_with.detail, "versions[1]");
        }
}

static void the_longest_path_and_e_tag_come_back(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *path = repeated('p', LNS_LOCATION_MAX);
        const char *e_tag = repeated('e', LNS_E_TAG_MAX);
        struct lns_describe_table_version_response described = { 0 };

        make_table(catalog, ident("users"));
        assert_done(catalog, create_table_version, NULL, .id = ident("users"),
                    .version = LNS_VERSION_MAX, .manifest_path = path, .e_tag = e_tag,
                    .manifest_size = INT64_MAX);
        assert_done(catalog, describe_table_version, &described, .id = ident("users"));
        assert_text(described.version.manifest_path, path);
        assert_text(described.version.e_tag, e_tag);
        assert_int_equal(described.version.manifest_size, INT64_MAX);
        lns_describe_table_version_response_clear(&described);
}

static void a_version_number_out_of_range_is_refused_everywhere(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const uint64_t bad[] = { (uint64_t)LNS_VERSION_MAX + 1, UINT64_MAX };
        const struct lns_ident *users = ident("users");

        make_table(catalog, users);
        make_version(catalog, users, 1);
        make_tag(catalog, users, "gold", 1);
        for (size_t i = 0; i < COUNT(bad); i++) {
                assert_refused(catalog, describe_table, LNS_INVALID_INPUT, .id = users,
                               .version = bad[i]);
                assert_refused(catalog, table_exists, LNS_INVALID_INPUT, .id = users,
                               .version = bad[i]);
                assert_refused(catalog, describe_table_version, LNS_INVALID_INPUT, .id = users,
                               .version = bad[i]);
                assert_refused(catalog, create_table_tag, LNS_INVALID_INPUT, .id = users,
                               .tag = "silver", .version = bad[i]);
                assert_refused(catalog, update_table_tag, LNS_INVALID_INPUT, .id = users,
                               .tag = "gold", .version = bad[i]);
        }
}

static void a_batch_has_a_hundred_thousand_entries_at_most(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");
        struct lns_create_table_version_request *entries =
                keep(calloc(LNS_BATCH_MAX + 1, sizeof(*entries)));
        struct lns_version_range *ranges = keep(calloc(LNS_BATCH_MAX + 1, sizeof(*ranges)));
        struct lns_batch_delete_table_versions_response deleted = { 0 };

        assert_non_null(entries);
        assert_non_null(ranges);
        for (size_t i = 0; i <= LNS_BATCH_MAX; i++) {
                entries[i].id = users;
                entries[i].version = i + 1;
                entries[i].manifest_path = "p";
                ranges[i].start_version = (int64_t)i + 1;
                ranges[i].end_version = (int64_t)i + 2;
        }
        make_table(catalog, users);
        assert_refused(catalog, batch_create_table_versions, LNS_INVALID_INPUT, .entries = entries,
                       .n_entries = LNS_BATCH_MAX + 1);
        assert_refused(catalog, batch_delete_table_versions, LNS_INVALID_INPUT, .id = users,
                       .ranges = ranges, .n_ranges = LNS_BATCH_MAX + 1);
        assert_done(catalog, batch_create_table_versions, NULL, .entries = entries,
                    .n_entries = LNS_BATCH_MAX);
        assert_done(catalog, batch_delete_table_versions, &deleted, .id = users, .ranges = ranges,
                    .n_ranges = LNS_BATCH_MAX);
        assert_int_equal(deleted.deleted_count, LNS_BATCH_MAX);
}

/* ---- locations ---- */

static void a_location_that_can_not_be_is_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        static const char *const bad[] = {
                "",        "relative", "../outside", "outside/users.lance", "./x",   "/srv/../x",
                "/srv/..", "a\xff",    "/srv/\xc3",  "/srv/new\nline",      "s3://", "file://../x",
        };

        for (size_t i = 0; i < COUNT(bad); i++) {
                assert_refused(catalog, declare_table, LNS_INVALID_INPUT, .id = ident("x"),
                               .location = bad[i]);
                assert_refused(catalog, register_table, LNS_INVALID_INPUT, .id = ident("x"),
                               .location = bad[i]);
                assert_refused(catalog, import_table, LNS_INVALID_INPUT, .id = ident("x"),
                               .location = bad[i]);
        }
        assert_refused(catalog, register_table, LNS_INVALID_INPUT, .id = ident("x"));
        assert_refused(catalog, import_table, LNS_INVALID_INPUT, .id = ident("x"));
}

static void a_location_too_long_is_enametoolong(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const char *most = text_of("/%s", repeated('l', LNS_LOCATION_MAX - 1));
        const char *more = text_of("/%s", repeated('l', LNS_LOCATION_MAX));

        assert_refused_errno(catalog, declare_table, LNS_INVALID_INPUT, ENAMETOOLONG,
                             .id = ident("x"), .location = more);
        assert_refused_errno(catalog, register_table, LNS_INVALID_INPUT, ENAMETOOLONG,
                             .id = ident("x"), .location = more);
        assert_refused_errno(catalog, import_table, LNS_INVALID_INPUT, ENAMETOOLONG,
                             .id = ident("x"), .location = more);
        assert_done(catalog, declare_table, NULL, .id = ident("x"), .location = most);
        assert_text(location_of(catalog, ident("x")), most);
}

/* ---- the rest ---- */

static void values_that_are_none_of_their_enum_are_refused(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *users = ident("users");

        make_table(catalog, users);
        make_version(catalog, users, 1);
        make_tag(catalog, users, "gold", 1);
        assert_refused(catalog, create_namespace, LNS_INVALID_INPUT, .id = ident("x"),
                       .mode = (enum lns_create_mode)9);
        assert_refused(catalog, rename_table_tag, LNS_INVALID_INPUT, .id = users, .tag = "gold",
                       .new_tag = "silver", .mode = (enum lns_rename_mode)9);
}

static void a_page_token_longer_than_any_name_is_no_harm(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_list_tables_request request = { .id = root(),
                                                         .page_token = repeated('t', 100000),
                                                         .limit = 1 };
        struct lns_list_tables_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        make_table(catalog, ident("users"));
        /* Refused, or a page: not defined. */
        if (lns_catalog_list_tables(catalog, &request, &response, &err) != 0)
                assert_int_equal(err.code, LNS_INVALID_INPUT);
        lns_list_tables_response_clear(&response);
        assert_text(tables_in(catalog, root()), "users");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(maps_that_can_not_be_are_refused),
                contract_test(the_largest_maps_come_back),
                contract_test(a_version_that_can_not_be_is_refused),
                contract_test(the_longest_path_and_e_tag_come_back),
                contract_test(a_version_number_out_of_range_is_refused_everywhere),
                contract_test(a_batch_has_a_hundred_thousand_entries_at_most),
                contract_test(a_location_that_can_not_be_is_refused),
                contract_test(a_location_too_long_is_enametoolong),
                contract_test(values_that_are_none_of_their_enum_are_refused),
                contract_test(a_page_token_longer_than_any_name_is_no_harm),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

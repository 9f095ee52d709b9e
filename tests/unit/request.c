/* src/catalog/check.c and request.c: the rules for arguments, and that every request keeps them. */
#include <errno.h>
#include <string.h>

#include "fake.h"

static const struct lns_ident *users(void)
{
        return an_ident("prod", "users");
}

/* ---- identifiers ---- */

/* Call an operation with only its id set. */
#define WITH_ID(name, ident)                                                                       \
        lns_catalog_##name(*state, &(struct lns_##name##_request){ .id = (ident) }, NULL, &err)

static void an_identifier_is_checked_name_by_name(void **state)
{
        static const char *const bad[] = { "", ".", "..", ".x", "a.lance", "a/b", "a\n", "\xff" };
        const struct lns_ident *good = an_ident("prod", "Z\xc3\xbcrich");
        struct lns_error err;

        assert_reaches(WITH_ID(describe_namespace, good), &err, "describe_namespace");
        assert_ptr_equal(fake.describe_namespace.id, good);
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_refuses(WITH_ID(describe_namespace, an_ident("prod", bad[i])), &err,
                               LNS_INVALID_INPUT, "id[1]");
        assert_refuses(WITH_ID(describe_namespace, an_ident(repeat('n', 201))), &err,
                       LNS_INVALID_INPUT, "id[0]");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        assert_refuses(WITH_ID(describe_namespace, NULL), &err, LNS_INVALID_INPUT, "id");
}

static void an_identifier_with_too_many_names_is_refused(void **state)
{
        char name[] = "n";
        char *parts[LNS_IDENT_PARTS_MAX + 1];
        struct lns_ident deep = { .parts = parts, .n_parts = LNS_IDENT_PARTS_MAX };
        struct lns_error err;

        for (size_t i = 0; i < COUNT(parts); i++)
                parts[i] = name;
        assert_reaches(WITH_ID(drop_table, &deep), &err, "drop_table");
        deep.n_parts++;
        assert_refuses(WITH_ID(drop_table, &deep), &err, LNS_INVALID_INPUT, "id");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
}

static void every_operation_on_a_table_refuses_the_root_and_no_identifier(void **state)
{
        struct lns_error err;

#define REFUSES(name)                                                                              \
        assert_refuses(WITH_ID(name, the_root()), &err, LNS_INVALID_INPUT, "id");                  \
        assert_refuses(WITH_ID(name, NULL), &err, LNS_INVALID_INPUT, "id")
        REFUSES(declare_table);
        REFUSES(register_table);
        REFUSES(describe_table);
        REFUSES(table_exists);
        REFUSES(drop_table);
        REFUSES(deregister_table);
        REFUSES(restore_deregistered_table);
        REFUSES(rename_table);
        REFUSES(create_table_version);
        REFUSES(list_table_versions);
        REFUSES(describe_table_version);
        REFUSES(batch_delete_table_versions);
        REFUSES(list_table_tags);
        REFUSES(get_table_tag_version);
        REFUSES(create_table_tag);
        REFUSES(update_table_tag);
        REFUSES(delete_table_tag);
        REFUSES(rename_table_tag);
        REFUSES(copy_table_tag);
        REFUSES(import_table);
}

static void every_operation_on_a_namespace_checks_its_name(void **state)
{
        struct lns_error err;

#define REFUSES_NAME(name)                                                                         \
        assert_refuses(WITH_ID(name, an_ident("a", "x/y")), &err, LNS_INVALID_INPUT, "id[1]")
        REFUSES_NAME(create_namespace);
        REFUSES_NAME(list_namespaces);
        REFUSES_NAME(describe_namespace);
        REFUSES_NAME(drop_namespace);
        REFUSES_NAME(namespace_exists);
        REFUSES_NAME(rename_namespace);
        REFUSES_NAME(list_tables);
}

static void the_root_can_be_read(void **state)
{
        struct lns_error err;

        assert_reaches(WITH_ID(describe_namespace, the_root()), &err, "describe_namespace");
        assert_reaches(WITH_ID(namespace_exists, the_root()), &err, "namespace_exists");
        assert_reaches(WITH_ID(list_namespaces, the_root()), &err, "list_namespaces");
        assert_reaches(WITH_ID(list_tables, the_root()), &err, "list_tables");
}

static void the_root_cannot_be_made_dropped_or_renamed(void **state)
{
        struct lns_create_namespace_request create = { .id = the_root() };
        struct lns_rename_namespace_request rename = {
                .id = the_root(),
                .new_id = an_ident("x"),
        };
        struct lns_error err;

        assert_refuses(lns_catalog_create_namespace(*state, &create, NULL, &err), &err,
                       LNS_NAMESPACE_ALREADY_EXISTS, "");
        create.mode = LNS_CREATE_MODE_OVERWRITE;
        assert_refuses(lns_catalog_create_namespace(*state, &create, NULL, &err), &err,
                       LNS_NAMESPACE_ALREADY_EXISTS, "");
        create.mode = LNS_CREATE_MODE_EXIST_OK;
        assert_reaches(lns_catalog_create_namespace(*state, &create, NULL, &err), &err,
                       "create_namespace");
        assert_refuses(WITH_ID(drop_namespace, the_root()), &err, LNS_INVALID_INPUT, "id");
        assert_refuses(lns_catalog_rename_namespace(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "id");
        rename.new_id = rename.id;
        rename.id = an_ident("x");
        assert_refuses(lns_catalog_rename_namespace(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_id");
}

static void a_namespace_does_not_move_into_itself(void **state)
{
        struct lns_rename_namespace_request rename = { .id = an_ident("a", "b") };
        struct lns_error err;

#define TO(...) (rename.new_id = an_ident(__VA_ARGS__), &rename)
        assert_refuses(lns_catalog_rename_namespace(*state, TO("a", "b", "c"), NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_id");
        assert_refuses(lns_catalog_rename_namespace(*state, TO("a", "b", "c", "d"), NULL, &err),
                       &err, LNS_INVALID_INPUT, "new_id");
        assert_reaches(lns_catalog_rename_namespace(*state, TO("a", "bc", "c"), NULL, &err), &err,
                       "rename_namespace");
        assert_reaches(lns_catalog_rename_namespace(*state, TO("a"), NULL, &err), &err,
                       "rename_namespace");
        assert_reaches(lns_catalog_rename_namespace(*state, TO("b", "a", "b"), NULL, &err), &err,
                       "rename_namespace");
        assert_refuses(lns_catalog_rename_namespace(*state, TO("a", "x/y"), NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_id[1]");
}

/* ---- locations ---- */

static void a_location_is_an_absolute_path_or_a_uri(void **state)
{
        static const char *const good[] = {
                "/",
                "/srv/users.lance",
                "/srv/a b/Z\xc3\xbcrich",
                "/srv/..x/x../...",
                "/a/%2e%2e/b", /* three letters and a sign in a path */
                "file:///srv/users.lance",
                "s3://bucket/users.lance",
                "s3+ddb://bucket/users.lance?ddbTableName=x",
                "gs://b",
                "abfss://container@account/users.lance",
                "memory:///x",
        };
        struct lns_register_table_request request = { .id = users() };
        struct lns_error err;

        for (size_t i = 0; i < COUNT(good); i++) {
                request.location = good[i];
                assert_reaches(lns_catalog_register_table(*state, &request, NULL, &err), &err,
                               "register_table");
                assert_ptr_equal(fake.register_table.location, good[i]);
        }
        request.location = repeat('/', LNS_LOCATION_MAX);
        assert_reaches(lns_catalog_register_table(*state, &request, NULL, &err), &err,
                       "register_table");
}

static void other_locations_are_refused(void **state)
{
        static const char *const bad[] = {
                "",
                "users.lance",
                "./users.lance",
                "tables/users.lance",
                "..",
                "/srv/../etc",
                "/..",
                "/srv/..",
                "../x",
                "s3://bucket/../other",
                "s3://bucket/%2e%2E/other",
                "s3://bucket/.%2e",
                "file:///srv/../etc",
                "file://host/srv",
                "file://",
                "file:/srv",
                "s3://",
                "S3://bucket/x",
                "3s://bucket/x",
                "://x",
                "s3:bucket",
                "/srv/a\nb",
                "/srv/\x7f",
                "/srv/\xc2\x9b",
                "/srv/caf\xe9",
                "/srv/\xc0\xae\xc0\xae/x", /* overlong dots */
        };
        struct lns_register_table_request reg = { .id = users() };
        struct lns_declare_table_request declare = { .id = users() };
        struct lns_import_table_request import = { .id = users() };
        struct lns_error err;

        for (size_t i = 0; i < COUNT(bad); i++) {
                reg.location = declare.location = import.location = bad[i];
                assert_refuses(lns_catalog_register_table(*state, &reg, NULL, &err), &err,
                               LNS_INVALID_INPUT, "location");
                assert_int_equal(lns_error_errno(&err), EINVAL);
                assert_refuses(lns_catalog_declare_table(*state, &declare, NULL, &err), &err,
                               LNS_INVALID_INPUT, "location");
                assert_refuses(lns_catalog_import_table(*state, &import, NULL, &err), &err,
                               LNS_INVALID_INPUT, "location");
        }
        reg.location = repeat('/', LNS_LOCATION_MAX + 1);
        assert_refuses(lns_catalog_register_table(*state, &reg, NULL, &err), &err,
                       LNS_INVALID_INPUT, "location");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
}

static void only_declaring_can_do_without_a_location(void **state)
{
        struct lns_error err;

        assert_reaches(WITH_ID(declare_table, users()), &err, "declare_table");
        assert_refuses(WITH_ID(register_table, users()), &err, LNS_INVALID_INPUT, "location");
        assert_refuses(WITH_ID(import_table, users()), &err, LNS_INVALID_INPUT, "location");
}

/* ---- properties and permissions ---- */

static void properties_have_their_limits(void **state)
{
        struct lns_map_entry entries[LNS_MAP_ENTRIES_MAX + 1];
        char keys[LNS_MAP_ENTRIES_MAX + 1][8];
        char value[] = "v";
        struct lns_map map = { .entries = entries, .n_entries = LNS_MAP_ENTRIES_MAX };
        struct lns_declare_table_request request = { .id = users(), .properties = &map };
        struct lns_register_table_request reg = {
                .id = users(),
                .location = "/srv/users.lance",
                .properties = &map,
        };
        struct lns_error err;

        for (size_t i = 0; i < COUNT(keys); i++) {
                keys[i][0] = 'k';
                for (size_t j = 1, rest = i; j < 7; j++, rest /= 10)
                        keys[i][j] = (char)('0' + rest % 10);
                keys[i][7] = '\0';
                entries[i] = (struct lns_map_entry){ keys[i], value };
        }
        assert_reaches(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       "declare_table");
        map.n_entries++;
        assert_refuses(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "properties");
        map.n_entries = 3;
        entries[2].key = entries[0].key;
        assert_refuses(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "properties");
        assert_refuses(lns_catalog_register_table(*state, &reg, NULL, &err), &err,
                       LNS_INVALID_INPUT, "properties");
}

static void keys_and_values_have_their_limits(void **state)
{
        char key[LNS_MAP_KEY_MAX + 2];
        char value[LNS_MAP_VALUE_MAX + 2];
        char empty[] = "";
        char owner[] = "owner";
        char broken[] = "\xff";
        struct lns_map_entry entry = { owner, empty };
        struct lns_map map = { .entries = &entry, .n_entries = 1 };
        struct lns_create_namespace_request request = {
                .id = an_ident("prod"),
                .properties = &map,
        };
        struct lns_error err;

#define CREATE lns_catalog_create_namespace(*state, &request, NULL, &err)
        assert_reaches(CREATE, &err, "create_namespace");
        strcpy(value, repeat('v', LNS_MAP_VALUE_MAX));
        entry.value = value;
        assert_reaches(CREATE, &err, "create_namespace");
        strcpy(value, repeat('v', LNS_MAP_VALUE_MAX + 1));
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties.owner");
        entry.value = broken;
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties.owner");
        entry.value = NULL;
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties.owner");
        entry.value = empty;
        strcpy(key, repeat('k', LNS_MAP_KEY_MAX));
        entry.key = key;
        assert_reaches(CREATE, &err, "create_namespace");
        strcpy(key, repeat('k', LNS_MAP_KEY_MAX + 1));
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties");
        entry.key = empty;
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties");
        entry.key = broken;
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties");
        entry.key = NULL;
        assert_refuses(CREATE, &err, LNS_INVALID_INPUT, "properties");
}

static void a_mode_is_permission_bits(void **state)
{
        struct lns_declare_table_request request = { .id = users(), .file_mode = 0100644 };
        struct lns_error err;

        assert_reaches(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       "declare_table"); /* not given, so not looked at */
        request.has_mode = true;
        assert_refuses(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "file_mode");
        request.file_mode = 07777;
        assert_reaches(lns_catalog_declare_table(*state, &request, NULL, &err), &err,
                       "declare_table");
}

static void a_number_outside_an_enumeration_is_refused(void **state)
{
        struct lns_create_namespace_request create = {
                .id = an_ident("prod"),
                .mode = (enum lns_create_mode)3,
        };
        struct lns_rename_table_tag_request rename = {
                .id = users(),
                .tag = "a",
                .new_tag = "b",
                .mode = (enum lns_rename_mode)3,
        };
        struct lns_create_table_version_request version = {
                .id = users(),
                .version = 1,
                .manifest_path = "p",
                .naming_scheme = (enum lns_naming_scheme)3,
        };
        struct lns_error err;

        assert_refuses(lns_catalog_create_namespace(*state, &create, NULL, &err), &err,
                       LNS_INVALID_INPUT, "mode");
        assert_refuses(lns_catalog_rename_table_tag(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "mode");
        assert_refuses(lns_catalog_create_table_version(*state, &version, NULL, &err), &err,
                       LNS_INVALID_INPUT, "naming_scheme");
}

/* ---- pages ---- */

static void a_page_has_at_most_1000_names(void **state)
{
        static const int64_t limits[][2] = {
                { -1, 1000 },   { INT64_MIN, 1000 }, { 0, 0 }, { 1, 1 }, { 1000, 1000 },
                { 1001, 1000 }, { INT64_MAX, 1000 },
        };
        struct lns_list_namespaces_request names = { .id = the_root() };
        struct lns_list_tables_request tables = { .id = the_root() };
        struct lns_list_all_tables_request all = { 0 };
        struct lns_list_table_versions_request versions = { .id = users() };
        struct lns_list_table_tags_request tags = { .id = users() };
        struct lns_error err;

        for (size_t i = 0; i < COUNT(limits); i++) {
                names.limit = tables.limit = all.limit = versions.limit = tags.limit = limits[i][0];
#define LIMITS(name, request)                                                                      \
        assert_reaches(lns_catalog_##name(*state, &request, NULL, &err), &err, #name);             \
        assert_int_equal(fake.name.limit, limits[i][1])
                LIMITS(list_namespaces, names);
                LIMITS(list_tables, tables);
                LIMITS(list_all_tables, all);
                LIMITS(list_table_versions, versions);
                LIMITS(list_table_tags, tags);
        }
}

static void a_page_token_is_what_a_list_can_have_given(void **state)
{
        struct lns_list_tables_request tables = { .id = the_root(), .page_token = "" };
        struct lns_list_all_tables_request all = { .page_token = "prod$users" };
        struct lns_list_table_versions_request versions = { .id = users(), .page_token = "7" };
        struct lns_error err;

        assert_reaches(lns_catalog_list_tables(*state, &tables, NULL, &err), &err, "list_tables");
        assert_null(fake.list_tables.page_token);
        tables.page_token = "users";
        assert_reaches(lns_catalog_list_tables(*state, &tables, NULL, &err), &err, "list_tables");
        assert_string_equal(fake.list_tables.page_token, "users");
        tables.page_token = repeat('n', LNS_NAME_MAX + 1);
        assert_refuses(lns_catalog_list_tables(*state, &tables, NULL, &err), &err,
                       LNS_INVALID_INPUT, "page_token");
        tables.page_token = "\xff";
        assert_refuses(lns_catalog_list_tables(*state, &tables, NULL, &err), &err,
                       LNS_INVALID_INPUT, "page_token");
        assert_reaches(lns_catalog_list_all_tables(*state, &all, NULL, &err), &err,
                       "list_all_tables");
        all.page_token = repeat('n', 3 * (LNS_NAME_MAX + 1)); /* whole identifiers are longer */
        assert_reaches(lns_catalog_list_all_tables(*state, &all, NULL, &err), &err,
                       "list_all_tables");
        assert_reaches(lns_catalog_list_table_versions(*state, &versions, NULL, &err), &err,
                       "list_table_versions");
        versions.page_token = "seven";
        assert_refuses(lns_catalog_list_table_versions(*state, &versions, NULL, &err), &err,
                       LNS_INVALID_INPUT, "page_token");
        versions.page_token = "0";
        assert_refuses(lns_catalog_list_table_versions(*state, &versions, NULL, &err), &err,
                       LNS_INVALID_INPUT, "page_token");
}

/* ---- versions, tags, branches ---- */

static void versions_are_in_the_range_of_int64(void **state)
{
        struct lns_create_table_version_request create = {
                .id = users(),
                .manifest_path = "p",
                .manifest_size = -1,
        };
        struct lns_describe_table_request table = { .id = users() };
        struct lns_describe_table_version_request version = { .id = users() };
        struct lns_table_exists_request exists = { .id = users() };
        struct lns_create_table_tag_request tag = { .id = users(), .tag = "gold" };
        struct lns_update_table_tag_request update = { .id = users(), .tag = "gold" };
        struct lns_error err;

        /* 0 is "none" or "latest" everywhere but in a new version. */
        assert_refuses(lns_catalog_create_table_version(*state, &create, NULL, &err), &err,
                       LNS_INVALID_INPUT, "version");
#define TAKES(name, request)                                                                       \
        assert_reaches(lns_catalog_##name(*state, &request, NULL, &err), &err, #name)
#define REFUSES_VERSION(name, request)                                                             \
        assert_refuses(lns_catalog_##name(*state, &request, NULL, &err), &err, LNS_INVALID_INPUT,  \
                       "version")
        TAKES(describe_table, table);
        TAKES(describe_table_version, version);
        TAKES(table_exists, exists);
        TAKES(create_table_tag, tag);
        TAKES(update_table_tag, update);
        create.version = table.version = version.version = INT64_MAX;
        exists.version = tag.version = update.version = INT64_MAX;
        TAKES(create_table_version, create);
        TAKES(describe_table, table);
        TAKES(describe_table_version, version);
        TAKES(table_exists, exists);
        TAKES(create_table_tag, tag);
        TAKES(update_table_tag, update);
        create.version = table.version = version.version = (uint64_t)INT64_MAX + 1;
        exists.version = tag.version = update.version = UINT64_MAX;
        REFUSES_VERSION(create_table_version, create);
        REFUSES_VERSION(describe_table, table);
        REFUSES_VERSION(describe_table_version, version);
        REFUSES_VERSION(table_exists, exists);
        REFUSES_VERSION(create_table_tag, tag);
        REFUSES_VERSION(update_table_tag, update);
}

static void every_tag_is_checked(void **state)
{
        struct lns_error err;

#define REFUSES_TAG(name, ...)                                                                     \
        assert_refuses(                                                                            \
                lns_catalog_##name(*state,                                                         \
                                   &(struct lns_##name##_request){ .id = users(), __VA_ARGS__ },   \
                                   NULL, &err),                                                    \
                &err, LNS_INVALID_INPUT, "tag")
        REFUSES_TAG(get_table_tag_version, .tag = NULL);
        REFUSES_TAG(get_table_tag_version, .tag = "a b");
        REFUSES_TAG(create_table_tag, .tag = NULL);
        REFUSES_TAG(create_table_tag, .tag = ".x");
        REFUSES_TAG(update_table_tag, .tag = NULL);
        REFUSES_TAG(update_table_tag, .tag = "x.lock");
        REFUSES_TAG(delete_table_tag, .tag = NULL);
        REFUSES_TAG(delete_table_tag, .tag = "");
        REFUSES_TAG(rename_table_tag, .tag = NULL, .new_tag = "b");
        REFUSES_TAG(rename_table_tag, .tag = "a..b", .new_tag = "b");
        REFUSES_TAG(copy_table_tag, .tag = NULL, .new_tag = "b");
        REFUSES_TAG(copy_table_tag, .tag = "a/b", .new_tag = "b");
        REFUSES_TAG(describe_table, .tag = "\xc3\xa9");
}

static void both_ends_of_a_renamed_or_copied_tag_are_checked(void **state)
{
        struct lns_rename_table_tag_request rename = { .id = users(), .tag = "a" };
        struct lns_copy_table_tag_request copy = { .id = users(), .tag = "a" };
        struct lns_error err;

        assert_refuses(lns_catalog_rename_table_tag(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_tag");
        assert_refuses(lns_catalog_copy_table_tag(*state, &copy, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_tag");
        rename.new_tag = copy.new_tag = "b";
        TAKES(rename_table_tag, rename);
        TAKES(copy_table_tag, copy);
        rename.new_id = copy.new_id = an_ident("prod", "people");
        TAKES(rename_table_tag, rename);
        TAKES(copy_table_tag, copy);
        rename.new_id = copy.new_id = the_root();
        assert_refuses(lns_catalog_rename_table_tag(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_id");
        assert_refuses(lns_catalog_copy_table_tag(*state, &copy, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_id");
}

static void a_tag_excludes_a_version_and_a_branch(void **state)
{
        struct lns_describe_table_request request = { .id = users(), .tag = "gold" };
        struct lns_error err;

        TAKES(describe_table, request);
        request.version = 1;
        assert_refuses(lns_catalog_describe_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "tag");
        request.version = 0;
        request.branch = "dev";
        assert_refuses(lns_catalog_describe_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "tag");
        request.branch = "main"; /* also when it says nothing new */
        assert_refuses(lns_catalog_describe_table(*state, &request, NULL, &err), &err,
                       LNS_INVALID_INPUT, "tag");
}

static void every_branch_is_checked_and_main_is_none(void **state)
{
        static const struct lns_version_range range[] = { { 0, -1 } };
        struct lns_error err;

#define BRANCH(name, ...)                                                                          \
        do {                                                                                       \
                struct lns_##name##_request request = { .id = users(), __VA_ARGS__ };              \
                                                                                                   \
                request.branch = "feat/x";                                                         \
                TAKES(name, request);                                                              \
                assert_string_equal(fake.name.branch, "feat/x");                                   \
                request.branch = "main";                                                           \
                TAKES(name, request);                                                              \
                assert_null(fake.name.branch);                                                     \
                request.branch = "a/../b";                                                         \
                assert_refuses(lns_catalog_##name(*state, &request, NULL, &err), &err,             \
                               LNS_INVALID_INPUT, "branch");                                       \
                request.branch = "";                                                               \
                assert_refuses(lns_catalog_##name(*state, &request, NULL, &err), &err,             \
                               LNS_INVALID_INPUT, "branch");                                       \
        } while (0)
        BRANCH(describe_table, .version = 7);
        BRANCH(create_table_version, .version = 7, .manifest_path = "p");
        BRANCH(list_table_versions, .limit = 1);
        BRANCH(describe_table_version, .version = 7);
        BRANCH(batch_delete_table_versions, .ranges = range, .n_ranges = 1);
        BRANCH(create_table_tag, .tag = "gold");
        BRANCH(update_table_tag, .tag = "gold");
}

static void the_fields_of_a_version_have_their_limits(void **state)
{
        struct lns_create_table_version_request request = { .id = users(), .version = 1 };
        struct lns_error err;

#define REFUSES_FIELD(field)                                                                       \
        assert_refuses(lns_catalog_create_table_version(*state, &request, NULL, &err), &err,       \
                       LNS_INVALID_INPUT, field)
        REFUSES_FIELD("manifest_path");
        request.manifest_path = "";
        REFUSES_FIELD("manifest_path");
        request.manifest_path = "/t/../_versions/7.manifest";
        REFUSES_FIELD("manifest_path");
        request.manifest_path = "s3://bucket/%2e%2e/7.manifest";
        REFUSES_FIELD("manifest_path");
        request.manifest_path = "/t/%2e%2e/7.manifest"; /* a path has no escapes */
        TAKES(create_table_version, request);
        request.manifest_path = "a\tb";
        REFUSES_FIELD("manifest_path");
        request.manifest_path = repeat('p', LNS_LOCATION_MAX + 1);
        REFUSES_FIELD("manifest_path");
        assert_int_equal(lns_error_errno(&err), ENAMETOOLONG);
        /* As Lance's object store gives it. */
        request.manifest_path = "srv/t.lance/_versions/18446744073709551614.manifest-1b9d";
        TAKES(create_table_version, request);
        request.manifest_size = -2;
        REFUSES_FIELD("manifest_size");
        request.manifest_size = INT64_MAX;
        request.e_tag = repeat('e', LNS_E_TAG_MAX + 1);
        REFUSES_FIELD("e_tag");
        request.e_tag = "\xff";
        REFUSES_FIELD("e_tag");
        request.e_tag = repeat('e', LNS_E_TAG_MAX);
        TAKES(create_table_version, request);
        assert_non_null(fake.create_table_version.e_tag);
        request.e_tag = "";
        TAKES(create_table_version, request);
        assert_null(fake.create_table_version.e_tag);
}

/* ---- the rest ---- */

static void a_new_name_is_checked(void **state)
{
        struct lns_rename_table_request rename = { .id = users() };
        struct lns_deregister_table_request deregister = { .id = users() };
        struct lns_restore_deregistered_table_request restore = { .id = users() };
        struct lns_error err;

        assert_refuses(lns_catalog_rename_table(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_table_name");
        rename.new_table_name = "x.lance";
        assert_refuses(lns_catalog_rename_table(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_table_name");
        rename.new_table_name = "people";
        TAKES(rename_table, rename);
        rename.new_namespace_id = the_root();
        TAKES(rename_table, rename);
        rename.new_namespace_id = an_ident(".x");
        assert_refuses(lns_catalog_rename_table(*state, &rename, NULL, &err), &err,
                       LNS_INVALID_INPUT, "new_namespace_id[0]");
        TAKES(deregister_table, deregister);
        deregister.deregistered_name = "a/b";
        assert_refuses(lns_catalog_deregister_table(*state, &deregister, NULL, &err), &err,
                       LNS_INVALID_INPUT, "deregistered_name");
        assert_refuses(lns_catalog_restore_deregistered_table(*state, &restore, NULL, &err), &err,
                       LNS_INVALID_INPUT, "deregistered_name");
        restore.deregistered_name = "users-2";
        TAKES(restore_deregistered_table, restore);
}

static void a_transaction_beyond_counting_is_not_found(void **state)
{
        struct lns_describe_transaction_request request = { .transaction_id = INT64_MAX };
        struct lns_error err;

        TAKES(describe_transaction, request);
        request.transaction_id = 0;
        assert_refuses(lns_catalog_describe_transaction(*state, &request, NULL, &err), &err,
                       LNS_TRANSACTION_NOT_FOUND, "");
        request.transaction_id = (uint64_t)INT64_MAX + 1;
        assert_refuses(lns_catalog_describe_transaction(*state, &request, NULL, &err), &err,
                       LNS_TRANSACTION_NOT_FOUND, "");
}

static void every_action_of_an_alteration_is_checked(void **state)
{
        static const char *const reserved[] = { "uid", "time_millis", "operation" };
        struct lns_alter_transaction_action actions[] = {
                { .kind = LNS_SET_STATUS, .status = LNS_TRANSACTION_CANCELED },
                { .kind = LNS_SET_PROPERTY, .key = "a", .value = "" },
                { .kind = LNS_UNSET_PROPERTY, .key = "a", .mode = LNS_PROPERTY_SKIP },
        };
        struct lns_alter_transaction_request request = {
                .transaction_id = 1,
                .actions = actions,
                .n_actions = 0,
        };
        struct lns_error err;

#define REFUSES_ACTION(where)                                                                      \
        assert_refuses(lns_catalog_alter_transaction(*state, &request, NULL, &err), &err,          \
                       LNS_INVALID_INPUT, where)
        REFUSES_ACTION("actions");
        request.n_actions = COUNT(actions);
        TAKES(alter_transaction, request);
        actions[2].key = NULL;
        REFUSES_ACTION("actions[2]: key");
        actions[2].key = repeat('k', LNS_MAP_KEY_MAX + 1);
        REFUSES_ACTION("actions[2]: key");
        for (size_t i = 0; i < COUNT(reserved); i++) {
                actions[1].key = reserved[i];
                REFUSES_ACTION("actions[1]: key");
        }
        actions[1].key = "a";
        actions[1].value = NULL;
        REFUSES_ACTION("actions[1]: value");
        actions[1].value = "";
        *(int *)&actions[1].mode = 3;
        REFUSES_ACTION("actions[1]: mode");
        actions[0].status = (enum lns_transaction_status)5;
        REFUSES_ACTION("actions[0]: status");
        *(int *)&actions[0].kind = 3;
        REFUSES_ACTION("actions[0]: kind");
        request.n_actions = LNS_BATCH_MAX + 1;
        REFUSES_ACTION("actions");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                fake_test(an_identifier_is_checked_name_by_name),
                fake_test(an_identifier_with_too_many_names_is_refused),
                fake_test(every_operation_on_a_table_refuses_the_root_and_no_identifier),
                fake_test(every_operation_on_a_namespace_checks_its_name),
                fake_test(the_root_can_be_read),
                fake_test(the_root_cannot_be_made_dropped_or_renamed),
                fake_test(a_namespace_does_not_move_into_itself),
                fake_test(a_location_is_an_absolute_path_or_a_uri),
                fake_test(other_locations_are_refused),
                fake_test(only_declaring_can_do_without_a_location),
                fake_test(properties_have_their_limits),
                fake_test(keys_and_values_have_their_limits),
                fake_test(a_mode_is_permission_bits),
                fake_test(a_number_outside_an_enumeration_is_refused),
                fake_test(a_page_has_at_most_1000_names),
                fake_test(a_page_token_is_what_a_list_can_have_given),
                fake_test(versions_are_in_the_range_of_int64),
                fake_test(every_tag_is_checked),
                fake_test(both_ends_of_a_renamed_or_copied_tag_are_checked),
                fake_test(a_tag_excludes_a_version_and_a_branch),
                fake_test(every_branch_is_checked_and_main_is_none),
                fake_test(the_fields_of_a_version_have_their_limits),
                fake_test(a_new_name_is_checked),
                fake_test(a_transaction_beyond_counting_is_not_found),
                fake_test(every_action_of_an_alteration_is_checked),
        };

        return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}

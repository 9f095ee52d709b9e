/* src/backend/sqlite/check.c, check_files.c: what is found, and what is mended. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/sqlite/sqlite.h"
#include "scratch.h"
#include "util/util.h"

#define REPORTS_MAX 64

struct place {
        char path[SCRATCH_MAX];
        struct lns_backend *backend;
        char *location;
        uint64_t table;
        uint64_t ns;

        int n_reports;
        char reports[REPORTS_MAX][400];
        bool repaired[REPORTS_MAX];
};

static struct lns_ident ident_of(const char *const *parts, size_t n)
{
        struct lns_ident ident;
        struct lns_error err;

        assert_succeeds(lns_ident_new(&ident, parts, n, &err), &err);
        return ident;
}

static void create_version(struct place *place, uint64_t version, const char *manifest_path)
{
        static const char *const parts[] = { "prod", "users" };
        struct lns_ident id = ident_of(parts, 2);
        struct lns_create_table_version_request request = {
                .id = &id,
                .version = version,
                .manifest_path = manifest_path,
                .manifest_size = -1,
        };
        struct lns_create_table_version_response response = { 0 };
        struct lns_error err;

        assert_succeeds(sqlite_create_table_version(place->backend, &request, &response, &err),
                        &err);
        lns_create_table_version_response_clear(&response);
        lns_ident_clear(&id);
}

static void create_tag(struct place *place, const char *tag, uint64_t version)
{
        static const char *const parts[] = { "prod", "users" };
        struct lns_ident id = ident_of(parts, 2);
        struct lns_create_table_tag_request request = { .id = &id, .tag = tag, .version = version };
        struct lns_create_table_tag_response response = { 0 };
        struct lns_error err;

        assert_succeeds(sqlite_create_table_tag(place->backend, &request, &response, &err), &err);
        lns_ident_clear(&id);
}

static void write_file(const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT, 0600);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, "x", 1), 1);
        close_fd(&fd);
}

static void put_manifest(struct place *place, const char *name)
{
        char path[1000];

        snprintf(path, sizeof(path), "%s/_versions/%s", place->location, name);
        write_file(path);
}

/* A namespace, a table, versions 1 and 2 with their manifests, a tag. */
static void fill(struct place *place)
{
        static const char *const parts[] = { "prod", "users" };
        struct lns_ident ns = ident_of(parts, 1);
        struct lns_ident id = ident_of(parts, 2);
        struct lns_create_namespace_response created = { 0 };
        struct lns_declare_table_response declared = { 0 };
        struct lns_node node;
        struct lns_error err;
        char path[1000];

        assert_succeeds(sqlite_create_namespace(place->backend,
                                                &(struct lns_create_namespace_request){ .id = &ns },
                                                &created, &err),
                        &err);
        assert_succeeds(sqlite_declare_table(place->backend,
                                             &(struct lns_declare_table_request){ .id = &id },
                                             &declared, &err),
                        &err);
        place->location = declared.location;
        declared.location = NULL;
        lns_declare_table_response_clear(&declared);
        lns_create_namespace_response_clear(&created);
        mkdir(place->location, 0700);
        snprintf(path, sizeof(path), "%s/_versions", place->location);
        assert_int_equal(mkdir(path, 0700), 0);
        create_version(place, 1, "elsewhere/1.manifest");
        put_manifest(place, "18446744073709551614.manifest");
        snprintf(path, sizeof(path), "%s/_versions/2.manifest-staged", place->location);
        write_file(path);
        create_version(place, 2, path);
        create_tag(place, "gold", 1);
        assert_succeeds(sqlite_lookup_node(place->backend, LNS_NODE_NAMESPACE, LNS_NODE_ROOT,
                                           LNS_NODE_NAMESPACE, "prod", &node, &err),
                        &err);
        place->ns = node.id;
        assert_succeeds(sqlite_lookup_node(place->backend, LNS_NODE_NAMESPACE, node.id,
                                           LNS_NODE_TABLE, "users", &node, &err),
                        &err);
        place->table = node.id;
        lns_ident_clear(&ns);
        lns_ident_clear(&id);
}

static int setup(void **state)
{
        static const struct lns_catalog_options make = { .create = true };
        struct place *place = calloc(1, sizeof(*place));
        struct lns_error err;

        assert_non_null(place);
        scratch_make(place->path);
        assert_succeeds(lns_backend_sqlite_open(&place->backend, place->path, &make, &err), &err);
        fill(place);
        *state = place;
        return 0;
}

static int teardown(void **state)
{
        struct place *place = *state;

        place->backend->ops->free(place->backend);
        scratch_remove(place->path);
        free(place->location);
        free(place);
        return 0;
}

static void report(void *context, const char *text, bool repaired)
{
        struct place *place = context;

        assert_true(place->n_reports < REPORTS_MAX);
        snprintf(place->reports[place->n_reports], sizeof(place->reports[0]), "%s", text);
        place->repaired[place->n_reports++] = repaired;
}

static uint64_t check(struct place *place, bool repair)
{
        struct lns_error err;
        uint64_t problems;

        place->n_reports = 0;
        assert_succeeds(
                sqlite_check_catalog(place->backend, repair, report, place, &problems, &err), &err);
        return problems;
}

static void assert_sound(struct place *place)
{
        if (check(place, false) != 0 || place->n_reports)
                fail_msg("%s", place->reports[0]);
}

/* It is found and named, a repair mends it (or cannot), and says so. */
static void assert_found(struct place *place, const char *words, bool mended)
{
        assert_int_equal(check(place, false), 1);
        assert_int_equal(place->n_reports, 1);
        assert_false(place->repaired[0]);
        if (!strstr(place->reports[0], words))
                fail_msg("'%s' does not say '%s'", place->reports[0], words);
        assert_int_equal(check(place, true), mended ? 0 : 1);
        assert_int_equal(place->n_reports, 1);
        assert_int_equal(place->repaired[0], mended);
        if (mended)
                assert_sound(place);
}

/* Do to the database what no operation does. */
static void damage(struct place *place, const char *sql)
{
        char path[SCRATCH_MAX + 32];
        sqlite3 *db;

        snprintf(path, sizeof(path), "%s/catalog.db", place->path);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
}

static void make_staging(struct place *place, uint64_t id, int kind, bool file)
{
        char path[SCRATCH_MAX + 64];

        snprintf(path, sizeof(path), "%s/staging/%llu", place->path,
                 (unsigned long long)(id << 5 | (unsigned)kind));
        assert_int_equal(mkdir(path, 0700), 0);
        if (file) {
                strcat(path, "/batch.json");
                write_file(path);
        }
}

/* ---- */

static void a_good_catalog_has_no_problems(void **state)
{
        assert_sound(*state);
        assert_int_equal(check(*state, true), 0);
}

static void a_tag_without_its_version_is_removed(void **state)
{
        struct place *place = *state;
        struct lns_node node;
        struct lns_error err;

        create_version(place, 9, "9");
        put_manifest(place, "9.manifest");
        create_tag(place, "silver", 9);
        damage(place, "delete from version where version = 9");
        assert_found(place, "'silver'", true);
        assert_fails(sqlite_lookup_node(place->backend, LNS_NODE_TABLE, place->table, LNS_NODE_TAG,
                                        "silver", &node, &err),
                     &err, LNS_TABLE_TAG_NOT_FOUND);
        assert_succeeds(sqlite_lookup_node(place->backend, LNS_NODE_TABLE, place->table,
                                           LNS_NODE_TAG, "gold", &node, &err),
                        &err);
}

static void a_version_without_a_manifest_is_named(void **state)
{
        struct place *place = *state;

        create_version(place, 7, "nowhere/7.manifest");
        assert_found(place, "version 7 of table 'users'", false);
        /* Either scheme will do. */
        put_manifest(place, "7.manifest");
        assert_sound(place);
}

static void many_missing_manifests_are_counted(void **state)
{
        struct place *place = *state;

        for (uint64_t version = 100; version < 130; version++)
                create_version(place, version, "nowhere");
        assert_int_equal(check(place, false), 30);
        assert_int_equal(place->n_reports, 21);
        assert_non_null(strstr(place->reports[20], "10 more"));
}

static void a_table_elsewhere_is_not_looked_into(void **state)
{
        struct place *place = *state;

        damage(place, "update lance_table set location = 's3://bucket/users.lance'");
        create_version(place, 3, "s3://bucket/users.lance/_versions/3.manifest");
        /* What lay at its old location belongs to no table now. */
        assert_found(place, "belongs to no table", false);
}

static void the_staging_of_what_is_gone_is_put_aside(void **state)
{
        struct place *place = *state;
        char path[SCRATCH_MAX + 64];

        make_staging(place, LNS_NODE_ROOT, 1, true);
        make_staging(place, place->ns, 1, true);
        make_staging(place, place->table, 16, true);
        make_staging(place, place->table, 17, false);
        assert_sound(place);
        make_staging(place, 4711, 1, true);
        assert_found(place, "namespace that is gone", true);
        snprintf(path, sizeof(path), "%s/staging/lost/%d/batch.json", place->path, 4711 << 5 | 1);
        assert_int_equal(access(path, F_OK), 0);
        /* Again, under the same number. */
        make_staging(place, 4711, 1, true);
        assert_found(place, "namespace that is gone", true);
        snprintf(path, sizeof(path), "%s/staging/lost/%d-2/batch.json", place->path, 4711 << 5 | 1);
        assert_int_equal(access(path, F_OK), 0);
        make_staging(place, 4712, 17, false);
        assert_found(place, "table that is gone", true);
        snprintf(path, sizeof(path), "%s/staging/lost/%d", place->path, 4712 << 5 | 17);
        assert_int_equal(access(path, F_OK), -1); /* it was empty */
        snprintf(path, sizeof(path), "%s/staging/notes", place->path);
        assert_int_equal(mkdir(path, 0700), 0);
        assert_found(place, "nothing that lancefs makes", false);
}

static void the_places_of_the_feed_are_counted_again(void **state)
{
        struct place *place = *state;
        static char before[10000];
        static char after[10000];
        struct lns_error err;
        size_t length;
        size_t length_after;

        assert_succeeds(sqlite_read_changes(place->backend, 0, before, sizeof(before), &length,
                                            &err),
                        &err);
        damage(place, "update change set end_offset = end_offset + 3 where seq > 18");
        assert_found(place, "from number 19 on", true);
        assert_succeeds(sqlite_read_changes(place->backend, 0, after, sizeof(after), &length_after,
                                            &err),
                        &err);
        assert_int_equal(length, length_after);
        assert_memory_equal(before, after, length);
        /* And it goes on from there. */
        create_tag(place, "silver", 2);
        assert_sound(place);
}

static void rows_that_refer_to_nothing_are_named(void **state)
{
        struct place *place = *state;

        damage(place, "insert into table_property values (4711, 'a', 'b')");
        assert_found(place, "'table_property'", false);
        damage(place, "delete from table_property where table_id = 4711");
        damage(place, "update version set branch_id = 4711 where version = 2");
        assert_found(place, "on a branch that does not exist", false);
}

static void an_index_that_disagrees_with_its_rows_is_made_again(void **state)
{
        struct place *place = *state;

        /* While the index takes no part in it, a row goes back to what it was. */
        damage(place, "update lance_table set location = location || 'x';"
                      "pragma writable_schema = on;"
                      "update sqlite_schema set sql = sql || ' where id < 0'"
                      "  where name = 'lance_table_by_location';"
                      "pragma writable_schema = reset;");
        damage(place, "update lance_table set location = substr(location, 1, length(location) - 1);"
                      "pragma writable_schema = on;"
                      "update sqlite_schema set sql = replace(sql, ' where id < 0', '')"
                      "  where name = 'lance_table_by_location';"
                      "pragma writable_schema = reset;");
        assert_int_equal(check(place, false), 2); /* and its storage belongs to no table */
        assert_non_null(strstr(place->reports[0], "index lance_table_by_location"));
        assert_int_equal(check(place, true), 0);
        assert_true(place->repaired[0]);
        assert_sound(place);
}

static void reading_only_nothing_is_repaired(void **state)
{
        static const struct lns_catalog_options reading = { .read_only = true };
        struct place *place = *state;
        struct lns_backend *reader;
        struct lns_error err;
        uint64_t problems;

        assert_succeeds(lns_backend_sqlite_open(&reader, place->path, &reading, &err), &err);
        assert_succeeds(sqlite_check_catalog(reader, false, NULL, NULL, &problems, &err), &err);
        assert_int_equal(problems, 0);
        assert_fails(sqlite_check_catalog(reader, true, NULL, NULL, &problems, &err), &err,
                     LNS_PERMISSION_DENIED);
        assert_int_equal(err.sys, EROFS);
        reader->ops->free(reader);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(a_good_catalog_has_no_problems),
                TEST(a_tag_without_its_version_is_removed),
                TEST(a_version_without_a_manifest_is_named),
                TEST(many_missing_manifests_are_counted),
                TEST(a_table_elsewhere_is_not_looked_into),
                TEST(the_staging_of_what_is_gone_is_put_aside),
                TEST(the_places_of_the_feed_are_counted_again),
                TEST(rows_that_refer_to_nothing_are_named),
                TEST(an_index_that_disagrees_with_its_rows_is_made_again),
                TEST(reading_only_nothing_is_repaired),
        };

        return cmocka_run_group_tests_name("sqlite_check", tests, NULL, NULL);
}

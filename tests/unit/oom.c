/* Every allocation fails once, in turn: the answer is ENOMEM, nothing is touched, nothing leaks.
 *
 * The linker hands our calls of malloc and its like to __wrap_ functions (-Wl,--wrap, see
 * meson.build); jansson is given the same ones.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_internal.h"
#include "codec/codec.h"
#include "wrap.h"

/* How many allocations may still succeed; -1: all. */
static int allowed = -1;
static int n_live; /* what was allocated and not freed, while it counts */
static bool counting;

bool allocation_fails(void)
{
        if (allowed < 0)
                return false;
        if (allowed == 0)
                return true;
        allowed--;
        return false;
}

void allocation_counts(int change)
{
        if (counting)
                n_live += change;
}

/* Does it all once; 0, or -1 with err set. Releases what it made when it succeeds. */
typedef int work(struct lns_error *err);

/* Let the first allocation fail, then the second, and so on until it succeeds without a failure. */
static void assert_survives(work *work_once, int at_least)
{
        int n_failures = 0;

        for (;; n_failures++) {
                struct lns_error err = LNS_ERROR_INIT;
                int result;

                n_live = 0;
                counting = true;
                allowed = n_failures;
                result = work_once(&err);
                allowed = -1;
                counting = false;
                assert_int_equal(n_live, 0);
                if (result == 0) {
                        assert_int_equal(err.code, LNS_OK); /* no failure was swallowed */
                        break;
                }
                assert_int_equal(result, -1);
                assert_int_equal(err.code, LNS_INTERNAL);
                assert_int_equal(lns_error_errno(&err), ENOMEM);
                assert_true(n_failures < 10000);
        }
        /* The wrapping is there, and reaches as far as we think. */
        assert_in_range(n_failures, at_least, 10000);
}

static int parse(struct lns_error *err)
{
        static const char text[] =
                "{\"manifest_path\": \"/t/_versions/7.manifest-1b9d\", \"version\": 7,"
                " \"manifest_size\": 482, \"e_tag\": \"\\u00e9\", \"metadata\": {\"a\": \"1\","
                " \"b\": \"2\"}, \"x\": [1, 2.5, true, false, null, {\"y\": []}, \"z\"],"
                " \"k1\": 1, \"k2\": 2, \"k3\": 3, \"k4\": 4, \"k5\": 5, \"k6\": 6}";
        struct lns_create_table_version_request request;
        struct lns_document *document = NULL;

        if (lns_create_table_version_request_parse(text, strlen(text), &request, &document, err) !=
            0) {
                assert_null(document);
                return -1;
        }
        lns_document_free(document);
        return 0;
}

static int make_idents(struct lns_error *err)
{
        const char *parts[] = { "prod", "eu" };
        struct lns_ident ident = { 0 };
        struct lns_ident child = { 0 };
        struct lns_ident parsed = { 0 };
        int result;

        result = lns_ident_new(&ident, parts, 2, err);
        if (result == 0)
                result = lns_ident_child(&child, &ident, "users", err);
        if (result == 0)
                result = lns_ident_parse(&parsed, "a$b$c", "$", err);
        lns_ident_clear(&ident);
        lns_ident_clear(&child);
        lns_ident_clear(&parsed);
        return result;
}

static int fill_map(struct lns_error *err)
{
        struct lns_map map = { 0 };
        struct lns_map copy = { 0 };
        int result;

        result = lns_map_set(&map, "a", "1", err);
        if (result == 0) {
                result = lns_map_set(&map, "b", "2", err);
                /* Unchanged on failure. */
                assert_int_equal(map.n_entries, result == 0 ? 2 : 1);
        }
        if (result == 0) {
                result = lns_map_set(&map, "a", "3", err);
                assert_string_equal(lns_map_get(&map, "a"), result == 0 ? "3" : "1");
        }
        if (result == 0) {
                result = lns_map_copy(&copy, &map, err);
                assert_int_equal(copy.n_entries, result == 0 ? 2 : 0);
        }
        lns_map_clear(&map);
        lns_map_clear(&copy);
        return result;
}

/* ---- src/catalog ---- */

static unsigned n_freed;

static int delete_nothing(struct lns_backend *backend,
                          const struct lns_batch_delete_table_versions_request *request,
                          struct lns_batch_delete_table_versions_response *response,
                          struct lns_error *err)
{
        (void)backend, (void)request, (void)response, (void)err;
        return 0;
}

static int create_nothing(struct lns_backend *backend,
                          const struct lns_batch_create_table_versions_request *request,
                          struct lns_batch_create_table_versions_response *response,
                          struct lns_error *err)
{
        (void)backend, (void)request, (void)response, (void)err;
        return 0;
}

static void count_free(struct lns_backend *backend)
{
        (void)backend;
        n_freed++;
}

int lns_backend_sqlite_open(struct lns_backend **ret_backend, const char *path,
                            const struct lns_catalog_options *options, struct lns_error *err)
{
        static const struct lns_backend_ops ops = {
                .name = "nothing",
                .batch_delete_table_versions = delete_nothing,
                .batch_create_table_versions = create_nothing,
                .free = count_free,
        };
        static struct lns_backend backend = { &ops };

        (void)path, (void)options, (void)err;
        *ret_backend = &backend;
        return 0;
}

static int use_catalog(struct lns_error *err)
{
        static const struct lns_version_range ranges[] = { { 1, 2 }, { 3, -1 } };
        char users[] = "users";
        char *parts[] = { users };
        struct lns_ident id = { .parts = parts, .n_parts = 1 };
        struct lns_create_table_version_request entries[] = {
                { .id = &id, .version = 1, .manifest_path = "p", .branch = "main" },
                { .id = &id, .version = 2, .manifest_path = "p" },
        };
        struct lns_batch_delete_table_versions_request del = { .id = &id,
                                                               .ranges = ranges,
                                                               .n_ranges = 2 };
        struct lns_batch_create_table_versions_request create = { .entries = entries,
                                                                  .n_entries = 2 };
        struct lns_catalog *catalog = NULL;
        int result;

        n_freed = 0;
        result = lns_catalog_open(&catalog, "/c", NULL, err);
        if (result != 0) {
                assert_null(catalog);
                assert_int_equal(n_freed, 1); /* the engine was taken */
                return -1;
        }
        result = lns_catalog_batch_delete_table_versions(catalog, &del, NULL, err);
        if (result == 0)
                result = lns_catalog_batch_create_table_versions(catalog, &create, NULL, err);
        lns_catalog_free(catalog);
        return result;
}

/* ---- what must not allocate ---- */

static void texts_and_errors_need_no_memory(void **state)
{
        char path[] = "/t/_versions/7.manifest";
        struct lns_table_version version = { .version = 7, .manifest_path = path };
        char name[] = "prod";
        char *parts[] = { name };
        struct lns_ident id = { .parts = parts, .n_parts = 1 };
        struct lns_error err;
        char buf[256];

        (void)state;
        allowed = 0;
        (void)lns_table_version_to_text(&version, NULL, 0);
        (void)lns_table_version_to_text(&version, buf, sizeof(buf));
        (void)lns_ident_to_text(&id, buf, sizeof(buf));
        (void)lns_error_set_oom(&err);
        (void)lns_error_add_detail(&err, "entries[%d]", 3);
        (void)lns_error_to_text(&err, buf, sizeof(buf));
        allowed = -1;
        assert_int_equal(err.sys, ENOMEM);
        assert_string_equal(err.detail, "entries[3]");
}

static void parsing_a_document_survives_every_failure(void **state)
{
        (void)state;
        assert_survives(parse, 40);
}

static void identifiers_survive_every_failure(void **state)
{
        (void)state;
        assert_survives(make_idents, 3);
}

static void maps_survive_every_failure(void **state)
{
        (void)state;
        assert_survives(fill_map, 12);
}

static void the_catalog_survives_every_failure(void **state)
{
        (void)state;
        assert_survives(use_catalog, 4);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(texts_and_errors_need_no_memory),
                cmocka_unit_test(parsing_a_document_survives_every_failure),
                cmocka_unit_test(identifiers_survive_every_failure),
                cmocka_unit_test(maps_survive_every_failure),
                cmocka_unit_test(the_catalog_survives_every_failure),
        };

        json_set_alloc_funcs(__wrap_malloc, __wrap_free);
        return cmocka_run_group_tests_name("oom", tests, NULL, NULL);
}

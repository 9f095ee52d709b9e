/* Who reads while batches are committed sees the state before one or after it, never a mix. */
#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES 100
#define READERS 3

/* CONTRACT_BATCHES from the environment; a run for evidence takes 1,000. */
static int batches(void)
{
        const char *given = getenv("CONTRACT_BATCHES");

        return given ? (int)strtol(given, NULL, 10) : 100;
}

struct reader {
        pthread_t thread;
        struct lns_catalog *catalog;
        uint64_t table; /* node of tagged */
        const struct lns_ident *prod;
        const struct lns_ident *tagged;
        _Atomic bool *stop;
        uint64_t looks, full, mixed, failed;
};

/* All tables have their version, or none has. */
static void look_at_tables(struct reader *reader)
{
        const struct lns_list_tables_request request = {
                .id = reader->prod,
                .limit = -1,
                .exclude_declared = true,
        };
        struct lns_list_tables_response response = { 0 };

        reader->looks++;
        if (lns_catalog_list_tables(reader->catalog, &request, &response, NULL) < 0) {
                reader->failed++;
                return;
        }
        reader->full += response.tables.n_names == TABLES;
        reader->mixed += response.tables.n_names != TABLES && response.tables.n_names != 0;
        lns_list_tables_response_clear(&response);
}

/* All tags of one table name the same version. */
static void look_at_tags(struct reader *reader)
{
        const struct lns_list_table_tags_request request = { .id = reader->tagged, .limit = -1 };
        struct lns_list_table_tags_response response = { 0 };

        if (lns_catalog_list_table_tags(reader->catalog, &request, &response, NULL) < 0) {
                reader->failed++;
                return;
        }
        for (size_t i = 1; i < response.n_tags; i++)
                reader->mixed += response.tags[i].version != response.tags[0].version;
        lns_list_table_tags_response_clear(&response);
}

struct tag_listing {
        uint64_t version;
        bool mixed;
};

static bool see_tag(void *context, const struct lns_node *node)
{
        struct tag_listing *listing = context;

        listing->mixed |= listing->version && listing->version != node->version;
        listing->version = node->version;
        return true;
}

/* The same as a directory is listed. */
static void look_at_directory(struct reader *reader)
{
        struct tag_listing listing = { 0 };

        reader->failed += lns_catalog_list_nodes(reader->catalog, reader->table, LNS_NODE_TAG, 0,
                                                 true, see_tag, &listing, NULL) < 0;
        reader->mixed += listing.mixed;
}

static void *read_all_the_time(void *argument)
{
        struct reader *reader = argument;

        while (!atomic_load(reader->stop)) {
                look_at_tables(reader);
                look_at_tags(reader);
                look_at_directory(reader);
        }
        return NULL;
}

/* Gives every table a version, or takes it away; and moves all tags of one table. */
static void commit_batch(struct lns_catalog *catalog, const struct lns_ident *const *tables,
                         const struct lns_ident *tagged, int round)
{
        static const struct lns_version_range first = { 1, 2 };
        struct lns_batch_operation operations[2 * TABLES] = { 0 };
        const struct lns_batch_commit_tables_request request = {
                .operations = operations,
                .n_operations = COUNT(operations),
        };
        struct lns_error err = LNS_ERROR_INIT;

        for (size_t i = 0; i < TABLES; i++) {
                if (round % 2 == 0) {
                        operations[i].kind = LNS_BATCH_CREATE_TABLE_VERSION;
                        operations[i].create_table_version = version_request(tables[i], 1);
                } else {
                        operations[i].kind = LNS_BATCH_DELETE_TABLE_VERSIONS;
                        operations[i].delete_table_versions =
                                (struct lns_batch_delete_table_versions_request){
                                        .id = tables[i],
                                        .ranges = &first,
                                        .n_ranges = 1,
                                };
                }
                operations[TABLES + i].kind = LNS_BATCH_UPDATE_TABLE_TAG;
                operations[TABLES + i].update_table_tag = (struct lns_update_table_tag_request){
                        .id = tagged,
                        .tag = text_of("tag%zu", i),
                        .version = (uint64_t)round % 2 + 1,
                };
        }
        assert_ok(lns_catalog_batch_commit_tables(catalog, &request, NULL, &err), &err);
}

static void readers_never_see_a_part_of_a_batch(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_ident *tables[TABLES], *tagged = ident("other", "tagged");
        struct reader readers[READERS] = { 0 };
        _Atomic bool stop = false;
        uint64_t looks = 0;

        make_namespace(catalog, ident("prod"));
        make_namespace(catalog, ident("other"));
        make_table(catalog, tagged);
        make_version(catalog, tagged, 1);
        make_version(catalog, tagged, 2);
        for (size_t i = 0; i < TABLES; i++) {
                tables[i] = ident("prod", text_of("t%zu", i));
                make_table(catalog, tables[i]);
                make_tag(catalog, tagged, text_of("tag%zu", i), 2);
        }
        for (size_t i = 0; i < READERS; i++) {
                readers[i] = (struct reader){
                        .catalog = catalog,
                        .table = node_of_table(catalog, tagged).id,
                        .prod = ident("prod"),
                        .tagged = tagged,
                        .stop = &stop,
                };
                assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all_the_time,
                                                &readers[i]),
                                 0);
        }
        for (int round = 0; round < batches(); round++)
                commit_batch(catalog, tables, tagged, round);
        atomic_store(&stop, true);
        for (size_t i = 0; i < READERS; i++) {
                assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
                assert_int_equal(readers[i].mixed, 0);
                assert_int_equal(readers[i].failed, 0);
                looks += readers[i].looks;
        }
        print_message("%d batches of %d operations, %llu looks at all tables meanwhile\n",
                      batches(), 2 * TABLES, (unsigned long long)looks);
        assert_true(looks > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = { contract_test(readers_never_see_a_part_of_a_batch) };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

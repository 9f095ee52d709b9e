/* Many threads on one catalog. Assertions are made by the first thread only. */
#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8

struct worker {
        pthread_t thread;
        struct lns_catalog *catalog;
        pthread_barrier_t *start;
        int number;
        int rounds;
        const struct lns_ident *const *ids; /* one per round, or one for all */
        _Atomic bool *stop;
        /* What came of it. */
        int done;
        int refused;
        enum lns_code unexpected; /* LNS_OK: none */
        char message[LNS_ERROR_TEXT_MAX];
        uint64_t wrong;
};

/* Note a result: success, one of two expected refusals, or something else. */
static void note(struct worker *worker, int result, struct lns_error *err, enum lns_code expected,
                 enum lns_code expected_too)
{
        if (result == 0) {
                worker->done++;
        } else if (err->code == expected || err->code == expected_too) {
                worker->refused++;
        } else if (worker->unexpected == LNS_OK) {
                worker->unexpected = err->code;
                snprintf(worker->message, sizeof(worker->message), "%s", err->message);
        }
        *err = LNS_ERROR_INIT;
}

/* Run the workers, all starting at once; the first `n_waited` are joined before `stop` is set. */
static void run(struct worker *workers, size_t n_workers, void *(*function)(void *),
                void *(*others)(void *), size_t n_functions)
{
        pthread_barrier_t start;
        _Atomic bool stop = false;

        assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)n_workers), 0);
        for (size_t i = 0; i < n_workers; i++) {
                workers[i].number = (int)i;
                workers[i].start = &start;
                workers[i].stop = &stop;
                workers[i].unexpected = LNS_OK;
                assert_int_equal(pthread_create(&workers[i].thread, NULL,
                                                i < n_functions ? function : others, &workers[i]),
                                 0);
        }
        for (size_t i = 0; i < n_workers; i++) {
                if (i == n_functions)
                        atomic_store(&stop, true);
                assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        }
        pthread_barrier_destroy(&start);
        for (size_t i = 0; i < n_workers; i++) {
                if (workers[i].unexpected != LNS_OK)
                        fail_msg("thread %zu: %s: %s", i, lns_code_name(workers[i].unexpected),
                                 workers[i].message);
        }
}

static int total_done(const struct worker *workers, size_t n_workers)
{
        int total = 0;

        for (size_t i = 0; i < n_workers; i++)
                total += workers[i].done;
        return total;
}

/* ---- races for one name ---- */

#define ROUNDS 40

static void *create_namespaces(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                const struct lns_create_namespace_request request = { .id = worker->ids[i] };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker, lns_catalog_create_namespace(worker->catalog, &request, NULL, &err),
                     &err, LNS_NAMESPACE_ALREADY_EXISTS, LNS_NAMESPACE_ALREADY_EXISTS);
        }
        return NULL;
}

static void *declare_tables(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                const struct lns_declare_table_request request = { .id = worker->ids[i] };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker, lns_catalog_declare_table(worker->catalog, &request, NULL, &err), &err,
                     LNS_TABLE_ALREADY_EXISTS, LNS_TABLE_ALREADY_EXISTS);
        }
        return NULL;
}

static void *create_versions(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                char path[64];
                const struct lns_create_table_version_request request = {
                        .id = worker->ids[0],
                        .version = (uint64_t)i + 1,
                        .manifest_path = path,
                        .manifest_size = -1,
                };
                struct lns_error err = LNS_ERROR_INIT;

                snprintf(path, sizeof(path), "staged/%d/%d", worker->number, i);
                note(worker,
                     lns_catalog_create_table_version(worker->catalog, &request, NULL, &err), &err,
                     LNS_CONCURRENT_MODIFICATION, LNS_CONCURRENT_MODIFICATION);
        }
        return NULL;
}

static const struct lns_ident *const *numbered_ids(int count)
{
        const struct lns_ident **ids = keep(calloc((size_t)count, sizeof(*ids)));

        assert_non_null(ids);
        for (int i = 0; i < count; i++)
                ids[i] = ident(text_of("n%03d", i));
        return ids;
}

static void one_thread_wins_each_name(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct worker workers[THREADS] = { 0 };
        const struct lns_ident *const *ids = numbered_ids(ROUNDS);
        const struct lns_ident *table = ident("users");

        for (size_t i = 0; i < THREADS; i++)
                workers[i] = (struct worker){ .catalog = catalog, .rounds = ROUNDS, .ids = ids };
        run(workers, THREADS, create_namespaces, NULL, THREADS);
        assert_int_equal(total_done(workers, THREADS), ROUNDS);

        for (size_t i = 0; i < THREADS; i++)
                workers[i] = (struct worker){ .catalog = catalog, .rounds = ROUNDS, .ids = ids };
        run(workers, THREADS, declare_tables, NULL, THREADS);
        assert_int_equal(total_done(workers, THREADS), ROUNDS);

        make_table(catalog, table);
        for (size_t i = 0; i < THREADS; i++)
                workers[i] = (struct worker){ .catalog = catalog, .rounds = ROUNDS, .ids = &table };
        run(workers, THREADS, create_versions, NULL, THREADS);
        assert_int_equal(total_done(workers, THREADS), ROUNDS);
        assert_int_equal(node_of_table(catalog, table).version, ROUNDS);
}

/* ---- what comes and goes ---- */

static void *declare_and_drop(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                const struct lns_declare_table_request declare = { .id = worker->ids[i % 3] };
                const struct lns_drop_table_request drop = { .id = worker->ids[i % 3] };
                const struct lns_deregister_table_request deregister = { .id = worker->ids[i % 3] };
                struct lns_deregister_table_response deregistered = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker, lns_catalog_declare_table(worker->catalog, &declare, NULL, &err), &err,
                     LNS_TABLE_ALREADY_EXISTS, LNS_NAMESPACE_NOT_FOUND);
                if (i % 5 == 0) {
                        int result = lns_catalog_deregister_table(worker->catalog, &deregister,
                                                                  &deregistered, &err);

                        note(worker, result, &err, LNS_TABLE_NOT_FOUND, LNS_NAMESPACE_NOT_FOUND);
                        lns_deregister_table_response_clear(&deregistered);
                } else {
                        note(worker, lns_catalog_drop_table(worker->catalog, &drop, NULL, &err),
                             &err, LNS_TABLE_NOT_FOUND, LNS_NAMESPACE_NOT_FOUND);
                }
        }
        return NULL;
}

static void *create_and_cascade(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        while (!atomic_load(worker->stop)) {
                const struct lns_create_namespace_request create = {
                        .id = worker->ids[3],
                        .mode = worker->number % 2 ? LNS_CREATE_MODE_CREATE
                                                   : LNS_CREATE_MODE_OVERWRITE,
                };
                const struct lns_drop_namespace_request drop = { .id = worker->ids[3],
                                                                 .cascade = true };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker, lns_catalog_create_namespace(worker->catalog, &create, NULL, &err),
                     &err, LNS_NAMESPACE_ALREADY_EXISTS, LNS_NAMESPACE_ALREADY_EXISTS);
                note(worker, lns_catalog_drop_namespace(worker->catalog, &drop, NULL, &err), &err,
                     LNS_NAMESPACE_NOT_FOUND, LNS_NAMESPACE_NOT_FOUND);
        }
        return NULL;
}

static void what_is_made_and_dropped_at_once_stays_in_order(void **state)
{
        struct contract *contract = contract_of(state);
        struct worker workers[THREADS] = { 0 };
        const struct lns_ident *ids[4] = { ident("ns", "a"), ident("ns", "b"), ident("ns", "c"),
                                           ident("ns") };
        const char *before;

        make_namespace(contract->catalog, ids[3]);
        for (size_t i = 0; i < THREADS; i++)
                workers[i] = (struct worker){ .catalog = contract->catalog,
                                              .rounds = ROUNDS,
                                              .ids = ids };
        run(workers, THREADS, declare_and_drop, create_and_cascade, THREADS - 2);
        /* Whatever it came to, it hangs together. */
        before = dump(contract->catalog);
        reopen(contract);
        assert_text(dump(contract->catalog), before);
        assert_done(contract->catalog, create_namespace, NULL, .id = ids[3],
                    .mode = LNS_CREATE_MODE_EXIST_OK);
        make_namespace(contract->catalog, ident("ns", "new"));
}

/* ---- updates ---- */

#define UPDATES 100

static void *update_own_tag(void *argument)
{
        struct worker *worker = argument;
        char tag[16];

        snprintf(tag, sizeof(tag), "tag%d", worker->number);
        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                const struct lns_update_table_tag_request request = {
                        .id = worker->ids[0],
                        .tag = tag,
                        .version = (uint64_t)(i % 10) + 1,
                        .or_create = true,
                };
                const struct lns_get_table_tag_version_request question = { .id = worker->ids[0],
                                                                            .tag = tag };
                struct lns_get_table_tag_version_response answer = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker, lns_catalog_update_table_tag(worker->catalog, &request, NULL, &err),
                     &err, LNS_OK, LNS_OK);
                /* One's own change is seen at once. */
                if (lns_catalog_get_table_tag_version(worker->catalog, &question, &answer, &err) !=
                            0 ||
                    answer.version != request.version)
                        worker->wrong++;
                lns_get_table_tag_version_response_clear(&answer);
        }
        return NULL;
}

static size_t times_in(const char *text, const char *part)
{
        size_t count = 0;

        for (; (text = strstr(text, part)); text += strlen(part))
                count++;
        return count;
}

static void every_update_of_every_thread_is_there(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct worker workers[THREADS] = { 0 };
        const struct lns_ident *table = ident("users");
        const char *feed;

        make_table(catalog, table);
        for (uint64_t version = 1; version <= 10; version++)
                make_version(catalog, table, version);
        for (size_t i = 0; i < THREADS; i++)
                workers[i] =
                        (struct worker){ .catalog = catalog, .rounds = UPDATES, .ids = &table };
        run(workers, THREADS, update_own_tag, NULL, THREADS);
        assert_int_equal(total_done(workers, THREADS), THREADS * UPDATES);
        feed = feed_from(catalog, 0);
        for (size_t i = 0; i < THREADS; i++) {
                assert_int_equal(workers[i].wrong, 0);
                assert_int_equal(times_in(feed, text_of("\"tag\":\"tag%zu\"", i)), UPDATES);
                assert_int_equal(tag_version(catalog, table, text_of("tag%zu", i)),
                                 (UPDATES - 1) % 10 + 1);
        }
}

/* ---- readers beside writers ---- */

#define BATCH 10

static void *create_batches(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        for (int i = 0; i < worker->rounds; i++) {
                struct lns_create_table_version_request entries[BATCH];
                const struct lns_batch_create_table_versions_request request = { .entries = entries,
                                                                                 .n_entries =
                                                                                         BATCH };
                struct lns_error err = LNS_ERROR_INIT;

                for (int j = 0; j < BATCH; j++)
                        entries[j] = (struct lns_create_table_version_request){
                                .id = worker->ids[0],
                                .version = (uint64_t)(i * BATCH + j) + 1,
                                .manifest_path = "p",
                                .manifest_size = -1,
                        };
                note(worker,
                     lns_catalog_batch_create_table_versions(worker->catalog, &request, NULL, &err),
                     &err, LNS_OK, LNS_OK);
        }
        return NULL;
}

static void *read_batches(void *argument)
{
        struct worker *worker = argument;
        uint64_t seen = 0;

        pthread_barrier_wait(worker->start);
        while (!atomic_load(worker->stop)) {
                const struct lns_list_table_versions_request request = { .id = worker->ids[0],
                                                                         .limit = -1 };
                struct lns_list_table_versions_response listed = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker,
                     lns_catalog_list_table_versions(worker->catalog, &request, &listed, &err),
                     &err, LNS_OK, LNS_OK);
                /* Whole batches only, and never fewer than before. */
                if (listed.n_versions % BATCH != 0 || listed.n_versions < seen)
                        worker->wrong++;
                seen = listed.n_versions;
                lns_list_table_versions_response_clear(&listed);
        }
        return NULL;
}

static void readers_see_batches_whole(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct worker workers[5] = { 0 };
        const struct lns_ident *table = ident("users");

        make_table(catalog, table);
        for (size_t i = 0; i < COUNT(workers); i++)
                workers[i] = (struct worker){ .catalog = catalog, .rounds = ROUNDS, .ids = &table };
        run(workers, COUNT(workers), create_batches, read_batches, 1);
        assert_int_equal(workers[0].done, ROUNDS);
        for (size_t i = 0; i < COUNT(workers); i++)
                assert_int_equal(workers[i].wrong, 0);
}

struct counting {
        uint32_t stays; /* bits of the names seen */
        bool twice;
};

static bool count_visit(void *context, const struct lns_node *node)
{
        struct counting *counting = context;

        if (strncmp(node->name, "stays", 5) == 0) {
                const uint32_t bit = UINT32_C(1) << (strtol(node->name + 5, NULL, 10) % 32);

                counting->twice |= (counting->stays & bit) != 0;
                counting->stays |= bit;
        }
        return true;
}

static void *list_nodes(void *argument)
{
        struct worker *worker = argument;

        pthread_barrier_wait(worker->start);
        while (!atomic_load(worker->stop)) {
                struct counting counting = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                note(worker,
                     lns_catalog_list_nodes(worker->catalog, LNS_NODE_ROOT, LNS_NODE_TABLE, 0,
                                            worker->number % 2, count_visit, &counting, &err),
                     &err, LNS_OK, LNS_OK);
                if (counting.stays != UINT32_MAX || counting.twice)
                        worker->wrong++;
        }
        return NULL;
}

static void a_listing_beside_writers_misses_nothing_that_stays(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct worker workers[6] = { 0 };
        const struct lns_ident *ids[4] = { ident("a"), ident("b"), ident("c"), ident("d") };

        for (int i = 0; i < 32; i++)
                make_table(catalog, ident(text_of("stays%02d", i)));
        for (size_t i = 0; i < COUNT(workers); i++)
                workers[i] = (struct worker){ .catalog = catalog, .rounds = ROUNDS, .ids = ids };
        run(workers, COUNT(workers), declare_and_drop, list_nodes, 3);
        for (size_t i = 0; i < COUNT(workers); i++)
                assert_int_equal(workers[i].wrong, 0);
}

/* ---- the feed beside writers ---- */

static void *follow_feed(void *argument)
{
        struct worker *worker = argument;
        uint64_t offset = 0;
        bool last = false;

        pthread_barrier_wait(worker->start);
        while (!last) {
                const uint64_t seen = lns_catalog_generation(worker->catalog);
                char buf[1024];
                size_t length = 0;
                struct lns_error err = LNS_ERROR_INIT;

                last = atomic_load(worker->stop);
                do {
                        note(worker,
                             lns_catalog_read_changes(worker->catalog, offset, buf, sizeof(buf),
                                                      &length, &err),
                             &err, LNS_OK, LNS_OK);
                        for (size_t i = 0; i < length; i++)
                                worker->wrong += buf[i] == '\n'; /* lines, for once */
                        offset += length;
                } while (length > 0);
                if (!last)
                        lns_catalog_wait_generation(worker->catalog, seen, 10);
        }
        return NULL;
}

static void who_follows_the_feed_misses_no_line(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct worker workers[6] = { 0 };
        const struct lns_ident *table = ident("users");

        make_table(catalog, table);
        for (uint64_t version = 1; version <= 10; version++)
                make_version(catalog, table, version);
        for (size_t i = 0; i < COUNT(workers); i++)
                workers[i] =
                        (struct worker){ .catalog = catalog, .rounds = UPDATES, .ids = &table };
        run(workers, COUNT(workers), update_own_tag, follow_feed, 4);
        for (size_t i = 4; i < COUNT(workers); i++)
                assert_int_equal(workers[i].wrong, times_in(feed_from(catalog, 0), "\n"));
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(one_thread_wins_each_name),
                contract_test(what_is_made_and_dropped_at_once_stays_in_order),
                contract_test(every_update_of_every_thread_is_there),
                contract_test(readers_see_batches_whole),
                contract_test(a_listing_beside_writers_misses_nothing_that_stays),
                contract_test(who_follows_the_feed_misses_no_line),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

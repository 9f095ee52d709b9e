/* The generation: a number that changes with every commit of any process, and waiting for that. */
#include "contract.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static void it_is_even_and_stays_while_nothing_happens(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t seen = lns_catalog_generation(catalog);

        assert_int_equal(seen % 2, 0);
        assert_string_not_equal(dump(catalog), "");
        assert_int_equal(lns_catalog_generation(catalog), seen);
}

static void it_changes_with_every_commit(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t seen = lns_catalog_generation(catalog);

        for (int i = 0; i < 10; i++) {
                make_namespace(catalog, ident(text_of("n%d", i)));
                assert_true(lns_catalog_generation(catalog) > seen);
                seen = lns_catalog_generation(catalog);
                assert_int_equal(seen % 2, 0);
        }
}

static void it_is_the_same_for_every_handle(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *other = open_catalog(contract->path, NULL);

        assert_int_equal(lns_catalog_generation(other), lns_catalog_generation(contract->catalog));
        make_namespace(other, ident("prod"));
        assert_int_equal(lns_catalog_generation(other), lns_catalog_generation(contract->catalog));
        lns_catalog_free(other);
        make_namespace(contract->catalog, ident("dev"));
}

static void a_wait_without_a_commit_ends_with_zero(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t seen = lns_catalog_generation(catalog);

        assert_int_equal(lns_catalog_wait_generation(catalog, seen, 0), 0);
        assert_int_equal(lns_catalog_wait_generation(catalog, seen, 1), 0);
}

static void a_wait_for_what_has_happened_ends_at_once(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t seen = lns_catalog_generation(catalog);

        make_namespace(catalog, ident("prod"));
        assert_int_equal(lns_catalog_wait_generation(catalog, seen, 0), 1);
        assert_int_equal(lns_catalog_wait_generation(catalog, seen, -1), 1);
}

struct waiter {
        pthread_t thread;
        struct lns_catalog *catalog;
        uint64_t seen;
        sem_t *ready;
        int result;
};

static void *wait_for_it(void *argument)
{
        struct waiter *waiter = argument;

        sem_post(waiter->ready);
        waiter->result = lns_catalog_wait_generation(waiter->catalog, waiter->seen, -1);
        return NULL;
}

static void every_waiting_thread_is_woken(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *other = open_catalog(contract->path, NULL);
        struct waiter waiters[8];
        sem_t ready;

        assert_int_equal(sem_init(&ready, 0, 0), 0);
        for (size_t i = 0; i < COUNT(waiters); i++) {
                waiters[i] = (struct waiter){
                        .catalog = i % 2 ? other : contract->catalog,
                        .seen = lns_catalog_generation(other),
                        .ready = &ready,
                };
                assert_int_equal(pthread_create(&waiters[i].thread, NULL, wait_for_it, &waiters[i]),
                                 0);
        }
        for (size_t i = 0; i < COUNT(waiters); i++)
                assert_int_equal(sem_wait(&ready), 0);
        make_namespace(contract->catalog, ident("prod"));
        for (size_t i = 0; i < COUNT(waiters); i++) {
                assert_int_equal(pthread_join(waiters[i].thread, NULL), 0);
                assert_int_equal(waiters[i].result, 1);
        }
        sem_destroy(&ready);
        lns_catalog_free(other);
}

static void wait_in_child(struct contract *contract, void *context)
{
        const int *ready = context;
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_catalog *catalog = NULL;
        uint64_t seen;
        struct lns_namespace_exists_request request = { .id = ident("prod") };

        child_check(contract_engine.open(&catalog, contract->path, NULL, &err) == 0);
        seen = lns_catalog_generation(catalog);
        child_check(write(*ready, "x", 1) == 1);
        child_check(lns_catalog_wait_generation(catalog, seen, -1) == 1);
        /* Odd: a commit is under way, and there may be more than one. */
        while (lns_catalog_namespace_exists(catalog, &request, NULL, &err) != 0) {
                seen = lns_catalog_generation(catalog);
                if (lns_catalog_namespace_exists(catalog, &request, NULL, &err) == 0)
                        break;
                child_check(lns_catalog_wait_generation(catalog, seen, -1) == 1);
        }
        lns_catalog_free(catalog);
}

static void a_waiting_process_is_woken_and_sees_the_change(void **state)
{
        struct contract *contract = contract_of(state);
        int ready[2];
        pid_t child;
        char byte;

        assert_int_equal(pipe(ready), 0);
        child = child_start(contract, wait_in_child, &ready[1]);
        close(ready[1]);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        close(ready[0]);
        reopen(contract);
        make_namespace(contract->catalog, ident("prod"));
        child_wait(child);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(it_is_even_and_stays_while_nothing_happens),
                contract_test(it_changes_with_every_commit),
                contract_test(it_is_the_same_for_every_handle),
                contract_test(a_wait_without_a_commit_ends_with_zero),
                contract_test(a_wait_for_what_has_happened_ends_at_once),
                contract_test(every_waiting_thread_is_woken),
                contract_test(a_waiting_process_is_woken_and_sees_the_change),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

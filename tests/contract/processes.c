/* Several processes on one catalog. LNS_TEST_UPDATES says how many updates each makes in the
 * race between two, at least; 5,000 is the whole of it. */
#include "contract.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_UPDATES 500

static const struct lns_catalog_options create = { .create = true };

/* Lets several children start at once: each says that it is ready, then waits. */
struct gate {
        int ready[2];
        int open[2];
};

static void gate_make(struct gate *gate)
{
        assert_int_equal(pipe(gate->ready), 0);
        assert_int_equal(pipe(gate->open), 0);
}

/* In a child. */
static void gate_pass(struct gate *gate)
{
        char byte;

        close(gate->open[1]);
        child_check(write(gate->ready[1], "x", 1) == 1);
        child_check(read(gate->open[0], &byte, 1) == 0);
}

static void gate_open(struct gate *gate, int children)
{
        char byte;

        close(gate->ready[1]);
        for (int i = 0; i < children; i++)
                assert_int_equal(read(gate->ready[0], &byte, 1), 1);
        close(gate->ready[0]);
        close(gate->open[0]);
        close(gate->open[1]);
}

static struct lns_catalog *open_in_child(const struct contract *contract,
                                         const struct lns_catalog_options *options)
{
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        if (contract_engine.open(&catalog, contract->path, options, &err) != 0)
                fprintf(stderr, "# %s: %s\n", lns_code_name(err.code), err.message);
        child_check(catalog != NULL);
        return catalog;
}

/* ---- two that write without end ---- */

struct racer {
        struct gate *gate;
        const char *tag;
        int updates;    /* goes on after these until the other has made them too */
        int reached[2]; /* pipes: it has; */
        int stop[2];    /* closed: both have; */
        int total[2];   /* how many they were in the end */
};

static bool is_closed(int fd)
{
        struct pollfd pollfd = { .fd = fd, .events = POLLIN };

        return poll(&pollfd, 1, 0) == 1;
}

static void update_tag(struct contract *contract, void *context)
{
        const struct racer *racer = context;
        struct lns_catalog *catalog = open_in_child(contract, NULL);
        const struct lns_ident *users = ident("users");
        int done = 0;

        close(racer->stop[1]);
        gate_pass(racer->gate);
        while (done < racer->updates || !is_closed(racer->stop[0])) {
                const struct lns_update_table_tag_request request = {
                        .id = users,
                        .tag = racer->tag,
                        .version = (uint64_t)(done % 10) + 1
                };
                struct lns_error err = LNS_ERROR_INIT;

                child_check(lns_catalog_update_table_tag(catalog, &request, NULL, &err) == 0);
                done++;
                if (done == racer->updates)
                        child_check(write(racer->reached[1], "x", 1) == 1);
        }
        lns_catalog_free(catalog);
        child_check(write(racer->total[1], &done, sizeof(done)) == sizeof(done));
}

/* How many lines of a tag the feed has; they must be in the order in which they were made. */
static int updates_in(const char *feed, const char *tag)
{
        const char *wanted = text_of("\"tag\":\"%s\",\"version\":", tag);
        const size_t length = strlen(wanted);
        int seen = 0;

        for (; *feed; feed += strcspn(feed, "\n") + 1) {
                const char *at = memmem(feed, strcspn(feed, "\n"), wanted, length);

                if (!at)
                        continue;
                assert_int_equal(strtol(at + length, NULL, 10), seen % 10 + 1);
                seen++;
        }
        return seen;
}

static void two_processes_that_write_without_end_both_get_on(void **state)
{
        struct contract *contract = contract_of(state);
        const char *wanted = getenv("LNS_TEST_UPDATES");
        const int updates = wanted ? (int)strtol(wanted, NULL, 10) : DEFAULT_UPDATES;
        const struct lns_ident *users = ident("users");
        struct gate gate;
        struct racer racers[] = { { .tag = "a" }, { .tag = "b" } };
        int reached[2], stop[2], totals[2];
        pid_t children[2];
        const char *feed;
        uint64_t start;
        char byte;

        assert_true(updates > 0);
        make_table(contract->catalog, users);
        for (uint64_t version = 1; version <= 10; version++)
                make_version(contract->catalog, users, version);
        make_tag(contract->catalog, users, "a", 1);
        make_tag(contract->catalog, users, "b", 1);
        start = feed_size(contract->catalog);
        gate_make(&gate);
        assert_int_equal(pipe(reached), 0);
        assert_int_equal(pipe(stop), 0);
        for (size_t i = 0; i < COUNT(racers); i++) {
                racers[i].gate = &gate;
                racers[i].updates = updates;
                memcpy(racers[i].reached, reached, sizeof(reached));
                memcpy(racers[i].stop, stop, sizeof(stop));
                assert_int_equal(pipe(racers[i].total), 0);
                children[i] = child_start(contract, update_tag, &racers[i]);
        }
        gate_open(&gate, COUNT(racers));
        for (size_t i = 0; i < COUNT(racers); i++)
                assert_int_equal(read(reached[0], &byte, 1), 1);
        close(stop[0]);
        close(stop[1]);
        close(reached[0]);
        close(reached[1]);
        for (size_t i = 0; i < COUNT(racers); i++) {
                child_wait(children[i]);
                assert_int_equal(read(racers[i].total[0], &totals[i], sizeof(totals[i])),
                                 sizeof(totals[i]));
                close(racers[i].total[0]);
                close(racers[i].total[1]);
        }
        print_message("# updates made: %d and %d\n", totals[0], totals[1]);

        reopen(contract);
        feed = feed_from(contract->catalog, start);
        for (size_t i = 0; i < COUNT(racers); i++)
                assert_int_equal(updates_in(feed, racers[i].tag), totals[i]);
        assert_text(tags_of(contract->catalog, users),
                    text_of("a=%d b=%d", (totals[0] - 1) % 10 + 1, (totals[1] - 1) % 10 + 1));
        /* Fair is half and half; more may be a busy machine, much more is starvation. */
        assert_in_range(totals[0], totals[1] / 8, 8 * totals[1]);
}

/* ---- races for one name ---- */

#define NAMES 30

struct claimer {
        struct gate *gate;
        int result; /* where to write how many were had */
        int number;
};

static void claim_names(struct contract *contract, void *context)
{
        const struct claimer *claimer = context;
        struct lns_catalog *catalog = open_in_child(contract, NULL);
        char had = 0;

        gate_pass(claimer->gate);
        for (int i = 0; i < NAMES; i++) {
                const struct lns_declare_table_request declare = { .id = ident(text_of("n%03d", i)),
                                                                   .location = "s3://bucket/x" };
                const struct lns_create_table_version_request version = {
                        .id = ident("users"),
                        .version = (uint64_t)i + 1,
                        .manifest_path = text_of("staged/%d", claimer->number),
                        .manifest_size = -1,
                };
                struct lns_error err = LNS_ERROR_INIT;

                if (lns_catalog_declare_table(catalog, &declare, NULL, &err) == 0)
                        had++;
                else
                        child_check(err.code == LNS_TABLE_ALREADY_EXISTS);
                if (lns_catalog_create_table_version(catalog, &version, NULL, &err) == 0)
                        had++;
                else
                        child_check(err.code == LNS_CONCURRENT_MODIFICATION ||
                                    err.code == LNS_TABLE_ALREADY_EXISTS);
        }
        lns_catalog_free(catalog);
        child_check(write(claimer->result, &had, 1) == 1);
}

static void one_process_wins_each_name(void **state)
{
        struct contract *contract = contract_of(state);
        struct claimer claimers[4];
        pid_t children[COUNT(claimers)];
        struct gate gate;
        int results[2];
        int total = 0;

        make_table(contract->catalog, ident("users"));
        gate_make(&gate);
        assert_int_equal(pipe(results), 0);
        for (int i = 0; i < (int)COUNT(claimers); i++) {
                claimers[i] = (struct claimer){ &gate, results[1], i };
                children[i] = child_start(contract, claim_names, &claimers[i]);
        }
        gate_open(&gate, COUNT(claimers));
        for (size_t i = 0; i < COUNT(claimers); i++) {
                char had;

                child_wait(children[i]);
                assert_int_equal(read(results[0], &had, 1), 1);
                total += had;
        }
        close(results[0]);
        close(results[1]);
        assert_int_equal(total, 2 * NAMES);
        reopen(contract);
        assert_int_equal(node_of_table(contract->catalog, ident("users")).version, NAMES);
}

/* ---- opening ---- */

static void open_and_write(struct contract *contract, void *context)
{
        struct claimer *claimer = context;
        const struct lns_create_namespace_request request = {
                .id = ident(text_of("n%d", claimer->number))
        };
        struct lns_catalog *catalog;
        struct lns_error err = LNS_ERROR_INIT;

        gate_pass(claimer->gate);
        catalog = open_in_child(contract, &create);
        child_check(lns_catalog_create_namespace(catalog, &request, NULL, &err) == 0);
        lns_catalog_free(catalog);
}

static void processes_that_make_a_catalog_at_once_make_one(void **state)
{
        struct contract *contract = contract_of(state);
        struct claimer claimers[8];
        pid_t children[COUNT(claimers)];
        struct gate gate;

        gate_make(&gate);
        for (int i = 0; i < (int)COUNT(claimers); i++) {
                claimers[i] = (struct claimer){ .gate = &gate, .number = i };
                children[i] = child_start(contract, open_and_write, &claimers[i]);
        }
        gate_open(&gate, COUNT(claimers));
        for (size_t i = 0; i < COUNT(claimers); i++)
                child_wait(children[i]);
        reopen(contract);
        assert_text(namespaces_in(contract->catalog, root()), "n0 n1 n2 n3 n4 n5 n6 n7");
}

static void open_and_close(struct contract *contract, void *context)
{
        const struct claimer *claimer = context;
        const struct lns_ident *users = ident("users");

        gate_pass(claimer->gate);
        for (int i = 0; i < 50; i++) {
                struct lns_catalog *catalog = open_in_child(contract, NULL);
                const struct lns_update_table_tag_request request = { .id = users,
                                                                      .tag = claimer->number ? "a"
                                                                                             : "b",
                                                                      .or_create = true };
                struct lns_error err = LNS_ERROR_INIT;

                child_check(lns_catalog_update_table_tag(catalog, &request, NULL, &err) == 0);
                lns_catalog_free(catalog);
        }
}

static void processes_that_open_and_close_at_once_lose_nothing(void **state)
{
        struct contract *contract = contract_of(state);
        struct claimer claimers[4];
        pid_t children[COUNT(claimers)];
        struct gate gate;
        const char *feed;
        int updates = 0;

        make_table(contract->catalog, ident("users"));
        make_version(contract->catalog, ident("users"), 1);
        gate_make(&gate);
        for (int i = 0; i < (int)COUNT(claimers); i++) {
                claimers[i] = (struct claimer){ .gate = &gate, .number = i % 2 };
                children[i] = child_start(contract, open_and_close, &claimers[i]);
        }
        gate_open(&gate, COUNT(claimers));
        for (size_t i = 0; i < COUNT(claimers); i++)
                child_wait(children[i]);
        reopen(contract);
        feed = feed_from(contract->catalog, 0);
        for (; (feed = strstr(feed, "TableTag\"")); feed++)
                updates++;
        assert_int_equal(updates, 50 * COUNT(claimers));
        assert_text(tags_of(contract->catalog, ident("users")), "a=1 b=1");
}

/* ---- dying ---- */

static void create_and_tell(struct contract *contract, void *context)
{
        const int *answers = context;
        struct lns_catalog *catalog = open_in_child(contract, NULL);
        const struct lns_ident *users = ident("users");

        for (uint64_t version = 1;; version++) {
                const struct lns_create_table_version_request request = { .id = users,
                                                                          .version = version,
                                                                          .manifest_path = "p",
                                                                          .manifest_size = -1 };
                struct lns_error err = LNS_ERROR_INIT;

                child_check(lns_catalog_create_table_version(catalog, &request, NULL, &err) == 0);
                child_check(write(answers[1], &version, sizeof(version)) == sizeof(version));
        }
}

static void what_was_answered_survives_the_death_of_who_answered(void **state)
{
        struct contract *contract = contract_of(state);
        const struct lns_ident *users = ident("users");

        make_table(contract->catalog, users);
        for (int round = 0; round < 5; round++) {
                uint64_t answered = 0, version;
                int answers[2];
                pid_t child;

                assert_int_equal(pipe(answers), 0);
                child = child_start(contract, create_and_tell, answers);
                close(answers[1]);
                /* Dies at some point of some change. */
                while (answered < 20 + 7 * (uint64_t)round &&
                       read(answers[0], &version, sizeof(version)) == sizeof(version))
                        answered = version;
                child_kill(child);
                while (read(answers[0], &version, sizeof(version)) == sizeof(version))
                        answered = version;
                close(answers[0]);

                reopen(contract);
                version = node_of_table(contract->catalog, users).version;
                assert_in_range(version, answered, answered + 1);
                /* Nobody waits for the dead, and no commit is under way for ever. */
                assert_done(contract->catalog, batch_delete_table_versions, NULL, .id = users,
                            .ranges = &(struct lns_version_range){ 0, -1 }, .n_ranges = 1);
                assert_int_equal(lns_catalog_generation(contract->catalog) % 2, 0);
        }
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(two_processes_that_write_without_end_both_get_on),
                contract_test(one_process_wins_each_name),
                contract_test_unopened(processes_that_make_a_catalog_at_once_make_one),
                contract_test(processes_that_open_and_close_at_once_lose_nothing),
                contract_test(what_was_answered_survives_the_death_of_who_answered),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

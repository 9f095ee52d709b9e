/* src/backend/sqlite/write.c, settle.c: group commit, and a COMMIT that fails. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>

#include "backend/sqlite/sqlite.h"
#include "fault_vfs.h"
#include "scratch.h"
#include "util/util.h"

#define LONG_MS 20000

struct place {
        char path[SCRATCH_MAX];
        struct sqlite_backend *backend;
};

static struct sqlite_backend *open_backend(const char *path, int lock_timeout_ms)
{
        const struct lns_catalog_options options = { .create = true,
                                                     .lock_timeout_ms = lock_timeout_ms };
        struct lns_backend *backend;
        struct lns_error err;

        assert_succeeds(lns_backend_sqlite_open(&backend, path, &options, &err), &err);
        return sqlite_backend_of(backend);
}

static void close_backend(struct sqlite_backend *backend)
{
        backend->base.ops->free(&backend->base);
}

static int setup(void **state)
{
        struct place *place = calloc(1, sizeof(*place));

        assert_non_null(place);
        scratch_make(place->path);
        place->backend = open_backend(place->path, LONG_MS);
        *state = place;
        return 0;
}

static int teardown(void **state)
{
        struct place *place = *state;

        if (place->backend)
                close_backend(place->backend);
        scratch_remove(place->path);
        free(place);
        return 0;
}

/* ---- changes to make ---- */

enum what {
        CHANGE,  /* append one */
        REFUSE,  /* fail, after having appended one */
        NOTHING, /* succeed without one */
        SILENT,  /* succeed without one, and commit */
};

struct job {
        enum what what;
        int n; /* of this test; part of the feed's line */
        struct sqlite_backend *backend;
        pthread_t thread;
        int result;
        struct lns_error err;
        uint64_t seq;
};

static int do_job(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct job *job = context;
        char tag[16];
        struct sqlite_change change = { .operation = "CreateTableTag", .tag = tag };

        snprintf(tag, sizeof(tag), "t%d", job->n);
        if (job->what == NOTHING)
                return 0;
        if (job->what == SILENT) {
                write->silent = true;
                return sqlite_run(write->connection, SQL_STORAGE_INSERT, err, "t", "/nowhere");
        }
        if (sqlite_change_append(write, &change, &job->seq, err))
                return -1;
        if (job->what == REFUSE)
                return lns_error_set(err, LNS_TABLE_TAG_NOT_FOUND, "job %d is refused", job->n);
        return 0;
}

static void *run_job(void *context)
{
        struct job *job = context;

        job->err = LNS_ERROR_INIT;
        job->result = sqlite_write(job->backend, NULL, do_job, job, &job->err);
        return NULL;
}

/* How often a tag's line is in the feed. */
static int times_in_feed(struct sqlite_backend *backend, int n)
{
        static char feed[1 << 20];
        char line[32];
        struct lns_error err;
        size_t length;
        int times = 0;

        assert_succeeds(sqlite_read_changes(&backend->base, 0, feed, sizeof(feed) - 1, &length,
                                            &err),
                        &err);
        feed[length] = '\0';
        snprintf(line, sizeof(line), "\"tag\":\"t%d\"", n);
        for (const char *at = feed; (at = strstr(at, line)); at++)
                times++;
        return times;
}

static void assert_sound(struct sqlite_backend *backend)
{
        struct lns_error err;
        uint64_t problems = 1;

        assert_succeeds(sqlite_check_catalog(&backend->base, false, NULL, NULL, &problems, &err),
                        &err);
        assert_int_equal(problems, 0);
}

/* ---- one at a time ---- */

static void a_change_is_in_the_feed_and_a_refused_one_is_not(void **state)
{
        struct sqlite_backend *backend = ((struct place *)*state)->backend;
        struct job jobs[] = { { CHANGE, 1 }, { REFUSE, 2 }, { NOTHING, 3 }, { CHANGE, 4 } };
        uint64_t generation = sqlite_lock_generation(backend->lock);

        for (size_t i = 0; i < COUNT(jobs); i++) {
                jobs[i].backend = backend;
                run_job(&jobs[i]);
        }
        assert_int_equal(jobs[0].result, 0);
        assert_int_equal(jobs[0].seq, 17);
        assert_int_equal(jobs[1].result, -1);
        assert_int_equal(jobs[1].err.code, LNS_TABLE_TAG_NOT_FOUND);
        assert_int_equal(jobs[2].result, 0);
        /* Numbers have no gaps. */
        assert_int_equal(jobs[3].seq, 18);
        assert_int_equal(times_in_feed(backend, 1), 1);
        assert_int_equal(times_in_feed(backend, 2), 0);
        assert_int_equal(times_in_feed(backend, 4), 1);
        /* What commits nothing leaves what others have cached. */
        assert_int_equal(sqlite_lock_generation(backend->lock), generation + 4);
        assert_sound(backend);
}

static void a_silent_change_is_committed(void **state)
{
        struct place *place = *state;
        struct job job = { SILENT, 1, .backend = place->backend };
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        struct lns_error err;

        run_job(&job);
        assert_int_equal(job.result, 0);
        assert_succeeds(sqlite_read_one(place->backend, &connection, &err), &err);
        statement = sqlite_statement(connection, SQL_STORAGE_LIST, &err);
        assert_succeeds(sqlite_bind(statement, &err, "ii", (int64_t)0, (int64_t)10), &err);
        assert_int_equal(sqlite_step(statement, &err), 1);
        sqlite_done(statement);
        sqlite_read_end(place->backend, connection);
}

static void a_writer_that_gets_no_turn_is_refused_at_its_deadline(void **state)
{
        struct place *place = *state;
        struct sqlite_backend *other = open_backend(place->path, 50);
        struct job jobs[3] = { { CHANGE, 1 }, { CHANGE, 2 }, { CHANGE, 3 } };
        struct lns_error err;

        assert_succeeds(sqlite_lock_acquire(place->backend->lock, LONG_MS, &err), &err);
        for (size_t i = 0; i < COUNT(jobs); i++) {
                jobs[i].backend = other;
                assert_int_equal(pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]), 0);
        }
        for (size_t i = 0; i < COUNT(jobs); i++) {
                assert_int_equal(pthread_join(jobs[i].thread, NULL), 0);
                assert_int_equal(jobs[i].result, -1);
                assert_int_equal(jobs[i].err.code, LNS_SERVICE_UNAVAILABLE);
                assert_int_equal(jobs[i].err.sys, ETIMEDOUT);
        }
        sqlite_lock_release(place->backend->lock);
        run_job(&jobs[0]);
        assert_int_equal(jobs[0].result, 0);
        close_backend(other);
}

/* ---- groups ---- */

static bool all_queued(struct sqlite_backend *backend, int n)
{
        int queued = 0;

        pthread_mutex_lock(&backend->queue.mutex);
        queued = backend->queue.n_queued;
        pthread_mutex_unlock(&backend->queue.mutex);
        return queued == n;
}

/* Run the jobs as one group: they queue up while another has the lock. */
static void run_as_group(struct place *place, struct job *jobs, int n)
{
        struct sqlite_backend *holder = open_backend(place->path, LONG_MS);
        struct lns_error err;

        assert_succeeds(sqlite_lock_acquire(holder->lock, LONG_MS, &err), &err);
        for (int i = 0; i < n; i++) {
                jobs[i].backend = place->backend;
                assert_int_equal(pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]), 0);
                while (!all_queued(place->backend, i + 1)) /* in this order */
                        usleep(100);
        }
        sqlite_lock_release(holder->lock);
        for (int i = 0; i < n; i++)
                assert_int_equal(pthread_join(jobs[i].thread, NULL), 0);
        close_backend(holder);
}

static void each_of_a_group_keeps_its_own_answer(void **state)
{
        struct place *place = *state;
        struct job jobs[40];
        uint64_t generation = sqlite_lock_generation(place->backend->lock);

        for (int i = 0; i < (int)COUNT(jobs); i++)
                jobs[i] = (struct job){ i % 5 == 4 ? NOTHING : i % 3 == 1 ? REFUSE : CHANGE, i };
        run_as_group(place, jobs, COUNT(jobs));
        for (int i = 0; i < (int)COUNT(jobs); i++) {
                assert_int_equal(jobs[i].result, jobs[i].what == REFUSE ? -1 : 0);
                if (jobs[i].what == REFUSE) {
                        char message[64];

                        snprintf(message, sizeof(message), "job %d is refused", i);
                        assert_string_equal(jobs[i].err.message, message);
                }
                assert_int_equal(times_in_feed(place->backend, i), jobs[i].what == CHANGE);
        }
        /* One commit for all. */
        assert_int_equal(sqlite_lock_generation(place->backend->lock), generation + 2);
        assert_sound(place->backend);
}

static void a_group_of_refused_ones_commits_nothing(void **state)
{
        struct place *place = *state;
        struct job jobs[] = { { REFUSE, 1 }, { NOTHING, 2 }, { REFUSE, 3 } };
        uint64_t generation = sqlite_lock_generation(place->backend->lock);

        run_as_group(place, jobs, COUNT(jobs));
        assert_int_equal(jobs[0].err.code, LNS_TABLE_TAG_NOT_FOUND);
        assert_int_equal(jobs[1].result, 0);
        assert_int_equal(jobs[2].err.code, LNS_TABLE_TAG_NOT_FOUND);
        assert_int_equal(sqlite_lock_generation(place->backend->lock), generation);
}

static void many_threads_lose_nothing(void **state)
{
        struct place *place = *state;
        enum { THREADS = 8, ROUNDS = 50 };
        struct job jobs[THREADS];

        for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < THREADS; i++) {
                        jobs[i] = (struct job){ CHANGE, round * THREADS + i, place->backend };
                        pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]);
                }
                for (int i = 0; i < THREADS; i++) {
                        pthread_join(jobs[i].thread, NULL);
                        assert_int_equal(jobs[i].result, 0);
                }
        }
        for (int n = 0; n < THREADS * ROUNDS; n++)
                assert_int_equal(times_in_feed(place->backend, n), 1);
        assert_sound(place->backend);
}

static void when_the_commit_fails_the_whole_group_fails(void **state)
{
        static const struct fault at_the_commit = { .at = 1, .syncs = true };
        struct place *place = *state;
        struct job jobs[] = { { REFUSE, 1 },
                              { CHANGE, 2 },
                              { REFUSE, 3 },
                              { NOTHING, 4 },
                              { CHANGE, 5 } };

        fault_vfs_set(&at_the_commit);
        run_as_group(place, jobs, COUNT(jobs));
        fault_vfs_set(NULL);
        /* The first saw only what is durable; the others what then never happened. */
        assert_int_equal(jobs[0].err.code, LNS_TABLE_TAG_NOT_FOUND);
        for (size_t i = 1; i < COUNT(jobs); i++) {
                assert_int_equal(jobs[i].result, -1);
                assert_int_equal(jobs[i].err.code, LNS_INTERNAL);
                assert_int_equal(times_in_feed(place->backend, jobs[i].n), 0);
        }
        jobs[0].what = CHANGE;
        run_job(&jobs[0]);
        assert_int_equal(jobs[0].result, 0);
        assert_int_equal(jobs[0].seq, 17);
        assert_sound(place->backend);
}

/* ---- faults at every place ---- */

enum outcome {
        OUTCOME_DONE,
        OUTCOME_FAILED,
        OUTCOME_UNKNOWN, /* and said so */
        OUTCOME_NOT_REACHED,
        OUTCOME_BROKEN,
};

/* In a child, which ends without closing anything, as one that is killed: change 1 with the fault,
 * then, unless it stays broken, change 2 without. */
static enum outcome change_with_fault(const char *path, const struct fault *fault)
{
        struct sqlite_backend *backend = open_backend(path, LONG_MS);
        struct job first = { CHANGE, 1, backend };
        struct job second = { CHANGE, 2, backend };
        int reached;

        fault_vfs_set(fault);
        run_job(&first);
        reached = fault_vfs_count() >= fault->at;
        if (!fault->sticky) {
                fault_vfs_set(NULL);
                run_job(&second);
                if (second.result)
                        return OUTCOME_BROKEN;
                /* And what is there is what was answered. */
                if (times_in_feed(backend, 1) != (first.result == 0))
                        return OUTCOME_BROKEN;
        }
        if (!reached)
                return OUTCOME_NOT_REACHED;
        if (first.result && strstr(first.err.detail, "it is not known"))
                return fault->sticky ? OUTCOME_UNKNOWN : OUTCOME_BROKEN;
        return first.result ? OUTCOME_FAILED : OUTCOME_DONE;
}

static void assert_fault_is_survived(const struct fault *fault, enum outcome *ret_outcome)
{
        char path[SCRATCH_MAX];
        struct sqlite_backend *backend;
        int status;
        pid_t child;

        scratch_make(path);
        close_backend(open_backend(path, LONG_MS));
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
                _exit((int)change_with_fault(path, fault));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        *ret_outcome = (enum outcome)WEXITSTATUS(status);
        assert_int_not_equal(*ret_outcome, OUTCOME_BROKEN);
        backend = open_backend(path, LONG_MS);
        if (*ret_outcome != OUTCOME_UNKNOWN &&
            times_in_feed(backend, 1) != (*ret_outcome != OUTCOME_FAILED))
                fail_msg("fault at %d%s%s: answered %s, but it is %s", fault->at,
                         fault->sticky ? ", sticky" : "", fault->after ? ", after" : "",
                         *ret_outcome == OUTCOME_FAILED ? "a failure" : "success",
                         times_in_feed(backend, 1) ? "there" : "not there");
        assert_int_equal(times_in_feed(backend, 2), fault->sticky ? 0 : 1);
        assert_sound(backend);
        close_backend(backend);
        scratch_remove(path);
}

static void a_failing_write_or_sync_gives_an_error_or_a_durable_change(void **state)
{
        static const int results[] = { SQLITE_IOERR_WRITE, SQLITE_FULL };
        int failed = 0;

        (void)state;
        for (size_t kind = 0; kind < 8; kind++) {
                enum outcome outcome = OUTCOME_FAILED;
                struct fault fault = {
                        .sticky = kind & 1,
                        .after = kind & 2,
                        .result = results[kind >> 2],
                };

                while (outcome != OUTCOME_NOT_REACHED) {
                        fault.at++;
                        assert_fault_is_survived(&fault, &outcome);
                        failed += outcome == OUTCOME_FAILED;
                }
                assert_true(fault.at > 3);
        }
        assert_true(failed > 8);
}

/* While nothing can be written, changes are refused; as soon as it can, they are made. */
static void a_disk_that_comes_back_is_used_again(void **state)
{
        static const struct fault dead = { .at = 1, .sticky = true, .result = SQLITE_IOERR_WRITE };
        struct place *place = *state;
        struct job jobs[] = { { CHANGE, 1 }, { CHANGE, 2 }, { CHANGE, 3 } };

        fault_vfs_set(&dead);
        for (int i = 0; i < 2; i++) {
                jobs[i].backend = place->backend;
                run_job(&jobs[i]);
                assert_int_equal(jobs[i].err.code, LNS_INTERNAL);
                assert_int_equal(jobs[i].err.sys, EIO);
        }
        fault_vfs_set(NULL);
        jobs[2].backend = place->backend;
        run_job(&jobs[2]);
        assert_int_equal(jobs[2].result, 0);
        assert_int_equal(jobs[2].seq, 17);
        assert_sound(place->backend);
}

/* ---- checkpoints ---- */

static void the_log_does_not_grow_for_ever(void **state)
{
        struct place *place = *state;
        char path[SCRATCH_MAX + 32];
        struct job job = { CHANGE, 1, place->backend };
        struct stat st;

        place->backend->checkpoint_at = 100;
        snprintf(path, sizeof(path), "%s/catalog.db-wal", place->path);
        for (int i = 0; i < 500; i++) {
                run_job(&job);
                assert_int_equal(job.result, 0);
                if (place->backend->checkpoint_at > 100)
                        place->backend->checkpoint_at = 100;
        }
        assert_int_equal(stat(path, &st), 0);
        assert_in_range(st.st_size, 1, 300 * 4200);
        close_backend(place->backend);
        place->backend = NULL;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_size, 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(a_change_is_in_the_feed_and_a_refused_one_is_not),
                TEST(a_silent_change_is_committed),
                TEST(a_writer_that_gets_no_turn_is_refused_at_its_deadline),
                TEST(each_of_a_group_keeps_its_own_answer),
                TEST(a_group_of_refused_ones_commits_nothing),
                TEST(many_threads_lose_nothing),
                TEST(when_the_commit_fails_the_whole_group_fails),
                TEST(a_failing_write_or_sync_gives_an_error_or_a_durable_change),
                TEST(a_disk_that_comes_back_is_used_again),
                TEST(the_log_does_not_grow_for_ever),
        };

        fault_vfs_register();
        return cmocka_run_group_tests_name("sqlite_write", tests, NULL, NULL);
}

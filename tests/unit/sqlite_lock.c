/* src/backend/sqlite/lock.c: who writes when, and what the generation says. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "backend/sqlite/sqlite.h"
#include "scratch.h"
#include "util/util.h"

/* Long enough for any machine; nothing waits so long when all is well. */
#define LONG_MS 20000

struct place {
        char path[SCRATCH_MAX];
        int directory;
};

static int setup(void **state)
{
        struct place *place = calloc(1, sizeof(*place));

        assert_non_null(place);
        scratch_make(place->path);
        place->directory = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(place->directory >= 0);
        *state = place;
        return 0;
}

static int teardown(void **state)
{
        struct place *place = *state;

        close_fd(&place->directory);
        scratch_remove(place->path);
        free(place);
        return 0;
}

static struct sqlite_lock *open_lock(struct place *place, bool read_only)
{
        struct sqlite_lock *lock;
        struct lns_error err;

        assert_succeeds(sqlite_lock_open(&lock, place->directory, read_only, &err), &err);
        return lock;
}

static void acquire(struct sqlite_lock *lock)
{
        struct lns_error err;

        assert_succeeds(sqlite_lock_acquire(lock, LONG_MS, &err), &err);
}

static int64_t now_ms(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A child that takes the lock, does this to it, says so, and waits to be killed. */
static pid_t child_that_holds(struct place *place, bool mark)
{
        int ready[2];
        char byte;
        pid_t child;

        assert_int_equal(pipe(ready), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
                struct sqlite_lock *lock;

                if (sqlite_lock_open(&lock, place->directory, false, NULL) ||
                    sqlite_lock_acquire(lock, LONG_MS, NULL))
                        _exit(1);
                if (mark)
                        sqlite_lock_mark(lock);
                (void)!write(ready[1], "r", 1);
                for (;;)
                        pause();
        }
        close(ready[1]);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        close(ready[0]);
        return child;
}

static void kill_child(pid_t child)
{
        int status;

        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
}

/* ---- taking turns ---- */

static void a_second_writer_is_refused_at_its_deadline(void **state)
{
        struct sqlite_lock *first = open_lock(*state, false);
        struct sqlite_lock *second = open_lock(*state, false);
        struct lns_error err;
        int64_t start;

        acquire(first);
        start = now_ms();
        assert_fails(sqlite_lock_acquire(second, 60, &err), &err, LNS_SERVICE_UNAVAILABLE);
        assert_int_equal(err.sys, ETIMEDOUT);
        assert_true(now_ms() - start >= 60);
        assert_fails(sqlite_lock_acquire(second, 0, &err), &err, LNS_SERVICE_UNAVAILABLE);
        sqlite_lock_release(first);
        acquire(second);
        sqlite_lock_release(second);
        sqlite_lock_free(first);
        sqlite_lock_free(second);
}

static void a_holder_that_dies_lets_go(void **state)
{
        struct sqlite_lock *lock = open_lock(*state, false);
        pid_t child = child_that_holds(*state, false);
        struct lns_error err;

        assert_fails(sqlite_lock_acquire(lock, 0, &err), &err, LNS_SERVICE_UNAVAILABLE);
        kill_child(child);
        acquire(lock);
        sqlite_lock_release(lock);
        sqlite_lock_free(lock);
}

/* One that waits while the holder dies: nobody wakes it. */
static void a_waiter_notices_that_the_holder_died(void **state)
{
        pid_t holder = child_that_holds(*state, false);
        pid_t waiter = fork();
        int status;

        if (waiter == 0) {
                struct sqlite_lock *lock = open_lock(*state, false);

                _exit(sqlite_lock_acquire(lock, LONG_MS, NULL) ? 1 : 0);
        }
        usleep(50000);
        kill_child(holder);
        assert_int_equal(waitpid(waiter, &status, 0), waiter);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define LOOPERS 3
#define LOOP_MS 400

struct tally {
        _Atomic unsigned taken[LOOPERS];
        _Atomic int inside;
        _Atomic int clashes;
        _Atomic int go;
};

static void loop(struct place *place, struct tally *tally, int me)
{
        struct sqlite_lock *lock = open_lock(place, false);
        int64_t end;

        while (!tally->go)
                usleep(100);
        end = now_ms() + LOOP_MS;
        while (now_ms() < end) {
                if (sqlite_lock_acquire(lock, LONG_MS, NULL))
                        _exit(1);
                if (tally->inside++)
                        tally->clashes++;
                usleep(100);
                tally->inside--;
                tally->taken[me]++;
                sqlite_lock_release(lock);
        }
        _exit(0);
}

static void writers_that_loop_take_turns_and_are_never_two(void **state)
{
        struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        unsigned least = UINT32_MAX;
        unsigned most = 0;
        int status;

        assert_true(tally != MAP_FAILED);
        for (int i = 0; i < LOOPERS; i++)
                if (fork() == 0)
                        loop(*state, tally, i);
        tally->go = 1;
        for (int i = 0; i < LOOPERS; i++) {
                assert_true(wait(&status) > 0);
                assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        for (int i = 0; i < LOOPERS; i++) {
                least = tally->taken[i] < least ? tally->taken[i] : least;
                most = tally->taken[i] > most ? tally->taken[i] : most;
        }
        assert_int_equal(tally->clashes, 0);
        /* With SQLite's own waiting it was 1 against 10,000. */
        assert_true(least > 0);
        assert_true(most <= 3 * least + 10);
        munmap(tally, sizeof(*tally));
}

/* Whoever made a new file would write beside whoever has the old one. */
static void a_lock_file_that_was_removed_is_refused(void **state)
{
        struct place *place = *state;
        struct sqlite_lock *lock = open_lock(place, false);
        struct lns_error err;

        assert_int_equal(unlinkat(place->directory, "catalog.lock", 0), 0);
        assert_fails(sqlite_lock_acquire(lock, LONG_MS, &err), &err, LNS_SERVICE_UNAVAILABLE);
        sqlite_lock_free(lock);
        lock = open_lock(place, false);
        acquire(lock);
        sqlite_lock_release(lock);
        sqlite_lock_free(lock);
}

static void any_content_of_the_file_will_do(void **state)
{
        static const unsigned char bytes[] = { 0xff, 0x01, 0x80, 0x5a };
        struct place *place = *state;

        for (size_t i = 0; i < COUNT(bytes); i++) {
                struct sqlite_lock *first;
                struct sqlite_lock *second;
                uint64_t before;
                char page[4096];
                int fd = openat(place->directory, "catalog.lock", O_WRONLY | O_CREAT, 0600);

                memset(page, bytes[i], sizeof(page));
                assert_int_equal(write(fd, page, sizeof(page)), sizeof(page));
                close_fd(&fd);
                first = open_lock(place, false);
                second = open_lock(place, false);
                before = sqlite_lock_generation(first);
                acquire(first);
                assert_int_equal(sqlite_lock_acquire(second, 20, NULL), -1);
                sqlite_lock_mark(first);
                assert_int_equal(sqlite_lock_generation(second) & 1, 1);
                sqlite_lock_release(first);
                assert_int_equal(sqlite_lock_generation(second) & 1, 0);
                assert_true(sqlite_lock_generation(second) != before);
                acquire(second);
                sqlite_lock_release(second);
                sqlite_lock_free(first);
                sqlite_lock_free(second);
        }
}

static void a_lock_file_that_is_a_link_is_not_followed(void **state)
{
        struct place *place = *state;
        struct sqlite_lock *lock;
        struct lns_error err;

        assert_int_equal(symlinkat("elsewhere", place->directory, "catalog.lock"), 0);
        assert_fails(sqlite_lock_open(&lock, place->directory, false, &err), &err, LNS_INTERNAL);
        assert_int_equal(faccessat(place->directory, "elsewhere", F_OK, 0), -1);
}

/* ---- the generation ---- */

static void the_generation_changes_with_what_is_published(void **state)
{
        struct sqlite_lock *lock = open_lock(*state, false);
        uint64_t start = sqlite_lock_generation(lock);

        assert_int_equal(start & 1, 0);
        acquire(lock);
        assert_int_equal(sqlite_lock_generation(lock), start);
        sqlite_lock_release(lock); /* nothing was changed */
        assert_int_equal(sqlite_lock_generation(lock), start);
        acquire(lock);
        sqlite_lock_mark(lock);
        assert_int_equal(sqlite_lock_generation(lock), start + 1);
        sqlite_lock_publish(lock);
        assert_int_equal(sqlite_lock_generation(lock), start + 2);
        sqlite_lock_release(lock);
        assert_int_equal(sqlite_lock_generation(lock), start + 2);
        sqlite_lock_free(lock);
}

static void who_waits_for_the_generation_is_woken_by_another_process(void **state)
{
        struct place *place = *state;
        struct sqlite_lock *lock = open_lock(place, false);
        uint64_t seen = sqlite_lock_generation(lock);
        int64_t start = now_ms();
        pid_t child;

        assert_int_equal(sqlite_lock_wait_generation(lock, seen, 20), 0);
        assert_true(now_ms() - start >= 19);
        assert_int_equal(sqlite_lock_wait_generation(lock, seen + 2, 0), 1);
        child = fork();
        if (child == 0) {
                struct sqlite_lock *other = open_lock(place, false);

                usleep(20000);
                acquire(other);
                sqlite_lock_mark(other);
                sqlite_lock_release(other);
                _exit(0);
        }
        start = now_ms();
        while (!(sqlite_lock_generation(lock) & 1) && sqlite_lock_generation(lock) == seen)
                assert_int_equal(sqlite_lock_wait_generation(lock, seen, LONG_MS), 1);
        assert_true(now_ms() - start < LONG_MS / 2);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_int_equal(sqlite_lock_generation(lock), seen + 2);
        sqlite_lock_free(lock);
}

static void what_a_dead_holder_left_odd_the_next_one_publishes(void **state)
{
        struct sqlite_lock *lock = open_lock(*state, false);
        uint64_t start = sqlite_lock_generation(lock);

        kill_child(child_that_holds(*state, true));
        assert_int_equal(sqlite_lock_generation(lock), start + 1);
        acquire(lock);
        assert_int_equal(sqlite_lock_generation(lock), start + 1);
        sqlite_lock_release(lock);
        assert_int_equal(sqlite_lock_generation(lock), start + 2);
        sqlite_lock_free(lock);
}

static void what_a_dead_holder_left_odd_a_watcher_publishes(void **state)
{
        struct sqlite_lock *lock = open_lock(*state, false);
        uint64_t start = sqlite_lock_generation(lock);
        pid_t child = child_that_holds(*state, true);

        /* It lives, so nobody speaks for it. */
        assert_int_equal(sqlite_lock_wait_generation(lock, start + 1, 120), 0);
        kill_child(child);
        assert_int_equal(sqlite_lock_wait_generation(lock, start + 1, LONG_MS), 1);
        assert_int_equal(sqlite_lock_generation(lock), start + 2);
        sqlite_lock_free(lock);
}

static void a_reader_sees_what_writers_publish(void **state)
{
        struct sqlite_lock *writer = open_lock(*state, false);
        struct sqlite_lock *reader = open_lock(*state, true);
        uint64_t start = sqlite_lock_generation(reader);

        assert_int_equal(sqlite_lock_wait_generation(reader, start, 10), 0);
        acquire(writer);
        sqlite_lock_mark(writer);
        assert_int_equal(sqlite_lock_generation(reader), start + 1);
        assert_int_equal(sqlite_lock_wait_generation(reader, start + 1, 120), 0);
        sqlite_lock_release(writer);
        assert_int_equal(sqlite_lock_generation(reader), start + 2);
        sqlite_lock_free(reader);
        sqlite_lock_free(writer);
}

static void without_a_file_a_reader_trusts_nothing(void **state)
{
        struct place *place = *state;
        struct sqlite_lock *lock = open_lock(place, true);
        uint64_t first = sqlite_lock_generation(lock);

        assert_int_equal(faccessat(place->directory, "catalog.lock", F_OK, 0), -1);
        assert_int_equal(first & 1, 1);
        assert_true(sqlite_lock_generation(lock) != first);
        assert_int_equal(sqlite_lock_wait_generation(lock, first, 10), 1);
        sqlite_lock_free(lock);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(a_second_writer_is_refused_at_its_deadline),
                TEST(a_holder_that_dies_lets_go),
                TEST(a_waiter_notices_that_the_holder_died),
                TEST(writers_that_loop_take_turns_and_are_never_two),
                TEST(a_lock_file_that_was_removed_is_refused),
                TEST(any_content_of_the_file_will_do),
                TEST(a_lock_file_that_is_a_link_is_not_followed),
                TEST(the_generation_changes_with_what_is_published),
                TEST(who_waits_for_the_generation_is_woken_by_another_process),
                TEST(what_a_dead_holder_left_odd_the_next_one_publishes),
                TEST(what_a_dead_holder_left_odd_a_watcher_publishes),
                TEST(a_reader_sees_what_writers_publish),
                TEST(without_a_file_a_reader_trusts_nothing),
        };

        return cmocka_run_group_tests_name("sqlite_lock", tests, NULL, NULL);
}

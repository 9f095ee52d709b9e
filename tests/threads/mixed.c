/* mixed: eight threads read and change one mount at once, and check all that they see.
 *
 *     mixed MOUNT COUNT SEED
 *
 * Each thread makes COUNT random steps. What a thread reads of another is held against what the
 * other had finished before the read began and had begun when it ended:
 *
 * - the tag tN is written by thread N alone, with a new value each time, so a reader sees one of
 *   the values between those two;
 * - the tags xN and yN are only swapped, eN comes and goes;
 * - every number of a version in race.lance is wanted by two attempts, and one of them gets it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

#define THREADS 8

/* Versions of t.lance; the value of write K of a tag is version 1 + K % BASE. */
#define BASE 64

/* Versions of race.lance. */
#define NUMBERS_MAX 20000

#define TEXT_MAX 4096

struct race {
        atomic_uint tried;
        atomic_uint won;    /* successes; may be 1 at most */
        atomic_uint winner; /* who made it: thread and step, set after the success */
};

struct shared {
        const char *mount;
        unsigned int count;
        atomic_uint begun[THREADS]; /* writes of tN */
        atomic_uint ended[THREADS];
        atomic_uint attempts; /* at versions of race.lance */
        struct race races[NUMBERS_MAX + 1];
};

struct thread {
        struct shared *shared;
        pthread_t pthread;
        unsigned int index;
        unsigned int step;
        uint64_t random;
        unsigned int writes; /* of tN */
        bool swapped;        /* xN and yN */
        bool extra;          /* eN is there */
};

static void table_path(const struct shared *shared, char ret_path[static PATH_MAX],
                       const char *table, const char *rest)
{
        path_of(ret_path, "%s/prod/%s.lance/%s", shared->mount, table, rest);
}

static void tag_path(const struct shared *shared, char ret_path[static PATH_MAX], char letter,
                     unsigned int thread)
{
        path_of(ret_path, "%s/prod/t.lance/tags/%c%u", shared->mount, letter, thread);
}

/* --- tags --- */

static uint64_t read_tag(const struct shared *shared, char letter, unsigned int thread)
{
        char path[PATH_MAX];
        char text[TEXT_MAX];
        size_t length;

        tag_path(shared, path, letter, thread);
        length = get_file(path, text, sizeof(text));
        if (length < 2 || text[length - 1] != '\n')
                die("'%s' reads '%s'", path, text);
        text[length - 1] = '\0';
        return number_of(text);
}

static void write_own_tag(struct thread *thread)
{
        struct shared *shared = thread->shared;
        char path[PATH_MAX];
        char text[32];

        thread->writes++;
        tag_path(shared, path, 't', thread->index);
        snprintf(text, sizeof(text), "%u\n", 1 + thread->writes % BASE);
        atomic_store(&shared->begun[thread->index], thread->writes);
        must_put(path, O_TRUNC, text);
        atomic_store(&shared->ended[thread->index], thread->writes);
}

static void read_any_tag(struct thread *thread)
{
        struct shared *shared = thread->shared;
        unsigned int of = (unsigned int)random_below(&thread->random, THREADS);
        unsigned int first = atomic_load(&shared->ended[of]);
        uint64_t value = read_tag(shared, 't', of);
        unsigned int last = atomic_load(&shared->begun[of]);

        for (unsigned int write = first; write <= last; write++)
                if (value == 1 + write % BASE)
                        return;
        die("t%u reads %" PRIu64 ", which is of no write from %u to %u", of, value, first, last);
}

static void create_or_delete_tag(struct thread *thread)
{
        char path[PATH_MAX];

        tag_path(thread->shared, path, 'e', thread->index);
        if (!thread->extra)
                must_put(path, O_EXCL, "3\n");
        else if (unlink(path))
                die("unlink '%s': %s", path, strerror(errno));
        thread->extra = !thread->extra;
        if ((access(path, F_OK) == 0) != thread->extra)
                die("'%s' is %s", path, thread->extra ? "not there" : "still there");
}

static void swap_tags(struct thread *thread)
{
        char x[PATH_MAX];
        char y[PATH_MAX];

        tag_path(thread->shared, x, 'x', thread->index);
        tag_path(thread->shared, y, 'y', thread->index);
        if (renameat2(AT_FDCWD, x, AT_FDCWD, y, RENAME_EXCHANGE))
                die("exchange '%s' and '%s': %s", x, y, strerror(errno));
        thread->swapped = !thread->swapped;
        if (read_tag(thread->shared, 'x', thread->index) != (thread->swapped ? 2 : 1) ||
            read_tag(thread->shared, 'y', thread->index) != (thread->swapped ? 1 : 2))
                die("'%s' and '%s' were not exchanged", x, y);
}

static void count_tag(void *context, const char *name)
{
        unsigned int(*counts)[THREADS] = context;
        static const char letters[] = "txye";
        const char *letter = strchr(letters, name[0]);
        unsigned int thread = (unsigned int)name[1] - '0';

        if (!*name || !letter || thread >= THREADS || name[2])
                die("tags/ has '%s'", name);
        counts[letter - letters][thread]++;
}

static void list_tags(struct thread *thread)
{
        unsigned int counts[4][THREADS] = { 0 };
        char path[PATH_MAX];

        table_path(thread->shared, path, "t", "tags");
        each_name(path, count_tag, counts);
        for (unsigned int i = 0; i < THREADS; i++)
                if (counts[0][i] != 1 || counts[1][i] != 1 || counts[2][i] != 1 || counts[3][i] > 1)
                        die("t%u, x%u, y%u, e%u are listed %u, %u, %u and %u times", i, i, i, i,
                            counts[0][i], counts[1][i], counts[2][i], counts[3][i]);
        if (counts[3][thread->index] != thread->extra)
                die("e%u is listed %u times", thread->index, counts[3][thread->index]);
}

/* --- versions --- */

static void race_name(char *buf, size_t size, unsigned int winner)
{
        snprintf(buf, size, "r%u-%u", winner % THREADS, winner / THREADS);
}

static void race_for_a_version(struct thread *thread)
{
        struct shared *shared = thread->shared;
        unsigned int number = atomic_fetch_add(&shared->attempts, 1) / 2 + 1;
        unsigned int self = thread->step * THREADS + thread->index;
        struct race *race = &shared->races[number];
        char staged[PATH_MAX];
        char target[PATH_MAX];
        char name[32];
        int error;

        if (number > NUMBERS_MAX)
                die("more than %d versions", NUMBERS_MAX);
        race_name(name, sizeof(name), self);
        path_of(staged, "%s/prod/%s.json", shared->mount, name);
        path_of(target, "%s/prod/race.lance/versions/%u", shared->mount, number);
        atomic_fetch_add(&race->tried, 1);
        error = publish(staged, target, name);
        if (error && error != EEXIST)
                die("rename to '%s': %s", target, strerror(error));
        if (error)
                return;
        atomic_store(&race->winner, self);
        if (atomic_fetch_add(&race->won, 1) > 0)
                die("version %u was created twice", number);
}

struct listing {
        const struct shared *shared;
        unsigned int n_names;
        unsigned char seen[NUMBERS_MAX + 1];
};

static void see_version(void *context, const char *name)
{
        struct listing *listing = context;
        uint64_t number;

        if (strcmp(name, "latest") == 0)
                return;
        number = number_of(name);
        if (number == 0 || number > NUMBERS_MAX ||
            !atomic_load(&listing->shared->races[number].tried))
                die("versions/ has '%s'", name);
        if (listing->seen[number]++)
                die("version %s is listed twice", name);
        listing->n_names++;
}

/* Lists, and sees all that is in *expected. */
static void check_listing(const struct shared *shared, const unsigned char *expected,
                          unsigned int n_expected)
{
        struct listing *listing = calloc(1, sizeof(*listing));
        char path[PATH_MAX];

        if (!listing)
                die("out of memory");
        listing->shared = shared;
        table_path(shared, path, "race", "versions");
        each_name(path, see_version, listing);
        if (listing->n_names < n_expected)
                die("%u versions are listed, of at least %u", listing->n_names, n_expected);
        for (unsigned int i = 1; i <= NUMBERS_MAX; i++)
                if (expected[i] && !listing->seen[i])
                        die("version %u is not listed", i);
        free(listing);
}

static unsigned int finished_versions(const struct shared *shared, unsigned char *ret_expected)
{
        unsigned int n = 0;

        for (unsigned int i = 1; i <= NUMBERS_MAX; i++) {
                ret_expected[i] = atomic_load(&shared->races[i].won) > 0;
                n += ret_expected[i];
        }
        return n;
}

static void list_versions(struct thread *thread)
{
        unsigned char *expected = calloc(1, NUMBERS_MAX + 1);
        unsigned int n;

        if (!expected)
                die("out of memory");
        n = finished_versions(thread->shared, expected);
        check_listing(thread->shared, expected, n);
        free(expected);
}

static void check_version(const struct shared *shared, unsigned int number)
{
        char path[PATH_MAX];
        char text[TEXT_MAX];
        char expected[64];
        char name[32];
        struct stat st;
        size_t length;

        race_name(name, sizeof(name), atomic_load(&shared->races[number].winner));
        snprintf(expected, sizeof(expected), "\"s3://nowhere/%s\"", name);
        path_of(path, "%s/prod/race.lance/versions/%u", shared->mount, number);
        length = get_file(path, text, sizeof(text));
        if (!strstr(text, expected))
                die("'%s' was made by %s and reads '%s'", path, name, text);
        if (stat(path, &st) || st.st_size != (off_t)length)
                die("'%s' has %zu bytes, stat(2) says otherwise", path, length);
}

static void read_version(struct thread *thread)
{
        struct shared *shared = thread->shared;
        unsigned int n = atomic_load(&shared->attempts) / 2;
        unsigned int number = n ? 1 + (unsigned int)random_below(&thread->random, n) : 0;

        if (number > 0 && atomic_load(&shared->races[number].won))
                check_version(shared, number);
}

static void read_latest(struct thread *thread)
{
        struct shared *shared = thread->shared;
        unsigned int highest = atomic_load(&shared->attempts) / 2 + 1;
        char path[PATH_MAX];
        char target[32] = "";
        uint64_t latest;

        while (highest > 0 && !atomic_load(&shared->races[highest].won))
                highest--;
        table_path(shared, path, "race", "versions/latest");
        if (readlink(path, target, sizeof(target) - 1) < 0) {
                if (errno == ENOENT && highest == 0)
                        return;
                die("readlink '%s': %s", path, strerror(errno));
        }
        latest = number_of(target);
        if (latest < highest || latest > NUMBERS_MAX || !atomic_load(&shared->races[latest].tried))
                die("latest is %s, and %u was there before", target, highest);
}

/* --- the rest of the tree --- */

static void make_and_remove_a_namespace(struct thread *thread)
{
        char first[PATH_MAX];
        char second[PATH_MAX];

        path_of(first, "%s/prod/n%u", thread->shared->mount, thread->index);
        path_of(second, "%s/m%u", thread->shared->mount, thread->index);
        if (mkdir(first, 0755) || chmod(first, 0700) || rename(first, second) || rmdir(second))
                die("'%s' and '%s': %s", first, second, strerror(errno));
}

static void stage_and_remove(struct thread *thread)
{
        char path[PATH_MAX];
        char text[TEXT_MAX];
        char back[TEXT_MAX];

        path_of(path, "%s/prod/staged%u.json", thread->shared->mount, thread->index);
        snprintf(text, sizeof(text), "{ \"step\": %u }\n", thread->step);
        must_put(path, O_EXCL, text);
        get_file(path, back, sizeof(back));
        if (strcmp(text, back) != 0)
                die("'%s' reads '%s'", path, back);
        if (unlink(path))
                die("unlink '%s': %s", path, strerror(errno));
}

static void read_documents(struct thread *thread)
{
        static const char *const names[] = {
                ".lancefs/status",
                "prod/.namespace.json",
                "prod/race.lance/.table.json",
        };
        char path[PATH_MAX];
        char text[TEXT_MAX];
        size_t length;

        path_of(path, "%s/%s", thread->shared->mount, names[random_below(&thread->random, 3)]);
        length = get_file(path, text, sizeof(text));
        if (length < 4 || text[0] != '{' || strcmp(text + length - 2, "}\n") != 0)
                die("'%s' reads '%s'", path, text);
}

/* Beginning anywhere: a line has its number, and the next one has the next. */
static void read_changes(struct thread *thread)
{
        char path[PATH_MAX];
        char text[TEXT_MAX + 1];
        struct stat st;
        uint64_t before = 0;
        ssize_t n;
        int fd;

        path_of(path, "%s/.lancefs/changes", thread->shared->mount);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st))
                die("open '%s': %s", path, strerror(errno));
        n = pread(fd, text, TEXT_MAX,
                  (off_t)random_below(&thread->random, (uint64_t)st.st_size + 1));
        if (n < 0)
                die("read '%s': %s", path, strerror(errno));
        close(fd);
        text[n] = '\0';
        if (strlen(text) != (size_t)n)
                die("'%s' has a NUL in it", path);
        for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
                static const char opening[] = "\n{\"seq\":";
                uint64_t seq;

                if (strncmp(line, opening, sizeof(opening) - 1) != 0)
                        continue; /* cut by the end of the buffer */
                seq = strtoull(line + sizeof(opening) - 1, NULL, 10);
                if (strchr(line + 1, '\n') && before > 0 && seq != before + 1)
                        die("in '%s' change %" PRIu64 " follows %" PRIu64, path, seq, before);
                before = seq;
        }
}

/* --- main --- */

static void *run(void *context)
{
        static void (*const steps[])(struct thread * thread) = {
                write_own_tag,      write_own_tag,
                read_any_tag,       read_any_tag,
                read_any_tag,       create_or_delete_tag,
                swap_tags,          list_tags,
                race_for_a_version, race_for_a_version,
                list_versions,      read_version,
                read_latest,        make_and_remove_a_namespace,
                stage_and_remove,   read_documents,
                read_changes,
        };
        struct thread *thread = context;

        for (thread->step = 0; thread->step < thread->shared->count; thread->step++)
                steps[random_below(&thread->random, sizeof(steps) / sizeof(steps[0]))](thread);
        return NULL;
}

static void make_directory(const struct shared *shared, const char *path)
{
        char full[PATH_MAX];

        path_of(full, "%s/%s", shared->mount, path);
        if (mkdir(full, 0755))
                die("mkdir '%s': %s", full, strerror(errno));
}

static void set_up(const struct shared *shared)
{
        char path[PATH_MAX];
        char text[TEXT_MAX];
        char name[32];

        make_directory(shared, "prod");
        make_directory(shared, "prod/t.lance");
        make_directory(shared, "prod/race.lance");
        for (unsigned int i = 1; i <= BASE; i++) {
                snprintf(name, sizeof(name), "base-%u", i);
                version_text(text, sizeof(text), name);
                path_of(path, "%s/prod/t.lance/versions/%u", shared->mount, i);
                must_put(path, O_EXCL, text);
        }
        for (unsigned int i = 0; i < THREADS; i++) {
                tag_path(shared, path, 't', i);
                must_put(path, O_EXCL, "1\n");
                tag_path(shared, path, 'x', i);
                must_put(path, O_EXCL, "1\n");
                tag_path(shared, path, 'y', i);
                must_put(path, O_EXCL, "2\n");
        }
}

static void only_tables(void *context, const char *name)
{
        (void)context;
        if (strcmp(name, ".namespace.json") != 0 && strcmp(name, "t.lance") != 0 &&
            strcmp(name, "race.lance") != 0)
                die("prod/ has '%s'", name);
}

/* What is there when all have ended is exactly what they did. */
static void check_end(struct shared *shared, struct thread *threads)
{
        unsigned int n_numbers = (atomic_load(&shared->attempts) + 1) / 2;
        unsigned int n_won = 0;
        char path[PATH_MAX];

        for (unsigned int i = 0; i < THREADS; i++) {
                if (read_tag(shared, 't', i) != 1 + threads[i].writes % BASE)
                        die("t%u has not the last value that was written", i);
                list_tags(&threads[i]);
        }
        for (unsigned int i = 1; i <= n_numbers; i++) {
                n_won += atomic_load(&shared->races[i].won);
                check_version(shared, i);
        }
        if (n_won != n_numbers)
                die("%u versions were created of %u", n_won, n_numbers);
        list_versions(&threads[0]);
        path_of(path, "%s/prod", shared->mount);
        each_name(path, only_tables, NULL);
        printf("%u steps of each of %d threads, %u versions\n", shared->count, THREADS, n_won);
}

int main(int argc, char **argv)
{
        static struct shared shared;
        static struct thread threads[THREADS];

        if (argc != 4)
                die("usage: mixed MOUNT COUNT SEED");
        shared.mount = argv[1];
        shared.count = (unsigned int)number_of(argv[2]);
        set_up(&shared);
        for (unsigned int i = 0; i < THREADS; i++) {
                threads[i].shared = &shared;
                threads[i].index = i;
                threads[i].random =
                        (number_of(argv[3]) * THREADS + i) * UINT64_C(0x9e3779b97f4a7c15) | 1;
                if (pthread_create(&threads[i].pthread, NULL, run, &threads[i]))
                        die("no thread");
        }
        for (unsigned int i = 0; i < THREADS; i++)
                pthread_join(threads[i].pthread, NULL);
        check_end(&shared, threads);
        return 0;
}

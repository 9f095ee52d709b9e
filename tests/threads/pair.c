/* pair: two processes change one catalog through two mounts, each as fast as it can.
 *
 *     pair MOUNT OTHER_MOUNT COUNT
 *
 * Each makes COUNT changes: updates of a tag of its own and, by turns, versions of one table.
 * Nothing may be lost, each mount must show what was done through the other one, and neither
 * process may starve: when the faster one is done, the other one has made a quarter of its changes.
 *
 * Exit status: 0, 1 when something is wrong, 2 when one of them starved.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

/* Versions that are there before, for the tags to name. */
#define BASE 10

#define CHANGE_MAX 4096

/* Exit status. */
#define STARVED 2

/* In memory that both processes share. */
struct shared {
        atomic_uint ready;
        atomic_uint done[2];
        double seconds[2];
        atomic_uint finished;
        unsigned int behind; /* what the slower one had done when the faster one was done */
};

static double now_s(void)
{
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned int tag_value(unsigned int change)
{
        return 1 + change / 2 % BASE;
}

static void change_tag(const char *mount, unsigned int self, unsigned int change)
{
        char path[PATH_MAX];
        char text[32];

        path_of(path, "%s/prod/t.lance/tags/p%u", mount, self);
        snprintf(text, sizeof(text), "%u\n", tag_value(change));
        must_put(path, O_TRUNC, text);
}

/* One makes the odd ones, the other the even ones. */
static void change_versions(const char *mount, unsigned int self, unsigned int change)
{
        unsigned int version = BASE + 1 + change / 2 * 2 + self;
        char staged[PATH_MAX];
        char target[PATH_MAX];
        char name[32];
        int error;

        snprintf(name, sizeof(name), "p%u-%u", self, change);
        path_of(staged, "%s/prod/%s.json", mount, name);
        path_of(target, "%s/prod/t.lance/versions/%u", mount, version);
        error = publish(staged, target, name);
        if (error)
                die("rename to '%s': %s", target, strerror(error));
}

static void run(struct shared *shared, const char *mount, unsigned int self, unsigned int count)
{
        double start;

        atomic_fetch_add(&shared->ready, 1);
        while (atomic_load(&shared->ready) < 2)
                continue;
        start = now_s();
        for (unsigned int i = 0; i < count; i++) {
                if (i % 2 == 0)
                        change_tag(mount, self, i);
                else
                        change_versions(mount, self, i);
                atomic_store(&shared->done[self], i + 1);
        }
        shared->seconds[self] = now_s() - start;
        if (atomic_fetch_add(&shared->finished, 1) == 0)
                shared->behind = atomic_load(&shared->done[1 - self]);
}

/* --- what is there at the end --- */

struct listing {
        unsigned int highest;
        unsigned int n_names;
        unsigned char *seen;
};

static void see_version(void *context, const char *name)
{
        struct listing *listing = context;
        uint64_t number;

        if (strcmp(name, "latest") == 0)
                return;
        number = number_of(name);
        if (number == 0 || number > listing->highest || listing->seen[number]++)
                die("versions/ has '%s', or has it twice", name);
        listing->n_names++;
}

static void check_versions(const char *mount, unsigned int count)
{
        struct listing listing = { .highest = BASE + count / 2 * 2 };
        char path[PATH_MAX];

        listing.seen = calloc(1, listing.highest + 1);
        if (!listing.seen)
                die("out of memory");
        path_of(path, "%s/prod/t.lance/versions", mount);
        each_name(path, see_version, &listing);
        if (listing.n_names != listing.highest)
                die("'%s' has %u versions, not %u", path, listing.n_names, listing.highest);
        free(listing.seen);
}

static void check_tags(const char *mount, unsigned int count)
{
        for (unsigned int i = 0; i < 2; i++) {
                char path[PATH_MAX];
                char text[64];
                char expected[64];

                path_of(path, "%s/prod/t.lance/tags/p%u", mount, i);
                get_file(path, text, sizeof(text));
                snprintf(expected, sizeof(expected), "%u\n", tag_value(count - 1));
                if (strcmp(text, expected) != 0)
                        die("'%s' reads '%s', not '%s'", path, text, expected);
        }
}

/* Of a tag only the last value is seen, but the feed has every change. */
static void check_changes(const char *mount, unsigned int count)
{
        char path[PATH_MAX];
        char line[CHANGE_MAX];
        unsigned int n[2] = { 0 };
        FILE *file;

        path_of(path, "%s/.lancefs/changes", mount);
        file = fopen(path, "re");
        if (!file)
                die("open '%s': %s", path, strerror(errno));
        while (fgets(line, sizeof(line), file)) {
                n[0] += strstr(line, "\"tag\":\"p0\"") != NULL;
                n[1] += strstr(line, "\"tag\":\"p1\"") != NULL;
        }
        fclose(file);
        if (n[0] != (count + 1) / 2 || n[1] != (count + 1) / 2)
                die("'%s' has %u and %u changes of the tags, not %u", path, n[0], n[1],
                    (count + 1) / 2);
}

/* --- main --- */

static void set_up(const char *mount)
{
        char path[PATH_MAX];
        char text[256];
        char name[32];

        path_of(path, "%s/prod", mount);
        if (mkdir(path, 0755))
                die("mkdir '%s': %s", path, strerror(errno));
        path_of(path, "%s/prod/t.lance", mount);
        if (mkdir(path, 0755))
                die("mkdir '%s': %s", path, strerror(errno));
        for (unsigned int i = 1; i <= BASE; i++) {
                snprintf(name, sizeof(name), "base-%u", i);
                version_text(text, sizeof(text), name);
                path_of(path, "%s/prod/t.lance/versions/%u", mount, i);
                must_put(path, O_EXCL, text);
        }
}

static pid_t start(struct shared *shared, const char *mount, unsigned int self, unsigned int count)
{
        pid_t pid = fork();

        if (pid < 0)
                die("fork: %s", strerror(errno));
        if (pid == 0) {
                run(shared, mount, self, count);
                _exit(0);
        }
        return pid;
}

int main(int argc, char **argv)
{
        struct shared *shared;
        unsigned int count;
        bool failed = false;
        pid_t pids[2];

        if (argc != 4)
                die("usage: pair MOUNT OTHER_MOUNT COUNT");
        count = (unsigned int)number_of(argv[3]);
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                      0);
        if (shared == MAP_FAILED)
                die("mmap: %s", strerror(errno));
        set_up(argv[1]);
        for (unsigned int i = 0; i < 2; i++)
                pids[i] = start(shared, argv[1 + i], i, count);
        for (unsigned int i = 0; i < 2; i++) {
                int status;

                failed |= waitpid(pids[i], &status, 0) < 0 || status != 0;
        }
        if (failed)
                die("one of the two failed");

        for (unsigned int i = 0; i < 2; i++) {
                check_versions(argv[1 + i], count);
                check_tags(argv[1 + i], count);
                check_changes(argv[1 + i], count);
        }
        printf("%u changes each: %.0f and %.0f per second; when the faster one was done, the other"
               " one had made %u, %u %%\n",
               count, count / shared->seconds[0], count / shared->seconds[1], shared->behind,
               shared->behind * 100 / count);
        return shared->behind < count / 4 ? STARVED : 0;
}

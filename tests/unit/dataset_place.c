#include "dataset_place.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void collect(void *context, const char *path, const char *sentence)
{
        struct dataset_place *place = context;
        const size_t length = strlen(place->path);
        char *text = NULL;

        assert_memory_equal(path, place->path, length);
        assert_null(strchr(sentence, '\n'));
        if (asprintf(&text, "%s: %s", path + length + 1, sentence) < 0)
                fail();
        place->problems = reallocarray(place->problems, place->n_problems + 1, sizeof(char *));
        assert_non_null(place->problems);
        place->problems[place->n_problems++] = text;
}

static void forget(struct dataset_place *place)
{
        for (size_t i = 0; i < place->n_problems; i++)
                free(place->problems[i]);
        free(place->problems);
        place->problems = NULL;
        place->n_problems = 0;
}

int dataset_place_setup(void **state)
{
        struct dataset_place *place = calloc(1, sizeof(*place));
        const char *parent = getenv("TMPDIR");
        char template[PATH_MAX];

        assert_non_null(place);
        snprintf(template, sizeof(template), "%s/lancefs-unit.XXXXXX", parent ? parent : "/tmp");
        assert_non_null(mkdtemp(template));
        assert_non_null(realpath(template, place->path));
        place->watch.problem = collect;
        place->watch.context = place;
        *state = place;
        return 0;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *where)
{
        (void)info;
        (void)type;
        (void)where;
        return remove(path);
}

int dataset_place_teardown(void **state)
{
        struct dataset_place *place = *state;

        assert_int_equal(nftw(place->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
        forget(place);
        free(place);
        return 0;
}

/* The whole path, with the directories that lead to it. */
static void make_way(struct dataset_place *place, const char *path, char *buf, size_t size)
{
        assert_true((size_t)snprintf(buf, size, "%s/%s", place->path, path) < size);
        for (char *slash = buf + strlen(place->path) + 1; (slash = strchr(slash, '/')); slash++) {
                *slash = '\0';
                if (mkdir(buf, 0755) < 0)
                        assert_int_equal(errno, EEXIST);
                *slash = '/';
        }
}

void dataset_place_put(struct dataset_place *place, const char *path, const char *text)
{
        char whole[2 * PATH_MAX];
        FILE *file;

        make_way(place, path, whole, sizeof(whole));
        file = fopen(whole, "w");
        assert_non_null(file);
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
}

void dataset_place_link(struct dataset_place *place, const char *path, const char *target)
{
        char whole[2 * PATH_MAX];

        make_way(place, path, whole, sizeof(whole));
        assert_int_equal(symlink(target, whole), 0);
}

void dataset_place_copy(struct dataset_place *place, const char *name)
{
        char relative[NAME_MAX + 1];
        char from[PATH_MAX];
        int status = 0;
        pid_t pid;

        snprintf(relative, sizeof(relative), "lancedb/%s.lance", name);
        dataset_test_data(relative, from);
        pid = fork();
        if (pid == 0) {
                execlp("cp", "cp", "-r", "--", from, place->path, (char *)NULL);
                _exit(127);
        }
        assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
        assert_int_equal(status, 0);
}

struct lns_dataset dataset_place_scan(struct dataset_place *place, const char *name)
{
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_dataset dataset = { 0 };
        char path[2 * PATH_MAX];

        forget(place);
        snprintf(path, sizeof(path), "%s/%s", place->path, name);
        if (lns_dataset_scan(&dataset, path, &place->watch, &err) < 0)
                fail_msg("%s: %s", name, err.message);
        assert_int_equal(err.code, LNS_OK);
        return dataset;
}

void dataset_place_expect(struct dataset_place *place, const char *const *texts)
{
        size_t n = 0;

        for (; texts[n]; n++) {
                size_t i = 0;

                while (i < place->n_problems &&
                       strncmp(place->problems[i], texts[n], strlen(texts[n])) != 0)
                        i++;
                if (i < place->n_problems)
                        continue;
                for (i = 0; i < place->n_problems; i++)
                        print_error("reported: %s\n", place->problems[i]);
                fail_msg("not reported: %s", texts[n]);
        }
        for (size_t i = 0; n != place->n_problems && i < place->n_problems; i++)
                print_error("reported: %s\n", place->problems[i]);
        assert_int_equal(place->n_problems, n);
}

/* Beside this file, which the compiler was given by a path from the build directory, where meson
 * runs the tests. */
const char *dataset_test_data(const char *name, char buf[4096])
{
        const char *data = getenv("LNS_TEST_DATA");
        const int directory = (int)(strrchr(__FILE__, '/') - __FILE__);

        if (data)
                snprintf(buf, 4096, "%s/%s", data, name);
        else
                snprintf(buf, 4096, "%.*s/../data/%s", directory, __FILE__, name);
        if (access(buf, R_OK) < 0)
                fail_msg("%s is not readable: set LNS_TEST_DATA to tests/data", buf);
        return buf;
}

#include "observe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Larger than the text of any version. */
#define TEXT_MAX 16384

void wrong(struct seen *seen, const char *format, ...)
{
        va_list args;

        seen->wrong++;
        va_start(args, format);
        fputs("wrong: ", stderr);
        vfprintf(stderr, format, args);
        fputc('\n', stderr);
        va_end(args);
}

static void read_text(const char *directory, const char *name, char ret_text[static TEXT_MAX])
{
        char path[PATH_MAX];
        size_t used = 0;
        ssize_t n;
        int fd;

        path_of(path, directory, "%s", name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                die("open '%s': %s", path, strerror(errno));
        while ((n = read(fd, ret_text + used, TEXT_MAX - 1 - used)) > 0)
                used += (size_t)n;
        if (n < 0)
                die("read '%s': %s", path, strerror(errno));
        close(fd);
        ret_text[used] = '\0';
}

/* Calls VISIT for each name but those that begin with a dot. */
static void each_name(struct seen *seen, const char *directory,
                      void (*visit)(struct seen *seen, const char *directory, const char *name))
{
        DIR *stream = opendir(directory);
        struct dirent *entry;

        if (!stream)
                die("open '%s': %s", directory, strerror(errno));
        for (errno = 0; (entry = readdir(stream)); errno = 0)
                if (entry->d_name[0] != '.')
                        visit(seen, directory, entry->d_name);
        if (errno)
                die("list '%s': %s", directory, strerror(errno));
        closedir(stream);
}

static void see_tag(struct seen *seen, const char *directory, const char *name)
{
        char text[TEXT_MAX];
        char again[TEXT_MAX];
        const char *at = name;
        uint64_t writer;
        uint64_t tag;
        uint64_t version;

        if (!take_number(&at, "w", &writer) || !take_number(&at, "-t", &tag) || *at ||
            writer >= WRITERS_MAX || tag >= TAGS) {
                wrong(seen, "a tag is called '%s'", name);
                return;
        }
        read_text(directory, name, text);
        version = strtoull(text, NULL, 10);
        snprintf(again, sizeof(again), "%" PRIu64 "\n", version);
        if (version == 0 || strcmp(text, again) != 0) {
                wrong(seen, "the tag '%s' reads '%s'", name, text);
                return;
        }
        if (seen->tags[writer][tag])
                wrong(seen, "the tag '%s' is listed twice", name);
        seen->tags[writer][tag] = version;
}

/* Copies the value of KEY, a string; false when there is none. */
static bool field(const char *text, const char *key, char *buf, size_t size)
{
        char opening[64];
        const char *at;

        snprintf(opening, sizeof(opening), "\"%s\": \"", key);
        at = strstr(text, opening);
        if (!at)
                return false;
        at += strlen(opening);
        snprintf(buf, size, "%.*s", (int)strcspn(at, "\""), at);
        return true;
}

/* Is the document whole? All of its fields say by which change it was made. */
static bool parse_version(const char *text, struct seen_version *version)
{
        char path[PATH_MAX];
        char e_tag[64];
        char writer[64];
        const char *name;
        const char *at;
        uint64_t number;

        if (!field(text, "manifest_path", path, sizeof(path)))
                return false;
        name = strrchr(path, '/');
        name = name ? name + 1 : path;
        at = name;
        if (take_number(&at, "base-", &number)) {
                version->base = true;
                return !*at && number == version->version;
        }
        if (!take_number(&at, "w", &number) || number >= WRITERS_MAX ||
            !take_number(&at, "-", &version->seq) || *at)
                return false;
        version->writer = (unsigned int)number;
        return field(text, "e_tag", e_tag, sizeof(e_tag)) && strcmp(e_tag, name) == 0 &&
               field(text, "writer", writer, sizeof(writer)) && strcmp(writer, name) == 0 &&
               strstr(text, "\"manifest_size\": 8");
}

static void see_version(struct seen *seen, const char *directory, const char *name)
{
        struct seen_version version = { 0 };
        char text[TEXT_MAX];
        char stated[64];
        const char *at = name;

        if (strcmp(name, "latest") == 0)
                return;
        if (!take_number(&at, "", &version.version) || *at) {
                wrong(seen, "a version is called '%s'", name);
                return;
        }
        read_text(directory, name, text);
        snprintf(stated, sizeof(stated), "\"version\": %" PRIu64 ",", version.version);
        if (!strstr(text, stated) || !parse_version(text, &version)) {
                wrong(seen, "version %s reads '%s'", name, text);
                return;
        }
        seen->versions =
                reallocarray(seen->versions, seen->n_versions + 1, sizeof(*seen->versions));
        if (!seen->versions)
                die("out of memory");
        seen->versions[seen->n_versions++] = version;
}

static void see_staged(struct seen *seen, const char *directory, const char *name)
{
        struct seen_staged staged = { 0 };
        const char *at = name;
        uint64_t writer;

        (void)directory;
        if (strcmp(name, "t.lance") == 0)
                return;
        if (!take_number(&at, "w", &writer) || writer >= WRITERS_MAX ||
            !take_number(&at, "-", &staged.seq) ||
            (strcmp(at, ".json") != 0 && strcmp(at, ".json.error") != 0) ||
            seen->n_staged == sizeof(seen->staged) / sizeof(seen->staged[0])) {
                wrong(seen, "'%s' is left behind", name);
                return;
        }
        staged.writer = (unsigned int)writer;
        staged.is_error = strcmp(at, ".json") != 0;
        seen->staged[seen->n_staged++] = staged;
}

static int by_number(const void *a, const void *b)
{
        uint64_t x = ((const struct seen_version *)a)->version;
        uint64_t y = ((const struct seen_version *)b)->version;

        return (x > y) - (x < y);
}

static int by_maker(const void *a, const void *b)
{
        const struct seen_version *x = a;
        const struct seen_version *y = b;

        if (x->writer != y->writer)
                return x->writer < y->writer ? -1 : 1;
        return (x->seq > y->seq) - (x->seq < y->seq);
}

/* A number stands for one version, and a change makes one version. */
static void check_unique(struct seen *seen)
{
        struct seen_version *versions = seen->versions;
        size_t n = seen->n_versions;
        unsigned int n_base = 0;

        qsort(versions, n, sizeof(*versions), by_maker);
        for (size_t i = 1; i < n; i++)
                if (!versions[i].base && !versions[i - 1].base &&
                    by_maker(&versions[i - 1], &versions[i]) == 0)
                        wrong(seen, "versions %" PRIu64 " and %" PRIu64 " have one manifest",
                              versions[i - 1].version, versions[i].version);
        qsort(versions, n, sizeof(*versions), by_number);
        for (size_t i = 0; i < n; i++) {
                n_base += versions[i].base;
                if (i > 0 && versions[i].version == versions[i - 1].version)
                        wrong(seen, "version %" PRIu64 " is listed twice", versions[i].version);
        }
        if (n_base != BASE)
                wrong(seen, "%u of the first %d versions are there", n_base, BASE);
}

static void check_tags(struct seen *seen)
{
        for (unsigned int writer = 0; writer < WRITERS_MAX; writer++) {
                for (unsigned int tag = 0; tag < TAGS; tag++) {
                        struct seen_version key = { .version = seen->tags[writer][tag] };

                        if (key.version > 0 && !bsearch(&key, seen->versions, seen->n_versions,
                                                        sizeof(key), by_number))
                                wrong(seen,
                                      "tag 'w%u-t%u' names version %" PRIu64 ", which is not there",
                                      writer, tag, key.version);
                }
        }
}

static void check_latest(struct seen *seen, const char *versions)
{
        char path[PATH_MAX];
        char target[32] = "";

        path_of(path, versions, "latest");
        if (readlink(path, target, sizeof(target) - 1) < 0)
                die("readlink '%s': %s", path, strerror(errno));
        if (number_of(target) != seen->versions[seen->n_versions - 1].version)
                wrong(seen, "latest is %s, and the highest version %" PRIu64, target,
                      seen->versions[seen->n_versions - 1].version);
}

void observe(struct seen *seen, const char *mount)
{
        char path[PATH_MAX];

        *seen = (struct seen){ 0 };
        path_of(path, mount, TABLE "/tags");
        each_name(seen, path, see_tag);
        path_of(path, mount, "prod");
        each_name(seen, path, see_staged);
        path_of(path, mount, TABLE "/versions");
        each_name(seen, path, see_version);
        if (seen->n_versions == 0) {
                wrong(seen, "there are no versions at all");
                return;
        }
        check_unique(seen);
        check_tags(seen);
        check_latest(seen, path);
}

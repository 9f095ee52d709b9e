/* Feeds a fuzz target each file of a directory, and what is near it: every beginning, and every
 * byte changed once.
 *
 *     replay DIRECTORY
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* Larger files are only given whole: what is near them would take minutes. */
#define NEAR_MAX 2048

/* An allocation of just this size, so that a sanitizer sees a read behind it. */
static void feed(const uint8_t *data, size_t size)
{
        uint8_t *copy = malloc(size > 0 ? size : 1);

        must(copy);
        if (size > 0)
                memcpy(copy, data, size);
        must(LLVMFuzzerTestOneInput(copy, size) == 0);
        free(copy);
}

static void feed_near(uint8_t *data, size_t size)
{
        /* What a scanner of JSON, UTF-8 or names decides by. */
        static const uint8_t bytes[] = { 0,   '\n', '"', '\\', '{',  '}',
                                         '/', '0',  '9', 0x80, 0xc3, 0xff };

        for (size_t length = 0; length < size; length++)
                feed(data, length);
        for (size_t at = 0; at < size; at++) {
                uint8_t was = data[at];

                for (size_t i = 0; i < sizeof(bytes); i++) {
                        data[at] = bytes[i];
                        feed(data, size);
                }
                data[at] = was;
        }
}

/* 0, or -1 when the file cannot be read. */
static int feed_file(const char *directory, const char *name)
{
        static uint8_t data[2 << 20];
        char path[4096];
        size_t size;
        FILE *file;
        int bad;

        (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
        file = fopen(path, "rbe");
        if (!file) {
                (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
                return -1;
        }
        size = fread(data, 1, sizeof(data), file);
        bad = ferror(file);
        (void)fclose(file);
        if (bad)
                return -1;
        (void)fprintf(stderr, "%s\n", path); /* the last one named is the one that failed */
        feed(data, size);
        if (size <= NEAR_MAX)
                feed_near(data, size);
        return 0;
}

int main(int argc, char **argv)
{
        const struct dirent *entry;
        unsigned n_files = 0;
        DIR *directory;

        if (argc != 2) {
                (void)fprintf(stderr, "usage: replay DIRECTORY\n");
                return 2;
        }
        directory = opendir(argv[1]);
        if (!directory) {
                (void)fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
                return 1;
        }
        while ((entry = readdir(directory))) {
                if (entry->d_name[0] == '.')
                        continue;
                if (feed_file(argv[1], entry->d_name) < 0)
                        return 1;
                n_files++;
        }
        (void)closedir(directory);
        /* A corpus that went missing must not look like a success. */
        return n_files > 0 ? 0 : 1;
}

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sys.h"

_Noreturn void usage_error(const char *step, const char *why, const char *what)
{
        fprintf(stderr, "sys: %s: %s '%s'; sys --help lists the steps\n", step, why, what);
        exit(SYS_EXIT_USAGE);
}

void *allocate(size_t size)
{
        void *memory = malloc(size ? size : 1);

        if (!memory) {
                perror("sys: malloc");
                exit(SYS_EXIT_USAGE);
        }
        return memory;
}

bool has_next(const struct args *args)
{
        return args->next < args->end;
}

char *next(struct args *args)
{
        if (!has_next(args))
                usage_error(args->step, "an argument is missing after", args->next[-1]);
        return *args->next++;
}

static bool next_is(struct args *args, const char *word)
{
        if (!has_next(args) || strcmp(*args->next, word) != 0)
                return false;
        args->next++;
        return true;
}

static int64_t next_number_of_base(struct args *args, int base)
{
        const char *text = next(args);
        char *end;
        int64_t number;

        errno = 0;
        number = strtoll(text, &end, base);
        if (errno || end == text || *end)
                usage_error(args->step, "not a number:", text);
        return number;
}

int64_t next_number(struct args *args)
{
        return next_number_of_base(args, 10);
}

mode_t next_mode(struct args *args)
{
        return (mode_t)next_number_of_base(args, 8);
}

static int word_value(const struct args *args, const struct word *words, const char *name)
{
        for (; words->name; words++) {
                if (strcmp(words->name, name) == 0)
                        return words->value;
        }
        usage_error(args->step, "unknown word", name);
}

int next_word(struct args *args, const struct word *words)
{
        return word_value(args, words, next(args));
}

int next_flags(struct args *args, const struct word *words)
{
        char *text = next(args);
        char *rest = NULL;
        int flags = 0;

        if (strcmp(text, "0") == 0)
                return 0;
        for (char *name = strtok_r(text, "|", &rest); name; name = strtok_r(NULL, "|", &rest))
                flags |= word_value(args, words, name);
        return flags;
}

static char hex_byte(const struct args *args, const char *digits)
{
        char pair[3] = "";

        if (!isxdigit((unsigned char)digits[0]) || !isxdigit((unsigned char)digits[1]))
                usage_error(args->step, "two hexadecimal digits must follow \\x, not", digits);
        memcpy(pair, digits, 2);
        return (char)strtol(pair, NULL, 16);
}

/* Replaces the escapes of a text in its place. */
static struct bytes unescape(const struct args *args, char *text)
{
        static const char letters[] = "ntr0\\";
        static const char meanings[] = "\n\t\r\0\\";
        struct bytes bytes = { text, 0, NULL };
        const char *in = text;

        while (*in) {
                const char *letter;

                if (*in != '\\') {
                        text[bytes.size++] = *in++;
                        continue;
                }
                in++;
                letter = *in ? strchr(letters, *in) : NULL;
                if (letter) {
                        text[bytes.size++] = meanings[letter - letters];
                        in++;
                } else if (*in == 'x') {
                        text[bytes.size++] = hex_byte(args, in + 1);
                        in += 3;
                } else {
                        usage_error(args->step, "unknown escape before", in);
                }
        }
        return bytes;
}

static struct bytes whole_file(const char *path)
{
        struct bytes bytes = { NULL, 0, NULL };
        FILE *file = fopen(path, "re");
        struct stat st;

        if (!file || fstat(fileno(file), &st) < 0) {
                fprintf(stderr, "sys: %s: %s\n", path, strerror(errno));
                exit(SYS_EXIT_USAGE);
        }
        bytes.owned = allocate((size_t)st.st_size);
        bytes.data = bytes.owned;
        bytes.size = fread(bytes.data, 1, (size_t)st.st_size, file);
        fclose(file);
        return bytes;
}

struct bytes next_data(struct args *args)
{
        if (next_is(args, "--file"))
                return whole_file(next(args));
        if (next_is(args, "--repeat")) {
                struct bytes unit = unescape(args, next(args));
                size_t times = (size_t)next_number(args);
                char *data = allocate(unit.size * times);
                struct bytes bytes = { data, 0, data };

                for (size_t i = 0; i < times; i++) {
                        memcpy(bytes.data + bytes.size, unit.data, unit.size);
                        bytes.size += unit.size;
                }
                return bytes;
        }
        return unescape(args, next(args));
}

struct timespec next_time(struct args *args)
{
        struct timespec when = { 0 };
        const char *text;
        char *end;

        if (next_is(args, "now")) {
                when.tv_nsec = UTIME_NOW;
                return when;
        }
        if (next_is(args, "omit")) {
                when.tv_nsec = UTIME_OMIT;
                return when;
        }
        text = next(args);
        when.tv_sec = strtoll(text, &end, 10);
        if (*end == '.') {
                char digits[] = "000000000";
                size_t length = strspn(end + 1, "0123456789");

                memcpy(digits, end + 1, length < 9 ? length : 9);
                when.tv_nsec = strtol(digits, NULL, 10);
                end += 1 + length;
        }
        if (end == text || *end)
                usage_error(args->step, "not a time:", text);
        return when;
}

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

#define PROGRESS_INTERVAL_MS 100

static bool progress_shown;

/* A path may hold what a terminal would obey. */
static void put_safely(FILE *file, const char *text)
{
        for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
                /* 0xc2 0x80 to 0x9f are the control characters that UTF-8 has beside ASCII's. */
                if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0))
                        fprintf(file, "\\x%02x", *c);
                else
                        putc(*c, file);
        }
}

static void print_line(FILE *file, const char *prefix, const char *fmt, va_list args)
        __attribute__((format(printf, 3, 0)));

static void print_line(FILE *file, const char *prefix, const char *fmt, va_list args)
{
        char *text = NULL;

        cli_progress_end();
        /* Standard output before standard error, also when both go to one file. */
        if (file != stdout)
                fflush(stdout);
        if (vasprintf(&text, fmt, args) < 0)
                return;
        fputs(prefix, file);
        put_safely(file, text);
        putc('\n', file);
        free(text);
}

void cli_message(const char *fmt, ...)
{
        va_list args;

        va_start(args, fmt);
        print_line(stderr, "lancefs: ", fmt, args);
        va_end(args);
}

void cli_failure(const char *what, const struct lns_error *err)
{
        if (strstr(err->message, what))
                cli_message("%s", err->message);
        else
                cli_message("%s: %s", what, err->message);
}

void cli_print(const char *fmt, ...)
{
        va_list args;

        va_start(args, fmt);
        print_line(stdout, "", fmt, args);
        va_end(args);
}

int cli_usage_error(const char *command, const char *fmt, ...)
{
        va_list args;

        va_start(args, fmt);
        print_line(stderr, "lancefs: ", fmt, args);
        va_end(args);
        if (command)
                cli_message("see 'lancefs help %s'", command);
        else
                cli_message("see 'lancefs --help'");
        return CLI_USAGE;
}

int cli_option_error(const char *command, char **argv, int result)
{
        const char *last = argv[optind - 1];

        if (result == ':')
                return cli_usage_error(command, "option '%s' needs a value", last);
        if (optopt >= CLI_LONG_OPTION)
                return cli_usage_error(command, "option '%s': it takes no value", last);
        if (optopt != 0)
                return cli_usage_error(command, "%s has no option '-%c'", command, optopt);
        return cli_usage_error(command, "%s has no option '%s'", command, last);
}

static bool on_terminal(void)
{
        static int answer = -1;

        if (answer < 0) {
                const char *term = getenv("TERM");

                answer = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
        }
        return answer == 1;
}

static int64_t monotonic_ms(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_progress(bool now, const char *fmt, ...)
{
        static int64_t last;
        char *text = NULL;
        va_list args;
        int length;

        if (!on_terminal() || (!now && monotonic_ms() - last < PROGRESS_INTERVAL_MS))
                return;
        last = monotonic_ms();
        va_start(args, fmt);
        length = vasprintf(&text, fmt, args);
        va_end(args);
        if (length < 0)
                return;
        /* Without wrapping, so that one line stays one line in a narrow window. */
        fputs("\r\033[K\033[?7l", stderr);
        put_safely(stderr, text);
        fputs("\033[?7h", stderr);
        fflush(stderr);
        free(text);
        progress_shown = true;
}

void cli_progress_end(void)
{
        if (!progress_shown)
                return;
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress_shown = false;
}

const char *cli_count(char buf[CLI_COUNT_MAX], uint64_t n, const char *one, const char *many)
{
        snprintf(buf, CLI_COUNT_MAX, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
        return buf;
}

/* The subcommands of lancefs, one file each, and what they share.
 *
 * A command gets its own arguments: argv[0] is its name ("import"; for mount also "mount.lancefs"),
 * then options and operands in any order. It understands --help itself, prints what it was asked
 * for on standard output and everything else on standard error, and returns the exit status.
 */
#ifndef LNS_CLI_H
#define LNS_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "lns/error.h"

/* Exit statuses, the same for every command. */
enum cli_status {
        CLI_OK = 0,
        CLI_PROBLEMS = 1, /* it was done, and something was wrong: each was printed */
        CLI_USAGE = 2,    /* the command line cannot be understood; nothing was done */
        CLI_FAILED = 3,   /* it could not be done, or not to its end */
};

/**
 * @param argc  number of arguments, at least 1.
 * @param argv  borrowed; may be reordered. NULL after the last.
 * @return an exit status.
 */
int cli_mount(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_check(int argc, char **argv);

/* ---- message.c: what a person reads ---- */

/* Print "lancefs: ..." as one line on standard error. Control characters, which a path may have,
 * are shown as \x1b. */
void cli_message(const char *fmt, ...) LNS_PRINTF(1, 2);

/* Print a failure, with what it is about unless its message says that already. */
void cli_failure(const char *what, const struct lns_error *err);

/* Print a line on standard output, made safe in the same way. */
void cli_print(const char *fmt, ...) LNS_PRINTF(1, 2);

/* Print what is wrong with the command line, and where to read about it. Returns CLI_USAGE. */
int cli_usage_error(const char *command, const char *fmt, ...) LNS_PRINTF(2, 3);

/* The same for what getopt_long() returned '?' or ':' for. The command's options without a letter
 * have values from CLI_LONG_OPTION up, and its letters begin with ':'. */
#define CLI_LONG_OPTION 256
int cli_option_error(const char *command, char **argv, int result);

/* Say on a terminal what is going on, in one line that is written over; elsewhere nothing. `now`
 * false: at most ten times a second. Any message clears the line first. */
void cli_progress(bool now, const char *fmt, ...) LNS_PRINTF(2, 3);
void cli_progress_end(void);

/* "1 version", "6 versions", "5 branches": into buf, which is returned. */
#define CLI_COUNT_MAX 48
const char *cli_count(char buf[CLI_COUNT_MAX], uint64_t n, const char *one, const char *many);

#endif

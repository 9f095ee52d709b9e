/* lancefs check: says what is wrong with a catalog, and mends it. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "lns/catalog.h"

static const char usage[] =
        "lancefs check CATALOG [--repair]\n"
        "\n"
        "Verifies the catalog's database, and that it agrees with itself and with the storage\n"
        "of its tables: tags whose version is not there, versions whose manifest is not there,\n"
        "staged files that belong to nobody. Prints each problem in a line. Without --repair\n"
        "nothing is changed.\n"
        "\n"
        "      --repair   mend what can be mended without losing what a user made\n"
        "  -h, --help     print this\n"
        "\n"
        "Exit status: 0 nothing is wrong, or nothing any more; 1 something is; 2 wrong usage;\n"
        "3 the check could not be made.\n";

struct findings {
        uint64_t found;
        uint64_t repaired;
};

static void report(void *context, const char *text, bool repaired)
{
        struct findings *findings = context;

        findings->found++;
        findings->repaired += repaired;
        cli_print("%s: %s", repaired ? "repaired" : "wrong", text);
}

static int check(const char *path, bool repair)
{
        /* Only looking must not finish what a crash left undone, which opening for writing does. */
        const struct lns_catalog_options options = { .read_only = !repair };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_catalog *catalog = NULL;
        struct findings findings = { 0 };
        uint64_t problems = 0;
        char found[CLI_COUNT_MAX];
        int result;

        if (lns_catalog_open(&catalog, path, &options, &err) < 0) {
                cli_failure(path, &err);
                return CLI_FAILED;
        }
        result = lns_catalog_check_catalog(catalog, repair, report, &findings, &problems, &err);
        lns_catalog_free(catalog);
        if (result < 0) {
                cli_message("%s: the check could not be finished: %s", path, err.message);
                return CLI_FAILED;
        }
        cli_count(found, findings.found, "problem", "problems");
        if (findings.found == 0)
                cli_print("%s: no problems", path);
        else if (repair)
                cli_print("%s: %s, %llu repaired, %llu left", path, found,
                          (unsigned long long)findings.repaired, (unsigned long long)problems);
        else
                cli_print("%s: %s; --repair mends what can be mended", path, found);
        return problems == 0 ? CLI_OK : CLI_PROBLEMS;
}

int cli_check(int argc, char **argv)
{
        static const struct option options[] = {
                { "repair", no_argument, NULL, CLI_LONG_OPTION },
                { "help", no_argument, NULL, 'h' },
                { 0 },
        };
        bool repair = false;
        int option;

        opterr = 0;
        while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
                switch (option) {
                case CLI_LONG_OPTION:
                        repair = true;
                        break;
                case 'h':
                        fputs(usage, stdout);
                        return CLI_OK;
                default:
                        return cli_option_error("check", argv, option);
                }
        }
        if (argc - optind != 1)
                return cli_usage_error("check", argc == optind ? "which CATALOG?"
                                                               : "check takes one CATALOG");
        return check(argv[optind], repair);
}

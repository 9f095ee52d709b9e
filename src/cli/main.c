/* lancefs: finds the command and runs it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct command {
        const char *name;
        const char *operands;
        const char *summary;
        int (*run)(int argc, char **argv);
} commands[] = {
        { "mount", "CATALOG MOUNTPOINT [-o OPTION,...]", "show a catalog as files", cli_mount },
        { "import", "CATALOG PATH [--into NAMESPACE]", "adopt existing Lance tables", cli_import },
        { "check", "CATALOG [--repair]", "verify a catalog", cli_check },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
        for (size_t i = 0; i < N_COMMANDS; i++) {
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        }
        return NULL;
}

static void print_usage(FILE *file)
{
        fputs("lancefs shows a Lance catalog as files.\n\n", file);
        for (size_t i = 0; i < N_COMMANDS; i++)
                fprintf(file, "  lancefs %-6s %-36s %s\n", commands[i].name, commands[i].operands,
                        commands[i].summary);
        fputs("\n"
              "  lancefs help COMMAND   says more about one\n"
              "  lancefs --version      says which lancefs this is\n"
              "\n"
              "CATALOG is a directory; mount and import make it when it is not there.\n",
              file);
}

static int help(int argc, char **argv)
{
        char option[] = "--help";
        char *arguments[] = { NULL, option, NULL };
        const struct command *command;

        if (argc < 2) {
                print_usage(stdout);
                return CLI_OK;
        }
        command = find_command(argv[1]);
        if (!command)
                return cli_usage_error(NULL, "there is no command '%s'", argv[1]);
        arguments[0] = argv[1];
        return command->run(2, arguments);
}

static int run(int argc, char **argv)
{
        const struct command *command;

        if (argc < 2) {
                print_usage(stderr);
                return CLI_USAGE;
        }
        if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
                puts("lancefs " LANCEFS_VERSION);
                return CLI_OK;
        }
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
                print_usage(stdout);
                return CLI_OK;
        }
        if (strcmp(argv[1], "help") == 0)
                return help(argc - 1, argv + 1);
        command = find_command(argv[1]);
        if (!command)
                return cli_usage_error(NULL, "there is no command '%s'", argv[1]);
        return command->run(argc - 1, argv + 1);
}

/* mount(8) runs "mount.lancefs CATALOG MOUNTPOINT -o OPTIONS" for an fstab line of type lancefs. */
static bool called_as_mount(const char *program)
{
        const char *slash = strrchr(program, '/');

        return strcmp(slash ? slash + 1 : program, "mount.lancefs") == 0;
}

int main(int argc, char **argv)
{
        int status;

        if (argc > 0 && called_as_mount(argv[0]))
                status = cli_mount(argc, argv);
        else
                status = run(argc, argv);
        if (fflush(stdout) != 0 || ferror(stdout)) {
                cli_message("standard output: %s", strerror(errno));
                if (status == CLI_OK)
                        status = CLI_FAILED;
        }
        return status;
}

/* lancefs mount: reads the command line, goes to the background, serves.
 *
 * The parent waits until the mount answers, so that what comes next in a script finds it there. The
 * catalog is opened by the child: SQLite's connections do not survive a fork. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "fs/lancefs.h"
#include "lns/catalog.h"
#include "util/util.h"

/* Options for the kernel and fusermount3, comma-separated. */
#define KERNEL_OPTIONS_MAX 4096

/* A cache that is older than a day serves nobody. */
#define CACHE_SECONDS_MAX 86400

struct mount_arguments {
        struct lancefs_options options;
        char kernel_options[KERNEL_OPTIONS_MAX];
        char catalog[4096];    /* absolute, or with a scheme */
        char mountpoint[4096]; /* absolute */
        bool fake;             /* mount -f: everything but the mount */
        bool help;
};

static const char help_text[] =
        "lancefs mount CATALOG MOUNTPOINT [-f] [-d] [-o OPTION,...]\n"
        "\n"
        "Shows CATALOG, a directory that is made when it is not there, as files below MOUNTPOINT, an\n"
        "empty directory. Goes to the background, and ends with status 0 once the mount answers.\n"
        "Unmount with: fusermount3 -u MOUNTPOINT (or, as root, umount MOUNTPOINT).\n"
        "\n"
        "  -f                 stay in the foreground; refused operations are printed\n"
        "  -d                 the same, and print every request\n"
        "  -o ro              refuse every change\n"
        "  -o allow_other     let other users in (user_allow_other in /etc/fuse.conf, unless root)\n"
        "  -o uid=N, gid=N    show this owner in place of the catalog's\n"
        "  -o umask=OCTAL     never show these permission bits\n"
        "  -o cache=strict    ask the catalog every time (default)\n"
        "  -o cache=SECONDS   the kernel may trust what it heard for so long\n"
        "  -o nonempty        mount over a directory that has something in it\n"
        "  -o auto_unmount    unmount also when lancefs is killed\n"
        "\n"
        "The options of mount(8), such as noatime, exec, nofail or x-systemd.automount, are understood.\n"
        "In /etc/fstab:  /srv/catalog  /mnt/prod  lancefs  allow_other,nofail  0  0\n";

/* What mount(8) and systemd keep for themselves, and what is so anyway. */
static bool is_for_mount_only(const char *option)
{
        static const char *const names[] = {
                "auto",  "noauto",   "user",   "nouser",  "users", "owner",
                "group", "defaults", "nofail", "_netdev", "rw",    "async",
        };

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(option, names[i]) == 0)
                        return true;
        return strncmp(option, "x-", 2) == 0 || strncmp(option, "X-", 2) == 0 ||
               strncmp(option, "comment=", 8) == 0 || strncmp(option, "user=", 5) == 0;
}

static bool is_for_kernel(const char *option)
{
        static const char *const names[] = {
                "suid",       "nosuid",     "dev",         "nodev",         "exec",
                "noexec",     "atime",      "noatime",     "diratime",      "nodiratime",
                "relatime",   "norelatime", "strictatime", "nostrictatime", "lazytime",
                "nolazytime", "sync",       "dirsync",     "auto_unmount",  "nosymfollow",
        };

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(option, names[i]) == 0)
                        return true;
        return strncmp(option, "context=", 8) == 0 || strncmp(option, "fscontext=", 10) == 0 ||
               strncmp(option, "defcontext=", 11) == 0 || strncmp(option, "rootcontext=", 12) == 0;
}

static int parse_number(const char *option, const char *text, int base, unsigned long max,
                        unsigned long *ret_number)
{
        char *end;

        errno = 0;
        *ret_number = strtoul(text, &end, base);
        if (errno || end == text || *end || *text == '-' || *text == '+' || *text == ' ' ||
            *ret_number > max)
                return cli_usage_error("mount", "option '%s' takes %s number up to %lu", option,
                                       base == 8 ? "an octal" : "a", max);
        return 0;
}

static int parse_cache(struct mount_arguments *arguments, const char *text)
{
        double *seconds = &arguments->options.cache_seconds;
        char *end;

        if (strcmp(text, "strict") == 0) {
                *seconds = 0;
                return 0;
        }
        *seconds = strtod(text, &end);
        if (end == text || *end || !(*seconds >= 0 && *seconds <= CACHE_SECONDS_MAX))
                return cli_usage_error("mount", "option 'cache' takes 'strict' or seconds up to %d",
                                       CACHE_SECONDS_MAX);
        return 0;
}

static int add_kernel_option(struct mount_arguments *arguments, const char *option)
{
        char *list = arguments->kernel_options;
        size_t used = strlen(list);

        if (used + strlen(option) + 2 > sizeof(arguments->kernel_options))
                return cli_usage_error("mount", "the options are too long");
        snprintf(list + used, sizeof(arguments->kernel_options) - used, "%s%s", used ? "," : "",
                 option);
        return 0;
}

static int parse_option(struct mount_arguments *arguments, const char *option)
{
        struct lancefs_options *options = &arguments->options;
        unsigned long number;
        int status = 0;

        if (!*option || is_for_mount_only(option))
                return 0;
        if (is_for_kernel(option))
                return add_kernel_option(arguments, option);

        if (strcmp(option, "ro") == 0) {
                options->read_only = true;
        } else if (strcmp(option, "allow_other") == 0) {
                options->allow_other = true;
        } else if (strcmp(option, "nonempty") == 0) {
                options->nonempty = true;
        } else if (strcmp(option, "debug") == 0) {
                options->debug = options->foreground = true;
        } else if (strncmp(option, "uid=", 4) == 0) {
                status = parse_number("uid", option + 4, 10, UINT32_MAX - 1, &number);
                options->uid = (uid_t)number;
                options->has_uid = true;
        } else if (strncmp(option, "gid=", 4) == 0) {
                status = parse_number("gid", option + 4, 10, UINT32_MAX - 1, &number);
                options->gid = (gid_t)number;
                options->has_gid = true;
        } else if (strncmp(option, "umask=", 6) == 0) {
                status = parse_number("umask", option + 6, 8, 0777, &number);
                options->umask = (mode_t)number;
        } else if (strncmp(option, "cache=", 6) == 0) {
                status = parse_cache(arguments, option + 6);
        } else if (strcmp(option, "remount") == 0) {
                return cli_usage_error("mount",
                                       "a mount cannot be changed: unmount it and mount again");
        } else {
                return cli_usage_error("mount", "there is no option '%s'", option);
        }
        return status;
}

static int parse_option_list(struct mount_arguments *arguments, const char *list)
{
        cleanup_(free_pointer) char *copy = strdup(list);
        char *rest = copy, *option;
        int status = 0;

        if (!copy) {
                cli_message("out of memory");
                return CLI_FAILED;
        }
        while (status == 0 && (option = strsep(&rest, ",")) != NULL)
                status = parse_option(arguments, option);
        return status;
}

static int make_absolute(char *buf, size_t size, const char *path)
{
        char directory[4096];

        if (path[0] == '/')
                return snprintf(buf, size, "%s", path) < (int)size ? 0 : -1;
        if (!getcwd(directory, sizeof(directory)))
                return -1;
        return snprintf(buf, size, "%s/%s", directory, path) < (int)size ? 0 : -1;
}

static int set_operands(struct mount_arguments *arguments, const char *catalog,
                        const char *mountpoint)
{
        char resolved[4096];
        int result;

        /* An unset variable in a script: not the directory where it happens to be. */
        if (!*catalog || !*mountpoint)
                return cli_usage_error("mount", "the %s has no name: it is ''",
                                       *catalog ? "mount point" : "catalog");

        if (strstr(catalog, "://") || strncmp(catalog, "sqlite:", 7) == 0)
                result = snprintf(arguments->catalog, sizeof(arguments->catalog), "%s", catalog) <
                                         (int)sizeof(arguments->catalog)
                                 ? 0
                                 : -1;
        else
                result = make_absolute(arguments->catalog, sizeof(arguments->catalog), catalog);
        if (result == 0)
                result = make_absolute(arguments->mountpoint, sizeof(arguments->mountpoint),
                                       mountpoint);
        if (result < 0)
                return cli_usage_error("mount", "the paths are too long");

        /* As mountinfo has it. A dead mount cannot be resolved: then as given. */
        if (realpath(arguments->mountpoint, resolved))
                memcpy(arguments->mountpoint, resolved, sizeof(resolved));
        arguments->options.catalog = arguments->catalog;
        arguments->options.mountpoint = arguments->mountpoint;
        arguments->options.mount_options = arguments->kernel_options;
        return 0;
}

static int parse_arguments(struct mount_arguments *arguments, int argc, char **argv)
{
        static const struct option long_options[] = {
                { "help", no_argument, NULL, 'h' },
                { "foreground", no_argument, NULL, 'f' },
                { "debug", no_argument, NULL, 'd' },
                { 0 },
        };
        /* mount(8) calls a helper with -f for "fake", -n, -s and -v. */
        bool helper = strstr(argv[0], "mount.lancefs") != NULL;
        int c, status = 0;

        while (status == 0 &&
               (c = getopt_long(argc, argv, ":fdho:nsvt:N:", long_options, NULL)) != -1) {
                switch (c) {
                case 'f':
                        *(helper ? &arguments->fake : &arguments->options.foreground) = true;
                        break;
                case 'd':
                        arguments->options.debug = arguments->options.foreground = true;
                        break;
                case 'h':
                        arguments->help = true;
                        break;
                case 'o':
                        status = parse_option_list(arguments, optarg);
                        break;
                case 'n':
                case 's':
                case 'v':
                case 't':
                        if (!helper)
                                status = cli_usage_error("mount", "there is no option -%c", c);
                        break;
                case 'N':
                        status = cli_usage_error("mount", "mounting in another namespace is for "
                                                          "nsenter(1)");
                        break;
                default:
                        status = cli_option_error("mount", argv, c);
                        break;
                }
        }
        if (status || arguments->help)
                return status;
        if (argc - optind != 2)
                return cli_usage_error("mount", "a catalog and a mount point are needed");
        return set_operands(arguments, argv[optind], argv[optind + 1]);
}

static int serve(const struct mount_arguments *arguments)
{
        struct lns_catalog_options catalog_options = {
                .read_only = arguments->options.read_only,
                .create = !arguments->options.read_only,
        };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_catalog *catalog = NULL;
        int status = CLI_FAILED;

        if (lns_catalog_open(&catalog, arguments->catalog, &catalog_options, &err) == 0 &&
            lancefs_serve(catalog, &arguments->options, &err) == 0)
                status = CLI_OK;
        else
                cli_message("%s%s%s", err.message, *err.detail ? ": " : "", err.detail);
        lns_catalog_free(catalog);
        return status;
}

/* Child: cut loose from the terminal. Standard error stays until the mount is there. */
static int serve_in_background(struct mount_arguments *arguments, int ready_fd)
{
        if (setsid() < 0 || chdir("/") < 0) {
                cli_message("cannot go to the background: %s", strerror(errno));
                return CLI_FAILED;
        }
        arguments->options.ready_fd = ready_fd;
        return serve(arguments);
}

static int wait_until_ready(const struct mount_arguments *arguments, pid_t child, int ready_fd)
{
        struct stat st;
        ssize_t n;
        char byte;
        int status;

        do
                n = read(ready_fd, &byte, 1);
        while (n < 0 && errno == EINTR);
        if (n == 1) {
                if (stat(arguments->mountpoint, &st) == 0)
                        return CLI_OK;
                cli_message("the mount on '%s' does not answer: %s", arguments->mountpoint,
                            strerror(errno));
                return CLI_FAILED;
        }
        /* It said why. */
        if (waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) {
                cli_message("the serving process ended before the mount was there");
                return CLI_FAILED;
        }
        return WEXITSTATUS(status) ? WEXITSTATUS(status) : CLI_FAILED;
}

static int go_to_background(struct mount_arguments *arguments)
{
        int ready[2], status;
        pid_t child;

        if (pipe2(ready, O_CLOEXEC) < 0) {
                cli_message("cannot make a pipe: %s", strerror(errno));
                return CLI_FAILED;
        }
        child = fork();
        if (child < 0) {
                cli_message("cannot fork: %s", strerror(errno));
                return CLI_FAILED;
        }
        if (child == 0) {
                close(ready[0]);
                return serve_in_background(arguments, ready[1]);
        }
        close(ready[1]);
        status = wait_until_ready(arguments, child, ready[0]);
        close(ready[0]);
        return status;
}

int cli_mount(int argc, char **argv)
{
        struct mount_arguments arguments = { .options = LANCEFS_OPTIONS_INIT };
        struct lns_error err = LNS_ERROR_INIT;
        int status;

        status = parse_arguments(&arguments, argc, argv);
        if (status)
                return status;
        if (arguments.help) {
                fputs(help_text, stdout);
                return CLI_OK;
        }
        if (lancefs_check_mountpoint(&arguments.options, &err) < 0) {
                cli_message("%s", err.message);
                return CLI_FAILED;
        }
        if (arguments.fake)
                return CLI_OK;
        if (arguments.options.foreground)
                return serve(&arguments);
        return go_to_background(&arguments);
}

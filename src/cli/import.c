/* lancefs import: adopts Lance datasets where they lie. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lns/dataset.h"

#define SUFFIX ".lance"

static const char usage[] =
        "lancefs import CATALOG PATH [--into NAMESPACE]\n"
        "\n"
        "Adopts Lance tables where they lie, with every version, tag and branch. PATH is one\n"
        "table's directory, or a directory of tables (*.lance), as LanceDB makes it. Nothing in\n"
        "it is changed. CATALOG is made when it is not there. Import again to take what is new\n"
        "since; what the catalog has already stays as it is.\n"
        "\n"
        "      --into NAMESPACE   where to: prod, prod/eu or 'prod$eu'; made when it is not\n"
        "                         there. Without it the tables stand at the root\n"
        "  -h, --help             print this\n"
        "\n"
        "Exit status: 0 all is imported; 1 something is damaged or cannot be taken: it was named\n"
        "and skipped, the rest is imported; 2 wrong usage; 3 nothing could be done, or not to\n"
        "the end.\n";

/* One run. */
struct job {
        struct lns_catalog *catalog;
        struct lns_ident ns;      /* where to */
        char table[NAME_MAX + 1]; /* name of the one that is being read */
        size_t n_tables;          /* of all, and which this is */
        size_t at;
        uint64_t tables, versions, tags, branches; /* that were new */
        uint64_t known;                            /* tables that were there already */
        uint64_t problems;
};

/* Names of tables' directories in PATH. */
struct names {
        char **names;
        size_t n;
        size_t room;
};

/* ---- what a person sees ---- */

static void on_problem(void *context, const char *path, const char *sentence)
{
        struct job *job = context;

        job->problems++;
        cli_message("%s: %s", path, sentence);
}

static void on_found(void *context, size_t versions)
{
        const struct job *job = context;

        cli_progress(false, "table %zu of %zu: %s: %zu versions found", job->at, job->n_tables,
                     job->table, versions);
}

static void on_imported(void *context, size_t versions, size_t of)
{
        const struct job *job = context;

        cli_progress(true, "table %zu of %zu: %s: %zu of %zu versions imported", job->at,
                     job->n_tables, job->table, versions, of);
}

/* "6 versions, 2 tags, 1 branch" */
static void counts(char *buf, size_t size, uint64_t versions, uint64_t tags, uint64_t branches)
{
        char v[CLI_COUNT_MAX], t[CLI_COUNT_MAX], b[CLI_COUNT_MAX];

        snprintf(buf, size, "%s, %s, %s", cli_count(v, versions, "version", "versions"),
                 cli_count(t, tags, "tag", "tags"), cli_count(b, branches, "branch", "branches"));
}

/* A terminal has the progress line instead. */
static void print_table(const struct lns_import_table_response *response, const char *path)
{
        char text[4 * CLI_COUNT_MAX];

        if (isatty(STDERR_FILENO))
                return;
        counts(text, sizeof(text), response->new_versions, response->new_tags,
               response->new_branches);
        if (response->created)
                cli_print("%s: %s", path, text);
        else if (response->transaction_id == 0)
                cli_print("%s: nothing new", path);
        else
                cli_print("%s: was there; new: %s", path, text);
}

static void print_summary(const struct job *job)
{
        char tables[CLI_COUNT_MAX], known[CLI_COUNT_MAX], problems[CLI_COUNT_MAX];
        char rest[4 * CLI_COUNT_MAX];

        cli_progress_end();
        cli_count(tables, job->tables, "table", "tables");
        cli_count(known, job->known, "table was", "tables were");
        cli_count(problems, job->problems, "problem", "problems");
        counts(rest, sizeof(rest), job->versions, job->tags, job->branches);
        if (job->known == 0)
                cli_print("%s, %s; %s", tables, rest, problems);
        else if (job->tables + job->versions + job->tags + job->branches == 0)
                cli_print("nothing new; %s there already; %s", known, problems);
        else
                cli_print("new: %s, %s; %s there already; %s", tables, rest, known, problems);
}

/* ---- one table ---- */

/* Is the failure about this table alone? Then the others can go on. */
static bool is_problem(const struct lns_error *err)
{
        switch (err->code) {
        case LNS_INVALID_INPUT:
        case LNS_TABLE_ALREADY_EXISTS:
        case LNS_CONCURRENT_MODIFICATION:
        case LNS_TABLE_VERSION_NOT_FOUND:
        case LNS_TABLE_BRANCH_NOT_FOUND:
                return true;
        default:
                return false;
        }
}

/* Report what a table failed with. 0 to go on with the next, -1: the catalog cannot take any. */
static int table_failed(struct job *job, const char *path, const struct lns_error *err)
{
        if (!is_problem(err)) {
                cli_message("%s: %s; stopped at table %zu of %zu, run it again for the rest", path,
                            err->message, job->at, job->n_tables);
                return -1;
        }
        job->problems++;
        cli_message("%s: %s%s", path, err->message,
                    err->code == LNS_TABLE_ALREADY_EXISTS ? "; import it --into another namespace"
                                                          : "");
        return 0;
}

static void add_to_sums(struct job *job, const struct lns_import_table_response *response)
{
        if (response->created)
                job->tables++;
        else
                job->known++;
        job->versions += response->new_versions;
        job->tags += response->new_tags;
        job->branches += response->new_branches;
        if (response->skipped_tags > 0)
                job->problems++;
}

static int import_dataset(struct job *job, const struct lns_dataset *dataset)
{
        const struct lns_dataset_watch watch = { .imported = on_imported, .context = job };
        struct lns_import_table_response response = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident id = { 0 };
        char path[LNS_LOCATION_MAX];
        int result;

        if (lns_ident_child(&id, &job->ns, job->table, &err) < 0)
                return table_failed(job, dataset->location, &err);
        result = lns_dataset_import(job->catalog, &id, dataset, &watch, &response, &err);
        if (result < 0) {
                result = table_failed(job, dataset->location, &err);
        } else {
                size_t length = 0;

                path[0] = '\0';
                for (size_t i = 0; i < id.n_parts && length < sizeof(path); i++)
                        length += (size_t)snprintf(path + length, sizeof(path) - length, "%s%s",
                                                   i == 0 ? "" : "/", id.parts[i]);
                add_to_sums(job, &response);
                if (response.skipped_tags > 0)
                        cli_message(
                                "%s: %llu tags were skipped: their versions went meanwhile; run "
                                "it again",
                                dataset->location, (unsigned long long)response.skipped_tags);
                strncat(path, SUFFIX, sizeof(path) - strlen(path) - 1);
                print_table(&response, path);
        }
        lns_ident_clear(&id);
        return result;
}

/* The table's name: what the directory is called, without ".lance". */
static void name_of(const char *path, char *buf, size_t size)
{
        const char *slash = strrchr(path, '/');
        size_t length;

        snprintf(buf, size, "%s", slash ? slash + 1 : path);
        length = strlen(buf);
        if (length >= strlen(SUFFIX) && strcmp(buf + length - strlen(SUFFIX), SUFFIX) == 0)
                buf[length - strlen(SUFFIX)] = '\0';
}

/* path is absolute and without symbolic links. 0, or -1: give up. */
static int import_path(struct job *job, const char *path)
{
        const struct lns_dataset_watch watch = {
                .problem = on_problem,
                .found = on_found,
                .context = job,
        };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_dataset dataset = { 0 };
        int result;

        job->at++;
        name_of(path, job->table, sizeof(job->table));
        cli_progress(false, "table %zu of %zu: %s", job->at, job->n_tables, job->table);
        if (lns_check_name(job->table, &err) < 0) {
                job->problems++;
                cli_message("%s: %s; rename the directory", path, err.message);
                return 0;
        }
        if (lns_dataset_scan(&dataset, path, &watch, &err) < 0) {
                job->problems++;
                cli_failure(path, &err);
                return 0;
        }
        result = import_dataset(job, &dataset);
        lns_dataset_clear(&dataset);
        return result;
}

/* ---- a directory of tables ---- */

static void clear_names(struct names *names)
{
        for (size_t i = 0; i < names->n; i++)
                free(names->names[i]);
        free(names->names);
        *names = (struct names){ 0 };
}

static int add_name(struct names *names, const char *name)
{
        char *copy = strdup(name);

        if (names->n == names->room) {
                const size_t room = names->room ? names->room * 2 : 16;
                char **moved = reallocarray(names->names, room, sizeof(*moved));

                if (!moved) {
                        free(copy);
                        return -1;
                }
                names->names = moved;
                names->room = room;
        }
        if (!copy)
                return -1;
        names->names[names->n++] = copy;
        return 0;
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Could this be a table? Lance's data files end in ".lance" too: only directories are. A link
 * counts unless it leads to a file, so that it is spoken of rather than passed over. */
static bool is_candidate(int directory, const char *name)
{
        const size_t length = strlen(name);
        struct stat info;

        if (length < strlen(SUFFIX) || strcmp(name + length - strlen(SUFFIX), SUFFIX) != 0 ||
            fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return false;
        if (S_ISLNK(info.st_mode))
                return fstatat(directory, name, &info, 0) < 0 || S_ISDIR(info.st_mode);
        return S_ISDIR(info.st_mode);
}

/* The tables of a directory, by name. 0, or -1 with errno. */
static int list_tables(const char *path, struct names *names)
{
        DIR *directory = opendir(path);
        const struct dirent *entry;
        int failed = 0;

        if (!directory)
                return -1;
        while (!failed && (errno = 0, entry = readdir(directory))) {
                if (is_candidate(dirfd(directory), entry->d_name) &&
                    add_name(names, entry->d_name) < 0)
                        failed = ENOMEM;
        }
        if (!failed)
                failed = errno;
        closedir(directory);
        if (failed) {
                errno = failed;
                return -1;
        }
        if (names->n > 0)
                qsort(names->names, names->n, sizeof(*names->names), compare_names);
        return 0;
}

/* One entry of a directory of tables. 0, or -1: give up. */
static int import_entry(struct job *job, const char *path)
{
        enum lns_dataset_kind kind = LNS_DATASET_NONE;
        struct lns_error err = LNS_ERROR_INIT;
        const char *problem = NULL;
        struct stat info;

        if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode))
                problem = "is a symbolic link, which is not followed; import its target by itself";
        else if (lns_dataset_identify(path, &kind, &err) == 0 && kind == LNS_DATASET_NONE)
                problem = "is no Lance dataset: it has no _versions";
        if (!problem && kind != LNS_DATASET_DEREGISTERED)
                return import_path(job, path); /* says why it cannot be read, if so */
        job->at++;
        if (problem)
                on_problem(job, path, problem);
        else
                cli_print("%s: deregistered (.lance-deregistered), left out; import it by itself "
                          "to have it all the same",
                          path);
        return 0;
}

static int import_directory(struct job *job, const char *path, const struct names *names)
{
        job->n_tables = names->n;
        for (size_t i = 0; i < names->n; i++) {
                const char *directory = strcmp(path, "/") == 0 ? "" : path;
                char *entry = NULL;
                int result;

                if (asprintf(&entry, "%s/%s", directory, names->names[i]) < 0) {
                        cli_message("out of memory");
                        return -1;
                }
                result = import_entry(job, entry);
                free(entry);
                if (result < 0)
                        return -1;
        }
        return 0;
}

/* ---- the namespace ---- */

/* "prod/eu", "prod$eu": its names, and each must be one. */
static int parse_namespace(const char *text, struct lns_ident *ret_ns)
{
        struct lns_error err = LNS_ERROR_INIT;
        char *copy = strdup(text);
        int result;

        if (!copy) {
                cli_message("out of memory");
                return CLI_FAILED;
        }
        for (char *c = copy; *c; c++) {
                if (*c == '/')
                        *c = LNS_DELIMITER;
        }
        result = lns_ident_parse(ret_ns, copy, "$", &err);
        free(copy);
        for (size_t i = 0; result == 0 && i < ret_ns->n_parts; i++)
                result = lns_check_name(ret_ns->parts[i], &err);
        return result == 0 ? CLI_OK : cli_usage_error("import", "--into: %s", err.message);
}

/* Make it and those above it. */
static int make_namespace(struct job *job)
{
        for (size_t n = 1; n <= job->ns.n_parts; n++) {
                const struct lns_ident id = { .parts = job->ns.parts, .n_parts = n };
                const struct lns_create_namespace_request request = {
                        .id = &id,
                        .mode = LNS_CREATE_MODE_EXIST_OK,
                };
                struct lns_create_namespace_response response = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                if (lns_catalog_create_namespace(job->catalog, &request, &response, &err) < 0) {
                        cli_message("namespace '%s': %s", job->ns.parts[n - 1], err.message);
                        return -1;
                }
                lns_create_namespace_response_clear(&response);
        }
        return 0;
}

/* ---- the whole ---- */

/* With the catalog open. names: empty when path is a table itself. */
static int import_all(struct job *job, const char *path, const struct names *names)
{
        int result;

        if (make_namespace(job) < 0)
                return CLI_FAILED;
        job->n_tables = 1;
        result = names->n > 0 ? import_directory(job, path, names) : import_path(job, path);
        print_summary(job);
        if (result < 0)
                return CLI_FAILED;
        return job->problems == 0 ? CLI_OK : CLI_PROBLEMS;
}

/* What is at path? Looked at before the catalog, so that a mistake makes none. */
static int look_at(const char *path, char **ret_real, struct names *names)
{
        enum lns_dataset_kind kind = LNS_DATASET_NONE;
        struct lns_error err = LNS_ERROR_INIT;

        if (lns_dataset_identify(path, &kind, &err) < 0) {
                cli_failure(path, &err);
                return -1;
        }
        if (kind == LNS_DATASET_NONE && list_tables(path, names) < 0) {
                cli_message("%s: %s", path, strerror(errno));
                return -1;
        }
        if (kind == LNS_DATASET_NONE && names->n == 0) {
                cli_message("'%s' is no Lance dataset, and no directory ending in .lance is in it",
                            path);
                return -1;
        }
        *ret_real = realpath(path, NULL);
        if (!*ret_real) {
                cli_message("%s: %s", path, strerror(errno));
                return -1;
        }
        return 0;
}

static int import(const char *catalog, const char *path, struct job *job)
{
        const struct lns_catalog_options options = { .create = true };
        struct lns_error err = LNS_ERROR_INIT;
        struct names names = { 0 };
        char *real = NULL;
        int status = CLI_FAILED;

        if (look_at(path, &real, &names) == 0) {
                if (lns_catalog_open(&job->catalog, catalog, &options, &err) < 0)
                        cli_failure(catalog, &err);
                else
                        status = import_all(job, real, &names);
        }
        lns_catalog_free(job->catalog);
        clear_names(&names);
        free(real);
        return status;
}

int cli_import(int argc, char **argv)
{
        static const struct option options[] = {
                { "into", required_argument, NULL, CLI_LONG_OPTION },
                { "help", no_argument, NULL, 'h' },
                { 0 },
        };
        const char *into = "";
        struct job job = { 0 };
        int option, status;

        opterr = 0;
        while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
                switch (option) {
                case CLI_LONG_OPTION:
                        into = optarg;
                        break;
                case 'h':
                        fputs(usage, stdout);
                        return CLI_OK;
                default:
                        return cli_option_error("import", argv, option);
                }
        }
        if (argc - optind != 2)
                return cli_usage_error("import", argc - optind > 2
                                                         ? "import takes one CATALOG and one PATH"
                                                         : "a CATALOG and a PATH are needed");
        status = parse_namespace(into, &job.ns);
        if (status == CLI_OK)
                status = import(argv[optind], argv[optind + 1], &job);
        lns_ident_clear(&job.ns);
        return status;
}

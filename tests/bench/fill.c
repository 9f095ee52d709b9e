/* fill: a catalog for the benchmark, made through the library alone.
 *
 *     fill --table=NAME=N... CATALOG
 *
 * makes the catalog directory with prod/NAME.lance, each with the versions 1 to N and the tag gold
 * at version 1: what floor_fs shows for the same options. The manifests are not there; nothing
 * that is measured reads them.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lns/catalog.h"

/* Versions in one transaction. */
#define CHUNK 50000

#define NAMESPACE "prod"

static struct lns_create_table_version_request entries[CHUNK];
static char manifest_paths[CHUNK][64];

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
        va_list args;

        va_start(args, format);
        fputs("fill: ", stderr);
        vfprintf(stderr, format, args);
        fputc('\n', stderr);
        va_end(args);
        exit(1);
}

static void must(int result, const struct lns_error *err)
{
        if (result != 0)
                die("%s%s%s", err->message, *err->detail ? ": " : "", err->detail);
}

static void make_namespace(struct lns_catalog *catalog)
{
        const char *parts[] = { NAMESPACE };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident id = { 0 };

        must(lns_ident_new(&id, parts, 1, &err), &err);

        struct lns_create_namespace_request request = { .id = &id };

        must(lns_catalog_create_namespace(catalog, &request, NULL, &err), &err);
        lns_ident_clear(&id);
}

/* Versions first to first + n - 1 of a table, in one transaction. */
static void make_versions(struct lns_catalog *catalog, const struct lns_ident *table,
                          uint64_t first, size_t n)
{
        struct lns_batch_create_table_versions_request request = { .entries = entries,
                                                                   .n_entries = n };
        struct lns_error err = LNS_ERROR_INIT;

        for (size_t i = 0; i < n; i++) {
                snprintf(manifest_paths[i], sizeof(manifest_paths[i]),
                         "/nonexistent/staged/manifest-%" PRIu64, first + i);
                entries[i] = (struct lns_create_table_version_request){
                        .id = table,
                        .version = first + i,
                        .manifest_path = manifest_paths[i],
                        .manifest_size = 1234,
                        .e_tag = "abc",
                        .timestamp_millis = INT64_C(1700000000000),
                };
        }
        must(lns_catalog_batch_create_table_versions(catalog, &request, NULL, &err), &err);
}

static void make_table(struct lns_catalog *catalog, const char *name, uint64_t n_versions)
{
        const char *parts[] = { NAMESPACE, name };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident id = { 0 };

        must(lns_ident_new(&id, parts, 2, &err), &err);

        struct lns_declare_table_request table = { .id = &id };
        struct lns_create_table_tag_request tag = { .id = &id, .tag = "gold", .version = 1 };

        must(lns_catalog_declare_table(catalog, &table, NULL, &err), &err);
        for (uint64_t done = 0; done < n_versions;) {
                uint64_t left = n_versions - done;
                size_t n = left < CHUNK ? (size_t)left : CHUNK;

                make_versions(catalog, &id, done + 1, n);
                done += n;
        }
        must(lns_catalog_create_table_tag(catalog, &tag, NULL, &err), &err);
        lns_ident_clear(&id);
}

/* NAME=N. ret_name has room for LNS_NAME_MAX bytes and a NUL. */
static uint64_t parse_table(const char *text, char *ret_name)
{
        const char *equals = strrchr(text, '=');
        uint64_t n = 0;

        if (!equals || equals == text || equals - text > LNS_NAME_MAX ||
            lns_version_parse(equals + 1, strlen(equals + 1), &n) != 0)
                die("'%s' is not NAME=N", text);
        memcpy(ret_name, text, (size_t)(equals - text));
        ret_name[equals - text] = '\0';
        return n;
}

int main(int argc, char **argv)
{
        static const struct option options[] = {
                { "table", required_argument, NULL, 't' },
                { 0 },
        };
        static const struct lns_catalog_options create = { .create = true };
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_catalog *catalog = NULL;
        char name[LNS_NAME_MAX + 1];
        int option;

        while ((option = getopt_long(argc, argv, "", options, NULL)) == 't')
                parse_table(optarg, name);
        if (option != -1 || optind != argc - 1)
                die("usage: fill --table=NAME=N... CATALOG");

        must(lns_catalog_open(&catalog, argv[optind], &create, &err), &err);
        make_namespace(catalog);
        optind = 1;
        while (getopt_long(argc, argv, "", options, NULL) == 't') {
                uint64_t n_versions = parse_table(optarg, name);

                make_table(catalog, name, n_versions);
        }
        lns_catalog_free(catalog);
        return 0;
}

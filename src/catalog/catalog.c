#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "catalog/catalog_internal.h"
#include "util/util.h"
#include "util/utf8.h"

/* ---- life ---- */

/* LNS_TRACE is a list of components, joined by commas. */
static bool trace_wanted(const char *component)
{
        const char *at = getenv("LNS_TRACE");
        size_t length = strlen(component);

        while (at && *at) {
                size_t n = strcspn(at, ",");

                if (n == length && memcmp(at, component, n) == 0)
                        return true;
                at += n + (at[n] == ',');
        }
        return false;
}

int lns_catalog_new(struct lns_catalog **ret_catalog, struct lns_backend *backend,
                    const struct lns_catalog_options *options, struct lns_error *err)
{
        struct lns_catalog *catalog = calloc(1, sizeof(*catalog));

        if (!catalog) {
                backend->ops->free(backend);
                return lns_error_set_oom(err);
        }
        catalog->backend = backend;
        catalog->read_only = options && options->read_only;
        catalog->trace = trace_wanted("catalog");
        *ret_catalog = catalog;
        return 0;
}

/* The length of "name" in "name://...", 0 when the text is no such thing. */
static size_t scheme_length(const char *url)
{
        size_t length =
                strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

        return strncmp(url + length, "://", 3) == 0 ? length : 0;
}

/* The directory in a catalog's URL; NULL with err set. */
static const char *catalog_directory(const char *url, struct lns_error *err)
{
        static const char prefix[] = "sqlite:";
        size_t scheme = scheme_length(url);
        const char *path = url;

        if (strncmp(url, prefix, strlen(prefix)) == 0) {
                path = url + strlen(prefix);
                /* "sqlite:///srv/c" is /srv/c, but "sqlite://srv/c" would silently be it too. */
                if (strncmp(path, "//", 2) == 0 && path[2] != '/') {
                        (void)lns_error_set(err, LNS_INVALID_INPUT,
                                            "'%s' names a host; write sqlite:DIRECTORY", url);
                        return NULL;
                }
        } else if (scheme > 0) {
                (void)lns_error_set(
                        err, LNS_UNSUPPORTED,
                        "no engine for '%.*s://' catalogs is built in; give a directory",
                        (int)scheme, url);
                return NULL;
        }
        if (!path[0]) {
                (void)lns_error_set(err, LNS_INVALID_INPUT, "the catalog's directory is not given");
                return NULL;
        }
        return path;
}

int lns_catalog_open(struct lns_catalog **ret_catalog, const char *url,
                     const struct lns_catalog_options *options, struct lns_error *err)
{
        struct lns_catalog_options defaults = { 0 };
        struct lns_backend *backend;
        const char *path = catalog_directory(url, err);

        if (!path)
                return -1;
        if (options)
                defaults = *options;
        if (defaults.lock_timeout_ms == 0)
                defaults.lock_timeout_ms = 10000;
        if (defaults.lock_timeout_ms < 0)
                return lns_error_set(err, LNS_INVALID_INPUT, "lock_timeout_ms is negative");
        if (lns_backend_sqlite_open(&backend, path, &defaults, err) < 0)
                return -1;
        return lns_catalog_new(ret_catalog, backend, &defaults, err);
}

void lns_catalog_free(struct lns_catalog *catalog)
{
        if (!catalog)
                return;
        catalog->backend->ops->free(catalog->backend);
        free(catalog);
}

/* ---- one call ---- */

static int64_t now_ns(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void call_begin(struct call *call, struct lns_catalog *catalog, const char *operation)
{
        /* The texts of err are left as they are: zeroing a kilobyte costs more than a lookup in the
         * engine's cache. */
        call->catalog = catalog;
        call->operation = operation;
        call->id = NULL;
        call->entries = NULL;
        call->start_ns = catalog->trace ? now_ns() : 0;
        call->err.code = LNS_OK;
}

int call_allow(struct call *call, enum access access, bool supported)
{
        if (access == ACCESS_W && call->catalog->read_only)
                return lns_error_set_errno(&call->err, LNS_PERMISSION_DENIED, EROFS,
                                           "the catalog is open for reading only");
        if (!supported)
                return lns_error_set(&call->err, LNS_UNSUPPORTED, "the %s engine has no %s",
                                     call->catalog->backend->ops->name, call->operation);
        return 0;
}

/* One line, one write: lines of several threads do not mix. */
static void trace(const struct call *call, int result)
{
        int64_t micros = (now_ns() - call->start_ns) / 1000;
        char id[256] = "-";

        if (call->id && call->id->parts)
                (void)lns_ident_to_text(call->id, id, sizeof(id));
        else if (call->id)
                (void)strcpy(id, "$");
        utf8_clean(id);
        if (result == 0)
                (void)fprintf(stderr, "catalog: %s '%s' -> ok, %lld us\n", call->operation, id,
                              (long long)micros);
        else
                (void)fprintf(stderr, "catalog: %s '%s' -> %s, %lld us: %s\n", call->operation, id,
                              lns_code_name(call->err.code), (long long)micros, call->err.message);
}

int call_end(struct call *call, int result, struct lns_error *err)
{
        if (result != 0 && call->err.code == LNS_OK)
                (void)lns_error_set(&call->err, LNS_INTERNAL, "%s failed without saying why",
                                    call->operation);
        if (call->start_ns)
                trace(call, result);
        free(call->entries);
        if (result == 0)
                return 0;
        if (err)
                *err = call->err;
        return -1;
}

/* ---- the operations ---- */

/* model.h declares no _clear() for responses that own nothing. */
#define OWNS_NOTHING(name)                                                                         \
        static void lns_##name##_response_clear(struct lns_##name##_response *response)            \
        {                                                                                          \
                (void)response;                                                                    \
        }
OWNS_NOTHING(namespace_exists)
OWNS_NOTHING(rename_namespace)
OWNS_NOTHING(table_exists)
OWNS_NOTHING(restore_deregistered_table)
OWNS_NOTHING(rename_table)
OWNS_NOTHING(batch_delete_table_versions)
OWNS_NOTHING(create_table_tag)
OWNS_NOTHING(update_table_tag)
OWNS_NOTHING(delete_table_tag)
OWNS_NOTHING(rename_table_tag)
OWNS_NOTHING(copy_table_tag)
OWNS_NOTHING(import_table)

/* Every operation is this: check a copy of the request and put the defaults in, refuse what may not
 * be, ask the engine. */
#define LNS_OPERATION(name, spec, rw)                                                              \
        int lns_catalog_##name(struct lns_catalog *catalog,                                        \
                               const struct lns_##name##_request *request,                         \
                               struct lns_##name##_response *response, struct lns_error *err)      \
        {                                                                                          \
                const struct lns_backend_ops *ops = catalog->backend->ops;                         \
                struct lns_##name##_request checked = *request;                                    \
                struct lns_##name##_response unwanted = { 0 };                                     \
                struct call call;                                                                  \
                int result = -1;                                                                   \
                                                                                                   \
                call_begin(&call, catalog, #spec);                                                 \
                if (check_##name(&call, &checked) == 0 &&                                          \
                    call_allow(&call, ACCESS_##rw, ops->name != NULL) == 0)                        \
                        result = ops->name(catalog->backend, &checked,                             \
                                           response ? response : &unwanted, &call.err);            \
                if (!response && result == 0)                                                      \
                        lns_##name##_response_clear(&unwanted);                                    \
                return call_end(&call, result, err);                                               \
        }
#include "lns/operation.def"
#undef LNS_OPERATION

/* Checks of single arguments. Engines rely on them: what passes here reaches SQL and paths. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "catalog/catalog_internal.h"
#include "util/utf8.h"
#include "util/util.h"

int call_refuse(struct call *call, const char *field, const char *fmt, ...)
{
        char message[LNS_ERROR_TEXT_MAX];
        va_list args;

        va_start(args, fmt);
        (void)vsnprintf(message, sizeof(message), fmt, args);
        va_end(args);
        (void)lns_error_set(&call->err, LNS_INVALID_INPUT, "%s", message);
        return lns_error_add_detail(&call->err, "%s", field);
}

/* ---- names ---- */

int check_namespace_id(struct call *call, const struct lns_ident *id, const char *field)
{
        if (!id)
                return call_refuse(call, field, "%s is missing", field);
        if (!call->id)
                call->id = id;
        if (id->n_parts > LNS_IDENT_PARTS_MAX) {
                (void)lns_error_set_errno(&call->err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                          "an identifier has at most %d names",
                                          LNS_IDENT_PARTS_MAX);
                return lns_error_add_detail(&call->err, "%s", field);
        }
        for (size_t i = 0; i < id->n_parts; i++) {
                if (lns_check_name(id->parts[i], &call->err) < 0)
                        return lns_error_add_detail(&call->err, "%s[%zu]", field, i);
        }
        return 0;
}

int check_table_id(struct call *call, const struct lns_ident *id, const char *field)
{
        if (check_namespace_id(call, id, field) < 0)
                return -1;
        if (id->n_parts == 0)
                return call_refuse(call, field, "the root is a namespace, not a table");
        return 0;
}

int check_name(struct call *call, const char *name, const char *field)
{
        if (!name)
                return call_refuse(call, field, "%s is missing", field);
        if (lns_check_name(name, &call->err) < 0)
                return lns_error_add_detail(&call->err, "%s", field);
        return 0;
}

int check_tag(struct call *call, const char *tag, const char *field)
{
        if (!tag)
                return call_refuse(call, field, "%s is missing", field);
        if (lns_check_tag(tag, &call->err) < 0)
                return lns_error_add_detail(&call->err, "%s", field);
        return 0;
}

int check_branch(struct call *call, const char **branch, const char *field)
{
        if (*branch && strcmp(*branch, "main") == 0)
                *branch = NULL;
        if (*branch && lns_check_branch(*branch, &call->err) < 0)
                return lns_error_add_detail(&call->err, "%s", field);
        return 0;
}

int check_version(struct call *call, uint64_t least, uint64_t version, const char *field)
{
        if (version < least || version > LNS_VERSION_MAX)
                return call_refuse(call, field, "%s must be from %llu to 9223372036854775807",
                                   field, (unsigned long long)least);
        return 0;
}

int check_receipt_name(const char *name, struct lns_error *err)
{
        size_t length = strlen(name);

        if (length > LNS_NAME_MAX)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                           "the name of a receipt has %zu bytes, at most %d are "
                                           "possible",
                                           length, LNS_NAME_MAX);
        if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strchr(name, '/') ||
            !utf8_valid(name, length) || utf8_has_control(name, length))
                return lns_error_set(err, LNS_INVALID_INPUT, "'%s' cannot be the name of a receipt",
                                     name);
        return 0;
}

/* ---- locations ---- */

/* Is the component ".."? In a URI its dots may be written %2e. */
static bool is_parent(const char *component, size_t length, bool is_uri)
{
        const char *at = component;
        const char *end = component + length;

        for (int dot = 0; dot < 2; dot++) {
                if (at < end && *at == '.')
                        at++;
                else if (is_uri && end - at >= 3 && strncasecmp(at, "%2e", 3) == 0)
                        at += 3;
                else
                        return false;
        }
        return at == end;
}

static bool has_parent(const char *path, bool is_uri)
{
        for (;;) {
                size_t length = strcspn(path, "/");

                if (is_parent(path, length, is_uri))
                        return true;
                if (!path[length])
                        return false;
                path += length + 1;
        }
}

/* What follows "scheme://"; NULL when the text is no URI. Lower case only: engines compare. */
static const char *uri_rest(const char *text)
{
        size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

        if (length == 0 || text[0] < 'a' || strncmp(text + length, "://", 3) != 0)
                return NULL;
        return text + length + 3;
}

/* What holds for every path. */
static int check_path(struct call *call, const char *path, bool is_uri, const char *field)
{
        size_t length = strlen(path);

        if (length == 0)
                return call_refuse(call, field, "%s is empty", field);
        if (length > LNS_LOCATION_MAX) {
                (void)lns_error_set_errno(&call->err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                          "%s has %zu bytes, at most %d are possible", field,
                                          length, LNS_LOCATION_MAX);
                return lns_error_add_detail(&call->err, "%s", field);
        }
        if (!utf8_valid(path, length))
                return call_refuse(call, field, "%s is not valid UTF-8", field);
        if (utf8_has_control(path, length))
                return call_refuse(call, field, "%s holds a control character", field);
        if (has_parent(path, is_uri))
                return call_refuse(call, field, "%s '%s' holds '..'", field, path);
        return 0;
}

int check_location(struct call *call, const char *location, const char *field)
{
        static const char file[] = "file://";
        const char *rest;

        if (!location)
                return call_refuse(call, field, "%s is missing", field);
        rest = uri_rest(location);
        if (check_path(call, location, rest != NULL, field) < 0)
                return -1;
        if (location[0] == '/')
                return 0;
        if (!rest || !rest[0])
                return call_refuse(call, field, "%s '%s' is neither an absolute path nor a URI",
                                   field, location);
        if (strncmp(location, file, strlen(file)) == 0 && rest[0] != '/')
                return call_refuse(call, field, "%s '%s' names a host; write file:///path", field,
                                   location);
        return 0;
}

/* Also without a '/' in front: Lance clients send what their object store calls a path. */
int check_manifest_path(struct call *call, const char *path, const char *field)
{
        if (!path)
                return call_refuse(call, field, "%s is missing", field);
        return check_path(call, path, uri_rest(path) != NULL, field);
}

/* ---- properties and metadata ---- */

int check_key(struct call *call, const char *key, const char *field)
{
        size_t length = key ? strlen(key) : 0;

        if (length < 1 || length > LNS_MAP_KEY_MAX)
                return call_refuse(call, field, "a key of %s has %zu bytes, 1 to %d are possible",
                                   field, length, LNS_MAP_KEY_MAX);
        if (!utf8_valid(key, length))
                return call_refuse(call, field, "key '%s' of %s is not valid UTF-8", key, field);
        return 0;
}

int check_value(struct call *call, const char *value, const char *field)
{
        size_t length;

        if (!value)
                return call_refuse(call, field, "%s is missing", field);
        length = strlen(value);
        if (length > LNS_MAP_VALUE_MAX)
                return call_refuse(call, field, "%s has %zu bytes, at most %d are possible", field,
                                   length, LNS_MAP_VALUE_MAX);
        if (!utf8_valid(value, length))
                return call_refuse(call, field, "%s is not valid UTF-8", field);
        return 0;
}

int check_map(struct call *call, const struct lns_map *map, const char *field)
{
        if (!map)
                return 0;
        if (map->n_entries > LNS_MAP_ENTRIES_MAX)
                return call_refuse(call, field, "%s has %zu entries, at most %d are possible",
                                   field, map->n_entries, LNS_MAP_ENTRIES_MAX);
        for (size_t i = 0; i < map->n_entries; i++) {
                const struct lns_map_entry *entry = &map->entries[i];

                if (check_key(call, entry->key, field) < 0)
                        return -1;
                if (check_value(call, entry->value, field) < 0) {
                        call->err.detail[0] = '\0';
                        return lns_error_add_detail(&call->err, "%s.%s", field, entry->key);
                }
                /* Half a million comparisons at most, which is a millisecond. */
                for (size_t j = 0; j < i; j++) {
                        if (strcmp(map->entries[j].key, entry->key) == 0)
                                return call_refuse(call, field, "key '%s' stands twice in %s",
                                                   entry->key, field);
                }
        }
        return 0;
}

/* ---- the rest ---- */

int check_mode(struct call *call, bool has_mode, mode_t mode)
{
        if (has_mode && mode > 07777)
                return call_refuse(call, "file_mode",
                                   "file_mode %o holds more than permission bits", (unsigned)mode);
        return 0;
}

int check_page(struct call *call, const char **page_token, size_t token_max, int64_t *limit)
{
        if (*page_token && !**page_token)
                *page_token = NULL;
        if (*page_token && strlen(*page_token) > token_max)
                return call_refuse(call, "page_token", "page_token is longer than any name");
        if (*page_token && !utf8_valid(*page_token, strlen(*page_token)))
                return call_refuse(call, "page_token", "page_token is not valid UTF-8");
        if (*limit < 0 || *limit > LNS_PAGE_MAX)
                *limit = LNS_PAGE_MAX;
        return 0;
}

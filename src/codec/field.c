#include <errno.h>
#include <string.h>
#include <strings.h>

#include "codec/codec.h"

static int refuse(struct lns_error *err, const char *name, const char *rule)
{
        (void)lns_error_set(err, LNS_INVALID_INPUT, "%s must be %s", name, rule);
        return lns_error_add_detail(err, "%s", name);
}

static int read_version(const json_t *value, const char *name, uint64_t *ret, struct lns_error *err)
{
        if (!json_is_integer(value) || json_integer_value(value) < 1)
                return refuse(err, name, "an integer from 1 to 9223372036854775807");
        *ret = (uint64_t)json_integer_value(value);
        return 0;
}

static int read_size(const json_t *value, const char *name, int64_t *ret, struct lns_error *err)
{
        if (!json_is_integer(value) || json_integer_value(value) < 0)
                return refuse(err, name, "an integer from 0 to 9223372036854775807");
        *ret = json_integer_value(value);
        return 0;
}

static int read_string(const json_t *value, const struct field *field, const char **ret,
                       struct lns_error *err)
{
        if (!json_is_string(value))
                return refuse(err, field->name, "a string");
        if (json_string_length(value) > field->max) {
                /* Only a path has an errno of its own for this. */
                (void)lns_error_set_errno(err, LNS_INVALID_INPUT,
                                          field->max == LNS_LOCATION_MAX ? ENAMETOOLONG : EINVAL,
                                          "%s has %zu bytes, at most %zu are possible", field->name,
                                          json_string_length(value), field->max);
                return lns_error_add_detail(err, "%s", field->name);
        }
        if (field->required && json_string_length(value) == 0)
                return refuse(err, field->name, "a string that is not empty");
        *ret = json_string_value(value);
        return 0;
}

static int read_branch(const json_t *value, const char *name, const char **ret,
                       struct lns_error *err)
{
        if (!json_is_string(value))
                return refuse(err, name, "a string");
        if (strcmp(json_string_value(value), "main") == 0) {
                *ret = NULL;
                return 0;
        }
        if (lns_check_branch(json_string_value(value), err) < 0)
                return lns_error_add_detail(err, "%s", name);
        *ret = json_string_value(value);
        return 0;
}

static int read_naming_scheme(const json_t *value, const char *name, enum lns_naming_scheme *ret,
                              struct lns_error *err)
{
        const char *text = json_string_value(value); /* NULL when it is no string */

        if (text && strcasecmp(text, "V1") == 0)
                *ret = LNS_NAMING_SCHEME_V1;
        else if (text && strcasecmp(text, "V2") == 0)
                *ret = LNS_NAMING_SCHEME_V2;
        else
                return refuse(err, name, "\"V1\" or \"V2\"");
        return 0;
}

/* An entry borrows from the tree, and as a map is const in every request, nobody writes to it: the
 * struct has no const only because responses own theirs. */
static char *borrow(const char *text)
{
        union {
                const char *borrowed;
                char *field;
        } pointer = { .borrowed = text };

        return pointer.field;
}

static int read_entry(const char *key, const json_t *value, const char *name,
                      struct lns_map_entry *ret, struct lns_error *err)
{
        size_t key_length = strlen(key);

        if (key_length < 1 || key_length > LNS_MAP_KEY_MAX)
                (void)lns_error_set(err, LNS_INVALID_INPUT,
                                    "a key of %s has %zu bytes, 1 to %d are possible", name,
                                    key_length, LNS_MAP_KEY_MAX);
        else if (!json_is_string(value))
                (void)lns_error_set(err, LNS_INVALID_INPUT, "'%s' in %s must be a string", key,
                                    name);
        else if (json_string_length(value) > LNS_MAP_VALUE_MAX)
                (void)lns_error_set(err, LNS_INVALID_INPUT,
                                    "'%s' in %s has %zu bytes, at most %d are possible", key, name,
                                    json_string_length(value), LNS_MAP_VALUE_MAX);
        else {
                ret->key = borrow(key);
                ret->value = borrow(json_string_value(value));
                return 0;
        }
        return lns_error_add_detail(err, "%s.%s", name, key);
}

/* The memory of a map: its entries follow it. */
struct map_block {
        struct lns_map map;
        struct lns_map_entry entries[];
};

static int read_map(struct lns_document *document, json_t *value, const char *name,
                    const struct lns_map **ret, struct lns_error *err)
{
        size_t n_entries = json_object_size(value);
        struct map_block *block;
        const char *key;
        json_t *entry;

        if (!json_is_object(value))
                return refuse(err, name, "an object of strings");
        if (n_entries > LNS_MAP_ENTRIES_MAX) {
                (void)lns_error_set(err, LNS_INVALID_INPUT,
                                    "%s has %zu entries, at most %d are possible", name, n_entries,
                                    LNS_MAP_ENTRIES_MAX);
                return lns_error_add_detail(err, "%s", name);
        }
        block = document_alloc(document, sizeof(*block) + n_entries * sizeof(block->entries[0]),
                               err);
        if (!block)
                return -1;
        block->map.entries = block->entries;
        json_object_foreach(value, key, entry) {
                if (read_entry(key, entry, name, &block->entries[block->map.n_entries], err) < 0)
                        return -1;
                block->map.n_entries++;
        }
        *ret = &block->map;
        return 0;
}

static int read_field(struct lns_document *document, json_t *value, const struct field *field,
                      void *ret, struct lns_error *err)
{
        switch (field->type) {
        case FIELD_VERSION:
                return read_version(value, field->name, ret, err);
        case FIELD_SIZE:
                return read_size(value, field->name, ret, err);
        case FIELD_STRING:
                return read_string(value, field, ret, err);
        case FIELD_MAP:
                return read_map(document, value, field->name, ret, err);
        case FIELD_BRANCH:
                return read_branch(value, field->name, ret, err);
        case FIELD_NAMING_SCHEME:
                return read_naming_scheme(value, field->name, ret, err);
        }
        return lns_error_set(err, LNS_INTERNAL, "field '%s' has no type", field->name);
}

int fields_read(struct lns_document *document, const json_t *object, const struct field *fields,
                void *ret, struct lns_error *err)
{
        for (const struct field *field = fields; field->name; field++) {
                json_t *value = json_object_get(object, field->name);

                if (!value || json_is_null(value)) {
                        if (!field->required)
                                continue;
                        (void)lns_error_set(err, LNS_INVALID_INPUT, "%s is missing", field->name);
                        return lns_error_add_detail(err, "%s", field->name);
                }
                if (read_field(document, value, field, (char *)ret + field->offset, err) < 0)
                        return -1;
        }
        return 0;
}

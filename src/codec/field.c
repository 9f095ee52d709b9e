#include <errno.h>
#include <string.h>
#include <strings.h>

#include "codec/codec.h"

int field_refuse(struct lns_error *err, const char *name, const char *rule)
{
        (void)lns_error_set(err, LNS_INVALID_INPUT, "%s must be %s", name, rule);
        return lns_error_add_detail(err, "%s", name);
}

int field_refuse_missing(struct lns_error *err, const char *name)
{
        (void)lns_error_set(err, LNS_INVALID_INPUT, "%s is missing", name);
        return lns_error_add_detail(err, "%s", name);
}

static int read_version(const struct value *value, const char *name, uint64_t *ret,
                        struct lns_error *err)
{
        if (value->type != VALUE_INTEGER || value->integer < 1)
                return field_refuse(err, name, "an integer from 1 to 9223372036854775807");
        *ret = (uint64_t)value->integer;
        return 0;
}

static int read_tag_version(const struct value *value, const char *name, uint64_t *ret,
                            struct lns_error *err)
{
        if (value->type == VALUE_STRING && strcmp(value->string, "latest") == 0)
                *ret = 0;
        else if (value->type == VALUE_INTEGER && value->integer >= 1)
                *ret = (uint64_t)value->integer;
        else
                return field_refuse(err, name,
                                    "an integer from 1 to 9223372036854775807 or \"latest\"");
        return 0;
}

static int read_size(const struct value *value, const char *name, int64_t *ret,
                     struct lns_error *err)
{
        if (value->type != VALUE_INTEGER || value->integer < 0)
                return field_refuse(err, name, "an integer from 0 to 9223372036854775807");
        *ret = value->integer;
        return 0;
}

static int read_boolean(const struct value *value, const char *name, bool *ret,
                        struct lns_error *err)
{
        if (value->type != VALUE_BOOLEAN)
                return field_refuse(err, name, "true or false");
        *ret = value->integer != 0;
        return 0;
}

static int read_string(const struct value *value, const struct field *field, const char **ret,
                       struct lns_error *err)
{
        if (value->type != VALUE_STRING)
                return field_refuse(err, field->name, "a string");
        if (value->length > field->max) {
                /* Only a path has an errno of its own for this. */
                (void)lns_error_set_errno(err, LNS_INVALID_INPUT,
                                          field->max == LNS_LOCATION_MAX ? ENAMETOOLONG : EINVAL,
                                          "%s has %zu bytes, at most %zu are possible", field->name,
                                          value->length, field->max);
                return lns_error_add_detail(err, "%s", field->name);
        }
        if (field->required && value->length == 0)
                return field_refuse(err, field->name, "a string that is not empty");
        *ret = value->string;
        return 0;
}

static int read_branch(const struct value *value, const char *name, const char **ret,
                       struct lns_error *err)
{
        if (value->type != VALUE_STRING)
                return field_refuse(err, name, "a string");
        if (strcmp(value->string, "main") == 0) {
                *ret = NULL;
                return 0;
        }
        if (lns_check_branch(value->string, err) < 0)
                return lns_error_add_detail(err, "%s", name);
        *ret = value->string;
        return 0;
}

static int read_naming_scheme(const struct value *value, const char *name,
                              enum lns_naming_scheme *ret, struct lns_error *err)
{
        const char *text = value->type == VALUE_STRING ? value->string : "";

        if (strcasecmp(text, "V1") == 0)
                *ret = LNS_NAMING_SCHEME_V1;
        else if (strcasecmp(text, "V2") == 0)
                *ret = LNS_NAMING_SCHEME_V2;
        else
                return field_refuse(err, name, "\"V1\" or \"V2\"");
        return 0;
}

static int read_create_mode(const struct value *value, const char *name, enum lns_create_mode *ret,
                            struct lns_error *err)
{
        const char *text = value->type == VALUE_STRING ? value->string : "";

        if (strcasecmp(text, "Create") == 0)
                *ret = LNS_CREATE_MODE_CREATE;
        else if (strcasecmp(text, "ExistOk") == 0 || strcasecmp(text, "exist_ok") == 0)
                *ret = LNS_CREATE_MODE_EXIST_OK;
        else if (strcasecmp(text, "Overwrite") == 0)
                *ret = LNS_CREATE_MODE_OVERWRITE;
        else
                return field_refuse(err, name, "\"Create\", \"ExistOk\" or \"Overwrite\"");
        return 0;
}

int field_read_value(const struct value *value, const struct field *field, void *ret,
                     struct lns_error *err)
{
        switch (field->type) {
        case FIELD_VERSION:
                return read_version(value, field->name, ret, err);
        case FIELD_SIZE:
                return read_size(value, field->name, ret, err);
        case FIELD_STRING:
                return read_string(value, field, ret, err);
        case FIELD_BRANCH:
                return read_branch(value, field->name, ret, err);
        case FIELD_NAMING_SCHEME:
                return read_naming_scheme(value, field->name, ret, err);
        case FIELD_CREATE_MODE:
                return read_create_mode(value, field->name, ret, err);
        case FIELD_TAG_VERSION:
                return read_tag_version(value, field->name, ret, err);
        case FIELD_BOOLEAN:
                return read_boolean(value, field->name, ret, err);
        case FIELD_MAP:
        case FIELD_IDENT:
                break;
        }
        return lns_error_set(err, LNS_INTERNAL, "field '%s' is of no type that is read here",
                             field->name);
}

/* ---- maps ---- */

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

int field_check_entries(size_t n_entries, const char *name, struct lns_error *err)
{
        if (n_entries <= LNS_MAP_ENTRIES_MAX)
                return 0;
        (void)lns_error_set(err, LNS_INVALID_INPUT, "%s has %zu entries, at most %d are possible",
                            name, n_entries, LNS_MAP_ENTRIES_MAX);
        return lns_error_add_detail(err, "%s", name);
}

int field_read_entry(const char *key, const struct value *value, const char *name,
                     struct lns_map_entry *ret, struct lns_error *err)
{
        size_t key_length = strlen(key);

        if (key_length < 1 || key_length > LNS_MAP_KEY_MAX)
                (void)lns_error_set(err, LNS_INVALID_INPUT,
                                    "a key of %s has %zu bytes, 1 to %d are possible", name,
                                    key_length, LNS_MAP_KEY_MAX);
        else if (value->type != VALUE_STRING)
                (void)lns_error_set(err, LNS_INVALID_INPUT, "'%s' in %s must be a string", key,
                                    name);
        else if (value->length > LNS_MAP_VALUE_MAX)
                (void)lns_error_set(err, LNS_INVALID_INPUT,
                                    "'%s' in %s has %zu bytes, at most %d are possible", key, name,
                                    value->length, LNS_MAP_VALUE_MAX);
        else {
                ret->key = borrow(key);
                ret->value = borrow(value->string);
                return 0;
        }
        return lns_error_add_detail(err, "%s.%s", name, key);
}

/* ---- of jansson's tree ---- */

static struct value value_of(const json_t *json)
{
        if (json_is_integer(json))
                return (struct value){ .type = VALUE_INTEGER, .integer = json_integer_value(json) };
        if (json_is_string(json))
                return (struct value){ .type = VALUE_STRING,
                                       .string = json_string_value(json),
                                       .length = json_string_length(json) };
        if (json_is_boolean(json))
                return (struct value){ .type = VALUE_BOOLEAN, .integer = json_is_true(json) };
        return (struct value){ .type = json_is_null(json) ? VALUE_NULL : VALUE_OTHER };
}

/* The memory of a map: its entries follow it. */
struct map_block {
        struct lns_map map;
        struct lns_map_entry entries[];
};

static int read_map(struct lns_document *document, json_t *object, const char *name,
                    const struct lns_map **ret, struct lns_error *err)
{
        size_t n_entries = json_object_size(object);
        struct map_block *block;
        const char *key;
        json_t *entry;

        if (!json_is_object(object))
                return field_refuse(err, name, "an object of strings");
        if (field_check_entries(n_entries, name, err) < 0)
                return -1;
        block = document_alloc(document, sizeof(*block) + n_entries * sizeof(block->entries[0]),
                               err);
        if (!block)
                return -1;
        block->map.entries = block->entries;
        json_object_foreach(object, key, entry) {
                const struct value value = value_of(entry);

                if (field_read_entry(key, &value, name, &block->entries[block->map.n_entries],
                                     err) < 0)
                        return -1;
                block->map.n_entries++;
        }
        *ret = &block->map;
        return 0;
}

int fields_read(struct lns_document *document, const json_t *object, const struct field *fields,
                void *ret, struct lns_error *err)
{
        for (const struct field *field = fields; field->name; field++) {
                json_t *json = json_object_get(object, field->name);
                const struct value value = value_of(json);
                void *at = (char *)ret + field->offset;
                int result;

                if (!json || value.type == VALUE_NULL) {
                        if (field->required)
                                return field_refuse_missing(err, field->name);
                        continue;
                }
                if (field->type == FIELD_MAP)
                        result = read_map(document, json, field->name, at, err);
                else
                        result = field_read_value(&value, field, at, err);
                if (result < 0)
                        return -1;
        }
        return 0;
}

/* A table of fields onto a struct, from a tree of nodes. field.c has the rules of each type. */
#include "codec/tree.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "util/util.h"

/* The memory of a map: its entries follow it. */
struct map_block {
        struct lns_map map;
        struct lns_map_entry entries[];
};

static int read_map(struct lns_document *document, const struct tree *tree,
                    const struct node *object, const char *name, const struct lns_map **ret,
                    struct lns_error *err)
{
        const struct node *key = node_first(object);
        struct map_block *block;

        if (object->type != NODE_OBJECT)
                return field_refuse(err, name, "an object of strings");
        if (field_check_entries(object->length, name, err) < 0)
                return -1;
        block = document_alloc(document,
                               sizeof(*block) + object->length * sizeof(block->entries[0]), err);
        if (!block)
                return -1;
        block->map.entries = block->entries;
        for (uint32_t i = 0; i < object->length; i++) {
                const struct node *entry = node_next(key);
                const struct value value = tree_value(tree, entry);

                if (field_read_entry(node_string(tree, key), &value, name, &block->entries[i],
                                     err) < 0)
                        return -1;
                key = node_next(entry);
        }
        block->map.n_entries = object->length;
        *ret = &block->map;
        return 0;
}

/* The memory of an identifier: its parts follow it; their text is the document's. */
struct ident_block {
        struct lns_ident ident;
        char *parts[];
};

static int refuse_parts(struct lns_error *err, const char *name)
{
        (void)lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                  "an identifier has at most %d names", LNS_IDENT_PARTS_MAX);
        return lns_error_add_detail(err, "%s", name);
}

static int read_ident(struct lns_document *document, const struct tree *tree,
                      const struct node *array, const char *name, const struct lns_ident **ret,
                      struct lns_error *err)
{
        const struct node *part = node_first(array);
        struct ident_block *block;

        if (array->type != NODE_ARRAY)
                return field_refuse(err, name, "an array of strings");
        if (array->length > LNS_IDENT_PARTS_MAX)
                return refuse_parts(err, name);
        block = document_alloc(document, sizeof(*block) + array->length * sizeof(block->parts[0]),
                               err);
        if (!block)
                return -1;
        block->ident.parts = block->parts;
        for (uint32_t i = 0; i < array->length; i++, part = node_next(part)) {
                if (part->type != NODE_STRING) {
                        (void)lns_error_set(err, LNS_INVALID_INPUT, "a name must be a string");
                        return lns_error_add_detail(err, "%s[%u]", name, i);
                }
                block->parts[i] = tree->text + part->start;
        }
        block->ident.n_parts = array->length;
        *ret = &block->ident;
        return 0;
}

static int read_field(struct lns_document *document, const struct tree *tree,
                      const struct node *node, const struct field *field, void *ret,
                      struct lns_error *err)
{
        const struct value value = tree_value(tree, node);

        if (field->type == FIELD_MAP)
                return read_map(document, tree, node, field->name, ret, err);
        if (field->type == FIELD_IDENT)
                return read_ident(document, tree, node, field->name, ret, err);
        return field_read_value(&value, field, ret, err);
}

/* The index of the field of this name, or of the end of the table. */
static unsigned find_field(const struct field *fields, const char *name)
{
        unsigned i = 0;

        while (fields[i].name && strcmp(fields[i].name, name) != 0)
                i++;
        return i;
}

int tree_fields_read(struct lns_document *document, const struct tree *tree,
                     const struct node *object, const struct field *fields, void *ret,
                     struct lns_error *err)
{
        const struct node *key = node_first(object);
        unsigned seen = 0; /* bits of fields */

        for (uint32_t i = 0; i < object->length; i++) {
                const struct node *node = node_next(key);
                unsigned index = find_field(fields, node_string(tree, key));
                const struct field *field = &fields[index];

                assert(index < 32);
                key = node_next(node);
                if (!field->name || node->type == NODE_NULL)
                        continue;
                if (read_field(document, tree, node, field, (char *)ret + field->offset, err) < 0)
                        return -1;
                seen |= 1u << index;
        }
        for (unsigned i = 0; fields[i].name; i++) {
                if (fields[i].required && !(seen >> i & 1))
                        return field_refuse_missing(err, fields[i].name);
        }
        return 0;
}

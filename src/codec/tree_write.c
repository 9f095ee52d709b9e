/* A tree as text again: the same for every text that says the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "codec/tree.h"
#include "util/util.h"

struct writer {
        const struct tree *tree;
        const char *source;
        int secret_depth;
        struct text out;
        struct lns_error *err;
};

/* Objects up to this size are sorted on the stack. */
#define FEW 16

struct member {
        const char *name;
        const struct node *key;
};

static int compare_members(const void *left, const void *right)
{
        const struct member *a = left;
        const struct member *b = right;

        return strcmp(a->name, b->name);
}

/* By insertion: keys that stand in order, as programs write them, cost one comparison each. */
static void sort_few(struct member *members, size_t n_members)
{
        for (size_t i = 1; i < n_members; i++) {
                const struct member member = members[i];
                size_t to = i;

                for (; to > 0 && strcmp(members[to - 1].name, member.name) > 0; to--)
                        members[to] = members[to - 1];
                members[to] = member;
        }
}

static int refuse_twice(const struct writer *writer, const struct member *a, const struct member *b)
{
        const struct node *second = a->key > b->key ? a->key : b->key;

        (void)lns_error_set(writer->err, LNS_INVALID_INPUT, "key '%s' stands twice in an object",
                            a->name);
        return json_add_place(writer->source, second->start - 1, writer->err);
}

static bool is_secret(const char *key)
{
        return strcmp(key, "identity") == 0 || strcmp(key, "context") == 0;
}

static int write_value(struct writer *writer, const struct node *node, int depth);

/* The members, which are sorted. */
static int write_members(struct writer *writer, const struct member *members, size_t n_members,
                         int depth)
{
        bool hide = depth == 1 || depth == writer->secret_depth;
        bool first = true;

        text_append(&writer->out, "{", 1);
        for (size_t i = 0; i < n_members; i++) {
                if (i > 0 && strcmp(members[i - 1].name, members[i].name) == 0)
                        return refuse_twice(writer, &members[i - 1], &members[i]);
                if (hide && is_secret(members[i].name))
                        continue;
                /* A dry run is no other batch than the one it tries. */
                if (depth == 1 && strcmp(members[i].name, "dry_run") == 0)
                        continue;
                if (!first)
                        text_append(&writer->out, ",", 1);
                first = false;
                text_json_string(&writer->out, members[i].name);
                text_append(&writer->out, ":", 1);
                if (write_value(writer, node_next(members[i].key), depth) < 0)
                        return -1;
        }
        text_append(&writer->out, "}", 1);
        return 0;
}

static int write_object(struct writer *writer, const struct node *object, int depth)
{
        cleanup_(free_pointer) struct member *many = NULL;
        struct member few[FEW];
        struct member *members = few;
        const struct node *key = node_first(object);

        if (object->length > FEW) {
                many = malloc(object->length * sizeof(*many));
                if (!many)
                        return lns_error_set_oom(writer->err);
                members = many;
        }
        for (size_t i = 0; i < object->length; i++) {
                members[i] = (struct member){ node_string(writer->tree, key), key };
                key = node_next(node_next(key));
        }
        if (many)
                qsort(many, object->length, sizeof(*many), compare_members);
        else
                sort_few(few, object->length);
        return write_members(writer, members, object->length, depth);
}

static int write_array(struct writer *writer, const struct node *array, int depth)
{
        const struct node *node = node_first(array);

        text_append(&writer->out, "[", 1);
        for (uint32_t i = 0; i < array->length; i++) {
                if (i > 0)
                        text_append(&writer->out, ",", 1);
                if (write_value(writer, node, depth) < 0)
                        return -1;
                node = node_next(node);
        }
        text_append(&writer->out, "]", 1);
        return 0;
}

/* depth: of what holds the node. It is bounded by LNS_JSON_DEPTH_MAX. */
static int write_value(struct writer *writer, const struct node *node, int depth)
{
        switch ((enum node_type)node->type) {
        case NODE_NULL:
                text_append(&writer->out, "null", 4);
                return 0;
        case NODE_FALSE:
                text_append(&writer->out, "false", 5);
                return 0;
        case NODE_TRUE:
                text_append(&writer->out, "true", 4);
                return 0;
        case NODE_NUMBER:
                text_append(&writer->out, writer->tree->text + node->start, node->length);
                return 0;
        case NODE_STRING:
                text_json_string(&writer->out, node_string(writer->tree, node));
                return 0;
        case NODE_ARRAY:
                return write_array(writer, node, depth + 1);
        case NODE_OBJECT:
                break;
        }
        return write_object(writer, node, depth + 1);
}

ssize_t tree_write(const struct tree *tree, const char *source, int secret_depth, char *ret,
                   size_t size, struct lns_error *err)
{
        struct writer writer = {
                .tree = tree,
                .source = source,
                .secret_depth = secret_depth,
                .out = { .buf = ret, .size = size },
                .err = err,
        };

        if (write_value(&writer, tree->nodes, 0) < 0)
                return -1;
        text_end(&writer.out);
        assert(writer.out.length < size);
        return (ssize_t)writer.out.length;
}

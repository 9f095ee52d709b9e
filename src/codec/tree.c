#include "codec/tree.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/util.h"

/* ---- from text to nodes ---- */

struct builder {
        struct tree *tree;
        size_t length;
        size_t at;
        size_t open[LNS_JSON_DEPTH_MAX]; /* arrays and objects that the place is in */
        int depth;
};

static int refuse_size(struct lns_error *err)
{
        return lns_error_set_errno(err, LNS_INVALID_INPUT, EFBIG,
                                   "the document holds more than %d values", TREE_NODES_MAX);
}

static int grow(struct tree *tree, struct lns_error *err)
{
        size_t capacity = tree->capacity * 2;
        struct node *nodes;

        if (tree->n_nodes >= TREE_NODES_MAX)
                return refuse_size(err);
        if (capacity > TREE_NODES_MAX)
                capacity = TREE_NODES_MAX;
        nodes = realloc(tree->nodes, capacity * sizeof(*nodes));
        if (!nodes)
                return lns_error_set_oom(err);
        tree->nodes = nodes;
        tree->capacity = capacity;
        return 0;
}

/* Add a value that starts here; NULL with err set. */
static struct node *add_node(struct builder *builder, enum node_type type, struct lns_error *err)
{
        struct tree *tree = builder->tree;
        struct node *node;

        if (tree->n_nodes == tree->capacity && grow(tree, err) < 0)
                return NULL;
        if (builder->depth > 0)
                tree->nodes[builder->open[builder->depth - 1]].length++;
        node = &tree->nodes[tree->n_nodes++];
        *node = (struct node){ .start = (uint32_t)builder->at, .size = 1, .type = type };
        return node;
}

static unsigned read_hex(const char *digits)
{
        unsigned value = 0;

        for (int i = 0; i < 4; i++) {
                char digit = digits[i];

                value = value << 4 | (unsigned)(digit <= '9' ? digit - '0' : (digit & 7) + 9);
        }
        return value;
}

static char *put_utf8(char *to, unsigned code_point)
{
        if (code_point < 0x80) {
                *to++ = (char)code_point;
                return to;
        }
        if (code_point < 0x800) {
                *to++ = (char)(0xc0 | code_point >> 6);
        } else {
                if (code_point < 0x10000) {
                        *to++ = (char)(0xe0 | code_point >> 12);
                } else {
                        *to++ = (char)(0xf0 | code_point >> 18);
                        *to++ = (char)(0x80 | (code_point >> 12 & 0x3f));
                }
                *to++ = (char)(0x80 | (code_point >> 6 & 0x3f));
        }
        *to++ = (char)(0x80 | (code_point & 0x3f));
        return to;
}

/* Behind a backslash: what it stands for goes to *to, which is never ahead of the text. Gives where
 * the text goes on. */
static const char *decode_escape(const char *from, char **to)
{
        static const char names[] = "b\bf\fn\nr\rt\t";
        unsigned code_point;

        if (*from == 'u') {
                code_point = read_hex(from + 1);
                from += 5;
                if (code_point >= 0xd800 && code_point <= 0xdbff) {
                        code_point = 0x10000 + ((code_point - 0xd800) << 10) +
                                     (read_hex(from + 2) - 0xdc00);
                        from += 6;
                }
                *to = put_utf8(*to, code_point);
                return from;
        }
        for (const char *name = names; *name; name += 2) {
                if (*name == *from) {
                        *(*to)++ = name[1];
                        return from + 1;
                }
        }
        *(*to)++ = *from; /* quote, backslash, slash */
        return from + 1;
}

/* At the opening quote. */
static int build_string(struct builder *builder, struct lns_error *err)
{
        char *start = builder->tree->text + builder->at + 1;
        const char *from = start;
        char *to = start;
        struct node *node = add_node(builder, NODE_STRING, err);

        if (!node)
                return -1;
        while (*from != '"' && *from != '\\')
                from++;
        to += from - start;
        while (*from != '"') {
                if (*from == '\\')
                        from = decode_escape(from + 1, &to);
                else
                        *to++ = *from++;
        }
        *to = '\0';
        node->start++;
        node->length = (uint32_t)(to - start);
        builder->at = (size_t)(from + 1 - builder->tree->text);
        return 0;
}

/* At the first byte of a number or word. */
static int build_plain(struct builder *builder, struct lns_error *err)
{
        const char *text = builder->tree->text;
        size_t at = builder->at;
        enum node_type type = NODE_NUMBER;
        struct node *node;

        if (text[at] == 'n')
                type = NODE_NULL;
        else if (text[at] == 'f')
                type = NODE_FALSE;
        else if (text[at] == 't')
                type = NODE_TRUE;
        node = add_node(builder, type, err);
        if (!node)
                return -1;
        while (text[at] > ' ' && text[at] != ',' && text[at] != ']' && text[at] != '}')
                at++;
        node->length = (uint32_t)(at - builder->at);
        builder->at = at;
        return 0;
}

static void build_close(struct builder *builder)
{
        struct tree *tree = builder->tree;
        struct node *node;

        assert(builder->depth > 0); /* json_scan() has matched the brackets */
        node = &tree->nodes[builder->open[--builder->depth]];
        node->size = (uint32_t)(tree->n_nodes - (size_t)(node - tree->nodes));
        if (node->type == NODE_OBJECT)
                node->length /= 2; /* keys were counted as values */
        builder->at++;
}

static int build_open(struct builder *builder, enum node_type type, struct lns_error *err)
{
        if (!add_node(builder, type, err))
                return -1;
        builder->open[builder->depth++] = builder->tree->n_nodes - 1;
        builder->at++;
        return 0;
}

static int build(struct builder *builder, struct lns_error *err)
{
        const char *text = builder->tree->text;
        int result = 0;

        while (result == 0 && builder->at < builder->length) {
                switch (text[builder->at]) {
                case ' ':
                case '\t':
                case '\n':
                case '\r':
                case ',':
                case ':':
                        builder->at++;
                        break;
                case '{':
                        result = build_open(builder, NODE_OBJECT, err);
                        break;
                case '[':
                        result = build_open(builder, NODE_ARRAY, err);
                        break;
                case '}':
                case ']':
                        build_close(builder);
                        break;
                case '"':
                        result = build_string(builder, err);
                        break;
                default:
                        result = build_plain(builder, err);
                        break;
                }
        }
        return result;
}

int tree_build(struct tree *ret_tree, char *text, size_t length, struct lns_error *err)
{
        struct builder builder = { .tree = ret_tree, .length = length };

        /* Operations as they are have a value for every 12 bytes or so. */
        ret_tree->capacity = length / 12 + 16;
        if (ret_tree->capacity > TREE_NODES_MAX)
                ret_tree->capacity = TREE_NODES_MAX;
        ret_tree->text = text;
        ret_tree->nodes = malloc(ret_tree->capacity * sizeof(*ret_tree->nodes));
        if (!ret_tree->nodes)
                return lns_error_set_oom(err);
        return build(&builder, err);
}

void tree_clear(struct tree *tree)
{
        free(tree->nodes);
        *tree = (struct tree){ 0 };
}

/* ---- what nodes say ---- */

const struct node *tree_member(const struct tree *tree, const struct node *object, const char *key)
{
        const struct node *at = node_first(object);

        for (uint32_t i = 0; i < object->length; i++) {
                const struct node *value = node_next(at);

                if (strcmp(node_string(tree, at), key) == 0)
                        return value->type == NODE_NULL ? NULL : value;
                at = node_next(value);
        }
        return NULL;
}

/* An integer as JSON writes it; 0, or -1 when it has a fraction or exponent or is out of range. */
static int read_integer(const char *text, size_t length, int64_t *ret)
{
        bool negative = text[0] == '-';
        int64_t value = 0;

        for (size_t i = negative; i < length; i++) {
                int digit = text[i] - '0';

                if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
                    __builtin_sub_overflow(value, digit, &value))
                        return -1;
        }
        /* Below 0 all the way, because the smallest int64 has no positive. */
        if (!negative && __builtin_sub_overflow(0, value, &value))
                return -1;
        *ret = value;
        return 0;
}

struct value tree_value(const struct tree *tree, const struct node *node)
{
        struct value value = { .type = VALUE_OTHER };

        switch ((enum node_type)node->type) {
        case NODE_NULL:
                value.type = VALUE_NULL;
                break;
        case NODE_FALSE:
        case NODE_TRUE:
                value.type = VALUE_BOOLEAN;
                value.integer = node->type == NODE_TRUE;
                break;
        case NODE_NUMBER:
                if (read_integer(tree->text + node->start, node->length, &value.integer) == 0)
                        value.type = VALUE_INTEGER;
                break;
        case NODE_STRING:
                value.type = VALUE_STRING;
                value.string = node_string(tree, node);
                value.length = node->length;
                break;
        case NODE_ARRAY:
        case NODE_OBJECT:
                break;
        }
        return value;
}

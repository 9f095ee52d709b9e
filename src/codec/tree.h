/* The tree of a big document: 16 bytes for each value, and its strings stay in the text.
 *
 * Reading 1,000 operations through jansson was measured to take 3 ms, and writing them in canonical
 * form 2 ms; this takes a fifth of it, with json_scan(). Only what that has let pass may be given
 * to it.
 */
#ifndef LNS_CODEC_TREE_H
#define LNS_CODEC_TREE_H

#include <stdint.h>

#include "codec/codec.h"

/* Values of a tree at most, keys among them: 256 MiB. A batch of LNS_BATCH_MAX operations has two
 * million; "[0,0,0..." would have one for every two bytes. */
#define TREE_NODES_MAX (16 * 1024 * 1024)

enum node_type {
        NODE_NULL,
        NODE_FALSE,
        NODE_TRUE,
        NODE_NUMBER,
        NODE_STRING,
        NODE_ARRAY,
        NODE_OBJECT,
};

/* One value. The values of an array follow it, one after the other, each with what is in it; those
 * of an object too, each behind its key, a string. */
struct node {
        uint32_t start;  /* in the text: of a string behind its quote, else of the value */
        uint32_t length; /* bytes of a string or number; values of an array; members of an object */
        uint32_t size;   /* nodes, with this one and all that is in it */
        uint32_t type;   /* enum node_type */
};

struct tree {
        char *text; /* a string is decoded where it stood and ends in NUL */
        struct node *nodes;
        size_t n_nodes;
        size_t capacity;
};

/**
 * Make the tree of a document.
 *
 * @param ret_tree  zeroed before; release with tree_clear(), also on failure.
 * @param text      borrowed as long as the tree; changed. json_scan() gave 0 for it.
 * @param length    bytes in text, less than 2^32.
 * @param err       INVALID_INPUT (EFBIG: more than TREE_NODES_MAX values), out of memory.
 * @return 0, or -1 with err set.
 */
int tree_build(struct tree *ret_tree, char *text, size_t length, struct lns_error *err) LNS_CHECK;

void tree_clear(struct tree *tree);

/* The value behind a node, past all that is in it. */
static inline const struct node *node_next(const struct node *node)
{
        return node + node->size;
}

/* The first value of an array that is not empty; the first key of an object that is not. */
static inline const struct node *node_first(const struct node *node)
{
        return node + 1;
}

static inline const char *node_string(const struct tree *tree, const struct node *node)
{
        return tree->text + node->start;
}

/* The value of a key; NULL when there is none or it is null. */
const struct node *tree_member(const struct tree *tree, const struct node *object,
                               const char *key) LNS_CHECK;

/* What a node says. An integer that is out of range is VALUE_OTHER. */
struct value tree_value(const struct tree *tree, const struct node *node) LNS_CHECK;

/**
 * Write the document in canonical form: no white space, keys in the order of their bytes, numbers
 * as they stood. Finds keys that stand twice in an object.
 *
 * @param tree         borrowed.
 * @param source       borrowed; the text before tree_build(), to name places in.
 * @param secret_depth  objects this deep are written without "identity" and "context", as the
 *                     outermost one (depth 1) always is.
 * @param size         bytes in ret; as many as the source and one more are always enough.
 * @param ret          where to; ends in NUL.
 * @param err          INVALID_INPUT, out of memory.
 * @return the bytes written without the NUL, or -1 with err set.
 */
ssize_t tree_write(const struct tree *tree, const char *source, int secret_depth, char *ret,
                   size_t size, struct lns_error *err) LNS_CHECK;

/* ---- tree_field.c ---- */

/* As fields_read(), of an object in which no key stands twice. The document gives memory only. */
int tree_fields_read(struct lns_document *document, const struct tree *tree,
                     const struct node *object, const struct field *fields, void *ret,
                     struct lns_error *err) LNS_CHECK;

#endif

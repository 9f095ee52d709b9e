#include "codec/codec.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "util/util.h"

/* Memory of a document, in a list, the block that has room first. */
struct document_block {
        struct document_block *next;
        size_t used; /* bytes of data */
        size_t size;
        max_align_t data[];
};

/* A block is twice as big as the one before it, up to this; one object may be bigger. */
#define BLOCK_MAX ((size_t)256 * 1024)

static void free_document(struct lns_document **document)
{
        lns_document_free(*document);
}

/* jansson had its chance after json_scan(): it finds duplicate keys and numbers out of range, and
 * for the rest it has run out of memory, which it does not always say. */
static int refuse(const json_error_t *error, struct lns_error *err)
{
        enum json_error_code code = json_error_code(error);

        if (code == json_error_duplicate_key)
                (void)lns_error_set(err, LNS_INVALID_INPUT, "a key stands twice in an object: %s",
                                    error->text);
        else if (code == json_error_numeric_overflow)
                (void)lns_error_set(err, LNS_INVALID_INPUT, "a number is out of range: %s",
                                    error->text);
        else
                return lns_error_set_oom(err);
        return lns_error_add_detail(err, "line %d, column %d", error->line, error->column);
}

int document_new(struct lns_document **ret_document, struct lns_error *err)
{
        *ret_document = calloc(1, sizeof(**ret_document));
        return *ret_document ? 0 : lns_error_set_oom(err);
}

int document_refuse_size(size_t length, size_t max, struct lns_error *err)
{
        return lns_error_set_errno(err, LNS_INVALID_INPUT, EFBIG,
                                   "the document has %zu bytes, at most %zu are possible", length,
                                   max);
}

int document_parse(const char *text, size_t length, size_t max, struct lns_document **ret_document,
                   struct lns_error *err)
{
        cleanup_(free_document) struct lns_document *document = NULL;
        json_error_t error;
        int result;

        if (length > max)
                return document_refuse_size(length, max, err);
        result = json_scan(text, length, err);
        if (result != 0)
                return result;
        if (document_new(&document, err) < 0)
                return -1;
        document->root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
        if (!document->root)
                return refuse(&error, err);
        assert(json_is_object(document->root));
        *ret_document = document; /* the caller's from here */
        document = NULL;
        return 0;
}

/* Put a block in front that has room for size bytes. */
static int add_block(struct lns_document *document, size_t size, struct lns_error *err)
{
        struct document_block *block = document->blocks;
        size_t more = block ? 2 * block->size : 0;

        if (more > BLOCK_MAX)
                more = BLOCK_MAX;
        if (size < more)
                size = more;
        block = calloc(1, sizeof(*block) + size);
        if (!block)
                return lns_error_set_oom(err);
        block->size = size;
        block->next = document->blocks;
        document->blocks = block;
        return 0;
}

void *document_alloc(struct lns_document *document, size_t size, struct lns_error *err)
{
        struct document_block *block = document->blocks;
        char *data;

        size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
        if (!block || block->size - block->used < size) {
                if (add_block(document, size, err) < 0)
                        return NULL;
                block = document->blocks;
        }
        data = (char *)block->data + block->used;
        block->used += size;
        return data;
}

void lns_document_free(struct lns_document *document)
{
        if (!document)
                return;
        while (document->blocks) {
                struct document_block *block = document->blocks;

                document->blocks = block->next;
                free(block);
        }
        json_decref(document->root);
        free(document->text);
        free(document->canonical);
        free(document);
}

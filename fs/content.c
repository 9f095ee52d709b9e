/* Texts of the files that are read. */
#include "fs/fs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/util.h"

/* Every text function is like snprintf; run it twice, to count and to write. */
#define TEXT_OF(ret_text, ret_length, err, call)                                                   \
        do {                                                                                       \
                char *buf = NULL;                                                                  \
                size_t size = 0;                                                                   \
                                                                                                   \
                size = (call) + 1;                                                                 \
                buf = malloc(size);                                                                \
                if (!buf)                                                                          \
                        return lns_error_set_oom(err);                                             \
                *(ret_length) = (call);                                                            \
                *(ret_text) = buf;                                                                 \
        } while (0)

static int tag_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                    struct lns_error *err)
{
        struct lns_node node;

        if (lns_catalog_describe_node(fs->catalog, LNS_NODE_TAG, id, &node, err) < 0)
                return -1;
        TEXT_OF(ret_text, ret_length, err,
                (size_t)snprintf(buf, size, "%" PRIu64 "\n", node.version));
        return 0;
}

static int version_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                        struct lns_error *err)
{
        cleanup_(lns_table_version_clear) struct lns_table_version version = { 0 };

        if (lns_catalog_describe_version_node(fs->catalog, id, &version, NULL, err) < 0)
                return -1;
        TEXT_OF(ret_text, ret_length, err, lns_table_version_to_text(&version, buf, size));
        return 0;
}

static int table_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                      struct lns_error *err)
{
        cleanup_(
                lns_describe_table_response_clear) struct lns_describe_table_response table = { 0 };

        if (lns_catalog_describe_table_node(fs->catalog, id, &table, err) < 0)
                return -1;
        TEXT_OF(ret_text, ret_length, err, lns_describe_table_response_to_text(&table, buf, size));
        return 0;
}

static int namespace_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                          struct lns_error *err)
{
        cleanup_(
                lns_describe_namespace_response_clear) struct lns_describe_namespace_response ns = {
                0
        };

        if (lns_catalog_describe_namespace_node(fs->catalog, id, &ns, err) < 0)
                return -1;
        TEXT_OF(ret_text, ret_length, err, lns_describe_namespace_response_to_text(&ns, buf, size));
        return 0;
}

static void status_field(struct text *text, const char *key)
{
        text_puts(text, "  \"");
        text_puts(text, key);
        text_puts(text, "\": ");
}

static void status_number(struct text *text, const char *key, uint64_t number)
{
        status_field(text, key);
        text_number(text, (int64_t)number);
        text_puts(text, ",\n");
}

static void status_string(struct text *text, const char *key, const char *string)
{
        status_field(text, key);
        text_json_string(text, string);
        text_puts(text, ",\n");
}

static size_t status_to_text(struct fs *fs, const struct lns_catalog_description *catalog,
                             char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n");
        status_string(&text, "version", LANCEFS_VERSION);
        status_string(&text, "engine", catalog->engine);
        status_string(&text, "catalog", catalog->location);
        status_number(&text, "uptime_seconds", (uint64_t)(now_millis() - fs->started_ms) / 1000);
        status_number(&text, "namespaces", catalog->namespaces);
        status_number(&text, "tables", catalog->tables);
        status_number(&text, "last_change", catalog->changes);
        status_number(&text, "database_bytes", catalog->database_bytes);
        status_number(&text, "requests", atomic_load_explicit(&fs->requests, memory_order_relaxed));
        status_number(&text, "staged_nodes", nodes_count(fs->nodes));
        status_field(&text, "read_only");
        text_puts(&text, catalog->read_only || fs->options->read_only ? "true\n}\n" : "false\n}\n");
        text_end(&text);
        return text.length;
}

static int status_text(struct fs *fs, char **ret_text, size_t *ret_length, struct lns_error *err)
{
        struct lns_catalog_description catalog;
        size_t size = 16384; /* the locations are the only long fields, 4,000 bytes each, escaped */
        char *buf;

        if (lns_catalog_describe_catalog(fs->catalog, &catalog, err) < 0)
                return -1;
        buf = malloc(size);
        if (!buf)
                return lns_error_set_oom(err);
        *ret_length = status_to_text(fs, &catalog, buf, size);
        if (*ret_length >= size)
                *ret_length = size - 1;
        *ret_text = buf;
        return 0;
}

static int receipt_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                        struct lns_error *err)
{
        if (lns_catalog_describe_receipt_node(fs->catalog, id, ret_text, err) < 0)
                return -1;
        *ret_length = strlen(*ret_text);
        return 0;
}

static int transaction_text(struct fs *fs, uint64_t id, char **ret_text, size_t *ret_length,
                            struct lns_error *err)
{
        cleanup_(lns_describe_transaction_response_clear) struct lns_describe_transaction_response
                transaction = { 0 };
        struct lns_describe_transaction_request request = { .transaction_id = id };

        if (lns_catalog_describe_transaction(fs->catalog, &request, &transaction, err) < 0)
                return -1;
        TEXT_OF(ret_text, ret_length, err,
                lns_describe_transaction_response_to_text(&transaction, buf, size));
        return 0;
}

int content_of(struct fs *fs, uint64_t ino, char **ret_text, size_t *ret_length,
               struct lns_error *err)
{
        uint64_t id = inode_id(ino);

        switch (inode_kind(ino)) {
        case INODE_TAG:
                return tag_text(fs, id, ret_text, ret_length, err);
        case INODE_VERSION:
                return version_text(fs, id, ret_text, ret_length, err);
        case INODE_RECEIPT:
                return receipt_text(fs, id, ret_text, ret_length, err);
        case INODE_TRANSACTION:
                return transaction_text(fs, id, ret_text, ret_length, err);
        case INODE_TABLE_JSON:
                return table_text(fs, id, ret_text, ret_length, err);
        case INODE_NAMESPACE_JSON:
                return namespace_text(fs, id, ret_text, ret_length, err);
        case INODE_CONTROL:
                if (id == CONTROL_STATUS)
                        return status_text(fs, ret_text, ret_length, err);
                if (id == CONTROL_ERRORS)
                        return error_log_text(fs->errors, ret_text, ret_length, err);
                break;
        default:
                break;
        }
        return lns_error_set(err, LNS_INTERNAL, "this is no file with a text");
}

/* Batches: what a response owns, and how it is written. */
#include "model/batch_text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/util.h"

void lns_batch_commit_tables_response_clear(struct lns_batch_commit_tables_response *response)
{
        if (!response)
                return;
        free(response->document);
        *response = (struct lns_batch_commit_tables_response){ 0 };
}

/* The head is written last, because the first change gives the transaction its number. */
#define HEAD_MAX 80

/* Behind the last result. */
#define TAIL "\n  ]\n}\n"

/* ---- values ---- */

static void put_map(struct text *text, const struct lns_map *map)
{
        text_puts(text, "{");
        for (size_t i = 0; i < map->n_entries; i++) {
                if (i > 0)
                        text_puts(text, ", ");
                text_json_string(text, map->entries[i].key);
                text_puts(text, ": ");
                text_json_string(text, map->entries[i].value);
        }
        text_puts(text, "}");
}

static void put_ident(struct text *text, const struct lns_ident *ident)
{
        text_puts(text, "[");
        for (size_t i = 0; i < ident->n_parts; i++) {
                if (i > 0)
                        text_puts(text, ", ");
                text_json_string(text, ident->parts[i]);
        }
        text_puts(text, "]");
}

/* TableVersion. */
static void put_version(struct text *text, const struct lns_table_version *version)
{
        text_puts(text, "{\"version\": ");
        text_number(text, (int64_t)version->version);
        text_puts(text, ", \"manifest_path\": ");
        text_json_string(text, version->manifest_path ? version->manifest_path : "");
        if (version->manifest_size >= 0) {
                text_puts(text, ", \"manifest_size\": ");
                text_number(text, version->manifest_size);
        }
        if (version->e_tag) {
                text_puts(text, ", \"e_tag\": ");
                text_json_string(text, version->e_tag);
        }
        text_puts(text, ", \"timestamp_millis\": ");
        text_number(text, version->timestamp_millis);
        if (version->metadata.n_entries > 0) {
                text_puts(text, ", \"metadata\": ");
                put_map(text, &version->metadata);
        }
        text_puts(text, "}");
}

/* ---- results, one function per response ---- */

typedef void put_result(struct text *text, const void *response);

static void put_declare_table(struct text *text, const void *response)
{
        const struct lns_declare_table_response *table = response;

        text_puts(text, "{\"declare_table\": {");
        if (table->location) {
                text_puts(text, "\"location\": ");
                text_json_string(text, table->location);
                text_puts(text, ", ");
        }
        text_puts(text, "\"properties\": ");
        put_map(text, &table->properties);
        text_puts(text, ", \"managed_versioning\": ");
        text_puts(text, table->managed_versioning ? "true}}" : "false}}");
}

static void put_create_table_version(struct text *text, const void *response)
{
        const struct lns_create_table_version_response *created = response;

        text_puts(text, "{\"create_table_version\": {\"version\": ");
        put_version(text, &created->version);
        text_puts(text, "}}");
}

/* Of entries: without the operation's name around it. */
static void put_entry(struct text *text, const void *response)
{
        const struct lns_create_table_version_response *created = response;

        put_version(text, &created->version);
}

static void put_delete_table_versions(struct text *text, const void *response)
{
        const struct lns_batch_delete_table_versions_response *deleted = response;

        text_puts(text, "{\"delete_table_versions\": {\"deleted_count\": ");
        text_number(text, (int64_t)deleted->deleted_count);
        text_puts(text, "}}");
}

static void put_deregister_table(struct text *text, const void *response)
{
        const struct lns_deregister_table_response *table = response;

        text_puts(text, "{\"deregister_table\": {\"id\": ");
        put_ident(text, &table->id);
        if (table->location) {
                text_puts(text, ", \"location\": ");
                text_json_string(text, table->location);
        }
        text_puts(text, ", \"properties\": ");
        put_map(text, &table->properties);
        text_puts(text, "}}");
}

static void put_create_namespace(struct text *text, const void *response)
{
        const struct lns_create_namespace_response *ns = response;

        text_puts(text, "{\"create_namespace\": {\"properties\": ");
        put_map(text, &ns->properties);
        text_puts(text, "}}");
}

static void put_tag(struct text *text, const void *response)
{
        const enum lns_batch_operation_kind *kind = response;

        switch (*kind) {
        case LNS_BATCH_CREATE_TABLE_TAG:
                text_puts(text, "{\"create_table_tag\": {}}");
                break;
        case LNS_BATCH_UPDATE_TABLE_TAG:
                text_puts(text, "{\"update_table_tag\": {}}");
                break;
        default:
                assert(*kind == LNS_BATCH_DELETE_TABLE_TAG);
                text_puts(text, "{\"delete_table_tag\": {}}");
                break;
        }
}

/* ---- the buffer ---- */

/* Room for `more` bytes behind the results, and the tail. */
static int reserve(struct lns_batch_text *text, size_t more, struct lns_error *err)
{
        size_t need = text->length + more + sizeof(TAIL);
        size_t capacity = text->capacity;
        char *buf;

        if (need > LNS_BATCH_RESPONSE_MAX)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EFBIG,
                                           "the response has more than %d bytes",
                                           LNS_BATCH_RESPONSE_MAX);
        if (need <= capacity)
                return 0;
        if (capacity == 0)
                capacity = 512;
        while (capacity < need)
                capacity *= 2;
        buf = realloc(text->buf, capacity);
        if (!buf)
                return lns_error_set_oom(err);
        text->buf = buf;
        text->capacity = capacity;
        return 0;
}

/* Write where there is room, and once more when there was too little. */
static int add(struct lns_batch_text *text, put_result *put, const void *response,
               struct lns_error *err)
{
        struct text result = { 0 };

        if (text->length == 0)
                text->length = HEAD_MAX;
        for (;;) {
                if (text->capacity > text->length) {
                        result.buf = text->buf + text->length;
                        result.size = text->capacity - text->length;
                }
                result.length = 0;
                text_puts(&result, text->n_results > 0 ? ",\n    " : "    ");
                put(&result, response);
                if (result.length + sizeof(TAIL) <= result.size)
                        break;
                if (reserve(text, result.length, err) < 0)
                        return -1;
        }
        text->length += result.length;
        text->n_results++;
        return 0;
}

int lns_batch_text_add_declare_table(struct lns_batch_text *text,
                                     const struct lns_declare_table_response *response,
                                     struct lns_error *err)
{
        assert(!text->entries);
        return add(text, put_declare_table, response, err);
}

int lns_batch_text_add_create_table_version(struct lns_batch_text *text,
                                            const struct lns_create_table_version_response *created,
                                            struct lns_error *err)
{
        return add(text, text->entries ? put_entry : put_create_table_version, created, err);
}

int lns_batch_text_add_delete_table_versions(
        struct lns_batch_text *text,
        const struct lns_batch_delete_table_versions_response *response, struct lns_error *err)
{
        assert(!text->entries);
        return add(text, put_delete_table_versions, response, err);
}

int lns_batch_text_add_deregister_table(struct lns_batch_text *text,
                                        const struct lns_deregister_table_response *response,
                                        struct lns_error *err)
{
        assert(!text->entries);
        return add(text, put_deregister_table, response, err);
}

int lns_batch_text_add_create_namespace(struct lns_batch_text *text,
                                        const struct lns_create_namespace_response *response,
                                        struct lns_error *err)
{
        assert(!text->entries);
        return add(text, put_create_namespace, response, err);
}

int lns_batch_text_add_tag(struct lns_batch_text *text, enum lns_batch_operation_kind kind,
                           struct lns_error *err)
{
        assert(!text->entries);
        return add(text, put_tag, &kind, err);
}

int lns_batch_text_end(struct lns_batch_text *text, uint64_t transaction_id, char **ret_document,
                       struct lns_error *err)
{
        char buf[HEAD_MAX];
        struct text head = { .buf = buf, .size = sizeof(buf) };
        size_t length;

        if (text->length == 0)
                text->length = HEAD_MAX;
        if (reserve(text, 0, err) < 0)
                return -1;
        text_puts(&head, "{\n");
        if (transaction_id > 0) {
                text_puts(&head, "  \"transaction_id\": \"");
                text_number(&head, (int64_t)transaction_id);
                text_puts(&head, "\",\n");
        }
        text_puts(&head, text->entries ? "  \"versions\": [\n" : "  \"results\": [\n");
        assert(head.length <= sizeof(buf));
        length = text->length - HEAD_MAX;
        memmove(text->buf + head.length, text->buf + HEAD_MAX, length);
        memcpy(text->buf, buf, head.length);
        memcpy(text->buf + head.length + length, TAIL, sizeof(TAIL));
        *ret_document = text->buf; /* the caller's from here */
        *text = (struct lns_batch_text){ .entries = text->entries };
        return 0;
}

void lns_batch_text_clear(struct lns_batch_text *text)
{
        free(text->buf);
        *text = (struct lns_batch_text){ 0 };
}

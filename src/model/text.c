/* Objects as the JSON text that files read as. Nothing here allocates: a listing asks for the
 * length of 100,000 versions. */
#include <string.h>

#include "lns/model.h"
#include "lns/text.h"
#include "util/util.h"

/* A field that is not the first. */
#define FIELD(name) ",\n  \"" name "\": "

/* An object in a field, one line per entry. */
static void put_map(struct text *text, const struct lns_map *map)
{
        text_puts(text, "{");
        for (size_t i = 0; i < map->n_entries; i++) {
                text_puts(text, i == 0 ? "\n    " : ",\n    ");
                text_json_string(text, map->entries[i].key);
                text_puts(text, ": ");
                text_json_string(text, map->entries[i].value);
        }
        text_puts(text, map->n_entries > 0 ? "\n  }" : "}");
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

size_t lns_table_version_to_text(const struct lns_table_version *version, char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n  \"version\": ");
        text_number(&text, (int64_t)version->version);
        text_puts(&text, FIELD("manifest_path"));
        text_json_string(&text, version->manifest_path ? version->manifest_path : "");
        if (version->manifest_size >= 0) {
                text_puts(&text, FIELD("manifest_size"));
                text_number(&text, version->manifest_size);
        }
        if (version->e_tag) {
                text_puts(&text, FIELD("e_tag"));
                text_json_string(&text, version->e_tag);
        }
        text_puts(&text, FIELD("timestamp_millis"));
        text_number(&text, version->timestamp_millis);
        if (version->metadata.n_entries > 0) {
                text_puts(&text, FIELD("metadata"));
                put_map(&text, &version->metadata);
        }
        text_puts(&text, "\n}\n");
        text_end(&text);
        return text.length;
}

size_t lns_describe_table_response_to_text(const struct lns_describe_table_response *table,
                                           char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n  \"table\": ");
        text_json_string(&text, table->table ? table->table : "");
        text_puts(&text, FIELD("namespace"));
        put_ident(&text, &table->ns);
        if (table->version > 0) {
                text_puts(&text, FIELD("version"));
                text_number(&text, (int64_t)table->version);
        }
        if (table->location) {
                text_puts(&text, FIELD("location"));
                text_json_string(&text, table->location);
        }
        /* Also when empty: in the specification no properties means that they are not supported. */
        text_puts(&text, FIELD("properties"));
        put_map(&text, &table->properties);
        text_puts(&text, FIELD("managed_versioning"));
        text_puts(&text, table->managed_versioning ? "true" : "false");
        text_puts(&text, FIELD("is_only_declared"));
        text_puts(&text, table->is_only_declared ? "true" : "false");
        text_puts(&text, "\n}\n");
        text_end(&text);
        return text.length;
}

size_t lns_describe_namespace_response_to_text(const struct lns_describe_namespace_response *ns,
                                               char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n  \"properties\": ");
        put_map(&text, &ns->properties);
        text_puts(&text, "\n}\n");
        text_end(&text);
        return text.length;
}

/* JSON that was made elsewhere, without the white space behind it. */
static void put_document(struct text *text, const char *document)
{
        size_t length = strlen(document);

        while (length > 0 && (document[length - 1] == '\n' || document[length - 1] == ' '))
                length--;
        text_append(text, document, length);
}

/* What AlterTransaction set: the rest has fields of its own. */
static void put_properties(struct text *text, const struct lns_map *map)
{
        size_t n = 0;

        text_puts(text, "{");
        for (size_t i = 0; i < map->n_entries; i++) {
                const char *key = map->entries[i].key;

                if (strcmp(key, "uid") == 0 || strcmp(key, "time_millis") == 0 ||
                    strcmp(key, "operation") == 0)
                        continue;
                text_puts(text, n++ == 0 ? "\n    " : ",\n    ");
                text_json_string(text, key);
                text_puts(text, ": ");
                text_json_string(text, map->entries[i].value);
        }
        text_puts(text, n > 0 ? "\n  }" : "}");
}

size_t lns_describe_transaction_response_to_text(
        const struct lns_describe_transaction_response *transaction, char *buf, size_t size)
{
        static const char *const statuses[] = {
                [LNS_TRANSACTION_QUEUED] = "Queued",       [LNS_TRANSACTION_RUNNING] = "Running",
                [LNS_TRANSACTION_SUCCEEDED] = "Succeeded", [LNS_TRANSACTION_FAILED] = "Failed",
                [LNS_TRANSACTION_CANCELED] = "Canceled",
        };
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n  \"transaction_id\": \"");
        text_number(&text, (int64_t)transaction->transaction_id);
        text_puts(&text, "\"");
        text_puts(&text, FIELD("status"));
        text_json_string(&text, statuses[transaction->status]);
        text_puts(&text, FIELD("time_millis"));
        text_number(&text, transaction->time_millis);
        text_puts(&text, FIELD("uid"));
        text_number(&text, transaction->uid);
        text_puts(&text, FIELD("operation"));
        text_json_string(&text, transaction->operation ? transaction->operation : "");
        text_puts(&text, FIELD("properties"));
        put_properties(&text, &transaction->properties);
        if (transaction->request) {
                text_puts(&text, FIELD("request"));
                put_document(&text, transaction->request);
        }
        if (transaction->response) {
                text_puts(&text, FIELD("response"));
                put_document(&text, transaction->response);
        }
        text_puts(&text, "\n}\n");
        text_end(&text);
        return text.length;
}

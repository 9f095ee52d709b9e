/* Objects as the JSON text that files read as. Nothing here allocates: a listing asks for the length
 * of 100,000 versions. */
#include "lns/model.h"
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

/* Any text as a batch. */
#include <errno.h>
#include <string.h>

#include "codec/codec.h"
#include "model/batch_text.h"
#include "tests/fuzz/fuzz.h"
#include "util/util.h"

static void check_string(const char *text, size_t max)
{
        must(strlen(text) <= max);
        must(utf8_valid(text, strlen(text)));
}

static void check_ident(const struct lns_ident *ident)
{
        must(ident);
        must(ident->n_parts <= LNS_IDENT_PARTS_MAX);
        for (size_t i = 0; i < ident->n_parts; i++)
                check_string(ident->parts[i], LNS_BATCH_DOCUMENT_MAX);
}

static void check_map(const struct lns_map *map)
{
        if (!map)
                return;
        must(map->n_entries <= LNS_MAP_ENTRIES_MAX);
        for (size_t i = 0; i < map->n_entries; i++) {
                must(map->entries[i].key[0]);
                check_string(map->entries[i].key, LNS_MAP_KEY_MAX);
                check_string(map->entries[i].value, LNS_MAP_VALUE_MAX);
        }
}

static void check_branch(const char *branch)
{
        struct lns_error err;

        must(!branch || lns_check_branch(branch, &err) == 0);
}

static void check_version(const struct lns_create_table_version_request *version)
{
        check_ident(version->id);
        must(version->version >= 1 && version->version <= LNS_VERSION_MAX);
        must(version->manifest_path && version->manifest_path[0]);
        check_string(version->manifest_path, LNS_LOCATION_MAX);
        must(version->manifest_size >= -1);
        if (version->e_tag)
                check_string(version->e_tag, LNS_E_TAG_MAX);
        must(version->naming_scheme <= LNS_NAMING_SCHEME_V2);
        check_map(version->metadata);
        check_branch(version->branch);
}

static void check_ranges(const struct lns_batch_delete_table_versions_request *deletion)
{
        check_ident(deletion->id);
        check_branch(deletion->branch);
        must(deletion->n_ranges >= 1 && deletion->n_ranges <= LNS_BATCH_MAX);
        for (size_t i = 0; i < deletion->n_ranges; i++) {
                must(deletion->ranges[i].start_version >= 0);
                must(deletion->ranges[i].end_version >= -1);
        }
}

static void check_tag(const struct lns_ident *id, const char *tag, uint64_t version,
                      const char *branch)
{
        check_ident(id);
        must(tag[0]);
        check_string(tag, LNS_BATCH_DOCUMENT_MAX);
        must(version <= LNS_VERSION_MAX);
        check_branch(branch);
}

static void check_operation(const struct lns_batch_operation *operation)
{
        switch (operation->kind) {
        case LNS_BATCH_DECLARE_TABLE:
                check_ident(operation->declare_table.id);
                check_map(operation->declare_table.properties);
                if (operation->declare_table.location)
                        check_string(operation->declare_table.location, LNS_LOCATION_MAX);
                return;
        case LNS_BATCH_CREATE_TABLE_VERSION:
                check_version(&operation->create_table_version);
                return;
        case LNS_BATCH_DELETE_TABLE_VERSIONS:
                check_ranges(&operation->delete_table_versions);
                return;
        case LNS_BATCH_DEREGISTER_TABLE:
                check_ident(operation->deregister_table.id);
                return;
        case LNS_BATCH_CREATE_NAMESPACE:
                check_ident(operation->create_namespace.id);
                check_map(operation->create_namespace.properties);
                must(operation->create_namespace.mode <= LNS_CREATE_MODE_OVERWRITE);
                return;
        case LNS_BATCH_CREATE_TABLE_TAG:
                check_tag(operation->create_table_tag.id, operation->create_table_tag.tag,
                          operation->create_table_tag.version, operation->create_table_tag.branch);
                return;
        case LNS_BATCH_UPDATE_TABLE_TAG:
                check_tag(operation->update_table_tag.id, operation->update_table_tag.tag,
                          operation->update_table_tag.version, operation->update_table_tag.branch);
                return;
        case LNS_BATCH_DELETE_TABLE_TAG:
                check_tag(operation->delete_table_tag.id, operation->delete_table_tag.tag, 0, NULL);
                return;
        }
        must(false);
}

static void check_request(const struct lns_batch_commit_tables_request *request)
{
        must(request->n_operations >= 1 && request->n_operations <= LNS_BATCH_MAX);
        if (request->id) {
                must(request->id[0]);
                check_string(request->id, LNS_BATCH_ID_MAX);
        }
        for (size_t i = 0; i < request->n_operations; i++) {
                const struct lns_batch_operation *operation = &request->operations[i];

                must(!request->entries || operation->kind == LNS_BATCH_CREATE_TABLE_VERSION);
                check_operation(operation);
        }
}

/* The canonical document says the same as the text, as jansson reads them, but for what is secret
 * at its top; and it is its own canonical document. */
static void check_document(const char *text, size_t size, const char *document)
{
        struct lns_batch_commit_tables_request again;
        struct lns_document *owner;
        struct lns_error err;
        json_error_t error;
        json_t *canonical;
        json_t *original;

        must(strlen(document) <= size);
        must(lns_batch_commit_tables_request_parse(document, strlen(document), &again, &owner,
                                                   &err) == 0);
        must(strcmp(again.document, document) == 0);
        lns_document_free(owner);

        original = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
        if (!original) { /* but in what is left out, keys may stand twice */
                must(json_error_code(&error) == json_error_numeric_overflow ||
                     json_error_code(&error) == json_error_duplicate_key);
                return;
        }
        canonical = json_loads(document, JSON_REJECT_DUPLICATES, &error);
        must(canonical);
        must(!json_object_get(canonical, "identity") && !json_object_get(canonical, "context"));
        (void)json_object_del(original, "identity");
        (void)json_object_del(original, "context");
        (void)json_object_del(original,
                              "dry_run"); /* neither is this a part of what is committed */
        /* Those further down would have to be found; without any the two are equal. */
        if (!memmem(text, size, "ide", 3) && !memmem(text, size, "ont", 3) &&
            !memchr(text, '\\', size))
                must(json_equal(original, canonical));
        json_decref(original);
        json_decref(canonical);
}

/* The response of such a batch is JSON. */
static void check_response(const struct lns_batch_commit_tables_request *request)
{
        struct lns_batch_text text = { .entries = request->entries };
        struct lns_error err;
        json_error_t error;
        char *document;
        json_t *root;

        for (size_t i = 0; i < request->n_operations; i++) {
                const struct lns_create_table_version_request *version =
                        &request->operations[i].create_table_version;
                struct lns_create_table_version_response response = { 0 };

                if (request->operations[i].kind != LNS_BATCH_CREATE_TABLE_VERSION)
                        continue;
                response.version.version = version->version;
                response.version.manifest_size = version->manifest_size;
                response.version.manifest_path = strdup(version->manifest_path);
                must(response.version.manifest_path);
                must(lns_map_copy(&response.version.metadata, version->metadata, &err) == 0);
                must(lns_batch_text_add_create_table_version(&text, &response, &err) == 0);
                lns_create_table_version_response_clear(&response);
        }
        must(lns_batch_text_end(&text, 1, &document, &err) == 0);
        root = json_loads(document, JSON_REJECT_DUPLICATES, &error);
        must(root);
        json_decref(root);
        free(document);
}

/* In pieces of any size the scanner says the same, and what the parser could still take it never
 * calls impossible. */
static void check_scanner(const char *text, size_t size, size_t piece, int parsed)
{
        struct lns_document_scanner scanner = { 0 };
        struct lns_document_scanner pieces = { 0 };
        enum lns_document_progress whole = lns_document_scan(&scanner, text, size);
        enum lns_document_progress progress = LNS_DOCUMENT_EMPTY;

        for (size_t at = 0; at < size; at += piece)
                progress = lns_document_scan(&pieces, text + at,
                                             piece < size - at ? piece : size - at);
        must(progress == whole);
        must(memcmp(&scanner, &pieces, sizeof(scanner)) == 0);
        if (parsed == 0)
                must(whole == LNS_DOCUMENT_COMPLETE);
        if (parsed == 1)
                must(whole == LNS_DOCUMENT_EMPTY || whole == LNS_DOCUMENT_INCOMPLETE);
}

static void check_error(const struct lns_error *err)
{
        must(err->code == LNS_INVALID_INPUT);
        must(err->sys != ENOMEM);
        must(err->message[0]);
        must(err->detail[0]);
        check_string(err->message, LNS_ERROR_TEXT_MAX - 1);
        check_string(err->detail, LNS_ERROR_TEXT_MAX - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct lns_batch_commit_tables_request request;
        struct lns_document *document;
        struct lns_error err = LNS_ERROR_INIT;
        const char *text = (const char *)data;
        int result;

        result = lns_batch_commit_tables_request_parse(text, size, &request, &document, &err);
        check_scanner(text, size, size > 0 ? 1 + data[size / 2] % 16 : 1, result);
        if (result < 0) {
                check_error(&err);
                return 0;
        }
        must(err.code == LNS_OK);
        if (result == 0) {
                check_request(&request);
                check_document(text, size, request.document);
                check_response(&request);
                lns_document_free(document);
        }
        return 0;
}

/* Any text as the document of a version. */
#include <errno.h>
#include <string.h>

#include "codec/codec.h"
#include "tests/fuzz/fuzz.h"
#include "util/util.h"

static void check_string(const char *text, size_t max)
{
        must(strlen(text) <= max);
        must(utf8_valid(text, strlen(text)));
}

static void check_request(const struct lns_create_table_version_request *request)
{
        struct lns_error err;

        must(request->version <= LNS_VERSION_MAX);
        must(request->manifest_path && request->manifest_path[0]);
        check_string(request->manifest_path, LNS_LOCATION_MAX);
        must(request->manifest_size >= -1);
        if (request->e_tag)
                check_string(request->e_tag, LNS_E_TAG_MAX);
        if (request->branch)
                must(lns_check_branch(request->branch, &err) == 0);
        must(request->naming_scheme <= LNS_NAMING_SCHEME_V2);
        if (!request->metadata)
                return;
        must(request->metadata->n_entries <= LNS_MAP_ENTRIES_MAX);
        for (size_t i = 0; i < request->metadata->n_entries; i++) {
                must(request->metadata->entries[i].key[0]);
                check_string(request->metadata->entries[i].key, LNS_MAP_KEY_MAX);
                check_string(request->metadata->entries[i].value, LNS_MAP_VALUE_MAX);
        }
}

static void check_error(const struct lns_error *err)
{
        must(err->code == LNS_INVALID_INPUT);
        must(err->sys != ENOMEM); /* what json_scan() lets pass, jansson must read */
        must(err->message[0]);
        check_string(err->message, LNS_ERROR_TEXT_MAX - 1);
        check_string(err->detail, LNS_ERROR_TEXT_MAX - 1);
}

/* A version that was read is written, read again, and is the same. */
static void check_round_trip(const struct lns_create_table_version_request *request)
{
        struct lns_table_version version = {
                .version = request->version ? request->version : 1,
                .manifest_size = request->manifest_size,
        };
        struct lns_create_table_version_request again;
        struct lns_document *document;
        struct lns_error err;
        size_t length;
        char *text;

        version.manifest_path = strdup(request->manifest_path);
        version.e_tag = request->e_tag ? strdup(request->e_tag) : NULL;
        must(lns_map_copy(&version.metadata, request->metadata, &err) == 0);
        length = lns_table_version_to_text(&version, NULL, 0);
        text = malloc(length + 1);
        must(text && version.manifest_path);
        must(lns_table_version_to_text(&version, text, length + 1) == length);
        must(strlen(text) == length);
        if (length <= LNS_DOCUMENT_MAX) {
                must(lns_create_table_version_request_parse(text, length, &again, &document,
                                                            &err) == 0);
                must(strcmp(again.manifest_path, request->manifest_path) == 0);
                must(again.manifest_size == request->manifest_size);
                lns_document_free(document);
        }
        free(text);
        lns_table_version_clear(&version);
}

/* The scanner and jansson agree: it is neither laxer nor stricter, but for what it is there for. */
static void check_scan(const char *text, size_t length)
{
        struct lns_error err;
        json_error_t error;
        json_t *root;

        if (json_scan(text, length, &err) != 0)
                return;
        root = json_loadb(text, length, 0, &error);
        if (root)
                must(json_is_object(root));
        else
                must(json_error_code(&error) == json_error_numeric_overflow);
        json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct lns_create_table_version_request request;
        struct lns_document *document;
        struct lns_error err = LNS_ERROR_INIT;
        const char *text = (const char *)data;
        int result;

        check_scan(text, size);
        result = lns_create_table_version_request_parse(text, size, &request, &document, &err);
        if (result < 0) {
                check_error(&err);
                return 0;
        }
        must(err.code == LNS_OK);
        if (result == 0) {
                check_request(&request);
                check_round_trip(&request);
                lns_document_free(document);
        } else {
                must(result == 1);
        }
        /* What begins a document that is good, or can become good, can become good. */
        for (size_t length = size / 2; length < size; length += 1 + size / 8) {
                result = lns_create_table_version_request_parse(text, length, &request, &document,
                                                                &err);
                must(result == 0 || result == 1 || json_scan(text, length, &err) == 0);
                if (result == 0)
                        lns_document_free(document);
        }
        return 0;
}

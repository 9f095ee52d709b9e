#include "codec/codec.h"
#include "util/util.h"

#define AT(field) offsetof(struct lns_create_table_version_request, field)

/* CreateTableVersionRequest, specification 0.11.1. Not read: id, which the place of the file gives,
 * identity and context. The version is optional, because the file's name gives it too. */
static const struct field create_table_version_request[] = {
        { "version", FIELD_VERSION, false, AT(version), 0 },
        { "manifest_path", FIELD_STRING, true, AT(manifest_path), LNS_LOCATION_MAX },
        { "manifest_size", FIELD_SIZE, false, AT(manifest_size), 0 },
        { "e_tag", FIELD_STRING, false, AT(e_tag), LNS_E_TAG_MAX },
        { "metadata", FIELD_MAP, false, AT(metadata), 0 },
        { "naming_scheme", FIELD_NAMING_SCHEME, false, AT(naming_scheme), 0 },
        { "branch", FIELD_BRANCH, false, AT(branch), 0 },
        { 0 },
};

int lns_create_table_version_request_parse(const char *text, size_t length,
                                           struct lns_create_table_version_request *ret_request,
                                           struct lns_document **ret_document,
                                           struct lns_error *err)
{
        struct lns_create_table_version_request request = { .manifest_size = -1 };
        struct lns_document *document;
        int result = document_parse(text, length, LNS_DOCUMENT_MAX, &document, err);

        if (result != 0)
                return result;
        if (fields_read(document, document->root, create_table_version_request, &request, err) <
            0) {
                lns_document_free(document);
                return -1;
        }
        *ret_request = request;
        *ret_document = document;
        return 0;
}

/* BatchCommitTablesRequest and BatchCreateTableVersionsRequest, specification 0.11.1. */
#include "lns/batch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/tree.h"
#include "util/util.h"

/* ---- the fields of each operation; identity and context are not read ---- */

#define AT(name, field) offsetof(struct lns_##name##_request, field)

/* The catalog checks how long a name may be: it has an errno for that. */
#define NAME_MAX_HERE LNS_BATCH_DOCUMENT_MAX

/* Not read: vend_credentials. */
static const struct field declare_table[] = {
        { "id", FIELD_IDENT, true, AT(declare_table, id), 0 },
        { "location", FIELD_STRING, false, AT(declare_table, location), LNS_LOCATION_MAX },
        { "properties", FIELD_MAP, false, AT(declare_table, properties), 0 },
        { 0 },
};

/* CreateTableVersionRequest, and CreateTableVersionEntry, which has the same fields. */
static const struct field create_table_version[] = {
        { "id", FIELD_IDENT, true, AT(create_table_version, id), 0 },
        { "version", FIELD_VERSION, true, AT(create_table_version, version), 0 },
        { "manifest_path", FIELD_STRING, true, AT(create_table_version, manifest_path),
          LNS_LOCATION_MAX },
        { "manifest_size", FIELD_SIZE, false, AT(create_table_version, manifest_size), 0 },
        { "e_tag", FIELD_STRING, false, AT(create_table_version, e_tag), LNS_E_TAG_MAX },
        { "metadata", FIELD_MAP, false, AT(create_table_version, metadata), 0 },
        { "naming_scheme", FIELD_NAMING_SCHEME, false, AT(create_table_version, naming_scheme), 0 },
        { "branch", FIELD_BRANCH, false, AT(create_table_version, branch), 0 },
        { 0 },
};

/* And ranges: read_ranges(). */
static const struct field delete_table_versions[] = {
        { "id", FIELD_IDENT, true, AT(batch_delete_table_versions, id), 0 },
        { "branch", FIELD_BRANCH, false, AT(batch_delete_table_versions, branch), 0 },
        { 0 },
};

static const struct field deregister_table[] = {
        { "id", FIELD_IDENT, true, AT(deregister_table, id), 0 },
        { 0 },
};

static const struct field create_namespace[] = {
        { "id", FIELD_IDENT, true, AT(create_namespace, id), 0 },
        { "mode", FIELD_CREATE_MODE, false, AT(create_namespace, mode), 0 },
        { "properties", FIELD_MAP, false, AT(create_namespace, properties), 0 },
        { 0 },
};

static const struct field create_table_tag[] = {
        { "id", FIELD_IDENT, true, AT(create_table_tag, id), 0 },
        { "tag", FIELD_STRING, true, AT(create_table_tag, tag), NAME_MAX_HERE },
        { "version", FIELD_TAG_VERSION, true, AT(create_table_tag, version), 0 },
        { "branch", FIELD_BRANCH, false, AT(create_table_tag, branch), 0 },
        { 0 },
};

static const struct field update_table_tag[] = {
        { "id", FIELD_IDENT, true, AT(update_table_tag, id), 0 },
        { "tag", FIELD_STRING, true, AT(update_table_tag, tag), NAME_MAX_HERE },
        { "version", FIELD_TAG_VERSION, true, AT(update_table_tag, version), 0 },
        { "branch", FIELD_BRANCH, false, AT(update_table_tag, branch), 0 },
        { 0 },
};

static const struct field delete_table_tag[] = {
        { "id", FIELD_IDENT, true, AT(delete_table_tag, id), 0 },
        { "tag", FIELD_STRING, true, AT(delete_table_tag, tag), NAME_MAX_HERE },
        { 0 },
};

#define KIND(number, name) [number] = { #name, name, offsetof(struct lns_batch_operation, name) }

/* By enum lns_batch_operation_kind: CommitTableOperation, and ours. */
static const struct kind {
        const char *key;
        const struct field *fields;
        size_t offset;
} kinds[] = {
        KIND(LNS_BATCH_DECLARE_TABLE, declare_table),
        KIND(LNS_BATCH_CREATE_TABLE_VERSION, create_table_version),
        KIND(LNS_BATCH_DELETE_TABLE_VERSIONS, delete_table_versions),
        KIND(LNS_BATCH_DEREGISTER_TABLE, deregister_table),
        KIND(LNS_BATCH_CREATE_NAMESPACE, create_namespace),
        KIND(LNS_BATCH_CREATE_TABLE_TAG, create_table_tag),
        KIND(LNS_BATCH_UPDATE_TABLE_TAG, update_table_tag),
        KIND(LNS_BATCH_DELETE_TABLE_TAG, delete_table_tag),
};

/* What is being read. */
struct reading {
        struct lns_document *document;
        const struct tree *tree;
        struct lns_error *err;
};

/* ---- places in errors ---- */

/* Refuse what stands at a place. */
LNS_PRINTF(3, 4)
static int refuse(struct reading *reading, const char *place, const char *fmt, ...)
{
        char message[LNS_ERROR_TEXT_MAX];
        va_list args;

        va_start(args, fmt);
        (void)vsnprintf(message, sizeof(message), fmt, args);
        va_end(args);
        (void)lns_error_set(reading->err, LNS_INVALID_INPUT, "%s", message);
        return lns_error_add_detail(reading->err, "%s", place);
}

/* The same for an entry of a list, or a member of it. */
LNS_PRINTF(5, 6)
static int refuse_entry(struct reading *reading, const char *list, size_t index, const char *member,
                        const char *fmt, ...)
{
        char message[LNS_ERROR_TEXT_MAX];
        va_list args;

        va_start(args, fmt);
        (void)vsnprintf(message, sizeof(message), fmt, args);
        va_end(args);
        (void)lns_error_set(reading->err, LNS_INVALID_INPUT, "%s", message);
        return lns_error_add_detail(reading->err, "%s[%zu]%s%s", list, index, *member ? "." : "",
                                    member);
}

/* "version" becomes "operations[3].create_table_version.version". */
static int add_place(struct reading *reading, const char *list, size_t index, const char *key)
{
        char field[LNS_ERROR_TEXT_MAX];

        /* Out of memory has no place. */
        if (!reading->err || !reading->err->detail[0])
                return -1;
        (void)snprintf(field, sizeof(field), "%s", reading->err->detail);
        reading->err->detail[0] = '\0';
        return lns_error_add_detail(reading->err, "%s[%zu].%s%s%s", list, index, key,
                                    *key ? "." : "", field);
}

/* ---- delete_table_versions.ranges ---- */

struct range_field {
        const char *name;
        int64_t least;
        size_t offset;
};

static const struct range_field range_fields[] = {
        { "start_version", 0, offsetof(struct lns_version_range, start_version) },
        { "end_version", -1, offsetof(struct lns_version_range, end_version) },
};

/* VersionRange. */
static int read_range(struct reading *reading, const struct node *node, size_t index,
                      struct lns_version_range *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(range_fields); i++) {
                const struct range_field *field = &range_fields[i];
                const struct node *member = NULL;
                struct value value;

                if (node->type == NODE_OBJECT)
                        member = tree_member(reading->tree, node, field->name);
                if (!member)
                        return refuse_entry(reading, "ranges", index, field->name, "%s is missing",
                                            field->name);
                value = tree_value(reading->tree, member);
                if (value.type != VALUE_INTEGER || value.integer < field->least)
                        return refuse_entry(reading, "ranges", index, field->name,
                                            "%s must be an integer from %d to 9223372036854775807",
                                            field->name, (int)field->least);
                memcpy((char *)ret + field->offset, &value.integer, sizeof(value.integer));
        }
        return 0;
}

/* Whether they run backwards or overlap is the catalog's to say. */
static int read_ranges(struct reading *reading, const struct node *object,
                       struct lns_batch_delete_table_versions_request *ret)
{
        const struct node *array = tree_member(reading->tree, object, "ranges");
        const struct node *node;
        struct lns_version_range *ranges;

        if (!array)
                return field_refuse_missing(reading->err, "ranges");
        if (array->type != NODE_ARRAY)
                return field_refuse(reading->err, "ranges", "an array");
        if (array->length < 1 || array->length > LNS_BATCH_MAX)
                return refuse(reading, "ranges", "%u ranges are given, 1 to %d are possible",
                              array->length, LNS_BATCH_MAX);
        ranges = document_alloc(reading->document, array->length * sizeof(*ranges), reading->err);
        if (!ranges)
                return -1;
        node = node_first(array);
        for (uint32_t i = 0; i < array->length; i++, node = node_next(node)) {
                if (read_range(reading, node, i, &ranges[i]) < 0)
                        return -1;
        }
        ret->ranges = ranges;
        ret->n_ranges = array->length;
        return 0;
}

/* ---- operations ---- */

static int read_member(struct reading *reading, const struct node *object,
                       enum lns_batch_operation_kind kind, struct lns_batch_operation *ret)
{
        ret->kind = kind;
        if (kind == LNS_BATCH_CREATE_TABLE_VERSION)
                ret->create_table_version.manifest_size = -1;
        if (tree_fields_read(reading->document, reading->tree, object, kinds[kind].fields,
                             (char *)ret + kinds[kind].offset, reading->err) < 0)
                return -1;
        if (kind == LNS_BATCH_DELETE_TABLE_VERSIONS)
                return read_ranges(reading, object, &ret->delete_table_versions);
        return 0;
}

/* The kind of a key, or ARRAY_SIZE(kinds). */
static size_t find_kind(const char *key)
{
        size_t kind = 0;

        while (kind < ARRAY_SIZE(kinds) && strcmp(kinds[kind].key, key) != 0)
                kind++;
        return kind;
}

/* Remember the key of an operation. One that is not known is refused even beside one that is: it
 * asks for something that would not happen. */
static int take_key(struct reading *reading, const struct node *key, size_t index,
                    const struct node **found, size_t *kind)
{
        const char *name = node_string(reading->tree, key);
        size_t this_kind = find_kind(name);

        if (this_kind == ARRAY_SIZE(kinds))
                return refuse_entry(reading, "operations", index, name,
                                    "no operation is called '%s'", name);
        if (*found)
                return refuse_entry(reading, "operations", index, "",
                                    "'%s' and '%s' are in one entry; each takes its own",
                                    kinds[*kind].key, name);
        *found = key;
        *kind = this_kind;
        return 0;
}

/* CommitTableOperation: the one key whose value is not null. */
static int read_operation(struct reading *reading, const struct node *node, size_t index,
                          struct lns_batch_operation *ret)
{
        const struct node *key = node_first(node);
        const struct node *found = NULL;
        const struct node *member;
        size_t kind = 0;

        if (node->type != NODE_OBJECT)
                return refuse_entry(reading, "operations", index, "", "an entry must be an object");
        for (uint32_t i = 0; i < node->length; i++) {
                const struct node *value = node_next(key);

                if (value->type != NODE_NULL && take_key(reading, key, index, &found, &kind) < 0)
                        return -1;
                key = node_next(value);
        }
        if (!found)
                return refuse_entry(reading, "operations", index, "",
                                    "an entry names no operation");
        member = node_next(found);
        if (member->type != NODE_OBJECT)
                return refuse_entry(reading, "operations", index, kinds[kind].key,
                                    "%s must be an object", kinds[kind].key);
        if (read_member(reading, member, (enum lns_batch_operation_kind)kind, ret) < 0)
                return add_place(reading, "operations", index, kinds[kind].key);
        return 0;
}

/* CreateTableVersionEntry. */
static int read_entry(struct reading *reading, const struct node *node, size_t index,
                      struct lns_batch_operation *ret)
{
        if (node->type != NODE_OBJECT)
                return refuse_entry(reading, "entries", index, "", "an entry must be an object");
        if (read_member(reading, node, LNS_BATCH_CREATE_TABLE_VERSION, ret) < 0)
                return add_place(reading, "entries", index, "");
        return 0;
}

/* ---- the whole ---- */

static int read_list(struct reading *reading, const struct node *array, const char *name,
                     struct lns_batch_commit_tables_request *request)
{
        struct lns_batch_operation *operations;
        const struct node *node = node_first(array);

        if (array->type != NODE_ARRAY)
                return field_refuse(reading->err, name, "an array");
        if (array->length < 1 || array->length > LNS_BATCH_MAX)
                return refuse(reading, name, "%u %s are given, 1 to %d are possible", array->length,
                              name, LNS_BATCH_MAX);
        operations = document_alloc(reading->document, array->length * sizeof(*operations),
                                    reading->err);
        if (!operations)
                return -1;
        for (uint32_t i = 0; i < array->length; i++, node = node_next(node)) {
                int result = request->entries ? read_entry(reading, node, i, &operations[i])
                                              : read_operation(reading, node, i, &operations[i]);

                if (result < 0)
                        return -1;
        }
        request->operations = operations;
        request->n_operations = array->length;
        return 0;
}

/* What the document has beside its list. */
static const struct field options[] = {
        { "id", FIELD_STRING, false, offsetof(struct lns_batch_commit_tables_request, id),
          LNS_BATCH_ID_MAX },
        { "dry_run", FIELD_BOOLEAN, false,
          offsetof(struct lns_batch_commit_tables_request, dry_run), 0 },
        { 0 },
};

static int read_request(struct reading *reading, struct lns_batch_commit_tables_request *request)
{
        const struct tree *tree = reading->tree;
        const struct node *operations = tree_member(tree, tree->nodes, "operations");
        const struct node *entries = tree_member(tree, tree->nodes, "entries");

        if (operations && entries)
                return refuse(reading, "entries", "the document has both operations and entries");
        if (!operations && !entries)
                return refuse(reading, "operations",
                              "the document has neither operations nor entries");
        if (tree_fields_read(reading->document, tree, tree->nodes, options, request, reading->err) <
            0)
                return -1;
        if (request->id && !request->id[0])
                return field_refuse(reading->err, "id", "a string that is not empty");
        request->entries = entries != NULL;
        return entries ? read_list(reading, entries, "entries", request)
                       : read_list(reading, operations, "operations", request);
}

/* Put the canonical form into the document. identity and context stand in the document, and in each
 * member request: {"operations": [{"declare_table": {...}}]} or {"entries": [{...}]}. */
static int keep_canonical(struct reading *reading, const char *source, size_t length)
{
        struct lns_document *document = reading->document;
        const struct node *entries = tree_member(reading->tree, reading->tree->nodes, "entries");
        ssize_t written;
        char *smaller;

        document->canonical = malloc(length + 1);
        if (!document->canonical)
                return lns_error_set_oom(reading->err);
        written = tree_write(reading->tree, source, entries ? 3 : 4, document->canonical,
                             length + 1, reading->err);
        if (written < 0)
                return -1;
        smaller = realloc(document->canonical, (size_t)written + 1);
        if (smaller)
                document->canonical = smaller; /* as good when it stays big */
        return 0;
}

static void free_document(struct lns_document **document)
{
        lns_document_free(*document);
}

int lns_batch_commit_tables_request_parse(const char *text, size_t length,
                                          struct lns_batch_commit_tables_request *ret_request,
                                          struct lns_document **ret_document, struct lns_error *err)
{
        cleanup_(free_document) struct lns_document *document = NULL;
        cleanup_(tree_clear) struct tree tree = { 0 };
        struct lns_batch_commit_tables_request request = { 0 };
        struct reading reading = { .tree = &tree, .err = err };
        int result;

        if (length > LNS_BATCH_DOCUMENT_MAX)
                return document_refuse_size(length, LNS_BATCH_DOCUMENT_MAX, err);
        result = json_scan(text, length, err);
        if (result != 0)
                return result;
        if (document_new(&document, err) < 0)
                return -1;
        reading.document = document;
        document->text = malloc(length);
        if (!document->text)
                return lns_error_set_oom(err);
        memcpy(document->text, text, length);
        if (tree_build(&tree, document->text, length, err) < 0 ||
            keep_canonical(&reading, text, length) < 0 || read_request(&reading, &request) < 0)
                return -1;
        request.document = document->canonical;
        *ret_request = request;
        *ret_document = document; /* the caller's from here */
        document = NULL;
        return 0;
}

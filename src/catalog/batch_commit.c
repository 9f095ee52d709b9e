/* Checks of BatchCommitTables: each operation as the single one is checked, where it may reach, and
 * whether the batch contradicts itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_internal.h"
#include "util/utf8.h"
#include "util/util.h"

/* ---- places: "operations[3].create_table_version.version", "entries[3].version" ---- */

static const char *const keys[] = {
        [LNS_BATCH_DECLARE_TABLE] = "declare_table",
        [LNS_BATCH_CREATE_TABLE_VERSION] = "create_table_version",
        [LNS_BATCH_DELETE_TABLE_VERSIONS] = "delete_table_versions",
        [LNS_BATCH_DEREGISTER_TABLE] = "deregister_table",
        [LNS_BATCH_CREATE_NAMESPACE] = "create_namespace",
        [LNS_BATCH_CREATE_TABLE_TAG] = "create_table_tag",
        [LNS_BATCH_UPDATE_TABLE_TAG] = "update_table_tag",
        [LNS_BATCH_DELETE_TABLE_TAG] = "delete_table_tag",
};

/* Put the operation in front of the field that the detail names. Gives -1. */
static int add_place(struct call *call, const struct lns_batch_commit_tables_request *request,
                     size_t index)
{
        char field[LNS_ERROR_TEXT_MAX];

        strcpy(field, call->err.detail);
        call->err.detail[0] = '\0';
        if (request->entries)
                return lns_error_add_detail(&call->err, "entries[%zu]%s%s", index,
                                            field[0] ? "." : "", field);
        return lns_error_add_detail(&call->err, "operations[%zu].%s%s%s", index,
                                    keys[request->operations[index].kind], field[0] ? "." : "",
                                    field);
}

/* ---- one operation ---- */

/* The identifier that an operation is about. */
static const struct lns_ident *operation_id(const struct lns_batch_operation *operation)
{
        switch (operation->kind) {
        case LNS_BATCH_DECLARE_TABLE:
                return operation->declare_table.id;
        case LNS_BATCH_CREATE_TABLE_VERSION:
                return operation->create_table_version.id;
        case LNS_BATCH_DELETE_TABLE_VERSIONS:
                return operation->delete_table_versions.id;
        case LNS_BATCH_DEREGISTER_TABLE:
                return operation->deregister_table.id;
        case LNS_BATCH_CREATE_NAMESPACE:
                return operation->create_namespace.id;
        case LNS_BATCH_CREATE_TABLE_TAG:
                return operation->create_table_tag.id;
        case LNS_BATCH_UPDATE_TABLE_TAG:
                return operation->update_table_tag.id;
        default:
                return operation->delete_table_tag.id;
        }
}

/* As the operation alone is checked; puts the defaults in. */
static int check_operation(struct call *call, struct lns_batch_operation *operation)
{
        switch (operation->kind) {
        case LNS_BATCH_DECLARE_TABLE:
                return check_declare_table(call, &operation->declare_table);
        case LNS_BATCH_CREATE_TABLE_VERSION:
                return check_create_table_version(call, &operation->create_table_version);
        case LNS_BATCH_DELETE_TABLE_VERSIONS:
                return check_batch_delete_table_versions(call, &operation->delete_table_versions);
        case LNS_BATCH_DEREGISTER_TABLE:
                return check_deregister_table(call, &operation->deregister_table);
        case LNS_BATCH_CREATE_NAMESPACE:
                return check_create_namespace(call, &operation->create_namespace);
        case LNS_BATCH_CREATE_TABLE_TAG:
                return check_create_table_tag(call, &operation->create_table_tag);
        case LNS_BATCH_UPDATE_TABLE_TAG:
                return check_update_table_tag(call, &operation->update_table_tag);
        default:
                return check_delete_table_tag(call, &operation->delete_table_tag);
        }
}

/* Does the identifier lie in the namespace? Itself it does not. */
static bool lies_in(const struct lns_ident *id, const struct lns_ident *scope)
{
        if (scope->n_parts == 0)
                return true;
        if (id->n_parts <= scope->n_parts)
                return false;
        for (size_t i = 0; i < scope->n_parts; i++) {
                if (strcmp(id->parts[i], scope->parts[i]) != 0)
                        return false;
        }
        return true;
}

static int check_scope(struct call *call, const struct lns_batch_commit_tables_request *request,
                       const struct lns_ident *id)
{
        char id_text[LNS_ERROR_TEXT_MAX / 2];
        char scope_text[LNS_ERROR_TEXT_MAX / 2];

        if (!request->scope || lies_in(id, request->scope))
                return 0;
        (void)lns_ident_to_text(id, id_text, sizeof(id_text));
        (void)lns_ident_to_text(request->scope, scope_text, sizeof(scope_text));
        utf8_clean(id_text);
        utf8_clean(scope_text);
        (void)lns_error_set(&call->err, LNS_PERMISSION_DENIED, "'%s' is not in namespace '%s'",
                            id_text, scope_text);
        return lns_error_add_detail(&call->err, "id");
}

/* Check the operations in order, in a copy that gets their defaults. */
static int check_operations(struct call *call, struct lns_batch_commit_tables_request *request)
{
        struct lns_batch_operation *copy = calloc(request->n_operations, sizeof(*copy));

        if (!copy)
                return lns_error_set_oom(&call->err);
        call->entries = copy;
        memcpy(copy, request->operations, request->n_operations * sizeof(*copy));
        for (size_t i = 0; i < request->n_operations; i++) {
                struct lns_batch_operation *operation = &copy[i];

                if ((unsigned)operation->kind >= ARRAY_SIZE(keys) ||
                    (request->entries && operation->kind != LNS_BATCH_CREATE_TABLE_VERSION)) {
                        (void)call_refuse(call, "kind", "operation %d cannot be in this batch",
                                          (int)operation->kind);
                        call->err.detail[0] = '\0';
                        return lns_error_add_detail(&call->err, "%s[%zu]",
                                                    request->entries ? "entries" : "operations", i);
                }
                if (check_operation(call, operation) < 0 ||
                    check_scope(call, request, operation_id(operation)) < 0)
                        return add_place(call, request, i);
        }
        request->operations = copy;
        return 0;
}

/* ---- contradictions ---- */

/* What must not stand in a batch twice: a version, or that a table comes or goes. They are sorted by
 * a hash first, because comparing identifiers costs much more; equal ones by their order. */
struct claim {
        uint64_t hash;
        size_t index;
};

static uint64_t hash_text(uint64_t hash, const char *text)
{
        /* FNV-1a, with the NUL, so that "a" "bc" is not "ab" "c". */
        do {
                hash = (hash ^ (unsigned char)*text) * 1099511628211U;
        } while (*text++);
        return hash;
}

static uint64_t hash_operation(const struct lns_batch_operation *operation)
{
        const struct lns_ident *id = operation_id(operation);
        uint64_t hash = 14695981039346656037U;

        for (size_t i = 0; i < id->n_parts; i++)
                hash = hash_text(hash, id->parts[i]);
        if (operation->kind != LNS_BATCH_CREATE_TABLE_VERSION)
                return hash;
        if (operation->create_table_version.branch)
                hash = hash_text(hash, operation->create_table_version.branch);
        return (hash ^ operation->create_table_version.version) * 1099511628211U;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
        return (a > b) - (a < b);
}

static int compare_idents(const struct lns_ident *a, const struct lns_ident *b)
{
        for (size_t i = 0; i < a->n_parts && i < b->n_parts; i++) {
                int order = strcmp(a->parts[i], b->parts[i]);

                if (order != 0)
                        return order;
        }
        return compare_numbers(a->n_parts, b->n_parts);
}

/* 0: they claim the same. */
static int compare_subjects(const struct lns_batch_operation *a,
                            const struct lns_batch_operation *b)
{
        const bool version = a->kind == LNS_BATCH_CREATE_TABLE_VERSION;
        const struct lns_create_table_version_request *one = &a->create_table_version;
        const struct lns_create_table_version_request *other = &b->create_table_version;
        int order = (version ? 1 : 0) - (b->kind == LNS_BATCH_CREATE_TABLE_VERSION ? 1 : 0);

        if (order == 0)
                order = compare_idents(operation_id(a), operation_id(b));
        if (order != 0 || !version)
                return order;
        order = compare_numbers(one->version, other->version);
        if (order == 0)
                order = strcmp(one->branch ? one->branch : "", other->branch ? other->branch : "");
        return order;
}

static int compare_claims(const void *left, const void *right, void *context)
{
        const struct lns_batch_operation *operations = context;
        const struct claim *a = left;
        const struct claim *b = right;
        int order = compare_numbers(a->hash, b->hash);

        if (order == 0)
                order = compare_subjects(&operations[a->index], &operations[b->index]);
        return order != 0 ? order : compare_numbers(a->index, b->index);
}

/* Two claims of the same subject, one after the other. A table may go and another come in its place;
 * nothing else makes sense twice. */
static int refuse_twice(struct call *call, const struct lns_batch_commit_tables_request *request,
                        size_t first, size_t second)
{
        const struct lns_batch_operation *operation = &request->operations[second];
        const char *list = request->entries ? "entries" : "operations";
        const char *field = "id";

        if (operation->kind == LNS_BATCH_CREATE_TABLE_VERSION) {
                field = "version";
                (void)lns_error_set(&call->err, LNS_INVALID_INPUT,
                                    "version %llu stands twice in the batch, first in %s[%zu]",
                                    (unsigned long long)operation->create_table_version.version,
                                    list, first);
        } else {
                char text[LNS_ERROR_TEXT_MAX / 2];

                (void)lns_ident_to_text(operation_id(operation), text, sizeof(text));
                utf8_clean(text);
                (void)lns_error_set(&call->err, LNS_INVALID_INPUT,
                                    "%s of '%s' contradicts the %s in %s[%zu]",
                                    keys[operation->kind], text,
                                    keys[request->operations[first].kind], list, first);
        }
        (void)lns_error_add_detail(&call->err, "%s", field);
        return add_place(call, request, second);
}

static bool is_claim(const struct lns_batch_operation *operation)
{
        return operation->kind == LNS_BATCH_CREATE_TABLE_VERSION ||
               operation->kind == LNS_BATCH_DECLARE_TABLE ||
               operation->kind == LNS_BATCH_DEREGISTER_TABLE;
}

/* Names the first operation that contradicts one before it. */
static int check_contradictions(struct call *call,
                                const struct lns_batch_commit_tables_request *request)
{
        const struct lns_batch_operation *operations = request->operations;
        cleanup_(free_pointer) struct claim *claims =
                calloc(request->n_operations, sizeof(*claims));
        size_t first = 0;
        size_t second = SIZE_MAX;
        size_t n = 0;

        if (!claims)
                return lns_error_set_oom(&call->err);
        for (size_t i = 0; i < request->n_operations; i++) {
                if (is_claim(&operations[i]))
                        claims[n++] = (struct claim){ hash_operation(&operations[i]), i };
        }
        qsort_r(claims, n, sizeof(*claims), compare_claims,
                (void *)(uintptr_t)operations); /* which it only reads */
        for (size_t i = 1; i < n; i++) {
                const struct lns_batch_operation *before = &operations[claims[i - 1].index];
                const struct lns_batch_operation *after = &operations[claims[i].index];

                if (claims[i - 1].hash != claims[i].hash || compare_subjects(before, after) != 0 ||
                    claims[i].index >= second)
                        continue;
                if (before->kind == LNS_BATCH_DEREGISTER_TABLE &&
                    after->kind == LNS_BATCH_DECLARE_TABLE)
                        continue;
                first = claims[i - 1].index;
                second = claims[i].index;
        }
        return second == SIZE_MAX ? 0 : refuse_twice(call, request, first, second);
}

/* ---- the whole ---- */

/* What is ours beside the operations. */
static int check_options(struct call *call, const struct lns_batch_commit_tables_request *request)
{
        if (request->id) {
                const size_t length = strlen(request->id);

                if (length < 1 || length > LNS_BATCH_ID_MAX)
                        return call_refuse(call, "id", "id has %zu bytes, 1 to %d are possible",
                                           length, LNS_BATCH_ID_MAX);
                if (!utf8_valid(request->id, length) || utf8_has_control(request->id, length))
                        return call_refuse(call, "id",
                                           "id must be UTF-8 without control "
                                           "characters");
                if (!request->document)
                        return call_refuse(call, "id", "an id needs the document that it names");
        }
        if (request->document && strlen(request->document) > LNS_BATCH_DOCUMENT_MAX)
                return call_refuse(call, "document", "the document is larger than %d bytes",
                                   LNS_BATCH_DOCUMENT_MAX);
        if (!request->receipt_name)
                return 0;
        if (check_receipt_name(request->receipt_name, &call->err) < 0)
                return lns_error_add_detail(&call->err, "receipt_name");
        if (request->receipt_directory > INT64_MAX)
                return lns_error_set(&call->err, LNS_NAMESPACE_NOT_FOUND, "node %llu not found",
                                     (unsigned long long)request->receipt_directory);
        if (request->receipt_directory == LNS_NODE_DEREGISTERED)
                return call_refuse(call, "receipt_directory",
                                   "receipts are not put among deregistered tables");
        return 0;
}

int check_batch_commit_tables(struct call *call, struct lns_batch_commit_tables_request *request)
{
        const char *list = request->entries ? "entries" : "operations";

        if (request->n_operations < 1 || request->n_operations > LNS_BATCH_MAX)
                return call_refuse(call, list, "%zu %s are given, 1 to %d are possible",
                                   request->n_operations, list, LNS_BATCH_MAX);
        if (check_options(call, request) < 0 || check_operations(call, request) < 0)
                return -1;
        return check_contradictions(call, request);
}

/* Checks of whole requests, in the order of operation.def. Each argument is checked here and
 * nowhere else. */
#include <string.h>

#include "catalog/catalog_internal.h"
#include "util/utf8.h"
#include "util/util.h"

/* The longest token of list_all_tables: a whole identifier. */
#define IDENT_TEXT_MAX (LNS_IDENT_PARTS_MAX * (LNS_NAME_MAX + 1))

/* ---- namespaces ---- */

int check_create_namespace(struct call *call, struct lns_create_namespace_request *request)
{
        if (check_namespace_id(call, request->id, "id") < 0)
                return -1;
        if ((unsigned)request->mode > LNS_CREATE_MODE_OVERWRITE)
                return call_refuse(call, "mode", "mode %d is none of Create, ExistOk, Overwrite",
                                   (int)request->mode);
        if (check_map(call, request->properties, "properties") < 0 ||
            check_mode(call, request->has_mode, request->file_mode) < 0)
                return -1;
        if (request->id->n_parts == 0 && request->mode != LNS_CREATE_MODE_EXIST_OK)
                return lns_error_set(&call->err, LNS_NAMESPACE_ALREADY_EXISTS,
                                     "the root namespace is always there");
        return 0;
}

int check_list_namespaces(struct call *call, struct lns_list_namespaces_request *request)
{
        if (check_namespace_id(call, request->id, "id") < 0)
                return -1;
        return check_page(call, &request->page_token, LNS_NAME_MAX, &request->limit);
}

int check_describe_namespace(struct call *call, struct lns_describe_namespace_request *request)
{
        return check_namespace_id(call, request->id, "id");
}

int check_drop_namespace(struct call *call, struct lns_drop_namespace_request *request)
{
        if (check_namespace_id(call, request->id, "id") < 0)
                return -1;
        if (request->id->n_parts == 0)
                return call_refuse(call, "id", "the root namespace cannot be dropped");
        return 0;
}

int check_namespace_exists(struct call *call, struct lns_namespace_exists_request *request)
{
        return check_namespace_id(call, request->id, "id");
}

/* Is `id` above `other`? */
static bool is_above(const struct lns_ident *id, const struct lns_ident *other)
{
        if (id->n_parts >= other->n_parts)
                return false;
        for (size_t i = 0; i < id->n_parts; i++) {
                if (strcmp(id->parts[i], other->parts[i]) != 0)
                        return false;
        }
        return true;
}

int check_rename_namespace(struct call *call, struct lns_rename_namespace_request *request)
{
        if (check_namespace_id(call, request->id, "id") < 0 ||
            check_namespace_id(call, request->new_id, "new_id") < 0)
                return -1;
        if (request->id->n_parts == 0)
                return call_refuse(call, "id", "the root namespace cannot be renamed");
        if (request->new_id->n_parts == 0)
                return call_refuse(call, "new_id", "no namespace can become the root");
        if (is_above(request->id, request->new_id))
                return call_refuse(call, "new_id", "a namespace cannot move into itself");
        return 0;
}

/* ---- tables ---- */

int check_list_tables(struct call *call, struct lns_list_tables_request *request)
{
        if (check_namespace_id(call, request->id, "id") < 0)
                return -1;
        return check_page(call, &request->page_token, LNS_NAME_MAX, &request->limit);
}

int check_list_all_tables(struct call *call, struct lns_list_all_tables_request *request)
{
        return check_page(call, &request->page_token, IDENT_TEXT_MAX, &request->limit);
}

int check_declare_table(struct call *call, struct lns_declare_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        if (request->location && check_location(call, request->location, "location") < 0)
                return -1;
        if (check_map(call, request->properties, "properties") < 0)
                return -1;
        return check_mode(call, request->has_mode, request->file_mode);
}

int check_register_table(struct call *call, struct lns_register_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_location(call, request->location, "location") < 0)
                return -1;
        return check_map(call, request->properties, "properties");
}

int check_describe_table(struct call *call, struct lns_describe_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_version(call, 0, request->version, "version") < 0)
                return -1;
        if (request->tag && check_tag(call, request->tag, "tag") < 0)
                return -1;
        if (request->tag && (request->version > 0 || request->branch))
                return call_refuse(call, "tag", "a tag excludes a version and a branch");
        return check_branch(call, &request->branch, "branch");
}

int check_table_exists(struct call *call, struct lns_table_exists_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_version(call, 0, request->version, "version");
}

int check_drop_table(struct call *call, struct lns_drop_table_request *request)
{
        return check_table_id(call, request->id, "id");
}

int check_deregister_table(struct call *call, struct lns_deregister_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        if (!request->deregistered_name)
                return 0;
        return check_name(call, request->deregistered_name, "deregistered_name");
}

int check_restore_deregistered_table(struct call *call,
                                     struct lns_restore_deregistered_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_name(call, request->deregistered_name, "deregistered_name");
}

int check_rename_table(struct call *call, struct lns_rename_table_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_name(call, request->new_table_name, "new_table_name") < 0)
                return -1;
        if (!request->new_namespace_id)
                return 0;
        return check_namespace_id(call, request->new_namespace_id, "new_namespace_id");
}

/* ---- versions ---- */

int check_version_entry(struct call *call, struct lns_create_table_version_request *entry)
{
        if (check_version(call, 1, entry->version, "version") < 0 ||
            check_branch(call, &entry->branch, "branch") < 0 ||
            check_manifest_path(call, entry->manifest_path, "manifest_path") < 0)
                return -1;
        if (entry->manifest_size < -1)
                return call_refuse(call, "manifest_size", "manifest_size is negative");
        /* An empty e_tag says nothing, so it must not make two manifests the same. */
        if (entry->e_tag && !entry->e_tag[0])
                entry->e_tag = NULL;
        if (entry->e_tag && strlen(entry->e_tag) > LNS_E_TAG_MAX)
                return call_refuse(call, "e_tag", "e_tag has %zu bytes, at most %d are possible",
                                   strlen(entry->e_tag), LNS_E_TAG_MAX);
        if (entry->e_tag && !utf8_valid(entry->e_tag, strlen(entry->e_tag)))
                return call_refuse(call, "e_tag", "e_tag is not valid UTF-8");
        if ((unsigned)entry->naming_scheme > LNS_NAMING_SCHEME_V2)
                return call_refuse(call, "naming_scheme", "naming_scheme %d is neither V1 nor V2",
                                   (int)entry->naming_scheme);
        return check_map(call, entry->metadata, "metadata");
}

int check_create_table_version(struct call *call, struct lns_create_table_version_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_version_entry(call, request);
}

int check_list_table_versions(struct call *call, struct lns_list_table_versions_request *request)
{
        uint64_t version;

        if (check_table_id(call, request->id, "id") < 0 ||
            check_branch(call, &request->branch, "branch") < 0 ||
            check_page(call, &request->page_token, LNS_NAME_MAX, &request->limit) < 0)
                return -1;
        if (request->page_token &&
            lns_version_parse(request->page_token, strlen(request->page_token), &version) < 0)
                return call_refuse(call, "page_token", "page_token '%s' is not a version",
                                   request->page_token);
        return 0;
}

int check_describe_table_version(struct call *call,
                                 struct lns_describe_table_version_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_version(call, 0, request->version, "version") < 0)
                return -1;
        return check_branch(call, &request->branch, "branch");
}

/* ---- tags ---- */

int check_list_table_tags(struct call *call, struct lns_list_table_tags_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_page(call, &request->page_token, LNS_NAME_MAX, &request->limit);
}

int check_get_table_tag_version(struct call *call,
                                struct lns_get_table_tag_version_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_tag(call, request->tag, "tag");
}

int check_create_table_tag(struct call *call, struct lns_create_table_tag_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_tag(call, request->tag, "tag") < 0 ||
            check_version(call, 0, request->version, "version") < 0)
                return -1;
        return check_branch(call, &request->branch, "branch");
}

int check_update_table_tag(struct call *call, struct lns_update_table_tag_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_tag(call, request->tag, "tag") < 0 ||
            check_version(call, 0, request->version, "version") < 0)
                return -1;
        return check_branch(call, &request->branch, "branch");
}

int check_delete_table_tag(struct call *call, struct lns_delete_table_tag_request *request)
{
        if (check_table_id(call, request->id, "id") < 0)
                return -1;
        return check_tag(call, request->tag, "tag");
}

int check_rename_table_tag(struct call *call, struct lns_rename_table_tag_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_tag(call, request->tag, "tag") < 0 ||
            check_tag(call, request->new_tag, "new_tag") < 0)
                return -1;
        if (request->new_id && check_table_id(call, request->new_id, "new_id") < 0)
                return -1;
        if ((unsigned)request->mode > LNS_RENAME_EXCHANGE)
                return call_refuse(call, "mode", "mode %d is no way to rename", (int)request->mode);
        return 0;
}

int check_copy_table_tag(struct call *call, struct lns_copy_table_tag_request *request)
{
        if (check_table_id(call, request->id, "id") < 0 ||
            check_tag(call, request->tag, "tag") < 0 ||
            check_tag(call, request->new_tag, "new_tag") < 0)
                return -1;
        if (!request->new_id)
                return 0;
        return check_table_id(call, request->new_id, "new_id");
}

/* ---- transactions ---- */

/* Numbers beyond what an engine counts to are of no transaction. */
static int check_transaction_id(struct call *call, uint64_t transaction_id)
{
        if (transaction_id >= 1 && transaction_id <= INT64_MAX)
                return 0;
        return lns_error_set(&call->err, LNS_TRANSACTION_NOT_FOUND, "transaction %llu not found",
                             (unsigned long long)transaction_id);
}

int check_describe_transaction(struct call *call, struct lns_describe_transaction_request *request)
{
        return check_transaction_id(call, request->transaction_id);
}

/* Properties that describe_transaction gives of itself. */
static bool is_reserved(const char *key)
{
        return strcmp(key, "uid") == 0 || strcmp(key, "time_millis") == 0 ||
               strcmp(key, "operation") == 0;
}

static int check_action(struct call *call, const struct lns_alter_transaction_action *action)
{
        switch (action->kind) {
        case LNS_SET_STATUS:
                if ((unsigned)action->status > LNS_TRANSACTION_CANCELED)
                        return call_refuse(call, "status", "status %d is no status",
                                           (int)action->status);
                return 0;
        case LNS_SET_PROPERTY:
                if (check_value(call, action->value, "value") < 0)
                        return -1;
                break;
        case LNS_UNSET_PROPERTY:
                break;
        default:
                return call_refuse(call, "kind", "action %d is no action", (int)action->kind);
        }
        if (check_key(call, action->key, "key") < 0)
                return -1;
        if ((unsigned)action->mode > LNS_PROPERTY_SKIP)
                return call_refuse(call, "mode", "mode %d is none of Overwrite, Fail, Skip",
                                   (int)action->mode);
        if (is_reserved(action->key))
                return call_refuse(call, "key", "property '%s' is the catalog's own", action->key);
        return 0;
}

int check_alter_transaction(struct call *call, struct lns_alter_transaction_request *request)
{
        if (request->n_actions < 1 || request->n_actions > LNS_BATCH_MAX)
                return call_refuse(call, "actions", "%zu actions are given, 1 to %d are possible",
                                   request->n_actions, LNS_BATCH_MAX);
        for (size_t i = 0; i < request->n_actions; i++) {
                if (check_action(call, &request->actions[i]) < 0)
                        return lns_error_add_detail(&call->err, "actions[%zu]", i);
        }
        return check_transaction_id(call, request->transaction_id);
}

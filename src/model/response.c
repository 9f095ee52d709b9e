/* What responses own, released. */
#include <stdlib.h>

#include "lns/model.h"

void lns_name_page_clear(struct lns_name_page *page)
{
        if (!page)
                return;
        for (size_t i = 0; i < page->n_names; i++)
                free(page->names[i]);
        free(page->names);
        free(page->page_token);
        *page = (struct lns_name_page){ 0 };
}

void lns_table_version_clear(struct lns_table_version *version)
{
        if (!version)
                return;
        free(version->manifest_path);
        free(version->e_tag);
        lns_map_clear(&version->metadata);
        *version = (struct lns_table_version){ 0 };
}

void lns_table_tag_clear(struct lns_table_tag *tag)
{
        if (!tag)
                return;
        free(tag->tag);
        free(tag->branch);
        *tag = (struct lns_table_tag){ 0 };
}

void lns_create_namespace_response_clear(struct lns_create_namespace_response *response)
{
        if (!response)
                return;
        lns_map_clear(&response->properties);
        *response = (struct lns_create_namespace_response){ 0 };
}

void lns_list_namespaces_response_clear(struct lns_list_namespaces_response *response)
{
        if (response)
                lns_name_page_clear(&response->namespaces);
}

void lns_describe_namespace_response_clear(struct lns_describe_namespace_response *response)
{
        if (response)
                lns_map_clear(&response->properties);
}

void lns_drop_namespace_response_clear(struct lns_drop_namespace_response *response)
{
        if (!response)
                return;
        lns_map_clear(&response->properties);
        *response = (struct lns_drop_namespace_response){ 0 };
}

void lns_list_tables_response_clear(struct lns_list_tables_response *response)
{
        if (response)
                lns_name_page_clear(&response->tables);
}

void lns_list_all_tables_response_clear(struct lns_list_all_tables_response *response)
{
        if (response)
                lns_name_page_clear(&response->tables);
}

void lns_declare_table_response_clear(struct lns_declare_table_response *response)
{
        if (!response)
                return;
        free(response->location);
        lns_map_clear(&response->properties);
        *response = (struct lns_declare_table_response){ 0 };
}

void lns_register_table_response_clear(struct lns_register_table_response *response)
{
        if (!response)
                return;
        free(response->location);
        lns_map_clear(&response->properties);
        *response = (struct lns_register_table_response){ 0 };
}

void lns_describe_table_response_clear(struct lns_describe_table_response *response)
{
        if (!response)
                return;
        free(response->table);
        lns_ident_clear(&response->ns);
        free(response->location);
        lns_map_clear(&response->properties);
        *response = (struct lns_describe_table_response){ 0 };
}

void lns_drop_table_response_clear(struct lns_drop_table_response *response)
{
        if (!response)
                return;
        lns_ident_clear(&response->id);
        free(response->location);
        lns_map_clear(&response->properties);
        *response = (struct lns_drop_table_response){ 0 };
}

void lns_deregister_table_response_clear(struct lns_deregister_table_response *response)
{
        if (!response)
                return;
        lns_ident_clear(&response->id);
        free(response->location);
        lns_map_clear(&response->properties);
        free(response->deregistered_name);
        *response = (struct lns_deregister_table_response){ 0 };
}

void lns_create_table_version_response_clear(struct lns_create_table_version_response *response)
{
        if (!response)
                return;
        lns_table_version_clear(&response->version);
        *response = (struct lns_create_table_version_response){ 0 };
}

static void clear_versions(struct lns_table_version *versions, size_t n_versions)
{
        for (size_t i = 0; i < n_versions; i++)
                lns_table_version_clear(&versions[i]);
        free(versions);
}

void lns_list_table_versions_response_clear(struct lns_list_table_versions_response *response)
{
        if (!response)
                return;
        clear_versions(response->versions, response->n_versions);
        free(response->page_token);
        *response = (struct lns_list_table_versions_response){ 0 };
}

void lns_describe_table_version_response_clear(struct lns_describe_table_version_response *response)
{
        if (response)
                lns_table_version_clear(&response->version);
}

void lns_batch_create_table_versions_response_clear(
        struct lns_batch_create_table_versions_response *response)
{
        if (!response)
                return;
        clear_versions(response->versions, response->n_versions);
        *response = (struct lns_batch_create_table_versions_response){ 0 };
}

void lns_list_table_tags_response_clear(struct lns_list_table_tags_response *response)
{
        if (!response)
                return;
        for (size_t i = 0; i < response->n_tags; i++)
                lns_table_tag_clear(&response->tags[i]);
        free(response->tags);
        free(response->page_token);
        *response = (struct lns_list_table_tags_response){ 0 };
}

void lns_get_table_tag_version_response_clear(struct lns_get_table_tag_version_response *response)
{
        if (!response)
                return;
        free(response->branch);
        *response = (struct lns_get_table_tag_version_response){ 0 };
}

void lns_describe_transaction_response_clear(struct lns_describe_transaction_response *response)
{
        if (!response)
                return;
        lns_map_clear(&response->properties);
        free(response->operation);
        free(response->request);
        free(response->response);
        *response = (struct lns_describe_transaction_response){ 0 };
}

void lns_alter_transaction_response_clear(struct lns_alter_transaction_response *response)
{
        if (!response)
                return;
        lns_map_clear(&response->properties);
        *response = (struct lns_alter_transaction_response){ 0 };
}

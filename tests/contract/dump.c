/* All that a catalog holds, as text: once as operations give it, once as nodes. Two dumps are equal
 * when nothing changed in between, times and numbers included. */
#include "contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The branches that the suite makes; no operation lists branches. */
static const char *const branches[] = { NULL, "dev", "dev/fix" };

struct dumping {
        struct lns_catalog *catalog;
        FILE *out;
};

static void print_map(const struct dumping *dumping, const struct lns_map *entries)
{
        for (size_t i = 0; i < entries->n_entries; i++)
                fprintf(dumping->out, " %s=%s", entries->entries[i].key, entries->entries[i].value);
        fputc('\n', dumping->out);
}

static void dump_versions(const struct dumping *dumping, const struct lns_ident *id,
                          const char *branch)
{
        const char *token = NULL;

        do {
                const struct lns_list_table_versions_request request = { .id = id,
                                                                         .branch = branch,
                                                                         .page_token = token,
                                                                         .limit = -1 };
                struct lns_list_table_versions_response page = { 0 };
                struct lns_error err = LNS_ERROR_INIT;

                if (lns_catalog_list_table_versions(dumping->catalog, &request, &page, &err) != 0) {
                        assert_non_null(branch);
                        assert_int_equal(err.code, LNS_TABLE_BRANCH_NOT_FOUND);
                        return;
                }
                for (size_t i = 0; i < page.n_versions; i++) {
                        const struct lns_table_version *version = &page.versions[i];

                        fprintf(dumping->out,
                                "    %s version %" PRIu64 " %s %" PRId64 " %s %" PRId64,
                                branch ? branch : "main", version->version, version->manifest_path,
                                version->manifest_size, version->e_tag ? version->e_tag : "-",
                                version->timestamp_millis);
                        print_map(dumping, &version->metadata);
                }
                token = page.page_token ? text_of("%s", page.page_token) : NULL;
                lns_list_table_versions_response_clear(&page);
        } while (token);
}

static void dump_tags(const struct dumping *dumping, const struct lns_ident *id)
{
        const char *token = NULL;

        do {
                struct lns_list_table_tags_response page = { 0 };

                assert_done(dumping->catalog, list_table_tags, &page, .id = id, .page_token = token,
                            .limit = -1);
                for (size_t i = 0; i < page.n_tags; i++) {
                        const struct lns_table_tag *tag = &page.tags[i];

                        fprintf(dumping->out,
                                "    tag %s %" PRIu64 " %s %" PRId64 " %" PRId64 " %" PRId64 "\n",
                                tag->tag, tag->version, tag->branch ? tag->branch : "main",
                                tag->manifest_size, tag->created_millis, tag->updated_millis);
                }
                token = page.page_token ? text_of("%s", page.page_token) : NULL;
                lns_list_table_tags_response_clear(&page);
        } while (token);
}

static void dump_table(const struct dumping *dumping, const struct lns_ident *id)
{
        struct lns_describe_table_response table = { 0 };

        assert_done(dumping->catalog, describe_table, &table, .id = id);
        fprintf(dumping->out, "  table %s latest %" PRIu64 " at %s%s%s", table.table, table.version,
                table.location, table.managed_versioning ? " managed" : "",
                table.is_only_declared ? " declared" : "");
        print_map(dumping, &table.properties);
        lns_describe_table_response_clear(&table);
        for (size_t i = 0; i < COUNT(branches); i++)
                dump_versions(dumping, id, branches[i]);
        dump_tags(dumping, id);
}

static const struct lns_ident *child_of(const struct lns_ident *id, const char *name)
{
        struct lns_ident child = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        const char **names = calloc(id->n_parts + 2, sizeof(*names));
        const struct lns_ident *kept;

        assert_non_null(names);
        keep(names);
        assert_ok(lns_ident_child(&child, id, name, &err), &err);
        for (size_t i = 0; i < child.n_parts; i++)
                names[i] = child.parts[i];
        kept = ident_of(names);
        lns_ident_clear(&child);
        return kept;
}

static void dump_tables(const struct dumping *dumping, const struct lns_ident *id)
{
        const char *token = NULL;

        do {
                struct lns_list_tables_response page = { 0 };

                assert_done(dumping->catalog, list_tables, &page, .id = id, .page_token = token,
                            .limit = -1);
                for (size_t i = 0; i < page.tables.n_names; i++)
                        dump_table(dumping, child_of(id, page.tables.names[i]));
                token = page.tables.page_token ? text_of("%s", page.tables.page_token) : NULL;
                lns_list_tables_response_clear(&page);
        } while (token);
}

static void dump_namespace(const struct dumping *dumping, const struct lns_ident *id)
{
        struct lns_describe_namespace_response described = { 0 };
        const char *token = NULL;
        char text[4096];

        lns_ident_to_text(id, text, sizeof(text));
        assert_done(dumping->catalog, describe_namespace, &described, .id = id);
        fprintf(dumping->out, "namespace %s", text);
        print_map(dumping, &described.properties);
        lns_describe_namespace_response_clear(&described);
        dump_tables(dumping, id);
        do {
                struct lns_list_namespaces_response page = { 0 };

                assert_done(dumping->catalog, list_namespaces, &page, .id = id, .page_token = token,
                            .limit = -1);
                for (size_t i = 0; i < page.namespaces.n_names; i++)
                        dump_namespace(dumping, child_of(id, page.namespaces.names[i]));
                token = page.namespaces.page_token ? text_of("%s", page.namespaces.page_token)
                                                   : NULL;
                lns_list_namespaces_response_clear(&page);
        } while (token);
}

/* ---- nodes ---- */

struct nodes {
        struct lns_node *nodes;
        size_t count;
};

static bool collect(void *context, const struct lns_node *node)
{
        struct nodes *nodes = context;
        struct lns_node *grown = realloc(nodes->nodes, (nodes->count + 1) * sizeof(*grown));

        if (!grown)
                return false;
        nodes->nodes = grown;
        nodes->nodes[nodes->count++] = *node;
        return true;
}

static void dump_nodes(const struct dumping *dumping, uint64_t parent, enum lns_node_kind kind)
{
        struct nodes nodes = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        if (lns_catalog_list_nodes(dumping->catalog, parent, kind, 0, true, collect, &nodes,
                                   &err) != 0) {
                /* An engine for serving only. */
                assert_int_equal(err.code, LNS_UNSUPPORTED);
                return;
        }
        for (size_t i = 0; i < nodes.count; i++) {
                const struct lns_node *node = &nodes.nodes[i];

                fprintf(dumping->out,
                        "node %d %" PRIu64 " in %" PRIu64 " '%s' version %" PRIu64 " size %" PRIu64
                        " at %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " by %u:%u %o\n",
                        (int)node->kind, node->id, node->parent, node->name, node->version,
                        node->size, node->updated_ms, node->changed_ms, node->tags_ms,
                        node->versions_ms, (unsigned)node->uid, (unsigned)node->gid,
                        (unsigned)node->mode);
                if (kind == LNS_NODE_NAMESPACE) {
                        dump_nodes(dumping, node->id, LNS_NODE_NAMESPACE);
                        dump_nodes(dumping, node->id, LNS_NODE_TABLE);
                } else if (kind == LNS_NODE_TABLE) {
                        dump_nodes(dumping, node->id, LNS_NODE_TAG);
                        dump_nodes(dumping, node->id, LNS_NODE_VERSION);
                }
        }
        free(nodes.nodes);
}

char *dump(struct lns_catalog *catalog)
{
        char *text = NULL;
        size_t size = 0;
        const struct dumping dumping = { catalog, open_memstream(&text, &size) };

        assert_non_null(dumping.out);
        dump_namespace(&dumping, root());
        dump_nodes(&dumping, LNS_NODE_ROOT, LNS_NODE_NAMESPACE);
        dump_nodes(&dumping, LNS_NODE_ROOT, LNS_NODE_TABLE);
        dump_nodes(&dumping, LNS_NODE_DEREGISTERED, LNS_NODE_TABLE);
        fprintf(dumping.out, "feed of %" PRIu64 " bytes\n", feed_size(catalog));
        assert_int_equal(fclose(dumping.out), 0);
        return keep(text);
}

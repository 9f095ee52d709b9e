/* A complete value becomes a change of the catalog. */
#include "fs/fs.h"

static int commit_tag(struct fs *fs, const struct lns_caller *caller, const struct lns_ident *table,
                      const char *tag, enum commit_mode mode, uint64_t version,
                      struct lns_error *err)
{
        if (mode == COMMIT_CREATE) {
                struct lns_create_table_tag_request request = {
                        .caller = caller,
                        .id = table,
                        .tag = tag,
                        .version = version,
                };

                return lns_catalog_create_table_tag(fs->catalog, &request, NULL, err);
        }

        struct lns_update_table_tag_request request = {
                .caller = caller,
                .id = table,
                .tag = tag,
                .version = version,
                .or_create = true,
        };

        return lns_catalog_update_table_tag(fs->catalog, &request, NULL, err);
}

int commit_value(struct fs *fs, const struct lns_caller *caller, uint64_t dir,
                 const struct entry *entry, enum commit_mode mode, const char *text, size_t length,
                 bool at_end, enum value_state *ret_state, struct lns_error *err)
{
        struct lns_create_table_version_request request = { 0 };
        struct lns_document *document = NULL;
        struct lns_ident table;
        uint64_t version = 0;
        int result;

        if (entry->kind == ENTRY_COMMIT)
                return batch_commit(fs, caller, dir, entry, text, length, ret_state, err);
        if (entry->kind == ENTRY_TAG)
                *ret_state = value_parse_tag(text, length, &version, err);
        else
                *ret_state =
                        value_parse_version(text, length, entry->version, &request, &document, err);
        if (*ret_state == VALUE_IMPOSSIBLE)
                return -1;
        if (*ret_state != VALUE_COMPLETE && !(at_end && *ret_state == VALUE_READY))
                return 0;

        if (tree_ident(fs, dir, &table, err) < 0) {
                lns_document_free(document);
                return -1;
        }
        if (entry->kind == ENTRY_TAG) {
                result = commit_tag(fs, caller, &table, entry->name, mode, version, err);
        } else {
                request.caller = caller;
                request.id = &table;
                result = lns_catalog_create_table_version(fs->catalog, &request, NULL, err);
        }
        lns_ident_clear(&table);
        lns_document_free(document);
        if (result == 0)
                *ret_state = VALUE_COMPLETE;
        return result;
}

/* ImportTable: adopts a table with all that is in it, in one transaction. What is there stays as it
 * is, so that the same import again does nothing. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

#define TABLE_MODE 0755

struct import_table {
        const struct lns_import_table_request *request;
        struct lns_import_table_response response;
        uint64_t table;
};

static int create_table(struct sqlite_write *write, struct import_table *c, uint64_t parent,
                        struct lns_error *err)
{
        const struct lns_import_table_request *request = c->request;
        const struct sqlite_change change = {
                .operation = "ImportTable",
                .parent = parent,
                .id = request->id,
                .location = request->location,
        };
        struct sqlite_new_table table = {
                .parent = parent,
                .name = request->id->parts[request->id->n_parts - 1],
                .location = request->location,
                .uid = write->uid,
                .gid = write->gid,
                .mode = TABLE_MODE,
        };

        if (sqlite_change_append(write, &change, &table.id, err) < 0 ||
            sqlite_table_insert(write, &table, err) < 0)
                return -1;
        c->table = table.id;
        c->response.created = true;
        return sqlite_namespace_touch(write, parent, err);
}

/* Another table of this name is not the one that is imported. */
static int check_location(struct sqlite_connection *connection, const struct import_table *c,
                          struct lns_error *err)
{
        cleanup_(free_pointer) char *location = NULL;
        char text[LNS_ERROR_TEXT_MAX];

        if (sqlite_table_location(connection, c->table, &location, err) < 0)
                return -1;
        if (strcmp(location, c->request->location) != 0)
                return lns_error_set(err, LNS_TABLE_ALREADY_EXISTS, "table '%s' exists at '%s'",
                                     sqlite_ident_text(c->request->id, text), location);
        return 0;
}

static int import_branch(struct sqlite_write *write, struct import_table *c,
                         const struct lns_table_branch *branch, struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "CreateTableBranch",
                .parent = c->table,
                .id = c->request->id,
                .branch = branch->name,
                .version = branch->parent_version,
        };
        struct lns_error missing = LNS_ERROR_INIT;
        uint64_t parent;
        uint64_t id;

        if (sqlite_resolve_branch(write->connection, c->table, branch->name, &id, &missing) == 0)
                return 0;
        if (missing.code != LNS_TABLE_BRANCH_NOT_FOUND) {
                if (err)
                        *err = missing;
                return -1;
        }
        if (sqlite_resolve_branch(write->connection, c->table, branch->parent_branch, &parent,
                                  err) < 0 ||
            sqlite_change_append(write, &change, &id, err) < 0)
                return -1;
        c->response.new_branches++;
        return sqlite_run(write->connection, SQL_BRANCH_INSERT, err, "iitiiiit", (int64_t)id,
                          (int64_t)c->table, branch->name, (int64_t)parent,
                          (int64_t)branch->parent_version, branch->created_millis,
                          branch->manifest_size, branch->contents);
}

/* Versions come in runs of one branch, so its id is kept from one to the next. */
static int import_versions(struct sqlite_write *write, struct import_table *c,
                           struct lns_error *err)
{
        const char *name = NULL;
        uint64_t branch = 0;

        for (size_t i = 0; i < c->request->n_versions; i++) {
                const struct lns_create_table_version_request *version = &c->request->versions[i];
                const bool same = name == version->branch ||
                                  (name && version->branch && strcmp(name, version->branch) == 0);
                int r;

                name = version->branch;
                if (!same &&
                    sqlite_resolve_branch(write->connection, c->table, name, &branch, err) < 0)
                        return lns_error_add_detail(err, "versions[%zu]", i);
                r = sqlite_version_insert(write, c->table, branch, c->request->id, version, err);
                if (r < 0)
                        return lns_error_add_detail(err, "versions[%zu]", i);
                c->response.new_versions += (uint64_t)r;
        }
        return 0;
}

/* A tag whose version is not there is counted, and not taken over: it would protect nothing. */
static int import_tag(struct sqlite_write *write, struct import_table *c,
                      const struct lns_create_table_tag_request *request, struct lns_error *err)
{
        struct lns_error missing = LNS_ERROR_INIT;
        struct sqlite_tag tag = { 0 };
        int r;

        r = sqlite_find_tag(write->connection, c->table, request->tag, &tag, err);
        if (r != 0)
                return r < 0 ? -1 : 0;
        if (sqlite_resolve_branch(write->connection, c->table, request->branch, &tag.branch,
                                  &missing) < 0 ||
            sqlite_resolve_version(write->connection, c->table, tag.branch, request->branch,
                                   request->version, &tag.version, &missing) < 0) {
                if (missing.code == LNS_TABLE_BRANCH_NOT_FOUND ||
                    missing.code == LNS_TABLE_VERSION_NOT_FOUND) {
                        c->response.skipped_tags++;
                        return 0;
                }
                if (err)
                        *err = missing;
                return -1;
        }
        tag.created_ms = request->created_millis ? request->created_millis : write->now_ms;
        tag.updated_ms = request->updated_millis ? request->updated_millis : tag.created_ms;
        c->response.new_tags++;
        return sqlite_tag_insert(write, c->table, c->request->id, "CreateTableTag", request->tag,
                                 &tag, request->branch, err);
}

static int import_contents(struct sqlite_write *write, struct import_table *c,
                           struct lns_error *err)
{
        for (size_t i = 0; i < c->request->n_branches; i++) {
                if (import_branch(write, c, &c->request->branches[i], err) < 0)
                        return lns_error_add_detail(err, "branches[%zu]", i);
        }
        if (import_versions(write, c, err) < 0)
                return -1;
        for (size_t i = 0; i < c->request->n_tags; i++) {
                if (import_tag(write, c, &c->request->tags[i], err) < 0)
                        return lns_error_add_detail(err, "tags[%zu]", i);
        }
        if ((c->response.new_versions > 0 || c->response.new_branches > 0) &&
            sqlite_table_touch_versions(write, c->table, err) < 0)
                return -1;
        return c->response.new_tags > 0 ? sqlite_table_touch_tags(write, c->table, err) : 0;
}

static int import_table(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct import_table *c = context;
        const struct lns_ident *ident = c->request->id;
        uint64_t parent;
        int r;

        c->response = (struct lns_import_table_response){ 0 };
        if (sqlite_resolve_parent(write->connection, ident, &parent, err) < 0)
                return -1;
        r = sqlite_find_table(write->connection, parent, ident->parts[ident->n_parts - 1],
                              &c->table, err);
        if (r < 0)
                return -1;
        r = r == 1 ? check_location(write->connection, c, err)
                   : create_table(write, c, parent, err);
        if (r < 0 || import_contents(write, c, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_import_table(struct lns_backend *backend, const struct lns_import_table_request *request,
                        struct lns_import_table_response *response, struct lns_error *err)
{
        struct import_table c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, import_table, &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

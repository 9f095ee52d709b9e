/* Tags. A tag is a row that names a version; a foreign key keeps that version there. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* ---- shared ---- */

int sqlite_find_tag(struct sqlite_connection *connection, uint64_t table, const char *name,
                    struct sqlite_tag *ret_tag, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TAG_FIND, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "it", (int64_t)table, name) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        *ret_tag = (struct sqlite_tag){
                .id = (uint64_t)sqlite3_column_int64(statement, 0),
                .branch = (uint64_t)sqlite3_column_int64(statement, 1),
                .version = (uint64_t)sqlite3_column_int64(statement, 2),
                .created_ms = sqlite3_column_int64(statement, 3),
                .updated_ms = sqlite3_column_int64(statement, 4),
        };
        sqlite_done(statement);
        return 1;
}

int sqlite_tag_insert(struct sqlite_write *write, uint64_t table, const struct lns_ident *ident,
                      const char *operation, const char *name, const struct sqlite_tag *tag,
                      const char *branch_name, struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = operation,
                .parent = table,
                .id = ident,
                .tag = name,
                .branch = tag->branch == 0 ? NULL : branch_name,
                .version = tag->version,
        };
        uint64_t id;

        if (sqlite_change_append(write, &change, &id, err) < 0)
                return -1;
        return sqlite_run(write->connection, SQL_TAG_INSERT, err, "iitiiii", (int64_t)id,
                          (int64_t)table, name, (int64_t)tag->branch, (int64_t)tag->version,
                          tag->created_ms, tag->updated_ms);
}

static int not_found(const struct lns_ident *ident, const char *tag, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];

        return lns_error_set(err, LNS_TABLE_TAG_NOT_FOUND, "tag '%s' of table '%s' not found", tag,
                             sqlite_ident_text(ident, text));
}

static int already_exists(const struct lns_ident *ident, const char *tag, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];

        return lns_error_set(err, LNS_TABLE_TAG_ALREADY_EXISTS, "tag '%s' of table '%s' exists",
                             tag, sqlite_ident_text(ident, text));
}

/* As sqlite_find_tag(), and TABLE_TAG_NOT_FOUND. */
static int resolve_tag(struct sqlite_connection *connection, uint64_t table,
                       const struct lns_ident *ident, const char *name, struct sqlite_tag *ret_tag,
                       struct lns_error *err)
{
        int r = sqlite_find_tag(connection, table, name, ret_tag, err);

        return r < 0 ? -1 : r == 1 ? 0 : not_found(ident, name, err);
}

/* The name of a branch by id; NULL for main. ret_name new. */
static int branch_name(struct sqlite_connection *connection, uint64_t branch, char **ret_name,
                       struct lns_error *err)
{
        sqlite3_stmt *statement;
        int r;

        *ret_name = NULL;
        if (branch == 0)
                return 0;
        statement = sqlite_statement(connection, SQL_TAG_BRANCH, err);
        if (!statement || sqlite_bind(statement, err, "i", (int64_t)branch) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        r = sqlite_column_string(statement, 0, ret_name, err);
        sqlite_done(statement);
        return r;
}

/* What a request's branch and version mean: the version is there. */
static int resolve_target(struct sqlite_connection *connection, uint64_t table, const char *branch,
                          uint64_t version, struct sqlite_tag *tag, struct lns_error *err)
{
        if (sqlite_resolve_branch(connection, table, branch, &tag->branch, err) < 0)
                return -1;
        return sqlite_resolve_version(connection, table, tag->branch, branch, version,
                                      &tag->version, err);
}

/* ---- create, update, delete ---- */

int sqlite_apply_create_table_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_create_table_tag *c = context;
        const struct lns_create_table_tag_request *request = c->request;
        struct sqlite_tag tag;
        uint64_t table;
        int r;

        if (sqlite_resolve_table(write->connection, request->id, &table, err) < 0)
                return -1;
        r = sqlite_find_tag(write->connection, table, request->tag, &tag, err);
        if (r < 0)
                return -1;
        if (r == 1)
                return already_exists(request->id, request->tag, err);
        if (resolve_target(write->connection, table, request->branch, request->version, &tag, err) <
            0)
                return -1;
        tag.created_ms = request->created_millis ? request->created_millis : write->now_ms;
        tag.updated_ms = request->updated_millis ? request->updated_millis : tag.created_ms;
        if (sqlite_tag_insert(write, table, request->id, "CreateTableTag", request->tag, &tag,
                              request->branch, err) < 0 ||
            sqlite_table_touch_tags(write, table, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_create_table_tag(struct lns_backend *backend,
                            const struct lns_create_table_tag_request *request,
                            struct lns_create_table_tag_response *response, struct lns_error *err)
{
        struct sqlite_create_table_tag c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_create_table_tag,
                         &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

/* A tag that already names this version is updated all the same: its time says when it was last
 * confirmed. */
int sqlite_apply_update_table_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_update_table_tag *c = context;
        const struct lns_update_table_tag_request *request = c->request;
        struct sqlite_tag tag = { 0 };
        uint64_t table;
        uint64_t seq;
        int r;

        if (sqlite_resolve_table(write->connection, request->id, &table, err) < 0)
                return -1;
        r = sqlite_find_tag(write->connection, table, request->tag, &tag, err);
        if (r < 0)
                return -1;
        if (r == 0 && !request->or_create)
                return not_found(request->id, request->tag, err);
        if (resolve_target(write->connection, table, request->branch, request->version, &tag, err) <
            0)
                return -1;
        if (r == 0) {
                tag.created_ms = write->now_ms;
                tag.updated_ms = write->now_ms;
                r = sqlite_tag_insert(write, table, request->id, "CreateTableTag", request->tag,
                                      &tag, request->branch, err);
                if (r == 0)
                        r = sqlite_table_touch_tags(write, table, err);
        } else {
                /* tags/ has the same entries as before, so its time stays, as in every directory. */
                const struct sqlite_change change = {
                        .operation = "UpdateTableTag",
                        .node = tag.id,
                        .parent = table,
                        .id = request->id,
                        .tag = request->tag,
                        .branch = tag.branch == 0 ? NULL : request->branch,
                        .version = tag.version,
                };

                r = sqlite_change_append(write, &change, &seq, err);
                if (r == 0)
                        r = sqlite_run(write->connection, SQL_TAG_UPDATE, err, "iiii",
                                       (int64_t)tag.id, (int64_t)tag.branch, (int64_t)tag.version,
                                       write->now_ms);
        }
        if (r < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_update_table_tag(struct lns_backend *backend,
                            const struct lns_update_table_tag_request *request,
                            struct lns_update_table_tag_response *response, struct lns_error *err)
{
        struct sqlite_update_table_tag c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_update_table_tag,
                         &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

int sqlite_apply_delete_table_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct sqlite_delete_table_tag *c = context;
        const struct lns_delete_table_tag_request *request = c->request;
        struct sqlite_tag tag;
        uint64_t table;
        uint64_t seq;

        if (sqlite_resolve_table(write->connection, request->id, &table, err) < 0 ||
            resolve_tag(write->connection, table, request->id, request->tag, &tag, err) < 0)
                return -1;

        const struct sqlite_change change = {
                .operation = "DeleteTableTag",
                .node = tag.id,
                .parent = table,
                .id = request->id,
                .tag = request->tag,
        };
        if (sqlite_change_append(write, &change, &seq, err) < 0 ||
            sqlite_run(write->connection, SQL_TAG_DELETE, err, "i", (int64_t)tag.id) < 0 ||
            sqlite_table_touch_tags(write, table, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_delete_table_tag(struct lns_backend *backend,
                            const struct lns_delete_table_tag_request *request,
                            struct lns_delete_table_tag_response *response, struct lns_error *err)
{
        struct sqlite_delete_table_tag c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, sqlite_apply_delete_table_tag,
                         &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

/* ---- rename, copy ---- */

/* One name of a tag: where it is and what is there. */
struct place {
        const struct lns_ident *ident;
        const char *name;
        uint64_t table;
        bool taken;
        struct sqlite_tag tag; /* when taken */
        char *branch_name;     /* new; of tag; NULL: main */
};

static void place_clear(struct place *place)
{
        free(place->branch_name);
}

static int place_find(struct sqlite_connection *connection, struct place *place,
                      struct lns_error *err)
{
        int r;

        if (sqlite_resolve_table(connection, place->ident, &place->table, err) < 0)
                return -1;
        r = sqlite_find_tag(connection, place->table, place->name, &place->tag, err);
        if (r < 0)
                return -1;
        place->taken = r == 1;
        return place->taken ? branch_name(connection, place->tag.branch, &place->branch_name, err)
                            : 0;
}

/* May what is in `from` stand in the table of `to`? Branches of the same name are not the same. */
static int check_move(struct sqlite_connection *connection, const struct place *from,
                      const struct place *to, struct lns_error *err)
{
        uint64_t version;

        if (from->table == to->table)
                return 0;
        if (from->tag.branch != 0)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "tag '%s' is on branch '%s': it cannot go to another table",
                                     from->name, from->branch_name);
        return sqlite_resolve_version(connection, to->table, 0, NULL, from->tag.version, &version,
                                      err);
}

struct rename_table_tag {
        const struct lns_rename_table_tag_request *request;
        struct lns_rename_table_tag_response response;
};

/* The tag of `from` gets the name and table of `to`. An exchange writes two of these, without
 * old_tag: each says what its name means from now on. */
static int append_rename(struct sqlite_write *write, const struct place *from,
                         const struct place *to, bool exchange, struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "RenameTableTag",
                .node = from->tag.id,
                .parent = to->table,
                .id = to->ident,
                .old_id = exchange || from->table == to->table ? NULL : from->ident,
                .tag = to->name,
                .old_tag = exchange ? NULL : from->name,
                .branch = from->branch_name,
                .version = from->tag.version,
        };
        uint64_t seq;

        return sqlite_change_append(write, &change, &seq, err);
}

static int move_tag(struct sqlite_write *write, uint64_t tag, uint64_t table, const char *name,
                    struct lns_error *err)
{
        return sqlite_run(write->connection, SQL_TAG_MOVE, err, "iit", (int64_t)tag, (int64_t)table,
                          name);
}

/* Names are unique at every moment, so one of the two is called '' meanwhile, as no tag can be. */
static int exchange_tags(struct sqlite_write *write, const struct place *from,
                         const struct place *to, struct lns_error *err)
{
        if (move_tag(write, from->tag.id, from->table, "", err) < 0 ||
            move_tag(write, to->tag.id, from->table, from->name, err) < 0 ||
            move_tag(write, from->tag.id, to->table, to->name, err) < 0 ||
            append_rename(write, from, to, true, err) < 0)
                return -1;
        return append_rename(write, to, from, true, err);
}

static int replace_tag(struct sqlite_write *write, const struct place *from, const struct place *to,
                       struct lns_error *err)
{
        if (to->taken &&
            sqlite_run(write->connection, SQL_TAG_DELETE, err, "i", (int64_t)to->tag.id) < 0)
                return -1;
        if (move_tag(write, from->tag.id, to->table, to->name, err) < 0)
                return -1;
        return append_rename(write, from, to, false, err);
}

static int rename_table_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct rename_table_tag *c = context;
        const struct lns_rename_table_tag_request *request = c->request;
        const bool exchange = request->mode == LNS_RENAME_EXCHANGE;
        cleanup_(place_clear) struct place from = { .ident = request->id, .name = request->tag };
        cleanup_(place_clear) struct place to = {
                .ident = request->new_id ? request->new_id : request->id,
                .name = request->new_tag,
        };
        int r;

        c->response = (struct lns_rename_table_tag_response){ 0 };
        if (place_find(write->connection, &from, err) < 0)
                return -1;
        if (!from.taken)
                return not_found(from.ident, from.name, err);
        if (place_find(write->connection, &to, err) < 0)
                return -1;
        if (exchange && !to.taken)
                return not_found(to.ident, to.name, err);
        if (request->mode == LNS_RENAME_NOREPLACE && to.taken)
                return already_exists(to.ident, to.name, err);
        if (from.table == to.table && strcmp(from.name, to.name) == 0)
                return 0; /* as rename(2) does */
        if (check_move(write->connection, &from, &to, err) < 0 ||
            (exchange && check_move(write->connection, &to, &from, err) < 0))
                return -1;
        r = exchange ? exchange_tags(write, &from, &to, err) : replace_tag(write, &from, &to, err);
        if (r < 0 || sqlite_table_touch_tags(write, from.table, err) < 0 ||
            (from.table != to.table && sqlite_table_touch_tags(write, to.table, err) < 0))
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_rename_table_tag(struct lns_backend *backend,
                            const struct lns_rename_table_tag_request *request,
                            struct lns_rename_table_tag_response *response, struct lns_error *err)
{
        struct rename_table_tag c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, rename_table_tag, &c, err) <
            0)
                return -1;
        *response = c.response;
        return 0;
}

struct copy_table_tag {
        const struct lns_copy_table_tag_request *request;
        struct lns_copy_table_tag_response response;
};

static int copy_table_tag(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct copy_table_tag *c = context;
        const struct lns_copy_table_tag_request *request = c->request;
        cleanup_(place_clear) struct place from = { .ident = request->id, .name = request->tag };
        cleanup_(place_clear) struct place to = {
                .ident = request->new_id ? request->new_id : request->id,
                .name = request->new_tag,
        };
        struct sqlite_tag tag;

        if (place_find(write->connection, &from, err) < 0)
                return -1;
        if (!from.taken)
                return not_found(from.ident, from.name, err);
        if (place_find(write->connection, &to, err) < 0)
                return -1;
        if (to.taken)
                return already_exists(to.ident, to.name, err);
        if (check_move(write->connection, &from, &to, err) < 0)
                return -1;
        tag = from.tag;
        tag.created_ms = write->now_ms;
        tag.updated_ms = write->now_ms;
        if (sqlite_tag_insert(write, to.table, to.ident, "CopyTableTag", to.name, &tag,
                              from.branch_name, err) < 0 ||
            sqlite_table_touch_tags(write, to.table, err) < 0)
                return -1;
        c->response.transaction_id = write->transaction_id;
        return 0;
}

int sqlite_copy_table_tag(struct lns_backend *backend,
                          const struct lns_copy_table_tag_request *request,
                          struct lns_copy_table_tag_response *response, struct lns_error *err)
{
        struct copy_table_tag c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, copy_table_tag, &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

/* ---- reads ---- */

static int tag_from_row(sqlite3_stmt *statement, struct lns_table_tag *ret_tag,
                        struct lns_error *err)
{
        cleanup_(lns_table_tag_clear) struct lns_table_tag tag = {
                .version = (uint64_t)sqlite3_column_int64(statement, 1),
                .manifest_size = sqlite3_column_int64(statement, 3), /* null reads as 0 */
                .created_millis = sqlite3_column_int64(statement, 4),
                .updated_millis = sqlite3_column_int64(statement, 5),
        };

        if (sqlite_column_string(statement, 0, &tag.tag, err) < 0 ||
            sqlite_column_string(statement, 2, &tag.branch, err) < 0)
                return -1;
        *ret_tag = tag;
        tag = (struct lns_table_tag){ 0 };
        return 0;
}

/* Read a page from a bound statement that gives up to limit + 1 rows. */
static int tags_read(sqlite3_stmt *statement, size_t limit,
                     struct lns_list_table_tags_response *page, struct lns_error *err)
{
        int r;

        page->tags = calloc(limit, sizeof(*page->tags));
        if (!page->tags)
                return lns_error_set_oom(err);
        while ((r = sqlite_step(statement, err)) == 1 && page->n_tags < limit) {
                if (tag_from_row(statement, &page->tags[page->n_tags], err) < 0) {
                        sqlite_done(statement);
                        return -1;
                }
                page->n_tags++;
        }
        if (r != 1)
                return r;
        sqlite_done(statement);
        page->page_token = strdup(page->tags[limit - 1].tag);
        return page->page_token ? 0 : lns_error_set_oom(err);
}

static int list_table_tags(struct sqlite_connection *connection,
                           const struct lns_list_table_tags_request *request,
                           struct lns_list_table_tags_response *response, struct lns_error *err)
{
        cleanup_(lns_list_table_tags_response_clear) struct lns_list_table_tags_response page = {
                0
        };
        const int64_t limit = sqlite_page_limit(request->limit);
        sqlite3_stmt *statement;
        uint64_t table;

        if (sqlite_resolve_table(connection, request->id, &table, err) < 0)
                return -1;
        if (limit > 0) {
                statement = sqlite_statement(connection, SQL_TAG_LIST, err);
                if (!statement ||
                    sqlite_bind(statement, err, "iti", (int64_t)table,
                                request->page_token ? request->page_token : "", limit + 1) < 0 ||
                    tags_read(statement, (size_t)limit, &page, err) < 0)
                        return -1;
        }
        *response = page;
        page = (struct lns_list_table_tags_response){ 0 };
        return 0;
}

int sqlite_list_table_tags(struct lns_backend *backend,
                           const struct lns_list_table_tags_request *request,
                           struct lns_list_table_tags_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = list_table_tags(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

static int get_table_tag_version(struct sqlite_connection *connection,
                                 const struct lns_get_table_tag_version_request *request,
                                 struct lns_get_table_tag_version_response *response,
                                 struct lns_error *err)
{
        struct sqlite_tag tag;
        uint64_t table;
        char *branch;

        if (sqlite_resolve_table(connection, request->id, &table, err) < 0 ||
            resolve_tag(connection, table, request->id, request->tag, &tag, err) < 0 ||
            branch_name(connection, tag.branch, &branch, err) < 0)
                return -1;
        *response = (struct lns_get_table_tag_version_response){
                .version = tag.version,
                .branch = branch,
        };
        return 0;
}

int sqlite_get_table_tag_version(struct lns_backend *backend,
                                 const struct lns_get_table_tag_version_request *request,
                                 struct lns_get_table_tag_version_response *response,
                                 struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = get_table_tag_version(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

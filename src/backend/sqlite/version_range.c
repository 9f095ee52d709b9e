/* Versions by range: list, describe, delete. */
#include <stdio.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* ---- list, describe ---- */

/* The first version of a page. 1: there may be some; 0: the token is the last there can be. */
static int page_start(const struct lns_list_table_versions_request *request, int64_t *ret_first,
                      struct lns_error *err)
{
        const char *token = request->page_token;
        uint64_t version;

        if (!token || !*token) {
                *ret_first = request->descending ? LNS_VERSION_MAX : 1;
                return 1;
        }
        if (lns_version_parse(token, strlen(token), &version) < 0)
                return lns_error_set(err, LNS_INVALID_INPUT, "page_token '%s' is not a version",
                                     token);
        if (request->descending ? version <= 1 : version >= LNS_VERSION_MAX)
                return 0;
        *ret_first = (int64_t)(request->descending ? version - 1 : version + 1);
        return 1;
}

/* Read a page from a bound statement that gives up to limit + 1 rows. */
static int versions_read(sqlite3_stmt *statement, size_t limit,
                         struct lns_list_table_versions_response *page, struct lns_error *err)
{
        char token[24];
        int r;

        page->versions = calloc(limit, sizeof(*page->versions));
        if (!page->versions)
                return lns_error_set_oom(err);
        while ((r = sqlite_step(statement, err)) == 1 && page->n_versions < limit) {
                if (sqlite_version_from_row(statement, 0, &page->versions[page->n_versions], err) <
                    0) {
                        sqlite_done(statement);
                        return -1;
                }
                page->n_versions++;
        }
        if (r != 1)
                return r;
        sqlite_done(statement);
        snprintf(token, sizeof(token), "%llu",
                 (unsigned long long)page->versions[limit - 1].version);
        page->page_token = strdup(token);
        return page->page_token ? 0 : lns_error_set_oom(err);
}

static int list_table_versions(struct sqlite_connection *connection,
                               const struct lns_list_table_versions_request *request,
                               struct lns_list_table_versions_response *response,
                               struct lns_error *err)
{
        cleanup_(lns_list_table_versions_response_clear) struct lns_list_table_versions_response
                page = { 0 };
        const int64_t limit = sqlite_page_limit(request->limit);
        sqlite3_stmt *statement;
        uint64_t branch;
        uint64_t table;
        int64_t first = 0;
        int r;

        if (sqlite_resolve_table(connection, request->id, &table, err) < 0 ||
            sqlite_resolve_branch(connection, table, request->branch, &branch, err) < 0)
                return -1;
        r = page_start(request, &first, err);
        if (r < 0)
                return -1;
        if (r == 1 && limit > 0) {
                statement = sqlite_statement(
                        connection,
                        request->descending ? SQL_VERSION_LIST_DESCENDING : SQL_VERSION_LIST, err);
                if (!statement ||
                    sqlite_bind(statement, err, "iiii", (int64_t)table, (int64_t)branch, first,
                                limit + 1) < 0 ||
                    versions_read(statement, (size_t)limit, &page, err) < 0)
                        return -1;
        }
        *response = page;
        page = (struct lns_list_table_versions_response){ 0 };
        return 0;
}

int sqlite_list_table_versions(struct lns_backend *backend,
                               const struct lns_list_table_versions_request *request,
                               struct lns_list_table_versions_response *response,
                               struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = list_table_versions(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

static int describe_table_version(struct sqlite_connection *connection,
                                  const struct lns_describe_table_version_request *request,
                                  struct lns_table_version *ret_version, struct lns_error *err)
{
        uint64_t version;
        uint64_t branch;
        uint64_t table;

        if (sqlite_resolve_table(connection, request->id, &table, err) < 0 ||
            sqlite_resolve_branch(connection, table, request->branch, &branch, err) < 0 ||
            sqlite_resolve_version(connection, table, branch, request->branch, request->version,
                                   &version, err) < 0 ||
            sqlite_version_by_number(connection, table, branch, version, ret_version, err) < 0)
                return -1;
        return 0;
}

int sqlite_describe_table_version(struct lns_backend *backend,
                                  const struct lns_describe_table_version_request *request,
                                  struct lns_describe_table_version_response *response,
                                  struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = describe_table_version(connection, request, &response->version, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

/* ---- delete ---- */

/* Where the versions are. */
struct place {
        const struct lns_ident *ident;
        const char *branch_name;
        uint64_t parent;
        uint64_t table;
        uint64_t branch;
};

/* A version that a tag names stays. */
static int check_tags(struct sqlite_connection *connection, const struct place *place,
                      int64_t first, int64_t last, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_TAG_IN_RANGE, err);
        char text[LNS_ERROR_TEXT_MAX];
        int r;

        if (!statement || sqlite_bind(statement, err, "iiii", (int64_t)place->table,
                                      (int64_t)place->branch, first, last) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        lns_error_set(err, LNS_INVALID_TABLE_STATE, "version %lld of table '%s' has tag '%s'",
                      (long long)sqlite3_column_int64(statement, 0),
                      sqlite_ident_text(place->ident, text),
                      (const char *)sqlite3_column_text(statement, 1));
        sqlite_done(statement);
        return -1;
}

/* What a transaction makes it does not take away again. */
static int check_made(struct sqlite_write *write, const struct place *place, int64_t first,
                      int64_t last, struct lns_error *err)
{
        sqlite3_stmt *statement;
        uint64_t version;
        int r;

        if (write->transaction_id == 0)
                return 0;
        statement = sqlite_statement(write->connection, SQL_VERSION_MADE_SINCE, err);
        if (!statement ||
            sqlite_bind(statement, err, "iiiii", (int64_t)place->table, (int64_t)place->branch,
                        first, last, (int64_t)write->transaction_id) < 0)
                return -1;
        r = sqlite_step_id(statement, &version, err);
        if (r == 1)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "version %llu is created and deleted by the same batch",
                                     (unsigned long long)version);
        return r;
}

/* Delete the versions of one range, both ends inclusive; one change when there were any. Gives how
 * many, or -1. */
static int64_t delete_range(struct sqlite_write *write, const struct place *place, int64_t first,
                            int64_t last, struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "BatchDeleteTableVersions",
                .node = place->table,
                .parent = place->parent,
                .id = place->ident,
                .branch = place->branch == 0 ? NULL : place->branch_name,
                .version = (uint64_t)first,
                /* -1 where that is no number any more, as in a request. */
                .end_version = last == LNS_VERSION_MAX ? UINT64_MAX : (uint64_t)last + 1,
        };
        int64_t deleted;
        uint64_t seq;

        if (check_tags(write->connection, place, first, last, err) < 0 ||
            check_made(write, place, first, last, err) < 0 ||
            sqlite_run(write->connection, SQL_VERSION_DELETE_RANGE, err, "iiii",
                       (int64_t)place->table, (int64_t)place->branch, first, last) < 0)
                return -1;
        deleted = sqlite3_changes64(write->connection->db);
        if (deleted > 0 && sqlite_change_append(write, &change, &seq, err) < 0)
                return -1;
        return deleted;
}

int sqlite_apply_batch_delete_table_versions(struct sqlite_write *write, void *context,
                                             struct lns_error *err)
{
        struct sqlite_batch_delete_table_versions *c = context;
        struct place place = { .ident = c->request->id, .branch_name = c->request->branch };
        uint64_t latest;

        c->response = (struct lns_batch_delete_table_versions_response){ 0 };
        if (sqlite_resolve_table_in(write->connection, place.ident, &place.parent, &place.table,
                                    err) < 0 ||
            sqlite_resolve_branch(write->connection, place.table, place.branch_name, &place.branch,
                                  err) < 0 ||
            sqlite_latest_version(write->connection, place.table, place.branch, &latest, err) < 0)
                return -1;
        for (size_t i = 0; i < c->request->n_ranges; i++) {
                const struct lns_version_range *range = &c->request->ranges[i];
                const int64_t first = range->start_version < 1 ? 1 : range->start_version;
                int64_t last = (int64_t)latest;
                int64_t deleted = 0;

                if (range->end_version >= 0 && range->end_version <= last)
                        last = range->end_version - 1;
                if (first <= last)
                        deleted = delete_range(write, &place, first, last, err);
                if (deleted < 0)
                        return lns_error_add_detail(err, "ranges[%zu]", i);
                c->response.deleted_count += (uint64_t)deleted;
        }
        c->response.transaction_id = write->transaction_id;
        return c->response.deleted_count == 0
                       ? 0
                       : sqlite_table_touch_versions(write, place.table, err);
}

int sqlite_batch_delete_table_versions(
        struct lns_backend *backend, const struct lns_batch_delete_table_versions_request *request,
        struct lns_batch_delete_table_versions_response *response, struct lns_error *err)
{
        struct sqlite_batch_delete_table_versions c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller,
                         sqlite_apply_batch_delete_table_versions, &c, err) < 0)
                return -1;
        *response = c.response;
        return 0;
}

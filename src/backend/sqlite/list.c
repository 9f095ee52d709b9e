/* Pages of names: namespaces, tables, and all tables by their joined identifiers. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

int64_t sqlite_page_limit(int64_t limit)
{
        return limit < 0 || limit > LNS_PAGE_MAX ? LNS_PAGE_MAX : limit;
}

/* Read a page of names from column 0 of a bound statement that gives up to limit + 1 rows. */
static int page_read(sqlite3_stmt *statement, int64_t limit, struct lns_name_page *ret_page,
                     struct lns_error *err)
{
        cleanup_(lns_name_page_clear) struct lns_name_page page = { 0 };
        int r;

        page.names = calloc((size_t)limit + 1, sizeof(*page.names));
        if (!page.names)
                return lns_error_set_oom(err);
        while ((r = sqlite_step(statement, err)) == 1 && page.n_names < (size_t)limit) {
                if (sqlite_column_string(statement, 0, &page.names[page.n_names], err) < 0) {
                        sqlite_done(statement);
                        return -1;
                }
                page.n_names++;
        }
        if (r < 0)
                return -1;
        if (r == 1) {
                sqlite_done(statement);
                if (page.n_names > 0) {
                        page.page_token = strdup(page.names[page.n_names - 1]);
                        if (!page.page_token)
                                return lns_error_set_oom(err);
                }
        }
        *ret_page = page;
        page = (struct lns_name_page){ 0 };
        return 0;
}

static int list_namespaces(struct sqlite_connection *connection,
                           const struct lns_list_namespaces_request *request,
                           struct lns_list_namespaces_response *response, struct lns_error *err)
{
        const int64_t limit = sqlite_page_limit(request->limit);
        struct lns_name_page page = { 0 };
        sqlite3_stmt *statement;
        uint64_t id;

        if (sqlite_resolve_namespace(connection, request->id, &id, err) < 0)
                return -1;
        if (limit > 0) {
                statement = sqlite_statement(connection, SQL_NAMESPACE_LIST, err);
                if (!statement ||
                    sqlite_bind(statement, err, "iti", (int64_t)id,
                                request->page_token ? request->page_token : "", limit + 1) < 0 ||
                    page_read(statement, limit, &page, err) < 0)
                        return -1;
        }
        response->namespaces = page;
        return 0;
}

int sqlite_list_namespaces(struct lns_backend *backend,
                           const struct lns_list_namespaces_request *request,
                           struct lns_list_namespaces_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = list_namespaces(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

static int list_tables(struct sqlite_connection *connection,
                       const struct lns_list_tables_request *request,
                       struct lns_list_tables_response *response, struct lns_error *err)
{
        const int64_t limit = sqlite_page_limit(request->limit);
        struct lns_name_page page = { 0 };
        sqlite3_stmt *statement;
        uint64_t id;

        if (sqlite_resolve_namespace(connection, request->id, &id, err) < 0)
                return -1;
        if (limit > 0) {
                statement = sqlite_statement(connection, SQL_TABLE_LIST, err);
                if (!statement ||
                    sqlite_bind(statement, err, "itii", (int64_t)id,
                                request->page_token ? request->page_token : "", limit + 1,
                                (int64_t)request->exclude_declared) < 0 ||
                    page_read(statement, limit, &page, err) < 0)
                        return -1;
        }
        response->tables = page;
        return 0;
}

int sqlite_list_tables(struct lns_backend *backend, const struct lns_list_tables_request *request,
                       struct lns_list_tables_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = list_tables(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

/* ---- all tables ----
 *
 * The order is that of the joined text: "a b$t" before "a$t", because ' ' is below '$'. In one
 * namespace that is the order of the tables' names and the namespaces' names with '$' behind them,
 * merged: all that is in a namespace begins with its name and '$', which nothing else does. So a
 * walk that goes down at each namespace gives the order, and a page starts with one descent along
 * its token. A page costs what it gives, however many tables there are.
 */

/* A namespace on the way down. */
struct level {
        uint64_t id;
        size_t prefix; /* bytes of the joined text that lead here */
        char *after;   /* new; what comes at this level comes after this */
        char *next;    /* new; the next namespace, with '$'; NULL: no more, or not asked yet */
        uint64_t next_id;
        bool asked;
};

struct walk {
        struct sqlite_connection *connection;
        bool exclude_declared;
        size_t n_levels;
        struct level levels[LNS_IDENT_PARTS_MAX];
        char text[LNS_IDENT_PARTS_MAX * (LNS_NAME_MAX + 1) + 1]; /* joined, of the level reached */
};

static void walk_free(struct walk **walk)
{
        if (!*walk)
                return;
        for (size_t i = 0; i < (*walk)->n_levels; i++) {
                free((*walk)->levels[i].after);
                free((*walk)->levels[i].next);
        }
        free(*walk);
}

/* Go down into a namespace whose joined text is the first `prefix` bytes of walk->text. */
static int walk_down(struct walk *walk, uint64_t id, size_t prefix, const char *after,
                     struct lns_error *err)
{
        struct level *level = &walk->levels[walk->n_levels];

        if (walk->n_levels == LNS_IDENT_PARTS_MAX)
                return lns_error_set(err, LNS_INTERNAL, "a namespace is more than %d levels deep",
                                     LNS_IDENT_PARTS_MAX - 1);
        *level = (struct level){ .id = id, .prefix = prefix, .after = strdup(after) };
        if (!level->after)
                return lns_error_set_oom(err);
        walk->n_levels++;
        return 0;
}

static void walk_up(struct walk *walk)
{
        struct level *level = &walk->levels[--walk->n_levels];

        free(level->after);
        free(level->next);
}

/* Put a name at the end of the text of a level. Gives the new length. */
static size_t walk_name(struct walk *walk, const struct level *level, const char *name)
{
        const size_t length = strlen(name);

        memcpy(walk->text + level->prefix, name, length + 1);
        return level->prefix + length;
}

/* Descend to where a token points: what comes next comes after it. The namespaces it names need not
 * be there any more. */
static int walk_start(struct walk *walk, const char *token, struct lns_error *err)
{
        uint64_t id = LNS_NODE_ROOT;
        size_t prefix = 0;
        const char *delimiter;

        while ((delimiter = strchr(token, LNS_DELIMITER)) != NULL) {
                const size_t length = (size_t)(delimiter - token);
                char name[LNS_NAME_MAX + 2];
                int r;

                if (length > LNS_NAME_MAX)
                        break;
                memcpy(name, token, length + 1);
                name[length + 1] = '\0';
                if (walk_down(walk, id, prefix, name, err) < 0)
                        return -1;
                prefix = walk_name(walk, &walk->levels[walk->n_levels - 1], name);
                name[length] = '\0';
                r = sqlite_find_namespace(walk->connection, id, name, &id, err);
                if (r < 0)
                        return -1;
                if (r == 0)
                        return 0;
                token = delimiter + 1;
        }
        return walk_down(walk, id, prefix, token, err);
}

/* The next namespace of a level, once until it is used. */
static int next_namespace(struct walk *walk, struct level *level, struct lns_error *err)
{
        sqlite3_stmt *statement;
        int r;

        if (level->asked)
                return 0;
        statement = sqlite_statement(walk->connection, SQL_NAMESPACE_NEXT_PATH, err);
        if (!statement || sqlite_bind(statement, err, "it", (int64_t)level->id, level->after) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r < 0)
                return -1;
        level->asked = true;
        if (r == 0)
                return 0;
        level->next_id = (uint64_t)sqlite3_column_int64(statement, 0);
        r = sqlite_column_string(statement, 1, &level->next, err);
        sqlite_done(statement);
        return r;
}

/* The next table of a level; *ret_name is NULL when there is none. */
static int next_table(struct walk *walk, const struct level *level, char **ret_name,
                      struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(walk->connection, SQL_TABLE_LIST, err);
        int r;

        *ret_name = NULL;
        if (!statement || sqlite_bind(statement, err, "itii", (int64_t)level->id, level->after,
                                      (int64_t)1, (int64_t)walk->exclude_declared) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        r = sqlite_column_string(statement, 0, ret_name, err);
        sqlite_done(statement);
        return r;
}

/* Put the next joined identifier into walk->text. 1: there is one, 0: no more. */
static int walk_next(struct walk *walk, struct lns_error *err)
{
        while (walk->n_levels > 0) {
                struct level *level = &walk->levels[walk->n_levels - 1];
                char *table;

                if (next_namespace(walk, level, err) < 0 ||
                    next_table(walk, level, &table, err) < 0)
                        return -1;
                if (table && (!level->next || strcmp(table, level->next) < 0)) {
                        free(level->after);
                        level->after = table;
                        walk_name(walk, level, table);
                        return 1;
                }
                free(table);
                if (!level->next) {
                        walk_up(walk);
                        continue;
                }
                free(level->after);
                level->after = level->next;
                level->next = NULL;
                level->asked = false;
                if (walk_down(walk, level->next_id, walk_name(walk, level, level->after), "", err) <
                    0)
                        return -1;
        }
        return 0;
}

static int list_all_tables(struct sqlite_connection *connection,
                           const struct lns_list_all_tables_request *request,
                           struct lns_list_all_tables_response *response, struct lns_error *err)
{
        cleanup_(lns_name_page_clear) struct lns_name_page page = { 0 };
        const size_t limit = (size_t)sqlite_page_limit(request->limit);
        cleanup_(walk_free) struct walk *walk = calloc(1, sizeof(*walk));
        int r = 0;

        page.names = calloc(limit + 1, sizeof(*page.names));
        if (!walk || !page.names)
                return lns_error_set_oom(err);
        walk->connection = connection;
        walk->exclude_declared = request->exclude_declared;
        if (limit > 0 && walk_start(walk, request->page_token ? request->page_token : "", err) < 0)
                return -1;
        while (limit > 0 && (r = walk_next(walk, err)) == 1 && page.n_names < limit) {
                page.names[page.n_names] = strdup(walk->text);
                if (!page.names[page.n_names])
                        return lns_error_set_oom(err);
                page.n_names++;
        }
        if (r < 0)
                return -1;
        if (r == 1) {
                page.page_token = strdup(page.names[page.n_names - 1]);
                if (!page.page_token)
                        return lns_error_set_oom(err);
        }
        response->tables = page;
        page = (struct lns_name_page){ 0 };
        return 0;
}

int sqlite_list_all_tables(struct lns_backend *backend,
                           const struct lns_list_all_tables_request *request,
                           struct lns_list_all_tables_response *response, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        int r;

        if (sqlite_read_begin(sqlite, &connection, err) < 0)
                return -1;
        r = list_all_tables(connection, request, response, err);
        sqlite_read_end(sqlite, connection);
        return r;
}

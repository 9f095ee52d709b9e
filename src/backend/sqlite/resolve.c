/* Identifiers to ids: one index lookup for each name, from the root down. */
#include <assert.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

const char *sqlite_ident_text(const struct lns_ident *ident, char *buf)
{
        lns_ident_to_text(ident, buf, LNS_ERROR_TEXT_MAX);
        return buf;
}

int sqlite_step_id(sqlite3_stmt *statement, uint64_t *ret_id, struct lns_error *err)
{
        int r = sqlite_step(statement, err);

        if (r == 1) {
                *ret_id = (uint64_t)sqlite3_column_int64(statement, 0);
                sqlite_done(statement);
        }
        return r;
}

static int find_child(struct sqlite_connection *connection, enum sqlite_statement which,
                      uint64_t parent, const char *name, uint64_t *ret_id, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, which, err);

        if (!statement || sqlite_bind(statement, err, "it", (int64_t)parent, name) < 0)
                return -1;
        return sqlite_step_id(statement, ret_id, err);
}

int sqlite_find_namespace(struct sqlite_connection *connection, uint64_t parent, const char *name,
                          uint64_t *ret_id, struct lns_error *err)
{
        return find_child(connection, SQL_RESOLVE_NAMESPACE, parent, name, ret_id, err);
}

int sqlite_find_table(struct sqlite_connection *connection, uint64_t parent, const char *name,
                      uint64_t *ret_id, struct lns_error *err)
{
        return find_child(connection, SQL_RESOLVE_TABLE, parent, name, ret_id, err);
}

/* The namespace that the first n_parts names lead to. */
static int resolve_path(struct sqlite_connection *connection, const struct lns_ident *ident,
                        size_t n_parts, uint64_t *ret_id, struct lns_error *err)
{
        uint64_t id = LNS_NODE_ROOT;

        for (size_t i = 0; i < n_parts; i++) {
                int r = sqlite_find_namespace(connection, id, ident->parts[i], &id, err);

                if (r < 0)
                        return -1;
                if (r == 0) {
                        const struct lns_ident missing = { .parts = ident->parts,
                                                           .n_parts = i + 1 };
                        char text[LNS_ERROR_TEXT_MAX];

                        return lns_error_set(err, LNS_NAMESPACE_NOT_FOUND,
                                             "namespace '%s' not found",
                                             sqlite_ident_text(&missing, text));
                }
        }
        *ret_id = id;
        return 0;
}

int sqlite_resolve_namespace(struct sqlite_connection *connection, const struct lns_ident *ident,
                             uint64_t *ret_id, struct lns_error *err)
{
        return resolve_path(connection, ident, ident->n_parts, ret_id, err);
}

int sqlite_resolve_parent(struct sqlite_connection *connection, const struct lns_ident *ident,
                          uint64_t *ret_id, struct lns_error *err)
{
        assert(ident->n_parts > 0);
        if (sqlite_cache_namespace(connection->cache, ident, ret_id))
                return 0;
        if (resolve_path(connection, ident, ident->n_parts - 1, ret_id, err) < 0)
                return -1;
        sqlite_cache_keep_namespace(connection->cache, ident, *ret_id);
        return 0;
}

int sqlite_resolve_table_in(struct sqlite_connection *connection, const struct lns_ident *ident,
                            uint64_t *ret_parent, uint64_t *ret_id, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];
        uint64_t parent;
        int r;

        if (sqlite_cache_table(connection->cache, ident, ret_parent, ret_id))
                return 0;
        if (sqlite_resolve_parent(connection, ident, &parent, err) < 0)
                return -1;
        r = sqlite_find_table(connection, parent, ident->parts[ident->n_parts - 1], ret_id, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_TABLE_NOT_FOUND, "table '%s' not found",
                                     sqlite_ident_text(ident, text));
        sqlite_cache_keep_table(connection->cache, ident, parent, *ret_id);
        *ret_parent = parent;
        return 0;
}

int sqlite_resolve_table(struct sqlite_connection *connection, const struct lns_ident *ident,
                         uint64_t *ret_id, struct lns_error *err)
{
        uint64_t parent;

        return sqlite_resolve_table_in(connection, ident, &parent, ret_id, err);
}

int sqlite_resolve_branch(struct sqlite_connection *connection, uint64_t table, const char *branch,
                          uint64_t *ret_id, struct lns_error *err)
{
        int r;

        if (!branch || strcmp(branch, "main") == 0) {
                *ret_id = 0;
                return 0;
        }
        r = find_child(connection, SQL_RESOLVE_BRANCH, table, branch, ret_id, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return lns_error_set(err, LNS_TABLE_BRANCH_NOT_FOUND, "branch '%s' not found",
                                     branch);
        return 0;
}

int sqlite_latest_version(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                          uint64_t *ret_version, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_VERSION_LATEST, err);
        uint64_t version = 0;

        if (!statement || sqlite_bind(statement, err, "ii", (int64_t)table, (int64_t)branch) < 0 ||
            sqlite_step_id(statement, &version, err) < 0)
                return -1;
        *ret_version = version;
        return 0;
}

int sqlite_version_exists(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                          uint64_t version, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_VERSION_EXISTS, err);
        uint64_t one;

        if (!statement || sqlite_bind(statement, err, "iii", (int64_t)table, (int64_t)branch,
                                      (int64_t)version) < 0)
                return -1;
        return sqlite_step_id(statement, &one, err);
}

int sqlite_resolve_version(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                           const char *branch_name, uint64_t version, uint64_t *ret_version,
                           struct lns_error *err)
{
        const char *name = branch == 0 ? "main" : branch_name;
        int r;

        if (version == 0) {
                if (sqlite_latest_version(connection, table, branch, &version, err) < 0)
                        return -1;
                if (version == 0)
                        return lns_error_set(err, LNS_TABLE_VERSION_NOT_FOUND,
                                             "branch '%s' has no version", name);
        } else {
                r = sqlite_version_exists(connection, table, branch, version, err);
                if (r < 0)
                        return -1;
                if (r == 0)
                        return lns_error_set(err, LNS_TABLE_VERSION_NOT_FOUND,
                                             "version %llu of branch '%s' not found",
                                             (unsigned long long)version, name);
        }
        *ret_version = version;
        return 0;
}

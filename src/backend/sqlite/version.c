/* Versions. The unique index on (table, branch, version) is what makes a commit of a Lance client
 * put-if-not-exists; everything else here tells who lost why. */
#include <errno.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* ---- rows ---- */

/* Metadata is rare, so its statement is not kept. */
static int metadata_read(sqlite3_stmt *row, const char *json, struct lns_map *ret_map,
                         struct lns_error *err)
{
        cleanup_(lns_map_clear) struct lns_map map = { 0 };
        sqlite3_stmt *statement;
        int r;

        r = sqlite3_prepare_v2(sqlite3_db_handle(row), sqlite_statement_text[SQL_VERSION_METADATA],
                               -1, &statement, NULL);
        if (r != SQLITE_OK)
                return sqlite_error(sqlite3_db_handle(row), r, err);
        r = sqlite_bind(statement, err, "t", json);
        while (r == 0 && (r = sqlite_step(statement, err)) == 1) {
                cleanup_(free_pointer) char *key = NULL;
                cleanup_(free_pointer) char *value = NULL;

                r = 0;
                if (sqlite_column_string(statement, 0, &key, err) < 0 ||
                    sqlite_column_string(statement, 1, &value, err) < 0 ||
                    lns_map_set(&map, key, value ? value : "", err) < 0)
                        r = -1;
        }
        sqlite3_finalize(statement);
        if (r < 0)
                return -1;
        *ret_map = map;
        map = (struct lns_map){ 0 };
        return 0;
}

int sqlite_version_from_row(sqlite3_stmt *statement, int first,
                            struct lns_table_version *ret_version, struct lns_error *err)
{
        cleanup_(lns_table_version_clear) struct lns_table_version version = {
                .version = (uint64_t)sqlite3_column_int64(statement, first),
                .manifest_size = -1,
                .timestamp_millis = sqlite3_column_int64(statement, first + 4),
        };
        const char *metadata = (const char *)sqlite3_column_text(statement, first + 5);

        if (sqlite3_column_type(statement, first + 2) != SQLITE_NULL)
                version.manifest_size = sqlite3_column_int64(statement, first + 2);
        if (sqlite_column_string(statement, first + 1, &version.manifest_path, err) < 0 ||
            sqlite_column_string(statement, first + 3, &version.e_tag, err) < 0 ||
            (metadata && metadata_read(statement, metadata, &version.metadata, err) < 0))
                return -1;
        *ret_version = version;
        version = (struct lns_table_version){ 0 };
        return 0;
}

static void metadata_write(struct text *text, const struct lns_map *map)
{
        for (size_t i = 0; i < map->n_entries; i++) {
                text_puts(text, i == 0 ? "{" : ",");
                text_json_string(text, map->entries[i].key);
                text_puts(text, ":");
                text_json_string(text, map->entries[i].value);
        }
        text_puts(text, "}");
}

/* A map as a JSON object; NULL when it is empty. ret_json new. */
static int metadata_to_json(const struct lns_map *map, char **ret_json, struct lns_error *err)
{
        struct text text = { 0 };

        *ret_json = NULL;
        if (!map || map->n_entries == 0)
                return 0;
        metadata_write(&text, map);
        text = (struct text){ .size = text.length + 1, .buf = malloc(text.length + 1) };
        if (!text.buf)
                return lns_error_set_oom(err);
        metadata_write(&text, map);
        text_end(&text);
        *ret_json = text.buf;
        return 0;
}

int sqlite_version_by_number(struct sqlite_connection *connection, uint64_t table, uint64_t branch,
                             uint64_t version, struct lns_table_version *ret_version,
                             struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_VERSION_BY_NUMBER, err);
        int r;

        if (!statement || sqlite_bind(statement, err, "iii", (int64_t)table, (int64_t)branch,
                                      (int64_t)version) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r == 1) {
                if (sqlite_version_from_row(statement, 0, ret_version, err) < 0)
                        r = -1;
                sqlite_done(statement);
        }
        return r;
}

/* ---- create ---- */

int sqlite_version_insert(struct sqlite_write *write, uint64_t table, uint64_t branch,
                          const struct lns_ident *ident,
                          const struct lns_create_table_version_request *request,
                          struct lns_error *err)
{
        const struct sqlite_change change = {
                .operation = "CreateTableVersion",
                .parent = table,
                .id = ident,
                .branch = branch == 0 ? NULL : request->branch,
                .version = request->version,
        };
        const int64_t timestamp_ms =
                request->timestamp_millis ? request->timestamp_millis : write->now_ms;
        const int64_t scheme = request->naming_scheme == LNS_NAMING_SCHEME_V1 ? 1 : 2;
        cleanup_(free_pointer) char *metadata = NULL;
        uint64_t id;
        int r;

        if (metadata_to_json(request->metadata, &metadata, err) < 0 ||
            sqlite_change_next(write, &id, err) < 0)
                return -1;
        if (request->manifest_size < 0)
                r = sqlite_run(write->connection, SQL_VERSION_INSERT, err, "iiiitntiit",
                               (int64_t)id, (int64_t)table, (int64_t)branch,
                               (int64_t)request->version, request->manifest_path, request->e_tag,
                               timestamp_ms, scheme, metadata);
        else
                r = sqlite_run(write->connection, SQL_VERSION_INSERT, err, "iiiititiit",
                               (int64_t)id, (int64_t)table, (int64_t)branch,
                               (int64_t)request->version, request->manifest_path,
                               request->manifest_size, request->e_tag, timestamp_ms, scheme,
                               metadata);
        if (r < 0)
                return -1;
        if (sqlite3_changes64(write->connection->db) == 0)
                return 0;
        return sqlite_change_append(write, &change, NULL, err) < 0 ? -1 : 1;
}

/* Is what exists what the request wants to create? A client that lost the answer asks again. */
static bool same_content(const struct lns_table_version *version,
                         const struct lns_create_table_version_request *request)
{
        if (version->manifest_path && strcmp(version->manifest_path, request->manifest_path) == 0)
                return true;
        return version->manifest_size >= 0 && version->manifest_size == request->manifest_size &&
               version->e_tag && request->e_tag && strcmp(version->e_tag, request->e_tag) == 0;
}

static int version_exists_error(const struct lns_ident *ident,
                                const struct lns_create_table_version_request *request,
                                uint64_t branch, struct lns_error *err)
{
        const unsigned long long number = request->version;
        char text[LNS_ERROR_TEXT_MAX];

        sqlite_ident_text(ident, text);
        if (branch != 0)
                return lns_error_set(err, LNS_CONCURRENT_MODIFICATION,
                                     "version %llu of branch '%s' of table '%s' exists", number,
                                     request->branch, text);
        return lns_error_set(err, LNS_CONCURRENT_MODIFICATION, "version %llu of table '%s' exists",
                             number, text);
}

/* What the version reads as once it is inserted. */
static int version_from_request(const struct sqlite_write *write,
                                const struct lns_create_table_version_request *request,
                                struct lns_table_version *ret_version, struct lns_error *err)
{
        cleanup_(lns_table_version_clear) struct lns_table_version version = {
                .version = request->version,
                .manifest_path = strdup(request->manifest_path),
                .manifest_size = request->manifest_size < 0 ? -1 : request->manifest_size,
                .e_tag = request->e_tag ? strdup(request->e_tag) : NULL,
                .timestamp_millis =
                        request->timestamp_millis ? request->timestamp_millis : write->now_ms,
        };

        if (!version.manifest_path || (request->e_tag && !version.e_tag))
                return lns_error_set_oom(err);
        if (lns_map_copy(&version.metadata, request->metadata, err) < 0)
                return -1;
        *ret_version = version;
        version = (struct lns_table_version){ 0 };
        return 0;
}

int sqlite_version_create(struct sqlite_write *write, uint64_t table, uint64_t branch,
                          const struct lns_ident *ident,
                          const struct lns_create_table_version_request *request,
                          struct lns_table_version *ret_version, bool *ret_existing,
                          struct lns_error *err)
{
        cleanup_(lns_table_version_clear) struct lns_table_version version = { 0 };
        int r;

        r = sqlite_version_insert(write, table, branch, ident, request, err);
        if (r < 0 ||
            (r == 1 && ret_version && version_from_request(write, request, &version, err) < 0))
                return -1;
        if (ret_existing)
                *ret_existing = r == 0;
        if (r == 0) {
                r = sqlite_version_by_number(write->connection, table, branch, request->version,
                                             &version, err);
                if (r < 0)
                        return -1;
                if (r == 0) /* the index has it and the rows have not */
                        return lns_error_set_errno(err, LNS_INTERNAL, EIO,
                                                   "catalog.db is damaged, run 'lancefs check'");
                if (!same_content(&version, request))
                        return version_exists_error(ident, request, branch, err);
        }
        if (ret_version) {
                *ret_version = version;
                version = (struct lns_table_version){ 0 };
        }
        return 0;
}

/* The transaction that made a version. */
static int version_transaction(struct sqlite_connection *connection, uint64_t table,
                               uint64_t branch, uint64_t version, uint64_t *ret_transaction,
                               struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_VERSION_TRANSACTION, err);

        if (!statement ||
            sqlite_bind(statement, err, "iii", (int64_t)table, (int64_t)branch, (int64_t)version) <
                    0 ||
            sqlite_step_id(statement, ret_transaction, err) < 0)
                return -1;
        return 0;
}

int sqlite_apply_create_table_version(struct sqlite_write *write, void *context,
                                      struct lns_error *err)
{
        struct sqlite_create_table_version *c = context;
        const struct lns_create_table_version_request *request = c->request;
        uint64_t branch;
        uint64_t table;
        bool existing;

        lns_create_table_version_response_clear(&c->response);
        if (sqlite_resolve_table(write->connection, request->id, &table, err) < 0 ||
            sqlite_resolve_branch(write->connection, table, request->branch, &branch, err) < 0 ||
            sqlite_version_create(write, table, branch, request->id, request, &c->response.version,
                                  &existing, err) < 0)
                return -1;
        if (existing)
                return version_transaction(write->connection, table, branch, request->version,
                                           &c->response.transaction_id, err);
        c->response.transaction_id = write->transaction_id;
        return sqlite_table_touch_versions(write, table, err);
}

int sqlite_create_table_version(struct lns_backend *backend,
                                const struct lns_create_table_version_request *request,
                                struct lns_create_table_version_response *response,
                                struct lns_error *err)
{
        struct sqlite_create_table_version c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller,
                         sqlite_apply_create_table_version, &c, err) < 0) {
                lns_create_table_version_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

/* ---- create many ---- */

/* Where an entry goes. */
struct target {
        uint64_t table;
        uint64_t branch;
        uint64_t version;
        size_t index;
};

struct batch_create_table_versions {
        const struct lns_batch_create_table_versions_request *request;
        struct lns_batch_create_table_versions_response response;
};

static bool same_text(const char *a, const char *b)
{
        return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_ident(const struct lns_ident *a, const struct lns_ident *b)
{
        if (a == b)
                return true;
        if (a->n_parts != b->n_parts)
                return false;
        for (size_t i = a->n_parts; i-- > 0;) {
                if (strcmp(a->parts[i], b->parts[i]) != 0)
                        return false;
        }
        return true;
}

/* Resolve the entries; neighbours are often of one table. Gives how many there are until one fails,
 * with err set for that. */
static size_t resolve_targets(struct sqlite_connection *connection,
                              const struct lns_batch_create_table_versions_request *request,
                              struct target *targets, struct lns_error *err)
{
        size_t i;

        for (i = 0; i < request->n_entries; i++) {
                const struct lns_create_table_version_request *entry = &request->entries[i];
                const struct lns_create_table_version_request *before = i > 0 ? entry - 1 : NULL;
                struct target *target = &targets[i];

                target->version = entry->version;
                target->index = i;
                if (before && same_ident(entry->id, before->id) &&
                    same_text(entry->branch, before->branch)) {
                        target->table = targets[i - 1].table;
                        target->branch = targets[i - 1].branch;
                } else if (sqlite_resolve_table(connection, entry->id, &target->table, err) < 0 ||
                           sqlite_resolve_branch(connection, target->table, entry->branch,
                                                 &target->branch, err) < 0) {
                        lns_error_add_detail(err, "entries[%zu]", i);
                        break;
                }
        }
        return i;
}

static int compare_targets(const void *a, const void *b)
{
        const struct target *x = a;
        const struct target *y = b;

        if (x->table != y->table)
                return x->table < y->table ? -1 : 1;
        if (x->branch != y->branch)
                return x->branch < y->branch ? -1 : 1;
        if (x->version != y->version)
                return x->version < y->version ? -1 : 1;
        return x->index < y->index ? -1 : 1;
}

/* A version twice in one batch: the later entry is named. */
static int check_targets(const struct target *targets, size_t n, struct lns_error *err)
{
        cleanup_(free_pointer) struct target *sorted = NULL;
        size_t index = n;

        if (n < 2)
                return 0;
        sorted = malloc(n * sizeof(*sorted));
        if (!sorted)
                return lns_error_set_oom(err);
        memcpy(sorted, targets, n * sizeof(*sorted));
        qsort(sorted, n, sizeof(*sorted), compare_targets);
        for (size_t i = 1; i < n; i++) {
                if (sorted[i].table == sorted[i - 1].table &&
                    sorted[i].branch == sorted[i - 1].branch &&
                    sorted[i].version == sorted[i - 1].version && sorted[i].index < index)
                        index = sorted[i].index;
        }
        if (index == n)
                return 0;
        lns_error_set(err, LNS_INVALID_INPUT, "version %llu of a table is there twice",
                      (unsigned long long)targets[index].version);
        return lns_error_add_detail(err, "entries[%zu].version", index);
}

/* Create the first n entries in order. What one table got is one change of its times. */
static int create_targets(struct sqlite_write *write, struct batch_create_table_versions *c,
                          const struct target *targets, size_t n, struct lns_error *err)
{
        uint64_t touched = 0;

        for (size_t i = 0; i < n; i++) {
                const struct lns_create_table_version_request *entry = &c->request->entries[i];
                bool existing;

                if (sqlite_version_create(write, targets[i].table, targets[i].branch, entry->id,
                                          entry, &c->response.versions[i], &existing, err) < 0)
                        return lns_error_add_detail(err, "entries[%zu]", i);
                c->response.n_versions = i + 1;
                if (existing || targets[i].table == touched)
                        continue;
                touched = targets[i].table;
                if (sqlite_table_touch_versions(write, touched, err) < 0)
                        return -1;
        }
        c->response.transaction_id = write->transaction_id;
        if (write->transaction_id == 0 && n > 0)
                return version_transaction(write->connection, targets[0].table, targets[0].branch,
                                           targets[0].version, &c->response.transaction_id, err);
        return 0;
}

static int batch_create_table_versions(struct sqlite_write *write, void *context,
                                       struct lns_error *err)
{
        struct batch_create_table_versions *c = context;
        const size_t n = c->request->n_entries;
        cleanup_(free_pointer) struct target *targets = calloc(n + 1, sizeof(*targets));
        size_t n_resolved;

        lns_batch_create_table_versions_response_clear(&c->response);
        c->response.versions = calloc(n + 1, sizeof(*c->response.versions));
        if (!targets || !c->response.versions)
                return lns_error_set_oom(err);
        /* An entry that cannot be resolved is the error only when none before it is: the first bad
         * one is named. */
        n_resolved = resolve_targets(write->connection, c->request, targets, err);
        if (check_targets(targets, n_resolved, err) < 0 ||
            create_targets(write, c, targets, n_resolved, err) < 0)
                return -1;
        return n_resolved == n ? 0 : -1;
}

int sqlite_batch_create_table_versions(
        struct lns_backend *backend, const struct lns_batch_create_table_versions_request *request,
        struct lns_batch_create_table_versions_response *response, struct lns_error *err)
{
        struct batch_create_table_versions c = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, batch_create_table_versions,
                         &c, err) < 0) {
                lns_batch_create_table_versions_response_clear(&c.response);
                return -1;
        }
        *response = c.response;
        return 0;
}

/* Batches: BatchCommitTables. Every operation is the function that its own callback runs, one after
 * the other in one write, so each sees those before it, and a failure of one leaves nothing of any.
 * The response is written meanwhile and kept with the transaction. */
#include <errno.h>
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "model/batch_text.h"
#include "util/util.h"

struct batch {
        const struct lns_batch_commit_tables_request *request;
        struct lns_batch_commit_tables_response response;
        struct lns_batch_text text;
        bool namespaces; /* it has made some */
        bool drops;      /* it may have dropped storage */
};

static void batch_clear(struct batch *batch)
{
        lns_batch_commit_tables_response_clear(&batch->response);
        lns_batch_text_clear(&batch->text);
}

/* ---- the operations ---- */

typedef int apply_function(struct sqlite_write *write, struct batch *batch,
                           const struct lns_batch_operation *operation, struct lns_error *err);

static int apply_declare_table(struct sqlite_write *write, struct batch *batch,
                               const struct lns_batch_operation *operation, struct lns_error *err)
{
        struct sqlite_declare_table c = { .request = &operation->declare_table };
        int r = sqlite_apply_declare_table(write, &c, err);

        if (r == 0)
                r = lns_batch_text_add_declare_table(&batch->text, &c.response, err);
        lns_declare_table_response_clear(&c.response);
        return r;
}

static int apply_create_table_version(struct sqlite_write *write, struct batch *batch,
                                      const struct lns_batch_operation *operation,
                                      struct lns_error *err)
{
        struct sqlite_create_table_version c = { .request = &operation->create_table_version };
        int r = sqlite_apply_create_table_version(write, &c, err);

        if (r == 0)
                r = lns_batch_text_add_create_table_version(&batch->text, &c.response, err);
        lns_create_table_version_response_clear(&c.response);
        return r;
}

static int apply_delete_table_versions(struct sqlite_write *write, struct batch *batch,
                                       const struct lns_batch_operation *operation,
                                       struct lns_error *err)
{
        struct sqlite_batch_delete_table_versions c = {
                .request = &operation->delete_table_versions,
        };

        if (sqlite_apply_batch_delete_table_versions(write, &c, err) < 0)
                return -1;
        return lns_batch_text_add_delete_table_versions(&batch->text, &c.response, err);
}

static int apply_deregister_table(struct sqlite_write *write, struct batch *batch,
                                  const struct lns_batch_operation *operation,
                                  struct lns_error *err)
{
        struct sqlite_deregister_table c = { .request = &operation->deregister_table };
        int r = sqlite_apply_deregister_table(write, &c, err);

        sqlite_cache_forget(write->connection->cache);
        if (r == 0)
                r = lns_batch_text_add_deregister_table(&batch->text, &c.response, err);
        lns_deregister_table_response_clear(&c.response);
        return r;
}

static int apply_create_namespace(struct sqlite_write *write, struct batch *batch,
                                  const struct lns_batch_operation *operation,
                                  struct lns_error *err)
{
        struct sqlite_create_namespace c = { .request = &operation->create_namespace };
        int r = sqlite_apply_create_namespace(write, &c, err);

        if (r == 0)
                r = lns_batch_text_add_create_namespace(&batch->text, &c.response, err);
        lns_create_namespace_response_clear(&c.response);
        if (c.request->mode == LNS_CREATE_MODE_OVERWRITE)
                sqlite_cache_forget(write->connection->cache);
        batch->namespaces = true;
        batch->drops = batch->drops || c.request->mode == LNS_CREATE_MODE_OVERWRITE;
        return r;
}

static int apply_create_table_tag(struct sqlite_write *write, struct batch *batch,
                                  const struct lns_batch_operation *operation,
                                  struct lns_error *err)
{
        struct sqlite_create_table_tag c = { .request = &operation->create_table_tag };

        if (sqlite_apply_create_table_tag(write, &c, err) < 0)
                return -1;
        return lns_batch_text_add_tag(&batch->text, operation->kind, err);
}

static int apply_update_table_tag(struct sqlite_write *write, struct batch *batch,
                                  const struct lns_batch_operation *operation,
                                  struct lns_error *err)
{
        struct sqlite_update_table_tag c = { .request = &operation->update_table_tag };

        if (sqlite_apply_update_table_tag(write, &c, err) < 0)
                return -1;
        return lns_batch_text_add_tag(&batch->text, operation->kind, err);
}

static int apply_delete_table_tag(struct sqlite_write *write, struct batch *batch,
                                  const struct lns_batch_operation *operation,
                                  struct lns_error *err)
{
        struct sqlite_delete_table_tag c = { .request = &operation->delete_table_tag };

        if (sqlite_apply_delete_table_tag(write, &c, err) < 0)
                return -1;
        return lns_batch_text_add_tag(&batch->text, operation->kind, err);
}

/* By kind. */
static const struct {
        apply_function *apply;
        const char *key; /* in the document, and in errors */
} kinds[] = {
        [LNS_BATCH_DECLARE_TABLE] = { apply_declare_table, "declare_table" },
        [LNS_BATCH_CREATE_TABLE_VERSION] = { apply_create_table_version, "create_table_version" },
        [LNS_BATCH_DELETE_TABLE_VERSIONS] = { apply_delete_table_versions,
                                              "delete_table_versions" },
        [LNS_BATCH_DEREGISTER_TABLE] = { apply_deregister_table, "deregister_table" },
        [LNS_BATCH_CREATE_NAMESPACE] = { apply_create_namespace, "create_namespace" },
        [LNS_BATCH_CREATE_TABLE_TAG] = { apply_create_table_tag, "create_table_tag" },
        [LNS_BATCH_UPDATE_TABLE_TAG] = { apply_update_table_tag, "update_table_tag" },
        [LNS_BATCH_DELETE_TABLE_TAG] = { apply_delete_table_tag, "delete_table_tag" },
};

/* Say which operation it was: "operations[3].delete_table_versions.ranges[0]". A version that is
 * there has no file name of its own to say EEXIST of here. */
static void add_place(const struct batch *batch, size_t index, struct lns_error *err)
{
        char inner[LNS_ERROR_TEXT_MAX];

        if (!err)
                return;
        strcpy(inner, err->detail);
        err->detail[0] = '\0';
        if (batch->request->entries)
                lns_error_add_detail(err, "entries[%zu]%s%s", index, inner[0] ? "." : "", inner);
        else
                lns_error_add_detail(err, "operations[%zu].%s%s%s", index,
                                     kinds[batch->request->operations[index].kind].key,
                                     inner[0] ? "." : "", inner);
        if (err->code == LNS_CONCURRENT_MODIFICATION)
                err->sys = EBUSY;
}

static int apply_all(struct sqlite_write *write, struct batch *batch, struct lns_error *err)
{
        const struct lns_batch_commit_tables_request *request = batch->request;

        for (size_t i = 0; i < request->n_operations; i++) {
                const struct lns_batch_operation *operation = &request->operations[i];

                if (kinds[operation->kind].apply(write, batch, operation, err) == 0)
                        continue;
                add_place(batch, i, err);
                return -1;
        }
        return 0;
}

/* ---- the transaction ---- */

static const char *operation_name(const struct lns_batch_commit_tables_request *request)
{
        return request->entries ? "BatchCreateTableVersions" : "BatchCommitTables";
}

/* How long a request's document is without the white space behind it. */
static size_t document_length(const char *document)
{
        size_t length = document ? strlen(document) : 0;

        while (length > 0 && (document[length - 1] == '\n' || document[length - 1] == ' '))
                length--;
        return length;
}

/* Keep what the transaction is beside its changes. */
static int keep(struct sqlite_write *write, const struct batch *batch, struct lns_error *err)
{
        const struct lns_batch_commit_tables_request *request = batch->request;
        sqlite3_stmt *statement = sqlite_statement(write->connection, SQL_TRANSACTION_INSERT, err);
        int result = SQLITE_OK;
        int r;

        if (!statement || sqlite_bind(statement, err, "iitt", (int64_t)write->transaction_id,
                                      (int64_t)LNS_TRANSACTION_SUCCEEDED, operation_name(request),
                                      request->id) < 0)
                return -1;
        if (request->document)
                result = sqlite3_bind_blob64(statement, 5, request->document,
                                             document_length(request->document), SQLITE_STATIC);
        if (result == SQLITE_OK)
                result = sqlite3_bind_blob64(statement, 6, batch->response.document,
                                             strlen(batch->response.document), SQLITE_STATIC);
        if (result != SQLITE_OK)
                r = sqlite_error(write->connection->db, result, err);
        else
                r = sqlite_step(statement, err);
        sqlite_done(statement);
        return r < 0 ? -1 : 0;
}

static int apply_first(struct sqlite_write *write, struct batch *batch, struct lns_error *err)
{
        const struct lns_batch_commit_tables_request *request = batch->request;
        const struct sqlite_change change = { .operation = operation_name(request) };
        uint64_t id;
        int r;

        batch->text = (struct lns_batch_text){ .entries = request->entries };
        write->connection->cache = sqlite_cache_new(request->n_operations);
        r = apply_all(write, batch, err);
        free(write->connection->cache);
        write->connection->cache = NULL;
        if (r < 0)
                return -1;
        /* Nothing was new: a line of its own makes it a transaction all the same. */
        if (write->transaction_id == 0 && sqlite_change_append(write, &change, NULL, err) < 0)
                return -1;
        id = request->dry_run ? 0 : write->transaction_id;
        if (lns_batch_text_end(&batch->text, id, &batch->response.document, err) < 0 ||
            keep(write, batch, err) < 0)
                return -1;
        batch->response.transaction_id = id;
        return 0;
}

/* ---- commit once ---- */

/* Has this client's id been used? 1: for this document, the response is set; 0: no. */
static int find_first(struct sqlite_connection *connection, struct batch *batch,
                      struct lns_error *err)
{
        const struct lns_batch_commit_tables_request *request = batch->request;
        sqlite3_stmt *statement;
        size_t length;
        const void *document;
        int r;

        if (!request->id)
                return 0;
        statement = sqlite_statement(connection, SQL_TRANSACTION_BY_CLIENT_ID, err);
        if (!statement || sqlite_bind(statement, err, "t", request->id) < 0)
                return -1;
        r = sqlite_step(statement, err);
        if (r <= 0)
                return r;
        document = sqlite3_column_blob(statement, 1);
        length = (size_t)sqlite3_column_bytes(statement, 1);
        if (length != document_length(request->document) ||
            (length > 0 && (!document || memcmp(document, request->document, length) != 0))) {
                lns_error_set_errno(err, LNS_CONCURRENT_MODIFICATION, EBUSY,
                                    "id '%s' was used for another batch, transaction %lld",
                                    request->id, (long long)sqlite3_column_int64(statement, 0));
                r = lns_error_add_detail(err, "id");
        } else {
                batch->response.transaction_id = (uint64_t)sqlite3_column_int64(statement, 0);
                batch->response.repeated = true;
                if (sqlite_column_string(statement, 2, &batch->response.document, err) < 0)
                        r = -1;
        }
        sqlite_done(statement);
        return r;
}

/* ---- the whole ---- */

/* The scope was the receipt's directory when its permissions were looked at. A rename may have put
 * another namespace in its place since. */
static int check_scope(struct sqlite_connection *connection,
                       const struct lns_batch_commit_tables_request *request, struct lns_error *err)
{
        char text[LNS_ERROR_TEXT_MAX];
        uint64_t id;

        if (!request->scope || !request->receipt_name)
                return 0;
        if (sqlite_resolve_namespace(connection, request->scope, &id, err) < 0)
                return -1;
        if (id == request->receipt_directory)
                return 0;
        return lns_error_set_errno(err, LNS_CONCURRENT_MODIFICATION, EBUSY,
                                   "namespace '%s' was renamed meanwhile",
                                   sqlite_ident_text(request->scope, text));
}

/* Can the receipt be put? Before the operations, because a name that is taken is the first thing to
 * say; 1: it is there already, made when this batch was committed before. */
static int check_receipt(struct sqlite_connection *connection,
                         const struct lns_batch_commit_tables_request *request,
                         uint64_t transaction_id, struct lns_error *err)
{
        uint64_t present;

        if (sqlite_receipt_check(connection, request->receipt_directory, request->receipt_name,
                                 &present, err) < 0)
                return -1;
        if (present == 0)
                return 0;
        if (present == transaction_id)
                return 1;
        return lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS, "receipt '%s' exists",
                             request->receipt_name);
}

static int batch_commit_tables(struct sqlite_write *write, void *context, struct lns_error *err)
{
        struct batch *batch = context;
        const struct lns_batch_commit_tables_request *request = batch->request;
        int repeated;
        int kept = 0; /* the receipt is there */

        batch_clear(batch);
        if (check_scope(write->connection, request, err) < 0)
                return -1;
        repeated = find_first(write->connection, batch, err);
        if (repeated < 0)
                return -1;
        if (request->receipt_name)
                kept = check_receipt(write->connection, request, batch->response.transaction_id,
                                     err);
        if (kept < 0 || (repeated == 0 && apply_first(write, batch, err) < 0))
                return -1;
        /* One that the batch has made may have the receipt's name. */
        if (request->receipt_name && batch->namespaces &&
            check_receipt(write->connection, request, 0, err) < 0)
                return -1;
        if (request->dry_run) {
                /* Without a change of its own it is taken back by sqlite_write(). */
                write->transaction_id = 0;
                return 0;
        }
        if (!request->receipt_name || kept == 1)
                return 0;
        return sqlite_receipt_put(write, request->receipt_directory, request->receipt_name,
                                  batch->response.transaction_id, err);
}

int sqlite_batch_commit_tables(struct lns_backend *backend,
                               const struct lns_batch_commit_tables_request *request,
                               struct lns_batch_commit_tables_response *response,
                               struct lns_error *err)
{
        struct batch batch = { .request = request };

        if (sqlite_write(sqlite_backend_of(backend), request->caller, batch_commit_tables, &batch,
                         err) < 0) {
                batch_clear(&batch);
                return -1;
        }
        if (batch.drops && !request->dry_run)
                sqlite_storage_sweep(sqlite_backend_of(backend));
        *response = batch.response;
        return 0;
}

/* The change feed: one JSON line per committed change, numbered without gaps, seen as one growing
 * file. Rows are only ever appended, so a line's place in that file never changes. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* Numbers below are fixed ids: the root, the deregistered tables' namespace. */
#define FIRST_SEQ 17

/* Most lines are some 200 bytes; longer ones go to the heap. */
#define LINE_ON_STACK 2048

/* ---- writing ---- */

static void put_key(struct text *text, const char *key)
{
        text_puts(text, ",\"");
        text_puts(text, key);
        text_puts(text, "\":");
}

static void put_string(struct text *text, const char *key, const char *value)
{
        if (!value)
                return;
        put_key(text, key);
        text_json_string(text, value);
}

static void put_number(struct text *text, const char *key, int64_t value)
{
        put_key(text, key);
        text_number(text, value);
}

static void put_ident(struct text *text, const char *key, const struct lns_ident *ident)
{
        if (!ident)
                return;
        put_key(text, key);
        text_puts(text, "[");
        for (size_t i = 0; i < ident->n_parts; i++) {
                if (i)
                        text_puts(text, ",");
                text_json_string(text, ident->parts[i]);
        }
        text_puts(text, "]");
}

/* Ids go as text where the protocol has them as text. */
static void line_to_text(struct text *text, const struct sqlite_write *write, uint64_t seq,
                         const struct sqlite_change *change)
{
        text_puts(text, "{\"seq\":");
        text_number(text, (int64_t)seq);
        put_number(text, "time_millis", write->now_ms);
        put_number(text, "uid", write->uid);
        put_key(text, "transaction_id");
        text_puts(text, "\"");
        text_number(text, (int64_t)(write->transaction_id ? write->transaction_id : seq));
        text_puts(text, "\"");
        put_string(text, "operation", change->operation);
        put_ident(text, "id", change->id);
        put_ident(text, "old_id", change->old_id);
        put_string(text, "tag", change->tag);
        put_string(text, "old_tag", change->old_tag);
        put_string(text, "branch", change->branch);
        if (change->version)
                put_number(text, "version", (int64_t)change->version);
        if (change->end_version)
                put_number(text, "end_version", (int64_t)change->end_version);
        put_string(text, "location", change->location);
        text_puts(text, "}");
}

/* Find where the feed ends, once per transaction. */
static int cursor_load(struct sqlite_write *write, struct lns_error *err)
{
        struct sqlite_change_cursor *cursor = &write->backend->cursor;
        sqlite3_stmt *statement;
        int found;

        if (cursor->known)
                return 0;
        statement = sqlite_statement(write->connection, SQL_CHANGE_LAST, err);
        if (!statement)
                return -1;
        found = sqlite_step(statement, err);
        if (found < 0)
                return -1;
        cursor->seq = found ? (uint64_t)sqlite3_column_int64(statement, 0) : FIRST_SEQ - 1;
        cursor->end_offset = found ? (uint64_t)sqlite3_column_int64(statement, 1) : 0;
        cursor->known = true;
        sqlite_done(statement);
        return 0;
}

int sqlite_change_next(struct sqlite_write *write, uint64_t *ret_seq, struct lns_error *err)
{
        if (cursor_load(write, err))
                return -1;
        *ret_seq = write->backend->cursor.seq + 1;
        return 0;
}

static uint64_t change_node(const struct sqlite_change *change, uint64_t seq)
{
        if (change->node == SQLITE_CHANGE_ROOT)
                return LNS_NODE_ROOT;
        return change->node ? change->node : seq;
}

int sqlite_change_append(struct sqlite_write *write, const struct sqlite_change *change,
                         uint64_t *ret_seq, struct lns_error *err)
{
        struct sqlite_change_cursor *cursor = &write->backend->cursor;
        char stack[LINE_ON_STACK];
        cleanup_(free_pointer) char *heap = NULL;
        struct text text = { .buf = stack, .size = sizeof(stack) };
        uint64_t transaction_id;
        uint64_t seq;

        if (cursor_load(write, err))
                return -1;
        seq = cursor->seq + 1;
        transaction_id = write->transaction_id ? write->transaction_id : seq;
        line_to_text(&text, write, seq, change);
        if (text.length >= sizeof(stack)) {
                heap = malloc(text.length + 1);
                if (!heap)
                        return lns_error_set_oom(err);
                text = (struct text){ .buf = heap, .size = text.length + 1 };
                line_to_text(&text, write, seq, change);
        }
        if (sqlite_run(write->connection, SQL_CHANGE_INSERT, err, "iiiitiibi", (int64_t)seq,
                       (int64_t)transaction_id, write->now_ms, (int64_t)write->uid,
                       change->operation, (int64_t)change_node(change, seq),
                       (int64_t)change->parent, text.buf, text.length,
                       (int64_t)(cursor->end_offset + text.length + 1)))
                return -1;
        cursor->seq = seq;
        cursor->end_offset += text.length + 1;
        write->transaction_id = transaction_id;
        if (ret_seq)
                *ret_seq = seq;
        return 0;
}

/* ---- reading ---- */

int sqlite_describe_changes(struct lns_backend *backend, uint64_t *ret_size,
                            int64_t *ret_updated_ms, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        sqlite3_stmt *statement;
        int found = -1;

        if (sqlite_read_one(sqlite, &connection, err))
                return -1;
        statement = sqlite_statement(connection, SQL_CHANGE_LAST, err);
        if (statement)
                found = sqlite_step(statement, err);
        if (found >= 0) {
                *ret_size = found ? (uint64_t)sqlite3_column_int64(statement, 1) : 0;
                *ret_updated_ms = found ? sqlite3_column_int64(statement, 2) : 0;
        }
        sqlite_done(statement);
        sqlite_read_end(sqlite, connection);
        return found < 0 ? -1 : 0;
}

/* The first change at or after a seq. 1, 0: there is none, -1. */
static int change_from(struct sqlite_connection *connection, uint64_t seq, uint64_t *ret_seq,
                       uint64_t *ret_end, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHANGE_FROM, err);
        int found;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)seq))
                return -1;
        found = sqlite_step(statement, err);
        if (found > 0) {
                *ret_seq = (uint64_t)sqlite3_column_int64(statement, 0);
                *ret_end = (uint64_t)sqlite3_column_int64(statement, 1);
                sqlite_done(statement);
        }
        return found;
}

/* Find the line that holds the byte at offset. end_offset grows with seq, so the primary key serves
 * for this and the feed needs no index, which every commit would have to write. Who follows the feed
 * reads near its end, so the search goes back from there in growing steps, then halves the rest.
 * 1, 0: offset is at or past the end, -1. */
static int change_at(struct sqlite_connection *connection, uint64_t offset, uint64_t *ret_seq,
                     struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHANGE_LAST, err);
        uint64_t low = 0; /* a change before it ends at or before offset */
        uint64_t high;    /* this one ends after offset */
        uint64_t back = 1;
        uint64_t seq = 0;
        uint64_t end = 0;
        int found = statement ? sqlite_step(statement, err) : -1;

        if (found <= 0)
                return found;
        high = (uint64_t)sqlite3_column_int64(statement, 0);
        end = (uint64_t)sqlite3_column_int64(statement, 1);
        sqlite_done(statement);
        if (end <= offset)
                return 0;
        while (low < high) {
                uint64_t probe = high - low > 2 * back ? high - back : low + (high - low) / 2;

                found = change_from(connection, probe, &seq, &end, err);
                if (found < 0)
                        return -1;
                if (end > offset) {
                        high = probe;
                        back *= 4;
                } else {
                        low = seq + 1;
                        back = UINT64_MAX / 4;
                }
        }
        *ret_seq = high;
        return 1;
}

/* Copy what fits of the lines from seq on. */
static int copy_lines(struct sqlite_connection *connection, uint64_t seq, uint64_t offset,
                      char *buf, size_t size, size_t *ret_length, struct lns_error *err)
{
        sqlite3_stmt *statement = sqlite_statement(connection, SQL_CHANGE_LINES, err);
        size_t length = 0;
        int found = -1;

        if (!statement || sqlite_bind(statement, err, "i", (int64_t)seq))
                return -1;
        while (length < size && (found = sqlite_step(statement, err)) > 0) {
                const char *line = (const char *)sqlite3_column_text(statement, 0);
                size_t bytes = (size_t)sqlite3_column_bytes(statement, 0);
                uint64_t start = (uint64_t)sqlite3_column_int64(statement, 1) - bytes - 1;
                size_t skip = offset > start ? (size_t)(offset - start) : 0;
                size_t copy;

                if (!line || skip > bytes) {
                        sqlite_done(statement);
                        return line ? lns_error_set(err, LNS_INTERNAL,
                                                    "the change feed is damaged at %llu, run "
                                                    "'lancefs check'",
                                                    (unsigned long long)seq)
                                    : lns_error_set_oom(err);
                }
                copy = bytes - skip < size - length ? bytes - skip : size - length;
                memcpy(buf + length, line + skip, copy);
                length += copy;
                if (length < size)
                        buf[length++] = '\n';
        }
        sqlite_done(statement);
        if (found < 0)
                return -1;
        *ret_length = length;
        return 0;
}

int sqlite_read_changes(struct lns_backend *backend, uint64_t offset, char *buf, size_t size,
                        size_t *ret_length, struct lns_error *err)
{
        struct sqlite_backend *sqlite = sqlite_backend_of(backend);
        struct sqlite_connection *connection;
        uint64_t seq;
        int found;

        if (!size) {
                *ret_length = 0;
                return 0;
        }
        if (sqlite_read_begin(sqlite, &connection, err))
                return -1;
        found = change_at(connection, offset, &seq, err);
        if (!found)
                *ret_length = 0;
        else if (found > 0 && copy_lines(connection, seq, offset, buf, size, ret_length, err))
                found = -1;
        sqlite_read_end(sqlite, connection);
        return found < 0 ? -1 : 0;
}

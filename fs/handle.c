/* Open files, and the private buffer of a value that is being written (design: "Writing a value").
 *
 * Errors of write(2) reach nearly every program, errors of close(2) no shell. So a write that makes
 * the value complete commits it at once, and one that makes it impossible is refused at once. */
#include "fs/handle.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <errno.h>

/* The longest text that is worth looking at as a tag. */
#define TAG_TEXT_MAX 4096

/* A document that grows in small pieces is only parsed when it may be complete; a short one always,
 * to refuse at once what cannot become one. */
#define EAGER_PARSE_MAX 4096

static pthread_mutex_t all_mutex = PTHREAD_MUTEX_INITIALIZER; /* protects the list; a leaf */
static struct opened *all_opened;

void opened_add(struct opened *opened, void (*release)(struct opened *opened))
{
        opened->release = release;
        pthread_mutex_lock(&all_mutex);
        opened->next = all_opened;
        opened->at = &all_opened;
        if (all_opened)
                all_opened->at = &opened->next;
        all_opened = opened;
        pthread_mutex_unlock(&all_mutex);
}

void opened_remove(struct opened *opened)
{
        pthread_mutex_lock(&all_mutex);
        *opened->at = opened->next;
        if (opened->next)
                opened->next->at = opened->at;
        pthread_mutex_unlock(&all_mutex);
}

void opened_release_all(void)
{
        while (all_opened)
                all_opened->release(all_opened);
}

static void release_handle(struct opened *opened)
{
        handle_free((struct handle *)opened);
}

struct handle *handle_new(enum handle_kind kind, uint64_t ino)
{
        struct handle *handle = calloc(1, sizeof(*handle));

        if (!handle)
                return NULL;
        handle->kind = kind;
        handle->ino = ino;
        handle->fd = -1;
        pthread_mutex_init(&handle->mutex, NULL);
        opened_add(&handle->opened, release_handle);
        return handle;
}

void handle_free(struct handle *handle)
{
        if (!handle)
                return;
        opened_remove(&handle->opened);
        if (handle->fd >= 0)
                close(handle->fd);
        pthread_mutex_destroy(&handle->mutex);
        free(handle->text);
        free(handle);
}

static int reserve(struct handle *handle, size_t length, struct lns_error *err)
{
        size_t room = handle->room ? handle->room : 256;
        char *grown;

        if (length <= handle->room)
                return 0;
        while (room < length)
                room *= 2;
        grown = realloc(handle->text, room);
        if (!grown)
                return lns_error_set_oom(err);
        handle->text = grown;
        handle->room = room;
        return 0;
}

static bool only_space(const char *bytes, size_t size)
{
        for (size_t i = 0; i < size; i++)
                if (!strchr(" \t\r\n", bytes[i]) || !bytes[i])
                        return false;
        return true;
}

/* A batch may be long and arrive in many pieces: follow it byte by byte, parse it once. */
static enum lns_document_progress follow(struct handle *handle)
{
        enum lns_document_progress progress;

        if (handle->scanned > handle->length) {
                handle->scanner = (struct lns_document_scanner){ 0 };
                handle->scanned = 0;
        }
        progress = lns_document_scan(&handle->scanner, handle->text + handle->scanned,
                                     handle->length - handle->scanned);
        handle->scanned = handle->length;
        return progress;
}

static int too_early(const struct handle *handle, struct lns_error *err)
{
        static const char *const kinds[] = {
                [ENTRY_TAG] = "version number",
                [ENTRY_VERSION] = "version document",
                [ENTRY_COMMIT] = "batch",
        };

        return lns_error_set(err, LNS_INVALID_INPUT, "the text ends too early to be a %s",
                             kinds[handle->entry.kind]);
}

/* The value was refused. */
static void refused(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                    enum value_state state, const struct lns_error *err)
{
        bool batch = handle->entry.kind == ENTRY_COMMIT;

        if (batch)
                batch_reject(fs, caller, handle->dir, handle->entry.name, handle->text,
                             handle->length, err);
        /* What the catalog refused is not tried again when the file is closed. */
        if (batch || state != VALUE_IMPOSSIBLE) {
                handle->length = 0;
                handle->dirty = false;
        }
}

static void accepted(struct fs *fs, struct handle *handle)
{
        handle->dirty = false;
        handle->committed = true;
        handle->mode = COMMIT_ANY; /* the name is ours now; a second value replaces it */
        if (handle->rejected)
                batch_accept(fs, handle->dir, handle->entry.name);
        handle->rejected = false;
}

/* Look at the buffer, commit what is complete. */
static int consider(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                    bool at_end, struct lns_error *err)
{
        enum value_state state = VALUE_INCOMPLETE;

        handle->dirty = true;
        if (handle->entry.kind == ENTRY_COMMIT && !at_end &&
            follow(handle) == LNS_DOCUMENT_INCOMPLETE)
                return 0;
        if (commit_value(fs, caller, handle->dir, &handle->entry, handle->mode, handle->text,
                         handle->length, at_end, &state, err) < 0) {
                refused(fs, caller, handle, state, err);
                return -1;
        }
        switch (state) {
        case VALUE_COMPLETE:
                accepted(fs, handle);
                return 0;
        case VALUE_EMPTY:
                handle->dirty = false;
                return 0;
        default:
                if (!at_end)
                        return 0;
                /* It stays: one of several writers to this file may have closed its copy. */
                too_early(handle, err);
                if (handle->entry.kind == ENTRY_COMMIT) {
                        batch_reject(fs, caller, handle->dir, handle->entry.name, handle->text,
                                     handle->length, err);
                        handle->rejected = true;
                }
                return -1;
        }
}

static size_t text_max(const struct handle *handle)
{
        switch (handle->entry.kind) {
        case ENTRY_TAG:
                return TAG_TEXT_MAX;
        case ENTRY_COMMIT:
                return LNS_BATCH_DOCUMENT_MAX;
        default:
                return LNS_DOCUMENT_MAX;
        }
}

static int check_room(const struct handle *handle, size_t size, uint64_t offset,
                      struct lns_error *err)
{
        size_t max = text_max(handle);

        if (offset <= max && size <= max - offset)
                return 0;
        if (handle->entry.kind == ENTRY_TAG)
                return lns_error_set(err, LNS_INVALID_INPUT, "a tag holds one version number");
        return lns_error_set_errno(err, LNS_INVALID_INPUT, EFBIG,
                                   "a document has at most %zu bytes here", max);
}

static int write_and_consider(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                              const char *bytes, size_t size, size_t offset, struct lns_error *err)
{
        size_t old_length = handle->length;
        size_t overwritten = offset < old_length ? old_length - offset : 0;
        char *saved = NULL;
        int result = 0;

        if (overwritten > size)
                overwritten = size;
        if (reserve(handle, offset + size, err) < 0)
                return -1;
        if (overwritten) {
                saved = malloc(overwritten);
                if (!saved)
                        return lns_error_set_oom(err);
                memcpy(saved, handle->text + offset, overwritten);
        }
        if (offset > old_length)
                memset(handle->text + old_length, 0, offset - old_length);
        memcpy(handle->text + offset, bytes, size);
        if (offset + size > handle->length)
                handle->length = offset + size;
        handle->dirty = true;
        if (offset < handle->scanned)
                handle->scanned = SIZE_MAX; /* written over: from the start again */

        if (handle->entry.kind != ENTRY_VERSION || handle->length <= EAGER_PARSE_MAX ||
            memchr(bytes, '}', size))
                result = consider(fs, caller, handle, false, err);
        if (result < 0 && handle->length > 0) {
                /* A refused write wrote nothing. */
                if (overwritten)
                        memcpy(handle->text + offset, saved, overwritten);
                handle->length = old_length;
                handle->dirty = old_length > 0 && !handle->committed;
        }
        free(saved);
        return result;
}

int value_write(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                const char *bytes, size_t size, uint64_t offset, struct lns_error *err)
{
        int result;

        pthread_mutex_lock(&handle->mutex);
        if (handle->append)
                offset = handle->length;
        result = check_room(handle, size, offset, err);
        if (result == 0) {
                if (handle->committed && offset >= handle->length && only_space(bytes, size))
                        ; /* the newline behind a value that is in already */
                else
                        result = write_and_consider(fs, caller, handle, bytes, size, (size_t)offset,
                                                    err);
        }
        pthread_mutex_unlock(&handle->mutex);
        return result;
}

int value_finish(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                 struct lns_error *err)
{
        int result = 0;

        /* A shell closes the file before it writes to it, and a program may close copies of the
         * descriptor at any time: with nothing new in the buffer a close means nothing. */
        pthread_mutex_lock(&handle->mutex);
        if (handle->dirty)
                result = consider(fs, caller, handle, true, err);
        pthread_mutex_unlock(&handle->mutex);
        return result;
}

int value_truncate(struct handle *handle, uint64_t size, struct lns_error *err)
{
        int result;

        pthread_mutex_lock(&handle->mutex);
        result = check_room(handle, 0, size, err);
        if (result == 0 && size > handle->length) {
                result = reserve(handle, (size_t)size, err);
                if (result == 0)
                        memset(handle->text + handle->length, 0, (size_t)size - handle->length);
        }
        if (result == 0 && size != handle->length) {
                handle->length = (size_t)size;
                handle->committed = false;
                handle->dirty = size > 0;
        }
        pthread_mutex_unlock(&handle->mutex);
        return result;
}

/* An open file. */
#ifndef LANCEFS_HANDLE_H
#define LANCEFS_HANDLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

enum handle_kind {
        HANDLE_TEXT,    /* reads as it was when it was opened */
        HANDLE_CHANGES, /* .lancefs/changes: reads what is there now */
        HANDLE_STAGED,  /* an ordinary file */
        HANDLE_VALUE,   /* a tag or version being written: a private buffer */
};

/* First member of whatever the kernel holds open. Told to end, a mount gets no RELEASE for what
 * programs have open still: opened_release_all() does it. */
struct opened {
        struct opened *next, **at;
        void (*release)(struct opened *opened);
};

void opened_add(struct opened *opened, void (*release)(struct opened *opened));
void opened_remove(struct opened *opened);
/* After the last request. */
void opened_release_all(void);

struct handle {
        struct opened opened;
        enum handle_kind kind;
        uint64_t ino;
        int fd; /* HANDLE_STAGED; else -1 */

        pthread_mutex_t mutex; /* protects what follows */
        char *text;            /* HANDLE_TEXT, HANDLE_VALUE */
        size_t length;
        size_t room;

        /* HANDLE_VALUE */
        uint64_t dir; /* where it is written */
        struct entry entry;
        enum commit_mode mode;
        bool append;
        bool dirty;     /* holds something that is not committed */
        bool committed; /* what it holds, but for white space at the end, is committed */
        struct lns_document_scanner scanner; /* a batch: has followed scanned bytes */
        size_t scanned;
        bool rejected; /* a batch: .rejected was left */
};

struct handle *handle_new(enum handle_kind kind, uint64_t ino);
void handle_free(struct handle *handle);

/* Write into the buffer of a value; commits when it is complete. 0, or -1 with err set: then the
 * buffer is as before, or empty when the catalog refused. */
int value_write(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                const char *bytes, size_t size, uint64_t offset, struct lns_error *err) LNS_CHECK;

/* What is not committed yet counts as it is: close, fsync. */
int value_finish(struct fs *fs, const struct lns_caller *caller, struct handle *handle,
                 struct lns_error *err) LNS_CHECK;

/* ftruncate. */
int value_truncate(struct handle *handle, uint64_t size, struct lns_error *err) LNS_CHECK;

#endif

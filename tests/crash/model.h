/* What one writer of the crash test has in the catalog, and how its changes change that.
 *
 *   model.c    the model, its file, one change, one line of the log
 *   writer.c   makes changes through the mount and logs them
 *   observe.c  reads all of the table through the mount
 *   checker.c  compares what was logged with what is there
 *
 * All writers work on the table prod/t.lance, each on tags and versions of its own, so that what
 * one has is known from its own log: the model of all changes that were acknowledged, and perhaps
 * the one that was under way. They meet in the number of the next version, which only one of them
 * can get, and a tag may name a version of another.
 */
#ifndef CRASH_MODEL_H
#define CRASH_MODEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WRITERS_MAX 16

/* Tags of a writer, "w3-t0" and so on. */
#define TAGS 6

/* Versions that a writer has at once. */
#define OWNED_MAX 48

/* Versions 1 to BASE are made before and never deleted. */
#define BASE 20

#define TABLE "prod/t.lance"

enum op_kind {
        OP_SET,      /* echo VERSION > tag, created or updated */
        OP_CREATE,   /* the same with O_EXCL */
        OP_DELETE,   /* rm tag */
        OP_RENAME,   /* mv tag other, which replaces other */
        OP_EXCHANGE, /* both swap values */
        OP_PUBLISH,  /* a staged file becomes VERSION */
        OP_REMOVE,   /* rm versions/VERSION */
        OP_BATCH,    /* one .commit: VERSION is made, and all tags name it */
        OP_KINDS
};

struct op {
        enum op_kind kind;
        uint64_t seq; /* counts the writer's changes over all rounds; part of a manifest's path */
        unsigned int tag;
        unsigned int other;
        uint64_t version;
};

struct owned {
        uint64_t version;
        uint64_t seq; /* of the change that made it */
};

struct model {
        uint64_t seq;        /* of the last change that was begun */
        uint64_t tags[TAGS]; /* the version named; 0: not there */
        struct owned owned[OWNED_MAX];
        size_t n_owned;
};

/* Prints to stderr and exits with 1. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A path below DIRECTORY, which may not be cut. */
void path_of(char ret_path[static PATH_MAX], const char *directory, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

uint64_t number_of(const char *text);

/* Does *text begin with PREFIX and a number? Then goes on behind it. */
bool take_number(const char **text, const char *prefix, uint64_t *ret_number);

/* From a file that may not exist yet, which is an empty model; and into a new one. */
void model_load(struct model *model, const char *path);
void model_save(const struct model *model, const char *path);

void model_apply(struct model *model, const struct op *op);
void model_own(struct model *model, uint64_t version, uint64_t seq);
const struct owned *model_find(const struct model *model, uint64_t version);

/* One line of a log that says that a change was begun. */
void op_print(FILE *stream, const struct op *op);
bool op_parse(const char *line, struct op *ret_op);

/* Did the daemon go away under this call? Then nobody knows what became of it. */
bool is_crash(int error);

#endif

/* What the crash test finds in the table, read through the mount. */
#ifndef CRASH_OBSERVE_H
#define CRASH_OBSERVE_H

#include "model.h"

struct seen_version {
        uint64_t version;
        bool base; /* made before all writers */
        unsigned int writer;
        uint64_t seq;
};

/* A staged file, w3-17.json, or the .error beside it. */
struct seen_staged {
        bool is_error;
        unsigned int writer;
        uint64_t seq;
};

struct seen {
        uint64_t tags[WRITERS_MAX][TAGS]; /* 0: not there */
        struct seen_version *versions;    /* new; by number */
        size_t n_versions;
        struct seen_staged staged[4 * WRITERS_MAX];
        size_t n_staged;
        unsigned int wrong; /* things that no change could have left; each was printed */
};

/* Something is there that may not be. */
void wrong(struct seen *seen, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads everything; seen->versions is freed by the caller. */
void observe(struct seen *seen, const char *mount);

#endif

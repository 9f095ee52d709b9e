/* Mounting a catalog: what src/cli calls. */
#ifndef LANCEFS_LANCEFS_H
#define LANCEFS_LANCEFS_H

#include <stdbool.h>
#include <sys/types.h>

#include "lns/catalog.h"

/* How to mount. Zeroed but for the fields that say so is a valid start: LANCEFS_OPTIONS_INIT. */
struct lancefs_options {
        const char *catalog;       /* as given; the first column of mount(8) */
        const char *mountpoint;    /* absolute */
        const char *mount_options; /* for the kernel and fusermount3, comma-separated; may be "" */
        bool foreground;
        bool debug; /* libfuse's trace of every request */
        bool read_only;
        bool allow_other;
        bool nonempty;         /* mount over a directory with something in it */
        double cache_seconds;  /* how long the kernel may trust what it was told; 0: strict */
        bool has_uid, has_gid; /* show this owner in place of the catalog's */
        uid_t uid;
        gid_t gid;
        mode_t umask; /* bits that are never shown */
        int ready_fd; /* a byte is written here when the mount is there; -1: none */
};

#define LANCEFS_OPTIONS_INIT ((struct lancefs_options){ .mount_options = "", .ready_fd = -1 })

/**
 * Mount, serve until unmounted or told to stop (SIGTERM, SIGINT), unmount.
 *
 * @param catalog  borrowed, open.
 * @param options  borrowed.
 * @param err      INVALID_INPUT, PERMISSION_DENIED, INTERNAL: the mount could not be made; the
 *                 message says what to do.
 * @return 0 after a clean end, or -1 with err set.
 */
int lancefs_serve(struct lns_catalog *catalog, const struct lancefs_options *options,
                  struct lns_error *err) LNS_CHECK;

/**
 * Can something be mounted here? Clears away a dead mount (its daemon is gone) first.
 *
 * @param options  borrowed; mountpoint and nonempty count.
 * @param err      INVALID_INPUT: missing, no directory, not empty, mounted already;
 *                 PERMISSION_DENIED: /dev/fuse. The message says what to do.
 * @return 0, or -1 with err set.
 */
int lancefs_check_mountpoint(const struct lancefs_options *options,
                             struct lns_error *err) LNS_CHECK;

#endif

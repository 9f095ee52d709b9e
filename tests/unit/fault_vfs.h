/* A SQLite VFS that fails on purpose: the default one, with one write or sync that goes wrong. */
#ifndef LNS_TESTS_FAULT_VFS_H
#define LNS_TESTS_FAULT_VFS_H

#include <stdbool.h>

struct fault {
        int at;      /* the how manieth call fails, from 1; 0: none */
        bool sticky; /* all after it fail too */
        bool syncs;  /* only syncs count */
        bool locks;  /* truncations and locks count too */
        bool after;  /* it is done all the same, and then reported as failed */
        int result;  /* SQLITE_IOERR_WRITE, SQLITE_FULL... */
};

/* Make it the default VFS of this process. */
void fault_vfs_register(void);

/* From now on; counting starts anew. NULL: nothing fails. */
void fault_vfs_set(const struct fault *fault);

/* How many calls there were since. */
int fault_vfs_count(void);

#endif

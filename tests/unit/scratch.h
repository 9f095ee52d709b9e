/* A directory for one test. */
#ifndef LNS_TESTS_SCRATCH_H
#define LNS_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#define SCRATCH_MAX 256

/* Make one; path has SCRATCH_MAX bytes. */
static inline void scratch_make(char *path)
{
        const char *top = getenv("TMPDIR");

        assert_true(snprintf(path, SCRATCH_MAX, "%s/lancefs-unit-XXXXXX", top ? top : "/tmp") <
                    SCRATCH_MAX);
        assert_non_null(mkdtemp(path));
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int type,
                                     struct FTW *ftw)
{
        (void)st;
        (void)type;
        (void)ftw;
        return remove(path);
}

static inline void scratch_remove(const char *path)
{
        nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif

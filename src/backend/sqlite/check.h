/* lancefs check: what its parts share. */
#ifndef LNS_SQLITE_CHECK_H
#define LNS_SQLITE_CHECK_H

#include "backend/sqlite/sqlite.h"

struct check {
        struct sqlite_backend *backend;
        bool repair;
        lns_check_report *report;
        void *context;
        uint64_t problems; /* still there */
};

/* Report one problem; counts it unless it was repaired. */
void check_report(struct check *check, bool repaired, const char *fmt, ...) LNS_PRINTF(3, 4);

/* check_files.c: manifests, staging directories, what nothing points to. */
int check_manifests(struct check *check, struct lns_error *err) LNS_CHECK;
int check_staging(struct check *check, struct lns_error *err) LNS_CHECK;
int check_leftovers(struct check *check, struct lns_error *err) LNS_CHECK;

#endif

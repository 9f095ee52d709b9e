/* The SQLite engine, as the command line names it. */
#include "contract.h"

#include <stdio.h>

static int open_sqlite(struct lns_catalog **ret_catalog, const char *directory,
                       const struct lns_catalog_options *options, struct lns_error *err)
{
        char url[4200];

        snprintf(url, sizeof(url), "sqlite:%s", directory);
        return lns_catalog_open(ret_catalog, url, options, err);
}

const struct contract_engine contract_engine = { .name = "sqlite", .open = open_sqlite };

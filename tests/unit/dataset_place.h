/* A directory for datasets that a test makes or copies, and what a scan reported. */
#ifndef LNS_TESTS_DATASET_PLACE_H
#define LNS_TESTS_DATASET_PLACE_H

#include <stddef.h>

#include "lns/dataset.h"

struct dataset_place {
        char path[4096]; /* absolute, without links */
        char **problems; /* "<path below it>: <sentence>", in the order of the reports */
        size_t n_problems;
        struct lns_dataset_watch watch; /* collects into problems */
};

/* cmocka's setup and teardown: *state is a struct dataset_place. */
int dataset_place_setup(void **state);
int dataset_place_teardown(void **state);

/* Make a file with its directories; the path is below the place. */
void dataset_place_put(struct dataset_place *place, const char *path, const char *text);

/* Make a symbolic link. */
void dataset_place_link(struct dataset_place *place, const char *path, const char *target);

/* Copy tests/data/lancedb/<name>.lance to <name>.lance. */
void dataset_place_copy(struct dataset_place *place, const char *name);

/* Scan <name>, which must succeed. The problems before are forgotten. */
struct lns_dataset dataset_place_scan(struct dataset_place *place, const char *name);

/* Exactly these problems, in any order; NULL ends the list. A text is the beginning of one. */
#define dataset_place_expect_problems(place, ...)                                                  \
        dataset_place_expect(place, (const char *const[]){ __VA_ARGS__ })
void dataset_place_expect(struct dataset_place *place, const char *const *texts);

/* The absolute path of a file in tests/data. */
const char *dataset_test_data(const char *name, char buf[4096]);

#endif

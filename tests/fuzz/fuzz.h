/* Fuzz targets: each defines the entry of libFuzzer. meson.build says how to run that; in the test
 * suite replay.c feeds them their corpora instead.
 */
#ifndef LNS_TESTS_FUZZ_H
#define LNS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert() that stays with NDEBUG. */
#define must(condition)                                                                            \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,           \
                                      #condition);                                                 \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

#endif

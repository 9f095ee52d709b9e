/* Allocations that a test makes fail: the linker hands the program's calls to the __wrap_ functions of
 * wrap.c (-Wl,--wrap, see meson.build), which ask the test. */
#ifndef TESTS_UNIT_WRAP_H
#define TESTS_UNIT_WRAP_H

#include <stdbool.h>
#include <stddef.h>

/* The linker gives these names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *pointer);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *pointer);
/* NOLINTEND(bugprone-reserved-identifier) */

/* The test's: does this allocation fail? Asked once for each. */
bool allocation_fails(void);
/* The test's: 1 for what was allocated, -1 for what is freed. */
void allocation_counts(int change);

#endif

/* Files of a mount, in one call each. What must not fail ends the program when it does. */
#ifndef THREADS_FILES_H
#define THREADS_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints to stderr and ends the process with status 1, whatever other threads do. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A path; it may not be cut. */
void path_of(char ret_path[static PATH_MAX], const char *format, ...)
        __attribute__((format(printf, 2, 3)));

uint64_t number_of(const char *text);

/* Creates or opens with FLAGS, writes TEXT, closes. 0, or the errno of the call that failed. */
int put_file(const char *path, int flags, const char *text);

/* As put_file(); must not fail. */
void must_put(const char *path, int flags, const char *text);

/* All of a file, as a string in BUF; what is longer than that must not be. Gives its length. */
size_t get_file(const char *path, char *buf, size_t size);

/* Calls VISIT for each name but "." and "..". */
void each_name(const char *directory, void (*visit)(void *context, const char *name),
               void *context);

/* The text of a version that has the manifest s3://nowhere/NAME. */
void version_text(char *buf, size_t size, const char *name);

/* Writes STAGED and moves it to TARGET. 0 or the errno of the rename; then STAGED is removed. */
int publish(const char *staged, const char *target, const char *name);

/* xorshift64*; *state is never 0. */
uint64_t random_below(uint64_t *state, uint64_t n);

#endif

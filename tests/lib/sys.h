/*
 * What the files of the sys program share: sys.c has the steps' names and runs a sequence,
 * sys-args.c reads arguments, sys-answer.c prints what a call returned, sys-path.c and sys-file.c
 * hold the steps on names and on open files.
 */
#ifndef LNS_TESTS_LIB_SYS_H
#define LNS_TESTS_LIB_SYS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

/* Exit status 1 says that a call failed; this one, that nothing was proved either way. */
enum { SYS_EXIT_USAGE = 2 };

/* The words of one step that are still to be read. */
struct args {
        const char *step;
        char **next;
        char **end;
};

struct bytes {
        char *data;
        size_t size;
        char *owned; /* what the reader of the argument frees, or NULL */
};

struct word {
        const char *name;
        int value;
};

/* STEP_STOP is a failure that makes the rest of the sequence pointless. */
enum step_result { STEP_OK, STEP_FAILED, STEP_STOP };

/* sys-args.c. All of these leave the program when the words are wrong. */

_Noreturn void usage_error(const char *step, const char *why, const char *what);
void *allocate(size_t size);
bool has_next(const struct args *args);
char *next(struct args *args);
int64_t next_number(struct args *args);
mode_t next_mode(struct args *args);
int next_word(struct args *args, const struct word *words);
/* "A|B" as the sum of its words, "0" as none. */
int next_flags(struct args *args, const struct word *words);
/* The DATA of the help text. */
struct bytes next_data(struct args *args);
/* now, omit, or SECONDS[.NANOSECONDS] */
struct timespec next_time(struct args *args);

/* sys-answer.c */

enum step_result say_errno(void);
enum step_result say(ssize_t returned);
/* Quoted, so that nothing at all can be seen too. */
enum step_result say_data(const char *bytes, ssize_t size);
enum step_result say_name(const char *bytes, ssize_t size);
const char *type_name(mode_t mode);
/* The fields that the next words name. */
enum step_result say_stat(struct args *args, int returned, const struct stat *st);

/* sys-file.c: the files that the sequence has open; steps use the one opened last. */

void push_file(const struct args *args, int fd);
int current_file(const struct args *args);

/* The steps. */

typedef enum step_result step_function(struct args *args);

/* sys-path.c */
step_function step_mkdir, step_rmdir, step_unlink, step_rename, step_renameat2, step_link,
        step_symlink, step_readlink, step_mknod, step_truncate, step_chmod, step_chown, step_lchown,
        step_utimens, step_lutimens, step_access, step_stat, step_lstat, step_statfs, step_getxattr,
        step_setxattr, step_removexattr, step_listxattr, step_readdir, step_mmap_read;

/* sys-file.c */
step_function step_open, step_dup, step_close, step_write, step_pwrite, step_read, step_pread,
        step_lseek, step_ftruncate, step_fallocate, step_fsync, step_fdatasync, step_fchmod,
        step_fchown, step_futimens, step_fstat, step_flock, step_poll;

#endif

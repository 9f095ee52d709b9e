/* bench: what its parts share.
 *
 *   bench.c      the rows, the rounds, the command line
 *   operation.c  the system calls that are measured
 *   bare.c       the bare SQLite transaction
 *   report.c     from samples to the printed table and the JSON
 */
#ifndef BENCH_H
#define BENCH_H

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUNDS_MAX 101
#define FACTS_MAX 16

/* tags/gold goes round the versions 1 to 10, which every table has, so each update is a change. */
#define TAG_VALUES 10

/* What the daemon may keep in memory while it lists 1,000,000 versions. */
#define RESIDENT_MAX_KIB (64 * 1024)

/* Both print to stderr and exit with 1. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void die_errno(const char *call, const char *path) __attribute__((noreturn));

/* Monotonic. */
double now_us(void);

/* --- bare.c --- */

enum change { NO_CHANGE, TAG_UPSERT, VERSION_INSERT };

struct bare {
        const char *path;
        sqlite3 *db;
        sqlite3_stmt *begin;
        sqlite3_stmt *commit;
        sqlite3_stmt *change[VERSION_INSERT + 1];
        sqlite3_int64 last_version;
};

/* PATH must not exist; bare_close() removes it. */
void bare_open(struct bare *bare, const char *path);
void bare_close(struct bare *bare);

/* Mean time of N transactions in us. */
double bare_run(struct bare *bare, enum change change, unsigned int n);

/* --- operation.c: each makes N calls on PATH of one mount and gives the mean time in us --- */

struct mount {
        const char *root;
        uint64_t last_version; /* of the table that gets new versions; 0: not looked up yet */
};

typedef double (*operation)(struct mount *mount, const char *path, unsigned int n);

double run_stat(struct mount *mount, const char *path, unsigned int n);
double run_cat(struct mount *mount, const char *path, unsigned int n);
double run_ls(struct mount *mount, const char *path, unsigned int n);
double run_ls_l(struct mount *mount, const char *path, unsigned int n);
double run_tag_update(struct mount *mount, const char *path, unsigned int n);
double run_version_create(struct mount *mount, const char *path, unsigned int n);

void join(const struct mount *mount, const char *path, char ret_path[static PATH_MAX]);
bool exists(const struct mount *mount, const char *path);

/* Lists the directory at the whole path FULL as ls(1) does, with the lstat of each entry when
 * IS_LONG. Counts what is not hidden; ret_highest may be NULL. */
uint64_t list(const char *full, bool is_long, uint64_t *ret_highest);

/* --- rows --- */

struct row {
        const char *name;
        operation op;
        const char *path;
        const char *floor_path; /* on lancefs itself; NULL: PATH on floor_fs */
        enum change change;     /* the transaction that belongs to the floor */
        double target;          /* the highest good ratio; 0: none set */
        bool slow;              /* left out by --quick */

        /* measured */
        bool present;
        unsigned int batch;
        unsigned int n_samples;
        double ours[ROUNDS_MAX];
        double floor[ROUNDS_MAX]; /* with the transaction */
        double bare[ROUNDS_MAX];
        double ratio[ROUNDS_MAX];
};

struct stream {
        bool present;
        double ms;
        uint64_t entries;
        long peak_kib;     /* VmHWM since the daemon started; -1: no --pid */
        long resident_kib; /* VmRSS after the listing */
};

struct bench {
        struct mount floor;
        struct mount fs;
        struct bare bare;
        const char *db;
        const char *json;
        const char *facts[FACTS_MAX]; /* NAME=VALUE */
        unsigned int n_facts;
        unsigned int rounds;
        double batch_us;
        bool quick;
        bool check;
        int cpu; /* -1: the first that is allowed */
        long pid;
        struct stream stream;
        struct row *rows; /* floor_fs is their floor */
        size_t n_rows;
        struct row *scale_rows; /* lancefs itself is */
        size_t n_scale_rows;
};

/* --- report.c --- */

void print_table(const struct bench *bench);
void write_json(const struct bench *bench);

/* How many targets were missed. */
unsigned int count_missed(const struct bench *bench);

#endif

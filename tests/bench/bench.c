/* bench: what lancefs costs, as ratios to floors measured in the same run.
 *
 * The driver behind scripts/bench, which has mounted floor_fs and lancefs and filled both with the
 * same tables. It makes the same system calls on both by turns, round by round, from one CPU, and
 * prints the medians over the rounds:
 *
 * - a read's floor is floor_fs, a filesystem in memory;
 * - a durable change's floor is floor_fs plus one bare SQLite transaction on the catalog's disk
 *   (WAL, synchronous=FULL, prepared statements, SQLite's own checkpoints);
 * - in a table of 1,000,000 versions, the floor is lancefs itself in a table of 10.
 *
 * A sample is the mean time of one operation over a batch, so checkpoints and slow syncs count.
 * Rows whose tables are not there are left out.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

/* A row this slow is measured in few rounds: its samples are long enough to be steady. */
#define SLOW_OP_US 100e3
#define SLOW_ROUNDS 3

#define TAG "prod/users.lance/tags/gold"

void die(const char *format, ...)
{
        va_list args;

        va_start(args, format);
        fputs("bench: ", stderr);
        vfprintf(stderr, format, args);
        fputc('\n', stderr);
        va_end(args);
        exit(1);
}

void die_errno(const char *call, const char *path)
{
        die("%s '%s': %s", call, path, strerror(errno));
}

double now_us(void)
{
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct row rows[] = {
        { .name = "stat of a tag", .op = run_stat, .path = TAG, .target = 2 },
        { .name = "cat of a tag", .op = run_cat, .path = TAG, .target = 2 },
        { .name = "ls, 10 versions", .op = run_ls, .path = "prod/v10.lance/versions" },
        { .name = "ls, 1,000 versions", .op = run_ls, .path = "prod/v1000.lance/versions" },
        { .name = "ls, 100,000 versions",
          .op = run_ls,
          .path = "prod/v100000.lance/versions",
          .target = 3 },
        { .name = "ls -l, 10 versions", .op = run_ls_l, .path = "prod/v10.lance/versions" },
        { .name = "ls -l, 1,000 versions", .op = run_ls_l, .path = "prod/v1000.lance/versions" },
        { .name = "ls -l, 100,000 versions",
          .op = run_ls_l,
          .path = "prod/v100000.lance/versions",
          .slow = true },
        { .name = "tag update",
          .op = run_tag_update,
          .path = TAG,
          .change = TAG_UPSERT,
          .target = 1.5 },
        { .name = "version create",
          .op = run_version_create,
          .path = "prod/users.lance/versions",
          .change = VERSION_INSERT,
          .target = 1.5 },
};

static struct row scale_rows[] = {
        { .name = "stat of a version",
          .op = run_stat,
          .path = "prod/v1000000.lance/versions/500000",
          .floor_path = "prod/v10.lance/versions/5",
          .target = 1.5 },
        { .name = "tag update",
          .op = run_tag_update,
          .path = "prod/v1000000.lance/tags/gold",
          .floor_path = "prod/v10.lance/tags/gold",
          .target = 1.5 },
        { .name = "describe",
          .op = run_cat,
          .path = "prod/v1000000.lance/.table.json",
          .floor_path = "prod/v10.lance/.table.json",
          .target = 1.5 },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))
#define N_SCALE_ROWS (sizeof(scale_rows) / sizeof(scale_rows[0]))

static double run_ours(struct bench *bench, const struct row *row)
{
        return row->op(&bench->fs, row->path, row->batch);
}

static double run_floor(struct bench *bench, const struct row *row)
{
        if (row->floor_path)
                return row->op(&bench->fs, row->floor_path, row->batch);
        return row->op(&bench->floor, row->path, row->batch);
}

/* Warms everything up, and finds how many calls fill a batch. */
static void prepare(struct bench *bench, struct row *row)
{
        const char *floor_path = row->floor_path ? row->floor_path : row->path;

        if ((bench->quick && row->slow) || !exists(&bench->fs, row->path) ||
            !exists(row->floor_path ? &bench->fs : &bench->floor, floor_path))
                return;
        row->present = true;
        for (row->batch = 1;; row->batch *= 2) {
                double ours = run_ours(bench, row);
                double floor = run_floor(bench, row);

                if ((ours > floor ? ours : floor) * row->batch >= bench->batch_us / 2)
                        break;
        }
}

static void measure(struct bench *bench, struct row *row, unsigned int round)
{
        unsigned int i = row->n_samples;
        double bare = 0;

        if (!row->present || (i >= SLOW_ROUNDS && row->ours[0] > SLOW_OP_US))
                return;
        if (round % 2 == 0)
                row->ours[i] = run_ours(bench, row);
        row->floor[i] = run_floor(bench, row);
        if (row->change)
                bare = bare_run(&bench->bare, row->change, row->batch);
        if (round % 2 == 1)
                row->ours[i] = run_ours(bench, row);
        row->bare[i] = bare;
        row->floor[i] += bare;
        row->ratio[i] = row->ours[i] / row->floor[i];
        row->n_samples++;
}

static long status_kib(long pid, const char *field)
{
        char path[64];
        char line[256];
        long kib = -1;
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%ld/status", pid);
        file = fopen(path, "r");
        if (!file)
                die_errno("open", path);
        while (kib < 0 && fgets(line, sizeof(line), file))
                if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':')
                        kib = strtol(line + strlen(field) + 1, NULL, 10);
        fclose(file);
        return kib;
}

static void stream(struct bench *bench)
{
        struct stream *stream = &bench->stream;
        char full[PATH_MAX];
        double start;

        stream->peak_kib = -1;
        stream->resident_kib = -1;
        join(&bench->fs, "prod/v1000000.lance/versions", full);
        stream->present = !access(full, F_OK);
        if (!stream->present)
                return;
        start = now_us();
        stream->entries = list(full, false, NULL);
        stream->ms = (now_us() - start) / 1e3;
        if (stream->entries < 1000000)
                die("'%s' lists %" PRIu64 " entries", full, stream->entries);
        if (bench->pid) {
                stream->peak_kib = status_kib(bench->pid, "VmHWM");
                stream->resident_kib = status_kib(bench->pid, "VmRSS");
        }
}
/* --- main --- */

static void pin(int cpu)
{
        cpu_set_t set;

        if (cpu < 0) {
                if (sched_getaffinity(0, sizeof(set), &set))
                        die_errno("sched_getaffinity", "self");
                for (cpu = 0; !CPU_ISSET((size_t)cpu, &set);)
                        cpu++;
        }
        CPU_ZERO(&set);
        CPU_SET((size_t)cpu, &set);
        if (sched_setaffinity(0, sizeof(set), &set))
                die("CPU %d: %s", cpu, strerror(errno));
}

static void add_fact(struct bench *bench, const char *fact)
{
        if (!strchr(fact, '='))
                die("'%s' is not NAME=VALUE", fact);
        if (bench->n_facts == FACTS_MAX)
                die("more than %d facts", FACTS_MAX);
        bench->facts[bench->n_facts++] = fact;
}

static long number(const char *text, long min, long max)
{
        char *end;
        long n;

        errno = 0;
        n = strtol(text, &end, 10);
        if (errno || end == text || *end || n < min || n > max)
                die("'%s' is not a number from %ld to %ld", text, min, max);
        return n;
}

static const char usage[] =
        "usage: bench --floor MOUNT --fs MOUNT --db FILE [OPTION...]\n"
        "  --floor MOUNT      where floor_fs is mounted\n"
        "  --fs MOUNT         where lancefs is mounted\n"
        "  --db FILE          a new database for bare transactions, on the catalog's disk\n"
        "  --pid PID          the lancefs daemon, to read its memory\n"
        "  --rounds R         rounds (11; with --quick 3)\n"
        "  --batch-ms MS      length of a sample (50; with --quick 10)\n"
        "  --cpu N            run on this CPU (the first that is allowed)\n"
        "  --quick            a short run, without the slowest rows\n"
        "  --check            exit 2 when a target is missed\n"
        "  --fact NAME=VALUE  printed, and kept in the JSON\n"
        "  --json FILE        write the results there too\n";

static void take_option(struct bench *bench, int option)
{
        switch (option) {
        case 'f':
                bench->floor.root = optarg;
                break;
        case 'l':
                bench->fs.root = optarg;
                break;
        case 'd':
                bench->db = optarg;
                break;
        case 'p':
                bench->pid = number(optarg, 1, INT32_MAX);
                break;
        case 'r':
                bench->rounds = (unsigned int)number(optarg, 1, ROUNDS_MAX);
                break;
        case 'c':
                bench->cpu = (int)number(optarg, 0, CPU_SETSIZE - 1);
                break;
        case 'b':
                bench->batch_us = (double)number(optarg, 1, 10000) * 1e3;
                break;
        case 'q':
                bench->quick = true;
                break;
        case 'k':
                bench->check = true;
                break;
        case 'a':
                add_fact(bench, optarg);
                break;
        case 'j':
                bench->json = optarg;
                break;
        case 'h':
                fputs(usage, stdout);
                exit(0);
        default:
                fputs(usage, stderr);
                exit(1);
        }
}

static void parse_options(struct bench *bench, int argc, char **argv)
{
        static const struct option options[] = {
                { "floor", required_argument, NULL, 'f' },
                { "fs", required_argument, NULL, 'l' },
                { "db", required_argument, NULL, 'd' },
                { "pid", required_argument, NULL, 'p' },
                { "rounds", required_argument, NULL, 'r' },
                { "batch-ms", required_argument, NULL, 'b' },
                { "cpu", required_argument, NULL, 'c' },
                { "quick", no_argument, NULL, 'q' },
                { "check", no_argument, NULL, 'k' },
                { "fact", required_argument, NULL, 'a' },
                { "json", required_argument, NULL, 'j' },
                { "help", no_argument, NULL, 'h' },
                { 0 },
        };
        int option;

        while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
                take_option(bench, option);
        if (optind != argc || !bench->floor.root || !bench->fs.root || !bench->db) {
                fputs(usage, stderr);
                exit(1);
        }
        if (!bench->rounds)
                bench->rounds = bench->quick ? 3 : 11;
        if (bench->batch_us <= 0)
                bench->batch_us = bench->quick ? 10e3 : 50e3;
}

int main(int argc, char **argv)
{
        struct bench bench = {
                .cpu = -1,
                .rows = rows,
                .n_rows = N_ROWS,
                .scale_rows = scale_rows,
                .n_scale_rows = N_SCALE_ROWS,
        };
        unsigned int n_missed;

        parse_options(&bench, argc, argv);
        pin(bench.cpu);
        bare_open(&bench.bare, bench.db);

        for (unsigned int i = 0; i < bench.n_facts; i++)
                printf("%-10.*s %s\n", (int)strcspn(bench.facts[i], "="), bench.facts[i],
                       strchr(bench.facts[i], '=') + 1);
        printf("%-10s %s\n%-10s median of %u, batches of about %.0f ms\n", "sqlite",
               sqlite3_libversion(), "rounds", bench.rounds, bench.batch_us / 1e3);
        fflush(stdout);

        for (size_t i = 0; i < N_ROWS; i++)
                prepare(&bench, &rows[i]);
        for (size_t i = 0; i < N_SCALE_ROWS; i++)
                prepare(&bench, &scale_rows[i]);
        for (unsigned int round = 0; round < bench.rounds; round++) {
                for (size_t i = 0; i < N_ROWS; i++)
                        measure(&bench, &rows[i], round);
                for (size_t i = 0; i < N_SCALE_ROWS; i++)
                        measure(&bench, &scale_rows[i], round);
        }
        stream(&bench);
        bare_close(&bench.bare);

        print_table(&bench);
        if (bench.json)
                write_json(&bench);
        n_missed = count_missed(&bench);
        if (n_missed)
                printf("\n%u targets missed\n", n_missed);
        return bench.check && n_missed ? 2 : 0;
}

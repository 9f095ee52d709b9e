/* writer: one writer of the crash test.
 *
 *     writer MOUNT STATE INDEX SEED
 *
 * Makes random changes of the table, one after the other, until the daemon dies. STATE is a
 * directory: model.INDEX says what this writer has in the catalog, log.INDEX gets a line before
 * each change and one after it, manifests/ gets the manifests. The log survives because this
 * process does.
 *
 * With CRASH_BATCHES in the environment it makes batches, and removes versions to make room.
 *
 * Exit status: 0 when the daemon died, 1 when a call failed in a way that it must not.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"

struct writer {
        unsigned int index;
        uint64_t random; /* the generator's state, never 0 */
        char manifests[PATH_MAX];
        FILE *log;
        struct model model;

        /* Kept open: when the daemon is gone, calls below them fail in the way that says so. */
        int namespace;
        int tags;
        int versions;
};

/* xorshift64* */
static uint64_t random_below(struct writer *writer, uint64_t n)
{
        writer->random ^= writer->random >> 12;
        writer->random ^= writer->random << 25;
        writer->random ^= writer->random >> 27;
        return (writer->random * UINT64_C(0x2545f4914f6cdd1d) >> 33) % n;
}

/* --- the system calls; each gives 0 or an errno --- */

static int write_text(int fd, const char *text, size_t size)
{
        ssize_t n = write(fd, text, size);

        if (n < 0)
                return errno;
        return (size_t)n == size ? 0 : EIO;
}

static void tag_name(const struct writer *writer, unsigned int tag, char *ret_name, size_t size)
{
        snprintf(ret_name, size, "w%u-t%u", writer->index, tag);
}

/* The answer of the write is the answer: the value is in then, whatever becomes of the close. */
static int set_tag(struct writer *writer, const struct op *op)
{
        char name[32];
        char text[32];
        int size = snprintf(text, sizeof(text), "%" PRIu64 "\n", op->version);
        int error;
        int fd;

        tag_name(writer, op->tag, name, sizeof(name));
        fd = openat(writer->tags, name,
                    O_WRONLY | O_CREAT | O_CLOEXEC | (op->kind == OP_CREATE ? O_EXCL : O_TRUNC),
                    0644);
        if (fd < 0)
                return errno;
        error = write_text(fd, text, (size_t)size);
        close(fd);
        return error;
}

static int rename_tag(struct writer *writer, const struct op *op)
{
        char from[32];
        char to[32];

        tag_name(writer, op->tag, from, sizeof(from));
        tag_name(writer, op->other, to, sizeof(to));
        return renameat2(writer->tags, from, writer->tags, to,
                         op->kind == OP_EXCHANGE ? RENAME_EXCHANGE : 0)
                       ? errno
                       : 0;
}

static int delete_tag(struct writer *writer, const struct op *op)
{
        char name[32];

        tag_name(writer, op->tag, name, sizeof(name));
        return unlinkat(writer->tags, name, 0) ? errno : 0;
}

static int remove_version(struct writer *writer, const struct op *op)
{
        char name[32];

        snprintf(name, sizeof(name), "%" PRIu64, op->version);
        return unlinkat(writer->versions, name, 0) ? errno : 0;
}

/* As a client does it: the manifest first, which no other attempt has. */
static void make_manifest(const struct writer *writer, uint64_t seq, char ret_path[static PATH_MAX])
{
        int fd;

        path_of(ret_path, writer->manifests, "w%u-%" PRIu64, writer->index, seq);
        fd = open(ret_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd < 0 || write_text(fd, "manifest", 8))
                die("'%s': %s", ret_path, strerror(errno));
        close(fd);
}

/* The fields that make a version this writer's, without the braces. */
static void print_version(FILE *stream, const struct writer *writer, const struct op *op)
{
        char manifest[PATH_MAX];

        make_manifest(writer, op->seq, manifest);
        fprintf(stream,
                "\"manifest_path\": \"%s\", \"manifest_size\": 8, \"e_tag\": \"w%u-%" PRIu64
                "\", \"metadata\": {\"writer\": \"w%u-%" PRIu64 "\"}",
                manifest, writer->index, op->seq, writer->index, op->seq);
}

/* Makes the version, then all of the writer's tags name it. */
static void print_batch(FILE *stream, const struct writer *writer, const struct op *op)
{
        fprintf(stream,
                "{\"operations\": [{\"create_table_version\": {\"id\": [\"prod\", \"t\"], "
                "\"version\": %" PRIu64 ", ",
                op->version);
        print_version(stream, writer, op);
        fputs("}}", stream);
        for (unsigned int i = 0; i < TAGS; i++) {
                char name[32];

                tag_name(writer, i, name, sizeof(name));
                fprintf(stream,
                        ", {\"%s_table_tag\": {\"id\": [\"prod\", \"t\"], \"tag\": \"%s\", "
                        "\"version\": %" PRIu64 "}}",
                        writer->model.tags[i] ? "update" : "create", name, op->version);
        }
        fputs("]}", stream);
}

static int stage(const struct writer *writer, const struct op *op, const char *name)
{
        FILE *stream;
        char *text;
        size_t size;
        int error;
        int fd;

        stream = open_memstream(&text, &size);
        if (!stream)
                die("out of memory");
        if (op->kind == OP_BATCH) {
                print_batch(stream, writer, op);
        } else {
                fputc('{', stream);
                print_version(stream, writer, op);
                fputc('}', stream);
        }
        fputc('\n', stream);
        if (fclose(stream))
                die("out of memory");
        fd = openat(writer->namespace, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        error = fd < 0 ? errno : write_text(fd, text, size);
        if (fd >= 0 && close(fd) && !error)
                error = errno;
        free(text);
        return error;
}

/* mv, mv -n and ln by turns. What is left of the staged file goes with the next call. */
static int publish(struct writer *writer, const struct op *op)
{
        char name[32];
        char staged[64];
        int failed;
        int error;

        snprintf(staged, sizeof(staged), "w%u-%" PRIu64 ".json", writer->index, op->seq);
        snprintf(name, sizeof(name), "%" PRIu64, op->version);
        error = stage(writer, op, staged);
        if (error)
                return error;
        if (op->kind == OP_BATCH)
                failed = renameat(writer->namespace, staged, writer->namespace, ".commit");
        else if (op->seq % 3 == 0)
                failed = linkat(writer->namespace, staged, writer->versions, name, 0);
        else
                failed = renameat2(writer->namespace, staged, writer->versions, name,
                                   op->seq % 3 == 1 ? RENAME_NOREPLACE : 0);
        return failed ? errno : 0;
}

static int drop_staged(struct writer *writer, const struct op *op, int answer)
{
        char staged[64];

        bool is_staged = op->kind == OP_PUBLISH || op->kind == OP_BATCH;

        if (!is_staged || (answer == 0 && (op->kind == OP_BATCH || op->seq % 3 != 0)))
                return 0;
        snprintf(staged, sizeof(staged), "w%u-%" PRIu64 ".json", writer->index, op->seq);
        return unlinkat(writer->namespace, staged, 0) ? errno : 0;
}

static int perform(struct writer *writer, const struct op *op)
{
        switch (op->kind) {
        case OP_SET:
        case OP_CREATE:
                return set_tag(writer, op);
        case OP_DELETE:
                return delete_tag(writer, op);
        case OP_RENAME:
        case OP_EXCHANGE:
                return rename_tag(writer, op);
        case OP_PUBLISH:
        case OP_BATCH:
                return publish(writer, op);
        default:
                return remove_version(writer, op);
        }
}

/* Refusals that another writer can be the reason of. */
static bool may_fail(const struct op *op, int error)
{
        switch (op->kind) {
        case OP_SET:
        case OP_CREATE:
                return error == ENOENT; /* deleted meanwhile */
        case OP_PUBLISH:
                return error == EEXIST;
        case OP_BATCH:
        case OP_REMOVE:
                return error == EBUSY; /* a tag names it */
        default:
                return false;
        }
}

/* --- what to do next --- */

/* 0, and *ret_error, when the daemon is gone. */
static uint64_t latest(struct writer *writer)
{
        char target[32];
        ssize_t n = readlinkat(writer->versions, "latest", target, sizeof(target) - 1);

        if (n < 0 && is_crash(errno))
                return 0;
        if (n <= 0)
                die("readlink latest: %s", n ? strerror(errno) : "empty");
        target[n] = '\0';
        return number_of(target);
}

/* A version that a tag can name, most likely; 0 when the daemon is gone. */
static uint64_t choose_version(struct writer *writer)
{
        const struct model *model = &writer->model;
        uint64_t choice = random_below(writer, 10);

        if (choice < 3)
                return latest(writer);
        if (choice < 6 && model->n_owned > 0)
                return model->owned[random_below(writer, model->n_owned)].version;
        return 1 + random_below(writer, BASE);
}

/* A tag that is there, or is not, beginning at a random one; TAGS when there is none. */
static unsigned int choose_tag(struct writer *writer, bool present)
{
        unsigned int first = (unsigned int)random_below(writer, TAGS);

        for (unsigned int i = 0; i < TAGS; i++) {
                unsigned int tag = (first + i) % TAGS;

                if ((writer->model.tags[tag] != 0) == present)
                        return tag;
        }
        return TAGS;
}

/* False when the change that was drawn is not possible now, or the daemon is gone. */
static bool choose_tag_op(struct writer *writer, struct op *op)
{
        unsigned int tag = choose_tag(writer, op->kind != OP_CREATE);

        if (op->kind == OP_SET) {
                op->tag = (unsigned int)random_below(writer, TAGS);
                op->version = choose_version(writer);
                return op->version > 0;
        }
        if (tag == TAGS)
                return false;
        op->tag = tag;
        op->other = (tag + 1 + (unsigned int)random_below(writer, TAGS - 1)) % TAGS;
        if (op->kind == OP_CREATE) {
                op->version = choose_version(writer);
                return op->version > 0;
        }
        return op->kind != OP_EXCHANGE || writer->model.tags[op->other] > 0;
}

static bool choose(struct writer *writer, struct op *op)
{
        static const enum op_kind weights[20] = {
                OP_BATCH,   OP_BATCH,   OP_BATCH,   OP_SET,     OP_SET,    OP_SET,      OP_CREATE,
                OP_CREATE,  OP_DELETE,  OP_DELETE,  OP_RENAME,  OP_RENAME, OP_EXCHANGE, OP_EXCHANGE,
                OP_PUBLISH, OP_PUBLISH, OP_PUBLISH, OP_PUBLISH, OP_REMOVE, OP_REMOVE,
        };
        const struct model *model = &writer->model;

        *op = (struct op){ .kind = weights[random_below(writer, 20)], .seq = model->seq + 1 };
        if (getenv("CRASH_BATCHES"))
                op->kind = OP_BATCH;
        if ((op->kind == OP_PUBLISH || op->kind == OP_BATCH) && model->n_owned >= OWNED_MAX / 2)
                op->kind = OP_REMOVE;
        switch (op->kind) {
        case OP_PUBLISH:
        case OP_BATCH:
                op->version = latest(writer) + 1;
                return op->version > 1;
        case OP_REMOVE:
                if (model->n_owned == 0)
                        return false;
                op->version = model->owned[random_below(writer, model->n_owned)].version;
                return true;
        default:
                return choose_tag_op(writer, op);
        }
}

/* --- main --- */

/* Each line is one write: whoever looks sees whole lines. */
static void log_answer(struct writer *writer, const struct op *op, int error)
{
        fprintf(writer->log, "%" PRIu64 " = %d\n", op->seq, error);
        fflush(writer->log);
}

/* False when the daemon is gone. */
static bool step(struct writer *writer)
{
        struct op op;
        int answer;
        int error;

        if (!choose(writer, &op))
                return true;
        writer->model.seq = op.seq;
        op_print(writer->log, &op);
        fflush(writer->log);
        answer = perform(writer, &op);
        if (is_crash(answer))
                return false;
        log_answer(writer, &op, answer);
        if (answer == 0)
                model_apply(&writer->model, &op);
        else if (!may_fail(&op, answer))
                die("writer %u, change %" PRIu64 ": %s", writer->index, op.seq, strerror(answer));

        error = drop_staged(writer, &op, answer);
        if (error && !is_crash(error))
                die("writer %u: staged file of change %" PRIu64 ": %s", writer->index, op.seq,
                    strerror(error));
        return error == 0;
}

static int open_directory(const char *mount, const char *path)
{
        char full[PATH_MAX];
        int fd;

        path_of(full, mount, "%s", path);
        fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                die("open '%s': %s", full, strerror(errno));
        return fd;
}

int main(int argc, char **argv)
{
        struct writer writer = { 0 };
        char path[PATH_MAX];

        if (argc != 5)
                die("usage: writer MOUNT STATE INDEX SEED");
        writer.index = (unsigned int)number_of(argv[3]);
        writer.random =
                (number_of(argv[4]) * WRITERS_MAX + writer.index) * UINT64_C(0x9e3779b97f4a7c15) |
                1;
        path_of(writer.manifests, argv[2], "manifests");
        path_of(path, argv[2], "model.%u", writer.index);
        model_load(&writer.model, path);
        writer.namespace = open_directory(argv[1], "prod");
        writer.tags = open_directory(argv[1], TABLE "/tags");
        writer.versions = open_directory(argv[1], TABLE "/versions");
        path_of(path, argv[2], "log.%u", writer.index);
        writer.log = fopen(path, "we");
        if (!writer.log)
                die("open '%s': %s", path, strerror(errno));

        while (step(&writer))
                continue;
        fclose(writer.log);
        return 0;
}

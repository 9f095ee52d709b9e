/* checker: compares what the writers of a crash test logged with what is in the table.
 *
 *     checker MOUNT STATE WRITERS
 *
 * Prints, on one line: changes that were acknowledged; changes under way when the daemon was
 * killed; how many of these are there; acknowledged changes that are lost; changes that are there
 * by half; other things that are wrong; staged files left behind. Says on stderr what is lost,
 * half or wrong.
 *
 * It takes the staged files away that a killed change may have left, and writes down what each
 * writer has now. Exit status: 0 when the check could be made, whatever it found.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "observe.h"

/* What a writer's log says. */
struct expected {
        struct model model;       /* all that was acknowledged */
        struct model alternative; /* and also what was under way */
        bool pending;
        struct op last;
        unsigned int acknowledged;
};

struct counts {
        unsigned int acknowledged;
        unsigned int pending;
        unsigned int pending_there;
        unsigned int lost;
        unsigned int half;
        unsigned int left;
};

/* What of one change is there. */
struct outcome {
        unsigned int old;
        unsigned int new;
        unsigned int neither;
};

static void read_log(struct expected *expected, const char *path)
{
        FILE *file = fopen(path, "re");
        char line[128];

        if (!file)
                die("open '%s': %s", path, strerror(errno));
        while (fgets(line, sizeof(line), file)) {
                const char *at = line;
                uint64_t seq;
                uint64_t error;

                if (take_number(&at, "", &seq) && take_number(&at, " = ", &error)) {
                        if (!expected->pending || seq != expected->last.seq)
                                die("'%s' has the line '%s'", path, line);
                        expected->pending = false;
                        if (error == 0) {
                                expected->acknowledged++;
                                model_apply(&expected->model, &expected->last);
                        }
                } else if (!expected->pending && op_parse(line, &expected->last)) {
                        expected->pending = true;
                        expected->model.seq = expected->last.seq;
                } else {
                        die("'%s' has the line '%s'", path, line);
                }
        }
        fclose(file);
        expected->alternative = expected->model;
        if (expected->pending)
                model_apply(&expected->alternative, &expected->last);
}

/* One thing of a writer: what it was before the pending change, would be after it, and is. */
static void compare(struct counts *counts, struct outcome *outcome, unsigned int writer,
                    const char *what, uint64_t key, uint64_t before, uint64_t after, uint64_t is)
{
        if (before != after) {
                outcome->old += is == before;
                outcome->new += is == after;
                outcome->neither += is != before && is != after;
                return;
        }
        if (is == before)
                return;
        counts->lost++;
        fprintf(stderr,
                "lost: writer %u: %s %" PRIu64 " is %" PRIu64 ", not %" PRIu64 " as acknowledged\n",
                writer, what, key, is, before);
}

static uint64_t maker(const struct model *model, uint64_t version)
{
        const struct owned *owned = model_find(model, version);

        return owned ? owned->seq : 0;
}

/* Versions that are to be there, and those that are there. */
static void compare_versions(struct counts *counts, struct outcome *outcome, unsigned int writer,
                             const struct expected *expected, const struct model *is,
                             struct seen *seen)
{
        const struct model *before = &expected->model;
        const struct model *after = &expected->alternative;

        for (size_t i = 0; i < before->n_owned; i++) {
                uint64_t version = before->owned[i].version;

                compare(counts, outcome, writer, "version", version, before->owned[i].seq,
                        maker(after, version), maker(is, version));
        }
        for (size_t i = 0; i < after->n_owned; i++) {
                uint64_t version = after->owned[i].version;

                if (!model_find(before, version))
                        compare(counts, outcome, writer, "version", version, 0, after->owned[i].seq,
                                maker(is, version));
        }
        for (size_t i = 0; i < is->n_owned; i++) {
                uint64_t version = is->owned[i].version;

                if (!model_find(before, version) && !model_find(after, version))
                        wrong(seen,
                              "version %" PRIu64 " by change %" PRIu64
                              " of writer %u was refused or deleted",
                              version, is->owned[i].seq, writer);
        }
}

static void check_writer(struct counts *counts, unsigned int writer,
                         const struct expected *expected, const struct model *is, struct seen *seen)
{
        struct outcome outcome = { 0 };

        for (unsigned int i = 0; i < TAGS; i++)
                compare(counts, &outcome, writer, "tag", i, expected->model.tags[i],
                        expected->alternative.tags[i], is->tags[i]);
        compare_versions(counts, &outcome, writer, expected, is, seen);

        counts->acknowledged += expected->acknowledged;
        counts->pending += expected->pending;
        if (outcome.neither || (outcome.old && outcome.new)) {
                counts->half++;
                fprintf(stderr, "half: writer %u: ", writer);
                op_print(stderr, &expected->last);
        } else {
                counts->pending_there += outcome.new > 0;
        }
}

/* What is there of one writer. */
static void model_from_seen(struct model *model, const struct seen *seen, unsigned int writer)
{
        memcpy(model->tags, seen->tags[writer], sizeof(model->tags));
        for (size_t i = 0; i < seen->n_versions; i++) {
                const struct seen_version *version = &seen->versions[i];

                if (!version->base && version->writer == writer)
                        model_own(model, version->version, version->seq);
        }
}

/* Only the last change of a writer may have left its staged file; after a power cut earlier ones
 * too, since taking a staged file away is not flushed. */
static void check_staged(struct counts *counts, struct seen *seen, const struct expected *expected,
                         unsigned int n_writers, const char *mount)
{
        for (size_t i = 0; i < seen->n_staged; i++) {
                const struct seen_staged *staged = &seen->staged[i];
                const struct op *last = &expected[staged->writer].last;
                char path[PATH_MAX];

                path_of(path, mount, "prod/w%u-%" PRIu64 ".json%s", staged->writer, staged->seq,
                        staged->is_error ? ".error" : "");
                if (staged->writer >= n_writers || staged->seq > last->seq ||
                    (!getenv("CRASH_POWER") &&
                     ((last->kind != OP_PUBLISH && last->kind != OP_BATCH) ||
                      last->seq != staged->seq)))
                        wrong(seen, "'%s' is left behind", path);
                counts->left++;
                /* The .error beside it goes with it. */
                if (unlink(path) && errno != ENOENT)
                        wrong(seen, "'%s' cannot be removed: %s", path, strerror(errno));
        }
}

int main(int argc, char **argv)
{
        static struct expected expected[WRITERS_MAX];
        static struct seen seen;
        struct counts counts = { 0 };
        unsigned int n_writers;
        char path[PATH_MAX];

        if (argc != 4)
                die("usage: checker MOUNT STATE WRITERS");
        n_writers = (unsigned int)number_of(argv[3]);
        if (n_writers > WRITERS_MAX)
                die("at most %d writers", WRITERS_MAX);
        observe(&seen, argv[1]);
        for (unsigned int i = 0; i < n_writers; i++) {
                struct model is = { 0 };

                path_of(path, argv[2], "model.%u", i);
                model_load(&expected[i].model, path);
                path_of(path, argv[2], "log.%u", i);
                read_log(&expected[i], path);
                model_from_seen(&is, &seen, i);
                check_writer(&counts, i, &expected[i], &is, &seen);

                is.seq = expected[i].model.seq;
                path_of(path, argv[2], "model.%u", i);
                model_save(&is, path);
        }
        check_staged(&counts, &seen, expected, n_writers, argv[1]);
        printf("%u %u %u %u %u %u %u\n", counts.acknowledged, counts.pending, counts.pending_there,
               counts.lost, counts.half, seen.wrong, counts.left);
        free(seen.versions);
        return 0;
}

#include "model.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[OP_KINDS] = {
        [OP_SET] = "set",       [OP_CREATE] = "create",     [OP_DELETE] = "delete",
        [OP_RENAME] = "rename", [OP_EXCHANGE] = "exchange", [OP_PUBLISH] = "publish",
        [OP_REMOVE] = "remove", [OP_BATCH] = "batch",
};

void die(const char *format, ...)
{
        va_list args;

        va_start(args, format);
        fprintf(stderr, "%s: ", program_invocation_short_name);
        vfprintf(stderr, format, args);
        fputc('\n', stderr);
        va_end(args);
        exit(1);
}

void path_of(char ret_path[static PATH_MAX], const char *directory, const char *format, ...)
{
        size_t used = (size_t)snprintf(ret_path, PATH_MAX, "%s/", directory);
        va_list args;

        if (used >= PATH_MAX)
                die("'%s' is too long", directory);
        va_start(args, format);
        if (vsnprintf(ret_path + used, PATH_MAX - used, format, args) >= (int)(PATH_MAX - used))
                die("'%s' is too long", directory);
        va_end(args);
}

uint64_t number_of(const char *text)
{
        char *end;
        uint64_t number;

        errno = 0;
        number = strtoull(text, &end, 10);
        if (errno || end == text || *end || *text == '-')
                die("'%s' is no number", text);
        return number;
}

bool take_number(const char **text, const char *prefix, uint64_t *ret_number)
{
        size_t length = strlen(prefix);
        char *end;

        if (strncmp(*text, prefix, length) != 0 || !isdigit((unsigned char)(*text)[length]))
                return false;
        *ret_number = strtoull(*text + length, &end, 10);
        *text = end;
        return true;
}

void model_own(struct model *model, uint64_t version, uint64_t seq)
{
        if (model->n_owned == OWNED_MAX)
                die("more than %d versions", OWNED_MAX);
        model->owned[model->n_owned++] = (struct owned){ .version = version, .seq = seq };
}

static void load_line(struct model *model, const char *line, const char *path)
{
        const char *at = line;
        uint64_t a;
        uint64_t b;

        if (take_number(&at, "seq ", &a))
                model->seq = a;
        else if (take_number(&at, "tag ", &a) && a < TAGS && take_number(&at, " ", &b))
                model->tags[a] = b;
        else if (take_number(&at, "version ", &a) && take_number(&at, " ", &b))
                model_own(model, a, b);
        else
                die("'%s' has the line '%s'", path, line);
}

void model_load(struct model *model, const char *path)
{
        FILE *file = fopen(path, "re");
        char line[128];

        *model = (struct model){ 0 };
        if (!file && errno == ENOENT)
                return;
        if (!file)
                die("open '%s': %s", path, strerror(errno));
        while (fgets(line, sizeof(line), file))
                load_line(model, line, path);
        fclose(file);
}

void model_save(const struct model *model, const char *path)
{
        FILE *file = fopen(path, "we");

        if (!file)
                die("open '%s': %s", path, strerror(errno));
        fprintf(file, "seq %" PRIu64 "\n", model->seq);
        for (unsigned int i = 0; i < TAGS; i++)
                fprintf(file, "tag %u %" PRIu64 "\n", i, model->tags[i]);
        for (size_t i = 0; i < model->n_owned; i++)
                fprintf(file, "version %" PRIu64 " %" PRIu64 "\n", model->owned[i].version,
                        model->owned[i].seq);
        if (fclose(file))
                die("write '%s': %s", path, strerror(errno));
}

const struct owned *model_find(const struct model *model, uint64_t version)
{
        for (size_t i = 0; i < model->n_owned; i++)
                if (model->owned[i].version == version)
                        return &model->owned[i];
        return NULL;
}

void model_apply(struct model *model, const struct op *op)
{
        const struct owned *owned;
        uint64_t version;

        switch (op->kind) {
        case OP_SET:
        case OP_CREATE:
                model->tags[op->tag] = op->version;
                break;
        case OP_DELETE:
                model->tags[op->tag] = 0;
                break;
        case OP_RENAME:
                model->tags[op->other] = model->tags[op->tag];
                model->tags[op->tag] = 0;
                break;
        case OP_EXCHANGE:
                version = model->tags[op->tag];
                model->tags[op->tag] = model->tags[op->other];
                model->tags[op->other] = version;
                break;
        case OP_PUBLISH:
                model_own(model, op->version, op->seq);
                break;
        case OP_BATCH:
                model_own(model, op->version, op->seq);
                for (unsigned int i = 0; i < TAGS; i++)
                        model->tags[i] = op->version;
                break;
        default:
                owned = model_find(model, op->version);
                if (!owned)
                        die("version %" PRIu64 " is removed and was not there", op->version);
                model->owned[owned - model->owned] = model->owned[--model->n_owned];
                break;
        }
}

void op_print(FILE *stream, const struct op *op)
{
        fprintf(stream, "%" PRIu64 " %s %u %u %" PRIu64 "\n", op->seq, kind_names[op->kind],
                op->tag, op->other, op->version);
}

bool op_parse(const char *line, struct op *ret_op)
{
        struct op op = { 0 };
        uint64_t tag;
        uint64_t other;

        if (!take_number(&line, "", &op.seq) || *line++ != ' ')
                return false;
        while (op.kind < OP_KINDS && strncmp(line, kind_names[op.kind], strcspn(line, " ")) != 0)
                op.kind++;
        line += strcspn(line, " ");
        if (op.kind == OP_KINDS || !take_number(&line, " ", &tag) || tag >= TAGS ||
            !take_number(&line, " ", &other) || other >= TAGS ||
            !take_number(&line, " ", &op.version))
                return false;
        op.tag = (unsigned int)tag;
        op.other = (unsigned int)other;
        *ret_op = op;
        return true;
}

bool is_crash(int error)
{
        /* A disk without power: what the filesystem on it makes of that, in its own time. */
        if (getenv("CRASH_POWER") && (error == EIO || error == EROFS || error == ETIMEDOUT))
                return true;
        return error == ENOTCONN || error == ECONNABORTED;
}

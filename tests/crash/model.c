#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[OP_KINDS] = {
        [OP_SET] = "set",       [OP_CREATE] = "create",     [OP_DELETE] = "delete",
        [OP_RENAME] = "rename", [OP_EXCHANGE] = "exchange", [OP_PUBLISH] = "publish",
        [OP_REMOVE] = "remove",
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

void model_own(struct model *model, uint64_t version, uint64_t seq)
{
        if (model->n_owned == OWNED_MAX)
                die("more than %d versions", OWNED_MAX);
        model->owned[model->n_owned++] = (struct owned){ .version = version, .seq = seq };
}

static void load_line(struct model *model, const char *line, const char *path)
{
        uint64_t a;
        uint64_t b;

        if (sscanf(line, "seq %" SCNu64, &a) == 1)
                model->seq = a;
        else if (sscanf(line, "tag %" SCNu64 " %" SCNu64, &a, &b) == 2 && a < TAGS)
                model->tags[a] = b;
        else if (sscanf(line, "version %" SCNu64 " %" SCNu64, &a, &b) == 2)
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
        char name[16];

        if (sscanf(line, "%" SCNu64 " %15s %u %u %" SCNu64, &op.seq, name, &op.tag, &op.other,
                   &op.version) != 5 ||
            op.tag >= TAGS || op.other >= TAGS)
                return false;
        for (op.kind = 0; op.kind < OP_KINDS; op.kind++) {
                if (strcmp(name, kind_names[op.kind]) == 0) {
                        *ret_op = op;
                        return true;
                }
        }
        return false;
}

bool is_crash(int error)
{
        return error == ENOTCONN || error == ECONNABORTED;
}

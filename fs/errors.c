/* The log of refused operations. */
#include "fs/fs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"
#include "util/util.h"

#define ERROR_LINES 1000
#define ERROR_PATH_MAX 4096
#define ERROR_LINE_MAX 8192 /* a path and two sentences, escaped; a longer one is left out */

struct error_log {
        pthread_mutex_t mutex;    /* protects all below; a leaf */
        char *lines[ERROR_LINES]; /* a ring */
        size_t next;
};

struct error_log *error_log_new(void)
{
        struct error_log *log = calloc(1, sizeof(*log));

        if (log)
                pthread_mutex_init(&log->mutex, NULL);
        return log;
}

void error_log_free(struct error_log *log)
{
        if (!log)
                return;
        for (size_t i = 0; i < ERROR_LINES; i++)
                free(log->lines[i]);
        pthread_mutex_destroy(&log->mutex);
        free(log);
}

static size_t line_to_text(const struct lns_caller *caller, const char *operation, const char *path,
                           const struct lns_error *err, int sys, char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };
        const char *sys_name = strerrorname_np(sys);

        text_puts(&text, "{\"time_millis\":");
        text_number(&text, now_millis());
        text_puts(&text, ",\"uid\":");
        text_number(&text, (int64_t)caller->uid);
        text_puts(&text, ",\"pid\":");
        text_number(&text, (int64_t)caller->pid);
        text_puts(&text, ",\"operation\":");
        text_json_string(&text, operation);
        text_puts(&text, ",\"path\":");
        text_json_string(&text, path);
        text_puts(&text, ",\"errno\":");
        text_json_string(&text, sys_name ? sys_name : "?");
        text_puts(&text, ",\"code\":");
        text_number(&text, err->code);
        text_puts(&text, ",\"name\":");
        text_json_string(&text, lns_code_name(err->code));
        text_puts(&text, ",\"error\":");
        text_json_string(&text, err->message);
        text_puts(&text, ",\"detail\":");
        text_json_string(&text, err->detail);
        text_puts(&text, "}\n");
        text_end(&text);
        return text.length;
}

void error_log_add(struct fs *fs, const struct lns_caller *caller, const char *operation,
                   const char *path, const struct lns_error *err, int sys)
{
        char line[ERROR_LINE_MAX], safe_path[ERROR_PATH_MAX];
        struct error_log *log = fs->errors;
        char *copy;

        /* A name that was refused may hold what a terminal obeys, or be no UTF-8. */
        snprintf(safe_path, sizeof(safe_path), "%s", path);
        utf8_clean(safe_path);
        if (fs->options->foreground)
                fprintf(stderr, "lancefs: %s '%s': %s (%s): %s%s%s\n", operation, safe_path,
                        lns_code_name(err->code), strerrorname_np(sys), err->message,
                        *err->detail ? ": " : "", err->detail);

        if (line_to_text(caller, operation, safe_path, err, sys, line, sizeof(line)) >=
            sizeof(line))
                return;
        copy = strdup(line);
        if (!copy)
                return; /* without memory the log is the least of it */

        pthread_mutex_lock(&log->mutex);
        free(log->lines[log->next]);
        log->lines[log->next] = copy;
        log->next = (log->next + 1) % ERROR_LINES;
        pthread_mutex_unlock(&log->mutex);
}

int error_log_text(struct error_log *log, char **ret_text, size_t *ret_length,
                   struct lns_error *err)
{
        size_t length = 0, used = 0;
        char *text;

        pthread_mutex_lock(&log->mutex);
        for (size_t i = 0; i < ERROR_LINES; i++)
                length += log->lines[i] ? strlen(log->lines[i]) : 0;
        text = malloc(length + 1);
        for (size_t i = 0; text && i < ERROR_LINES; i++) {
                const char *line = log->lines[(log->next + i) % ERROR_LINES];

                if (line) {
                        memcpy(text + used, line, strlen(line));
                        used += strlen(line);
                }
        }
        pthread_mutex_unlock(&log->mutex);

        if (!text)
                return lns_error_set_oom(err);
        text[length] = '\0';
        *ret_text = text;
        *ret_length = length;
        return 0;
}

#include "lns/error.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"
#include "util/util.h"

struct code_row {
        const char *name;
        int http;
        int sys;
};

static const struct code_row code_rows[] = {
#define LNS_CODE(number, name, spec, http, sys) [number] = { #spec, http, sys },
#include "lns/error.def"
#undef LNS_CODE
};

static const struct code_row *find_row(enum lns_code code)
{
        /* A caller may hold any number: it may come over the wire. */
        int number = (int)code;

        if (number < 0 || (size_t)number >= ARRAY_SIZE(code_rows) || !code_rows[number].name)
                return NULL;
        return &code_rows[number];
}

LNS_PRINTF(4, 0)
static void set(struct lns_error *err, enum lns_code code, int sys, const char *fmt, va_list args)
{
        char message[LNS_ERROR_TEXT_MAX];

        if (!err)
                return;
        /* By way of a copy: an argument may be the error's own text. */
        (void)vsnprintf(message, sizeof(message), fmt, args);
        utf8_clean(message);
        memcpy(err->message, message, sizeof(message));
        err->code = code;
        err->sys = sys;
        err->detail[0] = '\0';
}

int(lns_error_set)(struct lns_error *err, enum lns_code code, const char *fmt, ...)
{
        va_list args;

        assert(code != LNS_OK);
        va_start(args, fmt);
        set(err, code, 0, fmt, args);
        va_end(args);
        return -1;
}

int(lns_error_set_errno)(struct lns_error *err, enum lns_code code, int sys, const char *fmt, ...)
{
        va_list args;

        assert(code != LNS_OK && sys > 0);
        va_start(args, fmt);
        set(err, code, sys, fmt, args);
        va_end(args);
        return -1;
}

int(lns_error_set_oom)(struct lns_error *err)
{
        return lns_error_set_errno(err, LNS_INTERNAL, ENOMEM, "out of memory");
}

int(lns_error_add_detail)(struct lns_error *err, const char *fmt, ...)
{
        char place[LNS_ERROR_TEXT_MAX];
        char detail[LNS_ERROR_TEXT_MAX];
        struct text text = { .buf = detail, .size = sizeof(detail) };
        va_list args;

        if (!err)
                return -1;
        va_start(args, fmt);
        (void)vsnprintf(place, sizeof(place), fmt, args);
        va_end(args);
        text_puts(&text, place);
        if (err->detail[0]) {
                text_puts(&text, ": ");
                text_puts(&text, err->detail);
        }
        text_end(&text);
        utf8_clean(detail);
        memcpy(err->detail, detail, sizeof(detail));
        return -1;
}

const char *lns_code_name(enum lns_code code)
{
        const struct code_row *row = find_row(code);

        return row ? row->name : "Unknown";
}

int lns_code_http_status(enum lns_code code)
{
        const struct code_row *row = find_row(code);

        return row ? row->http : 500;
}

int lns_error_errno(const struct lns_error *err)
{
        const struct code_row *row = find_row(err->code);

        if (err->sys > 0)
                return err->sys;
        return row ? row->sys : EIO;
}

int lns_error_rename_errno(const struct lns_error *err)
{
        int sys = lns_error_errno(err);

        return sys == EINVAL ? EBADMSG : sys;
}

size_t lns_error_to_text(const struct lns_error *err, char *buf, size_t size)
{
        struct text text = { .buf = buf, .size = size };

        text_puts(&text, "{\n  \"error\": ");
        text_json_string(&text, err->message);
        text_puts(&text, ",\n  \"code\": ");
        text_number(&text, err->code);
        if (err->detail[0]) {
                text_puts(&text, ",\n  \"detail\": ");
                text_json_string(&text, err->detail);
        }
        text_puts(&text, "\n}\n");
        text_end(&text);
        return text.length;
}

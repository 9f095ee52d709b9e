/* What a success and a refusal are. */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a response that nobody touched is filled with. */
#define UNTOUCHED 0xa5

struct lns_error refused_with;

void expect_ok(int result, const struct lns_error *err, const char *call, const char *file,
               int line)
{
        if (result != 0) {
                print_error("%s: gave %d: %s: %s (%s)\n", call, result, lns_code_name(err->code),
                            err->message, err->detail);
                _fail(file, line);
        }
        if (err->code != LNS_OK || err->sys != 0 || err->message[0] || err->detail[0]) {
                print_error("%s: touched err and succeeded\n", call);
                _fail(file, line);
        }
}

static bool is_one_line(const char *text)
{
        for (; *text; text++) {
                if ((unsigned char)*text < ' ' || *text == 0x7f)
                        return false;
        }
        return true;
}

void expect_failure(int result, struct lns_error *err, enum lns_code code, int sys,
                    const char *call, const char *file, int line)
{
        const struct lns_error plain = { .code = code };

        if (result == 0) {
                print_error("%s: succeeded, %s was expected\n", call, lns_code_name(code));
                _fail(file, line);
        }
        if (result != -1) {
                print_error("%s: gave %d\n", call, result);
                _fail(file, line);
        }
        if (err->code != code) {
                print_error("%s: gave %s: %s (%s), %s was expected\n", call,
                            lns_code_name(err->code), err->message, err->detail,
                            lns_code_name(code));
                _fail(file, line);
        }
        if (sys == 0)
                sys = lns_error_errno(&plain);
        if (lns_error_errno(err) != sys) {
                print_error("%s: errno is %s, %s was expected: %s\n", call,
                            strerrorname_np(lns_error_errno(err)), strerrorname_np(sys),
                            err->message);
                _fail(file, line);
        }
        if (err->message[0] == '\0' || strlen(err->message) >= LNS_ERROR_TEXT_MAX ||
            !is_one_line(err->message) || !is_one_line(err->detail)) {
                print_error("%s: not a message of one line: \"%s\" (%s)\n", call, err->message,
                            err->detail);
                _fail(file, line);
        }
        *err = LNS_ERROR_INIT;
}

void refusal_begin(struct refusal *refusal, struct lns_catalog *catalog, void *response,
                   size_t size)
{
        memset(response, UNTOUCHED, size);
        *refusal = (struct refusal){
                .catalog = catalog,
                .response = response,
                .size = size,
                .before = dump(catalog),
                .err = LNS_ERROR_INIT,
        };
}

void refusal_end(struct refusal *refusal, enum lns_code code, int sys, const char *call,
                 const char *file, int line)
{
        const unsigned char *response = refusal->response;
        char *after;

        refused_with = refusal->err;
        expect_failure(refusal->result, &refusal->err, code, sys, call, file, line);
        for (size_t i = 0; i < refusal->size; i++) {
                if (response[i] != UNTOUCHED) {
                        print_error("%s: touched its response and failed\n", call);
                        _fail(file, line);
                }
        }
        after = dump(refusal->catalog);
        if (strcmp(refusal->before, after) != 0) {
                print_error("%s: failed and changed the catalog, from\n%s\nto\n%s\n", call,
                            refusal->before, after);
                _fail(file, line);
        }
}

void expect_text(const char *text, const char *expected, const char *file, int line)
{
        if (text == expected || (text && expected && strcmp(text, expected) == 0))
                return;
        print_error("\"%s\" is not \"%s\"\n", text ? text : "(null)",
                    expected ? expected : "(null)");
        _fail(file, line);
}

void expect_contains(const char *text, const char *part, const char *file, int line)
{
        if (strstr(text, part))
                return;
        print_error("\"%s\" does not contain \"%s\"\n", text, part);
        _fail(file, line);
}

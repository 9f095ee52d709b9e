/* Any bytes as a name, a tag, a branch, a version, a manifest's name, an identifier, a message. */
#include <string.h>

#include "lns/model.h"
#include "lns/text.h"
#include "tests/fuzz/fuzz.h"
#include "util/utf8.h"
#include "util/util.h"

static void check_names(const char *text, size_t length)
{
        struct lns_error err = LNS_ERROR_INIT;
        bool is_name = lns_check_name(text, &err) == 0;

        if (is_name) {
                must(length >= 1 && length <= LNS_NAME_MAX && utf8_valid(text, length));
                must(!strchr(text, '/') && !strchr(text, '$') && text[0] != '.');
                must(!utf8_has_control(text, length));
        } else {
                must(err.code == LNS_INVALID_INPUT && err.message[0]);
                must(utf8_valid(err.message, strlen(err.message)));
                must(!utf8_has_control(err.message, strlen(err.message)));
        }
        if (lns_check_tag(text, &err) == 0) {
                must(length >= 1 && length <= LNS_NAME_MAX);
                must(strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-") == length);
        }
        if (lns_check_branch(text, &err) == 0) {
                must(length >= 1 && length <= LNS_NAME_MAX);
                must(text[0] != '/' && text[length - 1] != '/');
                must(!strstr(text, "//") && !strstr(text, "..") && strcmp(text, "main") != 0);
        }
}

static void check_version(const char *text, size_t length)
{
        uint64_t version = 0;
        char buf[32];

        if (lns_version_parse(text, length, &version) != 0)
                return;
        must(version >= 1 && version <= LNS_VERSION_MAX);
        must(snprintf(buf, sizeof(buf), "%llu", (unsigned long long)version) == (int)length);
        must(memcmp(buf, text, length) == 0);
}

static void check_manifest(const char *text)
{
        enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
        uint64_t version = 0;
        char name[LNS_MANIFEST_NAME_MAX];
        int result = lns_manifest_name_parse(text, &version, &scheme);

        must(result >= -1 && result <= 1);
        if (result != 0)
                return;
        must(version >= 1 && version <= LNS_VERSION_MAX);
        lns_manifest_name(name, version, scheme);
        must(strcmp(name, text) == 0);
}

static void check_ident(const char *text, const char *delimiter)
{
        struct lns_ident ident;
        struct lns_ident again;
        struct lns_error err;
        size_t length;
        char *joined;

        if (lns_ident_parse(&ident, text, delimiter, &err) != 0)
                return;
        must(ident.n_parts <= LNS_IDENT_PARTS_MAX);
        for (size_t i = 0; i < ident.n_parts; i++)
                must(ident.parts[i][0] && !strstr(ident.parts[i], delimiter));
        length = lns_ident_to_text(&ident, NULL, 0);
        joined = malloc(length + 1);
        must(joined);
        must(lns_ident_to_text(&ident, joined, length + 1) == length && strlen(joined) == length);
        if (strcmp(delimiter, "$") == 0) {
                must(lns_ident_parse(&again, joined, "$", &err) == 0);
                must(again.n_parts == ident.n_parts);
                for (size_t i = 0; i < ident.n_parts; i++)
                        must(strcmp(again.parts[i], ident.parts[i]) == 0);
                lns_ident_clear(&again);
        }
        free(joined);
        lns_ident_clear(&ident);
}

static void check_clean(const char *text)
{
        struct lns_error err = LNS_ERROR_INIT;
        char *copy = strdup(text);

        must(copy);
        utf8_clean(copy);
        must(strlen(copy) <= strlen(text));
        must(utf8_valid(copy, strlen(copy)) && !utf8_has_control(copy, strlen(copy)));
        free(copy);
        (void)lns_error_set(&err, LNS_INTERNAL, "%s", text);
        (void)lns_error_add_detail(&err, "%s", text);
        (void)lns_error_add_detail(&err, "%s", text);
        must(utf8_valid(err.message, strlen(err.message)));
        must(utf8_valid(err.detail, strlen(err.detail)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *text = malloc(size + 1);
        size_t length;

        must(text);
        if (size > 0) /* data may be NULL then */
                memcpy(text, data, size);
        text[size] = '\0';
        length = strlen(text);
        must(utf8_valid(text, size) || size > 0);
        check_names(text, length);
        check_version(text, size);
        check_manifest(text);
        check_ident(text, "$");
        check_ident(text, "::");
        check_clean(text);
        free(text);
        return 0;
}

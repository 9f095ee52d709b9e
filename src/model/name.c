#include <errno.h>
#include <string.h>

#include "lns/model.h"
#include "lns/text.h"
#include "util/utf8.h"
#include "util/util.h"

/* How much of a refused name a message shows, in bytes: enough to know it again. */
#define SHOWN_MAX 80

/* The bytes of name to show: no more than SHOWN_MAX, and no part of a character. */
static int shown(const char *name)
{
        size_t length = strnlen(name, SHOWN_MAX + 1);

        if (length <= SHOWN_MAX)
                return (int)length;
        for (length = SHOWN_MAX; length > 0 && (name[length] & 0xc0) == 0x80; length--)
                ;
        return (int)length;
}

static int refuse(struct lns_error *err, const char *what, const char *name, const char *why)
{
        int length = shown(name);

        return lns_error_set(err, LNS_INVALID_INPUT, "%s name '%.*s'%s %s", what, length, name,
                             name[length] ? "..." : "", why);
}

/* Last of all checks, so that ENAMETOOLONG says that nothing else is wrong. */
static int check_length(struct lns_error *err, const char *what, const char *name)
{
        size_t length = strlen(name);

        if (length <= LNS_NAME_MAX)
                return 0;
        return lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                   "%s name '%.*s...' has %zu bytes, at most %d are possible", what,
                                   shown(name), name, length, LNS_NAME_MAX);
}

static bool ends_in(const char *name, const char *suffix)
{
        size_t length = strlen(name);
        size_t suffix_length = strlen(suffix);

        return length >= suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

int lns_check_name(const char *name, struct lns_error *err)
{
        static const char what[] = "namespace or table";

        if (!name[0])
                return lns_error_set(err, LNS_INVALID_INPUT, "a %s name is empty", what);
        if (!utf8_valid(name, strlen(name)))
                return refuse(err, what, name, "is not valid UTF-8");
        if (utf8_has_control(name, strlen(name)))
                return refuse(err, what, name, "holds a control character");
        if (name[0] == '.')
                return refuse(err, what, name, "starts with '.'");
        if (strchr(name, '/'))
                return refuse(err, what, name, "holds '/'");
        if (strchr(name, LNS_DELIMITER))
                return refuse(err, what, name, "holds '$', which joins names");
        if (ends_in(name, ".lance"))
                return refuse(err, what, name, "ends in '.lance'");
        return check_length(err, what, name);
}

/* What tags and branches are made of. Lance takes every alphanumeric of Unicode too, but then
 * cannot list its own tags any more (lance-semantics.md 2.6). */
static bool is_ref_byte(char byte)
{
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
               (byte >= 'A' && byte <= 'Z') || byte == '.' || byte == '-' || byte == '_';
}

int lns_check_tag(const char *tag, struct lns_error *err)
{
        static const char what[] = "tag";

        if (!tag[0])
                return lns_error_set(err, LNS_INVALID_INPUT, "a tag name is empty");
        for (const char *at = tag; *at; at++) {
                if (!is_ref_byte(*at))
                        return refuse(
                                err, what, tag,
                                "holds something else than letters, digits, '.', '-' and '_'");
        }
        if (tag[0] == '.' || ends_in(tag, "."))
                return refuse(err, what, tag, "starts or ends with '.'");
        if (ends_in(tag, ".lock"))
                return refuse(err, what, tag, "ends in '.lock'");
        if (strstr(tag, ".."))
                return refuse(err, what, tag, "holds '..'");
        return check_length(err, what, tag);
}

int lns_check_branch(const char *branch, struct lns_error *err)
{
        static const char what[] = "branch";
        const char *segment = branch;

        if (!branch[0])
                return lns_error_set(err, LNS_INVALID_INPUT, "a branch name is empty");
        for (;;) {
                const char *end = segment;

                while (is_ref_byte(*end))
                        end++;
                if (*end != '\0' && *end != '/')
                        return refuse(err, what, branch,
                                      "holds something else than letters, digits, '.', '-', '_' "
                                      "and '/'");
                if (end == segment)
                        return refuse(err, what, branch, "has an empty part beside a '/'");
                /* tree/a/./b is the directory of another branch. */
                if (end - segment == 1 && *segment == '.')
                        return refuse(err, what, branch, "has a part '.'");
                if (*end == '\0')
                        break;
                segment = end + 1;
        }
        if (strstr(branch, ".."))
                return refuse(err, what, branch, "holds '..'");
        if (ends_in(branch, ".lock"))
                return refuse(err, what, branch, "ends in '.lock'");
        if (strcmp(branch, "main") == 0)
                return refuse(err, what, branch, "is what a table has without branches");
        return check_length(err, what, branch);
}

int lns_version_parse(const char *text, size_t length, uint64_t *ret_version)
{
        uint64_t version = 0;

        if (length == 0 || text[0] == '0')
                return -1;
        for (size_t i = 0; i < length; i++) {
                uint64_t digit = (uint64_t)((unsigned char)text[i] - '0');

                if (text[i] < '0' || text[i] > '9' || version > (LNS_VERSION_MAX - digit) / 10)
                        return -1;
                version = version * 10 + digit;
        }
        *ret_version = version;
        return 0;
}

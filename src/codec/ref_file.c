#include "codec/ref_file.h"

#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "lns/dataset.h"
#include "util/util.h"

/* The earliest time that the structs can tell from "none", which is 0. */
#define EARLIEST_MILLIS 1

struct tag_file {
        uint64_t version;
        int64_t manifest_size;
        const char *branch; /* borrowed from the document, as the others */
        const char *created_at;
        const char *updated_at;
};

/* TagContents, rust/lance/src/dataset/refs.rs. Lance asks for manifestSize too; nothing here does.
 * Not read: metadata, which no operation of the specification gives. */
static const struct field tag_file[] = {
        { "version", FIELD_VERSION, true, offsetof(struct tag_file, version), 0 },
        { "manifestSize", FIELD_SIZE, false, offsetof(struct tag_file, manifest_size), 0 },
        { "branch", FIELD_BRANCH, false, offsetof(struct tag_file, branch), 0 },
        { "createdAt", FIELD_STRING, false, offsetof(struct tag_file, created_at), 64 },
        { "updatedAt", FIELD_STRING, false, offsetof(struct tag_file, updated_at), 64 },
        { 0 },
};

struct branch_file {
        uint64_t parent_version;
        int64_t manifest_size;
        int64_t create_at; /* seconds; "create", not "created" */
        const char *parent_branch;
};

/* BranchContents, in the same file. Not read: identifier and metadata, which stay in contents. */
static const struct field branch_file[] = {
        { "parentVersion", FIELD_VERSION, true, offsetof(struct branch_file, parent_version), 0 },
        { "manifestSize", FIELD_SIZE, false, offsetof(struct branch_file, manifest_size), 0 },
        { "createAt", FIELD_SIZE, false, offsetof(struct branch_file, create_at), 0 },
        { "parentBranch", FIELD_BRANCH, false, offsetof(struct branch_file, parent_branch), 0 },
        { 0 },
};

static void free_document(struct lns_document **document)
{
        lns_document_free(*document);
}

/* Put the fields into a struct; what is borrowed in it lives as long as the document. */
static int read_file(const char *text, size_t length, const struct field *fields, void *ret,
                     struct lns_document **ret_document, struct lns_error *err)
{
        const int result = document_parse(text, length, LNS_REF_FILE_MAX, ret_document, err);

        if (result > 0)
                return lns_error_set(err, LNS_INVALID_INPUT, "it ends before its JSON does");
        if (result < 0)
                return -1;
        return fields_read(*ret_document, (*ret_document)->root, fields, ret, err);
}

/* NULL gives NULL. */
static int copy(const char *text, char **ret_copy, struct lns_error *err)
{
        if (!text)
                return 0;
        *ret_copy = strdup(text);
        return *ret_copy ? 0 : lns_error_set_oom(err);
}

static int read_time(const char *text, const char *field, int64_t *ret_millis,
                     struct lns_error *err)
{
        if (!text)
                return 0;
        if (ref_file_parse_time(text, ret_millis) < 0)
                return lns_error_set(err, LNS_INVALID_INPUT, "%s must be a time of RFC 3339",
                                     field);
        if (*ret_millis < EARLIEST_MILLIS)
                *ret_millis = EARLIEST_MILLIS;
        return 0;
}

int ref_file_parse_tag(const char *text, size_t length, struct lns_table_tag *ret_tag,
                       struct lns_error *err)
{
        cleanup_(free_document) struct lns_document *document = NULL;
        cleanup_(lns_table_tag_clear) struct lns_table_tag tag = { 0 };
        struct tag_file file = { 0 };

        if (read_file(text, length, tag_file, &file, &document, err) < 0 ||
            read_time(file.created_at, "createdAt", &tag.created_millis, err) < 0 ||
            read_time(file.updated_at, "updatedAt", &tag.updated_millis, err) < 0 ||
            copy(file.branch, &tag.branch, err) < 0)
                return -1;
        tag.version = file.version;
        tag.manifest_size = file.manifest_size;
        *ret_tag = tag; /* the caller's from here */
        tag = (struct lns_table_tag){ 0 };
        return 0;
}

int ref_file_parse_branch(const char *text, size_t length, struct lns_table_branch *ret_branch,
                          struct lns_error *err)
{
        cleanup_(free_document) struct lns_document *document = NULL;
        cleanup_(ref_file_clear_branch) struct lns_table_branch branch = { 0 };
        struct branch_file file = { 0 };

        if (read_file(text, length, branch_file, &file, &document, err) < 0)
                return -1;
        if (file.create_at > INT64_MAX / 1000)
                return lns_error_set(err, LNS_INVALID_INPUT, "createAt is too far in the future");
        branch.contents = strndup(text, length);
        if (!branch.contents)
                return lns_error_set_oom(err);
        if (copy(file.parent_branch, &branch.parent_branch, err) < 0)
                return -1;
        branch.parent_version = file.parent_version;
        branch.manifest_size = file.manifest_size;
        branch.created_millis = file.create_at * 1000;
        *ret_branch = branch; /* the caller's from here */
        branch = (struct lns_table_branch){ 0 };
        return 0;
}

void ref_file_clear_branch(struct lns_table_branch *branch)
{
        free(branch->name);
        free(branch->parent_branch);
        free(branch->contents);
        *branch = (struct lns_table_branch){ 0 };
}

/* `digits` digits at *text, then the character `end` (0: nothing is looked for). -1: no. */
static int read_digits(const char **text, int digits, char end)
{
        int number = 0;

        for (; digits > 0; digits--, (*text)++) {
                if (**text < '0' || **text > '9')
                        return -1;
                number = number * 10 + (**text - '0');
        }
        if (end) {
                if (**text != end)
                        return -1;
                (*text)++;
        }
        return number;
}

/* Days since 1970-01-01 in the Gregorian calendar; years begin in March, so that the day that some
 * have more comes last. */
static int64_t days_of_date(int year, int month, int day)
{
        const int64_t y = month > 2 ? year : year - 1;
        const int64_t era = (y >= 0 ? y : y - 399) / 400;
        const int64_t year_of_era = y - era * 400;
        const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

        return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
               day_of_year - 719468;
}

static int days_in_month(int year, int month)
{
        static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        return month == 2 && leap ? 29 : days[month - 1];
}

/* ".460309704", or nothing: thousandths. -1: a dot without digits. */
static int read_fraction(const char **text)
{
        int millis = 0;
        int weight = 100;

        if (**text != '.')
                return 0;
        (*text)++;
        if (**text < '0' || **text > '9')
                return -1;
        for (; **text >= '0' && **text <= '9'; (*text)++) {
                millis += (**text - '0') * weight;
                weight /= 10;
        }
        return millis;
}

/* "Z" or "+01:30", to the end of the text: minutes east of UTC. */
static int read_offset(const char *text, int *ret_minutes)
{
        int hours, minutes, sign;

        if (*text == 'Z' || *text == 'z') {
                *ret_minutes = 0;
                return text[1] == '\0' ? 0 : -1;
        }
        if (*text != '+' && *text != '-')
                return -1;
        sign = *text++ == '-' ? -1 : 1;
        hours = read_digits(&text, 2, ':');
        if (hours < 0 || hours > 23)
                return -1;
        minutes = read_digits(&text, 2, 0);
        if (minutes < 0 || minutes > 59 || *text != '\0')
                return -1;
        *ret_minutes = sign * (hours * 60 + minutes);
        return 0;
}

int ref_file_parse_time(const char *text, int64_t *ret_millis)
{
        int year, month, day, hour, minute, second, millis, offset;

        if ((year = read_digits(&text, 4, '-')) < 0 || (month = read_digits(&text, 2, '-')) < 1 ||
            month > 12 || (day = read_digits(&text, 2, 0)) < 1 || day > days_in_month(year, month))
                return -1;
        if (*text != 'T' && *text != 't' && *text != ' ')
                return -1;
        text++;
        /* 60: a leap second, which falls together with the one after it. */
        if ((hour = read_digits(&text, 2, ':')) < 0 || hour > 23 ||
            (minute = read_digits(&text, 2, ':')) < 0 || minute > 59 ||
            (second = read_digits(&text, 2, 0)) < 0 || second > 60)
                return -1;
        millis = read_fraction(&text);
        if (millis < 0 || read_offset(text, &offset) < 0)
                return -1;
        *ret_millis = (days_of_date(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
                       offset * 60) *
                              1000 +
                      millis;
        return 0;
}

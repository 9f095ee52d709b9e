/* The change feed, line by line. Its fields have one order (docs/filesystem.md): what differs from
 * run to run comes first, the rest is compared as text. */
#include "contract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint64_t feed_size(struct lns_catalog *catalog)
{
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t size = 0;
        int64_t updated_ms = 0;

        assert_ok(lns_catalog_describe_changes(catalog, &size, &updated_ms, &err), &err);
        return size;
}

char *feed_from(struct lns_catalog *catalog, uint64_t offset)
{
        uint64_t size = feed_size(catalog);
        size_t wanted = size > offset ? (size_t)(size - offset) : 0;
        char *text = malloc(wanted + 1);
        struct lns_error err = LNS_ERROR_INIT;
        size_t length = 0;

        assert_non_null(text);
        keep(text);
        while (length < wanted) {
                size_t got = 0;

                assert_ok(lns_catalog_read_changes(catalog, offset + length, text + length,
                                                   wanted - length, &got, &err),
                          &err);
                assert_int_not_equal(got, 0);
                length += got;
        }
        text[length] = '\0';
        return text;
}

static void pass(const char **at, const char *text)
{
        if (strncmp(*at, text, strlen(text)) != 0)
                fail_msg("no '%s' at '%.60s'", text, *at);
        *at += strlen(text);
}

static uint64_t pass_number(const char **at)
{
        char *end;
        uint64_t number;

        errno = 0;
        number = strtoull(*at, &end, 10);
        if (end == *at || errno != 0 || **at == '-')
                fail_msg("no number at '%.60s'", *at);
        *at = end;
        return number;
}

bool next_change(const char **feed, struct change *ret_change)
{
        const char *at = *feed;
        const char *end = strchr(at, '\n');

        if (!*at)
                return false;
        assert_non_null(end);
        pass(&at, "{\"seq\":");
        ret_change->seq = pass_number(&at);
        pass(&at, ",\"time_millis\":");
        ret_change->time_millis = pass_number(&at);
        pass(&at, ",\"uid\":");
        ret_change->uid = pass_number(&at);
        pass(&at, ",\"transaction_id\":\"");
        ret_change->transaction_id = pass_number(&at);
        pass(&at, "\",\"operation\":\"");
        at -= strlen("\"operation\":\"");
        assert_true(at < end && end[-1] == '}');
        ret_change->rest = text_of("{%.*s", (int)(end - at), at);
        *feed = end + 1;
        return true;
}

/* Every allocation of a batch's document and of its response fails once: one alone, and it with all
 * that follow. The answer is ENOMEM, nothing is touched, nothing leaks.
 *
 * The linker hands our calls to the __wrap_ functions (-Wl,--wrap, see meson.build).
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch_samples.h"
#include "model/batch_text.h"
#include "wrap.h"

static int n_calls;      /* of allocations so far */
static int failing = -1; /* the number of the one that fails; -1: none */
static bool for_good;    /* all that follow it fail too */
static int n_live;       /* what was allocated and not freed */

bool allocation_fails(void)
{
        int call = n_calls++;

        return failing >= 0 && (call == failing || (for_good && call > failing));
}

void allocation_counts(int change)
{
        n_live += change;
}

/* Does it once; 0, or -1 with err set. Releases what it made. */
typedef int work(const char *input, struct lns_error *err);

/* May succeed all the same where a failure does no harm: a buffer that is not made smaller. */
static int survive_one(work *work_once, const char *input, int number)
{
        struct lns_error err = LNS_ERROR_INIT;
        int live = n_live;
        int result;

        n_calls = 0;
        failing = number;
        result = work_once(input, &err);
        failing = -1;
        assert_int_equal(n_live, live);
        if (result == 0)
                return 0;
        assert_int_equal(result, -1);
        assert_int_equal(err.code, LNS_INTERNAL);
        assert_int_equal(lns_error_errno(&err), ENOMEM);
        return -1;
}

/* The number of allocations that failed one after the other. */
static int assert_survives(work *work_once, const char *input)
{
        int n_allocations;
        int n_failures = 0;

        assert_int_equal(survive_one(work_once, input, -1), 0);
        n_allocations = n_calls;
        for (int number = 0; number < n_allocations; number++) {
                for_good = false;
                if (survive_one(work_once, input, number) < 0)
                        n_failures++;
                for_good = true;
                (void)survive_one(work_once, input, number);
        }
        assert_true(n_failures >= n_allocations - 1);
        return n_allocations;
}

static int parse(const char *input, struct lns_error *err)
{
        struct lns_batch_commit_tables_request request = { .n_operations = 77 };
        struct lns_document *document = NULL;
        int result = lns_batch_commit_tables_request_parse(input, strlen(input), &request,
                                                           &document, err);

        if (result < 0) {
                assert_null(document);
                assert_int_equal(request.n_operations, 77);
                return -1;
        }
        assert_int_equal(result, 0);
        lns_document_free(document);
        return 0;
}

static void parsing_survives_every_failure(void **state)
{
        /* Members that are sorted in memory of their own. */
        static const char many[] =
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,"
                "\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":[[[[[[0,0,0,0,0,0,0,0,0,0,0,"
                "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]]]"
                "]]],\"operations\":[" DEREGISTER_TABLE "]}";

        (void)state;
        for (size_t i = 0; i < COUNT(batch_samples); i++)
                assert_true(assert_survives(parse, batch_samples[i]) >= 6);
        assert_true(assert_survives(parse, many) >= 8);
}

/* A thousand times the same result. */
static int write_text(const char *input, struct lns_error *err)
{
        struct lns_batch_text text = { 0 };
        struct lns_declare_table_response response = { .location = strdup(input) };
        char *document = NULL;
        int result = response.location ? 0 : lns_error_set_oom(err);

        for (size_t i = 0; i < 1000 && result == 0; i++) {
                result = lns_batch_text_add_declare_table(&text, &response, err);
                if (result < 0) {
                        /* The text is as it was: another try goes through. */
                        failing = -1;
                        assert_int_equal(text.n_results, i);
                        assert_int_equal(lns_batch_text_add_declare_table(&text, &response, NULL),
                                         0);
                }
        }
        if (result == 0)
                result = lns_batch_text_end(&text, 7, &document, err);
        assert_true((result == 0) == (document != NULL));
        lns_batch_text_clear(&text);
        lns_declare_table_response_clear(&response);
        free(document);
        return result;
}

/* One without results, so that its end allocates. */
static int write_nothing(const char *input, struct lns_error *err)
{
        struct lns_batch_text text = { 0 };
        char *document = NULL;
        int result = lns_batch_text_end(&text, 7, &document, err);

        (void)input;
        assert_true((result == 0) == (document != NULL));
        lns_batch_text_clear(&text);
        free(document);
        return result;
}

static void writing_survives_every_failure(void **state)
{
        (void)state;
        assert_true(assert_survives(write_text, "/srv/users.lance") >= 8);
        assert_int_equal(assert_survives(write_nothing, ""), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(parsing_survives_every_failure),
                cmocka_unit_test(writing_survives_every_failure),
        };

        return cmocka_run_group_tests_name("batch_oom", tests, NULL, NULL);
}

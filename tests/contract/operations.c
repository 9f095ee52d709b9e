/* What holds for every operation of operation.def. */
#include "contract.h"

#include <errno.h>
#include <string.h>

/* A new catalog with samples for each operation. */
static struct lns_catalog *another_catalog(void **state, const char *name, const char **ret_path)
{
        static const struct lns_catalog_options create = { .create = true };
        const char *path = text_of("%s/%s", contract_of(state)->directory, name);
        struct lns_catalog *catalog = open_catalog(path, &create);

        sample_catalog(catalog);
        if (ret_path)
                *ret_path = path;
        return catalog;
}

static void every_read_succeeds_with_a_response_and_without(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);

        sample_catalog(catalog);
        for (size_t i = 0; i < SAMPLES; i++) {
                struct lns_error err = LNS_ERROR_INIT;

                if (samples[i].write)
                        continue;
                expect_ok(samples[i].call(catalog, true, &err), &err, samples[i].name, __FILE__,
                          __LINE__);
                assert_int_equal(samples[i].call(catalog, false, NULL), 0);
        }
}

/* With a response: every_write_is_seen_at_once_and_stays(). */
static void every_write_succeeds_without_a_response_and_without_an_error(void **state)
{
        for (size_t i = 0; i < SAMPLES; i++) {
                struct lns_catalog *catalog;

                if (!samples[i].write)
                        continue;
                catalog = another_catalog(state, samples[i].name, NULL);
                assert_int_equal(samples[i].call(catalog, false, NULL), 0);
                lns_catalog_free(catalog);
        }
}

static void a_failure_goes_without_an_error_too(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        size_t failures = 0;

        /* On an empty catalog, where most fail. */
        for (size_t i = 0; i < SAMPLES; i++) {
                if (!samples[i].write && samples[i].call(catalog, true, NULL) != 0)
                        failures++;
        }
        assert_true(failures > 5);
}

static void reads_change_nothing(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t generation;
        const char *before;

        sample_catalog(catalog);
        before = dump(catalog);
        generation = lns_catalog_generation(catalog);
        for (size_t i = 0; i < SAMPLES; i++) {
                struct lns_error err = LNS_ERROR_INIT;

                if (!samples[i].write)
                        expect_ok(samples[i].call(catalog, true, &err), &err, samples[i].name,
                                  __FILE__, __LINE__);
        }
        assert_int_equal(lns_catalog_generation(catalog), generation);
        assert_text(dump(catalog), before);
}

static void every_write_is_seen_at_once_and_stays(void **state)
{
        for (size_t i = 0; i < SAMPLES; i++) {
                struct lns_catalog *catalog, *other;
                const char *path, *before, *after;
                uint64_t generation;
                struct lns_error err = LNS_ERROR_INIT;

                if (!samples[i].write)
                        continue;
                catalog = another_catalog(state, samples[i].name, &path);
                other = open_catalog(path, NULL);
                before = dump(catalog);
                assert_text(dump(other), before);
                generation = lns_catalog_generation(catalog);
                assert_int_equal(generation % 2, 0);

                expect_ok(samples[i].call(catalog, true, &err), &err, samples[i].name, __FILE__,
                          __LINE__);
                assert_int_not_equal(lns_catalog_generation(catalog), generation);
                assert_int_equal(lns_catalog_generation(catalog) % 2, 0);
                after = dump(catalog);
                if (strcmp(after, before) == 0)
                        fail_msg("%s left no trace", samples[i].name);
                assert_text(dump(other), after);

                lns_catalog_free(other);
                lns_catalog_free(catalog);
                catalog = open_catalog(path, NULL);
                assert_text(dump(catalog), after);
                lns_catalog_free(catalog);
        }
}

static void a_read_only_catalog_refuses_every_write_and_serves_every_read(void **state)
{
        static const struct lns_catalog_options read_only = { .read_only = true };
        const char *path, *before;
        struct lns_catalog *catalog = another_catalog(state, "catalog2", &path);

        before = dump(catalog);
        lns_catalog_free(catalog);
        catalog = open_catalog(path, &read_only);
        assert_text(dump(catalog), before);
        for (size_t i = 0; i < SAMPLES; i++) {
                struct lns_error err = LNS_ERROR_INIT;
                const int result = samples[i].call(catalog, true, &err);

                if (samples[i].write)
                        expect_failure(result, &err, LNS_PERMISSION_DENIED, EROFS, samples[i].name,
                                       __FILE__, __LINE__);
                else
                        expect_ok(result, &err, samples[i].name, __FILE__, __LINE__);
        }
        assert_text(dump(catalog), before);
        lns_catalog_free(catalog);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(every_read_succeeds_with_a_response_and_without),
                contract_test(every_write_succeeds_without_a_response_and_without_an_error),
                contract_test(a_failure_goes_without_an_error_too),
                contract_test(reads_change_nothing),
                contract_test(every_write_is_seen_at_once_and_stays),
                contract_test(a_read_only_catalog_refuses_every_write_and_serves_every_read),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

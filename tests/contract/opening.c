/* Opening, closing, and what a catalog says of itself. What lies on disk: sqlite_open.c. */
#include "contract.h"

static void closing_nothing_is_allowed(void **state)
{
        (void)state;
        lns_catalog_free(NULL);
}

static void a_catalog_is_the_same_after_it_was_closed(void **state)
{
        struct contract *contract = contract_of(state);
        const char *before;

        sample_catalog(contract->catalog);
        before = dump(contract->catalog);
        for (int i = 0; i < 3; i++) {
                reopen(contract);
                assert_text(dump(contract->catalog), before);
        }
        make_table(contract->catalog, ident("prod", "more"));
}

static void numbers_are_not_used_again_after_it_was_closed(void **state)
{
        struct contract *contract = contract_of(state);
        uint64_t before, after;

        make_table(contract->catalog, ident("users"));
        before = node_of_table(contract->catalog, ident("users")).id;
        assert_done(contract->catalog, drop_table, NULL, .id = ident("users"));
        reopen(contract);
        make_table(contract->catalog, ident("users"));
        after = node_of_table(contract->catalog, ident("users")).id;
        assert_true(after > before);
}

static void two_handles_write_to_one_catalog(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *other = open_catalog(contract->path, NULL);

        for (int i = 0; i < 10; i++) {
                make_namespace(contract->catalog, ident(text_of("a%d", i)));
                make_namespace(other, ident(text_of("b%d", i)));
        }
        assert_refused(other, create_namespace, LNS_NAMESPACE_ALREADY_EXISTS, .id = ident("a0"));
        assert_text(dump(other), dump(contract->catalog));
        assert_text(namespaces_in(other, root()),
                    "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9");
        lns_catalog_free(other);
}

static void create_of_one_that_is_there_opens_it(void **state)
{
        struct contract *contract = contract_of(state);
        static const struct lns_catalog_options create = { .create = true };
        struct lns_catalog *other;

        make_table(contract->catalog, ident("users"));
        other = open_catalog(contract->path, &create);
        assert_text(tables_in(other, root()), "users");
        lns_catalog_free(other);
}

static void two_catalogs_are_two(void **state)
{
        struct contract *contract = contract_of(state);
        static const struct lns_catalog_options create = { .create = true };
        struct lns_catalog *other = open_catalog(text_of("%s-2", contract->path), &create);

        make_table(contract->catalog, ident("users"));
        assert_text(tables_in(other, root()), "");
        lns_catalog_free(other);
}

static void it_describes_itself(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_catalog_description description = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t changes;

        assert_ok(lns_catalog_describe_catalog(catalog, &description, &err), &err);
        assert_text(description.engine, contract_engine.name);
        assert_int_equal(description.location[0], '/');
        assert_int_equal(description.staging[0], '/');
        assert_false(description.read_only);
        assert_int_equal(description.namespaces, 0);
        assert_int_equal(description.tables, 0);
        assert_true(description.database_bytes > 0);
        assert_true(description.total_bytes > description.free_bytes);
        changes = description.changes;

        sample_catalog(catalog);
        assert_ok(lns_catalog_describe_catalog(catalog, &description, &err), &err);
        /* prod and empty; users, events, and the deregistered one does not count. */
        assert_int_equal(description.namespaces, 2);
        assert_int_equal(description.tables, 2);
        assert_true(description.changes > changes);
}

static void an_unknown_scheme_is_unsupported(void **state)
{
        struct lns_catalog *catalog = (struct lns_catalog *)state;
        struct lns_error err = LNS_ERROR_INIT;

        assert_fails(lns_catalog_open(&catalog, "gopher://host/catalog", NULL, &err), &err,
                     LNS_UNSUPPORTED);
        assert_ptr_equal(catalog, state);
}

static void nothing_at_all_is_no_catalog(void **state)
{
        struct lns_catalog *catalog = (struct lns_catalog *)state;
        struct lns_error err = LNS_ERROR_INIT;

        assert_fails(lns_catalog_open(&catalog, "", NULL, &err), &err, LNS_INVALID_INPUT);
        assert_fails(lns_catalog_open(&catalog, "sqlite:", NULL, &err), &err, LNS_INVALID_INPUT);
        assert_ptr_equal(catalog, state);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(closing_nothing_is_allowed),
                contract_test(a_catalog_is_the_same_after_it_was_closed),
                contract_test(numbers_are_not_used_again_after_it_was_closed),
                contract_test(two_handles_write_to_one_catalog),
                contract_test(create_of_one_that_is_there_opens_it),
                contract_test(two_catalogs_are_two),
                contract_test(it_describes_itself),
                contract_test_unopened(an_unknown_scheme_is_unsupported),
                contract_test_unopened(nothing_at_all_is_no_catalog),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

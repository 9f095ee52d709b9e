/* A catalog opened for reading only, beside one that writes. Every operation: operations.c. */
#include "contract.h"

#include <errno.h>

static const struct lns_catalog_options read_only = { .read_only = true };

static void it_sees_what_others_write(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *reader = open_catalog(contract->path, &read_only);

        assert_text(tables_in(reader, root()), "");
        make_table(contract->catalog, ident("users"));
        make_version(contract->catalog, ident("users"), 1);
        assert_text(tables_in(reader, root()), "users");
        assert_text(dump(reader), dump(contract->catalog));
        lns_catalog_free(reader);
}

static void it_notices_commits_of_others(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *reader = open_catalog(contract->path, &read_only);
        const uint64_t seen = lns_catalog_generation(reader);

        assert_int_equal(lns_catalog_wait_generation(reader, seen, 0), 0);
        make_table(contract->catalog, ident("users"));
        assert_int_equal(lns_catalog_wait_generation(reader, seen, -1), 1);
        assert_int_not_equal(lns_catalog_generation(reader), seen);
        lns_catalog_free(reader);
}

static void attributes_and_properties_are_refused_too(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *reader = open_catalog(contract->path, &read_only);
        struct lns_error err = LNS_ERROR_INIT;
        const char *before;

        make_namespace(contract->catalog, ident("prod"));
        before = dump(reader);
        assert_fails_errno(lns_catalog_set_node_attributes(reader, NULL, LNS_NODE_NAMESPACE,
                                                           LNS_NODE_ROOT, LNS_ATTRIBUTE_MODE, 0, 0,
                                                           0700, &err),
                           &err, LNS_PERMISSION_DENIED, EROFS);
        assert_fails_errno(lns_catalog_set_node_property(reader, NULL, LNS_NODE_NAMESPACE,
                                                         LNS_NODE_ROOT, "a", "b", LNS_PROPERTY_ANY,
                                                         &err),
                           &err, LNS_PERMISSION_DENIED, EROFS);
        assert_text(dump(reader), before);
        lns_catalog_free(reader);
}

static void it_says_that_it_is_read_only(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *reader = open_catalog(contract->path, &read_only);
        struct lns_catalog_description description = { 0 };
        struct lns_error err = LNS_ERROR_INIT;

        assert_ok(lns_catalog_describe_catalog(reader, &description, &err), &err);
        assert_true(description.read_only);
        assert_ok(lns_catalog_describe_catalog(contract->catalog, &description, &err), &err);
        assert_false(description.read_only);
        lns_catalog_free(reader);
}

static void an_invalid_request_is_invalid_there_too(void **state)
{
        struct contract *contract = contract_of(state);
        struct lns_catalog *reader = open_catalog(contract->path, &read_only);

        assert_refused(reader, list_namespaces, LNS_INVALID_INPUT, .id = ident(".x"));
        assert_refused(reader, describe_table, LNS_TABLE_NOT_FOUND, .id = ident("users"));
        lns_catalog_free(reader);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(it_sees_what_others_write),
                contract_test(it_notices_commits_of_others),
                contract_test(attributes_and_properties_are_refused_too),
                contract_test(it_says_that_it_is_read_only),
                contract_test(an_invalid_request_is_invalid_there_too),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

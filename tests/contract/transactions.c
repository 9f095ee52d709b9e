/* DescribeTransaction, AlterTransaction. */
#include "contract.h"

#include <stdlib.h>

#define SET_STATUS(new_status)                                                                     \
        ((struct lns_alter_transaction_action){ .kind = LNS_SET_STATUS, .status = (new_status) })
#define SET(new_key, new_value, how)                                                               \
        ((struct lns_alter_transaction_action){ .kind = LNS_SET_PROPERTY,                          \
                                                .key = (new_key),                                  \
                                                .value = (new_value),                              \
                                                .mode = (how) })
#define UNSET(old_key, how)                                                                        \
        ((struct lns_alter_transaction_action){ .kind = LNS_UNSET_PROPERTY,                        \
                                                .key = (old_key),                                  \
                                                .mode = (how) })

static uint64_t some_transaction(struct lns_catalog *catalog)
{
        struct lns_create_namespace_response created = { 0 };
        uint64_t id;

        assert_done(catalog, create_namespace, &created, .id = ident("prod"));
        id = created.transaction_id;
        lns_create_namespace_response_clear(&created);
        return id;
}

/* NULL when there is none. */
static const char *property(struct lns_catalog *catalog, uint64_t transaction_id, const char *key)
{
        struct lns_describe_transaction_response described = { 0 };
        const char *value;

        assert_done(catalog, describe_transaction, &described, .transaction_id = transaction_id);
        value = lns_map_get(&described.properties, key);
        value = value ? text_of("%s", value) : NULL;
        lns_describe_transaction_response_clear(&described);
        return value;
}

static enum lns_transaction_status status(struct lns_catalog *catalog, uint64_t transaction_id)
{
        struct lns_describe_transaction_response described = { 0 };
        enum lns_transaction_status status_now;

        assert_done(catalog, describe_transaction, &described, .transaction_id = transaction_id);
        status_now = described.status;
        lns_describe_transaction_response_clear(&described);
        return status_now;
}

static void alter(struct lns_catalog *catalog, uint64_t id,
                  const struct lns_alter_transaction_action *actions, size_t n_actions)
{
        assert_done(catalog, alter_transaction, NULL, .transaction_id = id, .actions = actions,
                    .n_actions = n_actions);
}

/* ---- describe ---- */

static void a_change_has_succeeded_and_says_who_when_and_what(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_caller caller = { .uid = 12345, .gid = 23456, .pid = 77 };
        struct lns_create_namespace_response created = { 0 };
        uint64_t id;

        assert_done(catalog, create_namespace, &created, .caller = &caller, .id = ident("prod"));
        id = created.transaction_id;
        lns_create_namespace_response_clear(&created);
        assert_int_equal(status(catalog, id), LNS_TRANSACTION_SUCCEEDED);
        assert_text(property(catalog, id, "uid"), "12345");
        assert_text(property(catalog, id, "operation"), "CreateNamespace");
        assert_non_null(property(catalog, id, "time_millis"));
        assert_true(strtoll(property(catalog, id, "time_millis"), NULL, 10) > 0);
}

static void a_described_transaction_has_fields_of_its_own(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const struct lns_caller caller = { .uid = 12345, .gid = 23456, .pid = 77 };
        struct lns_update_table_tag_response updated = { 0 };
        struct lns_describe_transaction_response described = { 0 };

        make_table(catalog, ident("users"));
        make_version(catalog, ident("users"), 1);
        assert_done(catalog, update_table_tag, &updated, .caller = &caller, .id = ident("users"),
                    .tag = "gold", .or_create = true);
        assert_done(catalog, describe_transaction, &described,
                    .transaction_id = updated.transaction_id);
        assert_int_equal(described.transaction_id, updated.transaction_id);
        assert_int_equal(described.uid, 12345);
        assert_true(described.time_millis > 0);
        assert_text(described.operation, "CreateTableTag");
        assert_null(described.request);
        assert_null(described.response);
        lns_describe_transaction_response_clear(&described);
}

static void every_change_has_its_own_transaction(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        uint64_t first, second;

        make_table(catalog, ident("users"));
        first = make_version(catalog, ident("users"), 1);
        second = make_version(catalog, ident("users"), 2);
        assert_true(second > first);
        assert_text(property(catalog, first, "operation"), "CreateTableVersion");
        assert_int_equal(status(catalog, second), LNS_TRANSACTION_SUCCEEDED);
}

static void a_number_that_no_change_gave_is_not_found(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t last = some_transaction(catalog);
        const uint64_t missing[] = { 0,         1,         2,
                                     last + 1,  INT64_MAX, (uint64_t)INT64_MAX + 1 + last,
                                     UINT64_MAX };
        const struct lns_alter_transaction_action action = SET_STATUS(LNS_TRANSACTION_FAILED);

        for (size_t i = 0; i < COUNT(missing); i++) {
                assert_refused(catalog, describe_transaction, LNS_TRANSACTION_NOT_FOUND,
                               .transaction_id = missing[i]);
                assert_refused(catalog, alter_transaction, LNS_TRANSACTION_NOT_FOUND,
                               .transaction_id = missing[i], .actions = &action, .n_actions = 1);
        }
}

static void the_parts_of_a_batch_are_no_transactions(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct lns_create_table_version_request entries[3];
        struct lns_batch_create_table_versions_response created = { 0 };

        make_table(catalog, ident("users"));
        for (uint64_t i = 0; i < COUNT(entries); i++)
                entries[i] = version_request(ident("users"), i + 1);
        assert_done(catalog, batch_create_table_versions, &created, .entries = entries,
                    .n_entries = COUNT(entries));
        assert_int_equal(status(catalog, created.transaction_id), LNS_TRANSACTION_SUCCEEDED);
        assert_refused(catalog, describe_transaction, LNS_TRANSACTION_NOT_FOUND,
                       .transaction_id = created.transaction_id + 1);
        lns_batch_create_table_versions_response_clear(&created);
}

/* ---- alter ---- */

static void the_status_can_be_set(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        static const enum lns_transaction_status all[] = {
                LNS_TRANSACTION_QUEUED,   LNS_TRANSACTION_RUNNING,   LNS_TRANSACTION_FAILED,
                LNS_TRANSACTION_CANCELED, LNS_TRANSACTION_SUCCEEDED,
        };

        for (size_t i = 0; i < COUNT(all); i++) {
                const struct lns_alter_transaction_action action = SET_STATUS(all[i]);
                struct lns_alter_transaction_response altered = { 0 };

                assert_done(catalog, alter_transaction, &altered, .transaction_id = id,
                            .actions = &action, .n_actions = 1);
                assert_int_equal(altered.status, all[i]);
                lns_alter_transaction_response_clear(&altered);
                assert_int_equal(status(catalog, id), all[i]);
        }
}

static void properties_are_set_by_mode(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        struct lns_alter_transaction_action action = SET("ticket", "1", LNS_PROPERTY_FAIL);
        struct lns_alter_transaction_response altered = { 0 };

        assert_done(catalog, alter_transaction, &altered, .transaction_id = id, .actions = &action,
                    .n_actions = 1);
        assert_text(lns_map_get(&altered.properties, "ticket"), "1");
        lns_alter_transaction_response_clear(&altered);
        assert_text(property(catalog, id, "ticket"), "1");
        assert_text(property(catalog, id, "operation"), "CreateNamespace");

        action = SET("ticket", "2", LNS_PROPERTY_FAIL);
        assert_refused(catalog, alter_transaction, LNS_CONCURRENT_MODIFICATION,
                       .transaction_id = id, .actions = &action, .n_actions = 1);
        action = SET("ticket", "3", LNS_PROPERTY_SKIP);
        alter(catalog, id, &action, 1);
        assert_text(property(catalog, id, "ticket"), "1");
        action = SET("ticket", "4", LNS_PROPERTY_OVERWRITE);
        alter(catalog, id, &action, 1);
        assert_text(property(catalog, id, "ticket"), "4");
        action = SET("other", "", LNS_PROPERTY_SKIP);
        alter(catalog, id, &action, 1);
        assert_text(property(catalog, id, "other"), "");
}

static void properties_are_unset_by_mode(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        struct lns_alter_transaction_action action = SET("ticket", "1", LNS_PROPERTY_FAIL);

        alter(catalog, id, &action, 1);
        action = UNSET("ticket", LNS_PROPERTY_FAIL);
        alter(catalog, id, &action, 1);
        assert_null(property(catalog, id, "ticket"));
        assert_refused(catalog, alter_transaction, LNS_INVALID_INPUT, .transaction_id = id,
                       .actions = &action, .n_actions = 1);
        action = UNSET("ticket", LNS_PROPERTY_SKIP);
        alter(catalog, id, &action, 1);
        assert_null(property(catalog, id, "ticket"));
}

static void actions_happen_in_order_and_all_or_none(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        const struct lns_alter_transaction_action good[] = {
                SET("a", "1", LNS_PROPERTY_FAIL), SET("b", "2", LNS_PROPERTY_FAIL),
                UNSET("a", LNS_PROPERTY_FAIL),    SET_STATUS(LNS_TRANSACTION_RUNNING),
                SET("a", "3", LNS_PROPERTY_FAIL),
        };
        const struct lns_alter_transaction_action bad[] = {
                SET("a", "9", LNS_PROPERTY_OVERWRITE),
                SET_STATUS(LNS_TRANSACTION_FAILED),
                SET("c", "9", LNS_PROPERTY_FAIL),
                SET("b", "9", LNS_PROPERTY_FAIL),
        };

        alter(catalog, id, good, COUNT(good));
        assert_text(property(catalog, id, "a"), "3");
        assert_text(property(catalog, id, "b"), "2");
        assert_int_equal(status(catalog, id), LNS_TRANSACTION_RUNNING);

        assert_refused(catalog, alter_transaction, LNS_CONCURRENT_MODIFICATION,
                       .transaction_id = id, .actions = bad, .n_actions = COUNT(bad));
        assert_text(property(catalog, id, "a"), "3");
        assert_text(property(catalog, id, "b"), "2");
        assert_null(property(catalog, id, "c"));
        assert_int_equal(status(catalog, id), LNS_TRANSACTION_RUNNING);
}

static void an_alteration_needs_an_action_and_a_key(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        const struct lns_alter_transaction_action bad[] = {
                SET("", "1", LNS_PROPERTY_OVERWRITE),
                SET(NULL, "1", LNS_PROPERTY_OVERWRITE),
                SET("key", NULL, LNS_PROPERTY_OVERWRITE),
                SET(repeated('k', LNS_MAP_KEY_MAX + 1), "1", LNS_PROPERTY_OVERWRITE),
                SET("key", repeated('v', LNS_MAP_VALUE_MAX + 1), LNS_PROPERTY_OVERWRITE),
                SET("key", "\xff", LNS_PROPERTY_OVERWRITE),
                UNSET(NULL, LNS_PROPERTY_SKIP),
                SET_STATUS((enum lns_transaction_status)99),
        };

        assert_refused(catalog, alter_transaction, LNS_INVALID_INPUT, .transaction_id = id);
        for (size_t i = 0; i < COUNT(bad); i++)
                assert_refused(catalog, alter_transaction, LNS_INVALID_INPUT, .transaction_id = id,
                               .actions = &bad[i], .n_actions = 1);
}

static void an_alteration_survives_a_restart(void **state)
{
        struct contract *contract = contract_of(state);
        const uint64_t id = some_transaction(contract->catalog);
        const struct lns_alter_transaction_action actions[] = {
                SET("ticket", "1", LNS_PROPERTY_FAIL),
                SET_STATUS(LNS_TRANSACTION_CANCELED),
        };

        alter(contract->catalog, id, actions, COUNT(actions));
        reopen(contract);
        assert_text(property(contract->catalog, id, "ticket"), "1");
        assert_int_equal(status(contract->catalog, id), LNS_TRANSACTION_CANCELED);
}

static void an_alteration_leaves_other_transactions_alone(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        const uint64_t id = some_transaction(catalog);
        const struct lns_alter_transaction_action action = SET("ticket", "1", LNS_PROPERTY_FAIL);
        uint64_t other;

        make_table(catalog, ident("users"));
        other = make_version(catalog, ident("users"), 1);
        alter(catalog, id, &action, 1);
        assert_null(property(catalog, other, "ticket"));
        alter(catalog, other, &action, 1);
        assert_text(property(catalog, other, "ticket"), "1");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(a_change_has_succeeded_and_says_who_when_and_what),
                contract_test(a_described_transaction_has_fields_of_its_own),
                contract_test(every_change_has_its_own_transaction),
                contract_test(a_number_that_no_change_gave_is_not_found),
                contract_test(the_parts_of_a_batch_are_no_transactions),
                contract_test(the_status_can_be_set),
                contract_test(properties_are_set_by_mode),
                contract_test(properties_are_unset_by_mode),
                contract_test(actions_happen_in_order_and_all_or_none),
                contract_test(an_alteration_needs_an_action_and_a_key),
                contract_test(an_alteration_survives_a_restart),
                contract_test(an_alteration_leaves_other_transactions_alone),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

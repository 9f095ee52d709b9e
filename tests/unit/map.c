#include "unit.h"

#include <stdio.h>
#include <string.h>

static void a_key_that_was_set_is_found(void **state)
{
        struct lns_map map = { 0 };
        struct lns_error err;

        (void)state;
        assert_null(lns_map_get(&map, "owner"));
        assert_null(lns_map_get(NULL, "owner"));
        assert_succeeds(lns_map_set(&map, "owner", "ops", &err), &err);
        assert_succeeds(lns_map_set(&map, "", "", &err), &err);
        assert_string_equal(lns_map_get(&map, "owner"), "ops");
        assert_string_equal(lns_map_get(&map, ""), "");
        assert_null(lns_map_get(&map, "own"));
        lns_map_clear(&map);
        assert_null(map.entries);
        assert_int_equal(map.n_entries, 0);
        lns_map_clear(&map);
        lns_map_clear(NULL);
}

static void setting_again_replaces_the_value_in_its_place(void **state)
{
        struct lns_map map = { 0 };
        struct lns_error err;

        (void)state;
        assert_succeeds(lns_map_set(&map, "a", "1", &err), &err);
        assert_succeeds(lns_map_set(&map, "b", "2", &err), &err);
        assert_succeeds(lns_map_set(&map, "a", "3", &err), &err);
        assert_int_equal(map.n_entries, 2);
        assert_string_equal(map.entries[0].key, "a");
        assert_string_equal(map.entries[0].value, "3");
        assert_string_equal(map.entries[1].key, "b");
        /* A value of the map itself. */
        assert_succeeds(lns_map_set(&map, "a", lns_map_get(&map, "a"), &err), &err);
        assert_succeeds(lns_map_set(&map, "c", lns_map_get(&map, "b"), &err), &err);
        assert_string_equal(lns_map_get(&map, "a"), "3");
        assert_string_equal(lns_map_get(&map, "c"), "2");
        lns_map_clear(&map);
}

static void order_is_kept_over_a_thousand_keys(void **state)
{
        struct lns_map map = { 0 };
        struct lns_error err;
        char key[16];

        (void)state;
        for (int i = 0; i < LNS_MAP_ENTRIES_MAX; i++) {
                (void)snprintf(key, sizeof(key), "k%d", 7919 * i % LNS_MAP_ENTRIES_MAX);
                assert_succeeds(lns_map_set(&map, key, key, &err), &err);
        }
        assert_int_equal(map.n_entries, LNS_MAP_ENTRIES_MAX);
        for (int i = 0; i < LNS_MAP_ENTRIES_MAX; i++) {
                (void)snprintf(key, sizeof(key), "k%d", 7919 * i % LNS_MAP_ENTRIES_MAX);
                assert_string_equal(map.entries[i].key, key);
        }
        lns_map_clear(&map);
}

static void a_copy_shares_nothing(void **state)
{
        struct lns_map map = { 0 };
        struct lns_map copy = { .n_entries = 77 };
        struct lns_error err;

        (void)state;
        assert_succeeds(lns_map_copy(&copy, &map, &err), &err);
        assert_int_equal(copy.n_entries, 0);
        assert_succeeds(lns_map_copy(&copy, NULL, &err), &err);
        assert_int_equal(copy.n_entries, 0);
        assert_null(copy.entries);
        assert_succeeds(lns_map_set(&map, "a", "1", &err), &err);
        assert_succeeds(lns_map_set(&map, "b", "2", &err), &err);
        assert_succeeds(lns_map_copy(&copy, &map, &err), &err);
        lns_map_clear(&map);
        assert_int_equal(copy.n_entries, 2);
        assert_string_equal(lns_map_get(&copy, "a"), "1");
        assert_succeeds(lns_map_set(&copy, "c", "3", &err), &err);
        assert_string_equal(lns_map_get(&copy, "b"), "2");
        lns_map_clear(&copy);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_key_that_was_set_is_found),
                cmocka_unit_test(setting_again_replaces_the_value_in_its_place),
                cmocka_unit_test(order_is_kept_over_a_thousand_keys),
                cmocka_unit_test(a_copy_shares_nothing),
        };

        return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}

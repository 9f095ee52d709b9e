/* An engine that records what reaches it, for tests of src/catalog. */
#ifndef LNS_TESTS_FAKE_H
#define LNS_TESTS_FAKE_H

#include "unit.h"

#include "catalog/catalog_internal.h"

/* What the engine was asked last. */
struct fake {
        struct lns_backend base;
        const char *called; /* name of the callback; NULL: none was called */
        unsigned n_calls;
        unsigned n_freed;
        const void *response; /* where the answer was to go */
        int result;           /* what to answer; -1: with TABLE_NOT_FOUND */
        bool silent;          /* fail without setting an error */
        bool spoil;           /* set the error and succeed all the same */

        struct lns_create_table_version_request entry; /* the first of a list of versions */

        /* The requests as they arrived, one for each operation; pointers in them are borrowed. */
#define LNS_OPERATION(name, spec, rw) struct lns_##name##_request name;
#include "lns/operation.def"
#undef LNS_OPERATION
};

/* What lns_backend_sqlite_open() was given last; the catalog opens this engine in its place. */
struct fake_open {
        char path[256];
        struct lns_catalog_options options;
        unsigned n_calls;
        bool fail;
};

extern struct fake fake;
extern struct fake_open fake_open;

/* *state of a test: a catalog on a fresh fake. */
int fake_setup(void **state);
int fake_setup_read_only(void **state);
int fake_setup_without_callbacks(void **state);
int fake_teardown(void **state);

#define fake_test(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)
#define fake_test_read_only(name)                                                                  \
        cmocka_unit_test_setup_teardown(name, fake_setup_read_only, fake_teardown)
#define fake_test_without_callbacks(name)                                                          \
        cmocka_unit_test_setup_teardown(name, fake_setup_without_callbacks, fake_teardown)

/* The call reaches the engine, exactly once and under this name. */
#define assert_reaches(call, err, callback)                                                        \
        do {                                                                                       \
                fake.called = NULL;                                                                \
                fake.n_calls = 0;                                                                  \
                assert_succeeds(call, err);                                                        \
                assert_int_equal(fake.n_calls, 1);                                                 \
                assert_string_equal(fake.called, callback);                                        \
        } while (0)

/* The call is refused, and the engine does not hear of it. */
#define assert_refuses(call, err, expected, where)                                                 \
        do {                                                                                       \
                fake.n_calls = 0;                                                                  \
                assert_fails(call, err, expected);                                                 \
                assert_int_equal(fake.n_calls, 0);                                                 \
                assert_string_equal((err)->detail, where);                                         \
        } while (0)

/* an_ident("prod", "users"): an identifier that lives until the test ends. */
#define an_ident(...) fake_ident(__VA_ARGS__, (const char *)NULL)
const struct lns_ident *fake_ident(const char *name, ...) __attribute__((sentinel));
const struct lns_ident *the_root(void);

#endif

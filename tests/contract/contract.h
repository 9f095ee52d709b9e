/* What the files of the contract suite share.
 *
 * The suite says what every engine does, by include/lns alone. Each other file here is one program;
 * the engine_*.c that it is linked with says which engine it is about.
 *
 * fixture.c     a new catalog for each test, small builders, forked children
 * expect.c      what a success and a refusal are
 * dump.c        all that a catalog holds, as text
 * feed.c        the change feed, line by line
 * samples.c     each operation once, on a catalog that has everything
 */
#ifndef LNS_TESTS_CONTRACT_H
#define LNS_TESTS_CONTRACT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lns/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The way to a catalog that lies in a directory. */
struct contract_engine {
        const char *name;
        int (*open)(struct lns_catalog **ret_catalog, const char *directory,
                    const struct lns_catalog_options *options, struct lns_error *err);
};

extern const struct contract_engine contract_engine;

/* *state of every test. */
struct contract {
        char *directory;             /* is removed with all in it at the end of the test */
        char *path;                  /* of the catalog: a directory in it */
        struct lns_catalog *catalog; /* NULL: closed for the time being */
};

int contract_setup(void **state);
int contract_setup_unopened(void **state); /* path is not there, catalog is NULL */
int contract_teardown(void **state);

#define contract_test(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)
#define contract_test_unopened(name)                                                               \
        cmocka_unit_test_setup_teardown(name, contract_setup_unopened, contract_teardown)

struct lns_catalog *catalog_of(void **state);
struct contract *contract_of(void **state);
struct lns_catalog *open_catalog(const char *path, const struct lns_catalog_options *options);
void reopen(struct contract *contract);

/* ---- children: processes that use the catalog too ---- */

/* Runs in a child that has no catalog open. Returns when it has done its work; leaves by
 * child_check() when something is wrong. cmocka's own assertions do not work there. */
typedef void child_function(struct contract *contract, void *context);

/* Closes the contract's catalog, which a child must not inherit; reopen() it after child_wait(). */
pid_t child_start(struct contract *contract, child_function *function, void *context);
void child_wait(pid_t child); /* it must have exited with success */
void child_kill(pid_t child); /* a crash; it must not have exited before */

#define child_check(condition) child_check_(condition, #condition, __FILE__, __LINE__)
void child_check_(bool condition, const char *text, const char *file, int line);

/* ---- builders; what they give lives until the end of the test ---- */

const struct lns_ident *ident_of(const char *const *names); /* ends in NULL */
#define ident(...) ident_of((const char *const[]){ __VA_ARGS__, NULL })
#define root() ident_of((const char *const[]){ NULL })

const struct lns_map *map_of(const char *const *keys_and_values); /* ends in NULL */
#define map(...) map_of((const char *const[]){ __VA_ARGS__, NULL })

const char *text_of(const char *format, ...) LNS_PRINTF(1, 2);
const char *repeated(char byte, size_t length);
void *keep(void *allocated); /* freed at the end of the test */

void make_namespace(struct lns_catalog *catalog, const struct lns_ident *id);
/* At s3://bucket/..., so that no engine looks for its files; its location is given back. */
const char *make_table(struct lns_catalog *catalog, const struct lns_ident *id);
/* Where the engine wants it; its location is given back. */
const char *make_local_table(struct lns_catalog *catalog, const struct lns_ident *id);
uint64_t make_version(struct lns_catalog *catalog, const struct lns_ident *id, uint64_t version);
uint64_t make_tag(struct lns_catalog *catalog, const struct lns_ident *id, const char *tag,
                  uint64_t version);
/* A branch without versions: it can only come from an import. */
void make_branch(struct lns_catalog *catalog, const struct lns_ident *id, const char *branch);

/* A request that describes this version wholly; differs from version to version. */
struct lns_create_table_version_request version_request(const struct lns_ident *id,
                                                        uint64_t version);

/* Names joined by a space. */
const char *namespaces_in(struct lns_catalog *catalog, const struct lns_ident *id);
const char *tables_in(struct lns_catalog *catalog, const struct lns_ident *id);
const char *versions_of(struct lns_catalog *catalog, const struct lns_ident *id,
                        const char *branch);
/* "gold=7 silver=3@branch" */
const char *tags_of(struct lns_catalog *catalog, const struct lns_ident *id);
const char *names_of(const struct lns_name_page *page);

const char *location_of(struct lns_catalog *catalog, const struct lns_ident *id);
uint64_t tag_version(struct lns_catalog *catalog, const struct lns_ident *id, const char *tag);
struct lns_node node_of_namespace(struct lns_catalog *catalog, const struct lns_ident *id);
struct lns_node node_of_table(struct lns_catalog *catalog, const struct lns_ident *id);
struct lns_node node_of(struct lns_catalog *catalog, const struct lns_ident *table,
                        enum lns_node_kind kind, const char *name);

uint64_t feed_size(struct lns_catalog *catalog);
/* The feed from an offset to its end, ends in NUL. */
char *feed_from(struct lns_catalog *catalog, uint64_t offset);

/* A line of the feed. */
struct change {
        uint64_t seq;
        uint64_t time_millis;
        uint64_t uid;
        uint64_t transaction_id;
        const char *rest; /* {"operation":"CreateNamespace","id":["prod"]} */
};

/* Read a line and go behind it; false at the end. */
bool next_change(const char **feed, struct change *ret_change);

/* A line per thing that the catalog holds, with every field that can be asked for. */
char *dump(struct lns_catalog *catalog);

/* ---- files ---- */

void make_directory(const char *path);
void make_file(const char *path, const char *content);
bool file_exists(const char *path);
void remove_tree(const char *path);

/* ---- expectations ---- */

/* The call gives 0 and leaves err as it was. */
#define assert_ok(call, err) expect_ok(call, err, #call, __FILE__, __LINE__)
void expect_ok(int result, const struct lns_error *err, const char *call, const char *file,
               int line);

/* The call gives -1 with this code, the errno of the code, and a message of one line. The error is
 * ready for the next call afterwards. */
#define assert_fails(call, err, code) expect_failure(call, err, code, 0, #call, __FILE__, __LINE__)
#define assert_fails_errno(call, err, code, sys)                                                   \
        expect_failure(call, err, code, sys, #call, __FILE__, __LINE__)
void expect_failure(int result, struct lns_error *err, enum lns_code code, int sys,
                    const char *call, const char *file, int line);

/* The operation succeeds: assert_done(catalog, drop_table, NULL, .id = ident("users")). */
#define assert_done(catalog, operation, response, ...)                                             \
        do {                                                                                       \
                const struct lns_##operation##_request done_request_ = { __VA_ARGS__ };            \
                struct lns_error done_err_ = LNS_ERROR_INIT;                                       \
                expect_ok(lns_catalog_##operation(catalog, &done_request_, response, &done_err_),  \
                          &done_err_, #operation, __FILE__, __LINE__);                             \
        } while (0)

/* The operation fails with this code, leaves its response untouched and the catalog as it was. */
#define assert_refused(catalog, operation, code, ...)                                              \
        assert_refused_errno(catalog, operation, code, 0, __VA_ARGS__)
#define assert_refused_errno(catalog, operation, code, sys, ...)                                   \
        do {                                                                                       \
                const struct lns_##operation##_request refused_request_ = { __VA_ARGS__ };         \
                struct lns_##operation##_response refused_response_;                               \
                struct refusal refusal_;                                                           \
                refusal_begin(&refusal_, catalog, &refused_response_, sizeof(refused_response_));  \
                refusal_.result = lns_catalog_##operation(catalog, &refused_request_,              \
                                                          &refused_response_, &refusal_.err);      \
                refusal_end(&refusal_, code, sys, #operation, __FILE__, __LINE__);                 \
        } while (0)

struct refusal {
        struct lns_catalog *catalog;
        const void *response;
        size_t size;
        char *before; /* the dump */
        int result;
        struct lns_error err;
};

void refusal_begin(struct refusal *refusal, struct lns_catalog *catalog, void *response,
                   size_t size);
void refusal_end(struct refusal *refusal, enum lns_code code, int sys, const char *call,
                 const char *file, int line);

/* What the last assert_refused() was refused with. */
extern struct lns_error refused_with;

/* NULL is allowed and equals nothing but NULL. */
#define assert_text(text, expected) expect_text(text, expected, __FILE__, __LINE__)
void expect_text(const char *text, const char *expected, const char *file, int line);

#define assert_contains(text, part) expect_contains(text, part, __FILE__, __LINE__)
void expect_contains(const char *text, const char *part, const char *file, int line);

/* ---- samples ---- */

/* An operation with a request that succeeds on sample_catalog(). */
struct sample {
        const char *name;
        bool write;
        /* With a response that is released, or without one. */
        int (*call)(struct lns_catalog *catalog, bool response, struct lns_error *err);
};

/* The order of operation.def. */
#define LNS_OPERATION(name, spec, rw) SAMPLE_##name,
enum sample_number {
#include "lns/operation.def"
        SAMPLES
};
#undef LNS_OPERATION

extern const struct sample samples[SAMPLES];

/* prod with users (versions 1 to 5, tags gold=2 and silver=3, branch dev), events, and old, which
 * is deregistered; an empty namespace. */
void sample_catalog(struct lns_catalog *catalog);

#endif

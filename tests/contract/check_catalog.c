/* CheckCatalog: what is wrong is told, what can be mended is, what is right is left alone. */
#include "contract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct findings {
        size_t reported;
        size_t repaired;
        char text[4096]; /* the sentences, a line each */
};

static void find(void *context, const char *text, bool repaired)
{
        struct findings *findings = context;
        const size_t length = strlen(findings->text);

        findings->reported++;
        findings->repaired += repaired;
        snprintf(findings->text + length, sizeof(findings->text) - length, "%s\n", text);
}

static uint64_t check(struct lns_catalog *catalog, bool repair, struct findings *findings)
{
        uint64_t problems = 77;
        struct lns_error err = LNS_ERROR_INIT;

        *findings = (struct findings){ 0 };
        assert_ok(lns_catalog_check_catalog(catalog, repair, find, findings, &problems, &err),
                  &err);
        return problems;
}

static void nothing_is_wrong_with_a_good_catalog(void **state)
{
        struct lns_catalog *catalog = catalog_of(state);
        struct findings findings;
        const char *before;

        assert_int_equal(check(catalog, false, &findings), 0);
        sample_catalog(catalog);
        before = dump(catalog);
        assert_int_equal(check(catalog, false, &findings), 0);
        assert_int_equal(findings.reported, 0);
        assert_int_equal(check(catalog, true, &findings), 0);
        assert_int_equal(findings.reported, 0);
        assert_text(dump(catalog), before);
}

/* A local table with versions 1 and 2, whose manifests are there. */
static const char *local_table(struct contract *contract)
{
        const char *location = make_local_table(contract->catalog, ident("users"));

        make_directory(location);
        make_directory(text_of("%s/_versions", location));
        for (uint64_t version = 1; version <= 2; version++) {
                char name[LNS_MANIFEST_NAME_MAX];
                const char *path;

                lns_manifest_name(name, version, LNS_NAMING_SCHEME_V2);
                path = text_of("%s/_versions/%s", location, name);
                make_file(path, "manifest");
                assert_done(contract->catalog, create_table_version, NULL, .id = ident("users"),
                            .version = version, .manifest_path = path, .manifest_size = 8);
        }
        return location;
}

static void a_missing_manifest_is_found_and_nothing_else_is(void **state)
{
        struct contract *contract = contract_of(state);
        const char *location = local_table(contract);
        struct findings findings;
        char name[LNS_MANIFEST_NAME_MAX];

        assert_int_equal(check(contract->catalog, false, &findings), 0);
        lns_manifest_name(name, 2, LNS_NAMING_SCHEME_V2);
        assert_int_equal(unlink(text_of("%s/_versions/%s", location, name)), 0);
        assert_int_equal(check(contract->catalog, false, &findings), 1);
        assert_int_equal(findings.reported, 1);
        assert_int_equal(findings.repaired, 0);
        assert_contains(findings.text, "users");
        assert_contains(findings.text, "2");
}

static void without_repair_nothing_is_changed(void **state)
{
        struct contract *contract = contract_of(state);
        const char *location = local_table(contract);
        struct findings findings;
        const char *before;

        remove_tree(text_of("%s/_versions", location));
        before = dump(contract->catalog);
        assert_int_not_equal(check(contract->catalog, false, &findings), 0);
        assert_text(dump(contract->catalog), before);
}

static void a_read_only_catalog_is_checked_and_not_repaired(void **state)
{
        struct contract *contract = contract_of(state);
        static const struct lns_catalog_options read_only = { .read_only = true };
        struct lns_catalog *reader;
        struct findings findings;
        uint64_t problems = 77;
        struct lns_error err = LNS_ERROR_INIT;

        sample_catalog(contract->catalog);
        reader = open_catalog(contract->path, &read_only);
        assert_int_equal(check(reader, false, &findings), 0);
        assert_fails_errno(lns_catalog_check_catalog(reader, true, find, &findings, &problems,
                                                     &err),
                           &err, LNS_PERMISSION_DENIED, EROFS);
        assert_int_equal(problems, 77);
        lns_catalog_free(reader);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                contract_test(nothing_is_wrong_with_a_good_catalog),
                contract_test(a_missing_manifest_is_found_and_nothing_else_is),
                contract_test(without_repair_nothing_is_changed),
                contract_test(a_read_only_catalog_is_checked_and_not_repaired),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

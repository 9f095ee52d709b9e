#include "unit.h"

#include <string.h>

static const struct {
        uint64_t version;
        const char *v1;
        const char *v2;
} rows[] = {
        { 1, "1.manifest", "18446744073709551614.manifest" },
        { 7, "7.manifest", "18446744073709551608.manifest" },
        { 10, "10.manifest", "18446744073709551605.manifest" },
        { INT64_MAX, "9223372036854775807.manifest", "09223372036854775808.manifest" },
};

static void a_version_has_a_name_in_each_scheme(void **state)
{
        char name[LNS_MANIFEST_NAME_MAX];

        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                lns_manifest_name(name, rows[i].version, LNS_NAMING_SCHEME_V1);
                assert_string_equal(name, rows[i].v1);
                lns_manifest_name(name, rows[i].version, LNS_NAMING_SCHEME_V2);
                assert_string_equal(name, rows[i].v2);
                lns_manifest_name(name, rows[i].version, LNS_NAMING_SCHEME_UNSET);
                assert_string_equal(name, rows[i].v2);
        }
}

static void a_name_tells_version_and_scheme(void **state)
{
        (void)state;
        for (size_t i = 0; i < COUNT(rows); i++) {
                enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
                uint64_t version = 0;

                assert_int_equal(lns_manifest_name_parse(rows[i].v1, &version, &scheme), 0);
                assert_true(version == rows[i].version);
                assert_int_equal(scheme, LNS_NAMING_SCHEME_V1);
                version = 0;
                assert_int_equal(lns_manifest_name_parse(rows[i].v2, &version, &scheme), 0);
                assert_true(version == rows[i].version);
                assert_int_equal(scheme, LNS_NAMING_SCHEME_V2);
        }
}

static void assert_parses_to(const char *const *names, size_t n_names, int result)
{
        for (size_t i = 0; i < n_names; i++) {
                enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
                uint64_t version = 77;

                if (lns_manifest_name_parse(names[i], &version, &scheme) != result)
                        fail_msg("'%s' does not give %d", names[i], result);
                assert_int_equal(version, 77);
                assert_int_equal(scheme, LNS_NAMING_SCHEME_UNSET);
        }
}

static void other_files_are_no_manifests(void **state)
{
        static const char *const others[] = {
                "",
                "latest_version_hint.json",
                "18446744073709551614.manifest-1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", /* staged */
                "18446744073709551614.manifest#1", /* a temporary */
                "18446744073709551614",
                "d9223372036854775815.manifest", /* detached */
                "d1.manifest",
                ".tmpAbC123",
                ".7.manifest",
                ".manifest",
                "._7.manifest",
                "7.manifest.bak",
                "7.Manifest",
                "manifest",
                "7manifest",
        };

        (void)state;
        assert_parses_to(others, COUNT(others), 1);
}

static void damaged_names_are_told_from_other_files(void **state)
{
        static const char *const damaged[] = {
                "0.manifest",
                "07.manifest",
                "-7.manifest",
                "+7.manifest",
                " 7.manifest",
                "7 .manifest",
                "abc.manifest",
                "7a.manifest",
                "d.manifest",
                "draft.manifest",
                "0x7.manifest",
                "7.7.manifest",
                "9223372036854775808.manifest",  /* 2^63 */
                "00000000000000000007.manifest", /* V1, padded: version 2^64 - 8 in V2 */
                "18446744073709551615.manifest", /* V2 of version 0 */
                "18446744073709551616.manifest", /* 2^64 */
                "99999999999999999999.manifest",
                "09223372036854775807.manifest", /* V2 of 2^63 */
                "00000000000000000000.manifest",
                "1844674407370955161.manifest.manifest",
                "018446744073709551614.manifest", /* V2, padded to 21 */
                "184467440737095516140.manifest",
                "1844674407370955161\xd9\xa4.manifest",
        };

        (void)state;
        assert_parses_to(damaged, COUNT(damaged), -1);
}

static void a_v2_name_that_lost_a_digit_is_another_version_in_v1_only_when_it_can_be(void **state)
{
        enum lns_naming_scheme scheme = LNS_NAMING_SCHEME_UNSET;
        uint64_t version = 77;

        (void)state;
        /* Nineteen digits are a number of V1, as Lance reads them too. */
        assert_int_equal(lns_manifest_name_parse("1844674407370955161.manifest", &version, &scheme),
                         0);
        assert_int_equal(scheme, LNS_NAMING_SCHEME_V1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_version_has_a_name_in_each_scheme),
                cmocka_unit_test(a_name_tells_version_and_scheme),
                cmocka_unit_test(other_files_are_no_manifests),
                cmocka_unit_test(damaged_names_are_told_from_other_files),
                cmocka_unit_test(
                        a_v2_name_that_lost_a_digit_is_another_version_in_v1_only_when_it_can_be),
        };

        return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}

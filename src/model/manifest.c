/* Names of manifests. Format, "Manifest Naming Schemes": V1 is the version, V2 inverts it so that
 * the newest name sorts first. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lns/model.h"
#include "lns/text.h"

#define SUFFIX ".manifest"
#define V2_DIGITS 20

void lns_manifest_name(char *buf, uint64_t version, enum lns_naming_scheme scheme)
{
        if (scheme == LNS_NAMING_SCHEME_V1)
                (void)snprintf(buf, LNS_MANIFEST_NAME_MAX, "%" PRIu64 SUFFIX, version);
        else
                (void)snprintf(buf, LNS_MANIFEST_NAME_MAX, "%020" PRIu64 SUFFIX,
                               UINT64_MAX - version);
}

/* Twenty digits, the inverse of a version. */
static int parse_v2(const char *digits, uint64_t *ret_version)
{
        uint64_t inverse = 0;

        for (int i = 0; i < V2_DIGITS; i++) {
                uint64_t digit = (uint64_t)((unsigned char)digits[i] - '0');

                if (inverse > (UINT64_MAX - digit) / 10)
                        return -1;
                inverse = inverse * 10 + digit;
        }
        if (inverse == UINT64_MAX || UINT64_MAX - inverse > LNS_VERSION_MAX)
                return -1;
        *ret_version = UINT64_MAX - inverse;
        return 0;
}

int lns_manifest_name_parse(const char *name, uint64_t *ret_version,
                            enum lns_naming_scheme *ret_scheme)
{
        size_t length = strlen(name);
        size_t stem = length - strlen(SUFFIX); /* read only when it did not wrap */
        size_t digits = strspn(name, "0123456789");

        if (length < strlen(SUFFIX) || strcmp(name + stem, SUFFIX) != 0)
                return 1;
        if (name[0] == '.') /* a tool's temporary, the desktop's debris */
                return 1;
        if (name[0] == 'd' && stem > 1 && strspn(name + 1, "0123456789") == stem - 1)
                return 1; /* detached: a version that is in no history */
        if (digits != stem)
                return -1;
        /* No V1 name has twenty digits: the highest version has nineteen. */
        if (stem == V2_DIGITS) {
                if (parse_v2(name, ret_version) < 0)
                        return -1;
                *ret_scheme = LNS_NAMING_SCHEME_V2;
                return 0;
        }
        if (lns_version_parse(name, stem, ret_version) < 0)
                return -1;
        *ret_scheme = LNS_NAMING_SCHEME_V1;
        return 0;
}

#!/bin/sh
# By rename: EBADMSG or EFBIG, the staged file stays, and beside it, in its attribute user.lance.error
# and in .lancefs/errors is why. By writing: EINVAL from write(2), or EFBIG, and nothing is there.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need jq

mount_table
v=$T/versions
cd "$MNT/prod"

# refused RENAME_ERRNO WRITE_ERRNO WORDS
# The document $WORK/document is refused so, with a sentence that has the words.
refused()
{
        cp "$WORK/document" staged.json
        expect "$1" rename staged.json "$v/9"
        cmp "$WORK/document" staged.json || fail "the staged file changed: $3"
        expect_staged staged.json staged.json.error
        expect "0400 $(id -u)" stat staged.json.error mode uid
        jq -e --arg words "$3" '.code == 13 and (.error | length) > 10 and
                (.error | contains("\n") | not) and (.error + ": " + .detail | contains($words))' \
                staged.json.error >/dev/null || fail "$3: $(cat staged.json.error)"
        expect "\"$(sed 's/\\/\\\\/g; s/$/\\n/' staged.json.error | tr -d '\n')\"" \
                getxattr staged.json user.lance.error
        tail -n 1 "$MNT/.lancefs/errors" >"$WORK/out"
        expect_says "\"path\":\"/prod/users.lance/versions/9\",\"errno\":\"$1\",\"code\":13,"

        expect "$1" renameat2 staged.json "$v/9" NOREPLACE
        expect "$2" link staged.json "$v/9"
        expect_fail mv staged.json "$v/9"
        expect_staged staged.json staged.json.error
        rm staged.json
        expect_staged

        expect_fail sh -c "cat '$WORK/document' >'$v/9'"
        expect_fail cp "$WORK/document" "$v/9"
        # A long one may be looked at only when its end is there.
        _got=$("$SYS" open "$v/9" 'O_WRONLY|O_CREAT' : write --file "$WORK/document" : close | xargs)
        case $_got in
        "0 $2 0") ;;
        "0 $(stat -c %s "$WORK/document") $2") ;;
        *) fail "writing: $_got, not $2: $3" ;;
        esac
        expect_tags
}

# with TEXT...: the document
with()
{
        # shellcheck disable=SC2059 # the text is a format
        printf "$@" >"$WORK/document"
}

with 'this is no JSON\n' && refused EBADMSG EINVAL 'JSON'
with '[]\n' && refused EBADMSG EINVAL 'object'
with '"text"\n' && refused EBADMSG EINVAL 'object'
with '7\n' && refused EBADMSG EINVAL 'object'
with '{"manifest_path": "a",}\n' && refused EBADMSG EINVAL 'line 1'
with '{"manifest_path": "a"} x\n' && refused EBADMSG EINVAL 'line 1'
with '{"manifest_path": "a"}{}\n' && refused EBADMSG EINVAL 'line 1'
with "{'manifest_path': 'a'}\n" && refused EBADMSG EINVAL 'line 1'
with '{}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"version": 9}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"manifest_path": ""}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"manifest_path": null}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"manifest_path": 7}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"manifest_path": ["a"]}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"version": 8, "manifest_path": "a"}\n' && refused EBADMSG EINVAL 'version 8'
with '{"version": 0, "manifest_path": "a"}\n' && refused EBADMSG EINVAL 'version'
with '{"version": -9, "manifest_path": "a"}\n' && refused EBADMSG EINVAL 'version'
with '{"version": "9", "manifest_path": "a"}\n' && refused EBADMSG EINVAL 'version'
with '{"version": 9.0, "manifest_path": "a"}\n' && refused EBADMSG EINVAL 'version'
with '{"version": 9223372036854775808, "manifest_path": "a"}\n' && refused EBADMSG EINVAL ''
with '{"manifest_path": "a", "manifest_path": "b"}\n' && refused EBADMSG EINVAL 'manifest_path'
with '{"manifest_path": "a", "metadata": {"k": "1", "k": "2"}}\n' && refused EBADMSG EINVAL 'k'
with '{"manifest_path": "a\\u0000b"}\n' && refused EBADMSG EINVAL ''
with '{"manifest_path": "a\000b"}\n' && refused EBADMSG EINVAL ''
with '{"manifest_path": "a\\ud800"}\n' && refused EBADMSG EINVAL ''
with '{"manifest_path": "a\377"}\n' && refused EBADMSG EINVAL 'UTF-8'
with '{"manifest_path": "\300\200"}\n' && refused EBADMSG EINVAL 'UTF-8'
with '\357\273\277{"manifest_path": "a"}\n' && refused EBADMSG EINVAL ''
with '{"manifest_path": "a", "manifest_size": -5}\n' && refused EBADMSG EINVAL 'manifest_size'
with '{"manifest_path": "a", "manifest_size": "5"}\n' && refused EBADMSG EINVAL 'manifest_size'
with '{"manifest_path": "a", "naming_scheme": "V3"}\n' && refused EBADMSG EINVAL 'naming_scheme'
with '{"manifest_path": "a", "metadata": {"k": 1}}\n' && refused EBADMSG EINVAL 'metadata'
with '{"manifest_path": "a", "metadata": []}\n' && refused EBADMSG EINVAL 'metadata'
with '{"manifest_path": "a", "e_tag": "%01025d"}\n' 0 && refused EBADMSG EINVAL 'e_tag'
with '{"manifest_path": "%04001d"}\n' 0 && refused ENAMETOOLONG ENAMETOOLONG 'manifest_path'
{
        printf '{"manifest_path": "a", "x": '
        printf '%010000d' 0 | tr 0 '['
        printf '%010000d' 0 | tr 0 ']'
        echo '}'
} >"$WORK/document"
refused EBADMSG EINVAL 'deep'
{
        printf '%010000d' 0 | sed 's/0/{"a":/g'
        echo
} >"$WORK/document"
refused EBADMSG EINVAL 'deep'

# Not to its end: nobody can say that it is wrong before it is closed.
with '{"manifest_path": "a"'
cp "$WORK/document" staged.json
expect EBADMSG rename staged.json "$v/9"
jq -r .error staged.json.error >"$WORK/out" && expect_says complete
rm staged.json
expect '0 21 EINVAL' open "$v/9" 'O_WRONLY|O_CREAT' : write --file "$WORK/document" : close
expect_fail cp "$WORK/document" "$v/9"
: >staged.json
expect EBADMSG rename staged.json "$v/9"
rm staged.json

# Too big, which is looked at first. 100 MB is staged as a hole.
truncate -s 1048577 staged.json
expect EFBIG rename staged.json "$v/9"
expect_staged staged.json staged.json.error
truncate -s 100M staged.json
expect EFBIG rename staged.json "$v/9"
expect EFBIG link staged.json "$v/9"
expect 104857600 stat staged.json size
jq -e '.code == 13 and (.error | contains("1048576"))' staged.json.error >/dev/null ||
        fail 'no word of the limit'
rm staged.json
expect '0 EFBIG 0' open "$v/9" 'O_WRONLY|O_CREAT' : pwrite ' ' 1048576 : close
yes '                                    ' | head -c 1048577 >"$WORK/document"
expect_fail cp "$WORK/document" "$v/9"
expect_says 'too large'

# A tag's value from a file is refused in the same way.
echo abc >staged
expect EBADMSG rename staged "$T/tags/gold"
jq -r .error staged.error >"$WORK/out" && expect_says "'abc' is not a version"
echo 99 >staged
expect ENOENT rename staged "$T/tags/gold"
jq -e '.code == 11' staged.error >/dev/null || fail 'no TableVersionNotFound'
truncate -s 2M staged
expect EFBIG rename staged "$T/tags/gold"
rm staged
expect_tags
cd /

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
v=$T/versions

# By rename of what is staged: in versions/, in the namespace, in tags/
document 2 manifest_size 42 e_tag '"x"' metadata '{"k": "v"}' naming_scheme '"V1"' >"$v/new.json"
expect_staged new.json
expect 0 rename "$v/new.json" "$v/2"
expect '"_versions/2.manifest" "42" "x" "v" "V1"' getxattr "$v/2" user.lance.manifest_path : \
        getxattr "$v/2" user.lance.manifest_size : getxattr "$v/2" user.lance.e_tag : \
        getxattr "$v/2" user.lance.metadata.k : getxattr "$v/2" user.lance.naming_scheme
document 3 version 3 >"$MNT/prod/three.json"
expect 0 renameat2 "$MNT/prod/three.json" "$v/3" NOREPLACE
document 4 >"$T/tags/.four"
expect_ok mv "$T/tags/.four" "$v/4"
document 5 >"$MNT/five"
expect_ok mv -n "$MNT/five" "$v/5"
expect_staged

# By link: the staged file stays
document 6 >"$MNT/prod/six.json"
expect 0 link "$MNT/prod/six.json" "$v/6"
expect_content "$MNT/prod/six.json" "$(document 6)\n"
expect_staged six.json
rm "$MNT/prod/six.json"

# By writing: one write, several, without the newline, from another filesystem
document 7 >"$WORK/document"
expect_ok cp "$WORK/document" "$v/7"
expect '0 1 16 13 0' open "$v/8" 'O_WRONLY|O_CREAT' : write '{' : write '"manifest_path":' : \
        write '"a.manifest"}' : close
expect_ok mv "$WORK/document" "$v/9"
expect_names "$v" 1 2 3 4 5 6 7 8 9 latest
expect 9 readlink "$v/latest"

# Versions need not be contiguous.
document 100 >"$v/100"
expect 100 readlink "$v/latest"
expect_ok rm "$v/100"
expect 9 readlink "$v/latest"

# What reads as one
jq -e '.version == 2 and .manifest_path == "_versions/2.manifest" and .manifest_size == 42 and
        .e_tag == "x" and .metadata == {"k": "v"} and (.timestamp_millis | type) == "number"' \
        "$v/2" >/dev/null || fail 'versions/2 has other JSON'
expect_eq "$(grep -c . "$v/2")" "$(wc -l <"$v/2")" 'one line per field'

# It exists: EEXIST, also when mv tries again, and what was staged stays.
document 99 >"$v/new.json"
expect EEXIST rename "$v/new.json" "$v/2"
expect EEXIST renameat2 "$v/new.json" "$v/2" NOREPLACE
expect EEXIST link "$v/new.json" "$v/2"
expect_fail mv "$v/new.json" "$v/2"
expect_says 'File exists'
expect_fail cp "$v/new.json" "$v/2"
expect EEXIST open "$v/2" O_WRONLY
expect EEXIST open "$v/2" 'O_RDWR|O_TRUNC'
expect EEXIST open "$v/2" 'O_WRONLY|O_CREAT|O_EXCL'
expect_content "$v/new.json" "$(document 99)\n"
expect '"_versions/2.manifest"' getxattr "$v/2" user.lance.manifest_path

# The same content again is success: a client may have lost the answer.
document 2 manifest_size 42 e_tag '"x"' metadata '{"k": "v"}' naming_scheme '"V1"' >"$v/new.json"
count=$(changes)
expect 0 rename "$v/new.json" "$v/2"
expect_eq "$count" "$(changes)" 'no second change'
expect_staged
expect_names "$v" 1 2 3 4 5 6 7 8 9 latest

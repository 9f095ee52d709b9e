#!/bin/sh
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need jq

mount_fs "$CATALOG"
status=$MNT/.lancefs/status
errors=$MNT/.lancefs/errors

# says FILTER: the status is one JSON object of which this is true
says()
{
        jq -e "$1" "$status" >/dev/null || fail "$1: $(cat "$status")"
}
says "type == \"object\" and .engine == \"sqlite\" and .catalog == \"$CATALOG\""
says '(.version | test("^[0-9]+\\.[0-9]+")) and .uptime_seconds >= 0 and .read_only == false'
says '.namespaces == 0 and .tables == 0'
"$LANCEFS" --version | grep -qF "$(jq -r .version "$status")" || fail 'another version'
mkdir -p "$MNT/prod/eu"
make_table "$MNT/prod/users.lance"
make_table "$MNT/events.lance"
says '.namespaces == 2 and .tables == 2'
mv "$MNT/events.lance" "$MNT/.lancefs/deregistered/"
says '.tables == 1'
expect_eq "$(tail -n 1 "$MNT/.lancefs/changes" | jq .seq)" "$(jq .last_change "$status")" last_change
first=$(jq .requests "$status")
says ".requests > $first"
expect EACCES open "$status" 'O_WRONLY|O_TRUNC'
expect EPERM unlink "$status"
expect EPERM rename "$status" "$MNT/prod/status"
umount_fs

mount_fs "$CATALOG" ro
says '.read_only == true and .namespaces == 2'
umount_fs

# Errors: who, what, where, and why, the last 1,000
mount_fs "$CATALOG"
expect_content "$errors" ''
expect ENOTEMPTY rmdir "$MNT/prod"
jq -es --argjson uid "$(id -u)" --argjson now "$(date +%s%3N)" 'length == 1 and
        (.[0] | .operation == "rmdir" and .path == "/prod" and .errno == "ENOTEMPTY" and .code == 3 and
        .name == "NamespaceNotEmpty" and (.error | length) > 5 and .uid == $uid and .pid > 1 and
        .time_millis <= $now and .time_millis > $now - 600000)' "$errors" >/dev/null ||
        fail "$(cat "$errors")"
expect EINVAL mkdir "$MNT/prod/.eu"
expect '0 ENOENT 0' open "$MNT/prod/users.lance/tags/gold" 'O_WRONLY|O_CREAT' : write '99\n' : close
expect EBADMSG rename "$MNT/prod/eu" "$MNT/prod/a\$b"
expect EPERM link "$MNT/prod/users.lance/versions/1" "$MNT/prod/x"
jq -r '"\(.operation) \(.path) \(.errno) \(.code)"' "$errors" >"$WORK/lines"
expect_content "$WORK/lines" 'rmdir /prod ENOTEMPTY 3
mkdir /prod/.eu EINVAL 13
write /prod/users.lance/tags/gold ENOENT 11
rename /prod/a$b EBADMSG 13
link /prod/x EPERM 15\n'
expect "$(wc -c <"$errors")" stat "$errors" size

# A name that is no text, or that a terminal would obey, spoils neither the file nor the log.
expect 'EINVAL EINVAL EINVAL' mkdir "$MNT/$(printf 'caf\351')" : mkdir "$MNT/$(printf '\033[31mred')" : \
        mkdir "$MNT/$(printf 'a\nlancefs: forged')"
jq -es 'length == 8' "$errors" >/dev/null || fail 'no JSON any more'
iconv -f UTF-8 -t UTF-8 "$errors" >/dev/null || fail 'no UTF-8'
iconv -f UTF-8 -t UTF-8 "$WORK"/log.* "$WORK/log" >/dev/null || fail 'the log is no UTF-8'
! grep -q '^lancefs: forged' "$WORK"/log.* || fail 'a name wrote a line of the log'
! grep -q "$(printf '\033')" "$WORK"/log.* || fail 'a name reached the terminal'

# What is only not there is no error; the last thousand are kept.
expect 'ENOENT ENOENT' stat "$MNT/none" type : open "$MNT/none" O_RDONLY
expect_eq 8 "$(wc -l <"$errors")"
i=0
while [ $i -lt 1005 ]; do
        i=$((i + 1))
        set -- "$@" : rmdir "$MNT/prod"
done
shift
"$SYS" "$@" >"$WORK/out" || :
expect_eq "ENOTEMPTY" "$(sort -u "$WORK/out")"
jq -es 'length == 1000 and all(.operation == "rmdir")' "$errors" >/dev/null || fail 'not the last 1,000'

# Who follows it sees the next one.
expect EINVAL mkdir "$MNT/prod/.eu"
jq -es 'length == 1000 and .[-1].operation == "mkdir"' "$errors" >/dev/null || fail 'not the last one'

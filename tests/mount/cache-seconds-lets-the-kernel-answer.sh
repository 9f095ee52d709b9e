#!/bin/sh
# cache=SECONDS: the kernel trusts what it heard, so a stat sends no request; what this mount does is
# seen at once all the same.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

# asked COMMAND...: how many requests the command cost beside those of asking
asked()
{
        _first=$(requests)
        "$@" >/dev/null
        _second=$(requests)
        _third=$(requests)
        echo $((_second - _first - (_third - _second)))
}
requests()
{
        sed -n 's/.*"requests": \([0-9]*\),/\1/p' "$MNT/.lancefs/status"
}

mount_table 3 cache=60
echo 1 >"$T/tags/gold"
stat "$T/tags/gold" "$T/versions/2" "$T" >/dev/null
requests >/dev/null
requests >/dev/null
expect_eq 0 "$(asked stat "$T/tags/gold" "$T/versions/2" "$T")" 'requests of a stat that is cached'

# What is done here is seen here.
echo 2 >"$T/tags/gold"
tag_is gold 2
[ ! -e "$T/tags/new" ] || fail 'there is no such tag'
echo 3 >"$T/tags/new"
tag_is new 3
rm "$T/tags/new"
[ ! -e "$T/tags/new" ] || fail 'it is still there'
mv "$T/tags/gold" "$T/tags/silver"
expect ENOENT stat "$T/tags/gold" type
tag_is silver 2
[ ! -e "$T/versions/4" ] || fail 'there is no such version'
document 4 >"$T/versions/.four"
mv "$T/versions/.four" "$T/versions/4"
expect 'file' stat "$T/versions/4" type
mkdir "$MNT/prod/new.lance"
[ ! -e "$MNT/prod/new.lance/versions/latest" ] || fail 'there is no version'
document 1 >"$MNT/prod/new.lance/versions/1"
[ -e "$MNT/prod/new.lance/versions/latest" ] || fail 'no latest'
expect 1 readlink "$MNT/prod/new.lance/versions/latest"
chmod 0700 "$T"
expect 0700 stat "$T" mode
mv "$MNT/prod" "$MNT/production"
expect 'ENOENT dir' stat "$MNT/prod" type : stat "$MNT/production/users.lance" type
mkdir "$MNT/prod"
expect_names "$MNT" .lancefs .namespace.json prod production
umount_fs

mount_fs "$CATALOG" cache=strict
file=$MNT/production/users.lance/tags/silver
stat "$file" >/dev/null
[ "$(asked stat "$file")" -gt 0 ] || fail 'strict did not ask'

#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$MNT/prod"
v=$T/versions

# bad NAME: a staged file that was refused
bad()
{
        echo bad >"$1"
        expect EBADMSG rename "$1" "$v/4"
        expect "file" stat "$1.error" type
        [ "$("$SYS" getxattr "$1" user.lance.error)" != ENODATA ] || fail 'no attribute'
}

# It goes when the staged file goes,
bad new.json
rm new.json
expect_staged
# when it succeeds,
bad new.json
document 4 >new.json
expect_staged new.json new.json.error
expect 0 rename new.json "$v/4"
expect_staged
rm "$v/4"
# when it is called something else,
bad new.json
mv new.json other.json
expect_staged other.json
expect ENODATA getxattr other.json user.lance.error
rm other.json
# when something else takes its place,
bad new.json
echo fresh >other.json
mv other.json new.json
expect_staged new.json
expect ENODATA getxattr new.json user.lance.error
rm new.json
# and by hand.
bad new.json
rm -f new.json.error
expect_staged new.json
expect ENODATA getxattr new.json user.lance.error

# The last refusal is the one that is told.
expect EBADMSG rename new.json "$v/4"
document 3 >new.json
expect EEXIST rename new.json "$v/2"
grep -q '"code": 14' new.json.error || fail "$(cat new.json.error)"
expect_staged new.json new.json.error
rm new.json
expect_staged

# A file of the user's that has the name stays as it is.
echo mine >new.json.error
echo bad >new.json
expect EBADMSG rename new.json "$v/4"
expect_content new.json.error 'mine\n'
rm new.json
expect_content new.json.error 'mine\n'
rm new.json.error

# The name would be too long: the errno and .lancefs/errors say it all the same.
long=.$(printf '%0251d' 0)
echo bad >"$long"
expect EBADMSG rename "$long" "$v/4"
expect_staged "$long"
rm "$long"
cd /
expect_tags

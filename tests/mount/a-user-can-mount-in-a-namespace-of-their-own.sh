#!/bin/sh
# unshare -Urm: an ordinary user is root in there, and may mount without fusermount3.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_fuse
need unshare

cat >"$WORK/inside" <<'E'
set -e
"$LANCEFS" mount "$WORK/theirs" "$MNT"
mkdir "$MNT/prod" "$MNT/prod/users.lance"
echo '{"manifest_path": "m"}' >"$MNT/prod/users.lance/versions/1"
echo 1 >"$MNT/prod/users.lance/tags/gold"
[ "$(cat "$MNT/prod/users.lance/tags/gold")" = 1 ]
[ "$(stat -c %u "$MNT/prod")" = 0 ]
chmod 700 "$MNT/prod"
umount "$MNT"
E
chmod 644 "$WORK/inside"
mkdir -m 777 "$WORK/theirs"
set -- unshare -Urm sh "$WORK/inside"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && [ -n "$(find /dev/fuse -perm -666)" ]; then
        set -- setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
fi
unshare -Urm true 2>/dev/null || skip 'user namespaces are not permitted'
export MNT LANCEFS
expect_ok "$@"
expect_eq '' "$(_mounts_below "$WORK")" mounts

# What was made in there is there for others.
mount_fs "$WORK/theirs"
expect_content "$MNT/prod/users.lance/tags/gold" '1\n'
expect 0700 stat "$MNT/prod" mode

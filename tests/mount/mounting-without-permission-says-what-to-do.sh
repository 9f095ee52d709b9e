#!/bin/sh
# A user who may not open /dev/fuse, a machine that has none, a catalog that is another's: in a
# mount namespace of its own, so that nothing of this machine is touched.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_root
need_fuse
need unshare setpriv
unshare -m true 2>/dev/null || skip 'unshare(2) is not permitted'

chmod 777 "$WORK"
mkdir -m 777 "$WORK/theirs"
user='setpriv --reuid 65534 --regid 65534 --clear-groups'

# inside SCRIPT: in a new mount namespace
inside()
{
        expect_status 3 unshare -m sh -ec "$1" sh "$LANCEFS" "$WORK" "$MNT"
        expect_eq '' "$(_mounts_below "$WORK")" mounts
}

mknod -m 600 "$WORK/fuse" c 10 229 2>/dev/null || : >"$WORK/fuse"
chmod 600 "$WORK/fuse"
inside "mount --bind \"\$2/fuse\" /dev/fuse; exec $user \"\$1\" mount \"\$2/theirs\" \"\$3\""
expect_says 'no permission to open /dev/fuse'
expect_says 'run as root'
expect_names "$WORK/theirs"

inside 'mount -t tmpfs none /dev; exec "$1" mount "$2/theirs" "$3"'
expect_says '/dev/fuse is not there'
expect_says 'modprobe fuse'
expect_names "$WORK/theirs"

# A catalog that only its owner may read
mount_table 1
umount_fs
inside "mknod -m 666 \"\$2/fuse666\" c 10 229 && mount --bind \"\$2/fuse666\" /dev/fuse || :
        chown 65534 \"\$3\"
        exec $user \"\$1\" mount \"\$2/catalog\" \"\$3\""
expect_says "$CATALOG"
chown 0 "$MNT"

# Options that only root may give
inside "mount --bind \"\$2/fuse666\" /dev/fuse || :
        chown 65534 \"\$3\"
        exec $user \"\$1\" mount -o allow_other \"\$2/theirs\" \"\$3\"" || :

#!/bin/sh
# For a line of /etc/fstab mount(8) calls mount.lancefs CATALOG MOUNTPOINT -o OPTIONS [-sfnv].
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_fuse

helper=$WORK/mount.lancefs
ln -s "$(readlink -f "$LANCEFS")" "$helper"

expect_ok "$helper" "$CATALOG" "$MNT" -o rw,noatime,nofail,_netdev,x-systemd.automount,comment=a
grep -F " $MNT fuse.lancefs " /proc/mounts | grep -q noatime || fail 'no noatime'
mkdir "$MNT/prod"
expect_ok umount "$MNT"

expect_ok "$helper" "$CATALOG" "$MNT" -n -v -s -o ro,dev,suid,exec,user,umask=077
expect 0700 stat "$MNT/prod" mode
expect EROFS mkdir "$MNT/new"
options=$(grep -F " $MNT fuse.lancefs " /proc/mounts | cut -d ' ' -f 4)
case ,$options, in
*,ro,*) ;;
*) fail "mounted with $options" ;;
esac
case ,$options, in
*,noexec,*) fail "exec was asked for: $options" ;;
esac
expect_ok umount "$MNT"

# -f is mount(8)'s word for "do everything but mount".
expect_ok "$helper" -f "$CATALOG" "$MNT" -o rw
check 'nothing is mounted' test -z "$(_mounts_below "$WORK")"
expect_status 3 "$helper" -f "$CATALOG" "$WORK/none" -o rw
expect_status 2 "$helper" "$CATALOG" "$MNT" -o rw,nonsense
expect_says 'nonsense'

# mount(8) itself, where it finds the helper: in a mount namespace that has it in /sbin
need_root
unshare -m true 2>/dev/null || skip 'mount(8) was not tried: unshare(2) is not permitted'
mkdir "$WORK/sbin" "$WORK/sbin.work"
echo "$CATALOG $MNT lancefs rw,noatime,allow_other,nofail 0 0" >"$WORK/fstab"
cat >"$WORK/inside" <<'E'
set -e
mount -t overlay overlay -o "lowerdir=/sbin,upperdir=$WORK/sbin,workdir=$WORK/sbin.work" /sbin 2>/dev/null ||
        { echo 'no overlay' && exit 77; }
ln -s "$(readlink -f "$LANCEFS")" /sbin/mount.lancefs
mount -T "$WORK/fstab" "$MNT"
[ -d "$MNT/prod" ]
grep -F " $MNT fuse.lancefs " /proc/mounts | grep noatime | grep -q allow_other
umount "$MNT"
mount -t lancefs -o ro "$CATALOG" "$MNT"
[ -d "$MNT/prod" ]
if mkdir "$MNT/new" 2>/dev/null; then exit 1; fi
umount "$MNT"
if mount -t lancefs -o nonsense "$CATALOG" "$MNT"; then exit 1; fi
E
_run env MNT="$MNT" CATALOG="$CATALOG" WORK="$WORK" unshare -m sh "$WORK/inside"
case $_status in
0) expect_says "there is no option 'nonsense'" ;;
77) echo 'mount(8) was not tried: no overlay filesystem' ;;
*) cat "$WORK/out" && fail "mount(8): status $_status" ;;
esac
rm -rf "$WORK/sbin.work"

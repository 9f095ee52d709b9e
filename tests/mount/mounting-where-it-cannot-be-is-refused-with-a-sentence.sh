#!/bin/sh
# The sentence says what is wrong and what to do; the exit status is 2 for a bad command line, 3 for
# what cannot be done; and nothing is left mounted or running.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_fuse

# refused STATUS WORDS ARGUMENT...
refused()
{
        _refused_status=$1
        _refused_words=$2
        shift 2
        expect_status "$_refused_status" "$LANCEFS" mount "$@"
        expect_says "$_refused_words"
        head -n 1 "$WORK/out" | grep -q '^lancefs: ' || fail "it does not say who speaks: $*"
        expect_eq '' "$(_mounts_below "$WORK")" "mounted: $*"
}

# The mount point
refused 3 "'$WORK/none' is not there: make it with mkdir" "$CATALOG" "$WORK/none"
: >"$WORK/file"
refused 3 "'$WORK/file' is no directory" "$CATALOG" "$WORK/file"
mkdir -p "$WORK/full/d"
refused 3 "'$WORK/full' is not empty" "$CATALOG" "$WORK/full"
expect_says '-o nonempty'
refused 3 "$WORK/file/d" "$CATALOG" "$WORK/file/d"
ln -s loop "$WORK/loop"
refused 3 "$WORK/loop" "$CATALOG" "$WORK/loop"
[ ! -e "$CATALOG" ] || fail 'a refused mount made the catalog'

# The catalog
refused 3 "$WORK/file" "$WORK/file" "$MNT"
refused 3 "$WORK/no/such" "$WORK/no/such/catalog" "$MNT"
mkdir "$WORK/garbage"
yes garbage | head -c 100000 >"$WORK/garbage/catalog.db"
cp "$WORK/garbage/catalog.db" "$WORK/garbage.copy"
refused 3 "$WORK/garbage" "$WORK/garbage" "$MNT"
check 'the garbage is as it was' cmp "$WORK/garbage/catalog.db" "$WORK/garbage.copy"
refused 3 'gopher' gopher://host "$MNT"

# The command line
refused 2 'a catalog and a mount point are needed'
refused 2 'a catalog and a mount point are needed' "$CATALOG"
refused 2 'a catalog and a mount point are needed' "$CATALOG" "$MNT" more
refused 2 "the catalog has no name: it is ''" '' "$MNT"
refused 2 "the mount point has no name: it is ''" "$CATALOG" ''
refused 2 "there is no option 'nonsense'" -o nonsense "$CATALOG" "$MNT"
refused 2 "there is no option 'rw2'" -o ro,rw2 "$CATALOG" "$MNT"
refused 2 "'cache'" -o cache= "$CATALOG" "$MNT"
refused 2 "'cache'" -o cache=-1 "$CATALOG" "$MNT"
refused 2 "'cache'" -o cache=nan "$CATALOG" "$MNT"
refused 2 "'cache'" -o cache=5x "$CATALOG" "$MNT"
refused 2 "'umask'" -o umask=8 "$CATALOG" "$MNT"
refused 2 "'umask'" -o umask=1000 "$CATALOG" "$MNT"
refused 2 "'uid'" -o uid=root "$CATALOG" "$MNT"
refused 2 "'uid'" -o uid=-1 "$CATALOG" "$MNT"
refused 2 "'gid'" -o gid=99999999999 "$CATALOG" "$MNT"
refused 2 "'gid'" -o gid= "$CATALOG" "$MNT"
refused 2 'cannot be changed' -o remount "$CATALOG" "$MNT"
refused 2 '-x' -x "$CATALOG" "$MNT"
refused 2 '--nonsense' --nonsense "$CATALOG" "$MNT"
refused 2 '-o' "$CATALOG" "$MNT" -o
expect_says "lancefs help mount"
[ ! -e "$CATALOG" ] || fail 'a refused mount made the catalog'
expect_ok "$LANCEFS" mount --help
expect_says 'CATALOG MOUNTPOINT'

# Mounted already: by us, by another
mount_fs "$CATALOG"
for place in "$MNT" "$MNT/" "$WORK/./mnt" mnt; do
        cd "$WORK"
        expect_status 3 "$LANCEFS" mount "$CATALOG" "$place"
        expect_says 'is mounted on'
        expect_says 'unmount it first'
        cd /
done
expect_eq 1 "$(_mounts_below "$WORK" | wc -l)" mounts
expect dir stat "$MNT/.lancefs" type
umount_fs

# Over a directory with something in it when asked to: it is there again afterwards.
mount_fs "$CATALOG" nonempty "$WORK/full"
expect_names "$WORK/full" .lancefs .namespace.json
umount_fs "$WORK/full"
expect_names "$WORK/full" d

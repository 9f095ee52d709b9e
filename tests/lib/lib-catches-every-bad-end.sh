#!/bin/sh
# lib.sh itself: tests that must fail do, and nothing is left of any of them. A shell script that
# mounts a tmpfs stands in for the daemon.
. "$(dirname "$0")/lib.sh"

need_root
lib=$(CDPATH='' cd "$(dirname "$0")" && pwd)/lib.sh
mount -t tmpfs probe "$MNT" 2>/dev/null || skip "cannot mount a tmpfs"
umount "$MNT"

cat >"$WORK/stand-in" <<'EOF'
#!/bin/sh
# mount -f [-o OPTIONS] CATALOG MOUNTPOINT
eval "mountpoint=\${$#}"
case ${STAND_IN:-} in
never) exec sleep 60 ;;
early) echo 'the catalog is newer than this program' && exit 4 ;;
report) echo 'x.c:1:2: runtime error: shift exponent 64 is too large' ;;
lost) echo 'WARNING: ThreadSanitizer: data race' >"${TSAN_OPTIONS##*log_path=}.1" ;;
esac
mount -t tmpfs stand-in "$mountpoint"
trap 'umount "$mountpoint" && exit ${STAND_IN_STATUS:-0}' TERM INT
while grep -qF " $mountpoint " /proc/self/mountinfo; do sleep 0.02; done
exit "${STAND_IN_STATUS:-0}"
EOF
chmod +x "$WORK/stand-in"
mkdir -p "$WORK/a/b" "$WORK/tmp"

# ends STATUS WORDS, with the test on standard input
# It ends so, says the words, and leaves no mount, no process and no file.
ends()
{
        {
                echo ". '$lib'"
                echo ": >\"\$_state/fuse\"" # the stand-in needs no /dev/fuse
                cat
        } >"$WORK/a/b/inner.sh"
        expect_status "$1" env LANCEFS="$WORK/stand-in" TMPDIR="$WORK/tmp" \
                LNS_TEST_DEADLINE="${deadline:-10}" sh "$WORK/a/b/inner.sh"
        [ -z "$2" ] || expect_says "$2"
        expect_names "$WORK/tmp"
        expect_eq "$WORK" "${WORK}$(_mounts_below "$WORK/tmp")" "mounts left"
        expect_eq 0 "$(grep -lsF -- "LNS_TEST_WORK=$WORK/tmp" /proc/[0-9]*/environ | wc -l)" \
                "processes left"
}

# Good ends
ends 0 'fine' <<'EOF'
mount_fs "$WORK/catalog" ro
expect 0 mkdir "$MNT/d"
expect_names "$MNT" d
umount_fs
expect_names "$MNT"
mount_fs "$WORK/catalog" '' "$WORK/second"
mount_fs "$WORK/catalog" '' "$WORK/third place"
expect 0 mkdir "$WORK/third place/d"
stop_fs INT "$WORK/second"
mount_fs "$WORK/catalog"
stop_fs
mount_fs "$WORK/catalog"
kill_fs
mount_fs "$WORK/catalog"
echo fine
EOF
ends 77 'skip: no-such-program is not installed' <<'EOF'
mount_fs "$WORK/catalog"
need sh no-such-program
EOF

# Expectations that do not hold
ends 1 "'EEXIST', not '0'" <<'EOF'
mount_fs "$WORK/catalog"
expect 0 mkdir "$MNT/d"
expect 0 mkdir "$MNT/d"
EOF
ends 1 'not true: the sun is cold' <<'EOF'
check 'the sun is cold' false
EOF
ends 1 "'b', not 'a'" <<'EOF'
expect_eq a b
EOF
ends 1 'other content' <<'EOF'
printf '100%%\n7' >"$WORK/f"
expect_content "$WORK/f" '100%\n7'
expect_content "$WORK/f" '100%\n7\n'
EOF
ends 1 'other names' <<'EOF'
: >"$MNT/f"
expect_names "$MNT" f
expect_names "$MNT"
EOF
ends 1 'true succeeded' <<'EOF'
expect_fail false
expect_fail true
EOF
ends 1 'ended with status 137' <<'EOF'
expect_fail sh -c 'kill -KILL $$'
EOF
ends 1 "did not say 'moon'" <<'EOF'
expect_ok echo 'the sun'
expect_says sun
expect_says moon
EOF
ends 1 'not true after 1 s: test -e' <<'EOF'
(sleep 0.1 && : >"$WORK/f") &
eventually 5 test -e "$WORK/f"
eventually 1 test -e "$WORK/none"
EOF
ends 1 'not: 0' <<'EOF'
(expect ENOENT mkdir "$WORK/d") | cat
echo 'not: 0'
EOF
ends 2 'nonsense' <<'EOF'
sh -c 'echo nonsense; exit 2'
EOF

# Daemons that end badly, or do not
ends 1 'ended with status 4' <<'EOF'
export STAND_IN=early
mount_fs "$WORK/catalog"
EOF
expect_says 'newer than this program'
deadline=1 ends 1 'no mount answers' <<'EOF'
export STAND_IN=never
mount_fs "$WORK/catalog"
EOF
ends 1 'the daemon ended with status 3' <<'EOF'
export STAND_IN_STATUS=3
mount_fs "$WORK/catalog"
EOF
ends 1 'the daemon ended with status 3' <<'EOF'
export STAND_IN_STATUS=3
mount_fs "$WORK/catalog"
stop_fs
EOF
ends 1 'the daemon ended with status 137' <<'EOF'
mount_fs "$WORK/catalog"
kill -KILL "$DAEMON_PID"
EOF
ends 1 "a sanitizer's report is in log" <<'EOF'
export STAND_IN=report
mount_fs "$WORK/catalog"
umount_fs
EOF
ends 1 'a sanitizer reported' <<'EOF'
export STAND_IN=lost
mount_fs "$WORK/catalog"
umount_fs
EOF

# Things left behind
deadline=1
ends 1 'left running' <<'EOF'
sleep 61 &
EOF
ends 1 'could not unmount' <<'EOF'
mount_fs "$WORK/catalog"
cd "$MNT"
sleep 61 &
EOF
ends 143 '' <<'EOF'
mount_fs "$WORK/catalog"
kill -TERM $$
sleep 61
EOF

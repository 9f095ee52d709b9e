# shellcheck shell=sh
#
# What the shell tests stand on. A test begins with
#
#     . "$(dirname "$0")/../lib/lib.sh"
#
# and has then, in a place of its own that goes away when it ends:
#
#     WORK            a directory for its files
#     MNT             $WORK/mnt, where mount_fs mounts
#     LANCEFS, SYS    the programs under test and for the test, from the environment
#
# It passes by reaching its end, fails by any other exit, and skips by skip(). At the end, whichever
# it is, what it mounted is unmounted and what it started is gone. A daemon that ended badly, a
# sanitizer's report from any process, or a process left behind makes it fail.
#
# Names that begin with _ are its own. LNS_TEST_KEEP=1 keeps $WORK; LNS_TEST_DEADLINE is how many
# seconds anything may take (30).

set -eu

_top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)
: "${LANCEFS:=$_top/build/lancefs}" "${SYS:=$_top/build/tests/lib/sys}"
: "${LNS_TEST_DEADLINE:=30}" "${LNS_TEST_KEEP:=}"
export LANCEFS SYS LNS_TEST_DEADLINE

if ! [ -x "$SYS" ]; then
        echo "error: no program at SYS=$SYS; run tests through meson, or build first" >&2
        exit 99
fi

umask 022
# shellcheck disable=SC3045 # dash and bash have it
ulimit -c 0
export LC_ALL=C.UTF-8 TZ=UTC

WORK=$(mktemp -d "${TMPDIR:-/tmp}/lancefs-test.XXXXXX")
WORK=$(CDPATH='' cd "$WORK" && pwd -P)
MNT=$WORK/mnt
_state=$WORK/.state
chmod 755 "$WORK" # other users, whose rights some tests are about, must get to the mount
mkdir "$MNT" "$_state"
_mount_count=0
# For what should take no time, when what stands in the way may be about to end.
_soon=$((LNS_TEST_DEADLINE < 5 ? LNS_TEST_DEADLINE : 5))

# The name by which the processes of this test are found again: children inherit it, we do not
# have it ourselves.
export LNS_TEST_WORK="$WORK"

# A daemon in the background has nowhere to print a report, so reports go to files.
for _name in ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS LSAN_OPTIONS; do
        eval "export $_name=\"\${$_name:+\$$_name:}log_path=\$WORK/sanitizer\""
done

# --- How a test ends ------------------------------------------------------------------------------

# fail MESSAGE...
# Ends the test. From a subshell or a pipeline too: the file makes the whole test fail.
fail()
{
        echo "FAILED: $*" >&2
        : >"$_state/failed"
        exit 1
}

# skip REASON...
skip()
{
        echo "skip: $*"
        exit 77
}

# need PROGRAM...
# Skips where one of the programs is not installed.
need()
{
        for _name; do
                command -v "$_name" >/dev/null || skip "$_name is not installed"
        done
}

# need_root
need_root()
{
        [ "$(id -u)" -eq 0 ] || skip "needs root"
}

# need_fuse
# mount_fs calls it; tests that call "lancefs mount" themselves do too.
need_fuse()
{
        [ ! -e "$_state/fuse" ] || return 0
        _errno=$("$SYS" can-mount "$MNT") || skip "no FUSE filesystem can be mounted here: $_errno"
        command -v fusermount3 >/dev/null || skip "fusermount3 is not installed"
        : >"$_state/fuse"
}

_cleanup()
{
        _status=$?
        trap '' HUP INT TERM
        trap - EXIT
        set +e
        cd /

        [ "$_status" -eq 0 ] || [ "$_status" -eq 77 ] || : >"$_state/failed"
        # Whoever sends a signal does not wait for long: meson kills after half a second.
        [ "$_status" -le 128 ] || { LNS_TEST_DEADLINE=0 && _soon=0; }
        for _pid_file in "$_state"/*.pid; do
                [ ! -e "$_pid_file" ] || _end_daemon "${_pid_file%.pid}"
        done
        for _left in $(_mounts_below "$WORK"); do
                _left=$(printf '%b' "$_left")
                _unmount "$_left" || _unmount_by_force "$_left"
        done
        _end_strays
        _look_for_reports

        if [ -e "$_state/failed" ]; then
                [ "$_status" -ne 0 ] && [ "$_status" -ne 77 ] || _status=1
                for _log in "$WORK"/log*; do
                        [ ! -s "$_log" ] || { echo "--- ${_log##*/}" && tail -n 100 "$_log"; } >&2
                done
        fi
        if [ -n "$LNS_TEST_KEEP" ]; then
                echo "kept: $WORK" >&2
        elif [ -z "$(_mounts_below "$WORK")" ]; then
                rm -rf "$WORK"
        fi
        exit "$_status"
}

_complain()
{
        echo "FAILED: $*" >&2
        : >"$_state/failed"
}

# Unmounts and ends a daemon that the test left running, which is how most tests end.
_end_daemon()
{
        _pid=$(cat "$1.pid")
        _mnt=$(cat "$1.mnt")
        if ! _unmount "$_mnt"; then
                [ "$_status" -gt 128 ] || _complain "could not unmount $_mnt: $_error"
                _unmount_by_force "$_mnt"
        fi
        if ! _wait_for_end "$_pid"; then
                [ "$_status" -gt 128 ] || _complain "the daemon did not end after the unmount"
                kill -TERM "$_pid"
                LNS_TEST_DEADLINE=1 _wait_for_end "$_pid" || kill -KILL "$_pid"
        fi
        wait "$_pid"
        _daemon_status=$?
        [ "$_daemon_status" -eq 0 ] || [ "$_status" -gt 128 ] ||
                _complain "the daemon ended with status $_daemon_status"
        rm -f "$1".*
}

# Processes of this test that still run. Daemons that went to the background may be about to end.
_end_strays()
{
        _deadline=$(($(date +%s) + _soon))
        while _strays=$(_processes) && [ "$(date +%s)" -lt "$_deadline" ]; do
                sleep 0.05
        done
        for _pid in $_strays; do
                _command=$(tr '\0' ' ' <"/proc/$_pid/cmdline" 2>/dev/null) || continue
                [ "$_status" -gt 128 ] || _complain "left running: $_pid $_command"
                kill -KILL "$_pid" 2>/dev/null
        done
}

_processes()
{
        _found=$(env -u LNS_TEST_WORK grep -lsF -- "LNS_TEST_WORK=$WORK" /proc/[0-9]*/environ)
        _found=$(echo "$_found" | sed -n 's,^/proc/\([0-9]*\)/environ$,\1,p')
        echo "$_found"
        [ -n "$_found" ]
}

_look_for_reports()
{
        for _report in "$WORK"/sanitizer.*; do
                [ -s "$_report" ] || continue
                _complain "a sanitizer reported:"
                head -n 100 "$_report" >&2
        done
        _pattern='(Address|Leak|Thread|Memory)Sanitizer|runtime error:'
        for _log in "$WORK"/log*; do
                [ -e "$_log" ] || continue
                ! grep -qE "$_pattern" "$_log" || _complain "a sanitizer's report is in ${_log##*/}"
        done
}

trap _cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# --- Mounts and daemons ---------------------------------------------------------------------------

# Field 5 of mountinfo, with its octal escapes.
_mounts_below()
{
        awk -v below="$1/" 'index($5 "/", below) == 1 { print $5 }' /proc/self/mountinfo
}

_is_mounted()
{
        _escaped=$(printf '%s' "$1" | sed 's/\\/\\134/g; s/ /\\040/g')
        grep -qF -- " $_escaped " /proc/self/mountinfo
}

# Not kill -0, which finds a process that has ended and was not waited for.
_runs()
{
        case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null || :) in
        '' | Z* | X*) return 1 ;;
        esac
}

_wait_for_end()
{
        _deadline=$(($(date +%s) + LNS_TEST_DEADLINE))
        while _runs "$1"; do
                [ "$(date +%s)" -lt "$_deadline" ] || return 1
                sleep 0.02
        done
}

# Asks for some seconds: a process that ends may hold a file of the mount for a moment longer.
_unmount()
{
        _deadline=$(($(date +%s) + _soon))
        while _is_mounted "$1"; do
                _error=$(fusermount3 -u "$1" 2>&1) || _error=$(umount "$1" 2>&1) || :
                _is_mounted "$1" || break
                [ "$(date +%s)" -lt "$_deadline" ] || return 1
                sleep 0.05
        done
}

_unmount_by_force()
{
        fusermount3 -uz "$1" 2>/dev/null || umount -l "$1" 2>/dev/null || :
}

# The state of what is mounted there: $_daemon is the beginning of its files' names.
_find_daemon()
{
        for _pid_file in "$_state"/*.pid; do
                _daemon=${_pid_file%.pid}
                [ ! -e "$_daemon.mnt" ] || [ "$(cat "$_daemon.mnt")" != "$1" ] || return 0
        done
        fail "mount_fs has mounted nothing on $1"
}

_answers()
{
        _is_mounted "$1" && timeout -s KILL 10 "$SYS" stat "$1" type >/dev/null 2>&1
}

# mount_fs CATALOG [OPTIONS [MOUNTPOINT]]
# Mounts and waits until the mount answers. DAEMON_PID is the daemon.
mount_fs()
{
        need_fuse
        _catalog=$1
        _options=${2:-}
        _mnt=${3:-$MNT}
        _mount_count=$((_mount_count + 1))
        _log=$WORK/log
        [ "$_mount_count" -eq 1 ] || _log=$WORK/log.$_mount_count
        _daemon=$_state/$_mount_count

        mkdir -p "$_mnt"
        set -- mount -f
        [ -z "$_options" ] || set -- "$@" -o "$_options"
        # A shell starts what is in the background with SIGINT ignored; the daemon has to see it.
        env --default-signal=INT,QUIT "$LANCEFS" "$@" "$_catalog" "$_mnt" \
                </dev/null >"$_log" 2>&1 &
        DAEMON_PID=$!
        echo "$_mnt" >"$_daemon.mnt"
        echo "$DAEMON_PID" >"$_daemon.pid"

        _deadline=$(($(date +%s) + LNS_TEST_DEADLINE))
        until _answers "$_mnt"; do
                if ! _runs "$DAEMON_PID"; then
                        rm -f "$_daemon".*
                        wait "$DAEMON_PID" || fail "lancefs mount ended with status $?"
                        fail "lancefs mount -f ended at once, with status 0"
                fi
                [ "$(date +%s)" -lt "$_deadline" ] ||
                        fail "no mount answers on $_mnt after $LNS_TEST_DEADLINE seconds"
                sleep 0.02
        done
}

# umount_fs [MOUNTPOINT]
# Unmounts and waits until the daemon has ended, which it must do with status 0.
umount_fs()
{
        _mnt=${1:-$MNT}
        _find_daemon "$_mnt"
        _unmount "$_mnt" || fail "could not unmount $_mnt: $_error"
        _reap 0
}

# stop_fs [SIGNAL [MOUNTPOINT]]
# Sends SIGTERM or the signal: the daemon must unmount and end with status 0.
stop_fs()
{
        _mnt=${2:-$MNT}
        _find_daemon "$_mnt"
        kill -"${1:-TERM}" "$(cat "$_daemon.pid")"
        _reap 0
        ! _is_mounted "$_mnt" || fail "the daemon ended at SIG${1:-TERM} and left $_mnt mounted"
}

# kill_fs [MOUNTPOINT]
# A crash: kills with SIGKILL and clears the dead mount away.
kill_fs()
{
        _mnt=${1:-$MNT}
        _find_daemon "$_mnt"
        kill -KILL "$(cat "$_daemon.pid")"
        _reap 137
        _unmount_by_force "$_mnt"
        ! _is_mounted "$_mnt" || fail "could not unmount $_mnt after a crash"
}

_reap()
{
        _pid=$(cat "$_daemon.pid")
        _wait_for_end "$_pid" || fail "the daemon still runs after $LNS_TEST_DEADLINE seconds"
        _daemon_status=0
        wait "$_pid" 2>/dev/null || _daemon_status=$?
        rm -f "$_daemon".*
        [ "$_daemon_status" -eq "$1" ] || fail "the daemon ended with status $_daemon_status"
}

# --- Expectations ---------------------------------------------------------------------------------

# expect RESULT STEP...
# What the sys program says; the answers of several steps are separated by spaces:
#     expect ENOTEMPTY rmdir "$MNT/prod"
#     expect '0 EINVAL 0' open "$MNT/users.lance/tags/gold" O_WRONLY : write 'abc\n' : close
expect()
{
        _want=$1
        shift
        _status=0
        _got=$("$SYS" "$@") || _status=$?
        [ "$_status" -le 1 ] || fail "sys $*: status $_status"
        _got=$(printf '%s' "$_got" | tr '\n' ' ')
        [ "$_got" = "$_want" ] || fail "$* → '$_got', not '$_want'"
}

# expect_eq WANT GOT [WHAT]
expect_eq()
{
        [ "$1" = "$2" ] || fail "${3:+$3: }'$2', not '$1'"
}

# expect_content FILE TEXT
# All of the file, to the byte; TEXT has the escapes of printf.
expect_content()
{
        # shellcheck disable=SC2059 # the text is a format, but for its %
        printf "$(printf '%s' "$2" | sed 's/%/%%/g')" >"$_state/want"
        cat -- "$1" >"$_state/got" || fail "cannot read $1"
        cmp -s "$_state/want" "$_state/got" || {
                diff -u "$_state/want" "$_state/got" >&2 || :
                fail "$1 has other content"
        }
}

# expect_names DIRECTORY [NAME...]
# Exactly these names, in any order.
expect_names()
{
        _directory=$1
        shift
        for _name; do
                printf '%s\n' "$_name"
        done | sort >"$_state/want"
        "$SYS" readdir "$_directory" >"$_state/got" || fail "cannot list $_directory"
        sort -o "$_state/got" "$_state/got"
        cmp -s "$_state/want" "$_state/got" || {
                diff -u "$_state/want" "$_state/got" >&2 || :
                fail "$_directory has other names"
        }
}

_run()
{
        _status=0
        "$@" >"$WORK/out" 2>&1 || _status=$?
}

# expect_ok COMMAND...
# Its output is in $WORK/out, for expect_says.
expect_ok()
{
        _run "$@"
        [ "$_status" -eq 0 ] || { cat "$WORK/out" >&2 && fail "$* ended with status $_status"; }
}

# expect_fail COMMAND...
# The command reports a failure by its exit status; dying of a signal is no report.
expect_fail()
{
        _run "$@"
        [ "$_status" -ne 0 ] || { cat "$WORK/out" >&2 && fail "$* succeeded"; }
        [ "$_status" -le 125 ] || { cat "$WORK/out" >&2 && fail "$* ended with status $_status"; }
}

# expect_status STATUS COMMAND...
expect_status()
{
        _want=$1
        shift
        _run "$@"
        [ "$_status" -eq "$_want" ] ||
                { cat "$WORK/out" >&2 && fail "$* ended with status $_status, not $_want"; }
}

# expect_says TEXT
# The command of the last expect_ok, expect_fail or expect_status printed it.
expect_says()
{
        grep -qF -- "$1" "$WORK/out" || { cat "$WORK/out" >&2 && fail "it did not say '$1'"; }
}

# check SENTENCE COMMAND...
# The command succeeds, or the sentence is not true.
check()
{
        _sentence=$1
        shift
        "$@" || fail "not true: $_sentence"
}

# eventually SECONDS COMMAND...
# The command succeeds before the deadline.
eventually()
{
        _seconds=$1
        _until=$(($(date +%s%N) + _seconds * 1000000000))
        shift
        until "$@"; do
                [ "$(date +%s%N)" -lt "$_until" ] || fail "not true after $_seconds s: $*"
                sleep 0.01
        done
}

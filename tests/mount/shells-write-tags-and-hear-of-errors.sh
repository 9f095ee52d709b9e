#!/bin/sh
# No shell hears of an error of close(2), so only what write(2) can refuse gives an exit status.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$T/tags"
errors=$MNT/.lancefs/errors

# try RESULT VALUE COMMAND
# The tag gold is 1; the shell runs the command in tags/, with status 0 or not; gold is VALUE, and
# nothing else is there.
try()
{
        echo 1 >gold
        rm -f new
        # shellcheck disable=SC2086 # busybox sh
        _run $shell -c "$3"
        case $1 in
        ok) [ "$_status" -eq 0 ] || { cat "$WORK/out" && fail "$shell -c '$3': status $_status"; } ;;
        bad) [ "$_status" -ne 0 ] || fail "$shell -c '$3' succeeded" ;;
        esac
        [ "$(cat gold)" = "$2" ] || fail "$shell -c '$3': gold is $(cat gold), not $2"
        rm -f new
        expect_tags gold
}

ran=
for shell in bash dash zsh 'busybox sh'; do
        command -v "${shell%% *}" >/dev/null || continue
        ran="$ran, $shell"

        try ok 2 'echo 2 >gold'
        try ok 2 'printf 2 >gold'
        try ok 2 'printf "2\n" >gold'
        try ok 2 'echo 2 >|gold'
        try ok 2 'echo 2 1<>gold'
        try ok 2 'echo 2 | cat >gold'
        try ok 2 'exec 3>gold; echo 2 >&3; exec 3>&-'
        try ok 2 'exec 3>gold; exec 4>&3; exec 3>&-; echo 2 >&4; exec 4>&-'
        try ok 2 '{ printf 2; echo; } >gold'
        try ok 2 '(echo 2) >gold'
        try ok 2 '{ sleep 0; echo 2; } >gold'
        try ok 2 'cat >gold <<E
2
E'
        try ok 3 'echo latest >gold'
        try ok 2 'echo 2 >new; read v <new; echo $v >gold'
        try ok 2 'set -C; echo 2 >new; cat new >|gold'
        try ok 2 'echo 2 >>new; mv new gold'
        try ok 2 'read v <gold; echo $((v + 1)) >gold'

        # Nothing written, nothing changed
        try ok 1 ': >gold'
        try ok 1 'true >new'
        try ok 1 'false >gold; :'
        try ok 1 ': >>gold'

        # Noclobber: create or nothing
        try bad 1 'set -C; echo 2 >gold'
        try ok 1 'set -C; echo 2 >new; test "$(cat new)" = 2'

        # What write(2) refuses
        try bad 1 'echo abc >gold'
        try bad 1 'printf abc >gold'
        try bad 1 'echo 99 >gold'
        try bad 1 'echo -1 >gold'
        try bad 1 'echo 2 3 >gold'
        try bad 1 'echo abc >new'
        try bad 1 'echo 99 >new'
        try bad 1 'echo abc 1<>gold'
        try bad 1 'echo 2 >>gold'
        try bad 2 '{ echo 2; echo 3; } >gold'

        # What only close(2) can refuse: no change, and it is in the log of errors
        before=$(wc -l <"$errors")
        try any 1 'printf 99 >gold'
        expect_eq $((before + 1)) "$(wc -l <"$errors")" errors
        tail -n 1 "$errors" | grep -q '"operation":"close".*"errno":"ENOENT"' ||
                fail "the last error is $(tail -n 1 "$errors")"
done
cd /
echo "with ${ran#, }"

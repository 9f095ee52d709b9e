#!/usr/bin/env bash
# Looks for mistakes without running anything.
#
#     scripts/lint.sh [-p BUILD_DIRECTORY] [--no-build] [TOOL]...
#
# Tools: includes, format, shellcheck, cppcheck, clang-tidy; all of them by default. The last two
# need a build directory (default: build), which is made and brought up to date unless --no-build.
# Exit status 1 when a tool finds something, 77 when all that ran is content but one is not
# installed. Where $CI is set, a tool that is not installed is a failure.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
build=build
make_build=yes
tools=()
while [ $# -gt 0 ]; do
        case $1 in
        -p) build=${2:?-p needs a directory} && shift ;;
        --no-build) make_build=no ;;
        includes | format | shellcheck | cppcheck | clang-tidy) tools+=("$1") ;;
        *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
        esac
        shift
done
[ ${#tools[@]} -gt 0 ] || tools=(includes format shellcheck cppcheck clang-tidy)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
jobs=$(nproc)

# need PROGRAM: status 77, and a word about it, when it is not there.
need()
{
        command -v "$1" >/dev/null && return
        echo "skip: $1 is not installed"
        return 77
}

# The project's files, as git knows them: committed, staged or new, but not ignored.
project_files()
{
        git ls-files -z -co --exclude-standard "$@" |
                while IFS= read -r -d '' file; do
                        [ ! -f "$file" ] || printf '%s\0' "$file"
                done
}

bring_up_to_date()
{
        [ -e "$build/build.ninja" ] || meson setup "$build" || return 1
        meson compile -C "$build"
}

# Leaves one compile command for each of our C files, in $work/compile_commands.json, and the files
# themselves in $work/files. A file that no target is built from cannot be checked, so it is named.
compile_commands()
{
        [ ! -e "$work/files" ] || return 0
        if [ "$make_build" = yes ] && ! bring_up_to_date >"$work/build.log" 2>&1; then
                tail -n 30 "$work/build.log"
                return 1
        fi
        project_files '*.c' | python3 -c '
import json, os, sys
build, work = sys.argv[1:]
ours = [f for f in sys.stdin.read().split("\0") if f]
commands = {}
for command in json.load(open(build + "/compile_commands.json")):
    path = os.path.join(command["directory"], command["file"])
    commands.setdefault(os.path.relpath(os.path.realpath(path)), command)
for f in ours:
    if f not in commands:
        print("not in the build, so not checked:", f)
with open(work + "/compile_commands.json", "w") as out:
    json.dump([commands[f] for f in ours if f in commands], out)
with open(work + "/files", "w") as out:
    out.write("".join(f + "\0" for f in ours if f in commands))
' "$build" "$work"
}

lint_includes()
{
        scripts/check-includes.sh
}

lint_format()
{
        scripts/format.sh --check
}

lint_shellcheck()
{
        need shellcheck || return
        local scripts=() file line
        while IFS= read -r -d '' file; do
                IFS= read -r line <"$file" || :
                case $file:$line in
                *.sh:* | *:'#!'*/sh | *:'#!'*[/\ ]sh\ * | *:'#!'*[/\ ]bash* | *:'#!'*[/\ ]dash*)
                        scripts+=("$file")
                        ;;
                esac
        done < <(project_files)
        # -P: a test names lib.sh from its own place. 2119 and 2120: functions whose arguments can
        # be left out.
        printf '%s\0' "${scripts[@]}" |
                xargs -0r -P "$jobs" -n 10 shellcheck -x -P SCRIPTDIR -e SC2119,SC2120 || return 1
        echo "${#scripts[@]} scripts"
}

lint_cppcheck()
{
        need cppcheck && compile_commands || return
        # shellcheck disable=SC2054 # the comma is cppcheck's
        local arguments=(
                --project="$work/compile_commands.json"
                --cppcheck-build-dir="$build/cppcheck" # so that the next run is short
                -j "$jobs" --quiet --inline-suppr --error-exitcode=1
                --enable=warning,performance,portability --library=posix --library=gnu
                # It does not see what cleanup_() releases.
                --suppress=memleak --suppress=resourceLeak
                # It means "if (*at) return *at;".
                --suppress=identicalInnerCondition
                # It is safe where no two threads read one directory stream.
                --suppress=readdirCalled
                # It does not know that cmocka's assertions do not return.
                --suppress='nullPointerRedundantCheck:*/tests/*'
                --suppress="*:*/$(basename "$build")/*"
        )
        mkdir -p "$build/cppcheck"
        cppcheck "${arguments[@]}"
}

lint_clang_tidy()
{
        need clang-tidy && compile_commands || return
        # One file each: what it says of several at once comes out interleaved.
        # shellcheck disable=SC2016 # for the inner shell
        xargs -0r -P "$jobs" -n 1 sh -c '
                out=$(clang-tidy --quiet -p "$0" --extra-arg=-Wno-unknown-warning-option "$1" 2>&1)
                status=$?
                [ $status -eq 0 ] || printf "%s\n" "$out" | grep -v "warnings generated\.$"
                exit $status' "$work" <"$work/files"
}

# A tool's findings are printed by itself; here is said how it ended.
failed=0
skipped=0
for tool in "${tools[@]}"; do
        SECONDS=0
        status=0
        "lint_${tool//-/_}" || status=$?
        if [ $status -eq 0 ]; then
                echo "$tool: ok ($SECONDS s)"
        elif [ $status -eq 77 ] && [ -z "${CI:-}" ]; then
                echo "$tool: skipped"
                skipped=1
        else
                echo "$tool: FAILED ($SECONDS s)"
                failed=1
        fi
done
[ $failed -eq 0 ] || exit 1
[ $skipped -eq 0 ] || exit 77

#!/bin/sh
# Installs what is missing to build, test and lint lancefs on Debian 12 or newer.
#
#     scripts/install-deps.sh [build] [test] [lint]       default: all three
#
# Or sourced, for its function: . scripts/install-deps.sh && install_deps build
#
# Nothing is asked, and nothing is fetched where all is there already. Needs root or sudo only where
# something is missing.

# shellcheck disable=SC2086 # the lists are words

deps_build='gcc libc6-dev meson ninja-build pkg-config libfuse3-dev fuse3 libsqlite3-dev
        libjansson-dev libcmocka-dev'

# clang and the runtime of its sanitizers, what the tests run on files of a mount, and what the
# scripts use. What every Debian has is not named.
deps_test='clang libclang-rt-dev acl attr busybox ed git jq mount perl procps python3 rsync sqlite3
        strace vim zsh'

deps_lint='clang-tidy clang-format cppcheck shellcheck git python3'

# install_deps GROUP...
install_deps()
{
        _packages=
        for _group; do
                case $_group in
                build) _packages="$_packages $deps_build" ;;
                test) _packages="$_packages $deps_test" ;;
                lint) _packages="$_packages $deps_lint" ;;
                *)
                        echo "install-deps: no group '$_group'; there are build, test and lint" >&2
                        return 2
                        ;;
                esac
        done

        if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
                echo "install-deps: no apt-get here; install by hand what is missing of" \
                        "$_packages" >&2
                return 0
        fi

        _missing=$(_missing_deps)
        [ -n "$_missing" ] || return 0
        echo "install-deps: installing" $_missing >&2

        _sudo=
        if [ "$(id -u)" -ne 0 ]; then
                if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null && ! [ -t 0 ]; then
                        echo "install-deps: to install packages, run this as root, or as somebody" \
                                "who may use sudo:" $_missing >&2
                        return 1
                fi
                _sudo=sudo
        fi
        _apt update || : # one broken source of several need not matter
        _apt install $_missing && return 0

        _missing=$(_missing_deps)
        [ -n "$_missing" ] || return 0
        echo "install-deps: apt-get could not install" $_missing >&2
        return 1
}

_missing_deps()
{
        # What is not known at all is an error of dpkg-query, and missing all the same.
        _installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $_packages \
                2>/dev/null) || :
        for _package in $_packages; do
                echo "$_installed" | grep -qxF "installed $_package" || echo "$_package"
        done | sort -u
}

# Tries twice: mirrors are sometimes being changed, and networks slow.
_apt()
{
        for _try in 1 2; do
                $_sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
                        -o DPkg::Lock::Timeout=120 "$@" --no-install-recommends \
                        </dev/null >&2 && return 0
                [ "$_try" -eq 2 ] || sleep 5
        done
        return 1
}

case ${0##*/} in
install-deps.sh)
        [ $# -gt 0 ] || set -- build test lint
        install_deps "$@"
        ;;
esac

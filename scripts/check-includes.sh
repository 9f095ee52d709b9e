#!/bin/sh
# Checks that every layer includes only what it may, that each third-party header stays in its one
# home, and that our own headers are named from the root of their layer.
#
#     scripts/check-includes.sh [DIRECTORY]       the tree to check; default: this one
#
# docs/architecture.md explains the layers; the tables below are the rule.
set -eu

cd "${1:-$(dirname "$0")/..}"

# Below include/, src/, fs/ and tests/: sources, headers and X-macro lists.
find include src fs tests -name node_modules -prune -o \
        -type f \( -name '*.[ch]' -o -name '*.def' \) -print 2>/dev/null |
        LC_ALL=C sort |
        awk '
# layer: directory of the including file; may: prefixes of what it may include in quotes. A
# backend below src/backend/ is a layer of its own. Every layer may include itself and libc.
function define_layers()
{
        layer("include/lns/", "lns/")
        layer("src/util/", "")
        layer("src/model/", "lns/ util/")
        layer("src/codec/", "lns/ util/ model/")
        layer("src/protocol/", "lns/ util/ model/ codec/")
        layer("src/dataset/", "lns/ util/ model/ codec/")
        layer("src/backend/", "lns/ util/ model/")
        layer("src/backend/rest/", "lns/ util/ model/ codec/ protocol/")
        layer("src/catalog/", "lns/ util/ model/ backend/backend.h")
        layer("src/server/", "lns/ util/ codec/ protocol/")
        layer("src/cli/", "lns/ util/ server/ fs/")
        layer("fs/", "lns/ util/")
        layer("tests/", "*")
}

# header: prefix of a third-party header; homes: the directories that may include it.
function define_homes()
{
        home("fuse", "fs/ tests/bench/ tests/crash/")
        home("linux/fuse.h", "fs/ tests/bench/")
        home("jansson", "src/codec/ tests/")
        home("sqlite3", "src/backend/sqlite/ tests/")
        home("curl/", "src/backend/rest/")
        home("microhttpd", "src/server/")
        home("cmocka", "tests/")
}

# Headers that the build makes lie in no layer and are named alone.
function define_generated()
{
        generated["config.h"] = "include/ src/ fs/ tests/"
        generated["sql.h"] = "src/backend/sqlite/ tests/"
}

# What the C library and the kernel give. Anything else in <> needs a home above.
function define_libc(   names, i, n)
{
        n = split("aio alloca assert byteswap complex ctype dirent dlfcn elf endian err errno " \
                "error execinfo fcntl features fenv float fnmatch ftw getopt glob grp iconv " \
                "ifaddrs inttypes iso646 langinfo libgen limits link locale malloc math mntent " \
                "mqueue netdb nl_types paths poll pthread pwd regex sched search semaphore " \
                "setjmp shadow signal spawn stdalign stdarg stdatomic stdbool stddef stdint " \
                "stdio stdio_ext stdlib stdnoreturn string strings sysexits syslog tar termios " \
                "tgmath threads time uchar ucontext ulimit unistd utime utmpx wchar wctype " \
                "wordexp", names, " ")
        for (i = 1; i <= n; i++)
                libc[names[i] ".h"] = 1
        n = split("arpa asm asm-generic bits linux net netinet rpc sys", names, " ")
        for (i = 1; i <= n; i++)
                libc_directory[names[i]] = 1
}

function layer(directory, may)  { layers[++layer_count] = directory; allowed[directory] = may }
function home(header, homes)    { third[++third_count] = header; home_of[header] = homes }
function starts(text, prefix)   { return prefix != "" && index(text, prefix) == 1 }

function starts_with_any(text, prefixes,   parts, i, n)
{
        n = split(prefixes, parts, " ")
        for (i = 1; i <= n; i++)
                if (parts[i] == "*" || starts(text, parts[i]))
                        return 1
        return 0
}

function complain(why)
{
        printf "%s:%d: %s\n", file, line, why
        bad++
}

# The most particular layer that the file lies in.
function layer_of(path,   i, best)
{
        best = ""
        for (i = 1; i <= layer_count; i++)
                if (starts(path, layers[i]) && length(layers[i]) > length(best))
                        best = layers[i]
        return best
}

# How the layer names its own headers: as the others do, from src/, include/ or the top.
function own_prefix(path, in_layer,   parts)
{
        if (in_layer == "src/backend/" || in_layer == "src/backend/rest/") {
                split(path, parts, "/")
                return parts[4] == "" ? "backend/" : "backend/" parts[3] "/"
        }
        sub(/^(src|include)\//, "", in_layer)
        return in_layer
}

function check_quoted(header,   own)
{
        if (header in generated) {
                if (!starts_with_any(file, generated[header]))
                        complain("\"" header "\" is at home only in " generated[header])
                return
        }
        if (in_layer == "tests/" && header !~ /\//)
                return
        if (header ~ /(^|\/)\.\.?\// || header !~ /\//)
                complain("\"" header "\" is not named from the root of its layer")
        else {
                own = own_prefix(file, in_layer)
                if (!starts(header, own) && !starts_with_any(header, allowed[in_layer]))
                        complain(in_layer " may not include \"" header "\"")
        }
}

function check_angled(header,   i, directory)
{
        for (i = 1; i <= third_count; i++) {
                if (starts(header, third[i])) {
                        if (!starts_with_any(file, home_of[third[i]]))
                                complain("<" header "> is at home only in " home_of[third[i]])
                        return
                }
        }
        if (starts(header, "lns/")) {
                complain("<" header "> is ours: \"" header "\"")
                return
        }
        directory = header
        if (sub(/\/.*/, "", directory) ? !(directory in libc_directory) : !(header in libc))
                complain("<" header "> is not libc and has no home in scripts/check-includes.sh")
}

function check_file(   text, name, code)
{
        in_layer = layer_of(file)
        line = 0
        if (in_layer == "") {
                complain("no layer holds this directory")
                return
        }
        while ((code = (getline text < file)) > 0) {
                line++
                if (text !~ /^[ \t]*#[ \t]*include[ \t_]/ && text !~ /^[ \t]*#[ \t]*include["<]/)
                        continue
                name = text
                sub(/^[ \t]*#[ \t]*include(_next)?[ \t]*/, "", name)
                if (name ~ /^"[^"]+"/) {
                        sub(/^"/, "", name)
                        sub(/".*/, "", name)
                        check_quoted(name)
                } else if (name ~ /^<[^>]+>/) {
                        sub(/^</, "", name)
                        sub(/>.*/, "", name)
                        check_angled(name)
                } else {
                        complain("an include that cannot be read: " text)
                }
        }
        if (code < 0)
                complain("cannot be read")
        close(file)
        files++
}

BEGIN {
        define_layers()
        define_homes()
        define_generated()
        define_libc()
        while ((getline file) > 0)
                check_file()
        if (bad) {
                printf "%d includes cross a layer\n", bad
                exit 1
        }
        printf "%d files keep to their layers\n", files
}'

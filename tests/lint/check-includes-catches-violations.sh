#!/bin/sh
# check-includes.sh says so when a file includes what its layer may not, and only then.
. "$(dirname "$0")/../lib/lib.sh"

check_includes=$(CDPATH='' cd "$(dirname "$0")/../../scripts" && pwd)/check-includes.sh
tree=$WORK/tree

# file PATH [INCLUDE...]
file()
{
        path=$tree/$1
        shift
        mkdir -p "${path%/*}"
        : >"$path"
        for include; do
                echo "#include $include" >>"$path"
        done
}

# Every layer includes all that it may.
good_tree()
{
        rm -rf "$tree"
        file include/lns/catalog.h '<stdint.h>' '"lns/error.h"' '"lns/error.def"'
        file src/util/buf.c '<stdio.h>' '<sys/stat.h>' '"util/buf.h"'
        file src/model/ident.c '"lns/model.h"' '"util/buf.h"' '"model/ident.h"'
        file src/codec/json.c '<jansson.h>' '"codec/json.h"' '"lns/model.h"' '"model/ident.h"'
        file src/protocol/route.c '"protocol/operation.def"' '"codec/json.h"' '"util/buf.h"'
        file src/backend/sqlite/sqlite.c '<sqlite3.h>' '"sql.h"' '"lns/backend.h"'
        file src/backend/rest/rest.c '<curl/curl.h>' '"protocol/route.h"' '"codec/json.h"'
        file src/catalog/check.c '"lns/backend.h"' '"model/ident.h"' '"catalog/trace.h"'
        file src/server/serve.c '<microhttpd.h>' '"protocol/route.h"' '"lns/catalog.h"'
        file src/cli/mount.c '"fs/fs.h"' '"server/serve.h"' '"lns/catalog.h"'
        file fs/fs.c '<fuse_lowlevel.h>' '<linux/fs.h>' '"fs/fs.h"' '"lns/catalog.h"'
        file tests/unit/ident.c '<cmocka.h>' '<sqlite3.h>' '"model/ident.h"' '"suite.h"'
        file tests/bench/bare.c '<fuse.h>'
}

# caught WORDS PATH [INCLUDE...]
# With this file the tree is refused, and the words and the file are named.
caught()
{
        words=$1
        shift
        good_tree
        file "$@"
        expect_fail "$check_includes" "$tree"
        expect_says "$1:"
        expect_says "$words"
        expect_says '1 includes cross'
}

good_tree
expect_ok "$check_includes" "$tree"
expect_says '13 files keep to their layers'

caught '<fuse_lowlevel.h> is at home only in fs/' src/cli/x.c '<fuse_lowlevel.h>'
caught '<linux/fuse.h> is at home only in' src/util/x.c '<linux/fuse.h>'
caught '<fuse.h> is at home only in' tests/unit/x.c '<fuse.h>'
caught '<jansson.h> is at home only in' fs/x.c '<jansson.h>'
caught '<jansson.h> is at home only in' src/catalog/x.c '<jansson.h>'
caught '<sqlite3.h> is at home only in' src/backend/rest/x.c '<sqlite3.h>'
caught '<curl/curl.h> is at home only in' src/backend/sqlite/x.c '<curl/curl.h>'
caught '<microhttpd.h> is at home only in' src/cli/x.c '<microhttpd.h>'
caught '<cmocka.h> is at home only in' src/util/x.c '<cmocka.h>'
caught '"sql.h" is at home only in' src/catalog/x.c '"sql.h"'
caught '<zlib.h> is not libc' src/util/x.c '<zlib.h>'
caught '<openssl/ssl.h> is not libc' src/util/x.c '<openssl/ssl.h>'

caught 'src/util/ may not include "lns/model.h"' src/util/x.c '"lns/model.h"'
caught 'include/lns/ may not include "util/buf.h"' include/lns/x.h '"util/buf.h"'
caught 'src/model/ may not include "codec/json.h"' src/model/x.h '"codec/json.h"'
caught 'src/codec/ may not include "protocol/route.h"' src/codec/x.c '"protocol/route.h"'
caught 'may not include "protocol/route.h"' src/backend/sqlite/x.c '"protocol/route.h"'
caught 'may not include "backend/rest/rest.h"' src/backend/sqlite/x.c '"backend/rest/rest.h"'
caught 'may not include "backend/sqlite/sqlite.h"' src/catalog/x.c '"backend/sqlite/sqlite.h"'
caught 'may not include "server/serve.h"' src/catalog/x.c '"server/serve.h"'
caught 'fs/ may not include "model/ident.h"' fs/x.c '"model/ident.h"'
caught 'src/server/ may not include "fs/fs.h"' src/server/x.c '"fs/fs.h"'

caught '"buf.h" is not named from the root' src/util/x.c '"buf.h"'
caught '"../util/buf.h" is not named from the root' src/model/x.c '"../util/buf.h"'
caught '"./buf.h" is not named from the root' src/util/x.c '"./buf.h"'
caught '<lns/model.h> is ours' src/model/x.c '<lns/model.h>'
caught 'cannot be read' src/util/x.c 'HEADER'
caught 'no layer holds this directory' src/x.c

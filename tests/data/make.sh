#!/bin/sh
# Write tests/data/lancedb and expected.json anew with the real LanceDB clients, or, as
# `make.sh check`, compare what is there with what both clients see in it.
# Needs node, npm, a npm registry, and 400 MB in $TMPDIR while it runs.
set -eu

case ${1-} in
'' | check) ;;
*)
	echo "usage: ${0##*/} [check]" >&2
	exit 2
	;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The script is run beside node_modules, so that its imports are found there.
cp "$here/../interop/package.json" "$here/../interop/package-lock.json" "$here/make.mjs" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)

if [ "${1-}" = check ]; then
	cp "$here/expected.json" "$work/"
	cp -R "$here/lancedb" "$work/"
else
	mkdir "$work/lancedb"
	node "$work/make.mjs" write "$work/lancedb" "$work/expected.json"
	# Lance 10 makes some files 0600; git knows 0644 only.
	chmod -R u=rwX,go=rX "$work/lancedb"
fi

# Checked at another path than it was written at, and after it has lost its times, as in a checkout.
mkdir "$work/moved"
cp -R "$work/lancedb" "$work/moved/"
node "$work/make.mjs" check "$work/moved/lancedb" "$work/expected.json"
diff -r "$work/lancedb" "$work/moved/lancedb"

if [ "${1-}" != check ]; then
	rm -rf "$here/lancedb"
	cp -R "$work/lancedb" "$here/"
	cp "$work/expected.json" "$here/"
fi

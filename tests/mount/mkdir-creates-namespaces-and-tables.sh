#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_fs "$CATALOG"

expect 0 mkdir "$MNT/prod"
expect 'dir 0755' stat "$MNT/prod" type mode
expect_names "$MNT/prod" .namespace.json
expect EEXIST mkdir "$MNT/prod"
expect 0 mkdir "$MNT/prod/eu"
expect 0 mkdir "$MNT/prod/eu/west"
expect_names "$MNT/prod" .namespace.json eu

expect 0 mkdir "$MNT/prod/users.lance"
expect 'dir 0755' stat "$MNT/prod/users.lance" type mode
expect_names "$MNT/prod/users.lance" .table.json tags versions
expect_names "$MNT/prod/users.lance/tags"
expect_names "$MNT/prod/users.lance/versions"
expect EEXIST mkdir "$MNT/prod/users.lance"
expect_content "$MNT/prod/.namespace.json" '{\n  "properties": {}\n}\n'

# A table and a namespace of one name are two things; so are two tables in two namespaces.
expect 0 mkdir "$MNT/prod/users"
expect 0 mkdir "$MNT/users.lance"
expect 0 mkdir "$MNT/prod/eu/users.lance"
expect_names "$MNT/prod" .namespace.json eu users users.lance

# The parent must be there.
expect ENOENT mkdir "$MNT/none/users.lance"
expect ENOENT mkdir "$MNT/none/eu"
expect ENOTDIR mkdir "$MNT/.lancefs/status/d"

# Nothing but namespaces and tables is a directory.
for directory in prod/users.lance prod/users.lance/tags prod/users.lance/versions .lancefs \
        .lancefs/deregistered; do
        expect EPERM mkdir "$MNT/$directory/d"
        expect EPERM mkdir "$MNT/$directory/d.lance"
done
for path in .lancefs .namespace.json prod/.namespace.json prod/users.lance/.table.json \
        prod/users.lance/tags prod/users.lance/versions .lancefs/status .lancefs/deregistered; do
        expect EEXIST mkdir "$MNT/$path"
done

# What is staged under a name keeps it.
: >"$MNT/prod/batch"
: >"$MNT/prod/batch.json"
expect 'EEXIST EEXIST' mkdir "$MNT/prod/batch" : mkdir "$MNT/prod/batch.json"

expect EPERM mknod "$MNT/prod/pipe" fifo
expect EPERM mknod "$MNT/prod/socket" socket
expect EPERM symlink users.lance "$MNT/prod/link"
expect EPERM symlink gold "$MNT/prod/users.lance/tags/silver"

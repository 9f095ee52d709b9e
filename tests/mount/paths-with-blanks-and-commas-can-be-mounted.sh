#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"
need_fuse

for name in 'with blank' 'a,b' 'a,ro,b' 'back\slash' 'quote"' "it's" 'new
line' 'tab	tab' 'é表' '#hash' 'a=b' '-dash' 'a:b' 'per%cent'; do
        catalog="$WORK/catalog of $name"
        place="$WORK/place of $name"
        mkdir "$place"
        expect_ok "$LANCEFS" mount "$catalog" "$place"
        mkdir "$place/prod"
        expect_ok "$LANCEFS" check "$catalog"
        expect 'no' statfs "$place" readonly
        expect_status 3 "$LANCEFS" mount "$catalog" "$place"
        expect_says 'is mounted on'
        expect_ok fusermount3 -u "$place"
        expect_names "$place"

        cd "$WORK"
        expect_ok "$LANCEFS" mount -- "./${catalog##*/}" "./${place##*/}"
        cd /
        expect_names "$place" .lancefs .namespace.json prod
        expect_ok fusermount3 -u "$place"
done

# Through a symlink, the place and the catalog are what it points to.
ln -s 'place of a,b' "$WORK/link"
ln -s 'catalog of a,b' "$WORK/catalog link"
expect_ok "$LANCEFS" mount "$WORK/catalog link" "$WORK/link"
expect_names "$WORK/place of a,b" .lancefs .namespace.json prod
expect_status 3 "$LANCEFS" mount "$WORK/catalog link" "$WORK/place of a,b"
expect_ok fusermount3 -u "$WORK/place of a,b"

# "sqlite:" in front says which engine.
mkdir "$WORK/catalog"
cp -r "$WORK/catalog of a,b/." "$WORK/catalog"
expect_ok "$LANCEFS" mount "sqlite:$WORK/catalog" "$MNT"
expect_names "$MNT" .lancefs .namespace.json prod
expect_ok fusermount3 -u "$MNT"

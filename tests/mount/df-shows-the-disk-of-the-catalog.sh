#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
expect '255 no' statfs "$MNT" namemax readonly
expect "$("$SYS" statfs "$CATALOG" frsize : statfs "$CATALOG" blocks | xargs)" \
        statfs "$T/tags" frsize blocks
expect_ok df "$MNT"
expect_says "$CATALOG"
expect_ok df -i "$T"
expect_ok stat -f "$MNT"
umount_fs
mount_fs "$CATALOG" ro
expect yes statfs "$MNT" readonly

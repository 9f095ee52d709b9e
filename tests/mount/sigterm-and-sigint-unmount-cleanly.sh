#!/bin/sh
# Exit status 0, nothing mounted, and all that was answered is there; also with files open.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
make_manifests
for signal in TERM INT; do
        echo 1 >"$T/tags/gold"
        echo staged >"$MNT/prod/staged"

        # Someone holds a tag half written, a staged file, a listing and the feed of changes.
        mkfifo "$WORK/go"
        "$SYS" open "$T/tags/gold" 'O_WRONLY|O_TRUNC' : write 2 : \
                open "$MNT/prod/staged" O_RDWR : write more : \
                open "$T/versions" 'O_RDONLY|O_DIRECTORY' : \
                open "$MNT/.lancefs/changes" O_RDONLY : read 1 : pause : \
                read 1 : close : close : close : close <"$WORK/go" >"$WORK/steps" &
        holder=$!
        exec 9>"$WORK/go"
        held()
        {
                [ "$(wc -l <"$WORK/steps")" -eq 7 ]
        }
        eventually "$LNS_TEST_DEADLINE" held

        stop_fs $signal
        expect_names "$MNT"
        echo go >&9
        exec 9>&-
        wait "$holder" || :
        rm "$WORK/go"
        expect_eq '0 1 0 4 0 0 "{" ENOTCONN 0 0 ENOTCONN ENOTCONN' \
                "$(tr '\n' ' ' <"$WORK/steps" | sed 's/ECONNABORTED/ENOTCONN/g; s/ $//')" steps

        # The half-written value is not there, nor is anything broken.
        expect_ok "$LANCEFS" check "$CATALOG"
        mount_fs "$CATALOG"
        tag_is gold 1
        expect_content "$MNT/prod/staged" 'moreed\n'
        rm "$MNT/prod/staged"
done

# In the background as well, where nobody waits for the status
umount_fs
mount_in_background "$CATALOG" "$MNT"
kill -TERM "$PID"
eventually "$LNS_TEST_DEADLINE" has_ended "$PID"
check 'it is unmounted' test -z "$(_mounts_below "$WORK")"
expect_names "$MNT"

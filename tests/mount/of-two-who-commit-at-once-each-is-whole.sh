#!/bin/sh
# Processes rename batches at the same time: of those that conflict one commits, those that do not all
# do, and never half of one.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 1
tables=20
n=0
while [ "$n" -lt "$tables" ]; do
        make_table "$MNT/prod/t$n.lance" 1
        n=$((n + 1))
done

# All of the tables get the version, with the writer's mark; from the front or from the back.
batch()
{
        jq -nc --argjson version "$1" --arg writer "$2" --argjson tables "$tables" '{operations:
                ([range(0; $tables) | {create_table_version: {id: ["prod", "t\(.)"], version: $version,
                manifest_path: ("by-" + $writer)}}] | if $writer == "1" then reverse else . end)}'
}

round=2
while [ "$round" -le 11 ]; do
        for writer in 0 1; do
                batch "$round" "$writer" >"$MNT/prod/$writer.json"
        done
        pids=
        for writer in 0 1; do
                (mv "$MNT/prod/$writer.json" "$MNT/prod/$writer.commit" 2>/dev/null &&
                        echo "$writer" >"$WORK/won.$writer") &
                pids="$pids $!"
        done
        for pid in $pids; do
                wait "$pid" || : # refused, or not: the files say
        done
        expect_eq "$(find "$WORK" -name 'won.*' | wc -l)" 1 'winners'
        winner=$(cat "$WORK"/won.*)
        expect_eq "$(jq -r .manifest_path "$MNT"/prod/t*.lance/versions/"$round" | sort | uniq -c |
                tr -s ' ')" " $tables by-$winner" "round $round"
        rm -f "$WORK"/won.* "$MNT/prod/0.json" "$MNT/prod/1.json" "$MNT/prod/0.commit" "$MNT/prod/1.commit"
        round=$((round + 1))
done

# Those that do not conflict.
n=0
pids=
while [ "$n" -lt 8 ]; do
        printf '{"operations": [{"create_table_tag": {"id": ["prod", "t%s"], "tag": "x", "version": 1}}]}' \
                "$n" >"$MNT/prod/$n.json"
        mv "$MNT/prod/$n.json" "$MNT/prod/.commit" &
        pids="$pids $!"
        n=$((n + 1))
done
for pid in $pids; do
        wait "$pid" || fail 'a batch without a conflict was refused'
done
expect_eq "$(cat "$MNT"/prod/t*.lance/tags/x | wc -l)" 8

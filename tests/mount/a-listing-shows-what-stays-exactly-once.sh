#!/bin/sh
# POSIX: what is there throughout is listed once, whatever is made and removed meanwhile.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table 3

i=0
while [ $i -lt 3000 ]; do
        i=$((i + 1))
        echo "{\"manifest_path\": \"$i.manifest\"}" >"$T/versions/$((1000000 + i))"
done
i=0
while [ $i -lt 1000 ]; do
        i=$((i + 1))
        echo 1 >"$T/tags/tag-$i"
done
seq 1000001 1003000 >"$WORK/versions"
printf '%s\n' 1 2 3 latest >>"$WORK/versions"
seq -f 'tag-%.0f' 1000 >"$WORK/tags"

# is_complete DIRECTORY [BUFFER_SIZE]
# Exactly the names, once each, with and without attributes.
is_complete()
{
        "$SYS" readdir "$T/$1" "${2:-32768}" | sort | diff "$WORK/$1.sorted" - >"$WORK/out" ||
                fail "$1 has other names: $(head -n 3 "$WORK/out")"
}
for directory in versions tags; do
        sort "$WORK/$directory" >"$WORK/$directory.sorted"
        is_complete "$directory"
        is_complete "$directory" 100
        is_complete "$directory" 4096
        is_complete "$directory" 1000000
        # shellcheck disable=SC2012 # that ls shows them
        expect_eq "$(wc -l <"$WORK/$directory")" "$(ls -l "$T/$directory" | tail -n +2 | wc -l)" 'ls -l'
        expect_eq "$(wc -l <"$WORK/$directory")" "$(find "$T/$directory" -mindepth 1 | wc -l)" find
done

# While a directory is being read, files in it are removed and made, before and behind the place.
cat >"$WORK/walk.pl" <<'END'
use strict;
my ($directory, $make, @gone) = @ARGV;
opendir(my $d, $directory) or die;
my %seen;
my $turn = 0;
while (defined(my $name = readdir($d))) {
        $seen{$name}++;
        next if $turn++ % 100;
        my $gone = shift @gone;
        unlink("$directory/$gone") or die "$gone: $!" if defined $gone;
        for my $new ("$make$turn", ($turn + 5000000)) {
                next if $make eq "" and $new eq $turn;
                open(my $f, ">", "$directory/$new") or die "$new: $!";
                print $f $make eq "" ? "{\"manifest_path\": \"x\"}\n" : "1\n";
                close($f) or die "$new: $!";
        }
}
print map { "$seen{$_} $_\n" } keys %seen;
END
if command -v perl >/dev/null; then
        gone=$(seq -f 'tag-%.0f' 1 17 999)
        # shellcheck disable=SC2086 # words
        perl "$WORK/walk.pl" "$T/tags" new- $gone >"$WORK/seen"
        grep -v '^1 ' "$WORK/seen" && fail 'listed more than once'
        grep -vxF "$gone" "$WORK/tags" | sort >"$WORK/stay"
        sed 's/^1 //' "$WORK/seen" | sort | comm -13 - "$WORK/stay" >"$WORK/out"
        [ ! -s "$WORK/out" ] || fail "not listed: $(head -n 3 "$WORK/out")"

        gone=$(seq 1000001 41 1000999)
        # shellcheck disable=SC2086 # words
        perl "$WORK/walk.pl" "$T/versions" '' $gone >"$WORK/seen"
        grep -v '^1 ' "$WORK/seen" && fail 'listed more than once'
        grep -vxF "$gone" "$WORK/versions" | sort >"$WORK/stay"
        sed 's/^1 //' "$WORK/seen" | sort | comm -13 - "$WORK/stay" >"$WORK/out"
        [ ! -s "$WORK/out" ] || fail "not listed: $(head -n 3 "$WORK/out")"

        # telldir and seekdir, from the end to the beginning; rewinddir sees what is new
        perl -e '
                opendir(my $d, $ARGV[0]) or die;
                my (@place, @name);
                for (;;) {
                        my $at = telldir($d);
                        my $name = readdir($d);
                        last unless defined $name;
                        push @place, $at;
                        push @name, $name;
                }
                for my $i (reverse grep { $_ % 10 == 0 } 0 .. $#name) {
                        seekdir($d, $place[$i]);
                        my $name = readdir($d);
                        die "$name, not $name[$i]" unless $name eq $name[$i];
                }
                open(my $f, ">", "$ARGV[0]/newest") or die;
                print $f "1\n";
                close($f) or die;
                rewinddir($d);
                grep { $_ eq "newest" } readdir($d) or die "not seen";
        ' "$T/tags" || fail 'seekdir'
fi
rm -f "$T/tags/"tag-2??
expect_eq 0 "$("$SYS" readdir "$T/tags" | grep -c '^tag-2..$')" 'tags that are left'

#!/bin/sh
# What the libraries of languages do to write a file, each way with a good value, with one that is
# none, and with a version that is not there.
# shellcheck disable=SC2016 # text for another program to read
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/fixture"

mount_table
cd "$T/tags"

# each INTERPRETER... CODE
# The code writes its first argument, with a newline, into gold, which is 1.
each()
{
        for value in 2 abc 99; do
                echo 1 >gold
                _run "$@" "$value"
                case $value:$_status in
                2:0) _left=2 ;;
                2:* | *:0) cat "$WORK/out" && fail "$* $value: status $_status" ;;
                *) _left=1 ;;
                esac
                [ "$(cat gold)" = "$_left" ] || fail "$* $value: gold is $(cat gold)"
                expect_tags gold
        done
}

ran=

if command -v python3 >/dev/null; then
        ran="$ran python3"
        python=$(python3 -c 'import sys; print(sys.executable)') # not what finds it each time
        each "$python" -c 'import sys
with open("gold", "w") as f:
    f.write(sys.argv[1] + "\n")'
        each "$python" -c 'import sys
with open("gold", "w") as f:
    f.write(sys.argv[1])'
        each "$python" -c 'import pathlib, sys; pathlib.Path("gold").write_text(sys.argv[1] + "\n")'
        each "$python" -c 'import sys
with open("gold", "r+") as f:
    f.read(); f.seek(0); f.truncate(); f.write(sys.argv[1] + "\n")'
        each "$python" -c 'import os, sys
with open("gold.new~", "w") as f:
    f.write(sys.argv[1] + "\n"); f.flush(); os.fsync(f.fileno())
try:
    os.replace("gold.new~", "gold")
except OSError:
    os.unlink("gold.new~"); raise'
        each "$python" -c 'import os, sys, tempfile
f = tempfile.NamedTemporaryFile("w", dir=".", delete=False)
with f:
    f.write(sys.argv[1] + "\n"); f.flush(); os.fsync(f.fileno())
try:
    os.replace(f.name, "gold")
except OSError:
    os.unlink(f.name); raise'
        each "$python" -c 'import shutil, sys, tempfile
with tempfile.NamedTemporaryFile("w") as f:
    f.write(sys.argv[1] + "\n"); f.flush()
    shutil.copy(f.name, "/dev/null"); shutil.copyfile(f.name, "gold")'
        each "$python" -c 'import os, sys
fd = os.open("gold", os.O_WRONLY | os.O_TRUNC | os.O_CREAT)
os.write(fd, sys.argv[1].encode()); os.write(fd, b"\n"); os.close(fd)'
fi
if command -v perl >/dev/null; then
        ran="$ran perl"
        each perl -e 'open(F, ">", "gold") or die; print F "$ARGV[0]\n" or die; close(F) or die'
        each perl -e 'open(F, ">", "gold") or die; print F $ARGV[0] or die; close(F) or die'
        each perl -e 'open(F, ">", "gold~") or die; print F "$ARGV[0]\n"; close(F) or die;
                rename("gold~", "gold") or do { my $e = $!; unlink("gold~"); die $e }'
        echo 1 >gold
        expect_ok perl -i -pe s/1/2/ gold
        tag_is gold 2
        expect_tags gold
        each perl -MFile::Copy -e 'open(F, ">", "$ENV{WORK}/value"); print F "$ARGV[0]\n"; close F;
                copy("$ENV{WORK}/value", "gold") or die'
        each perl -MFile::Temp -e 'my $f = File::Temp->new(DIR => ".", TEMPLATE => ".gold.XXXXXXXX");
                print $f "$ARGV[0]\n"; close $f or die; rename($f->filename, "gold") or die'
fi
if command -v node >/dev/null; then
        ran="$ran node"
        each node -e 'fs.writeFileSync("gold", process.argv[1] + "\n")'
        each node -e 'fs.writeFileSync("gold", process.argv[1])'
        each node -e 'fs.promises.writeFile("gold", process.argv[1] + "\n")'
        each node -e 'fs.createWriteStream("gold").end(process.argv[1] + "\n")'
        each node -e 'fs.writeFileSync("gold.tmp~", process.argv[1] + "\n");
                try { fs.renameSync("gold.tmp~", "gold") }
                catch (e) { fs.unlinkSync("gold.tmp~"); throw e }'
fi
if command -v ruby >/dev/null; then
        ran="$ran ruby"
        each ruby -e 'File.write("gold", ARGV[0] + "\n")'
fi
cd /
[ -n "$ran" ] || skip 'none of the languages is installed'
echo "with$ran"

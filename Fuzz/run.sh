#!/bin/sh
# Fuzzes every parser for SECONDS each (default 30), or only the one named. What broke is kept in .corpus/ and ends it badly.
#   run.sh [SECONDS] [PARSER]
set -eu
cd "$(dirname "$0")"
seconds=${1:-30}
# The backtracer would hang in a process that the sanitizer is about to end.
SWIFT_BACKTRACE=enable=no
export SWIFT_BACKTRACE
swift build -c release --sanitize=address -Xswiftc -use-ld=lld
fuzz=$(swift build -c release --sanitize=address -Xswiftc -use-ld=lld --show-bin-path)/fuzz
broken=
for parser in ${2:-$("$fuzz")}; do
    echo "== $parser"
    mkdir -p ".corpus/$parser"
    own=$(ls -d ../Tests/*/Fuzzing/Seeds/"$parser" 2>/dev/null || true)
    "$fuzz" "$parser" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix=".corpus/$parser-" ".corpus/$parser" ${own:+"$own"} || broken="$broken $parser"
done
[ -z "$broken" ] || { echo "Broken:$broken. Add what broke it to the seeds once it is mended." >&2; exit 1; }

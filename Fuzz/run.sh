#!/bin/sh
# Fuzzes every parser for SECONDS each (default 30), or only the one named.
#   run.sh [SECONDS] [PARSER]
set -eu
cd "$(dirname "$0")"
seconds=${1:-30}
# The backtracer would hang in a process that the sanitizer is about to end.
SWIFT_BACKTRACE=enable=no
export SWIFT_BACKTRACE
swift build -c release --sanitize=address -Xswiftc -use-ld=lld
fuzz=$(swift build -c release --sanitize=address -Xswiftc -use-ld=lld --show-bin-path)/fuzz
for parser in ${2:-$("$fuzz")}; do
    echo "== $parser"
    mkdir -p ".corpus/$parser"
    "$fuzz" "$parser" -max_total_time="$seconds" -max_len=8192 -timeout=10 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix=".corpus/$parser-" ".corpus/$parser"
done

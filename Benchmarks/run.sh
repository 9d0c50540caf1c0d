#!/usr/bin/env bash
# Every benchmark beside its peer, each written to Benchmarks/results/. Needs a release build; `make bench` makes one.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.build/release
mkdir -p Benchmarks/results

Benchmarks/server/run.sh "$bin" | tee Benchmarks/results/server.md
Benchmarks/wire/run.sh "$bin/wire-bench" | tee Benchmarks/results/wire.md
Benchmarks/updates/run.sh "$bin/update-bench" | tee Benchmarks/results/updates.md
"$bin/rollout-bench" | tee Benchmarks/results/rollout.md
"$bin/planner-bench" Benchmarks/results/planner.md
python3 -B Benchmarks/door/run.py "$bin/pitstop"
python3 -B Benchmarks/console/run.py "$bin/pitstop"
python3 -B Benchmarks/hosts/run.py "$bin/pitstop"
python3 -B Benchmarks/remote/run.py "$bin/pitstop"

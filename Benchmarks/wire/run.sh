#!/bin/sh
# Runs wire-bench and its peer on the same records, and prints both with their ratio.
#   run.sh WIRE-BENCH [VMS]
set -eu
bench=$1
vms=${2:-10000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bench" "$vms" "$work/records" >"$work/ours"
python3 "$here/peer.py" "$work/records" >"$work/peer"
python3 - "$work/ours" "$work/peer" "$vms" <<'PY'
import json, sys
ours, peer = ({r["name"]: r for r in map(json.loads, open(path))} for path in sys.argv[1:3])
print("# The wire\n")
print(f"`VM.get_all_records` of {sys.argv[3]} VMs, written and read; processor seconds, best repetition; release build. The peer is "
      "Python's `xmlrpc.client` and `json`.\n")
print("| what | Pitstop | MB/s | Python | ratio |\n|---|--:|--:|--:|--:|")
for name, row in ours.items():
    other = peer.get(name)
    speed = row["bytes"] / row["seconds"] / 1e6
    beside = f"{other['seconds']:.3f} s | {other['seconds'] / row['seconds']:.1f}" if other else " | "
    print(f"| {name} | {row['seconds']:.3f} s | {speed:.0f} | {beside} |")
PY

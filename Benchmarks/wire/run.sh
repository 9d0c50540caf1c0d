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
print(f"{sys.argv[3]} VMs, processor seconds (best repetition)")
print(f"{'':16}{'Pitstop':>10}{'MB/s':>8}{'Python':>10}{'ratio':>8}")
for name, row in ours.items():
    other = peer.get(name)
    speed = row["bytes"] / row["seconds"] / 1e6
    beside = f"{other['seconds']:10.3f}{other['seconds'] / row['seconds']:7.1f}x" if other else ""
    print(f"{name:16}{row['seconds']:10.3f}{speed:8.0f}{beside}")
PY

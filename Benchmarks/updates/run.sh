#!/bin/sh
# Verifies a signed package of 1 GiB with Pitstop and with gpgv alone, turn and turn about, and solves a large catalogue.
#   run.sh UPDATE-BENCH [MIB]
set -eu
bench=$1
mib=${2:-1024}
work=$(mktemp -d /tmp/update-bench.XXXXXX)
GNUPGHOME=$work/gpg
export GNUPGHOME
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all; rm -rf "$work"' EXIT
gpg -q --batch --passphrase '' --quick-generate-key 'Benchmark <bench@example.invalid>' ed25519 sign never
gpg -q --export >"$work/keys.gpg"
head -c "$((mib * 1048576))" /dev/urandom >"$work/payload"
for digest in SHA256 SHA512; do
    gpg -q --batch --yes --compress-algo uncompressed --digest-algo "$digest" --output "$work/package" --sign \
        "$work/payload"
    for _ in 1 2 3 4 5; do
        sync
        start=$(date +%s%N)
        gpgv -q --keyring "$work/keys.gpg" --output "$work/out" "$work/package" 2>/dev/null
        echo "$(($(date +%s%N) - start))" >>"$work/$digest.peer"
        rm "$work/out"
        sync
        "$bench" verify "$work/package" "$work/keys.gpg" >>"$work/$digest.ours"
    done
done
rm "$work/payload"
"$bench" solver >"$work/solver"
python3 - "$work" "$mib" <<'PY'
import json, os, sys
work, mib = sys.argv[1], int(sys.argv[2])


def row(what, measured, goal, good):
    print(f"| {what} | {measured} | {goal} | {'yes' if good else '**no**'} |")


print("# Updates\n")
print(f"Written by `Benchmarks/updates/run.sh`, release build, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end.\n")
print("| what | measured | goal | met |\n|---|---|---|---|")
for digest in ("SHA256", "SHA512"):
    ours = min(json.loads(line)["seconds"] for line in open(f"{work}/{digest}.ours"))
    peer = min(int(line) / 1e9 for line in open(f"{work}/{digest}.peer"))
    row(f"verify {mib} MiB signed with {digest}, with SHA-256 and MD5 besides; peer: gpgv alone, turn and turn about, best of 5",
        f"{ours:.2f} s beside {peer:.2f} s: {peer / ours:.2f} of its rate", "≥ 0.8", peer / ours >= 0.8)
for line in map(json.loads, open(f"{work}/solver")):
    row(f"solver, {line['updates']} updates ({line['perVersion']} a version), {line['hosts']} hosts",
        f"{line['seconds']:.2f} s", "< 1 s", line["seconds"] < 1)
print("\nWhat two cores allow, and what the first goal should be: [how fast a package can be verified]"
      "(../../docs/design/verification-speed.md).")
PY

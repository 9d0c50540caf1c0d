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
import json, sys
work, mib = sys.argv[1], int(sys.argv[2])
for digest in ("SHA256", "SHA512"):
    ours = min(json.loads(line)["seconds"] for line in open(f"{work}/{digest}.ours"))
    peer = min(int(line) / 1e9 for line in open(f"{work}/{digest}.peer"))
    print(f"verify {mib} MiB signed with {digest}, best of 5: gpgv alone {peer:.2f} s ({mib / peer:.0f} MiB/s), "
          f"Pitstop with SHA-256 and MD5 {ours:.2f} s ({mib / ours:.0f} MiB/s), {peer / ours:.2f} of its rate")
for line in map(json.loads, open(f"{work}/solver")):
    print(f"solver, {line['updates']} updates ({line['perVersion']} a version), {line['hosts']} hosts: "
          f"{line['seconds']:.2f} s")
PY

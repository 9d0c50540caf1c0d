#!/usr/bin/env bash
# Installs build/*.deb in a bare Debian tree without Swift, serves a pool and follows the article's three commands there as the
# service's user, and purges it again: nothing may stay. For root, with Debian's mirror in reach.
set -euo pipefail
cd "$(dirname "$0")/.."
deb=$(ls build/pitstop_*.deb | tail -1)
for tool in mmdebstrap bwrap; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: Scripts/setup.sh package" >&2; exit 1; }
done
work=$(mktemp -d)
tree=$work/tree
server=
cleanup() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait || true
    fi
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

mmdebstrap --quiet --variant=apt bookworm "$tree"
# A root of its own and no chroot: from a chroot nobody can begin the user namespaces that package programs run in; and the whole of
# /proc, for they mount one of their own.
inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root \
        bwrap --bind "$tree" / --dev /dev --bind /proc /proc --ro-bind /etc/resolv.conf /etc/resolv.conf --cap-add ALL --die-with-parent "$@"
}
as_service() { inside --setenv HOME /var/lib/pitstop --chdir /var/lib/pitstop setpriv --reuid pitstop --regid pitstop --clear-groups "$@"; }
ours() { (cd "$tree" && find etc lib usr var/lib -xdev \( -path var/lib/dpkg -o -path var/lib/apt \) -prune -o -iname '*pitstop*' -print | sort); }

inside apt-get update -qq
inside apt-get install --yes --no-install-recommends bubblewrap rpm gpgv gnupg adduser >/dev/null
before=$(ours)
cp "$deb" "$tree/pitstop.deb"
inside apt-get install --yes --no-install-recommends /pitstop.deb >/dev/null
rm "$tree/pitstop.deb"
echo "pitstop $(inside pitstop --version): $(du --apparent-size --summarize --total --block-size=1M "$tree/usr/bin/pitstop" "$tree/usr/bin/xe" | tail -1 | cut -f1) MiB of programs"
inside pitstop config check /etc/pitstop/pitstop.yaml
[ "$(stat --format=%a "$tree/etc/pitstop/root-password")" = 600 ]

inside install -d -o pitstop -g pitstop -m 700 /var/lib/pitstop
inside install -o pitstop -g pitstop -m 400 /etc/pitstop/root-password /var/lib/pitstop/password
begun=$(date +%s%N)
as_service sh -c 'echo $$ >pid && exec pitstop serve --config /etc/pitstop/pitstop.yaml --state /var/lib/pitstop/state \
    --password-file /var/lib/pitstop/password --listen 127.0.0.1:0' >"$work/ready" &
until grep -q ready "$work/ready"; do kill -0 $!; sleep 0.02; done
server=$(cat "$tree/var/lib/pitstop/pid")
echo "ready in $((($(date +%s%N) - begun) / 1000000)) ms"
port=$(sed -n 's|ready https://127.0.0.1:\([0-9]*\)/|\1|p' "$work/ready")
as_service sh -c 'echo root | cat - password >credentials'
as_service xe -s 127.0.0.1 -p "$port" -pwf /var/lib/pitstop/credentials host-list --minimal
kill "$server"
wait
server=

# The article's own: a hotfix is built, signed, uploaded, applied and proved.
cp -r Demo "$tree/var/lib/pitstop/"
as_service pitstop demo

inside apt-get purge --yes pitstop >/dev/null
after=$(ours)
[ "$before" = "$after" ] || { echo "Left behind:"; diff <(echo "$before") <(echo "$after"); exit 1; }
if inside getent passwd pitstop; then echo "The user pitstop is left behind."; exit 1; fi
echo "Installed, used and purged in a bare tree."

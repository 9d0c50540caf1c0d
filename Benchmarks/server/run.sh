#!/usr/bin/env bash
# The server beside its peers, in one run: an upload beside curl into nginx's dav module followed by sha256sum, both over
# TLS; and a whole `xe host-list`.
#   run.sh BIN-DIRECTORY [MIB]        writes a table to standard output
set -euo pipefail
bin=$1
mib=${2:-1024}
rounds=${ROUNDS:-3}
work=$(mktemp -d /tmp/server-bench.XXXXXX)
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
server=
nginx=
clean() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$nginx" ] || kill "$nginx" 2>/dev/null || true
    gpgconf --kill all
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT

# A package of that size: a program that only describes itself, and random bytes after it.
gpg -q --batch --passphrase '' --quick-generate-key 'Benchmark <bench@pitstop.invalid>' ed25519 sign never
gpg -q --export >"$work/key.gpg"
package() {
    {
        cat <<PROGRAM
#!/bin/sh
[ "\$1" = info ] && echo '<info uuid="$1" version="1.0" name-label="BENCH" name-description="" after-apply-guidance=""/>'
exit 0
PROGRAM
        head -c "$((mib * 1048576))" /dev/urandom
    } | gpg -q --batch --compress-algo uncompressed --digest-algo SHA256 --output "$work/package" --yes --sign
}

echo secret >"$work/password"
"$bin/pitstop" serve --state "$work/state" --listen 127.0.0.1:0 --pool embedded:1 --password-file "$work/password" \
    >"$work/ready" 2>"$work/errors" &
server=$!
until grep -q ready "$work/ready"; do
    kill -0 "$server" || { cat "$work/errors" >&2; exit 1; }
    sleep 0.1
done
port=$(sed 's/.*:\([0-9]*\)\/$/\1/' "$work/ready")
"$bin/pitstop" trust add-key "$work/key.gpg" --state "$work/state" >/dev/null
xe() { HOME=$work "$bin/xe" "$@" -s 127.0.0.1 -p "$port" -u root -pw secret; }

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
mkdir "$work/dav"
dav_port=$((port + 1))
cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; error_log $work/nginx.log; worker_processes 1;
$( [ "$(id -u)" = 0 ] && echo 'user root;' )
events {}
http {
  access_log off; client_max_body_size 0; client_body_temp_path $work/body; proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:$dav_port ssl; ssl_certificate $work/tls.crt; ssl_certificate_key $work/tls.key;
           location / { root $work/dav; dav_methods PUT; } }
}
CONF
nginx -c "$work/nginx.conf" &
nginx=$!
sleep 1

# A virtual machine's first touch of a page costs its host a fault, several times what copying into it does. So that neither
# side pays for that, as many pages as both use are touched before each.
touch_pages() {
    head -c "$((3 * mib * 1048576))" /dev/zero >"$work/pages"
    rm "$work/pages"
    sync
}
now() { date +%s.%N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for round in $(seq "$rounds"); do
    uuid=$(cat /proc/sys/kernel/random/uuid)
    package "$uuid"
    touch_pages
    start=$(now)
    curl -sk -T "$work/package" "https://127.0.0.1:$dav_port/package" && sha256sum "$work/dav/package" >/dev/null
    echo "$start $(now)" | awk '{ print $2 - $1 }' >>"$work/peer"
    rm -f "$work/dav/package"
    touch_pages
    start=$(now)
    xe patch-upload file-name="$work/package" >/dev/null
    echo "$start $(now)" | awk '{ print $2 - $1 }' >>"$work/ours"
    paste "$work/peer" "$work/ours" | tail -n 1 | awk '{ print $1 / $2 }' >>"$work/ratio"
    xe patch-destroy uuid="$uuid"
done
memory=$(awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")
for _ in $(seq 21); do
    start=$(now)
    xe host-list >/dev/null
    echo "$start $(now)" | awk '{ print ($2 - $1) * 1000 }' >>"$work/list"
done

cat <<TABLE
# The server

$(date -u +%F), $(nproc) cores, release build, medians of $rounds rounds (21 for host-list), other work on the machine not excluded.

| what | Pitstop | peer | ratio (target) |
|---|---|---|---|
| upload of $mib MiB over TLS, verified and entered, beside curl into nginx and sha256sum | $(median <"$work/ours") s | $(median <"$work/peer") s | $(median <"$work/ratio" | cut -c1-4) of the peer's rate (0.7) |
| peak memory of the server meanwhile | $memory MiB | | (150) |
| \`xe host-list\`, the whole process | $(median <"$work/list" | cut -c1-5) ms | | (50) |
TABLE

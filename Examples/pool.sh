#!/bin/sh
# Lists the hosts of a pool with curl, by JSON-RPC.
# Usage: pool.sh https://HOST:PORT CERTIFICATE USER PASSWORD-FILE
set -eu
url=$1 certificate=$2 user=$3 password=$(head -n 1 "$4")

# call METHOD PARAMETERS: what the server answers. Only the certificate of that file is believed.
call() {
    printf '{"jsonrpc": "2.0", "id": 1, "method": "%s", "params": %s}' "$1" "$2" |
        curl --silent --show-error --fail --cacert "$certificate" --header 'Content-Type: application/json' --data-binary @- "$url/jsonrpc"
}
field() { python3 -c 'import json, sys
answer = json.load(sys.stdin)
if "error" in answer: sys.exit(str(answer["error"]))
print(json.dumps(answer["result"]))'; }
# A text as JSON, whatever it holds.
text() { printf %s "$1" | python3 -c 'import json, sys; print(json.dumps(sys.stdin.read()))'; }

login=$(call session.login_with_password "[$(text "$user"), $(text "$password")]")
session=$(printf %s "$login" | field)
trap 'call session.logout "[$session]" >/dev/null' EXIT
records=$(call host.get_all_records "[$session]")
printf %s "$records" | field | python3 -c 'import json, sys
for host in sorted(json.load(sys.stdin).values(), key=lambda host: host["name_label"]):
    print(host["name_label"], "enabled" if host["enabled"] else "disabled", host["software_version"]["product_version"])'

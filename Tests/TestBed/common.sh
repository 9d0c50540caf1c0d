# What the test bed and the Xen bed have in common: hosts in a network of their own, which know each other by SSH keys of
# their own. To be sourced; `here` is then the folder of the bed's script, `bed` the bed's own, `switch` its namespace.
# shellcheck shell=bash disable=SC2154

network=198.51.100 # set aside for documentation (RFC 5737)
pitstop=${PITSTOP:-$here/../../.build/debug/pitstop}
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
    echo "$*" >&2
    exit 1
}

# A host's address: its name ends with its number.
address() { echo "$network.${1##*[a-z]}"; }

on() {
    local host=$1
    shift
    ssh -F "$bed/ssh_config" -o BatchMode=yes "$host" "$@"
}

# Keys for the hosts of these names and for whoever comes to them, and what tells them to ssh.
make_keys() {
    local host
    [ -f "$bed/key" ] || ssh-keygen -q -t ed25519 -N '' -C 'Pitstop bed' -f "$bed/key"
    : >"$bed/known_hosts"
    echo '127.0.0.1 localhost' >"$bed/etc-hosts"
    for host in "$@"; do
        [ -f "$bed/host-key-$host" ] || ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$bed/host-key-$host"
        echo "$host,$(address "$host") $(cut -d' ' -f1,2 "$bed/host-key-$host.pub")" >>"$bed/known_hosts"
        echo "$(address "$host") $host" >>"$bed/etc-hosts"
    done
    # The switch's namespace has no way out, and the machine none in: this is how a client gets to the hosts.
    cat >"$bed/ssh_config" <<END
Host *
    User root
    IdentityFile "$bed/key"
    IdentitiesOnly yes
    UserKnownHostsFile "$bed/known_hosts"
    StrictHostKeyChecking yes
    LogLevel ERROR
    ConnectTimeout 20
    ProxyCommand "$common/through.sh" "$switch" "$network" %h %p
END
}

make_switch() {
    ip netns add "$switch"
    ip -n "$switch" link set lo up
    ip -n "$switch" link add bridge type bridge
    ip -n "$switch" addr add "$network.254/24" dev bridge
    ip -n "$switch" link set bridge up
}

# The files below ROOT that make a host this one.
make_identity() {
    local root=$1 host=$2
    mkdir -p "$root"/{bed,etc/ssh,etc/libvirt,etc/rpm,root/.ssh,var/patch/applied}
    chmod 700 "$root/root" "$root/root/.ssh"
    cp "$bed/key.pub" "$root/root/.ssh/authorized_keys"
    # Hosts reach each other's libvirt over SSH, to hand VMs over.
    cp "$bed/key" "$root/root/.ssh/id_ed25519"
    cp "$bed/known_hosts" "$root/root/.ssh/known_hosts"
    printf 'StrictHostKeyChecking yes\nLogLevel ERROR\n' >"$root/root/.ssh/config"
    chmod 600 "$root"/root/.ssh/*
    echo "$host" >"$root/etc/hostname"
    cp "$bed/etc-hosts" "$root/etc/hosts"
    cp "$bed/host-key-$host" "$root/etc/ssh/ssh_host_ed25519_key"
    chmod 600 "$root/etc/ssh/ssh_host_ed25519_key"
    printf '%s\n' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'PermitRootLogin prohibit-password' 'UsePAM no' 'UseDNS no' \
        'MaxStartups 100' 'MaxSessions 64' >"$root/etc/ssh/sshd_config"
    printf '%s\n' "host_uuid = \"$(cat /proc/sys/kernel/random/uuid)\"" 'auth_unix_rw = "none"' \
        'auth_unix_ro = "none"' 'log_level = 3' >"$root/etc/libvirt/libvirtd.conf"
    echo 'i686-redhat-linux' >"$root/etc/rpm/platform"
    printf '%s\n' "PRODUCT_BRAND='XenServer'" "PRODUCT_VERSION='6.0.2'" "BUILD_NUMBER='53456p'" \
        >"$root/etc/xensource-inventory"
}

# The beginning of a pool.yaml: its name, libvirt's URI on the hosts, and their names, master first.
write_pool() {
    local name=$1 uri=$2 host
    shift 2
    printf 'name: %s\nssh:\n  config: ssh_config\n  known-hosts: known_hosts\n  identity: key\nhosts:\n' "$name"
    for host in "$@"; do
        printf '  - name: %s\n    address: %s\n    ssh: root@%s\n    libvirt: %s\n' \
            "$host" "$(address "$host")" "$host" "$uri"
        [ "$host" != "$1" ] || echo '    master: true'
    done
}

# A bed that a test has made does not outlive it, however the test ends: waits for that process, or the end of FILE, which
# is there as long as the bed is.
outlive() {
    while kill -0 "$1" 2>/dev/null && [ -e "$2" ]; do sleep 1; done
    if [ -e "$2" ]; then down; fi
}

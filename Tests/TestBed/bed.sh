#!/usr/bin/env bash
# The test bed: real hosts on one machine, each in namespaces of its own, with sshd, libvirt, QEMU and rpm. Needs root.
#
#   bed.sh up [N] [PID]     makes N hosts (3) and their guests, until that process is gone; the last line names their pool.yaml
#   bed.sh down             ends and removes all of it, whatever state it is in
#   bed.sh on HOST CMD…     runs a command on a host
#   bed.sh inside CMD…      runs a command in the hosts' network
#   bed.sh cut|mend HOST    pulls a host's network cable, plugs it in again
#   bed.sh kill|boot HOST   cuts a host's power, switches it on
#   bed.sh fresh            puts the packages and stamps of all hosts back to what they were before any hotfix
#   bed.sh guest NAME HOST [MIB] [local]   makes a guest and starts it there, with its disk on the host where `local`
#   bed.sh beats NAME       what the guest has said
#
# PITSTOP_TESTBED is the bed's directory (.pitstop/testbed). Everything that it starts is found by the bed's own network
# namespaces and by recorded process ids, never by name.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bed=$(realpath -m "${PITSTOP_TESTBED:-$here/../../.pitstop/testbed}")
pitstop=${PITSTOP:-$here/../../.build/debug/pitstop}
network=198.51.100                                       # set aside for documentation (RFC 5737)
tag=pitstop-$(printf '%s' "$bed" | cksum | cut -d' ' -f1) # tells the namespaces of several beds apart
switch=$tag-switch
disk_size=${PITSTOP_TESTBED_DISK:-512m}

fail() {
    echo "$*" >&2
    exit 1
}

need_root() {
    [ "$(id -u)" = 0 ] || fail "The test bed makes namespaces and mounts: run it as root."
}

on() {
    local host=$1
    shift
    ssh -F "$bed/ssh_config" -o BatchMode=yes "$host" "$@"
}

# --- Making a host -------------------------------------------------------------------------------------------------

make_keys() {
    [ -f "$bed/key" ] || ssh-keygen -q -t ed25519 -N '' -C 'Pitstop test bed' -f "$bed/key"
    local number
    for number in $(seq "$1"); do
        [ -f "$bed/host-key-h$number" ] || ssh-keygen -q -t ed25519 -N '' -C "h$number" -f "$bed/host-key-h$number"
    done
    : >"$bed/known_hosts"
    echo '127.0.0.1 localhost' >"$bed/etc-hosts"
    for number in $(seq "$1"); do
        echo "h$number,$network.$number $(cut -d' ' -f1,2 "$bed/host-key-h$number.pub")" >>"$bed/known_hosts"
        echo "$network.$number h$number" >>"$bed/etc-hosts"
    done
    # The switch's namespace has no way out, and the machine none in: this is how a client gets to the hosts.
    cat >"$bed/ssh_config" <<END
Host h*
    User root
    IdentityFile "$bed/key"
    IdentitiesOnly yes
    UserKnownHostsFile "$bed/known_hosts"
    StrictHostKeyChecking yes
    LogLevel ERROR
    ProxyCommand $here/through.sh "$switch" "$network" %h %p
END
}

# What a host's disk holds beyond the machine's own files.
make_disk() {
    local number=$1 host=$bed/hosts/h$1
    mkdir -p "$host"
    mountpoint -q "$host" || mount -t tmpfs -o "size=$disk_size,mode=755" pitstop-testbed "$host"
    mkdir -p "$host/upper" "$host/work" "$host/root"
    (
        cd "$host/upper"
        mkdir -p bed etc/ssh etc/libvirt etc/rpm root/.ssh usr/sbin var/lib/rpm var/patch/applied \
            var/log/libvirt/qemu var/lib/libvirt/qemu var/lib/libvirt/images shared
        chmod 700 root root/.ssh
        cp "$bed/key.pub" root/.ssh/authorized_keys
        # Hosts reach each other's libvirt over SSH, to hand VMs over.
        cp "$bed/key" root/.ssh/id_ed25519
        cp "$bed/known_hosts" root/.ssh/known_hosts
        printf 'StrictHostKeyChecking yes\nLogLevel ERROR\n' >root/.ssh/config
        chmod 600 root/.ssh/*
        : >root/.bashrc
        : >root/.profile
        echo "h$number" >etc/hostname
        cp "$bed/etc-hosts" etc/hosts
        printf '%032x\n' $((0x9175 * 65536 + number)) >etc/machine-id
        cp "$bed/host-key-h$number" etc/ssh/ssh_host_ed25519_key
        chmod 600 etc/ssh/ssh_host_ed25519_key
        printf '%s\n' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'PermitRootLogin prohibit-password' 'UsePAM no' \
            'UseDNS no' 'MaxStartups 100' 'MaxSessions 64' 'ClientAliveInterval 5' 'PidFile /run/sshd.pid' \
            >etc/ssh/sshd_config
        printf 'host_uuid = "%s"\n' "$(cat /proc/sys/kernel/random/uuid)" >etc/libvirt/libvirtd.conf
        printf '%s\n' 'auth_unix_rw = "none"' 'auth_unix_ro = "none"' 'log_level = 3' 'keepalive_interval = 2' \
            'keepalive_count = 4' >>etc/libvirt/libvirtd.conf
        printf '%s\n' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'dynamic_ownership = 0' \
            'remember_owner = 0' 'cgroup_controllers = []' 'namespaces = []' 'stdio_handler = "file"' \
            'keepalive_interval = 2' 'keepalive_count = 4' \
            "migration_address = \"$network.$number\"" >etc/libvirt/qemu.conf
        printf '%%_dbpath /var/lib/rpm\n%%_db_backend sqlite\n' >etc/rpm/macros
        echo 'i686-redhat-linux' >etc/rpm/platform
        printf '%s\n' "PRODUCT_BRAND='XenServer'" "PRODUCT_VERSION='6.0.2'" "BUILD_NUMBER='53456p'" \
            >etc/xensource-inventory
        # libvirt looks this user up, though its configuration names another.
        cp /etc/passwd /etc/group etc/
        grep -q ^libvirt-qemu: etc/passwd || echo 'libvirt-qemu:x:64055:64055::/:/usr/sbin/nologin' >>etc/passwd
        grep -q ^libvirt-qemu: etc/group || echo 'libvirt-qemu:x:64055:' >>etc/group
        cp "$(command -v busybox)" bed/busybox
        printf '%s\n' '::sysinit:/bed/start' '::respawn:/usr/sbin/sshd -D' '::respawn:/usr/sbin/libvirtd' >etc/inittab
        printf '%s\n' '#!/bin/sh' 'ip link set lo up' "ip addr replace $network.$number/24 dev eth0" \
            'ip link set eth0 up' >bed/start
        chmod +x bed/start
        for program in reboot poweroff halt; do ln -sf /bed/busybox usr/sbin/$program; done
    )
}

# --- Power ---------------------------------------------------------------------------------------------------------

# The host's power supply: a restart ends the host's first process with SIGHUP, and it is booted again.
power() {
    local host=$1 status
    while :; do
        status=0
        # Before what else the machine does: its guests' clocks must not stand still for want of a processor.
        nice -n -10 ip netns exec "$tag-$host" unshare --mount --pid --uts --ipc --time \
            --boottime "-$(cut -d. -f1 /proc/uptime)" --fork --kill-child --propagation private \
            "$here/host-init.sh" "$bed/hosts/$host" "$bed/shared" || status=$?
        echo "$(date +%T) $host went down: $status"
        [ "$status" = 129 ] || break
        [ ! -e "$bed/hosts/$host.stays-down" ] || break
    done
}

boot() {
    setsid "$here/bed.sh" _power "$1" </dev/null >>"$bed/power.log" 2>&1 &
    echo $! >"$bed/hosts/$1.pid"
}

# The supervisor first, then whatever lives in the host's network namespace.
kill_host() {
    local host=$1 pid pids
    pid=$(cat "$bed/hosts/$host.pid" 2>/dev/null || true)
    rm -f "$bed/hosts/$host.pid"
    [ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        pids=$(ip netns pids "$tag-$host" 2>/dev/null || true)
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086 # one word for each process
        kill -KILL $pids 2>/dev/null || true
        sleep 0.05
    done
    fail "Processes of $host do not end: $pids"
}

wait_for() {
    local host=$1
    local deadline=$((SECONDS + 60))
    while [ $SECONDS -lt $deadline ]; do
        if on "$host" 'test -S /run/libvirt/libvirt-sock && virsh -q -c qemu:///system list >/dev/null' 2>/dev/null; then
            return 0
        fi
        sleep 0.1
    done
    fail "$host did not come up within a minute: see $bed/power.log"
}

# --- Guests --------------------------------------------------------------------------------------------------------

make_heartbeat() {
    as --32 -o "$bed/heartbeat.o" "$here/heartbeat.s"
    ld -m elf_i386 -Ttext 0x7c00 -e start --oformat binary -o "$bed/shared/heartbeat.img" "$bed/heartbeat.o"
    rm "$bed/heartbeat.o"
}

make_guest() {
    local name=$1 host=$2 memory=${3:-4} image=/shared/heartbeat.img
    if [ "${4:-}" = local ]; then
        image=/var/lib/libvirt/images/$name.img
        on "$host" "cp /shared/heartbeat.img $image"
    fi
    : >"$bed/shared/$name.log"
    cat >"$bed/shared/$name.xml" <<END
<domain type='qemu'>
  <name>$name</name>
  <memory unit='MiB'>$memory</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='fd'/></os>
  <features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <disk type='file' device='floppy'>
      <driver name='qemu' type='raw'/><source file='$image'/><target dev='fda'/><readonly/>
    </disk>
    <serial type='file'><source path='/shared/$name.log' append='on'/><target port='0'/></serial>
  </devices>
</domain>
END
    on "$host" "virsh -q -c qemu:///system define /shared/$name.xml && virsh -q -c qemu:///system start $name" >/dev/null
}

# --- The whole bed -------------------------------------------------------------------------------------------------

freshen() {
    on "$1" 'rm -rf /var/patch/applied /var/patch/pitstop &&
        rpm --force-debian -U --oldpackage --force --ignorearch --nosignature /shared/packages/baseline/*.rpm'
}

write_pool() {
    local number
    {
        echo 'name: Test bed'
        echo 'ssh:'
        echo '  config: ssh_config'
        echo '  known-hosts: known_hosts'
        echo '  identity: key'
        echo 'hosts:'
        for number in $(seq "$1"); do
            echo "  - name: h$number"
            echo "    address: $network.$number"
            echo "    ssh: root@h$number"
            echo "    libvirt: qemu:///system"
            [ "$number" != 1 ] || echo '    master: true'
        done
        echo 'storage:'
        echo '  - name: Shared images'
        echo '    path: /shared'
        echo 'limits:'
        echo '  migration-time: 60'
    } >"$bed/pool.yaml"
}

up() {
    local count=$1 number name
    [ ! -e "$bed/hosts" ] || fail "$bed holds a bed already: make testbed-down removes it."
    mkdir -p "$bed/shared" "$bed/hosts"
    trap 'status=$?; [ $status = 0 ] || { echo "The test bed could not be made; it is removed." >&2; down; }' EXIT
    make_keys "$count"
    make_heartbeat
    "$pitstop" package samples --output "$bed/shared/packages" >/dev/null

    ip netns add "$switch"
    ip -n "$switch" link set lo up
    ip -n "$switch" link add bridge type bridge
    ip -n "$switch" addr add "$network.254/24" dev bridge
    ip -n "$switch" link set bridge up
    for number in $(seq "$count"); do
        name=h$number
        ip netns add "$tag-$name"
        ip link add eth0 netns "$tag-$name" type veth peer name "$name" netns "$switch"
        ip -n "$switch" link set "$name" master bridge up
        make_disk "$number"
        boot "$name"
    done
    for number in $(seq "$count"); do
        wait_for "h$number"
        freshen "h$number"
        make_guest "guest$number" "h$number"
    done
    make_guest "guest$((count + 1))" "h$count"
    write_pool "$count"
    trap - EXIT
    if [ -n "${2:-}" ]; then setsid "$here/bed.sh" _watch "$2" </dev/null >>"$bed/power.log" 2>&1 & fi
    echo "$bed/pool.yaml"
}

# A bed that a test has made does not outlive it, however the test ends.
watch() {
    while kill -0 "$1" 2>/dev/null && [ -e "$bed/hosts" ]; do sleep 1; done
    if [ -e "$bed/hosts" ]; then down; fi
}

down() {
    local namespace folder
    for namespace in $(ip netns list | awk -v tag="$tag-" 'index($1, tag) == 1 { print $1 }'); do
        case $namespace in "$switch") ;; *) kill_host "${namespace#"$tag-"}" ;; esac
    done
    for namespace in $(ip netns list | awk -v tag="$tag-" 'index($1, tag) == 1 { print $1 }'); do
        ip netns delete "$namespace"
    done
    for folder in "$bed"/hosts/*/; do
        [ -d "$folder" ] || continue
        umount -l "$folder" 2>/dev/null || true
    done
    rm -rf "$bed/hosts" "$bed/shared" "$bed"/{key,key.pub,known_hosts,etc-hosts,ssh_config,pool.yaml,power.log} \
        "$bed"/host-key-*
}

need_root
command=${1:-}
[ $# = 0 ] || shift
case $command in
    up) up "${1:-3}" "${2:-}" ;;
    down) down ;;
    on) on "$@" ;;
    inside) exec nsenter --net="/run/netns/$switch" "$@" ;;
    cut) ip -n "$switch" link set "$1" down ;;
    mend) ip -n "$switch" link set "$1" up ;;
    kill) kill_host "$1" ;;
    boot) boot "$1" ;;
    wait) wait_for "$1" ;;
    fresh) for host in "$bed"/hosts/*/; do freshen "$(basename "$host")"; done ;;
    guest) make_guest "$@" ;;
    beats) cat "$bed/shared/$1.log" ;;
    _watch) watch "$1" ;;
    _power) power "$1" ;;
    *) sed -n '2,17s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

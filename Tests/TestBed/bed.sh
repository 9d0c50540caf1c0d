#!/usr/bin/env bash
# The test bed: real hosts on one machine, each in namespaces of its own, with sshd, libvirt, QEMU and rpm. Needs root.
#
#   bed.sh up [N] [PID]     makes N hosts (3) and their guests, until that process is gone; the last line names their pool.yaml
#   bed.sh down             ends and removes all of it, whatever state it is in
#   bed.sh on HOST CMD…     runs a command on a host
#   bed.sh inside CMD…      runs a command in the hosts' network
#   bed.sh cut|mend HOST    pulls a host's network cable, plugs it in again
#   bed.sh kill|boot HOST   cuts a host's power, switches it on
#   bed.sh hold HOST        has it stay down when it restarts, until it is switched on
#   bed.sh wait HOST        waits until its SSH server and its libvirt answer
#   bed.sh fresh            puts the packages and stamps of all hosts back to what they were before any hotfix
#   bed.sh guest NAME HOST [MIB] [local]   makes a guest and starts it there, with its disk on the host where `local`
#   bed.sh beats NAME       what the guest has said
#
# PITSTOP_TESTBED is the bed's directory (.pitstop/testbed). Everything that it starts is found by the bed's own network
# namespaces and by recorded process ids, never by name.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bed=$(realpath -m "${PITSTOP_TESTBED:-$here/../../.pitstop/testbed}")
tag=pitstop-$(printf '%s' "$bed" | cksum | cut -d' ' -f1) # tells the namespaces of several beds apart
switch=$tag-switch
disk_size=${PITSTOP_TESTBED_DISK:-512m}

# shellcheck source-path=SCRIPTDIR
. "$here/common.sh"
. "$here/hosts.sh"

need_root() {
    [ "$(id -u)" = 0 ] || fail "The test bed makes namespaces and mounts: run it as root."
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

up() {
    local count=$1 number name names
    [ ! -e "$bed/hosts" ] || fail "$bed holds a bed already: make testbed-down removes it."
    mkdir -p "$bed/shared" "$bed/hosts"
    trap 'status=$?; [ $status = 0 ] || { echo "The test bed could not be made; it is removed." >&2; down; }' EXIT
    mapfile -t names < <(seq -f 'h%g' "$count")
    make_keys "${names[@]}"
    make_heartbeat
    "$pitstop" package samples --output "$bed/shared/packages" >/dev/null
    make_switch
    for name in "${names[@]}"; do
        ip netns add "$tag-$name"
        ip link add eth0 netns "$tag-$name" type veth peer name "$name" netns "$switch"
        ip -n "$switch" link set "$name" master bridge up
        make_disk "$name"
        boot "$name"
    done
    for number in $(seq "$count"); do
        wait_for "h$number"
        freshen "h$number"
        make_guest "guest$number" "h$number"
    done
    make_guest "guest$((count + 1))" "h$count"
    {
        write_pool 'Test bed' qemu:///system "${names[@]}"
        printf 'storage:\n  - name: Shared images\n    path: /shared\nlimits:\n  migration-time: 60\n'
    } >"$bed/pool.yaml"
    trap - EXIT
    if [ -n "${2:-}" ]; then setsid "$here/bed.sh" _outlive "$2" </dev/null >>"$bed/power.log" 2>&1 & fi
    echo "$bed/pool.yaml"
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
    hold) hold "$1" ;;
    wait) wait_for "$1" ;;
    fresh) for host in "$bed"/hosts/*/; do freshen "$(basename "$host")"; done ;;
    guest) make_guest "$@" ;;
    beats) cat "$bed/shared/$1.log" ;;
    _outlive) outlive "$1" "$bed/hosts" ;;
    _power) power "$1" ;;
    *) sed -n '2,19s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

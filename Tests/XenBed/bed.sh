#!/usr/bin/env bash
# A bed of two genuine Xen hosts on one machine: each a virtual machine that QEMU emulates, in it Xen 4.17, Debian as its
# dom0, libvirt, sshd and rpm, and paravirtual guests. Needs root.
#
#   bed.sh up [PID]         makes the bed, until that process is gone; the last line names its pool.yaml
#   bed.sh packages         installs the Debian packages that it is built and emulated with
#   bed.sh down             ends and removes all of it, whatever state it is in; the hosts' image is kept
#   bed.sh on HOST CMD…     runs a command on a host
#   bed.sh guest NAME HOST  makes a guest and starts it there
#   bed.sh beats NAME       what the guest has said, on whichever host
#   bed.sh console HOST     what the host's Xen and kernel have said
#
# PITSTOP_XEN_BED is the bed's folder (.xen-bed). Nobody but the bed's own files and network namespaces tells what belongs
# to it: processes are ended by their recorded ids. On a busy machine give it more: PITSTOP_XEN_PATIENCE, in seconds, for a
# host to come up (900), PITSTOP_XEN_ANSWER, in seconds, for it to answer (120); PITSTOP_XEN_NICE (5) is how far its processors stand back.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(realpath -m "${PITSTOP_XEN_BED:-$here/../../.xen-bed}")
image=$folder/image
bed=$folder/bed
switch=pitstop-xen-$(printf '%s' "$bed" | cksum | cut -d' ' -f1) # tells the namespaces of several beds apart
hosts="xen1 xen2"
memory=${PITSTOP_XEN_MEMORY:-1536}                          # MiB of a host, 512 of them dom0's
patience=${PITSTOP_XEN_PATIENCE:-900}

# shellcheck source-path=SCRIPTDIR
. "$here/../TestBed/common.sh"

# A host's second disk: an archive of all that makes it this host, which it unpacks when it first boots.
make_settings() {
    local host=$1 root=$bed/settings-$1
    make_identity "$root" "$host"
    echo "$(address "$host")/24" >"$root/bed/address"
    # An emulated processor that has others to wait for may be silent for long.
    printf '%s\n' 'keepalive_interval = 20' 'keepalive_count = 10' |
        tee -a "$root/etc/libvirt/libvirtd.conf" >"$root/etc/libvirt/libxl.conf"
    tar -c -f "$bed/$host.settings" --owner=0 --group=0 -C "$root" .
    truncate -s %1M "$bed/$host.settings"
    rm -rf "$root"
}

boot() {
    local host=$1 number=${1#xen}
    # Nothing but time, memory and two disks is emulated; dom0 has one processor, as many as the host.
    setsid nice -n "${PITSTOP_XEN_NICE:-5}" nsenter "--net=/run/netns/$switch" qemu-system-x86_64 \
        -name "$host" -machine pc -accel tcg,tb-size=256 -cpu "${PITSTOP_XEN_CPU:-Nehalem}" -m "$memory" -smp 1 \
        -nodefaults -display none -serial "file:$bed/$host.console" \
        -kernel "$image/xen" \
        -append "dom0_mem=512M,max:512M dom0_max_vcpus=1 com1=115200,8n1 console=com1 loglvl=warning guest_loglvl=warning spec-ctrl=no xpti=no ucode=no" \
        -initrd "$image/vmlinuz root=/dev/vda rw console=hvc0 net.ifnames=0 quiet mitigations=off init=/bed/first,$image/initrd.img" \
        -drive "file=$bed/$host.disk,if=virtio,cache=unsafe" \
        -drive "file=$bed/$host.settings,format=raw,if=virtio,readonly=on" \
        -netdev "tap,id=net,ifname=$host,script=no,downscript=no" \
        -device "virtio-net-pci,netdev=net,mac=52:54:00:00:00:0$number" -device virtio-rng-pci \
        </dev/null >"$bed/$host.errors" 2>&1 &
    echo $! >"$bed/$host.pid"
}

wait_for() {
    local host=$1
    local deadline=$((SECONDS + patience))
    while [ $SECONDS -lt $deadline ]; do
        kill -0 "$(cat "$bed/$host.pid")" 2>/dev/null || fail "$host ended: $(cat "$bed/$host.errors")"
        if timeout 60 ssh -F "$bed/ssh_config" -o BatchMode=yes "$host" \
            'virsh -q -c xen:///system list >/dev/null' 2>/dev/null; then
            return 0
        fi
        sleep 2
    done
    tail -n 20 "$bed/$host.console" >&2
    fail "$host did not come up within $patience s: see above, or give it longer by PITSTOP_XEN_PATIENCE."
}

make_guest() {
    local name=$1 host=$2
    on "$host" "cat >/shared/$name.xml && virsh -q -c xen:///system define /shared/$name.xml >/dev/null &&
        virsh -q -c xen:///system start $name" <<END
<domain type='xen'>
  <name>$name</name>
  <memory unit='MiB'>96</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='xenpv'>linux</type>
    <kernel>/shared/vmlinuz</kernel><initrd>/shared/guest.img</initrd>
    <cmdline>console=hvc0 quiet panic=-1</cmdline>
  </os>
  <devices><console type='pty'><target type='xen' port='0'/></console></devices>
</domain>
END
}

# Each host has written down what the guest said while it was there.
beats() {
    local host
    for host in $hosts; do on "$host" "cat /var/log/xen/console/guest-$1.log 2>/dev/null || true"; done
}

up() {
    local host number
    [ ! -e "$bed" ] || fail "$bed holds a bed already: Tests/XenBed/bed.sh down removes it."
    "$here/image.sh" "$image"
    mkdir -p "$bed"
    trap 'status=$?; [ $status = 0 ] || { echo "The Xen bed could not be made; it is removed." >&2; down; }' EXIT
    # shellcheck disable=SC2086 # one word for each host
    make_keys $hosts
    make_switch
    for host in $hosts; do
        ip netns exec "$switch" ip tuntap add "$host" mode tap
        ip -n "$switch" link set "$host" master bridge up
        make_settings "$host"
        qemu-img create -q -f qcow2 -b "$image/dom0.img" -F raw "$bed/$host.disk"
        boot "$host"
    done
    "$pitstop" package samples --output "$bed/packages" >/dev/null
    for host in $hosts; do
        wait_for "$host"
        echo "$host is up after $SECONDS s." >&2
        tar -c -C "$bed/packages" baseline | on "$host" 'tar -x -C /tmp --no-same-owner &&
            rpm --force-debian -U --ignorearch --nosignature /tmp/baseline/*.rpm && rm -r /tmp/baseline'
        for number in 1 2; do make_guest "guest$((number * 2 + ${host#xen} - 2))" "$host"; done
        echo "$host has its guests after $SECONDS s." >&2
    done
    {
        # shellcheck disable=SC2086 # one word for each host
        write_pool 'Xen bed' xen:///system $hosts
        printf 'limits:\n  migration-time: 1800\n  answer-time: %s\n' "${PITSTOP_XEN_ANSWER:-120}"
    } >"$bed/pool.yaml"
    trap - EXIT
    if [ -n "${1:-}" ]; then setsid "$here/bed.sh" _outlive "$1" </dev/null >/dev/null 2>&1 & fi
    echo "$bed/pool.yaml"
}

# An id is the bed's only as long as its process holds one of the bed's disks.
is_ours() {
    local line
    line=$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") || return 1
    case $line in *"file=$2,"*) return 0 ;; *) return 1 ;; esac
}

down() {
    local file pid
    for file in "$bed"/*.pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        for _ in $(seq 100); do
            is_ours "$pid" "${file%.pid}.disk" || break
            kill -KILL "$pid" 2>/dev/null || true
            sleep 0.1
        done
        ! is_ours "$pid" "${file%.pid}.disk" || fail "$(basename "${file%.pid}") does not end: process $pid"
    done
    if [ -e "/run/netns/$switch" ]; then ip netns delete "$switch"; fi
    rm -rf "$bed"
}

[ "$(id -u)" = 0 ] || fail "The Xen bed makes network namespaces and a root file system: run it as root."
command=${1:-}
[ $# = 0 ] || shift
case $command in
    up) up "${1:-}" ;;
    down) down ;;
    packages) "$here/../../Scripts/setup.sh" xen ;;
    on) on "$@" ;;
    wait) wait_for "$1" ;;
    guest) make_guest "$@" ;;
    beats) beats "$1" ;;
    console) cat "$bed/$1.console" ;;
    _outlive) outlive "$1" "$bed" ;;
    *) sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

# The test bed's hosts: what is on their disks, and their power. To be sourced by bed.sh.
# shellcheck shell=bash disable=SC2154

# What a host's disk holds beyond the machine's own files.
make_disk() {
    local name=$1 host=$bed/hosts/$1 upper=$bed/hosts/$1/upper
    mkdir -p "$host"
    mountpoint -q "$host" || mount -t tmpfs -o "size=$disk_size,mode=755" pitstop-testbed "$host"
    mkdir -p "$upper" "$host/work" "$host/root"
    make_identity "$upper" "$name"
    (
        cd "$upper"
        mkdir -p usr/sbin var/lib/rpm var/log/libvirt/qemu var/lib/libvirt/qemu var/lib/libvirt/images shared
        : >root/.bashrc
        : >root/.profile
        printf '%032x\n' $((0x9175 * 65536 + ${name##*[a-z]})) >etc/machine-id
        printf '%s\n' 'ClientAliveInterval 5' 'PidFile /run/sshd.pid' >>etc/ssh/sshd_config
        printf '%s\n' 'keepalive_interval = 2' 'keepalive_count = 4' >>etc/libvirt/libvirtd.conf
        printf '%s\n' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'dynamic_ownership = 0' \
            'remember_owner = 0' 'cgroup_controllers = []' 'namespaces = []' 'stdio_handler = "file"' \
            'keepalive_interval = 2' 'keepalive_count = 4' \
            "migration_address = \"$(address "$name")\"" >etc/libvirt/qemu.conf
        printf '%%_dbpath /var/lib/rpm\n%%_db_backend sqlite\n' >etc/rpm/macros
        # libvirt looks this user up, though its configuration names another.
        cp /etc/passwd /etc/group etc/
        grep -q ^libvirt-qemu: etc/passwd || echo 'libvirt-qemu:x:64055:64055::/:/usr/sbin/nologin' >>etc/passwd
        grep -q ^libvirt-qemu: etc/group || echo 'libvirt-qemu:x:64055:' >>etc/group
        cp "$(command -v busybox)" bed/busybox
        printf '%s\n' '::sysinit:/bed/start' '::respawn:/usr/sbin/sshd -D' '::respawn:/usr/sbin/libvirtd' >etc/inittab
        printf '%s\n' '#!/bin/sh' 'ip link set lo up' "ip addr replace $(address "$name")/24 dev eth0" \
            'ip link set eth0 up' >bed/start
        chmod +x bed/start
        for program in reboot poweroff halt; do ln -sf /bed/busybox usr/sbin/$program; done
    )
}

# The host's power supply: a restart ends the host's first process with SIGHUP, and it is booted again, unless it is held.
# A host has one at most: two would run it twice, on one disk and at one address.
power() {
    local host=$1 status
    exec 9>>"$bed/hosts/$host.power"
    flock -n 9 || return 0
    echo $$ >"$bed/hosts/$host.pid"
    while :; do
        echo "$(date +%T) $host is booted by $$"
        status=0
        # Before what else the machine does: its guests' clocks must not stand still for want of a processor.
        nice -n -10 ip netns exec "$tag-$host" unshare --mount --pid --uts --ipc --time \
            --boottime "-$(cut -d. -f1 /proc/uptime)" --fork --kill-child --propagation private \
            "$here/host-init.sh" "$bed/hosts/$host" "$bed/shared" 9>&- || status=$?
        echo "$(date +%T) $host went down: $status"
        [ "$status" = 129 ] || break
        while [ -e "$bed/hosts/$host.held" ]; do sleep 0.1; done
    done
}

# A host that is held stays down when it is restarted, as one that hangs in its firmware.
hold() { : >"$bed/hosts/$1.held"; }

boot() {
    rm -f "$bed/hosts/$1.held"
    setsid "$here/bed.sh" _power "$1" </dev/null >>"$bed/power.log" 2>&1 &
}

has_power() { [ -e "$bed/hosts/$1.power" ] && ! flock -n "$bed/hosts/$1.power" true; }

# The supervisor first, then whatever lives in the host's network namespace.
kill_host() {
    local host=$1 pids
    # The recorded id is the supervisor's as long as that holds its lock.
    if has_power "$host"; then kill -KILL -- "-$(cat "$bed/hosts/$host.pid")" 2>/dev/null || true; fi
    for _ in $(seq 100); do
        pids=$(ip netns pids "$tag-$host" 2>/dev/null || true)
        if [ -z "$pids" ] && ! has_power "$host"; then return 0; fi
        # shellcheck disable=SC2086 # one word for each process
        [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
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

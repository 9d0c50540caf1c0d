#!/usr/bin/env bash
# The first process of a test-bed host, in fresh namespaces: mounts the host's world and becomes its init.
# Usage: host-init.sh HOST-DIRECTORY SHARED-DIRECTORY
set -euo pipefail
host=$1 shared=$2
root=$host/root

hostname "$(basename "$host")"
mount -t overlay -o "lowerdir=/,upperdir=$host/upper,workdir=$host/work" host "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
for device in null zero full random urandom tty net/tun; do
    [ -e "/dev/$device" ] || continue
    mkdir -p "$(dirname "$root/dev/$device")"
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs tmpfs "$root/dev/shm"
mkdir -p "$root/run/sshd" "$root/run/libvirt" "$root/run/lock"
ln -s /run/lock "$root/run/lock/subsys" 2>/dev/null || true

# The kernel is the machine's, and was booted once; a host of the bed has its own boot id.
cat /proc/sys/kernel/random/uuid >"$root/run/boot_id"
mount --bind "$root/run/boot_id" "$root/proc/sys/kernel/random/boot_id"
mkdir -p "$root/shared"
mount --bind "$shared" "$root/shared"

cd "$root"
pivot_root . .
umount -l .
cd /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb /bed/busybox init </dev/null >/dev/null 2>&1

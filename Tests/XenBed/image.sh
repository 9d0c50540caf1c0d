#!/usr/bin/env bash
# Builds what a Xen host of the bed boots from: Debian with Xen 4.17, libvirt's driver for it, sshd and rpm, and what its
# guests boot from. Takes some minutes and about 1.5 GB, once: the files stay in the folder that is given. Needs root.
#
#   image.sh FOLDER     leaves there: xen, vmlinuz, initrd.img, dom0.img, guest.img
#
# PITSTOP_XEN_MIRROR is the Debian archive to take the packages from (http://deb.debian.org/debian).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(realpath -m "$1")
mirror=${PITSTOP_XEN_MIRROR:-http://deb.debian.org/debian}
# What was built from other instructions than these is built again.
edition=$(cat "${BASH_SOURCE[0]}" "$here"/dom0/* "$here/guest-init" | sha256sum | cut -d' ' -f1)

[ "$(cat "$folder/edition" 2>/dev/null || true)" != "$edition" ] || exit 0
mkdir -p "$folder"
work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

packages=(
    linux-image-amd64 busybox-static mount kmod iproute2 procps openssh-server rpm gpgv
    xen-hypervisor-4.17-amd64 xen-utils-4.17 xen-utils-common xenstore-utils
    libvirt-daemon libvirt-daemon-driver-xen libvirt-clients
)
echo "Building the Xen hosts' disk from $mirror: this takes some minutes, once." >&2
# The initial RAM disk holds nothing but the way to the virtual disk.
export modules=/usr/share/initramfs-tools/modules.d/pitstop configuration=/etc/initramfs-tools/conf.d/pitstop
# shellcheck disable=SC2016 # mmdebstrap's hooks read $1
mmdebstrap --quiet --mode=root --variant=apt --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/lib/modules/*/kernel/sound/*' \
    --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/gpu/*' \
    --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/media/*' \
    --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/net/wireless/*' \
    --essential-hook='mkdir -p "$(dirname "$1$modules")" "$(dirname "$1$configuration")"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1$modules"' \
    --essential-hook='printf "%s\n" MODULES=list COMPRESS=gzip >"$1$configuration"' \
    --include="$(IFS=,; echo "${packages[*]}")" bookworm "$root" "$mirror" >&2

# The hosts' own parts: busybox starts them, which is done long before systemd would be on an emulated processor.
install -D -m 755 "$here/dom0/start" "$root/bed/start"
install -m 755 "$here/dom0/stop" "$here/dom0/first" "$root/bed/"
install -m 644 "$here/dom0/inittab" "$root/etc/inittab"
for program in reboot poweroff halt; do ln -sf /bin/busybox "$root/usr/local/sbin/$program"; done
sed -i '/^XENCONSOLED_ARGS=/d' "$root/etc/default/xen"
echo 'XENCONSOLED_ARGS="--log=guest --log-dir=/var/log/xen/console"' >>"$root/etc/default/xen"
# Of libvirt's drivers only Xen's: the others' users and daemons are not here.
find "$root"/usr/lib/*/libvirt/connection-driver -name '*.so' ! -name 'libvirt_driver_libxl.so' -delete
echo '/dev/vda / ext4 rw,noatime 0 0' >"$root/etc/fstab"
mkdir -p "$root/var/log/xen/console" "$root/shared"
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname"

# A guest is the kernel and a disk in memory with a busybox and a heart.
guest=$work/guest
mkdir -p "$guest"/{bin,dev,proc}
cp "$root/bin/busybox" "$guest/bin/busybox"
install -m 755 "$here/guest-init" "$guest/init"
mknod -m 600 "$guest/dev/console" c 5 1
(cd "$guest" && find . | "$guest/bin/busybox" cpio --quiet -o -H newc 2>/dev/null | gzip -9) >"$work/guest.img"

zcat "$root"/boot/xen-4.17-amd64.gz >"$work/xen"
cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
cp "$root"/boot/initrd.img-* "$work/initrd.img"
cp "$work/vmlinuz" "$work/guest.img" "$root/shared/"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/boot/*
truncate -s 3G "$work/dom0.img"
mke2fs -q -t ext4 -O ^has_journal -d "$root" "$work/dom0.img"
mv "$work"/{xen,vmlinuz,initrd.img,guest.img,dom0.img} "$folder/"
echo "$edition" >"$folder/edition"

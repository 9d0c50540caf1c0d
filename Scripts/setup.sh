#!/usr/bin/env bash
# Makes sure that the Debian packages that Pitstop builds and runs with are here: installs them when root, names them
# otherwise. With `bench`, also those of the peers that the benchmarks measure beside; with `testbed`, also what the hosts
# of the test bed run; with `xen`, what the Xen bed is built and emulated with; with `service`, the servers of other people
# beside which Pitstop's service is tried, and which Debian begins where it can; with `package`, what its own package is made and
# tried with; with `docs`, what the site of the documentation is made with.
set -euo pipefail

packages=(
    libarchive-dev zlib1g-dev libbz2-dev libsqlite3-dev libvirt-dev pkg-config rpm bubblewrap gnupg gpgv openssh-client
    python3-venv chromium chromium-driver curl openssl dnf createrepo-c
)
case ${1:-} in
    bench) packages+=(nginx-light ganeti-htools) ;;
    testbed)
        packages+=(libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 openssh-server iproute2
            busybox-static binutils)
        ;;
    service) packages+=(prometheus prometheus-alertmanager systemd) ;;
    package) packages+=(dpkg-dev lintian mmdebstrap binutils) ;;
    docs) packages+=(mkdocs) ;;
    xen) packages+=(mmdebstrap qemu-system-x86 qemu-utils e2fsprogs iproute2 busybox-static openssh-client) ;;
esac

missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
        missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "Missing packages. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
fi
command -v swift >/dev/null || {
    echo "Swift 6.2 or later is needed: see https://www.swift.org/install/linux/" >&2
    exit 1
}

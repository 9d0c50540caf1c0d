/// What Pitstop has hosts do: POSIX sh, sent along with each command, so that nothing of ours is installed there.
enum RemoteScripts {
    /// Prints what the host says of itself, as `name=value`.
    static let facts = #"""
        LC_ALL=C; export LC_ALL
        umask 022
        echo "user=$(id -u)"
        mkdir -p /run/pitstop /var/patch/applied 2>/dev/null
        [ -e /run/pitstop/agent ] || : >/run/pitstop/agent
        inventory() { sed -n "s/^$1=['\"]\{0,1\}\([^'\"]*\).*/\1/p" /etc/xensource-inventory 2>/dev/null; }
        release() { sed -n "s/^$1=['\"]\{0,1\}\([^'\"]*\).*/\1/p" /etc/os-release 2>/dev/null; }
        echo "clock=$(date +%s.%N)"
        echo "boot_id=$(cat /proc/sys/kernel/random/boot_id)"
        echo "uptime=$(cut -d' ' -f1 /proc/uptime)"
        echo "agent=$(stat -c %Y /run/pitstop/agent)"
        echo "kernel=$(uname -r)"
        echo "hostname=$(hostname)"
        echo "free_kib=$(df -Pk /var/patch | awk 'NR == 2 { print $4 }')"
        echo "memory_kib=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)"
        echo "cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)"
        echo "flags=$(sed -n 's/^flags[^:]*: *//p' /proc/cpuinfo | head -n 1)"
        for program in flock setsid timeout awk sed df stat tar; do
            command -v "$program" >/dev/null 2>&1 || echo "missing=$program"
        done
        for program in rpm dpkg-query; do
            ! command -v "$program" >/dev/null 2>&1 || echo "packages=$program"
        done
        echo "cpus=$(grep -c ^processor /proc/cpuinfo)"
        version=$(inventory PRODUCT_VERSION)
        if [ -n "$version" ]; then
            echo "version=$version"
            echo "brand=$(inventory PRODUCT_BRAND)"
            echo "build=$(inventory BUILD_NUMBER)"
        else
            echo "version=$(release VERSION_ID)"
            echo "brand=$(release NAME)"
        fi
        # Xen's control domain is told the version by its kernel; the tools would take long to say the same.
        read -r capabilities 2>/dev/null </proc/xen/capabilities
        if [ "${capabilities%control_d*}" != "$capabilities" ]; then
            for part in major minor extra; do
                read -r "$part" 2>/dev/null </sys/hypervisor/version/$part
            done
            echo "xen=$major.$minor$extra"
        fi
        for bridge in /sys/class/net/*/bridge; do
            [ -d "$bridge" ] || continue
            bridge=${bridge%/bridge}
            echo "bridge=${bridge##*/}"
        done
        """#

    /// Prints the installed packages, of rpm as name, version and architecture with tabs between, of dpkg with its status
    /// before; a host may have both. 3: there is no package manager.
    static let packages = #"""
        LC_ALL=C; export LC_ALL
        found=3
        if command -v rpm >/dev/null 2>&1 && [ -n "$(rpm -qa | head -n 1)" ]; then
            rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n' || exit 1
            found=0
        fi
        if command -v dpkg-query >/dev/null 2>&1; then
            dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n' || exit 1
            found=0
        fi
        exit $found
        """#

    /// Prints every stamp: a line `NAME TIME BYTES`, then its contents.
    static let stamps = #"""
        LC_ALL=C; export LC_ALL
        cd /var/patch/applied 2>/dev/null || exit 0
        for name in *; do
            if [ -f "$name" ] && [ ! -L "$name" ]; then
                size=$(head -c 65536 "$name" | wc -c)
                echo "$name $(stat -c %Y "$name") $size"
                head -c 65536 "$name"
                echo
            fi
        done
        """#

    /// Begins a restart that outlives this connection.
    static let reboot = #"""
        if [ -d /run/systemd/system ]; then
            systemctl --no-block reboot
        else
            setsid sh -c 'sleep 0.3; exec reboot' </dev/null >/dev/null 2>&1 &
        fi
        """#

    /// Restarts libvirt, under whose hands VMs go on, and remembers when.
    static let restartAgent = #"""
        if [ -d /run/systemd/system ]; then
            systemctl try-restart libvirtd.service virtqemud.service virtxend.service 2>/dev/null
        elif [ -r /run/libvirtd.pid ]; then
            kill "$(cat /run/libvirtd.pid)"
        fi
        # Its start is told by the second.
        sleep 1
        mkdir -p /run/pitstop
        touch /run/pitstop/agent
        """#
}

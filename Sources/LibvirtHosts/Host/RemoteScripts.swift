/// What Pitstop has hosts do: POSIX sh, sent along with each command, so that nothing of ours is installed there.
enum RemoteScripts {
    /// Prints what the host says of itself, as `name=value`.
    ///
    /// Hosts are asked again and again, and starting a program takes a slow one long: the shell reads what it can itself.
    static let facts = #"""
        LC_ALL=C; export LC_ALL
        umask 022
        while read -r key _ user _; do
            [ "$key" != Uid: ] || break
        done </proc/self/status
        echo "user=$user"
        [ -d /run/pitstop ] && [ -d /var/patch/applied ] || mkdir -p /run/pitstop /var/patch/applied 2>/dev/null
        [ -e /run/pitstop/agent ] || : >/run/pitstop/agent
        date +clock=%s.%N
        read -r uptime _ </proc/uptime
        echo "uptime=$uptime"
        for pair in boot_id=random/boot_id kernel=osrelease hostname=hostname; do
            read -r value </proc/sys/kernel/${pair#*=}
            echo "${pair%%=*}=$value"
        done
        stat -c agent=%Y /run/pitstop/agent
        df -Pk /var/patch | {
            read -r _
            read -r _ _ _ free _
            echo "free_kib=$free"
        }
        awk '
            /^MemTotal:/ { print "memory_kib=" $2 }
            /^processor/ { cpus++ }
            /^(model name|flags)/ && !seen[$1]++ {
                name = $1 == "flags" ? "flags=" : "cpu="
                sub(/^[^:]*: */, "")
                print name $0
            }
            END { print "cpus=" cpus }
        ' /proc/meminfo /proc/cpuinfo
        for program in flock setsid timeout awk sed df stat tar; do
            command -v "$program" >/dev/null 2>&1 || echo "missing=$program"
        done
        for program in rpm dpkg-query; do
            ! command -v "$program" >/dev/null 2>&1 || echo "packages=$program"
        done
        # An inventory says more of the product than its distribution's file does.
        for file in /etc/os-release /etc/xensource-inventory; do
            [ -r "$file" ] || continue
            while IFS= read -r line || [ -n "$line" ]; do
                value=${line#*=}
                value=${value#[\'\"]}
                value=${value%%[\'\"]*}
                case $file:$line in
                    *release:VERSION_ID=* | *inventory:PRODUCT_VERSION=*) echo "version=$value" ;;
                    *release:NAME=* | *inventory:PRODUCT_BRAND=*) echo "brand=$value" ;;
                    *inventory:BUILD_NUMBER=*) echo "build=$value" ;;
                esac
            done <"$file"
        done
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

    /// `$1` file, `$2` its byte to begin with, from 1, `$3` how many: prints that piece.
    static let piece = #"""
        [ -f "$1" ] && exec 3<"$1" || exit 20
        tail -c "+$2" <&3 | head -c "$3"
        """#

    /// Prints the installed packages, of rpm as name, version and architecture with tabs between, of dpkg with its status
    /// before; a host may have both. 3: there is no package manager.
    static let packages = #"""
        LC_ALL=C; export LC_ALL
        found=3
        if command -v rpm >/dev/null 2>&1; then
            list=$(rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n') || exit 1
            # A Debian host may have the tool and no database of its own.
            if [ -n "$list" ]; then
                printf '%s\n' "$list"
                found=0
            fi
        fi
        if command -v dpkg-query >/dev/null 2>&1; then
            dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n' || exit 1
            found=0
        fi
        exit $found
        """#

    /// Prints every stamp: a line `NAME TIME BYTES`, then its contents. Names with blanks are none of stamps.
    static let stamps = #"""
        LC_ALL=C; export LC_ALL
        cd /var/patch/applied 2>/dev/null || exit 0
        for name in *; do
            case $name in *[!A-Za-z0-9._-]*) continue ;; esac
            if [ -f "$name" ] && [ ! -L "$name" ]; then
                size=$(head -c 65536 "$name" | wc -c)
                echo "$name $(stat -c %Y "$name") $size"
                head -c 65536 "$name"
                echo
            fi
        done
        """#

    /// `$1` name, and the stamp's text as standard input: writes the stamp, complete or not at all.
    static let stamp = #"""
        umask 077
        mkdir -p /var/patch/applied
        cat >"/var/patch/.stamp-$1" && chmod 0440 "/var/patch/.stamp-$1" &&
            mv -f "/var/patch/.stamp-$1" "/var/patch/applied/$1" && sync
        """#

    /// Begins a restart that outlives this connection.
    static let reboot = #"""
        if [ -d /run/systemd/system ]; then
            systemctl --no-block reboot
        else
            setsid sh -c 'sleep 0.1; exec reboot' </dev/null >/dev/null 2>&1 &
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

/// What packages for a XenServer 6.0 control domain (CentOS 5, 32 bits) take for granted there: what its distribution
/// provides, and the few commands that their programs ask.
///
/// The machine's own `/usr` lies below a host's tree, so that the commands exist. This says so in the tree's RPM database,
/// and gives `xe`, which asks nobody.
enum ControlDomain {
    /// What the RPM database has to provide, so that the dependencies of packages for such a host hold.
    static let provides: [String] = distribution + interpreters + libraries

    private static let distribution = [
        "glibc = 2.5-42", "glibc-common = 2.5-42", "bash = 3.2-24.el5", "coreutils = 5.97-23.el5", "sed = 4.1.5-5",
        "grep = 2.5.1-55.el5", "gawk = 3.1.5-14.el5", "findutils = 4.2.27-6.el5", "diffutils = 2.8.1-15.2.3",
        "gzip = 1.3.5-11.el5", "tar = 1.15.1-23.0.1", "util-linux = 2.13-0.52.el5",
        "module-init-tools = 3.3-0.pre3.1.60",
        "chkconfig = 1.3.30.2-2.el5", "initscripts = 8.45.30-2.el5", "mkinitrd = 5.1.19.6-61", "which = 2.16-7",
        "perl = 4:5.8.8-27.el5", "python = 2.4.3-27.el5", "python(abi) = 2.4", "rpm = 4.4.2.3-18.el5",
        "shadow-utils = 4.0.17-14.el5", "libgcc = 4.1.2-46.el5", "libstdc++ = 4.1.2-46.el5", "zlib = 1.2.3-3",
        "ncurses = 5.5-24", "krb5-libs = 1.6.1-36.el5", "e2fsprogs-libs = 1.39-23.el5", "pam = 0.99.6.2-6.el5",
        "system-release = 5.4", "setup = 2.5.58-7.el5", "filesystem = 2.4.0-2.el5",
    ]

    private static let interpreters = [
        "/bin/sh", "/bin/bash", "/usr/bin/env", "/usr/bin/perl", "/usr/bin/python", "/sbin/ldconfig", "/sbin/chkconfig",
        "/sbin/service", "/sbin/depmod", "/sbin/modprobe", "/sbin/new-kernel-pkg", "/sbin/mkinitrd", "/bin/awk",
        "/bin/sed", "/bin/grep", "/bin/rm", "/bin/mv", "/bin/cp", "/bin/ln", "/bin/cat", "/bin/mktemp",
        "/usr/sbin/useradd",
        "/usr/sbin/groupadd", "/usr/sbin/userdel", "/usr/sbin/groupdel", "/etc/init.d", "rtld(GNU_HASH)",
    ]

    /// Libraries of the distribution with the versions of their symbols, as rpm spells both.
    private static let libraries: [String] = symbols.flatMap { library, versions in
        [library] + versions.map { "\(library)(\($0))" }
    }

    private static let symbols: KeyValuePairs<String, [String]> = [
        "libc.so.6": [
            "GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.1.1", "GLIBC_2.1.2", "GLIBC_2.1.3", "GLIBC_2.2", "GLIBC_2.2.1",
            "GLIBC_2.2.2", "GLIBC_2.2.3", "GLIBC_2.2.4", "GLIBC_2.2.6", "GLIBC_2.3", "GLIBC_2.3.2", "GLIBC_2.3.3",
            "GLIBC_2.3.4", "GLIBC_2.4", "GLIBC_2.5",
        ],
        "ld-linux.so.2": ["GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.3", "GLIBC_2.4"],
        "libm.so.6": ["GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.2", "GLIBC_2.4"],
        "libdl.so.2": ["GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.3.3", "GLIBC_2.3.4"],
        "libpthread.so.0": [
            "GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.1.1", "GLIBC_2.1.2", "GLIBC_2.2", "GLIBC_2.2.3", "GLIBC_2.2.6",
            "GLIBC_2.3.2", "GLIBC_2.3.3", "GLIBC_2.3.4", "GLIBC_2.4",
        ],
        "librt.so.1": ["GLIBC_2.1", "GLIBC_2.2", "GLIBC_2.3.3", "GLIBC_2.3.4", "GLIBC_2.4"],
        "libcrypt.so.1": ["GLIBC_2.0"],
        "libutil.so.1": ["GLIBC_2.0"],
        "libnsl.so.1": ["GLIBC_2.0", "GLIBC_2.1", "GLIBC_2.2"],
        "libresolv.so.2": ["GLIBC_2.0", "GLIBC_2.2", "GLIBC_2.3.2"],
        "libgcc_s.so.1": ["GCC_3.0", "GCC_3.3", "GCC_3.3.1", "GCC_3.4", "GCC_4.0.0", "GCC_4.2.0", "GLIBC_2.0"],
        "libstdc++.so.6": [
            "CXXABI_1.3", "CXXABI_1.3.1", "GLIBCXX_3.4", "GLIBCXX_3.4.1", "GLIBCXX_3.4.2", "GLIBCXX_3.4.3",
            "GLIBCXX_3.4.4", "GLIBCXX_3.4.5", "GLIBCXX_3.4.6", "GLIBCXX_3.4.7", "GLIBCXX_3.4.8",
        ],
        "libz.so.1": [], "libncurses.so.5": [], "libreadline.so.5": [], "libpam.so.0": [], "libpam_misc.so.0": [],
        "libcom_err.so.2": [], "libblkid.so.1": [], "libuuid.so.1": [], "libselinux.so.1": [], "libwrap.so.0": [],
        "libkrb5.so.3": ["krb5_3_MIT"], "libk5crypto.so.3": ["k5crypto_3_MIT"],
        "libgssapi_krb5.so.2": ["gssapi_krb5_2_MIT"], "libpcap.so.0.9.4": [], "libbz2.so.1": [], "libcap.so.1": [],
        "libpython2.4.so.1.0": [], "libglib-2.0.so.0": [], "libxml2.so.2": [], "libsensors.so.3": [],
    ]

    /// `xe`, as far as packages ask it while they are checked and applied: which patches the host has, and what the host
    /// is called. It reads the host's stamps and inventory. A value ends with the closing quote that it began with.
    static let xe = #"""
        #!/bin/sh
        # Answers what packages ask about this host: patch-list and host-list.
        minimal= uuid= label= command=
        for word; do
            case $word in
                --minimal | minimal=true) minimal=yes ;;
                uuid=*) uuid=${word#uuid=} ;;
                name-label=*) label=${word#name-label=} ;;
                -*) ;;
                *=*) ;;
                *) [ -n "$command" ] || command=$word ;;
            esac
        done
        host=$(sed -n "s/^INSTALLATION_UUID='\(.*\)'$/\1/p" /etc/xensource-inventory)
        attribute() { sed -n "s/^/ /; s/.*[[:space:]]$2=\(['\"]\)\([^'\"]*\)\1.*/\2/p" "$1" 2>/dev/null | head -n 1; }
        list=
        add() {
            if [ -n "$minimal" ]; then
                list=${list:+$list,}$1
            else
                printf 'uuid ( RO)          : %s\n    name-label ( RO): %s\n\n' "$1" "$2"
            fi
        }
        case $command in
            patch-list)
                for stamp in /var/patch/applied/*; do
                    [ -f "$stamp" ] || continue
                    name=${stamp##*/}
                    title=$(attribute "$stamp" name-label)
                    [ -z "$uuid" ] || [ "$uuid" = "$name" ] || continue
                    [ -z "$label" ] || [ "$label" = "$title" ] || continue
                    add "$name" "$title"
                done
                ;;
            host-list)
                [ -n "$uuid" ] && [ "$uuid" != "$host" ] || add "$host" "$(hostname)"
                ;;
            *)
                echo "xe: on an embedded host only patch-list and host-list are answered, not $command" >&2
                exit 1
                ;;
        esac
        [ -z "$minimal" ] || echo "$list"

        """#
}

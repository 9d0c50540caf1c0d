extension ReplicaPackages {
    /// The packages of a XenServer 6.0.2 control domain that XS602ECC031 replaces, and those that stay.
    ///
    /// Names, architectures and the versions `after` are the "Files Updated" of the hotfix's article (a list of
    /// 14 files); the versions `before` are earlier ones of the same lines.
    static let table: [ReplicaPackage] = [
        // What the distribution brings: the rest of this machine's /usr stands for it.
        ReplicaPackage(
            name: "control-domain-base",
            before: "5.6-1",
            architecture: "noarch",
            files: [.text("/etc/redhat-release"), .text("/etc/xensource/release")],
            provides: ControlDomain.provides
        ),
        ReplicaPackage(
            name: "kernel-xen",
            before: "2.6.32.12-0.7.1.xs6.0.2.542.170665",
            architecture: "i686",
            files: [
                .text("/boot/vmlinuz-2.6.32.12-0.7.1.xs6.0.2.542.170665xen"),
                .link("/boot/vmlinuz-2.6-xen", to: "vmlinuz-2.6.32.12-0.7.1.xs6.0.2.542.170665xen"),
            ]
        ),
        ReplicaPackage(
            name: "xapi",
            before: "0.2-3377",
            architecture: "i686",
            files: [
                .text("/opt/xensource/bin/xapi"), .text("/opt/xensource/libexec/xapi-init"),
                .program("/opt/xensource/bin/xe", text: ControlDomain.xe),
                .link("/usr/bin/xe", to: "/opt/xensource/bin/xe"),
            ],
            requires: ["stunnel", "xen-tools", "openvswitch"]
        ),

        // What the hotfix replaces, in the order of its article.
        ReplicaPackage(
            name: "ca-certificates",
            before: "2010.63-3.el5_1.5",
            after: "2012.87-1",
            architecture: "noarch",
            files: [
                .text("/etc/pki/tls/certs/ca-bundle.crt"), .link("/etc/pki/tls/cert.pem", to: "certs/ca-bundle.crt"),
            ]
        ),
        ReplicaPackage(
            name: "make",
            before: "3.81-1.1",
            after: "3.81-3.el5",
            architecture: "i386",
            files: [.command("/usr/bin/make", says: "GNU Make 3.81"), .link("/usr/bin/gmake", to: "make")]
        ),
        ReplicaPackage(
            name: "net-snmp",
            before: "5.3.2.2-17.xs538",
            after: "5.3.2.2-25.xs764",
            architecture: "i386",
            files: [
                .command("/usr/sbin/snmpd", says: "NET-SNMP version:  5.3.2.2"),
                .configuration("/etc/snmp/snmpd.conf"),
            ],
            requires: ["net-snmp-libs = %{self}"]
        ),
        ReplicaPackage(
            name: "net-snmp-libs",
            before: "5.3.2.2-17.xs538",
            after: "5.3.2.2-25.xs764",
            architecture: "i386",
            files: [
                .text("/usr/lib/libnetsnmp.so.10.0.3"),
                .link("/usr/lib/libnetsnmp.so.10", to: "libnetsnmp.so.10.0.3"),
            ],
            provides: ["libnetsnmp.so.10"]
        ),
        ReplicaPackage(
            name: "openssl",
            before: "0.9.8e-27.el5_10.1",
            after: "0.9.8e-27.el5_10.3",
            architecture: "i386",
            files: [
                .command("/usr/bin/openssl", says: "OpenSSL 0.9.8e-fips-rhel5 01 Jul 2008"),
                .text("/lib/libssl.so.0.9.8e"), .link("/lib/libssl.so.6", to: "libssl.so.0.9.8e"),
                .text("/lib/libcrypto.so.0.9.8e"), .link("/lib/libcrypto.so.6", to: "libcrypto.so.0.9.8e"),
                .configuration("/etc/pki/tls/openssl.cnf"),
            ],
            provides: ["libssl.so.6", "libcrypto.so.6"],
            requires: ["ca-certificates", "make"]
        ),
        ReplicaPackage(
            name: "openssl-wrapper",
            before: "0.1-53",
            after: "0.1-59",
            architecture: "i686",
            files: [.text("/opt/xensource/lib/openssl-wrapper.so")],
            requires: ["openssl", "openssl-xs-libs"]
        ),
        ReplicaPackage(
            name: "openssl-xs",
            before: "1.0.1e-42.xs16",
            after: "1.0.1e-51.xs22",
            architecture: "i386",
            files: [.command("/opt/xensource/openssl/bin/openssl", says: "OpenSSL 1.0.1e-fips 11 Feb 2013")],
            requires: ["openssl-xs-libs = %{self}"]
        ),
        ReplicaPackage(
            name: "openssl-xs-libs",
            before: "1.0.1e-42.xs16",
            after: "1.0.1e-51.xs22",
            architecture: "i386",
            files: [
                .text("/opt/xensource/openssl/lib/libssl.so.1.0.1e"),
                .text("/opt/xensource/openssl/lib/libcrypto.so.1.0.1e"),
            ],
            provides: ["libssl.so.10", "libcrypto.so.10"]
        ),
        ReplicaPackage(
            name: "openvswitch",
            before: "1.0.99-107.9692",
            after: "1.0.99-107.9874",
            architecture: "i386",
            files: [
                .command("/usr/bin/ovs-vsctl", says: "ovs-vsctl (Open vSwitch) 1.0.99"),
                .command("/usr/sbin/ovs-vswitchd", says: "ovs-vswitchd (Open vSwitch) 1.0.99"),
            ],
            requires: ["libssl.so.6"]
        ),
        ReplicaPackage(
            name: "stunnel",
            before: "4.15-14",
            after: "4.15-17",
            architecture: "i686",
            files: [.command("/usr/sbin/stunnel", says: "stunnel 4.15 on i686-redhat-linux-gnu")],
            requires: ["libssl.so.6"]
        ),
        ReplicaPackage(
            name: "xen-device-model",
            before: "6.0.2-65.7535",
            after: "6.0.2-65.7582",
            architecture: "i686",
            files: [.text("/usr/lib/xen/bin/qemu-dm")],
            requires: ["xen-tools"]
        ),
        ReplicaPackage(
            name: "xen-hypervisor",
            before: "4.1.2-6.0.2.361.23450",
            after: "4.1.2-6.0.2.363.23467",
            architecture: "i686",
            files: [.text("/boot/xen-4.1.2.gz"), .link("/boot/xen.gz", to: "xen-4.1.2.gz")]
        ),
        ReplicaPackage(
            name: "xen-tools",
            before: "4.1.2-6.0.2.361.23450",
            after: "4.1.2-6.0.2.363.23467",
            architecture: "i686",
            files: [
                .text("/usr/lib/xen/bin/xenguest"), .text("/usr/lib/libxenctrl.so.4.0.0"),
                .link("/usr/lib/libxenctrl.so.4.0", to: "libxenctrl.so.4.0.0"),
            ],
            provides: ["libxenctrl.so.4.0"],
            requires: ["xen-hypervisor"]
        ),
        ReplicaPackage(
            name: "xenserver-transfer-vm",
            before: "6.0.2-53456p",
            after: "6.0.2-124596c",
            architecture: "noarch",
            files: [.text("/opt/xensource/packages/files/transfer-vm/transfer-vm.xva")]
        ),
    ]
}

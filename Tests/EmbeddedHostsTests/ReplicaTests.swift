import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

@Suite("The replica packages") struct ReplicaTests {
    /// "Files Updated" of the article of XS602ECC031.
    static let article = [
        "ca-certificates-2012.87-1.noarch.rpm", "make-3.81-3.el5.i386.rpm", "net-snmp-5.3.2.2-25.xs764.i386.rpm",
        "net-snmp-libs-5.3.2.2-25.xs764.i386.rpm", "openssl-0.9.8e-27.el5_10.3.i386.rpm",
        "openssl-wrapper-0.1-59.i686.rpm", "openssl-xs-1.0.1e-51.xs22.i386.rpm",
        "openssl-xs-libs-1.0.1e-51.xs22.i386.rpm",
        "openvswitch-1.0.99-107.9874.i386.rpm", "stunnel-4.15-17.i686.rpm", "xen-device-model-6.0.2-65.7582.i686.rpm",
        "xen-hypervisor-4.1.2-6.0.2.363.23467.i686.rpm", "xen-tools-4.1.2-6.0.2.363.23467.i686.rpm",
        "xenserver-transfer-vm-6.0.2-124596c.noarch.rpm",
    ]

    @Test("of the update are the article's 14")
    func names() {
        #expect(ReplicaPackages.fileNames(.updated) == Self.article)
    }

    @Test("of the update have an earlier version in the baseline")
    func baseline() {
        for package in ReplicaPackages.table where package.after != nil {
            #expect(package.before != nil && package.before != package.after)
        }
    }

    @Test("have paths that no two of them share")
    func paths() {
        let paths = ReplicaPackages.table.flatMap(\.files).map(\.path)
        #expect(Set(paths).count == paths.count)
    }

    @Test("are the same to the last bit when made twice", .enabled("needs rpmbuild") { Machine.canBuildPackages })
    func reproducible() async throws {
        let folder = try TemporaryFolder()
        let (one, two) = (folder.path.appending("one"), folder.path.appending("some where/else, two"))
        try FileSystem.makeFolders(two.removingLastComponent())
        try await ReplicaPackages.build(.updated, into: one.string)
        // The clock of the machine must not show: rpm writes whole seconds.
        try await Task.sleep(for: .milliseconds(1100))
        try await ReplicaPackages.build(.updated, into: two.string)
        let names = try FileSystem.names(in: one).filter { !$0.hasPrefix(".") }
        #expect(names == Self.article)
        #expect(try FileSystem.names(in: two).filter { !$0.hasPrefix(".") } == names)
        for name in names {
            let bytes = try FileSystem.read(one.appending(name), limit: 10 << 20)
            #expect(try FileSystem.read(two.appending(name), limit: 10 << 20) == bytes, "\(name)")
        }
    }

    @Test("are not made again when they are there", .enabled("needs rpmbuild") { Machine.canBuildPackages })
    func noop() async throws {
        let folder = try TemporaryFolder()
        let packages = folder.path.appending("packages")
        try await ReplicaPackages.build(.updated, into: packages.string)
        let witness = packages.appending("witness")
        try FileSystem.replace(witness, with: [])
        try await ReplicaPackages.build(.updated, into: packages.string)
        #expect(FileSystem.exists(witness))
        // Another set, or another version of the table, replaces them.
        try await ReplicaPackages.build(.baseline, into: packages.string)
        #expect(!FileSystem.exists(witness))
        let names = try FileSystem.names(in: packages).filter { $0.hasSuffix(".rpm") }
        #expect(names == ReplicaPackages.fileNames(.baseline))
    }
}

import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

/// Real RPM transactions on a host.
@Suite("The packages of a host", .needsHosts) struct PackageTests {
    /// Lays the packages of the update on the host, as a package program would after unpacking itself.
    private func unpackUpdate(in test: TestPool) async throws {
        let folder = test.tree().appending("var/tmp/packages")
        try await ReplicaPackages.build(.updated, into: folder.string)
    }

    @Test("are the baseline's after its installation")
    func baseline() async throws {
        let test = try await TestPool.open(hosts: 2)
        for host in test.pool.hosts {
            let files = try await host.installedPackages().map { $0.nevra + ".rpm" }
            #expect(files.sorted() == ReplicaPackages.fileNames(.baseline))
        }
    }

    @Test("are seen by the machine's own rpm --root")
    func fromOutside() async throws {
        let test = try await TestPool.open()
        #expect(
            try await tool("rpm", "--root", test.tree().string, "-q", "openssl") == "openssl-0.9.8e-27.el5_10.1.i386\n"
        )
        let database = test.tree().appending("var/lib/rpm").string
        #expect(try await tool("rpm", "--dbpath", database, "-q", "make") == "make-3.81-1.1.i386\n")
    }

    @Test("are the update's after a program has upgraded them, on that host alone")
    func upgrade() async throws {
        let test = try await TestPool.open(hosts: 2)
        try await unpackUpdate(in: test)
        let result = try await test.run(
            "rpm -U --test /var/tmp/packages/*.rpm && rpm -U /var/tmp/packages/*.rpm && openssl"
        )
        #expect(result.ending == .exited(0), "\(result.output)")
        #expect(result.output.hasSuffix("OpenSSL 0.9.8e-fips-rhel5 01 Jul 2008\n"))
        let updated = try await test.pool.hosts[0].installedPackages().map { $0.nevra + ".rpm" }
        #expect(Set(updated).isSuperset(of: ReplicaPackages.fileNames(.updated)))
        let other = try await test.pool.hosts[1].installedPackages().map { $0.nevra + ".rpm" }
        #expect(other.sorted() == ReplicaPackages.fileNames(.baseline))
        #expect(try await test.run("rpm -Va").output == "")
        let log = try FileSystem.read(test.tree().appending("var/log/rpm-scriptlets.log"), limit: 65_536)
        #expect(String(decoding: log, as: UTF8.self).contains("post openssl-0.9.8e-27.el5_10.3 2\n"))
    }

    @Test("stay as they were when a transaction is refused")
    func refused() async throws {
        let test = try await TestPool.open()
        try await unpackUpdate(in: test)
        let before = try await test.host.installedPackages()
        // net-snmp needs the libraries of its own version.
        let result = try await test.run("rpm -U /var/tmp/packages/net-snmp-5*.rpm /var/tmp/packages/openssl-0*.rpm")
        #expect(result.ending != .exited(0))
        #expect(result.output.contains("net-snmp-libs"))
        #expect(try await test.host.installedPackages() == before)
    }

    @Test("say exactly what was done when a program fails half-way")
    func halfWay() async throws {
        let test = try await TestPool.open()
        try await unpackUpdate(in: test)
        let result = try await test.run(
            "rpm -U /var/tmp/packages/make-*.rpm && kill -9 $$; rpm -U /var/tmp/packages/*.rpm"
        )
        #expect(result.ending == .signalled(9))
        let versions = try await test.host.installedPackages().filter { $0.name == "make" || $0.name == "stunnel" }
        #expect(versions.map(\.nevra) == ["make-3.81-3.el5.i386", "stunnel-4.15-14.i686"])
    }

    @Test("can still be read after a transaction was killed")
    func killed() async throws {
        let test = try await TestPool.open()
        try await unpackUpdate(in: test)
        _ = try await test.run("rpm -U /var/tmp/packages/*.rpm & sleep 0.03; kill -9 $!")
        let names = try await test.host.installedPackages().map(\.name)
        #expect(names.contains("openssl") && names.contains("xen-hypervisor"))
    }

    @Test("are verified file by file, as rpm -V does")
    func verified() async throws {
        let test = try await TestPool.open()
        let clean = try await test.host.verifyPackages(["openssl", "make-3.81-1.1.i386", "absent-1-1.i386"])
        #expect(clean.map(\.isInstalled) == [true, true, false])
        #expect(clean.map(\.findings) == [[], [], []])
        #expect(clean[0].headers.contains { $0.hasPrefix("sha256:") && $0.utf8.count == 71 })
        #expect(clean[0].headers != clean[1].headers)

        let files = try await test.run("rpm -ql openssl make").output.split(separator: "\n").map(String.init)
        let file = try #require(files.first { $0.hasSuffix("/bin/openssl") })
        let other = try #require(files.last { $0.contains("make") })
        _ = try await test.run("echo changed >>'\(file)'; rm '\(other)'")
        let drifted = try await test.host.verifyPackages(["openssl", "make"])
        guard case .changed(file, let attributes, false) = drifted[0].findings.first else {
            Issue.record("\(drifted)")
            return
        }
        #expect(attributes.contains("S") && attributes.contains("5"))
        #expect(drifted[1].findings == [.missing(path: other, isConfiguration: false)])
    }

    @Test("are asked for by name only", arguments: ["--root=/", "-a", "/etc/passwd", "a b", "*", "", "$(id)"])
    func namesOnly(_ name: String) async throws {
        let test = try await TestPool.open()
        await #expect(throws: HostError.self) { try await test.host.verifyPackages([name]) }
    }
}

@Suite("What rpm says of packages") struct RPMVerificationTests {
    @Test("is read with flags, configuration files, missing files and everything else")
    func reading() throws {
        let output = """
            package openssl
            header sha256:00
            header sha1:11
            S.5....T.  c /etc/ssl/my file.cnf
            .M....G.    /usr/bin/openssl
            missing   d /usr/share/doc/openssl
            Unsatisfied dependencies for openssl-1-1.i386:
                libz.so.1 is needed by openssl-1-1.i386
            absent make

            """
        let checks = try #require(RPMVerification.parse(output, packages: ["openssl", "make"]))
        #expect(checks[0].headers == ["sha256:00", "sha1:11"])
        #expect(
            checks[0].findings == [
                .changed(path: "/etc/ssl/my file.cnf", attributes: "S5T", isConfiguration: true),
                .changed(path: "/usr/bin/openssl", attributes: "MG", isConfiguration: false),
                .missing(path: "/usr/share/doc/openssl", isConfiguration: false),
                .other("Unsatisfied dependencies for openssl-1-1.i386:"),
                .other("libz.so.1 is needed by openssl-1-1.i386"),
            ]
        )
        #expect(checks[0].findings.map(\.isDrift) == [false, true, true, true, true])
        #expect(checks[1] == PackageCheck(package: "make", isInstalled: false))
    }

    @Test("is not believed when it is cut short or something else")
    func cutShort() {
        #expect(RPMVerification.parse("package a\n", packages: ["a", "b"]) == nil)
        #expect(RPMVerification.parse("sh: rpm: not found\n", packages: ["a"]) == nil)
        #expect(RPMVerification.parse("", packages: []) == [])
    }
}

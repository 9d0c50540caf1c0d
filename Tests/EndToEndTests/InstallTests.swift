import EmbeddedHosts
import Foundation
import TestSupport
import Testing
import UpdatePackage

/// The article's three commands, typed against a started server, on the replica of the real hotfix.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct InstallTests {
    @Test func theArticlesCommandsInstallTheHotfixOnEveryHost() async throws {
        let hotfix = try await ReplicaHotfix()
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"))
        try await hotfix.trust(in: server)

        let upload = try await server.xe("patch-upload", "file-name=\(hotfix.package)")
        #expect(upload.output == "d75705d9-64a8-46a4-afdd-c5351642621c\n")
        #expect(upload.code == 0)
        let uuid = upload.output.trimmingCharacters(in: .newlines)

        let apply = try await server.xe("patch-pool-apply", "uuid=\(uuid)")
        #expect(apply.output == "")
        #expect(apply.error == "")
        #expect(apply.code == 0)

        let hosts = try await server.xe("host-list", "params=uuid", "--minimal")
        let uuids = hosts.output.trimmingCharacters(in: .newlines).split(separator: ",").map(String.init)
        #expect(uuids.count == 3)
        let list = try await server.xe("patch-list", "name-label=XS602ECC031")
        let line = try #require(list.output.split(separator: "\n").first { $0.contains("hosts (SRO)") })
        #expect(
            Set(line.split(whereSeparator: { ":, ".contains($0) }).map(String.init).filter { $0.count == 36 })
                == Set(uuids)
        )

        for host in ["xs1", "xs2", "xs3"] {
            for promised in ["openssl-0.9.8e-27.el5_10.3.i386", "xen-hypervisor-4.1.2-6.0.2.363.23467.i686"] {
                let name = promised.split(separator: "-").prefix { !$0.first!.isNumber }.joined(separator: "-")
                let query = try await rpm(server, host, name)
                #expect(query.output == promised + "\n", "\(host): \(query.error)")
            }
        }
        #expect(await server.terminate() == 0)
    }

    @Test func theNewVersionIsInEffectOnlyAfterARestart() async throws {
        let hotfix = try await ReplicaHotfix()
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        try await hotfix.trust(in: server)
        let host = try await server.xe("host-list", "hostname=xs2", "--minimal").output.trimmingCharacters(
            in: .newlines
        )
        let uuid = try await server.xe("patch-upload", "file-name=\(hotfix.package)").output
            .trimmingCharacters(in: .newlines)
        let before = try await version(of: host, server)
        let boot = try await bootTime(of: host, server)
        #expect(try await server.xe("patch-apply", "uuid=\(uuid)", "host-uuid=\(host)").code == 0)
        #expect(try await version(of: host, server) == before)

        let refused = try await server.xe("host-reboot", "uuid=\(host)")
        #expect(refused.code == 1)
        #expect(refused.error.contains("disabled"))
        #expect(try await server.xe("host-disable", "uuid=\(host)").code == 0)
        #expect(try await server.xe("host-evacuate", "uuid=\(host)").code == 0)
        let left = try await server.xe("vm-list", "resident-on=\(host)", "is-control-domain=false", "--minimal")
        #expect(left.output == "\n")
        #expect(try await server.xe("host-reboot", "uuid=\(host)").code == 0)
        for _ in 0..<300 {
            let isBack = try await isEnabled(host, server)
            if isBack, try await bootTime(of: host, server) != boot { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await version(of: host, server) == "4.1.2-6.0.2.363.23467")
        #expect(try await version(of: host, server) != before)
        let running = try await server.xe("vm-list", "power-state=running", "is-control-domain=false", "--minimal")
        #expect(running.output.split(separator: ",").count == 8)
        await server.terminate()
    }

    private func version(of host: String, _ server: ServerProcess) async throws -> String {
        try await server.xe("host-param-get", "uuid=\(host)", "param-name=software-version", "param-key=xen").output
            .trimmingCharacters(in: .newlines)
    }

    private func bootTime(of host: String, _ server: ServerProcess) async throws -> String {
        try await server.xe("host-param-get", "uuid=\(host)", "param-name=other-config", "param-key=boot_id").output
    }

    private func isEnabled(_ host: String, _ server: ServerProcess) async throws -> Bool {
        let enabled = try await server.xe("host-param-get", "uuid=\(host)", "param-name=enabled").output
        let live = try await server.xe("host-param-get", "uuid=\(host)", "param-name=host-metrics-live").output
        return enabled == "true\n" && live == "true\n"
    }

    /// Asks a host's own database: as root through `--root`, which changes root, and otherwise by its path.
    private func rpm(_ server: ServerProcess, _ host: String, _ name: String) async throws -> Tools.Result {
        let tree = "\(server.state)/hosts/\(host)"
        let place = geteuid() == 0 ? ["--root", tree] : ["--dbpath", tree + "/var/lib/rpm"]
        return try await Tools.run("rpm", place + ["-q", name])
    }
}

/// The replica of XS602ECC031, built and signed for one test.
struct ReplicaHotfix {
    let package: String
    /// The folder with the RPM packages that it installs.
    var packages: String { directory.file("rpms") }
    let built: BuiltPackage
    private let directory: TemporaryDirectory
    private let key: SigningKey

    init() async throws {
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Demo/XS602ECC031/manifest.yaml").path
        let manifest = try Manifest(yaml: String(contentsOfFile: path, encoding: .utf8), file: path)
        try await ReplicaPackages.build(.updated, into: directory.file("rpms"))
        built = try await PackageBuilder.build(
            manifest: manifest,
            rpmFolder: directory.file("rpms"),
            output: directory.path,
            signer: key.signer
        )
        await key.stop()
        package = built.package.path
    }

    /// One for all tests that only read it.
    static func shared() async throws -> ReplicaHotfix { try await only.value }

    private static let only = Task { try await ReplicaHotfix() }

    /// Has a server trust the key that signed it.
    func trust(in server: ServerProcess) async throws {
        _ = try await TrustStore(folder: server.state + "/trust").addKeys(from: key.publicKey)
    }
}

import Foundation
import TestSupport
import Testing

/// The examples that the documentation shows, as they stand there.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct ClientExamplesTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Ansible, as the machine has it, or as `Scripts/python-env.sh` has installed it.
    private static let playbook: String? = {
        let own = repository.appending(path: ".pitstop/python/bin/ansible-playbook").path
        if FileManager.default.isExecutableFile(atPath: own) { return own }
        return Tools.isInstalled("ansible-playbook") ? "ansible-playbook" : nil
    }()

    private static func example(_ name: String) -> String { repository.appending(path: "Examples/" + name).path }

    /// The words that every example takes.
    private func words(_ server: ServerProcess, certificate: String? = nil) -> [String] {
        [
            "https://127.0.0.1:\(server.port)", certificate ?? server.state + "/tls/server.crt", "root",
            server.state + ".password",
        ]
    }

    @Test("The example in curl lists the hosts", .enabled(if: Tools.isInstalled("curl"), "needs curl"))
    func curl() async throws { try await list("sh", [Self.example("pool.sh")]) }

    @Test("The example in Python lists the hosts", .enabled(if: Tools.isInstalled("python3"), "needs python3"))
    func python() async throws { try await list("python3", [Self.example("pool.py")]) }

    @Test("The example in PowerShell lists the hosts", .enabled(if: Tools.isInstalled("pwsh"), "needs pwsh"))
    func powerShell() async throws { try await list("pwsh", ["-NoProfile", "-File", Self.example("pool.ps1")]) }

    @Test(
        "The example for Ansible lists the hosts",
        .enabled(if: ClientExamplesTests.playbook != nil, "needs Ansible: Scripts/python-env.sh")
    )
    func ansible() async throws {
        let playbook = try #require(Self.playbook)
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let names = ["url", "certificate", "user", "password_file"]
        let variables = zip(names, words(server)).flatMap { ["-e", "\($0)=\($1)"] }
        let result = try await Tools.run(
            playbook,
            ["-i", "localhost,", Self.example("pool.yml")] + variables,
            environment: ["ANSIBLE_HOME": directory.file("ansible"), "LC_ALL": "C.UTF-8"]
        )
        #expect(result.code == 0, "\(result.output)\n\(result.error)")
        for host in ["xs1", "xs2"] { #expect(result.output.contains("\(host) enabled 6.0.2"), "\(result.output)") }
        #expect(await server.terminate() == 0)
    }

    @Test("An example believes no other certificate", .enabled(if: Tools.isInstalled("python3"), "needs python3"))
    func strangersCertificate() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let other = try await ServerProcess(state: directory.file("other"), hosts: 1)
        let result = try await Tools.run(
            "python3",
            [Self.example("pool.py")] + words(server, certificate: other.state + "/tls/server.crt")
        )
        #expect(result.code == 1 && result.error.contains("CERTIFICATE_VERIFY_FAILED"), "\(result.error)")
        #expect(await other.terminate() == 0)
        #expect(await server.terminate() == 0)
    }

    /// Runs an example, and looks at what it lists.
    private func list(_ program: String, _ arguments: [String]) async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let result = try await Tools.run(program, arguments + words(server))
        #expect(result.code == 0, "\(result.error)")
        let hosts = result.output.split(separator: "\n").filter { $0.hasPrefix("xs") }
        #expect(hosts == ["xs1 enabled 6.0.2", "xs2 enabled 6.0.2"], "\(result.output)")
        #expect(await server.terminate() == 0)
    }
}

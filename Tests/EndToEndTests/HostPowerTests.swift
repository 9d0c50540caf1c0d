import Foundation
import TestSupport
import Testing

/// Hosts that are saved, switched off and switched on by `xe`.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct HostPowerTests {
    @Test func aHostIsSavedInAFile() async throws {
        let server = try await SharedServer.get().server
        let directory = try TemporaryDirectory()
        let file = directory.file("xs1.tar")
        let several = try await server.xe("host-backup", "file-name=\(file)")
        #expect(several.code == 1)
        #expect(several.error.contains("Multiple matching hosts found"), "\(several.error)")
        let saved = try await server.xe("host-backup", "host=xs1", "file-name=\(file)")
        #expect(saved.code == 0, "\(saved.error)")
        #expect(saved.output == "")
        let list = try await Tools.run("tar", ["--list", "--file=\(file)"])
        #expect(list.output.contains("etc/passwd\n") && list.output.hasSuffix("packages\n"))
        let packages = try await Tools.run("tar", ["--extract", "--to-stdout", "--file=\(file)", "packages"])
        #expect(packages.output.contains("openssl-0.9.8e"))
    }

    @Test func onlyAPoolAdminSavesHosts() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let password = try directory.write(Data("word\n".utf8), to: "password")
        let added = try await Tools.run(
            Products.pitstop,
            ["users", "add", "anna", "--role", "pool-operator", "--password-file", password, "--state", server.state]
        )
        #expect(added.code == 0, "\(added.error)")
        let refused = try await Tools.run(
            Products.xe,
            [
                "host-backup", "host=xs1", "file-name=\(directory.file("xs1.tar"))", "-s", "127.0.0.1", "-p",
                String(server.port), "-u", "anna", "-pw", "word",
            ],
            environment: ["HOME": directory.path, "XE_EXTRA_ARGS": ""]
        )
        #expect(refused.code == 1)
        #expect(refused.error.contains("http/get_host_backup"), "\(refused.error)")
        #expect(await server.terminate() == 0)
    }

    @Test func aHostIsSwitchedOffAndOn() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let uuid = try await server.xe("host-list", "name-label=xs2", "--minimal").output
            .trimmingCharacters(in: .newlines)
        #expect(try await server.xe("host-shutdown", "host=xs2").error.contains("must be disabled"))
        #expect(try await server.xe("host-disable", "host=xs2").code == 0)
        #expect(try await server.xe("host-shutdown", "host=xs2").error.contains("The host is in use."))
        #expect(try await server.xe("host-evacuate", "uuid=\(uuid)").code == 0)
        #expect(try await server.xe("host-shutdown", "host=xs2").code == 0)
        try await wait(for: "false", server, uuid)
        #expect(try await server.xe("host-power-on", "host=xs2").code == 0)
        try await wait(for: "true", server, uuid)
        let enabled = try await server.xe("host-param-get", "uuid=\(uuid)", "param-name=enabled")
        #expect(enabled.output == "true\n")
        #expect(await server.terminate() == 0)
    }

    /// Waits until the host's heartbeat is, or is not, there.
    private func wait(for live: String, _ server: ServerProcess, _ uuid: String) async throws {
        for _ in 0..<600 {
            let shown = try await server.xe("host-param-get", "uuid=\(uuid)", "param-name=host-metrics-live")
            if shown.output == live + "\n" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("The host's heartbeat did not become \(live)")
    }
}

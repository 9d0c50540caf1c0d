import Foundation
import TestSupport
import Testing

/// What a server tells those who watch over it.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct MonitoringTests {
    private func get(_ path: String, of server: ServerProcess) async throws -> Tools.Result {
        try await Tools.run(
            "/usr/bin/curl",
            [
                "-sS", "--cacert", server.state + "/tls/server.crt", "-w", "%{http_code}",
                "https://127.0.0.1:\(server.port)\(path)",
            ]
        )
    }

    @Test("Whether it lives and can be asked is told without a password", arguments: ["/healthz", "/readyz"])
    func health(_ path: String) async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let answer = try await get(path, of: server)
        #expect(answer.output.hasSuffix("\n200"), "\(answer)")
        #expect(await server.terminate() == 0)
    }

    @Test("Its figures tell of hosts, VMs and runs, and no names; promtool finds no fault with them")
    func figures() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let text = String(try await get("/metrics", of: server).output.dropLast(3))
        for line in [
            "pitstop_hosts{state=\"enabled\"} 2", "pitstop_run_active 0", "pitstop_obligations_open 0",
            "# TYPE pitstop_certificate_expiry_timestamp_seconds gauge",
        ] { #expect(text.contains(line + (line.hasPrefix("#") ? "" : "\n")), "\(line) is not in \(text)") }
        #expect(!text.contains("xs1"))
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/monitoring.md")
        let documented = try String(contentsOf: page, encoding: .utf8).matches(of: /pitstop_[a-z_]+/).map(\.output)
        // Without a catalogue nobody knows what is missing.
        for name in Set(documented) where !name.contains("missing_updates") {
            #expect(text.contains("# TYPE \(name) "), "\(name) is documented, and not told")
        }
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool") {
            let file = directory.file("metrics")
            try Data(text.utf8).write(to: URL(filePath: file))
            let verdict = try await Tools.run("/bin/sh", ["-c", "promtool check metrics < \"$1\"", "sh", file])
            #expect(verdict.code == 0, "\(verdict.error)\(verdict.output)")
        }
        #expect(await server.terminate() == 0)
    }

    @Test(
        "Each alert rule fires where it should, and asks for nothing that a server does not tell",
        .enabled(if: Tools.isInstalled("promtool"), "needs promtool (apt-get install prometheus)")
    )
    func alerts() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = root.appending(path: "Monitoring").path
        let verdict = try await Tools.run("promtool", ["test", "rules", folder + "/pitstop.rules.test.yml"])
        #expect(verdict.code == 0, "\(verdict.output)\(verdict.error)")
        let page = try String(contentsOf: root.appending(path: "docs/monitoring.md"), encoding: .utf8)
        for file in ["pitstop.rules.yml", "grafana.json"] {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            for name in Set(text.matches(of: /pitstop_[a-z_]+/).map(\.output)) {
                #expect(page.contains("`\(name)"), "\(file) asks for \(name)")
            }
        }
    }

    @Test("It shows the operator's own certificate, and a renewed one without a restart")
    func ownCertificate() async throws {
        let directory = try TemporaryDirectory()
        let (certificate, key) = (directory.file("own.crt"), directory.file("own.key"))
        func make(_ name: String) async throws {
            let made = try await Tools.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
                ]
            )
            #expect(made.code == 0, "\(made.error)")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        }
        try await make("first")
        let server = try await ServerProcess(
            state: directory.file("state"),
            hosts: 1,
            arguments: ["--certificate", certificate, "--key", key]
        )
        func isShown() async throws -> Bool {
            let answer = try await Tools.run(
                "/usr/bin/curl",
                ["-sS", "--cacert", certificate, "https://127.0.0.1:\(server.port)/healthz"]
            )
            return answer.code == 0
        }
        #expect(try await isShown())
        try await make("second")
        var isRenewed = false
        for _ in 0..<200 where !isRenewed {
            try await Task.sleep(for: .milliseconds(100))
            isRenewed = try await isShown()
        }
        #expect(isRenewed, "\(server.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: server.state + "/tls/server.key"), "none is made beside it")
        #expect(await server.terminate() == 0)
    }
}

import Foundation
import TestSupport
import Testing

/// What programs sign in with.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct TokenTests {
    private func token(_ words: [String], _ server: ServerProcess) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["token"] + words + ["--state", server.state])
    }

    @Test("A token that is made while the server runs signs in at every door, and nowhere any more once it is revoked")
    func life() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let made = try await token(["create", "deploy", "--role", "pool-operator", "--expires", "30"], server)
        #expect(made.code == 0 && made.error.contains("only this once"), "\(made.error)")
        let file = try directory.write(made.output, to: "token")
        let secret = made.output.trimmingCharacters(in: .newlines)
        #expect(!made.output.dropLast().contains("\n"), "it is alone on standard output")

        let reach = [
            "--server", "https://127.0.0.1:\(server.port)/", "--certificate", server.state + "/tls/server.crt",
        ]
        func list(_ more: [String], _ environment: [String: String] = [:]) async throws -> Tools.Result {
            try await Tools.run(Products.pitstop, ["rollout", "list"] + reach + more, environment: environment)
        }
        #expect(try await list(["--token-file", file]).code == 0)
        #expect(try await list([], ["PITSTOP_TOKEN_FILE": file]).code == 0)
        #expect(try await list([], ["PITSTOP_TOKEN": secret]).code == 0)
        let both = try await list(["--token-file", file, "--user", "root"])
        #expect(both.code == 2 && both.error.contains("A token names itself"))
        let none = try await list(["--token-file", server.state + ".password"])
        #expect(none.code == 1 && none.error.contains("is no token"))
        func xe() async throws -> Tools.Result {
            try await Tools.run(
                Products.xe,
                ["host-list", "--minimal", "-s", "127.0.0.1", "-p", "\(server.port)", "-u", "deploy", "-pw", secret],
                environment: ["HOME": directory.path, "XE_EXTRA_ARGS": ""]
            )
        }
        #expect(try await xe().code == 0)
        func transfer() async throws -> String {
            try await Tools.run(
                "/usr/bin/curl",
                [
                    "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", server.state + "/tls/server.crt", "-u",
                    "deploy:" + secret, "https://127.0.0.1:\(server.port)/pool_patch_download?uuid=none",
                ]
            ).output
        }
        #expect(try await transfer() == "404")

        let listed = try await token(["list", "--json"], server)
        #expect(listed.output.contains("\"lastUse\"") && !listed.output.contains(secret), "\(listed.output)")
        #expect(try await token(["list"], server).output.hasPrefix("deploy  pool-operator  until "))
        let twice = try await token(["create", "deploy", "--role", "read-only"], server)
        #expect(twice.code == 1 && twice.output.isEmpty && twice.error.contains("pitstop token revoke deploy"))

        #expect(try await token(["revoke", "deploy"], server).code == 0)
        let refused = try await list(["--token-file", file])
        #expect(refused.code == 1 && refused.error.contains("does not know this user"), "\(refused.error)")
        #expect(try await xe().code == 1)
        #expect(try await transfer() == "401")
        let audit = try String(contentsOfFile: server.state + "/audit/calls.jsonl", encoding: .utf8)
        for deed in ["token.create", "token.revoke"] { #expect(audit.contains(deed)) }
        #expect(!audit.contains(secret))
        #expect(await server.terminate() == 0)
        #expect(!server.errorOutput.contains(secret))
    }
}

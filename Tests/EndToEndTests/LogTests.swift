import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import pitstop

/// How a line of the log looks.
struct LogFormatTests {
    private static let noon: Int64 = 1_796_126_400_007
    private let facts: Logger.Metadata = ["event": "host.silent", "host": "xs 2", "a": "\"", "time": "x"]

    @Test("Text has time, level, message and facts, the event's name first; what could be two values is in quotes")
    func text() {
        let line = LogFormat.text.line(.warning, "Host xs 2 gives no answer.", facts, at: Self.noon)
        #expect(
            line
                == "20261201T12:00:00Z warning: Host xs 2 gives no answer. event=host.silent a=\"\\\"\" host=\"xs 2\" time=x\n"
        )
    }

    @Test(
        "The journal gets the level as it reads it, and no time",
        arguments: [("error", 3), ("warning", 4), ("info", 6)]
    )
    func journal(level: String, number: Int) throws {
        let level = try #require(LogLevel(rawValue: level)).level
        #expect(LogFormat.journal.line(level, "x", [:], at: Self.noon) == "<\(number)>x\n")
    }

    @Test("JSON is one object, whose own names no fact takes")
    func json() throws {
        let line = LogFormat.json.line(.notice, "a\n\u{1b}[2Jb", facts, at: Self.noon)
        #expect(line.last == "\n" && !line.dropLast().contains { $0.isNewline || $0 == "\u{1b}" })
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object["time"] == "2026-12-01T12:00:00.007Z" && object["fact.time"] == "x")
        #expect(object["level"] == "notice" && object["event"] == "host.silent" && object["message"] == "a\n\u{1b}[2Jb")
    }

    @Test("Whoever writes does not wait for who reads; what is too much is counted and told, in its place")
    func writer() async {
        let gate = DispatchSemaphore(value: 0)
        let lines = Mutex<[String]>([])
        let writer = LogWriter { line in
            gate.wait()
            lines.withLock { $0.append(line) }
        }
        for number in 0..<10_007 { writer.write("\(number)\n") }
        for _ in 0..<20_020 { gate.signal() }
        await writer.drain(within: .seconds(60))
        writer.write("last\n")
        await writer.drain(within: .seconds(60))
        let written = lines.withLock { $0 }
        #expect(written.first == "0\n" && written.last == "last\n")
        #expect(written.suffix(2).first?.hasPrefix("7 lines of the log are lost") == true)
        #expect(written.count == 10_002)
    }
}

/// What a server tells in a session of some length.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct LogTests {
    private struct Told {
        var lines: [[String: String]]

        init(_ server: ServerProcess) throws {
            lines = try server.errorOutput.split(separator: "\n").map { line in
                try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
            }
        }

        func count(_ event: String, _ facts: [String: String] = [:]) -> Int {
            lines.count { line in line["event"] == event && facts.allSatisfy { line[$0.key] == $0.value } }
        }
    }

    @Test("All that happens is told once, each line is JSON, and no password, token or session is in any, at any level")
    func wholeSession() async throws {
        let directory = try TemporaryDirectory()
        let hotfix = try await ReplicaHotfix()
        let options = ["--log-format", "json", "--log-level", "trace"]
        var server = try await ServerProcess(state: directory.file("state"), hosts: 2, arguments: options)
        let made = try await Tools.run(
            Products.pitstop,
            ["token", "create", "watcher", "--role", "read-only", "--state", server.state]
        )
        let token = made.output.trimmingCharacters(in: .newlines)
        let refused = try await server.xe("patch-upload", "file-name=\(hotfix.package)")
        #expect(refused.code == 1, "nobody trusts its key yet")
        try await hotfix.trust(in: server)
        let uuid = try await server.xe("patch-upload", "file-name=\(hotfix.package)").output
            .trimmingCharacters(in: .newlines)
        _ = try await server.xe("host-list", password: "not the password")
        func asToken(_ words: String...) async throws -> Tools.Result {
            try await Tools.run(
                Products.xe,
                words + ["-s", "127.0.0.1", "-p", "\(server.port)", "-u", "watcher", "-pw", token],
                environment: ["HOME": directory.path, "XE_EXTRA_ARGS": ""]
            )
        }
        #expect(try await asToken("host-disable", "host=xs1").code == 1)
        // A session that somebody keeps, and gives on the command line of another call.
        let session = try await self.session(of: server)
        #expect(try await server.rollout(["start", "--update", uuid, "--fix-all"]).code == 0)
        while !server.errorOutput.contains("\"run.host\"") { try await Task.sleep(for: .milliseconds(20)) }
        await server.kill()
        let first = try Told(server)
        server = try await ServerProcess(state: directory.file("state"), hosts: 2, arguments: options)
        #expect(try await server.rollout(["watch"]).code == 0)
        let later = try await self.session(of: server)
        #expect(await server.terminate() == 0)
        let second = try Told(server)

        for event in ["server.starting", "server.ready"] { #expect(first.count(event) == 1, "\(event)") }
        #expect(first.count("command", ["call": "token.create", "object": "watcher as read-only"]) == 1)
        #expect(first.count("sign-in.refused", ["user": "root", "address": "127.0.0.1"]) == 1)
        #expect(first.count("call.refused", ["user": "watcher", "call": "host.disable"]) == 1)
        #expect(first.count("upload") == 1 && first.count("upload.refused") == 1)
        let reason = first.lines.first { $0["event"] == "upload.refused" }?["reason"] ?? ""
        #expect(reason.contains(/[0-9A-F]{16}/), "\(reason)")
        #expect(first.count("run.begun") == 1 && first.count("run.taken-over") == 0)
        let run = first.lines.first { $0["event"] == "run.begun" }?["run"] ?? "none"
        #expect(first.count("call", ["call": "rollout.start", "run": run]) == 1)

        #expect(second.count("run.taken-over", ["run": run]) == 1 && second.count("run.begun") == 0)
        #expect(second.count("run.ended", ["run": run]) == 1)
        #expect(second.count("server.stopping") == 1 && second.count("server.stopped") == 1)
        let events = (first.lines + second.lines)
        for host in ["xs1", "xs2"] {
            for event in ["host.silent", "host.back", "host.restarted"] {
                #expect(events.count { $0["event"] == event && $0["host"] == host } == 1, "\(event) of \(host)")
            }
        }
        let told = events.filter { $0["run"] == run }.compactMap { $0["message"] }
        for sentence in ["xs1 is back.", "xs2 is back."] { #expect(told.count { $0 == sentence } == 1, "\(sentence)") }

        let text = "\(events)"
        for secret in [ServerProcess.password, "not the password", token, session, later] {
            #expect(!secret.isEmpty && !text.contains(secret))
        }
    }

    @Test("Where the log lasts, root's first password is in a file of its owner's, and not in the log")
    func firstPassword() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let server = Process()
        server.executableURL = URL(filePath: Products.pitstop)
        server.arguments = [
            "serve", "--state", state, "--listen", "127.0.0.1:0", "--pool", "embedded:1", "--log-format", "json",
        ]
        let (output, errors) = (Pipe(), directory.file("errors"))
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        server.standardOutput = output
        server.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try server.run()
        #expect(output.fileHandleForReading.availableData.starts(with: Data("ready ".utf8)))
        server.terminate()
        server.waitUntilExit()
        let file = state + "/root.password"
        let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
        #expect(password.count == 20)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        let log = try String(contentsOfFile: errors, encoding: .utf8)
        #expect(log.contains(file) && !log.contains(password))
    }

    /// Signs in by JSON-RPC, and leaves the session open.
    private func session(of server: ServerProcess) async throws -> String {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"session.login_with_password","params":["root","PASSWORD"]}"#
        let answer = try await Tools.run(
            "/usr/bin/curl",
            [
                "-sS", "--cacert", server.state + "/tls/server.crt", "-d",
                call.replacing("PASSWORD", with: ServerProcess.password), "https://127.0.0.1:\(server.port)/jsonrpc",
            ]
        )
        return answer.output.firstMatch(of: /OpaqueRef:[-0-9a-f]+/).map { String($0.output) } ?? ""
    }
}

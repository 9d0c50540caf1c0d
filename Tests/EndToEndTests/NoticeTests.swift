import Foundation
import Notices
import ScriptedServer
import Synchronization
import TestSupport
import Testing

/// People are told of runs without looking.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct NoticeTests {
    private final class Hook: Sendable {
        private let state = Mutex<[Notice]>([])
        var notices: [Notice] { state.withLock { $0 } }
        var events: Set<Notice.Event> { Set(notices.map(\.event)) }

        func take(_ request: ScriptedServer.Request) {
            guard request.headers["x-pitstop-signature"]?.hasPrefix("sha256=") == true,
                let notice = try? JSONDecoder().decode(Notice.self, from: Data(request.body))
            else { return }
            state.withLock { $0.append(notice) }
        }
    }

    private static let ok = ScriptedServer.Reply.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))

    /// A file of receivers: a webhook, and mail that a program writes into `mails`.
    private func receivers(_ directory: TemporaryDirectory, port: Int) throws -> String {
        let mails = directory.file("mails")
        try FileManager.default.createDirectory(atPath: mails, withIntermediateDirectories: true)
        let program = try directory.write(
            "#!/bin/sh\ncat > '\(mails)'/$$.new && mv '\(mails)'/$$.new '\(mails)'/$$.mail\n",
            to: "sendmail"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        try directory.write("a key\n", to: "key")
        return try directory.write(
            """
            receivers:
              - name: hook
                webhook: http://127.0.0.1:\(port)/t0ken
                secret: key
              - name: people
                mail: ann@example.org
                from: pitstop@example.org
                sendmail: \(program)
                events: [run-ended, run-failed]
            """,
            to: "notices.yaml"
        )
    }

    private func mails(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.file("mails")).filter { $0.hasSuffix(".mail") }
    }

    @Test("A run's beginning, hold and end reach webhook, mail and the pool's messages, through the server's death")
    func run() async throws {
        let (directory, hook) = (try TemporaryDirectory(), Hook())
        let hotfix = try await ReplicaHotfix()
        try await withScriptedServer(isSecure: false) { request in
            hook.take(request)
            return Self.ok
        } _: { receiver in
            let options = ["--notices", try receivers(directory, port: receiver.port)]
            var server = try await ServerProcess(state: directory.file("state"), hosts: 2, arguments: options)
            try await hotfix.trust(in: server)
            let uuid = try await server.xe("patch-upload", "file-name=\(hotfix.package)").output
                .trimmingCharacters(in: .newlines)
            let start = try await server.rollout(["start", "--update", uuid, "--fix-all", "--approve-each"])
            #expect(start.code == 0, "\(start.error)")
            while !hook.events.contains(.approvalAwaited) { try await Task.sleep(for: .milliseconds(20)) }
            await server.kill()
            server = try await ServerProcess(state: directory.file("state"), hosts: 2, arguments: options)
            var done: Set<String> = []
            while !hook.events.contains(.runEnded) {
                for host in Set(hook.notices.filter { $0.event == .approvalAwaited }.compactMap(\.host)).subtracting(
                    done
                ) {
                    #expect(try await server.rollout(["approve", host]).code == 0)
                    done.insert(host)
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            while try mails(directory).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            var messages = ""
            while !messages.contains("PITSTOP_RUN_ENDED") {
                messages = try await server.xe("message-list").output
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(messages.contains("All 2 hosts") || messages.contains("2 of 2 hosts"), "\(messages)")
            #expect(await server.terminate() == 0)
            #expect(!server.errorOutput.contains("t0ken") && server.errorOutput.contains("event=notice.sent"))
        }
        let byID = Dictionary(grouping: hook.notices, by: \.id)
        #expect(
            byID.values.count { $0[0].event == .runBegun } == 1 && byID.values.count { $0[0].event == .runEnded } == 1
        )
        #expect(byID.values.count { $0[0].event == .approvalAwaited } == 2, "one for each host")
        // What had arrived when the server died may arrive again, as the same.
        #expect(byID.values.allSatisfy { Set($0).count == 1 })
        #expect(try mails(directory).count == 1)
    }

    @Test("pitstop notify test tells each receiver whether it was reached, and ends with 1 where one was not")
    func test() async throws {
        let (directory, hook) = (try TemporaryDirectory(), Hook())
        let file = try await withScriptedServer(isSecure: false) { request in
            hook.take(request)
            return Self.ok
        } _: { receiver in
            let file = try receivers(directory, port: receiver.port)
            let told = try await Tools.run(Products.pitstop, ["notify", "test", "--notices", file])
            #expect(told.code == 0 && told.output == "hook: told.\npeople: told.\n", "\(told)")
            return file
        }
        #expect(hook.events == [.test])
        #expect(try mails(directory).count == 1)
        let gone = try await Tools.run(Products.pitstop, ["notify", "test", "--notices", file, "--receiver", "hook"])
        #expect(
            gone.code == 1 && gone.output.hasPrefix("hook: There is no connection") && !gone.output.contains("t0ken")
        )
        let unknown = try await Tools.run(Products.pitstop, ["notify", "test", "--notices", file, "--receiver", "me"])
        #expect(unknown.code == 1 && unknown.error.contains("it names hook, people"))
    }
}

import Foundation
import NIOCore
import TestSupport
import Testing
import XenAPI

@testable import xe

/// The bytes that clients of three generations rely on, spoken to a started server.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct ThinCLITests {
    @Test(
        "A 0.1 client adds line ends to what goes to stderr, a 0.2 client does not",
        arguments: [CLIVersion.v0_1, .v0_2]
    )
    func theNewlineRule(_ version: CLIVersion) async throws {
        let messages = try await converse(["no-such-command"], as: version)
        let end = version == .v0_1 ? "" : "\n"
        #expect(
            messages == [
                .printStderr("Unknown command: no-such-command" + end), .printStderr("For usage run: 'xe help'" + end),
                .exit(1),
            ]
        )
    }

    @Test func aListEndsWithExitZero() async throws {
        let words = [
            "host-list", "--minimal", "params=name-label", "username=root", "password=\(ServerProcess.password)",
        ]
        #expect(try await converse(words, as: .v0_1) == [.print("xs1,xs2"), .exit(0)])
    }

    @Test func anUploadBeginsWithHttpPutOfTheVeryNameThatTheClientGave() async throws {
        let words = [
            "patch-upload", "file-name=a\\b c.xsupdate", "username=root", "password=\(ServerProcess.password)",
        ]
        let messages = try await converse(words, as: .v0_2, answers: [.failed])
        guard case .httpPut(let name, let url)? = messages.first else {
            Issue.record("the first message is \(String(describing: messages.first))")
            return
        }
        #expect(name == "a\\b c.xsupdate")
        #expect(url.hasPrefix("/pool_patch_upload?session_id=OpaqueRef:"))
        #expect(url.contains("&task_id=OpaqueRef:"))
        #expect(messages.last == .exit(1))
    }

    @Test func linesMayEndInCarriageReturns() async throws {
        let messages = try await converse(
            ["host-is-in-emergency-mode\r", "username=root\r", "password=wrong\r"],
            as: .v0_1
        )
        #expect(messages.first == .printStderr("Authentication failed"))
    }

    /// Speaks to the server as a client of that version.
    ///
    /// - Returns: what the server said after its hello, up to its exit.
    private func converse(
        _ words: [String],
        as version: CLIVersion,
        answers: [CLIMessage] = []
    ) async throws -> [CLIMessage] {
        let port = try await SharedServer.get().server.port
        let endpoint = try Endpoint(host: "127.0.0.1", port: port, useTLS: true, certificate: nil)
        return try await endpoint.connect { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            let body = Array(words.joined(separator: "\n").utf8)
            let head =
                "POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/0.\(version.minor)\r\ncontent-length: \(body.count)\r\n\r\n"
            try await outbound.write(ByteBuffer(bytes: Array(head.utf8) + body))
            var decoder = CLIFrameDecoder()
            while try decoder.greeting() == nil {
                guard let bytes = try await iterator.next() else { return [] }
                decoder.append(bytes.readableBytesView)
            }
            try await outbound.write(ByteBuffer(bytes: CLIGreeting.encode(version)))
            for answer in answers { try await outbound.write(ByteBuffer(bytes: answer.encoded)) }
            var messages: [CLIMessage] = []
            while true {
                while let message = try decoder.next() {
                    messages.append(message)
                    if case .exit = message { return messages }
                }
                guard let bytes = try await iterator.next() else { return messages }
                decoder.append(bytes.readableBytesView)
            }
        }
    }
}

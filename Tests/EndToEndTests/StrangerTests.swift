import Foundation
import TestSupport
import Testing

/// What anybody on the network may do to a server, without a password, and what the server makes of it.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct StrangerTests {
    /// A socket that says what it is told to, and nothing else.
    private final class Wire {
        private let descriptor: Int32

        init?(to port: Int) {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard descriptor >= 0, isConnected else { return nil }
            var limit = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }

        func say(_ text: String) {
            let bytes = Array(text.utf8)
            _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// What comes next; empty where the other end has hung up.
        func hear() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        deinit { close(descriptor) }
    }

    /// A server that listens without TLS, too, and where.
    private func server(
        _ directory: TemporaryDirectory,
        launcher: [String] = []
    ) async throws -> (server: ServerProcess, plain: Int) {
        // Some port that was free a moment ago.
        let plain = Int.random(in: 20_000..<30_000)
        let server = try await ServerProcess(
            state: directory.file("state"),
            hosts: 1,
            arguments: ["--plain", "127.0.0.1:\(plain)"],
            launcher: launcher
        )
        return (server, plain)
    }

    @Test("Twenty-five bytes that are no header get a 400, and the server goes on")
    func oddHeads() async throws {
        let directory = try TemporaryDirectory()
        let (server, plain) = try await server(directory)
        for line in ["GET / HTTP/1.0", "POST /cli HTTP/1.0", "PUT /pool_patch_upload HTTP/1.0"] {
            let wire = try #require(Wire(to: plain))
            wire.say(line + "\r\n\u{e9}: x\r\n\r\n")
            #expect(wire.hear().hasPrefix("HTTP/1.0 400"))
        }
        #expect(try await server.xe("host-list", "--minimal").code == 0)
        #expect(await server.terminate() == 0)
    }

    @Test("More silent connections than there is room for close the door on nobody")
    func silence() async throws {
        let directory = try TemporaryDirectory()
        let (server, plain) = try await server(directory, launcher: ["/usr/bin/prlimit", "--nofile=400:400"])
        var wires: [Wire] = []
        for index in 0..<600 {
            guard let wire = Wire(to: index.isMultiple(of: 2) ? plain : server.port) else { continue }
            if index.isMultiple(of: 2) { wire.say("GET / HTTP/1.0\r\n") }
            wires.append(wire)
        }
        #expect(wires.count > 500)
        let list = try await server.xe("host-list", "--minimal")
        #expect(list.code == 0, "\(list.error)")
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.processID)/fd")
        #expect(files.count < 300)
        wires = []
        #expect(await server.terminate() == 0)
    }

    @Test(
        "A server that is told to end waits for nobody who has stopped in the middle of a word",
        arguments: [
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
            "POST / HTTP/1.0\r\nContent-Length: 1000\r\n\r\nabc",
            "POST /cli HTTP/1.0\r\ncontent-length: 40\r\n\r\nvm-li", "POST /cli HTTP/1.0\r\n", "GET / HT",
            "POST /cli HTTP/1.0\r\ncontent-length: 4\r\n\r\nhelp",
        ]
    )
    func ending(words: String) async throws {
        let directory = try TemporaryDirectory()
        let (server, plain) = try await server(directory)
        let wire = try #require(Wire(to: plain))
        wire.say(words)
        // Whoever is answered comes after, so that the words have been read by then.
        #expect(try await server.xe("host-list", "--minimal").code == 0)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(await server.terminate() == 0)
        #expect(clock.now - start < .seconds(5))
        #expect(!server.errorOutput.contains("Fatal"))
    }

    @Test(
        "XenServer's own clients, which take RSA and one curve only, get through TLS",
        .enabled(if: Tools.isInstalled("openssl"), "needs openssl")
    )
    func genuineTLS() async throws {
        let port = try await SharedServer.get().server.port
        let result = try await Tools.run(
            "/bin/sh",
            [
                "-c",
                "openssl s_client -connect 127.0.0.1:\(port) -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 "
                    + "-curves secp384r1 </dev/null 2>&1",
            ]
        )
        #expect(result.output.contains("Cipher    : ECDHE-RSA-AES256-GCM-SHA384"), "\(result.output)")
    }

    @Test("An address that is taken is named, with what to do")
    func addressInUse() async throws {
        let directory = try TemporaryDirectory()
        let port = try await SharedServer.get().server.port
        let refusal = await #expect(throws: ServerProcess.NotStarted.self) {
            try await ServerProcess(state: directory.file("state"), hosts: 1, port: port)
        }
        #expect(refusal?.reason.contains("127.0.0.1:\(port) is in use") == true, "\(refusal?.reason ?? "")")
    }

    @Test("A password file does not bring back a password that was changed; the server says that it differs")
    func oldPassword() async throws {
        let directory = try TemporaryDirectory()
        let first = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let change = try await first.xe("user-password-change", "old=\(ServerProcess.password)", "new=another word")
        #expect(change.code == 0, "\(change.error)")
        #expect(await first.terminate() == 0)
        let second = try await ServerProcess(state: directory.file("state"), hosts: 1)
        #expect(second.errorOutput.contains("root's password is not the one in"))
        #expect(try await second.xe(["host-list", "--minimal"], password: "another word").code == 0)
        #expect(try await second.xe(["host-list", "--minimal"]).error.hasPrefix("Authentication failed"))
        #expect(await second.terminate() == 0)
    }

    @Test("What commands change of users and trust is in the audit log, refused attempts too")
    func audit() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let password = try directory.write("word\n", to: "word")
        let digest = String(repeating: "ab", count: 32)
        for words in [
            ["users", "add", "anna", "--role", "read-only", "--password-file", password],
            ["users", "remove", "nobody"],
            ["trust", "pin", digest], ["trust", "remove", "no such key"],
        ] { _ = try await Tools.run(Products.pitstop, words + ["--state", server.state]) }
        let log = try String(contentsOfFile: server.state + "/audit/calls.jsonl", encoding: .utf8)
        let lines = log.split(separator: "\n")
        #expect(
            lines.contains { $0.contains("users.add") && $0.contains("anna as read-only") && $0.contains("success") }
        )
        #expect(lines.contains { $0.contains("users.remove") && $0.contains("nobody") && $0.contains("refused") })
        #expect(lines.contains { $0.contains("trust.pin") && $0.contains(digest) && $0.contains("success") })
        #expect(lines.contains { $0.contains("trust.remove") && $0.contains("no such key") && $0.contains("refused") })
        #expect(await server.terminate() == 0)
    }
}

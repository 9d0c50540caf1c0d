import Foundation
import Synchronization
import TestSupport
import Testing
import XenAPIClient

/// The TLS of a XenServer 6.x host by OpenSSL's own server: version 1.0 and the ciphers of its time. The one answer that it
/// gives is written out here; the handshake and the bytes under it are OpenSSL's.
@Suite(.enabled(if: Tools.isInstalled("openssl"), "needs openssl (apt-get install openssl)"))
struct OpenSSLServerTests {
    @Test(arguments: ["AES128-SHA", "AES256-SHA"])
    func `a server that knows TLS 1.0 and old ciphers only is signed in to where the file says legacy`(
        cipher: String
    ) async throws {
        let directory = try TemporaryDirectory()
        let (key, certificate) = (directory.file("server.key"), directory.file("server.crt"))
        let made = try await Tools.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=xs602", "-days", "3650", "-keyout", key,
                "-out", certificate,
            ]
        )
        #expect(made.code == 0, "\(made.error)")
        let server = try OpenSSLServer(key: key, certificate: certificate, cipher: cipher)
        defer { server.stop() }
        let endpoint = try Endpoint("https://127.0.0.1:\(try await server.port())/")
        let authority = try TLSPolicy.authorities(inFile: certificate)

        let refusal = await #expect(throws: XenAPIError.self) {
            try await Self.client(endpoint, TLSPolicy(authorities: authority)).signIn()
        }
        #expect("\(try #require(refusal))".contains("legacy"), "\(String(describing: refusal))")
        #expect(!server.hasHeard("methodCall"))

        try await Self.client(endpoint, TLSPolicy(authorities: authority, isLegacy: true)).signIn()
        #expect(server.hasHeard("session.login_with_password"))
    }

    private static func client(_ endpoint: Endpoint, _ policy: TLSPolicy) -> XenAPIClient {
        XenAPIClient(
            endpoint,
            as: Credentials(user: "root", password: "secret"),
            policy: policy,
            wire: .xml,
            limits: .unhurried
        )
    }
}

/// `openssl s_server`, which answers each call with a session.
private final class OpenSSLServer: Sendable {
    private let running: Running
    private let heard = Mutex("")

    /// Foundation's process and pipes may be used from any thread, but do not say so to the compiler.
    private struct Running: @unchecked Sendable {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
    }

    init(key: String, certificate: String, cipher: String) throws {
        running = Running()
        let process = running.process
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1", "-cipher", "\(cipher):@SECLEVEL=0", "-key", key,
            "-cert",
            certificate,
        ]
        process.standardInput = running.input
        process.standardOutput = running.output
        process.standardError = FileHandle.nullDevice
        running.output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let bytes = handle.availableData
            guard !bytes.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            self?.hear(String(decoding: bytes, as: UTF8.self))
        }
        try process.run()
    }

    private func hear(_ text: String) {
        let isCall = heard.withLock { heard in
            heard += text
            return heard.hasSuffix("</methodCall>")
        }
        guard isCall else { return }
        let body = """
            <?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Success\
            </value></member><member><name>Value</name><value>OpaqueRef:session</value></member></struct></value></param>\
            </params></methodResponse>
            """
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try? running.input.fileHandleForWriting.write(contentsOf: Data((head + body).utf8))
    }

    func hasHeard(_ text: String) -> Bool { heard.withLock { $0.contains(text) } }

    /// Where it listens, as it says at its start.
    func port() async throws -> Int {
        for _ in 0..<1200 {
            let line = heard.withLock { $0.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") } }
            if let port = line?.split(separator: ":").last.flatMap({ Int($0.filter(\.isNumber)) }) { return port }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CancellationError()
    }

    /// A program that Foundation starts may inherit that it hears no gentler signal.
    func stop() {
        kill(running.process.processIdentifier, SIGKILL)
        running.process.waitUntilExit()
    }
}

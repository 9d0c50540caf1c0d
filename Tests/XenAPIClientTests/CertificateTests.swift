import ScriptedServer
import TestSupport
import Testing
import XenAPI
import XenAPIClient

@Suite struct CertificateTests {
    private static func signIn(_ server: ScriptedServer, _ policy: TLSPolicy) async throws(XenAPIError) {
        guard let endpoint = try? Endpoint(server.url) else { return }
        let credentials = Credentials(user: "root", password: "secret")
        try await XenAPIClient(endpoint, as: credentials, policy: policy, limits: .unhurried).signIn()
    }

    @Test func `a pinned certificate is taken, whatever name and dates it has`() async throws {
        try await withScriptedServer(answer: ScriptedPool().answer) { server in
            let digest = CertificateDigest(of: try #require(server.identity).certificate)
            try await Self.signIn(server, TLSPolicy(pins: [digest]))
            let shown = try await CertificateProbe.digest(of: try Endpoint(server.url))
            #expect(shown == digest)
        }
    }

    @Test func `another certificate is told by both digests, and no byte of the password goes there`() async throws {
        let pool = ScriptedPool()
        let other = try Identity()
        try await withScriptedServer(answer: pool.answer) { server in
            let shown = CertificateDigest(of: try #require(server.identity).certificate)
            let wanted = CertificateDigest(of: other.certificate)
            for policy in [
                TLSPolicy(pins: [wanted]), TLSPolicy(authorities: [try other.nio]),
                TLSPolicy(pins: [wanted], authorities: [try #require(server.identity).nio]),
            ] {
                let error = await #expect(throws: XenAPIError.self) { try await Self.signIn(server, policy) }
                let text = "\(try #require(error))"
                #expect(text.contains("\(shown)"), "\(text)")
                #expect(text.contains("\(wanted)"), "\(text)")
            }
        }
        #expect(pool.calls.isEmpty)
    }

    @Test func `a certificate that no authority vouches for is told with its digest and what to do`() async throws {
        try await withScriptedServer(answer: ScriptedPool().answer) { server in
            let error = await #expect(throws: XenAPIError.self) { try await Self.signIn(server, TLSPolicy()) }
            let text = "\(try #require(error))"
            #expect(text.contains("\(CertificateDigest(of: try #require(server.identity).certificate))"), "\(text)")
            #expect(!text.contains("NIOSSL"))
        }
    }

    @Test func `an authority's file vouches for a server that is called by its address`() async throws {
        try await withScriptedServer(answer: ScriptedPool().answer) { server in
            try await Self.signIn(server, TLSPolicy(authorities: [try #require(server.identity).nio]))
        }
    }

    @Test func `a file without a certificate is refused by its name`() async throws {
        let error = #expect(throws: TrustFileError.self) { try TLSPolicy.authorities(inFile: "/nowhere/server.crt") }
        #expect(error?.description.contains("/nowhere/server.crt") == true)
    }

    @Test func `TLS 1.0 is spoken only where it is asked for`() async throws {
        try await withScriptedServer(isOld: true, answer: ScriptedPool().answer) { server in
            let digest = CertificateDigest(of: try #require(server.identity).certificate)
            let error = await #expect(throws: XenAPIError.self) {
                try await Self.signIn(server, TLSPolicy(pins: [digest]))
            }
            #expect("\(try #require(error))".contains("legacy"), "\(String(describing: error))")
            try await Self.signIn(server, TLSPolicy(pins: [digest], isLegacy: true))
        }
    }

    @Test func `a server that speaks no TLS there is told so`() async throws {
        try await withScriptedServer(isSecure: false, answer: ScriptedPool().answer) { server in
            let client = XenAPIClient(
                try Endpoint("https://127.0.0.1:\(server.port)/"),
                as: Credentials(user: "root", password: "secret"),
                limits: .unhurried
            )
            let error = await #expect(throws: XenAPIError.self) { try await client.signIn() }
            #expect("\(try #require(error))".contains("TLS"), "\(String(describing: error))")
        }
    }
}

import Foundation
import NIOCore
import ScriptedServer
import Testing
import XenAPI

@testable import XenAPIClient

/// Every lie of a server ends in a sentence that names it.
@Suite struct HostileServerTests {
    private static func failure(_ reply: ScriptedServer.Reply, wire: Wire = .xml, limits: ClientLimits = .hasty)
        async throws -> TransportFailure
    {
        try await withScriptedServer { _ in
            reply
        } _: { server in
            let client = try XenAPIClient.of(server, wire: wire, limits: limits)
            let error = await #expect(throws: XenAPIError.self) { try await client.signIn() }
            guard case .transport(let failure) = error else { throw Unexpected(error: "\(String(describing: error))") }
            #expect(failure.description.contains("https://127.0.0.1:\(server.port)/"))
            return failure
        }
    }

    struct Unexpected: Error { let error: String }

    @Test(arguments: ["9223372036854775807", "9223372036854775808", "18446744073709551615", "314572800"])
    func `an answer that is said to be endless is not read`(length: String) async throws {
        let failure = try await Self.failure(
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n<".utf8))
        )
        switch failure.reason {
        case .tooLong, .cut, .garbage: break
        default: Issue.record("\(failure)")
        }
    }

    @Test(arguments: ["-1", "1e9", "12 34", "0x10", "99999999999999999999999999"])
    func `a length that is no number is refused`(length: String) async throws {
        _ = try await Self.failure(.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n<".utf8)))
    }

    @Test func `an answer that is longer than the limit is not read to its end`() async throws {
        var limits = ClientLimits.hasty
        limits.answer = 1 << 20
        let bytes = Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + Array(repeating: 60, count: 3 << 20)
        let failure = try await Self.failure(.bytes(bytes), limits: limits)
        #expect(failure.reason == .tooLong(limit: 1 << 20))
        #expect(failure.description.contains("1 MiB"))
    }

    @Test(arguments: [
        "", "HTTP/1.1", "GARBAGE\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<methodResponse>",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 999999 X\r\n\r\n", "\u{0}\u{1}\u{2}",
        "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ])
    func `half an answer, or none, is said to be that`(text: String) async throws {
        let failure = try await Self.failure(.bytes(Array(text.utf8)))
        #expect(failure.mayHaveArrived)
    }

    @Test(
        arguments: [
            "<html>Welcome</html>", "[1,2,3]", "<methodResponse><params/></methodResponse>", "\u{FEFF}<?xml?>",
            "<methodResponse><params><param><value><struct></struct></value></param></params></methodResponse>",
            String(repeating: "<value>", count: 10_000),
        ],
        [Wire.xml, .json]
    )
    func `what is not XenAPI is said to be that`(text: String, wire: Wire) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
        let failure = try await Self.failure(.bytes(Array((head + text).utf8)), wire: wire)
        guard case .garbage = failure.reason else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test func `the page of an error is read for XenAPI's own, and no further than it is understood`() {
        let page = "<h1>500</h1><h1> Additional information </h1>GET_HOST_UPDATES_FAILED: [ OpaqueRef:1; more ]</html>"
        #expect(ErrorPage.refusal(in: page) == APIError("GET_HOST_UPDATES_FAILED", ["OpaqueRef:1", "more"]))
        for other in [
            "", "GET_HOST_UPDATES_FAILED: [ x ]", "Additional information </h1>Failure(\"x\")",
            "Additional information E: [",
        ] {
            #expect(ErrorPage.refusal(in: other) == nil, "\(other)")
        }
    }

    @Test(arguments: [401, 403, 404, 500, 503])
    func `another status is told with its number`(status: Int) async throws {
        let failure = try await Self.failure(.bytes(Array("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n".utf8)))
        #expect(failure.description.contains("\(status)"))
        #expect(failure.isPassing == (status >= 500))
    }

    @Test func `a server that says nothing is given up in time`() async throws {
        var limits = ClientLimits.hasty
        limits.signingIn = .milliseconds(100)
        let failure = try await Self.failure(.silence, limits: limits)
        #expect(failure.isPassing)
        #expect(failure.mayHaveArrived)
    }

    @Test func `half an answer that then stands still is given up in time, too`() async throws {
        var limits = ClientLimits.hasty
        limits.signingIn = .milliseconds(200)
        try await withScriptedServer { _ in
            .taking({ _ in try? await Task.sleep(for: .seconds(600)) })
        } _: { [limits] server in
            let client = try XenAPIClient.of(server, limits: limits)
            let error = await #expect(throws: XenAPIError.self) { try await client.signIn() }
            #expect(error?.isPassing == true)
        }
    }

    @Test func `an answer is whole although its connection ends without TLS's farewell`() async throws {
        let pool = ScriptedPool()
        try await withScriptedServer { request in
            guard request.call?.name == "pool.get_all" else { return await pool.answer(request) }
            // Without a length, the end of the connection is the end of the answer.
            return .cut(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + XMLRPC.encode(.success(.set([]))))
        } _: { server in
            let client = try XenAPIClient.of(server)
            let result = try await client.call("pool.get_all")
            #expect(result == .set([]))
        }
    }

    @Test func `half an answer is not whole, whoever ends the connection`() async throws {
        let whole = XMLRPC.encode(.success(.string("OpaqueRef:session")))
        let half = Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + whole.prefix(whole.count / 2)
        #expect(try await Self.failure(.cut(half)).reason == .cut)
    }

    @Test func `whoever no longer waits is answered at once`() async throws {
        try await withScriptedServer { _ in
            .silence
        } _: { server in
            let client = try XenAPIClient.of(server)
            let waiting = Task { () -> XenAPIError? in
                do throws(XenAPIError) {
                    try await client.signIn()
                    return nil
                } catch { return error }
            }
            waiting.cancel()
            #expect(await waiting.value == .cancelled)
        }
    }

    @Test(arguments: [EHOSTUNREACH, ENETUNREACH, EHOSTDOWN])
    func `an address that no way leads to is told so, and what was asked may have been heard before`(code: CInt)
        async throws
    {
        let error = await XenAPIError.of(
            IOError(errnoCode: code, reason: "connection reset (error set)"),
            at: try Endpoint("https://192.0.2.1/"),
            TLSPolicy(),
            within: .seconds(1)
        )
        #expect("\(error)".hasPrefix("There is no connection to https://192.0.2.1/: there is no way to it."))
        guard case .transport(let failure) = error else { throw error }
        #expect(failure.mayHaveArrived && failure.isPassing)
    }

    @Test func `a port where nothing listens is told with its address`() async throws {
        let client = XenAPIClient(try Endpoint("https://127.0.0.1:1/"), as: Credentials(user: "root", password: "x"))
        let error = await #expect(throws: XenAPIError.self) { try await client.signIn() }
        #expect("\(try #require(error))".contains("There is no connection to https://127.0.0.1:1/"))
        #expect(error?.isPassing == true)
    }
}

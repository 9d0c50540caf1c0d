import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// HTTP with the hosts of one pool: every connection under one policy, every answer under one limit.
///
/// Connections are kept for a few seconds between calls, and end when nobody holds this any longer.
final class HTTPExchange: Sendable {
    let policy: TLSPolicy
    let limits: ClientLimits
    let clock: any Clock<Duration>
    private let http: HTTPClient

    init(policy: TLSPolicy, limits: ClientLimits, clock: any Clock<Duration>) {
        (self.policy, self.limits, self.clock) = (policy, limits, clock)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: policy.configuration,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(limits.connecting.nanoseconds)),
            connectionPool: .init(idleTimeout: .seconds(10))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
        // After the handshake and before the first byte of a request.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            guard !policy.pins.isEmpty else { return channel.eventLoop.makeSucceededVoidFuture() }
            return channel.eventLoop.makeCompletedFuture {
                do {
                    try policy.check(try channel.pipeline.syncOperations.nioSSL_peerCertificate())
                } catch {
                    channel.close(promise: nil)
                    throw error
                }
            }
        }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { http.shutdown { _ in } }

    /// Ends all connections.
    func close() async { try? await http.shutdown() }

    /// What came back for a call.
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        /// Whether the end of the body is known to be its end.
        let isWhole: Bool
    }

    /// Posts a body and reads the answer whole.
    func post(
        _ path: String,
        _ body: [UInt8],
        type: String,
        to endpoint: Endpoint,
        within limit: Duration
    ) async throws(XenAPIError) -> Answer {
        var request = HTTPClientRequest(url: endpoint.url(path))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await exchange(request, with: endpoint, within: limit)
    }

    /// Asks for a page and reads it whole.
    ///
    /// - Throws: what the page of an error says of it, as a refusal.
    func get(_ path: String, from endpoint: Endpoint, within limit: Duration) async throws(XenAPIError) -> Answer {
        try await exchange(HTTPClientRequest(url: endpoint.url(path)), with: endpoint, within: limit, readsErrors: true)
    }

    private func exchange(
        _ request: HTTPClientRequest,
        with endpoint: Endpoint,
        within limit: Duration,
        readsErrors: Bool = false
    ) async throws(XenAPIError) -> Answer {
        do {
            return try await within(limit, by: clock) { [self] in
                let response = try await send(request)
                if readsErrors, response.status == .internalServerError,
                    let refusal = ErrorPage.refusal(in: try await ErrorPage.text(of: response))
                {
                    throw XenAPIError.refused(refusal)
                }
                try follow(response, from: endpoint)
                return try await collect(response, from: endpoint)
            }
        } catch {
            throw await XenAPIError.of(error, at: endpoint, policy, within: limit)
        }
    }

    /// Sends a request and returns with the head of the answer.
    func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        var request = request
        request.headers.replaceOrAdd(name: "User-Agent", value: "pitstop")
        return try await http.execute(request, deadline: .distantFuture)
    }

    /// Refuses what is neither an answer nor a redirection.
    private func follow(_ response: HTTPClientResponse, from endpoint: Endpoint) throws {
        let status = Int(response.status.code)
        if let place = Redirection(response) { throw place }
        guard status == 200 else {
            throw XenAPIError.transport(TransportFailure(endpoint, .status(status, response.status.reasonPhrase)))
        }
    }

    /// Reads a body up to the limit; what a server says of its length is only believed where it is too long.
    private func collect(_ response: HTTPClientResponse, from endpoint: Endpoint) async throws -> Answer {
        let tooLong = XenAPIError.transport(
            TransportFailure(endpoint, .tooLong(limit: limits.answer), mayHaveArrived: true)
        )
        if let announced = response.headers.first(name: "Content-Length"),
            Int64(announced).map({ $0 > limits.answer }) ?? true
        {
            throw tooLong
        }
        var body: [UInt8] = []
        var isWhole = true
        do {
            for try await part in response.body {
                guard Int64(body.count) + Int64(part.readableBytes) <= limits.answer else { throw tooLong }
                body += part.readableBytesView
            }
            try Task.checkCancellation()
        } catch NIOSSLError.uncleanShutdown {
            // An answer without a length ends with its connection; whoever reads it sees whether all is there.
            isWhole = false
        }
        return Answer(status: Int(response.status.code), body: body, isWhole: isWhole)
    }
}

/// An answer says that what was asked for is elsewhere.
struct Redirection: Error {
    let location: String

    init?(_ response: HTTPClientResponse) {
        guard [301, 302, 303, 307, 308].contains(Int(response.status.code)),
            let location = response.headers.first(name: "Location")
        else { return nil }
        self.location = location
    }
}

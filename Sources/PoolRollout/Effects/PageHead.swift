import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks for a page and reads the head of the answer only: whoever answers can make a health gate neither read without end
/// nor ask somewhere else.
enum PageHead {
    /// What came back.
    enum Answer: Sendable {
        case status(Int)
        /// The page is somewhere else, as a page says that no operator named.
        case elsewhere(status: Int, String)
        /// Why nothing did.
        case none(String)
    }

    /// Asks, and closes the connection as soon as the head of the answer is there.
    static func ask(_ url: String, within limit: Duration) async -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(limit.components.seconds)
        // Nothing is kept of one question for the next: no connection, no cookie, no cached answer.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer: Answer
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "Connection", value: "close")
            let response = try await client.execute(request, timeout: .seconds(limit.components.seconds))
            answer = Self.answer(response)
        } catch {
            answer = .none(reason(error))
        }
        try? await client.shutdown()
        return answer
    }

    private static func answer(_ response: HTTPClientResponse) -> Answer {
        let status = Int(response.status.code)
        guard (300..<400).contains(status), let place = response.headers.first(name: "Location") else {
            return .status(status)
        }
        return .elsewhere(status: status, place)
    }

    /// Why there is no connection, or no answer, in a few words.
    static func reason(_ error: any Error) -> String {
        if let refusal = error as? NIOConnectionError {
            guard let cause = refusal.connectionErrors.first?.error else { return "nobody knows its name" }
            return (cause as? IOError)?.description ?? "\(cause)"
        }
        guard let problem = error as? HTTPClientError else { return "\(error)" }
        switch problem {
        case .deadlineExceeded, .connectTimeout, .readTimeout: return "its time is over"
        case .remoteConnectionClosed: return "the answer has no head"
        default: return problem.shortDescription
        }
    }
}

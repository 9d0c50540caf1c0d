import AsyncHTTPClient
import Basics
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// An address that takes notices as JSON.
struct Webhook: Sendable {
    /// What the JSON looks like.
    enum Template: String, CaseIterable, Sendable {
        /// All fields of the notice.
        case none
        /// What Slack takes, and Mattermost and Rocket.Chat too.
        case slack
        /// What Microsoft Teams takes: a card.
        case teams
    }

    /// As good as a password for many chat tools: it is in no message and no log.
    let url: String
    /// The key of the signature; nil for none.
    let secret: String?
    let template: Template
    /// How long the receiver may take for all of it.
    var patience = Duration.seconds(30)
    /// Bytes of an answer that are read at most.
    private static let largestAnswer = 64 << 10

    /// Sends a notice: once, to this address and no other.
    func send(_ notice: Notice) async throws(Undelivered) {
        let body = try Array(body(of: notice))
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(patience.components.seconds)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let problem = await answer(client, request(body, notice))
        try? await client.shutdown()
        if let problem { throw Undelivered(problem) }
    }

    private func request(_ body: [UInt8], _ notice: Notice) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Pitstop")
        request.headers.add(name: "Connection", value: "close")
        // Ids hold references and paths of ours only: see RunNotices.
        request.headers.add(name: "X-Pitstop-Notice", value: notice.id)
        if let secret { request.headers.add(name: "X-Pitstop-Signature", value: Self.signature(of: body, by: secret)) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    /// `sha256=` and the HMAC of the body in hex.
    static func signature(of body: [UInt8], by secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
        return "sha256=" + code.hex
    }

    /// - Returns: why it has not arrived; nil where it has.
    private func answer(_ client: HTTPClient, _ request: HTTPClientRequest) async -> String? {
        let limit = patience.components.seconds
        do {
            let response = try await client.execute(request, timeout: .seconds(limit))
            let status = Int(response.status.code)
            switch status {
            case 200..<300:
                // A receiver that never stops answering is not listened to; what it says means nothing to us.
                _ = try? await response.body.collect(upTo: Self.largestAnswer)
                return nil
            case 300..<400: return "It answers with status \(status) and points elsewhere, which is not followed."
            default: return "It answers with status \(status)."
            }
        } catch let error as HTTPClientError where Self.late.contains(error) {
            return "It does not answer within \(limit) s."
        } catch let error as HTTPClientError {
            return "It does not answer: \(error.shortDescription)."
        } catch is NIOConnectionError {
            return "There is no connection to it."
        } catch {
            return "There is no connection to it, or what it says is not understood."
        }
    }

    private static let late: [HTTPClientError] = [.deadlineExceeded, .connectTimeout, .readTimeout]
}

extension Webhook {
    /// The JSON of a notice.
    func body(of notice: Notice) throws(Undelivered) -> Data {
        switch template {
        case .none: try notice.json()
        case .slack: try Self.json(["text": "*\(Self.escaped(notice.subject))*\n\(Self.escaped(notice.text))"])
        case .teams: try Self.json(TeamsMessage(notice))
        }
    }

    /// JSON with its keys in order.
    static func json(_ value: some Encodable) throws(Undelivered) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return try encoder.encode(value) } catch { throw Undelivered("The notice can not be written as JSON.") }
    }

    /// Names must not call a whole channel, nor become links.
    private static func escaped(_ text: String) -> String {
        text.escaped(for: .line).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

/// A message with a card, as Teams' workflows take it.
private struct TeamsMessage: Encodable {
    struct Attachment: Encodable {
        var contentType = "application/vnd.microsoft.card.adaptive"
        var content: Card
    }

    struct Card: Encodable {
        var type = "AdaptiveCard"
        var version = "1.4"
        var body: [Block]
    }

    struct Block: Encodable {
        var type = "TextBlock"
        var text: String
        var weight: String
        var color: String
        var wrap = true
    }

    var type = "message"
    var attachments: [Attachment]

    init(_ notice: Notice) {
        let color = notice.event.isUrgent ? "Attention" : "Default"
        let blocks = [
            Block(text: Self.plain(notice.subject), weight: "Bolder", color: color),
            Block(text: Self.plain(notice.text), weight: "Default", color: "Default"),
        ]
        attachments = [Attachment(content: Card(body: blocks))]
    }

    /// Names are no Markdown.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for character in text.escaped(for: .line) {
            if "\\`*_[]<>#".contains(character) { plain += "\\" }
            plain.append(character)
        }
        return plain
    }
}

extension Notice {
    /// All of its fields.
    func json() throws(Undelivered) -> Data { try Webhook.json(self) }
}

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import XenAPI

extension XenAPIClient {
    /// Sends a file to one of the server's doors for files, such as `/pool_patch_upload`, and waits until the server has
    /// done with it what it should.
    ///
    /// What became of it is taken from a task alone: a server ends such a connection as it likes. Bytes are sent once the
    /// server has answered with its head, which the oldest ones insist on.
    ///
    /// - Parameters:
    ///   - path: the door.
    ///   - query: what it is told besides session and task; values are escaped.
    ///   - file: the path of the file.
    ///   - label: the name of the task, which others see in the pool.
    ///   - onProgress: told how many bytes have been sent.
    /// - Returns: the result of the task, such as the reference of a `pool_patch`.
    public func upload(
        _ file: String,
        to path: String,
        query: KeyValuePairs<String, String> = [:],
        label: String,
        onProgress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws(XenAPIError) -> String {
        let source: OpenFile
        do { source = try await OpenFile(path: file) } catch {
            throw .transport(TransportFailure(master, .file(error.text)))
        }
        let task = try await makeTask(label)
        let session = try await currentSession()
        let items = [("session_id", session.rawValue), ("task_id", task.rawValue)] + query.map { ($0.key, $0.value) }
        let transfer = Transfer(
            exchange: exchange,
            limits: limits,
            clock: clock,
            endpoint: master,
            path: path + "?" + Self.query(items),
            onProgress: onProgress
        )
        do {
            return try await withThrowingTaskGroup(of: UploadPart.self) { group in
                defer { group.cancelAll() }
                group.addTask { .sent(await transfer.send(source)) }
                group.addTask { [clock, limits] in
                    // Begun beside the transfer: a server may refuse what it has read the beginning of.
                    .ended(
                        try await within(limits.digestion, by: clock) { try await self.outcome(of: task, of: label) }
                    )
                }
                var failure: XenAPIError?
                while let part = try await group.next() {
                    switch part {
                    case .ended(let result): return result
                    case .sent(nil): continue
                    case .sent(let broken?):
                        failure = broken
                        group.addTask { [clock, limits] in
                            try await clock.sleep(for: limits.lastWords)
                            return .silence
                        }
                    case .silence:
                        if let failure { throw failure }
                    }
                }
                throw XenAPIError.cancelled
            }
        } catch {
            throw await XenAPIError.of(error, at: master, exchange.policy, within: limits.digestion)
        }
    }

    /// Reads a page of the server, such as `/updates`, whole.
    ///
    /// - Throws: ``XenAPIError``; a status other than 200 as `status`.
    public func page(_ path: String, query: KeyValuePairs<String, String> = [:], within limit: Duration? = nil)
        async throws(XenAPIError) -> [UInt8]
    {
        let session = try await currentSession()
        var endpoint = master
        var path = path + "?" + Self.query([("session_id", session.rawValue)] + query.map { ($0.key, $0.value) })
        for _ in 0...limits.hops {
            do throws(XenAPIError) {
                let answer = try await exchange.get(path, from: endpoint, within: limit ?? limits.call)
                guard answer.isWhole else { throw .transport(TransportFailure(endpoint, .cut)) }
                return answer.body
            } catch {
                guard case .transport(let failure) = error, case .elsewhere(let place) = failure.reason,
                    let next = endpoint.following(place)
                else { throw error }
                (endpoint, path) = next
            }
        }
        throw .transport(TransportFailure(endpoint, .elsewhere("too many other places, one after another")))
    }

    private enum UploadPart: Sendable {
        case sent(XenAPIError?)
        case ended(String)
        case silence
    }

    private static func query(_ items: [(String, String)]) -> String {
        items.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    }

    /// The colon of references stays as it is: the oldest servers compare them unread.
    private static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126, 58: bytes.append(byte)
            default: bytes += [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One file on its way.
private struct Transfer: Sendable {
    let exchange: HTTPExchange
    let limits: ClientLimits
    let clock: any Clock<Duration>
    let endpoint: Endpoint
    let path: String
    let onProgress: @Sendable (Int64) -> Void

    /// Sends the file, wherever the server wants it.
    ///
    /// - Returns: why not all of it was sent; nil where the server has it.
    func send(_ file: OpenFile) async -> XenAPIError? {
        var (endpoint, path) = (endpoint, path)
        for _ in 0...limits.hops {
            do {
                guard let place = try await attempt(file, endpoint, path) else { return nil }
                guard let next = endpoint.following(place) else {
                    // The place has the session in it.
                    return .transport(TransportFailure(endpoint, .elsewhere("another place")))
                }
                (endpoint, path) = next
            } catch is FileShrank {
                return .transport(TransportFailure(endpoint, .file("The file became shorter while it was sent.")))
            } catch {
                return await XenAPIError.of(error, at: endpoint, exchange.policy, within: limits.call)
            }
        }
        return .transport(TransportFailure(endpoint, .elsewhere("too many other places, one after another")))
    }

    /// - Returns: where the server wants it instead; nil where it has it.
    private func attempt(_ file: OpenFile, _ endpoint: Endpoint, _ path: String) async throws -> String? {
        let goAhead = GoAhead()
        let sent = Sent()
        if file.size == 0 { sent.mark() }
        let body = FileBody(file: file, chunk: limits.chunk, goAhead: goAhead) { [onProgress] bytes in
            onProgress(bytes)
            if bytes >= file.size { sent.mark() }
        }
        var request = HTTPClientRequest(url: endpoint.url(path))
        request.method = .PUT
        request.body = .stream(body, length: .known(file.size))
        return try await withThrowingTaskGroup(of: String??.self) { [request] group in
            defer { group.cancelAll() }
            group.addTask { [clock, limits] in
                // A server that answers after the last byte only.
                try? await clock.sleep(for: limits.goAhead)
                goAhead.give()
                return .none
            }
            group.addTask {
                let response = try await exchange.send(request)
                goAhead.give()
                if let place = Redirection(response) { return .some(place.location) }
                let status = Int(response.status.code)
                guard status == 200 else {
                    throw XenAPIError.transport(
                        TransportFailure(endpoint, .status(status, response.status.reasonPhrase))
                    )
                }
                do {
                    var seen: Int64 = 0
                    for try await part in response.body {
                        seen += Int64(part.readableBytes)
                        if seen > limits.answer { break }
                    }
                } catch {
                    // With all bytes sent, the end of the connection says nothing, clean or not.
                    guard sent.isMarked else { throw error }
                }
                return .some(nil)
            }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

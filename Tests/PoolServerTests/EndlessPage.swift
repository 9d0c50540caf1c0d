import Dispatch
import Foundation
import Synchronization
import XenAPI

/// A server of one answer: a head, and a body that goes on until the client has had enough.
final class EndlessPage: Sendable {
    let port: UInt16
    private let listener: Int32
    private let ended = Mutex<(sent: Int?, waiting: CheckedContinuation<Int, Never>?)>((nil, nil))

    init(head: String, hasBody: Bool = true) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 4) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard listener >= 0, bound else { throw APIError.internalError("no port for a page") }
        port = UInt16(bigEndian: address.sin_port)
        DispatchQueue.global().async { [self] in serve(Array(head.utf8), hasBody) }
    }

    deinit { close(listener) }

    /// Bytes of the body that the client has let come, once it has closed the connection.
    func sent() async -> Int {
        await withCheckedContinuation { continuation in
            let known: Int? = ended.withLock { state in
                if state.sent == nil { state.waiting = continuation }
                return state.sent
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func serve(_ head: [UInt8], _ hasBody: Bool) {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        var request = [UInt8](repeating: 0, count: 4096)
        _ = recv(client, &request, request.count, 0)
        let flags = Int32(MSG_NOSIGNAL)
        _ = send(client, head, head.count, flags)
        let piece = [UInt8](repeating: 0x61, count: 64 << 10)
        var total = 0
        while hasBody {
            let sent = send(client, piece, piece.count, flags)
            guard sent > 0 else { break }
            total += sent
        }
        // Until the client closes.
        while !hasBody, recv(client, &request, request.count, 0) > 0 {}
        close(client)
        let waiting = ended.withLock { state in
            state.sent = total
            return state.waiting
        }
        waiting?.resume(returning: total)
    }
}

import Glibc

extension PoolServer {
    /// Where a server listens.
    public struct Address: Sendable, Hashable, CustomStringConvertible {
        /// A name or address of this machine; an address of IPv6 without brackets.
        public var host: String
        /// A TCP port; 0 for any that is free.
        public var port: Int

        init(host: String, port: Int) { (self.host, self.port) = (host, port) }

        /// Reads `ADDRESS:PORT`, an address of IPv6 in brackets; nil where it is no such thing.
        public init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(where: { ":[]".contains($0) }) {
                // Nobody knows which of its colons is the port's.
                return nil
            }
            if host.isEmpty { return nil }
            self.init(host: String(host), port: port)
        }

        /// `ADDRESS:PORT`, as URLs have it.
        public var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
    }
}

/// A server could not listen where it was told to.
public struct DoorError: Error, CustomStringConvertible {
    /// One sentence for the operator.
    public let description: String

    /// - Parameters:
    ///   - place: an address, or the path of a UNIX socket.
    ///   - option: the option of `serve` that said so.
    init(_ place: String, option: String, code: CInt, reason: String) {
        description =
            switch code {
            case EADDRINUSE:
                "\(place) is in use: another program listens there. Stop that one, or give \(option) another address."
            case EACCES, EPERM:
                "This user may not listen at \(place): take another one with \(option), such as a port from 1024 on."
            case EADDRNOTAVAIL:
                "\(place) is no address of this machine: give \(option) one that it has, such as 127.0.0.1:8443."
            default: "The server can not listen at \(place) (\(reason)): give \(option) another address."
            }
    }
}

/// Where a URL of the server leads: to another host, or to a path on the one that we talk to.
struct Location: Equatable {
    /// Nil for the server that we talk to.
    let host: String?
    /// Nil for the port that the command line asks for.
    let port: Int?
    let path: String

    /// - Throws: ``Failure`` where the URL could be more than one line of a request, or names no server.
    init(_ url: String) throws {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Failure("The server sent an address that is none; nothing was transferred.")
        }
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else {
            (host, port, path) = (nil, nil, url.hasPrefix("/") ? url : "/" + url)
            return
        }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        let authority = String(rest.prefix { $0 != UInt8(ascii: "/") }) ?? ""
        let path = String(rest.dropFirst(authority.utf8.count)) ?? ""
        guard let (host, port) = Self.split(authority) else {
            throw Failure("The server sent an address that is none; nothing was transferred.")
        }
        (self.host, self.port, self.path) = (host, port, path.isEmpty ? "/" : path)
    }

    /// `host`, `host:port`, `[address]` or `[address]:port`.
    private static func split(_ authority: String) -> (String, Int?)? {
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
        let tail = end.map { authority[authority.index(after: $0)...] } ?? authority[...].drop { $0 != ":" }
        let host = authority[..<tail.startIndex].filter { !"[]".contains($0) }
        guard !host.isEmpty else { return nil }
        if tail.isEmpty { return (host, nil) }
        guard tail.hasPrefix(":"), let port = Int(tail.dropFirst()), (1...65_535).contains(port) else { return nil }
        return (host, port)
    }
}

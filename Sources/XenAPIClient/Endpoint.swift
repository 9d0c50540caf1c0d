import NIOCore

/// Where a server of XenAPI takes calls: a host, a port, and whether it speaks TLS there.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address; an IPv6 one without brackets.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// Whether TLS is spoken.
    public let isSecure: Bool

    /// Reads `https://HOST[:PORT]/`, `http://HOST[:PORT]/` or `HOST[:PORT]`, which means TLS. An IPv6 address stands in
    /// brackets where a port follows it.
    ///
    /// - Throws: ``EndpointError``, whose text says what is wrong.
    public init(_ text: String) throws(EndpointError) {
        var rest = Substring(text)
        var isSecure = true
        if let scheme = rest.firstRange(of: "://") {
            switch rest[..<scheme.lowerBound].lowercased() {
            case "https": isSecure = true
            case "http": isSecure = false
            default: throw EndpointError(text: text)
            }
            rest = rest[scheme.upperBound...]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let (host, port) = Self.split(rest) else { throw EndpointError(text: text) }
        (self.host, self.port, self.isSecure) = (host, port ?? (isSecure ? 443 : 80), isSecure)
    }

    private init(host: String, port: Int, isSecure: Bool) {
        (self.host, self.port, self.isSecure) = (host, port, isSecure)
    }

    /// As `https://HOST/`, with the port where it is not the usual one.
    public var description: String { url("/") }

    /// The same door of another host of the pool; nil where that is no host.
    ///
    /// - Parameter address: as a server tells it: a name or an address without port.
    public func moved(to address: String) -> Endpoint? {
        guard let (host, port) = Self.split(Substring(address)), port == nil else { return nil }
        return Endpoint(host: host, port: self.port, isSecure: isSecure)
    }

    /// Where an answer points to that says that something is elsewhere.
    ///
    /// - Parameter location: a whole address, or a path at this endpoint.
    /// - Returns: the endpoint, and what to ask it for; nil where that is not understood, or would give up TLS.
    func following(_ location: String) -> (endpoint: Endpoint, path: String)? {
        guard location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if location.hasPrefix("/"), !location.hasPrefix("//") { return (self, location) }
        guard let scheme = location.firstRange(of: "://") else { return nil }
        let end = location[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? location.endIndex
        guard let endpoint = try? Endpoint(String(location[..<end])), endpoint.isSecure || !isSecure else { return nil }
        let path = location[end...]
        return (endpoint, path.hasPrefix("/") ? String(path) : "/" + path)
    }

    /// A path at this endpoint as a whole address.
    func url(_ path: String) -> String {
        let usual = isSecure ? 443 : 80
        let name = host.contains(":") ? "[\(host)]" : host
        return (isSecure ? "https://" : "http://") + name + (port == usual ? "" : ":\(port)") + path
    }

    /// Host and port; nil where that is not what the text says.
    private static func split(_ text: Substring) -> (host: String, port: Int?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let after = text[text.index(after: end)...]
            guard isIPv6(host) else { return nil }
            if after.isEmpty { return (host, nil) }
            guard after.hasPrefix(":"), let port = port(after.dropFirst()) else { return nil }
            return (host, port)
        }
        if isIPv6(String(text)) { return (String(text), nil) }
        guard let colon = text.firstIndex(of: ":") else { return isHost(text) ? (String(text), nil) : nil }
        let host = text[..<colon]
        guard isHost(host), let port = port(text[text.index(after: colon)...]) else { return nil }
        return (String(host), port)
    }

    private static func port(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text),
            (1...65_535).contains(port)
        else { return nil }
        return port
    }

    private static func isIPv6(_ text: String) -> Bool {
        text.contains(":") && (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }

    private static func isHost(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

/// A text is no address of a server.
public struct EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was given.
    public let text: String

    /// One sentence for the operator.
    public var description: String {
        "\(text) is no address of a server: write https://HOST/ or https://HOST:PORT/, an IPv6 address in brackets."
    }
}

/// The head of one request of HTTP/1.0, as XenServer's clients send it.
public struct RequestHead: Hashable, Sendable {
    /// One header field.
    public struct Field: Hashable, Sendable {
        /// The name, which is a token of ASCII characters.
        public let name: String
        /// The value, without the blanks around it; never a control character other than TAB.
        public let value: String
    }

    /// The method, in capital letters.
    public let method: String
    /// The path and the query; it begins with `/`.
    public let target: String
    /// The header fields, in order.
    public let fields: [Field]
    /// How long the body is, in bytes; nil where nobody says.
    public let contentLength: Int64?

    /// Reads a head, from the request line up to the empty line at its end, which may be left out. Lines end in CRLF or LF.
    ///
    /// - Returns: nil where it makes no sense: whoever sends that gets a 400.
    public init?(_ bytes: some Collection<UInt8>) {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { line in
            line.last == 13 ? line.dropLast() : line
        }[...]
        guard let words = lines.popFirst()?.split(separator: 32, omittingEmptySubsequences: false), words.count == 3,
            !words[0].isEmpty, words[0].allSatisfy({ (65...90).contains($0) }), words[1].first == UInt8(ascii: "/"),
            !words[1].contains(where: Self.isControl), words[2].starts(with: "HTTP/1.".utf8)
        else { return nil }
        var fields: [Field] = []
        for line in lines where !line.isEmpty {
            guard let field = Self.field(line) else { return nil }
            fields.append(field)
        }
        let lengths = Set(fields.filter { $0.name.lowercased() == "content-length" }.map(\.value))
        guard lengths.count <= 1 else { return nil }
        if let length = lengths.first {
            // `Int64` would take a sign.
            guard length.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(length) else { return nil }
            contentLength = number
        } else {
            contentLength = nil
        }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
        self.fields = fields
    }

    private static func field(_ line: some Collection<UInt8>) -> Field? {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(isToken) else { return nil }
        let value = Array(parts[1].drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        guard !value.contains(where: isControl) else { return nil }
        return Field(name: String(decoding: parts[0], as: UTF8.self), value: String(decoding: value, as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    private static func isControl(_ byte: UInt8) -> Bool { (byte < 32 && byte != 9) || byte == 127 }

    /// Whether a field's name may hold a byte (RFC 9110, 5.6.2). Libraries take for granted that it holds no other.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// Puts a head together from the pieces in which it arrives. Each byte is looked at once, in however many pieces.
public struct RequestHeadReader: Sendable {
    /// A head longer than this, in bytes, is refused.
    public static let largest = 64 << 10

    /// How far a head is.
    public enum Progress: Hashable, Sendable {
        /// More has to come.
        case incomplete
        /// It makes no sense, or is too long.
        case refused
        /// It is whole; the bytes are what came behind it.
        case whole(RequestHead, rest: [UInt8])
    }

    private var bytes: [UInt8] = []
    /// Whether the last byte but CRs was a line end, so that another one is the empty line.
    private var isAtLineStart = false

    /// Creates a reader at the start of a request.
    public init() {}

    /// Takes the next bytes.
    public mutating func take(_ more: some Sequence<UInt8>) -> Progress {
        var looked = bytes.count
        bytes.append(contentsOf: more)
        while looked < bytes.count {
            let byte = bytes[looked]
            looked += 1
            guard looked <= Self.largest else { return .refused }
            if byte == 10 {
                if isAtLineStart {
                    guard let head = RequestHead(bytes[..<looked]) else { return .refused }
                    return .whole(head, rest: Array(bytes[looked...]))
                }
                isAtLineStart = true
            } else if byte != 13 {
                isAtLineStart = false
            }
        }
        return .incomplete
    }
}

/// Puts the request of a `POST /cli` together: its head, then as many bytes as that says.
public struct CLIRequestReader: Sendable {
    /// A command line longer than this, in bytes, is refused, as XenServer does.
    public static let largest = 200 << 10

    /// How far a request is.
    public enum Progress: Hashable, Sendable {
        /// More has to come.
        case incomplete
        /// It makes no sense, is too long, or does not say how long it is.
        case refused
        /// It is whole; the bytes are what came behind it.
        case whole(body: [UInt8], rest: [UInt8])
    }

    private var head: RequestHeadReader? = RequestHeadReader()
    private var body: [UInt8] = []
    private var length = 0

    /// Creates a reader at the start of a connection.
    public init() {}

    /// Takes the next bytes.
    public mutating func take(_ more: some Sequence<UInt8>) -> Progress {
        if head != nil {
            switch head?.take(more) {
            case .whole(let parsed, let rest):
                guard let length = parsed.contentLength, length <= Self.largest else { return .refused }
                self.length = Int(length)
                head = nil
                body = rest
            case .refused: return .refused
            case .incomplete, nil: return .incomplete
            }
        } else {
            body.append(contentsOf: more)
        }
        guard body.count >= length else { return .incomplete }
        return .whole(body: Array(body[..<length]), rest: Array(body[length...]))
    }
}

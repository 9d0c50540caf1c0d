/// The head of an HTTP response.
struct ResponseHead {
    let status: Int
    private let fields: [(name: String, value: String)]

    /// A head longer than this, in bytes, is no server's.
    static let limit = 64 << 10

    /// The value of a header field, by its name in lower case.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// How many bytes of body the server announces; nil where it does not say.
    var length: Int? { self["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

    /// Reads status line and header fields.
    ///
    /// - Parameters:
    ///   - bytes: what has arrived.
    ///   - seen: how many of them held no end of the head when they were looked at before.
    /// - Returns: the head and where the body begins; nil while the head is not whole.
    static func parse(_ bytes: some RandomAccessCollection<UInt8>, seen: Int = 0) -> (head: ResponseHead, length: Int)?
    {
        let end = Array("\r\n\r\n".utf8)
        var index = bytes.index(bytes.startIndex, offsetBy: min(max(0, seen - end.count), bytes.count))
        while true {
            let rest = bytes[index...]
            guard rest.count >= end.count else { return nil }
            if rest.starts(with: end) { break }
            index = bytes.index(after: index)
        }
        let lines = bytes[..<index].split(separator: UInt8(ascii: "\n")).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        let words = lines.first?.split(separator: " ") ?? []
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
        }
        let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        let length = bytes.distance(from: bytes.startIndex, to: index) + end.count
        return (ResponseHead(status: status, fields: fields), length)
    }
}

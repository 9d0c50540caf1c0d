/// Takes a thin CLI connection apart: bytes go in as they arrive, greetings, messages and blob bytes come out.
///
/// ```swift
/// decoder.append(received)
/// while let message = try decoder.next() { … }
/// ```
///
/// The bytes of a chunk stand outside of the frames. After ``CLIMessage/chunk(length:)``, ``next()`` yields nothing until
/// ``takeBlob()`` has handed over all of them.
public struct CLIFrameDecoder: Sendable {
    /// The largest frame that is accepted, in bytes. No honest message comes near it.
    public static let largestFrame = 16 << 20

    private var buffer: [UInt8] = []
    private var head = 0
    /// How many bytes went before `buffer`, so that errors can name a place in the whole stream.
    private var consumed = 0
    /// How many bytes of the current chunk have still to be taken.
    public private(set) var blobBytesLeft = 0

    /// Creates a decoder at the start of a connection.
    public init() {}

    /// Adds bytes as they came from the connection.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        if head > 0 {
            buffer.removeFirst(head)
            consumed += head
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The peer's greeting, or nil while it is incomplete.
    public mutating func greeting() throws(CodecError) -> CLIGreeting? {
        if buffer[head...].starts(with: "HTTP".utf8) { return .http }
        let banner = CLIGreeting.banner
        let begun = buffer[head...].prefix(banner.count)
        guard banner.starts(with: begun) || "HTTP".utf8.starts(with: begun) else {
            throw CodecError("the peer does not speak the thin CLI protocol", at: consumed + head)
        }
        guard buffer.count - head >= banner.count + 8 else { return nil }
        var payload = CLIPayload(buffer[(head + banner.count)..<(head + banner.count + 8)], offset: consumed)
        let version = CLIVersion(major: try payload.number(), minor: try payload.number())
        head += banner.count + 8
        return .hello(version)
    }

    /// The next message, or nil while it is incomplete or blob bytes have to be taken first.
    public mutating func next() throws(CodecError) -> CLIMessage? {
        guard blobBytesLeft == 0, buffer.count - head >= 4 else { return nil }
        var prefix = CLIPayload(buffer[head..<(head + 4)], offset: consumed)
        let length = Int(try prefix.number())
        guard (0...Self.largestFrame).contains(length) else {
            throw CodecError("a thin CLI frame claims \(length) bytes", at: consumed + head)
        }
        guard buffer.count - head - 4 >= length else { return nil }
        var payload = CLIPayload(buffer[(head + 4)..<(head + 4 + length)], offset: consumed)
        let message = try payload.message()
        head += 4 + length
        if case .chunk(let length) = message { blobBytesLeft = length }
        return message
    }

    /// What has arrived of the current chunk; empty where nothing has.
    public mutating func takeBlob() -> ArraySlice<UInt8> {
        let count = min(blobBytesLeft, buffer.count - head)
        defer {
            head += count
            blobBytesLeft -= count
        }
        return buffer[head..<(head + count)]
    }
}

/// The values of one frame, read from front to back.
private struct CLIPayload {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let offset: Int

    init(_ bytes: ArraySlice<UInt8>, offset: Int) {
        self.bytes = bytes
        self.position = bytes.startIndex
        self.offset = offset
    }

    private func fault(_ reason: String) -> CodecError { CodecError(reason, at: offset + position) }

    mutating func number() throws(CodecError) -> Int32 {
        guard bytes.endIndex - position >= 4 else { throw fault("a thin CLI frame ends within a number") }
        var bits: UInt32 = 0
        for index in 0..<4 { bits |= UInt32(bytes[position + index]) << (8 * UInt32(index)) }
        position += 4
        return Int32(bitPattern: bits)
    }

    private mutating func string() throws(CodecError) -> String {
        let length = Int(try number())
        guard length >= 0, length <= bytes.endIndex - position else {
            throw fault("a thin CLI frame ends within a string")
        }
        defer { position += length }
        return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
    }

    private mutating func strings() throws(CodecError) -> [String] {
        let count = Int(try number())
        // Each string takes at least its length, so that a count cannot claim more memory than the frame holds.
        guard count >= 0, count <= (bytes.endIndex - position) / 4 else {
            throw fault("a thin CLI frame ends within a list")
        }
        var strings: [String] = []
        for _ in 0..<count { strings.append(try string()) }
        return strings
    }

    mutating func message() throws(CodecError) -> CLIMessage {
        let outer = try number()
        let inner = try number()
        let message = try message(outer, inner)
        guard position == bytes.endIndex else { throw fault("a thin CLI frame has bytes to spare") }
        return message
    }

    private mutating func message(_ outer: Int32, _ inner: Int32) throws(CodecError) -> CLIMessage {
        switch (outer, inner) {
        case (CLITag.command, CLITag.print): return .print(try string())
        case (CLITag.command, CLITag.load): return .load(filename: try string())
        case (CLITag.command, CLITag.prompt): return .prompt
        case (CLITag.command, CLITag.exit): return .exit(try number())
        case (CLITag.command, CLITag.httpGet): return .httpGet(filename: try string(), url: try string())
        case (CLITag.command, CLITag.httpPut): return .httpPut(filename: try string(), url: try string())
        case (CLITag.command, CLITag.error): return .error(code: try string(), parameters: try strings())
        case (CLITag.command, CLITag.debug): return .debug(try string())
        case (CLITag.command, CLITag.printStderr): return .printStderr(try string())
        case (CLITag.command, CLITag.httpConnect): return .httpConnect(url: try string())
        case (CLITag.response, CLITag.ok): return .ok
        case (CLITag.response, CLITag.failed): return .failed
        case (CLITag.response, CLITag.wait): return .wait
        case (CLITag.blob, CLITag.chunk):
            let length = Int(try number())
            guard length >= 0 else { throw fault("a thin CLI chunk claims \(length) bytes") }
            return .chunk(length: length)
        case (CLITag.blob, CLITag.end): return .end
        default: throw fault("unknown thin CLI message \(outer)/\(inner)")
        }
    }
}

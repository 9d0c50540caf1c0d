import SystemPackage

/// Finds out where the compressed data of an OpenPGP message ends, and which packets are in it, by unpacking it to nowhere.
///
/// Such a message usually has no length: whatever follows the compressed stream belongs to the packet by its framing, and
/// to nothing by its meaning; and what follows the message inside of it is passed over by gpgv.
struct CompressedEnd {
    /// Bytes of the file unpacked at a time.
    private static let batch = 1 << 18

    /// What was found.
    enum Finding: Hashable, Sendable {
        /// The stream fills the packet, and holds these packets around one text.
        case exact([MessageFrame.Packet])
        /// There are bytes behind the stream, or in it other packets than a signed message has.
        case foreign
        /// It is compressed in none of the ways that OpenPGP knows, so its end can not be told.
        case unknownAlgorithm
        /// The stream ends too late, is damaged, or grows beyond the limit: what else is wrong with it is for others to say.
        case undecided
    }

    /// Follows the stream through the parts of a packet's body.
    ///
    /// - Parameter limit: bytes of unpacked data after which it is given up.
    static func find(in file: FileDescriptor, body: [Range<Int64>], limit: Int64) throws -> Finding {
        guard let start = body.first, !start.isEmpty else { return .undecided }
        let algorithm = try file.bytes(at: start.lowerBound, count: 1).first
        // RFC 4880 §9.3. Nothing writes 0, a compressed packet that is not compressed, and gpgv reads it.
        let stream: (any CompressedStream)? =
            switch algorithm {
            case 1: DeflateStream(isRaw: true)
            case 2: DeflateStream(isRaw: false)
            case 3: BzipStream()
            default: nil
            }
        guard let stream else { return .unknownAlgorithm }
        var inside = PacketStream()
        var rest: [Range<Int64>] = [(start.lowerBound + 1)..<start.upperBound] + body.dropFirst()
        while let part = rest.first {
            try Task.checkCancellation()
            let count = min(Int64(batch), Int64(part.count))
            rest[0] = (part.lowerBound + count)..<part.upperBound
            if rest[0].isEmpty { rest.removeFirst() }
            var input = try file.bytes(at: part.lowerBound, count: Int(count))
            guard input.count == Int(count) else { return .undecided }
            switch stream.unpack(&input, limit: limit, { inside.take($0) }) {
            case .ended(let unused):
                return unused == 0 && rest.isEmpty && inside.isComplete ? .exact(inside.packets) : .foreign
            case .goesOn: if stream.unpacked > limit { return .undecided }
            case .damaged: return .undecided
            }
        }
        return .undecided
    }
}

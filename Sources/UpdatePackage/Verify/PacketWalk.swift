/// The packets at the outside of a binary OpenPGP message, and where each lies (RFC 4880 §4.2).
///
/// gpgv stops reading where the message ends for it; this follows the packets to the end of the file, so that nothing can
/// hide behind them.
struct PacketWalk: Hashable, Sendable {
    /// One packet.
    struct Packet: Hashable, Sendable {
        /// Its kind: 2 signature, 4 one-pass signature, 8 compressed data, 11 literal data, …
        var tag: Int
        /// The parts of its body, by their offsets in the file. Only bodies of partial lengths have several.
        var body: [Range<Int64>]
    }

    /// The packets, in the order of the file.
    var packets: [Packet] = []
    /// Whether they fill the file exactly.
    var isComplete = false

    /// No message of ours has more: a one-pass signature and a signature for each signer, and the text.
    private static let packetLimit = 130
    /// Bytes of a packet's tag and longest length.
    private static let headerLength = 6

    enum Length { case known(Int64), partial(Int64), toTheEnd }

    /// Walks a message of `size` bytes.
    ///
    /// - Parameter read: gives up to so many bytes at an offset.
    init(size: Int64, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows {
        var offset: Int64 = 0
        while offset < size, packets.count < Self.packetLimit {
            let head = try read(offset, Self.headerLength)
            guard let first = head.first, first & 0x80 != 0 else { return }
            let isNew = first & 0x40 != 0
            var packet = Packet(tag: Int(isNew ? first & 0x3f : (first & 0x3c) >> 2), body: [])
            offset += 1
            var field = Array(head.dropFirst())
            var isOpen = true
            while isOpen {
                guard let (length, count) = isNew ? Self.newLength(field) : Self.oldLength(first & 3, field) else {
                    return
                }
                offset += Int64(count)
                let bytes: Int64
                switch length {
                case .known(let known): (bytes, isOpen) = (known, false)
                case .partial(let part): bytes = part
                case .toTheEnd: (bytes, isOpen) = (size - offset, false)
                }
                guard bytes >= 0, offset <= size, bytes <= size - offset else { return }
                packet.body.append(offset..<(offset + bytes))
                offset += bytes
                if isOpen { field = try read(offset, Self.headerLength - 1) }
            }
            packets.append(packet)
        }
        isComplete = offset == size
    }

    /// §4.2.2: one, two or five octets, or a part of which more will follow.
    static func newLength(_ field: [UInt8]) -> (Length, Int)? {
        guard let first = field.first else { return nil }
        switch first {
        case 0..<192: return (.known(Int64(first)), 1)
        case 192..<224:
            guard field.count >= 2 else { return nil }
            return (.known(Int64(first - 192) << 8 + Int64(field[1]) + 192), 2)
        case 255:
            guard field.count >= 5 else { return nil }
            return (.known(number(field[1...4])), 5)
        default: return (.partial(1 << Int64(first & 0x1f)), 1)
        }
    }

    /// §4.2.1: one, two or four octets, or up to the end of the file.
    static func oldLength(_ kind: UInt8, _ field: [UInt8]) -> (Length, Int)? {
        guard kind < 3 else { return (.toTheEnd, 0) }
        let count = 1 << Int(kind)
        guard field.count >= count else { return nil }
        return (.known(number(field.prefix(count))), count)
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}

extension PacketWalk {
    /// The packets with their bodies, of a text only the beginning.
    ///
    /// - Parameter read: gives up to so many bytes at an offset.
    func bodies(read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows -> [MessageFrame.Packet] {
        try packets.map { packet in
            let limit = packet.tag == 11 ? MessageFrame.textHeadLength : MessageFrame.signatureLimit
            var body: [UInt8] = []
            for part in packet.body where body.count < limit {
                body += try read(part.lowerBound, min(limit - body.count, part.count))
            }
            return MessageFrame.Packet(tag: packet.tag, body: body)
        }
    }

    /// What a signed message may look like from outside.
    enum Shape: Hashable, Sendable {
        /// Signatures around one text: nothing else, and nothing behind it.
        case plain
        /// One compressed packet, which has to hold one compressed stream and nothing behind that.
        case compressed([Range<Int64>])
        /// Something else.
        case foreign
    }

    /// The message's shape.
    var shape: Shape {
        guard isComplete else { return .foreign }
        if packets.count == 1, packets[0].tag == 8 { return .compressed(packets[0].body) }
        let texts = packets.count { $0.tag == 11 }
        return texts == 1 && packets.allSatisfy { [2, 4, 11].contains($0.tag) } ? .plain : .foreign
    }
}

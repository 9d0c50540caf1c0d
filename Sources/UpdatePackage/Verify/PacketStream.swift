/// The packets of a message that arrives in pieces, as it does out of compressed data: what ``PacketWalk`` is for a file.
struct PacketStream {
    private enum State {
        case tag
        case length(field: [UInt8])
        /// How many bytes of the body are to come; nil for all up to the end.
        case body(left: Int64?)
    }

    /// The packets so far, in order. Of a text only the beginning is kept.
    private(set) var packets: [MessageFrame.Packet] = []
    /// Whether something is in it that no signed message of ours has.
    private(set) var isForeign = false
    private var state = State.tag
    private var isNew = false
    /// Whether another part of the same body follows.
    private var isPartial = false

    /// No message of ours has more: a one-pass signature and a signature for each signer, and the text.
    private static let packetLimit = 130

    /// Whether the bytes so far are signatures around one text, and nothing else.
    var isComplete: Bool {
        let isBetween =
            switch state {
            case .tag: true
            case .body(left: nil): true
            default: false
            }
        return !isForeign && isBetween && packets.count { $0.tag == 11 } == 1
    }

    /// Takes the next bytes.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty, !isForeign {
            switch state {
            case .tag: begin(rest.removeFirst())
            case .length(let field): measure(field + [rest.removeFirst()])
            case .body(let left):
                let count = left.map { Int(min($0, Int64(rest.count))) } ?? rest.count
                keep(rest.prefix(count))
                rest = rest.dropFirst(count)
                guard let left else { continue }
                goOn(left - Int64(count))
            }
        }
    }

    private mutating func begin(_ byte: UInt8) {
        isNew = byte & 0x40 != 0
        let tag = Int(isNew ? byte & 0x3f : (byte & 0x3c) >> 2)
        guard byte & 0x80 != 0, [2, 4, 11].contains(tag), packets.count < Self.packetLimit else {
            isForeign = true
            return
        }
        packets.append(MessageFrame.Packet(tag: tag, body: []))
        if isNew {
            state = .length(field: [])
        } else if byte & 3 == 3 {
            state = .body(left: nil)
        } else {
            // How long the length is stands before it, where a new packet has its first byte.
            state = .length(field: [byte & 3])
        }
    }

    private mutating func measure(_ field: [UInt8]) {
        let found =
            isNew ? PacketWalk.newLength(field) : PacketWalk.oldLength(field[0], Array(field.dropFirst()))
        guard let found else {
            state = .length(field: field)
            return
        }
        switch found.0 {
        case .known(let bytes): (isPartial, state) = (false, .body(left: bytes))
        case .partial(let bytes): (isPartial, state) = (true, .body(left: bytes))
        case .toTheEnd: (isPartial, state) = (false, .body(left: nil))
        }
        if case .body(left: 0) = state { goOn(0) }
    }

    private mutating func goOn(_ left: Int64) {
        if left > 0 {
            state = .body(left: left)
        } else if isPartial {
            state = .length(field: [])
        } else {
            state = .tag
        }
    }

    private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let last = packets.count - 1
        if packets[last].tag == 11 {
            let room = MessageFrame.textHeadLength - packets[last].body.count
            if room > 0 { packets[last].body += bytes.prefix(room) }
        } else if packets[last].body.count + bytes.count <= MessageFrame.signatureLimit {
            packets[last].body += bytes
        } else {
            isForeign = true
        }
    }
}

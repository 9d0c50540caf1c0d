/// The packets of one signed message around its text, as far as no signature covers them.
///
/// Whoever passes a package on can change these bytes, and gpgv does not mind: the file would have another SHA-256 and the
/// same program. So each of them that follows from the signature has to be what follows from it. What is left open, because
/// signers write there what they like, is the name and the date before the text; nothing here is named or decided by them.
struct MessageFrame: Hashable, Sendable {
    /// A packet, by its kind and its first bytes: all of them, but for a text.
    struct Packet: Hashable, Sendable {
        /// 2 signature, 4 one-pass signature, 11 literal data.
        var tag: Int
        var body: [UInt8]
    }

    /// Bytes of a signature packet, at most.
    static let signatureLimit = 1 << 16
    /// Bytes at the beginning of a text's packet that hold its mode, name and date.
    static let textHeadLength = 262

    /// What a part of the frame is called in refusals.
    enum Part: String, Hashable, Sendable {
        case announcement = "the announcement of the signer before the text"
        case signature = "a part of the signature packet"
        case mode = "the mode of the text"
    }

    /// The first part that is not as signers write it; nil where all of it is.
    static func flaw(_ packets: [Packet]) -> Part? {
        let announcements = packets.filter { $0.tag == 4 }.map(\.body)
        let bodies = packets.filter { $0.tag == 2 }.map(\.body)
        var signatures: [SignaturePacket] = []
        for body in bodies {
            guard let signature = SignaturePacket(body), signature.isPlain else { return .signature }
            signatures.append(signature)
        }
        // They were once written before the text, without an announcement.
        if !announcements.isEmpty || packets.first?.tag != 2 {
            guard announcements.count == signatures.count else { return .announcement }
            for (index, (announcement, signature)) in zip(announcements, signatures.reversed()).enumerated() {
                let isLast = index == announcements.count - 1
                guard announcement == signature.announcement(isLast: isLast) else { return .announcement }
            }
        }
        for text in packets where text.tag == 11 {
            guard text.body.first == UInt8(ascii: "b") else { return .mode }
        }
        return nil
    }
}

/// A signature packet (RFC 4880 §5.2), taken apart as far as the signature does not cover it.
struct SignaturePacket: Hashable, Sendable {
    private var type: UInt8
    private var keyAlgorithm: UInt8
    private var digest: UInt8
    /// The id of the key, of eight bytes.
    private var keyID: [UInt8]
    /// Whether nothing is in it but what the signature covers, the id of the key, and the signature's numbers.
    var isPlain: Bool

    /// Reads a packet's body; nil where it is none of version 3 or 4 that names its key.
    init?(_ body: [UInt8]) {
        var bytes = Reader(body)
        switch bytes.byte() {
        case 4:
            guard let type = bytes.byte(), let keyAlgorithm = bytes.byte(), let digest = bytes.byte(),
                let signed = bytes.block().flatMap(Self.parts), let open = bytes.block().flatMap(Self.parts)
            else { return nil }
            (self.type, self.keyAlgorithm, self.digest) = (type, keyAlgorithm, digest)
            let ids = (open + signed).compactMap(Self.keyID)
            guard let id = ids.first, ids.allSatisfy({ $0 == id }) else { return nil }
            keyID = id
            // 16 is the id of the key, 33 its fingerprint; each once.
            let kinds = open.map { $0.first ?? 0 }
            isPlain = Set(kinds).isSubset(of: [16, 33]) && Set(kinds).count == kinds.count
        case 3:
            guard bytes.byte() == 5, let type = bytes.byte(), bytes.take(4) != nil, let id = bytes.take(8),
                let keyAlgorithm = bytes.byte(), let digest = bytes.byte()
            else { return nil }
            (self.type, self.keyAlgorithm, self.digest, keyID) = (type, keyAlgorithm, digest, id)
            isPlain = true
        default: return nil
        }
        isPlain = isPlain && Self.holdsNumbers(&bytes, of: keyAlgorithm)
    }

    /// The one-pass signature packet that announces it before the text.
    func announcement(isLast: Bool) -> [UInt8] { [3, type, digest, keyAlgorithm] + keyID + [isLast ? 1 : 0] }

    /// The subpackets of an area, each with its kind first; nil where they do not fill it.
    private static func parts(_ area: [UInt8]) -> [[UInt8]]? {
        var bytes = Reader(area)
        var parts: [[UInt8]] = []
        while !bytes.isAtEnd {
            guard let first = bytes.byte() else { return nil }
            var length = Int(first)
            switch first {
            case 192..<255:
                guard let second = bytes.byte() else { return nil }
                length = (length - 192) << 8 + Int(second) + 192
            case 255:
                guard let four = bytes.take(4) else { return nil }
                length = four.reduce(0) { $0 << 8 | Int($1) }
            default: break
            }
            guard length > 0, let part = bytes.take(length) else { return nil }
            parts.append(part)
        }
        return parts
    }

    /// The id of the key that a subpacket names, directly or by the end of its fingerprint.
    private static func keyID(_ part: [UInt8]) -> [UInt8]? {
        switch part.first.map({ $0 & 0x7f }) {
        case 16 where part.count == 9: Array(part[1...])
        case 33 where part.count == 22 && part[1] == 4: Array(part.suffix(8))
        default: nil
        }
    }

    /// Two bytes of the digest, and the numbers of the signature without a needless zero before or a byte behind them.
    private static func holdsNumbers(_ bytes: inout Reader, of algorithm: UInt8) -> Bool {
        guard bytes.take(2) != nil else { return false }
        // RSA has one number; DSA, ECDSA and EdDSA have two. How others end is for gpgv to say.
        guard let numbers = [1: 1, 3: 1, 17: 2, 19: 2, 22: 2][algorithm] else { return true }
        for _ in 0..<numbers {
            guard let size = bytes.take(2) else { return false }
            let bits = Int(size[0]) << 8 | Int(size[1])
            guard let number = bytes.take((bits + 7) / 8) else { return false }
            // EdDSA's are texts of bytes, which may begin with zeros.
            if algorithm != 22, let first = number.first {
                guard bits % 8 == 0 ? first >= 0x80 : first >> UInt8(bits % 8 - 1) == 1 else { return false }
            }
        }
        return bytes.isAtEnd
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func take(_ count: Int) -> [UInt8]? {
            guard count >= 0, rest.count >= count else { return nil }
            let taken = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return taken
        }

        /// Bytes behind their length of two.
        mutating func block() -> [UInt8]? { take(2).flatMap { take(Int($0[0]) << 8 | Int($0[1])) } }
    }
}

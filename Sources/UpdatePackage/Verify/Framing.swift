import SystemPackage

/// What is wrong with the outside of a message, followed to the end of its file.
struct Framing: Hashable, Sendable, Codable {
    /// Something is around the message, or in it, that is none of it.
    var foreign: PackageError.Problem?
    /// Something that no signature covers is not as signers write it.
    var unsigned: PackageError.Problem?

    /// Follows a cleartext-signed message.
    static func ofCleartext(_ input: FileDescriptor) throws -> Framing {
        var walk = CleartextWalk()
        var offset: Int64 = 0
        while walk.foreign == nil {
            try Task.checkCancellation()
            let bytes = try input.bytes(at: offset, count: 1 << 18)
            if bytes.isEmpty { break }
            walk.take(bytes)
            offset += Int64(bytes.count)
        }
        walk.finish()
        return Framing(foreign: walk.foreign, unsigned: walk.unsigned)
    }

    /// Follows the packets of a binary message of `size` bytes.
    ///
    /// - Parameter limit: bytes of unpacked data after which compressed ones are given up.
    static func ofPackets(_ input: FileDescriptor, size: Int64, unpacked limit: Int64) throws -> Framing {
        func read(_ offset: Int64, _ count: Int) throws -> [UInt8] { try input.bytes(at: offset, count: count) }
        let walk = try PacketWalk(size: size, read: read)
        switch walk.shape {
        case .plain: return Framing(around: try walk.bodies(read: read))
        case .foreign: return Framing(foreign: .surroundingData)
        case .compressed(let body):
            switch try CompressedEnd.find(in: input, body: body, limit: limit) {
            case .exact(let packets): return Framing(around: packets)
            case .undecided: return Framing()
            case .foreign: return Framing(foreign: .surroundingData)
            case .unknownAlgorithm:
                return Framing(foreign: .malformed(reason: "it is compressed in a way that is not known here"))
            }
        }
    }

    /// What gpgv and the policy said, with what they let pass.
    func settle(_ trust: Result<Trust, Verdict>, isText: Bool) -> Result<Trust, Verdict> {
        switch trust {
        case .success(let reason):
            // What gpgv lets pass is refused here, of pinned files too.
            if let foreign { return .failure(Verdict(foreign)) }
            // What no signature covers, only a pin can vouch for.
            if reason != .pinned, let unsigned { return .failure(Verdict(unsigned)) }
            return trust
        case .failure(let verdict):
            // gpgv's own complaints say more of a binary message, and less of one that it looked for in a text.
            guard isText, verdict.problem != .severalMessages, let foreign else { return trust }
            return .failure(Verdict(foreign))
        }
    }

    init(foreign: PackageError.Problem? = nil, unsigned: PackageError.Problem? = nil) {
        self.foreign = foreign
        self.unsigned = unsigned
    }

    private init(around packets: [MessageFrame.Packet]) {
        unsigned = MessageFrame.flaw(packets).map { .unsignedFrame(part: $0.rawValue) }
    }
}

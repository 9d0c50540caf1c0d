import FoundationEssentials

/// Follows a cleartext-signed message (RFC 4880 §7) line by line to the end of the file.
///
/// gpgv finds such a message anywhere in a file, passes over what is around it, and hands on line ends and blanks that its
/// signature leaves open. Here it has to be the whole file, and to say nothing that is not signed.
struct CleartextWalk {
    private enum Place { case mark, headers, text, signatureHeaders, signature, end }

    /// Bytes of a line, at most; gpgv cuts lines off somewhat later.
    private static let lineLimit = 19_000
    private static let signatureLimit = 128 << 10
    private static let mark = Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8)
    private static let signatureMark = Array("-----BEGIN PGP SIGNATURE-----".utf8)
    private static let endMark = Array("-----END PGP SIGNATURE-----".utf8)

    /// What makes it no message of its own; no pin excuses it.
    private(set) var foreign: PackageError.Problem?
    /// What its signature leaves open and is not as signers write it; a pin excuses it.
    private(set) var unsigned: PackageError.Problem?
    private var place = Place.mark
    private var line: [UInt8] = []
    private var number = 0
    private var armor: [UInt8] = []

    /// Takes the next bytes of the file.
    mutating func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while foreign == nil, !rest.isEmpty {
            guard let end = rest.firstIndex(of: 0x0a) else { return hold(rest) }
            hold(rest[..<end])
            rest = rest[(end + 1)...]
            read()
        }
    }

    /// Ends the file.
    mutating func finish() {
        if !line.isEmpty { read() }
        guard foreign == nil else { return }
        guard place == .end else {
            foreign = .truncated
            return
        }
        readSignature()
    }

    private mutating func hold(_ part: ArraySlice<UInt8>) {
        line += part
        if line.count > Self.lineLimit { foreign = .malformed(reason: "line \(number + 1) is too long") }
    }

    private mutating func read() {
        number += 1
        var line = line[...]
        self.line.removeAll(keepingCapacity: true)
        if place != .text, line.last == 0x0d { line.removeLast() }
        switch place {
        case .mark: if line.elementsEqual(Self.mark) { place = .headers } else { odd("its first line") }
        case .headers:
            if line.isEmpty {
                place = .text
            } else if !Self.isHashHeader(line) {
                odd("line \(number), before its text,")
            }
        case .text: readText(line)
        case .signatureHeaders:
            if line.isEmpty { place = .signature } else if !Self.isArmorHeader(line) { leaveOpen(.signature) }
        case .signature:
            if line.elementsEqual(Self.endMark) { place = .end } else { armor += line + [0x0a] }
            if armor.count > Self.signatureLimit { odd("its signature, which is too long,") }
        case .end: if !line.isEmpty { foreign = .surroundingData }
        }
    }

    private mutating func readText(_ line: ArraySlice<UInt8>) {
        var text = line
        if line.first == UInt8(ascii: "-") {
            let ended = line.last == 0x0d ? line.dropLast() : line
            if ended.elementsEqual(Self.signatureMark) {
                place = .signatureHeaders
                return
            }
            guard line.starts(with: [0x2d, 0x20]) else { return odd("line \(number)") }
            text = line.dropFirst(2)
            // Signers put "- " before these lines only.
            let isMeant = text.first == UInt8(ascii: "-") || text.starts(with: Array("From ".utf8))
            if !isMeant { leaveOpen(.announcement) }
        }
        if let last = text.last, [0x20, 0x09, 0x0d].contains(last) {
            unsigned = unsigned ?? .unsignedLineEnds(line: number)
        }
    }

    /// The signature is looked at as that of a binary message is.
    private mutating func readSignature() {
        let lines = outputLines(armor)
        let sum = lines.last.flatMap { $0.hasPrefix("=") ? $0 : nil }
        let text = (sum == nil ? lines : lines.dropLast()).joined()
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else {
            return odd("its signature")
        }
        let bytes = Array(data)
        func read(_ offset: Int64, _ count: Int) -> [UInt8] { Array(bytes[Int(offset)...].prefix(count)) }
        let walk = PacketWalk(size: Int64(bytes.count), read: read)
        guard walk.isComplete, !walk.packets.isEmpty, walk.packets.allSatisfy({ $0.tag == 2 }) else {
            foreign = .surroundingData
            return
        }
        if let flaw = MessageFrame.flaw(walk.bodies(read: read)) { leaveOpen(flaw) }
    }

    private mutating func odd(_ what: String) {
        foreign = foreign ?? .malformed(reason: "\(what) is not as signers write it")
    }

    private mutating func leaveOpen(_ part: MessageFrame.Part) {
        unsigned = unsigned ?? .unsignedFrame(part: part.rawValue)
    }

    /// `Hash: SHA256` is all that may stand before the text.
    private static func isHashHeader(_ line: ArraySlice<UInt8>) -> Bool {
        let name = Array("Hash: ".utf8)
        return line.starts(with: name) && line.count < 200
            && line.dropFirst(name.count).allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2c, 0x20, 0x2d, 0x2f: true
                default: false
                }
            }
    }

    /// The program that signed says its name and version here.
    private static func isArmorHeader(_ line: ArraySlice<UInt8>) -> Bool {
        ["Version: ", "Comment: "].contains { line.starts(with: Array($0.utf8)) }
            && line.count < 200 && line.allSatisfy { (0x20..<0x7f).contains($0) }
    }
}

import Basics
import SystemPackage

/// Tells what kind of file was handed over, from its first bytes, without running or unpacking anything.
public enum PackageFile {
    /// The kinds that Pitstop tells apart.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// A binary OpenPGP message, as `gpg --sign` writes it: the usual `.xsupdate`.
        case signedBinary
        /// A cleartext-signed OpenPGP message: the oldest packages.
        case signedCleartext
        /// The zip file that a hotfix is delivered in.
        case zip
        /// An ISO 9660 image: the updates of XenServer 7.
        case iso
        /// A shell script without signature.
        case script
        /// No bytes at all.
        case empty
        /// Anything else.
        case other
    }

    /// Bytes that ``sniff(_:)`` needs to see: an ISO image names itself at offset 32,769.
    public static let sniffLength = 32_774

    /// Tells the kind from the beginning of a file.
    public static func sniff(_ head: [UInt8]) -> Kind {
        guard let first = head.first else { return .empty }
        if head.starts(with: cleartextHeader) { return .signedCleartext }
        if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) || head.starts(with: [0x50, 0x4b, 0x05, 0x06]) { return .zip }
        if head.starts(with: Array("#!".utf8)) { return .script }
        if head.count >= sniffLength, head[32_769..<32_774].elementsEqual(Array("CD001".utf8)) { return .iso }
        return isMessage(firstByte: first) ? .signedBinary : .other
    }

    /// Reads as much of the file as is needed, and tells its kind.
    public static func sniff(file: String) throws(PackageError) -> Kind {
        do {
            let descriptor = try FileDescriptor.reading(file)
            return try descriptor.closeAfter { sniff(try descriptor.head(sniffLength)) }
        } catch {
            throw PackageError(file, .unreadable(reason: describe(error)))
        }
    }

    /// Why a file that begins so is no package, as far as its first ``sniffLength`` bytes tell; nil where the rest decides.
    public static func problem(ofHead head: [UInt8]) -> PackageError.Problem? {
        switch sniff(head) {
        case .script: .unsignedScript
        case .iso: .updateISO
        case .other: MessageFraming.problem(ofOther: head)
        case .signedBinary, .signedCleartext, .zip, .empty: nil
        }
    }

    static let cleartextHeader = Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8)

    /// RFC 4880 §4.2: the top bit is set, and the packet that begins a signed message is compressed data (8), a one-pass
    /// signature (4), a signature (2) or literal data (11).
    private static func isMessage(firstByte: UInt8) -> Bool {
        guard firstByte & 0x80 != 0 else { return false }
        let tag = firstByte & 0x40 != 0 ? firstByte & 0x3f : (firstByte & 0x3c) >> 2
        return [2, 4, 8, 11].contains(tag)
    }
}

/// Up to `count` bytes from the beginning of a file.
func readHead(_ path: String, _ count: Int) throws -> [UInt8] {
    let descriptor = try FileDescriptor.reading(path)
    return try descriptor.closeAfter { try descriptor.head(count) }
}

extension FileDescriptor {
    /// Opens a file that somebody named, for reading: no pipe, which may never begin, and no device, which may never end.
    static func reading(_ path: String) throws(GivenFile.Refusal) -> FileDescriptor {
        FileDescriptor(rawValue: try GivenFile.open(path))
    }

    /// Up to `count` bytes from the beginning of the file.
    func head(_ count: Int) throws -> [UInt8] { try bytes(at: 0, count: count) }

    /// Up to `count` bytes from `offset` on.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            let part = try [UInt8](unsafeUninitializedCapacity: count - result.count) { buffer, filled in
                filled = try read(
                    fromAbsoluteOffset: offset + Int64(result.count),
                    into: UnsafeMutableRawBufferPointer(buffer)
                )
            }
            if part.isEmpty { break }
            result += part
        }
        return result
    }
}

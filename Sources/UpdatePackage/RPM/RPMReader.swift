import Basics
import Crypto
import SystemPackage

/// Describes RPM files from their beginnings: the lead, the header with the signatures, and the header proper. Nothing is run.
enum RPMReader {
    /// Bytes of the lead, which says nothing that counts any more but that this is an RPM.
    private static let leadLength = 96
    private static let mark: [UInt8] = [0xed, 0xab, 0xee, 0xdb]
    /// Bytes that one package may take when installed: more than any disk of a host has.
    private static let sizeLimit: UInt64 = 1 << 45

    /// Describes package files.
    ///
    /// - Parameter files: their paths, and the names to use for them.
    static func describe(_ files: [(path: String, name: String)]) throws(ArchiveError) -> [RPMFile] {
        var rpms: [RPMFile] = []
        for file in files { rpms.append(try named(file.name, try head(of: file.path))) }
        return rpms
    }

    /// ``describe(_:name:)``, where what is wrong is said of that name.
    static func named(_ name: String, _ head: [UInt8]) throws(ArchiveError) -> RPMFile {
        do throws(ArchiveError) { return try describe(head, name: name) } catch {
            throw ArchiveError(reason: "\(name) is no RPM: \(error.reason)")
        }
    }

    /// The file up to the end of its header proper, read in steps of what each says of the next.
    private static func head(of path: String) throws(ArchiveError) -> [UInt8] {
        do {
            let file = try FileDescriptor.reading(path)
            return try file.closeAfter {
                var head: [UInt8] = []
                while let length = needed(after: head), length > head.count {
                    let more = try file.bytes(at: Int64(head.count), count: length - head.count)
                    head += more
                    if more.isEmpty { break }
                }
                return head
            }
        } catch {
            throw ArchiveError(reason: "it can not be read (\(UpdatePackage.describe(error)))")
        }
    }

    /// How many bytes of a file tell what comes next, where so many of them are there; nil where it is no RPM.
    static func needed(after head: [UInt8]) -> Int? {
        let intro = leadLength + RPMHeader.introLength
        guard head.count >= intro else { return head.isEmpty || head.starts(with: mark) ? intro : nil }
        guard let signatures = RPMHeader.length(head[leadLength...]) else { return nil }
        let start = leadLength + padded(signatures)
        guard head.count >= start + RPMHeader.introLength else { return start + RPMHeader.introLength }
        return RPMHeader.length(head[start...]).map { start + $0 }
    }

    /// The header proper begins at a multiple of eight bytes.
    private static func padded(_ length: Int) -> Int { (length + 7) / 8 * 8 }

    /// Describes a package from its first bytes.
    ///
    /// - Throws: ``ArchiveError`` where it is none, is cut short, or its header is not the one that its own digests are of.
    static func describe(_ bytes: [UInt8], name: String) throws(ArchiveError) -> RPMFile {
        guard bytes.starts(with: mark) else { throw ArchiveError(reason: "it does not begin as one") }
        guard bytes.count > leadLength else { throw ArchiveError(reason: "it ends within its first bytes") }
        let signatures = try RPMHeader(bytes[leadLength...])
        let length = padded(signatures.bytes.count)
        guard bytes.count > leadLength + length else { throw ArchiveError(reason: "it ends before its header") }
        let header = try RPMHeader(bytes[(leadLength + length)...])
        return try describe(header, digests: try digests(of: header, signatures), name: name)
    }

    private static func describe(
        _ header: RPMHeader,
        digests: Set<String>,
        name fileName: String
    ) throws(ArchiveError) -> RPMFile {
        func word(_ tag: RPMHeader.Tag, _ what: String) throws(ArchiveError) -> String {
            guard let text = header.string(tag), isWord(text) else {
                throw ArchiveError(reason: "its \(what) is missing, or not one that a package can have")
            }
            return text
        }
        let size = header.number(.longSize) ?? header.number(.size) ?? 0
        let epoch = header.number(.epoch) ?? 0
        guard size <= sizeLimit, epoch <= UInt64(UInt32.max) else {
            throw ArchiveError(reason: "its size or epoch is beyond all measure")
        }
        return RPMFile(
            fileName: fileName,
            name: try word(.name, "name"),
            epoch: Int(epoch),
            version: try word(.version, "version"),
            release: try word(.release, "release"),
            architecture: try word(.architecture, "architecture"),
            installedSize: Int64(size),
            fileCount: max(header.count(.baseNames), header.count(.oldFileNames)),
            license: header.string(.license) ?? "",
            sourcePackage: header.string(.sourcePackage) ?? "",
            headers: digests
        )
    }

    /// The digests that the signatures' header promises of the other one, compared with it.
    private static func digests(of header: RPMHeader, _ signatures: RPMHeader) throws(ArchiveError) -> Set<String> {
        var digests: Set<String> = []
        if let promised = signatures.string(.sha256)?.lowercased() {
            guard promised == SHA256.hash(data: Array(header.bytes)).hex else { throw damaged }
            digests.insert("sha256:" + promised)
        }
        if let promised = signatures.string(.sha1)?.lowercased() {
            guard promised == Insecure.SHA1.hash(data: Array(header.bytes)).hex else { throw damaged }
            digests.insert("sha1:" + promised)
        }
        return digests
    }

    private static var damaged: ArchiveError { ArchiveError(reason: "its header is damaged") }

    /// What names, versions, releases and architectures are made of: a word to scripts and to rpm, and no option or macro.
    private static func isWord(_ text: String) -> Bool {
        guard (1...256).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-._+~^".utf8.contains(byte)
            }
        }
    }
}

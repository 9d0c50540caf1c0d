import Basics

@testable import UpdatePackage

/// Every parser of updates that is written here, and what must hold whatever it is given. Crashing is what none may do.
///
/// The fuzzer (`make fuzz`) and `FuzzTests`, which gives them the seeds beside this file, share them.
let parsers: [String: @Sendable ([UInt8]) -> Void] = [
    "xml": { bytes in _ = try? XMLReader.read(bytes) },
    "info": { bytes in
        guard let info = try? PatchInfo(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        // What was understood is written so that it is understood again.
        precondition((try? PatchInfo(parsing: info.xml)) != nil)
    },
    "precheck": { bytes in _ = PrecheckFailure(parsing: String(decoding: bytes, as: UTF8.self)).parameters },
    "update-xml": { bytes in _ = try? UpdateXML(parsing: bytes) },
    "gpg-status": { bytes in
        let status = GPGStatus(bytes)
        let digests = Digests(sha256: "", md5: "", size: 0)
        let verdict = TrustPolicy().judge(
            status,
            succeeded: true,
            digests: digests,
            beginsUnsigned: false,
            isText: false,
            now: 1_800_000_000
        )
        // Without a good signature nothing is ever believed.
        if case .success = verdict { precondition(status.signatures.contains { $0.state == .good }) }
    },
    "script": { bytes in _ = ScriptFacts(bytes).info },
    "article": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let article = try? Article(parsing: text) else { return }
        // What is written back is read the same, and is the text itself where lines end with line feeds.
        precondition((try? Article(parsing: article.text)) == article)
        let isPlain = !text.unicodeScalars.contains("\r") && text.unicodeScalars.first != "\u{feff}"
        precondition(!isPlain || article.text == text)
        _ = article.facts
        _ = article.html + article.markdown
    },
    "manifest": { bytes in _ = try? Manifest(yaml: String(decoding: bytes, as: UTF8.self), file: "m") },
    "updates-xml": { bytes in
        guard let catalogue = try? Catalogue(updatesXML: bytes), let index = try? CatalogueIndex(catalogue) else {
            return
        }
        let host = HostState(uuid: "", productVersion: catalogue.versions.first?.value ?? "", applied: [])
        _ = Solver(index).resolve([host]).order
    },
    "catalogue": { bytes in _ = try? CatalogueDocument(json: bytes) },
    "solver": { bytes in
        let catalogue = smallCatalogue(bytes)
        guard let index = try? CatalogueIndex(catalogue) else { return }
        var present: Set<Int> = []
        for number in Solver(index).resolve(HostState(uuid: "", productVersion: "1", applied: [])).sequence {
            precondition(index.requires[number].allSatisfy(present.contains))
            precondition(!index.conflicts[number].contains(where: present.contains))
            present.formUnion([number] + index.supersedes[number])
        }
    },
    "framing": { bytes in
        _ = MessageFraming.problem(ofOther: bytes)
        _ = MessageFraming.beginsUnsigned(bytes)
        _ = PackageFile.sniff(bytes)
        _ = PayloadArchive.offset(in: bytes)
    },
    "packets": { bytes in
        let walk = PacketWalk(size: Int64(bytes.count)) { offset, count in Array(bytes[Int(offset)...].prefix(count)) }
        for part in walk.packets.flatMap(\.body) { precondition(part.upperBound <= Int64(bytes.count)) }
        let bodies = walk.bodies { offset, count in Array(bytes[Int(offset)...].prefix(count)) }
        _ = MessageFrame.flaw(bodies)
        var stream = PacketStream()
        for piece in stride(from: 0, to: bytes.count, by: 7) {
            bytes[piece..<min(piece + 7, bytes.count)].withUnsafeBufferPointer { stream.take($0) }
        }
        // Both walks see the same message.
        if walk.shape == .plain { precondition(stream.isComplete && stream.packets == bodies) }
    },
    "cleartext": { bytes in
        var (whole, pieces) = (CleartextWalk(), CleartextWalk())
        whole.take(bytes)
        whole.finish()
        for byte in bytes { pieces.take([byte]) }
        pieces.finish()
        precondition(whole.foreign == pieces.foreign && whole.unsigned == pieces.unsigned)
    },
    "rpm-version": { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2 else { return }
        let order = RPMVersion.compare(parts[0], parts[1]).signum()
        precondition(RPMVersion.compare(parts[1], parts[0]).signum() == -order)
    },
    "rpm": { bytes in
        guard let rpm = try? RPMReader.describe(bytes, name: "a.rpm") else { return }
        // What is passed to rpm is one word, no option, and holds no macro.
        precondition(!rpm.nevra.hasPrefix("-") && !rpm.nevra.contains { $0.isWhitespace || "%/".contains($0) })
        precondition(rpm.installedSize >= 0 && rpm.epoch >= 0)
    },
    "lines": { bytes in
        let lines = TextLines(bytes).lines
        precondition(lines.allSatisfy { !$0.unicodeScalars.contains { $0 == "\n" || $0 == "\r" } })
        let joined = lines.map { $0.replacing("\u{feff}", with: "") + "\r\n" }.joined()
        precondition(TextLines(joined).lines.count == lines.count)
    },
    "deb-version": { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2, let one = DebVersion(parts[0]), let other = DebVersion(parts[1]) else { return }
        precondition([one < other, other < one].count { $0 } <= 1)
        precondition(DebVersion(one.description) == one)
    },
    "deb-control": { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1)
        guard let control = parts.first else { return }
        let sums = parts.count > 1 ? Array(parts[1]) : nil
        guard let deb = try? DebFile(control: Array(control), sums: sums, fileName: "a.deb") else { return }
        // What is passed to dpkg is one word, and no option.
        precondition(!deb.identity.hasPrefix("-") && !deb.identity.contains { $0.isWhitespace || $0 == "/" })
    },
    "repository": { bytes in
        let documents = bytes.split(separator: 0, maxSplits: 1).map { Array($0) }
        let files = ["repodata/primary.xml", "a.rpm"].map { path in
            ArchiveFile(path: path, digests: Digests(sha256: "aa", md5: "", size: 1))
        }
        _ = try? Repository.flaw(repomd: documents.first ?? [], files: files) { _ in documents.last ?? [] }
    },
    "date": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let seconds = secondsSinceEpoch(text) else { return }
        precondition(isoDate(seconds).hasPrefix(text) && secondsSinceEpoch(isoDate(seconds)) == seconds)
    },
    "compressed": { bytes in
        let streams: [(any CompressedStream)?] = [
            DeflateStream(isRaw: true), DeflateStream(isRaw: false), BzipStream(),
        ]
        for stream in streams.compactMap({ $0 }) {
            var input = bytes
            if case .ended(let unused) = stream.skip(&input, limit: 1 << 22) { precondition(unused <= bytes.count) }
            precondition(stream.unpacked <= 1 << 23 && input == bytes)
        }
    },
    "keys": { bytes in _ = KeyFile.keys(listing: bytes) },
    "path": { bytes in
        guard let path = try? safePath(String(decoding: bytes, as: UTF8.self)) else { return }
        precondition(!path.hasPrefix("/") && !path.split(separator: "/").contains(".."))
    },
]

/// Sixteen updates whose relations are the bits of the input.
private func smallCatalogue(_ bytes: [UInt8]) -> Catalogue {
    var updates = (0..<16).map { Catalogue.Update(uuid: "u\($0)", label: "\($0)") }
    for (place, byte) in bytes.prefix(600).enumerated() {
        let (from, to) = (Int(byte >> 4), "u\(byte & 15)")
        switch place % 3 {
        case 0: updates[from].requires.append(to)
        case 1: updates[from].supersedes.append(to)
        default: updates[from].conflicts.append(to)
        }
    }
    return Catalogue(
        versions: [Catalogue.Version(value: "1", name: "1", updates: updates.map(\.uuid))],
        updates: updates
    )
}

import Basics
import Crypto
import Foundation
public import PoolControl
import PoolDatabase
import Storage
public import XenAPI

/// What the repositories of a pool offered when somebody asked, pinned: rows of class `pool_patch` of this server's own, so
/// that every door shows them, and runs are begun with them, as with any update.
extension RemoteControl {
    /// Makes the row of an offer, or finds the one that there is.
    public func enter(_ offer: PreparedUpdate, at time: Timestamp) async throws(ControlError) -> Ref {
        let uuid = Self.uuid(ofDigest: offer.id)
        if let known = database.snapshot.row("pool_patch", uuid: uuid) { return known.ref }
        let ref = Ref("OpaqueRef:\(uuid)")
        let guidance = Self.asked(by: offer)
        try await ControlError.asking { () throws(APIError) in
            try await database.transaction { transaction throws(APIError) in
                transaction.create(
                    "pool_patch",
                    ref,
                    [
                        "uuid": .string(uuid), "name_label": .string(offer.label),
                        "name_description": .string(offer.notes?.text ?? "What the pool's repositories offered."),
                        "after_apply_guidance": .strings(guidance), "sha256": .string(offer.id),
                        "uploaded": .date(time),
                        "other_config": Self.facts(of: offer),
                    ]
                )
            }
        }
        return ref
    }

    /// What is known of an offer besides.
    private static func facts(of offer: PreparedUpdate) -> Value {
        let notes = (offer.notes?.pairs ?? [:]).filter { !$0.value.isEmpty }
        let packages = Value.Member("packages", .string(offer.packages.joined(separator: " ")))
        return .map([packages] + notes.map { Value.Member($0.key, .string($0.value)) })
    }

    /// What is asked of a run: it empties hosts before they restart, and what restarts with a host need not do so by itself.
    private static func asked(by offer: PreparedUpdate) -> [String] {
        var guidance = Set(offer.guidance.map { UpdateGuidance(word: $0) })
        guidance.remove(.evacuateHost)
        if guidance.contains(.restartHost) { guidance.subtract([.restartToolstack, .restartDeviceModel, .restartVM]) }
        return guidance.map(\.rawValue).sorted()
    }

    /// Takes the rows of offers away that a later one took the place of, for that one holds all of them. Those that every host
    /// has stay, as a history; and all of them while a run goes on, which may be of one.
    func retire(_ superseded: [PreparedUpdate]) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in
            try await database.transaction { transaction throws(APIError) in
                let snapshot = transaction.snapshot
                guard try snapshot.pool().runMark == nil else { return }
                let hosts = Set(snapshot.refs("host"))
                for offer in superseded {
                    let uuid = Self.uuid(ofDigest: offer.id)
                    guard let row = snapshot.row("pool_patch", uuid: uuid) else { continue }
                    let stamps = snapshot.stamps(of: row.ref)
                    guard !hosts.isSubset(of: stamps.map(\.host)) else { continue }
                    for stamp in stamps { transaction.delete("host_patch", stamp.ref) }
                    transaction.delete("pool_patch", row.ref)
                }
            }
        }
    }

    /// An offer by the uuid of its row.
    func offered(_ id: String) throws(ControlError) -> PreparedUpdate {
        guard let row = database.snapshot.row("pool_patch", uuid: id) else {
            throw .refused(.uuidInvalid("pool_patch", id))
        }
        return PreparedUpdate(
            id: row.digest,
            label: row.nameLabel,
            guidance: row.texts("after_apply_guidance"),
            packages: (row.map("other_config", "packages") ?? "").split(separator: " ").map(String.init)
        )
    }

    /// The SHA-256 of a text, in hex.
    static func digest(of text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).hex
    }

    /// A digest's first half, written as a uuid.
    static func uuid(ofDigest digest: String) -> String {
        let digits = Array(digest.lowercased().prefix(32)) + Array(repeating: "0", count: max(0, 32 - digest.count))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}

/// The offers that runs were begun with, or may be: kept, for a repository offers something else by the time that the first
/// host has taken what it did.
public actor OfferBook {
    private let path: String
    /// Older ones that nobody has used are forgotten.
    private static let most = 50

    /// A book in a file.
    public init(path: String) { self.path = path }

    private struct Entry: Codable {
        var offer: PreparedUpdate
        /// Seconds since the epoch.
        var seen: Int64
    }

    /// What is kept. A file that can not be read is set aside under another name: a run may need what is in it, and the next offer
    /// must not be written over it.
    ///
    /// - Returns: the entries, and what was set aside, as a sentence for the operator.
    private func read() throws(ControlError) -> (entries: [Entry], notice: String?) {
        guard FileManager.default.fileExists(atPath: path) else { return ([], nil) }
        let data = FileManager.default.contents(atPath: path)
        if let data, let entries = try? JSONDecoder().decode([Entry].self, from: data) { return (entries, nil) }
        let aside = unusedName
        do { try FileManager.default.moveItem(atPath: path, toPath: aside) } catch {
            throw .impossible("\(path) can not be read, nor set aside (\(error.localizedDescription)): look at it.")
        }
        return (
            [],
            "\(path) could not be read: it is \(aside) now, and what was offered before is not known any more. Runs of such an "
                + "update need it: put it right and back, or begin a new run."
        )
    }

    private var unusedName: String {
        var number = 1
        while FileManager.default.fileExists(atPath: "\(path).unreadable-\(number)") { number += 1 }
        return "\(path).unreadable-\(number)"
    }

    /// Shows the offers that are kept.
    ///
    /// - Returns: what could not be read, and was set aside, as a sentence; nil where all is well.
    @discardableResult
    public func open(in control: RemoteControl) async throws(ControlError) -> String? {
        let (entries, notice) = try read()
        for entry in entries { _ = try await control.enter(entry.offer, at: Timestamp(seconds: entry.seen)) }
        return notice
    }

    /// Asks what is offered now, keeps it and shows it, and which hosts have of it.
    ///
    /// - Returns: what could not be read, and was set aside, as a sentence; nil where all is well.
    @discardableResult
    public func look(_ intake: any UpdateIntake, _ control: RemoteControl, now: Timestamp) async throws(ControlError)
        -> String?
    {
        let offer = try await intake.offer()
        var notice: String?
        if let offer { notice = try await keep(offer, control, now: now) }
        let known = try read().entries.map(\.offer)
        let shown = Array(known.suffix(Self.asked))
        for host in control.database.snapshot.rows("host") where !shown.isEmpty {
            // One that is away says so later.
            _ = try? await intake.standing(of: host.ref, shown)
        }
        let newest = offer?.id ?? known.last?.id
        try await control.retire(known.filter { $0.id != newest })
        return notice
    }

    /// Hosts are asked about the latest.
    private static let asked = 3

    private func keep(_ offer: PreparedUpdate, _ control: RemoteControl, now: Timestamp) async throws(ControlError)
        -> String?
    {
        let (entries, notice) = try read()
        if !entries.contains(where: { $0.offer.id == offer.id }) {
            let kept = (entries + [Entry(offer: offer, seen: now.seconds)]).suffix(Self.most)
            do {
                try AtomicFile.replace(path, with: Array(try JSONEncoder().encode(Array(kept))))
            } catch {
                throw .impossible("What the pool offers can not be kept in \(path): \(error).")
            }
        }
        _ = try await control.enter(offer, at: now)
        return notice
    }
}

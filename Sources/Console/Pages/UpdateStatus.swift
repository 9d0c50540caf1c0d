import Foundation
import PoolDatabase
import PoolOperations
import XenAPI

/// Where an update stands in the pool, in the words that people know.
struct UpdateStatus: Sendable {
    enum Reach: Sendable, Hashable {
        case notUploaded, notApplied, partly, fully

        var words: String {
            switch self {
            case .notUploaded: "Not uploaded"
            case .notApplied: "Not applied"
            case .partly: "Partially applied"
            case .fully: "Fully applied"
            }
        }

        var look: String {
            switch self {
            case .notUploaded: "idle"
            case .notApplied: "busy"
            case .partly: "bad"
            case .fully: "good"
            }
        }
    }

    let patch: Row
    /// Hosts that have it, and those that do not; the master first.
    let having: [Row]
    let lacking: [Row]
    /// Hosts that have to restart, or restart their toolstack, for it to take effect.
    let awaitingRestart: [Row]
    let awaitingToolstack: [Row]
    private let haveIt: Set<Ref>
    private let wait: Set<Ref>

    /// Whether a host has it, or has to restart for it.
    func has(_ host: Row) -> Bool { haveIt.contains(host.ref) }
    /// Whether others have it and this host has not. What no host has, and only lies on the coordinator, is missing nowhere yet.
    func isMissing(on host: Row) -> Bool { reach == .partly && !haveIt.contains(host.ref) }
    func awaitsRestart(_ host: Row) -> Bool { wait.contains(host.ref) }

    var reach: Reach {
        if having.isEmpty { return hasFile ? .notApplied : .notUploaded }
        return lacking.isEmpty ? .fully : .partly
    }

    /// Whether its package is still on the coordinator, or in the repositories of a pool that takes updates from there.
    var hasFile: Bool { patch.int("size") > 0 || isOffered }
    /// Whether it is what the pool's repositories offered, and no package.
    var isOffered: Bool { patch.map("other_config", "packages") != nil }

    /// What a button that begins with this update shows.
    static func fact(_ patch: Row, _ snapshot: Snapshot) -> Shown.Fact {
        let status = UpdateStatus(patch, HostOrder.hosts(snapshot), snapshot)
        return Shown.Fact("update", "The update", now: patch.nameLabel, value: "\(patch.nameLabel) \(status.digest)")
    }

    /// The updates of a pool, by name.
    static func all(_ snapshot: Snapshot) -> [UpdateStatus] {
        let hosts = HostOrder.hosts(snapshot)
        return snapshot.rows("pool_patch").compactMap { snapshot.row("pool_patch", $0.ref) }
            .map { UpdateStatus($0, hosts, snapshot) }
            .sorted { HostOrder.natural($0.patch.nameLabel, $1.patch.nameLabel) }
    }

    init(_ patch: Row, _ hosts: [Row], _ snapshot: Snapshot) {
        self.patch = patch
        var applied: [Ref: Timestamp] = [:]
        for reference in snapshot.pointing(at: patch.ref, "pool_patch", "host_patches") {
            guard let row = snapshot.row("host_patch", reference), row.bool("applied") else { continue }
            applied[row.ref("host")] = row.date("timestamp_applied")
        }
        having = hosts.filter { applied[$0.ref] != nil }
        lacking = hosts.filter { applied[$0.ref] == nil }
        func owing(_ restart: OwedRestart) -> [Row] {
            hosts.filter { host in
                applied[host.ref].map { host.owedRestart(for: patch, appliedAt: $0) == restart } ?? false
            }
        }
        awaitingRestart = owing(.host)
        awaitingToolstack = owing(.toolstack)
        haveIt = Set(having.map(\.ref))
        wait = Set(awaitingRestart.map(\.ref))
    }
}

/// The order in which hosts are shown: the master first, then by name as people count.
enum HostOrder {
    static func hosts(_ snapshot: Snapshot) -> [Row] {
        let master = (try? snapshot.pool())?.ref("master")
        return snapshot.rows("host").sorted { a, b in
            if (a.ref == master) != (b.ref == master) { return a.ref == master }
            return natural(a.nameLabel, b.nameLabel)
        }
    }

    static func isMaster(_ host: Row, _ snapshot: Snapshot) -> Bool {
        (try? snapshot.pool())?.ref("master") == host.ref
    }

    /// `xs2` before `xs10`.
    static func natural(_ a: String, _ b: String) -> Bool {
        a.compare(b, options: [.numeric, .caseInsensitive]) == .orderedAscending
    }
}

public import UpdatePackage
public import XenAPI

/// What the catalogue says about the pool's hosts at one moment.
public struct PoolUpdates: Sendable {
    /// The catalogue that was asked.
    public var source: InstalledCatalogue
    /// The hosts, master first.
    public var hosts: [HostUpdates]
    /// Uuids of every update that some host needs, in one order that suits all of them; nil where no such order exists.
    public var order: [String]?
    /// Uuids of patches whose uploaded file is a build that the catalogue does not vouch for, though it names builds.
    public var foreignBuilds: [String]

    /// Places of the updates in the catalogue.
    let numbers: [String: Int]

    /// The catalogue's entry for an update.
    public func update(_ uuid: String) -> Catalogue.Update? { numbers[uuid].map { source.catalogue.updates[$0] } }

    /// The hosts for which an update is planned.
    public func hostsNeeding(_ uuid: String) -> [HostUpdates] {
        hosts.filter { host in host.updates.contains { $0.uuid == uuid && $0.position != nil } }
    }
}

/// What the catalogue says about one host.
public struct HostUpdates: Hashable, Sendable {
    /// The host.
    public var host: Ref
    /// Its uuid.
    public var uuid: String
    /// Its name.
    public var name: String
    /// The name of its product version in the catalogue; nil where the catalogue does not know it.
    public var version: String?
    /// Every update of that version, and those that they need, in catalogue order.
    public var updates: [HostUpdate]

    /// Whether the catalogue knows the host's version, and nothing is missing that can be had.
    public var isUpToDate: Bool { version != nil && sequence.isEmpty }

    /// The smallest set that brings the host up to date, in an order in which requirements come first.
    public var sequence: [HostUpdate] {
        updates.filter { $0.position != nil }.sorted { ($0.position ?? 0) < ($1.position ?? 0) }
    }

    /// The updates that the host lacks and that no others stand for: planned ones, and those left out for a reason.
    public var missing: [HostUpdate] { updates.filter(\.isMissing) }
}

/// What the catalogue says about one update on one host.
public struct HostUpdate: Hashable, Sendable {
    /// The update's uuid.
    public var uuid: String
    /// Its label.
    public var label: String
    /// The verdict in one word: `applied`, `contained`, `planned`, `superseded`, `not_needed`, `conflict`, `unmet`,
    /// `unknown_requirement` or `cycle`.
    public var state: String
    /// The verdict in words, such as `left out: it conflicts with XS602E030`.
    public var reason: String
    /// Its place in the sequence that brings the host up to date, from 0; nil where it is not part of it.
    public var position: Int?
    /// Whether it could be applied right now: what it requires is applied, and nothing that it conflicts with.
    public var isApplicableNow: Bool

    /// Whether the host lacks it and no other update stands for it.
    public var isMissing: Bool {
        ["planned", "conflict", "unmet", "unknown_requirement", "cycle"].contains(state)
    }
}

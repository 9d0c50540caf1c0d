import PoolDatabase
import PoolPatching
import XenAPI

/// What hosts lack, by how bad that is, and for how long they have been without it.
struct MissingUpdates: Sendable {
    /// One update that some hosts lack.
    struct Gap: Sendable {
        let uuid: String
        let label: String
        /// As its publisher says, in lower case; empty where nobody does.
        let severity: String
        /// When it could first be installed here, in seconds since the epoch; nil where nobody knows.
        let published: Int64?
        /// Names of the hosts that lack it.
        let hosts: [String]
        /// Whether the pool has it already, so that it has a page.
        let isKnown: Bool
    }

    let gaps: [Gap]
    /// Seconds since the epoch.
    let now: Int64

    static func read(_ visit: Visit) async -> MissingUpdates {
        let patches = visit.console.services.patches
        let snapshot = visit.snapshot
        var gaps: [String: Gap] = [:]
        // What a catalogue says that hosts lack; one that can not be used is told of on the page Updates.
        if let pool = try? await patches.poolUpdates() {
            for host in pool.hosts {
                for update in host.missing {
                    let known = gaps[update.uuid]
                    gaps[update.uuid] = Gap(
                        uuid: update.uuid,
                        label: update.label,
                        severity: "",
                        published: pool.published(update.uuid),
                        hosts: (known?.hosts ?? []) + [host.name],
                        isKnown: false
                    )
                }
            }
        }
        for status in UpdateStatus.all(snapshot)
        where !status.lacking.isEmpty && (status.hasFile || status.reach == .partly) {
            let patch = status.patch
            gaps[patch.uuid] = Gap(
                uuid: patch.uuid,
                label: patch.title,
                severity: patch.severity,
                published: await patches.published(patch),
                hosts: status.lacking.map(\.nameLabel),
                isKnown: true
            )
        }
        return MissingUpdates(gaps: Array(gaps.values), now: visit.console.now())
    }

    private static let order = ["critical", "important", "high", "moderate", "medium", "low"]

    /// The worst first, those that nobody has rated last.
    private var severities: [(name: String, gaps: [Gap])] {
        func place(_ severity: String) -> Int {
            severity.isEmpty ? .max : Self.order.firstIndex(of: severity) ?? Self.order.count
        }
        return Dictionary(grouping: gaps, by: \.severity).sorted { (place($0.key), $0.key) < (place($1.key), $1.key) }
            .map { ($0.key, $0.value.sorted { NaturalKey($0.label) < NaturalKey($1.label) }) }
    }

    /// Hours that hosts have been without an update, added up; nil where nobody knows since when.
    static func exposure(_ gaps: [Gap], now: Int64) -> Int64? {
        let known = gaps.filter { $0.published != nil }
        guard !known.isEmpty else { return nil }
        return known.reduce(0) { sum, gap in
            let seconds = max(0, now &- (gap.published ?? now))
            return sum &+ seconds / 3600 &* Int64(gap.hosts.count)
        }
    }

    var html: HTML {
        section(.id("missing"), .class("sheet")) {
            h2 { "Missing updates" }
            if gaps.isEmpty { p { "No host lacks an update that this server knows of." } }
            if !gaps.isEmpty {
                Words.table(
                    "Updates that hosts lack, by severity",
                    ["Severity", "Updates", "Hosts without", "Host-hours without"]
                ) {
                    for (name, gaps) in severities { row(name, gaps) }
                }
            }
            p { a(.href("/updates?by=server")) { "By server" } }
        }
    }

    private func row(_ severity: String, _ gaps: [Gap]) -> HTML {
        let looks = ["critical": "bad", "important": "bad", "high": "bad", "moderate": "warn", "medium": "warn"]
        let hours = Self.exposure(gaps, now: now)
        return tr {
            th(.scope("row")) { Words.state(severity.isEmpty ? "not rated" : severity, looks[severity] ?? "idle") }
            td {
                "\(gaps.count): "
                for (index, gap) in gaps.prefix(6).enumerated() {
                    if index > 0 { ", " }
                    if gap.isKnown { Links.link("/updates/" + gap.uuid, gap.label) } else { bdi { gap.label } }
                }
                if gaps.count > 6 { " and \(gaps.count - 6) more" }
            }
            td(.class("count")) { String(Set(gaps.flatMap(\.hosts)).count) }
            td(.class("count")) { hours.map(String.init) ?? "not known" }
        }
    }
}

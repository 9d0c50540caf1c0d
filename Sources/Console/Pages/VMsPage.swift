import PoolDatabase
import PoolOperations
import PoolRollout
import XenAPI

/// The VMs of the pool: searched, filtered, sorted and cut into pages by the server.
struct VMsPage: Sendable {
    private let asked: ListQuery
    private let snapshot: Snapshot

    private static let filters = [
        ("all", "all VMs"), ("Running", "running"), ("Halted", "halted"), ("Suspended", "suspended"),
        ("Paused", "paused"),
        ("tied", "tied to their host"),
    ]
    private static let columns: [ListView.Column] = [
        .init("VM", by: "name"), .init("State", by: "state"), .init("Host", by: "host"), .init("Memory", by: "memory"),
        .init("Virtual processors", by: "vcpus"), .init("Tied to its host by"),
    ]

    static func make(_ visit: Visit) -> Page {
        let asked = ListQuery(
            "/vms",
            visit.query,
            filters: filters.map(\.0),
            sorts: columns.compactMap(\.key),
            others: ["host"]
        )
        let page = VMsPage(asked: asked, snapshot: visit.snapshot)
        let list = ListView(asked: asked, title: "VMs")
        let all = visit.snapshot.guests
        let found = page.lines(all)
        let body = HTML.group([
            h1 { "VMs" },
            list.search(filters.map { (name: $0.0, label: $0.1) }),
            HTML.live(
                "vms",
                div(.id("vms")) {
                    page.place
                    list.table(found, of: all.count, columns, row: page.row)
                }
            ),
        ])
        return Page(title: "VMs", section: .vms, body: body)
    }

    /// What is shown of one VM; the rest is looked up for those that are shown.
    private struct Line: Sendable {
        let vm: Row
        let host: Row?
    }

    private func lines(_ all: [Row]) -> [Line] {
        let hosts = Dictionary(snapshot.rows("host").map { ($0.ref, $0) }) { $1 }
        let place = asked.others["host"]
        var lines: [Line] = []
        for vm in all {
            let line = Line(vm: vm, host: hosts[vm.runsOn])
            guard place == nil || line.host?.uuid == place, isWanted(line) else { continue }
            lines.append(line)
        }
        switch asked.sort {
        case "state": return sorted(lines) { $0.vm.powerState }
        case "host": return sorted(lines) { NaturalKey($0.host?.nameLabel ?? "") }
        case "memory": return sorted(lines) { $0.vm.memory }
        case "vcpus": return sorted(lines) { $0.vm.processors }
        default: return sorted(lines) { NaturalKey($0.vm.nameLabel) }
        }
    }

    private func isWanted(_ line: Line) -> Bool {
        switch asked.filter {
        case "all": break
        case "tied": guard line.host != nil, !VMTies(line.vm, snapshot).isEmpty else { return false }
        default: guard line.vm.powerState == asked.filter else { return false }
        }
        return asked.text.isEmpty
            || asked.finds(line.vm.nameLabel, line.host?.nameLabel ?? "", line.vm.nameDescription, uuid: line.vm.uuid)
    }

    private func sorted<Key: Comparable>(_ lines: [Line], by key: (Line) -> Key) -> [Line] {
        let keyed = lines.enumerated().map { (key: key($0.element), place: $0.offset) }
        let order = keyed.sorted { a, b in
            if a.key != b.key { return (a.key < b.key) != asked.isDescending }
            return a.place < b.place
        }
        return order.map { lines[$0.place] }
    }

    /// The host whose VMs alone are shown.
    private var place: HTML {
        guard let uuid = asked.others["host"] else { return .empty }
        return p(.class("note")) {
            "Only those on "
            if let host = snapshot.row("host", uuid: uuid) { Links.host(host, snapshot) } else { "a host that is gone" }
            ". "
            a(.href("/vms")) { "All VMs" }
        }
    }

    private func row(_ line: Line) -> HTML {
        tr(.id("vm-" + line.vm.uuid)) {
            th(.scope("row")) { Links.vm(line.vm) }
            td { Self.state(line.vm) }
            td { if let host = line.host { Links.host(host, snapshot) } }
            td(.class("count")) { Words.size(line.vm.memory) }
            td(.class("count")) { String(line.vm.processors) }
            td { if line.host != nil { VMTies(line.vm, snapshot).reasons.joined(separator: "; ") } }
        }
    }

    /// What a VM is at.
    static func state(_ vm: Row) -> HTML {
        let looks = ["Running": "good", "Suspended": "warn", "Paused": "warn"]
        return parts {
            Words.state(vm.powerState, looks[vm.powerState] ?? "idle")
            for operation in vm.operationsUnderWay { Words.state(operation.word.replacing("_", with: " "), "busy") }
        }
    }
}

/// What keeps a VM on the host that it runs on.
struct VMTies: Sendable {
    /// As second halves of sentences.
    let reasons: [String]
    var isEmpty: Bool { reasons.isEmpty }

    init(_ vm: Row, _ snapshot: Snapshot) {
        var reasons = ObstacleWords.all(against: .poolMigrate, on: vm, in: snapshot)
        for drive in snapshot.drives(of: vm) where !drive.isEmptyDrive {
            guard let sr = snapshot.disk(in: drive).flatMap(snapshot.home), !sr.isShared else { continue }
            reasons.append(
                drive.isDisc
                    ? "a disc in its drive lies on \(sr.title)" : "it has a disk on \(sr.title), which is not shared"
            )
        }
        self.reasons = reasons
    }
}

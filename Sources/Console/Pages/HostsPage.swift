import PoolDatabase
import PoolOperations
import XenAPI

/// All hosts: state, version, memory, VMs and updates; searched, filtered and sorted by the server.
struct HostsPage: Sendable {
    private let asked: ListQuery
    private let snapshot: Snapshot
    private let now: RunNow

    private static let filters = [
        ("all", "all hosts"), ("enabled", "in service"), ("out", "not in service"), ("unreachable", "unreachable"),
        ("missing", "that lack an update"), ("restart", "that need a restart"),
    ]
    private static let columns: [ListView.Column] = [
        .init("Host", by: "name"), .init("State", by: "state"), .init("Version", by: "version"),
        .init("Memory in use", by: "memory"), .init("VMs", by: "vms"), .init("Updates", by: "updates"),
        .init("Restart"),
    ]

    static func make(_ visit: Visit) async -> Page {
        let sorts = columns.compactMap(\.key)
        let asked = ListQuery("/hosts", visit.query, filters: filters.map(\.0), sorts: sorts)
        let page = HostsPage(asked: asked, snapshot: visit.snapshot, now: await RunNow.read(visit.console))
        let list = ListView(asked: asked, title: "Hosts")
        let (lines, all) = (page.lines, visit.snapshot.refs("host").count)
        let body = HTML.group([
            h1 { "Hosts" },
            visit.signedIn.mayOperate ? restart : .empty,
            list.search(filters.map { (name: $0.0, label: $0.1) }),
            HTML.live("hosts", div(.id("hosts")) { list.table(lines, of: all, columns, row: page.row) }),
        ])
        return Page(title: "Hosts", section: .hosts, body: body)
    }

    /// Begins the wizard that restarts the hosts, for which no update is needed.
    private static var restart: HTML {
        post(to: "/do/restart", .nothing) { button { "Rolling restart…" } }
    }

    /// What is shown of one host.
    private struct Line: Sendable {
        let host: Row
        let state: HostState
        let version: String
        let memory: (used: Int64, total: Int64)
        let vms: Int
        let applied: Int
        let missing: Int
        let needsRestart: Bool
    }

    private var lines: [Line] {
        let updates = UpdateStatus.all(snapshot)
        let free = MemoryAccounting.free(in: snapshot)
        let guests = snapshot.guestsByHost
        let all = HostOrder.hosts(snapshot).map { host in
            let total = snapshot.memory(of: host)
            return Line(
                host: host,
                state: HostState(host, snapshot, now),
                version: PoolPage.version(of: host),
                memory: (max(0, total - (free[host.ref] ?? 0)), total),
                vms: guests[host.ref]?.count ?? 0,
                applied: updates.count { $0.has(host) },
                missing: updates.count { $0.isMissing(on: host) },
                needsRestart: updates.contains { $0.awaitsRestart(host) }
            )
        }
        return sorted(all.filter(isWanted))
    }

    private func isWanted(_ line: Line) -> Bool {
        let host = line.host
        guard asked.finds(host.nameLabel, host.address, line.version, host.nameDescription, uuid: host.uuid) else {
            return false
        }
        switch asked.filter {
        case "enabled": return line.state.kind == .enabled
        case "out": return line.state.kind != .enabled
        case "unreachable": return line.state.kind == .unreachable
        case "missing": return line.missing > 0
        case "restart": return line.needsRestart
        default: return true
        }
    }

    /// By name the master comes first, as everywhere.
    private func sorted(_ lines: [Line]) -> [Line] {
        func by<Key: Comparable>(_ key: (Line) -> Key) -> [Line] {
            let keyed = lines.enumerated().map { (key: key($0.element), place: $0.offset, line: $0.element) }
            return keyed.sorted { a, b in
                if a.key != b.key { return (a.key < b.key) != asked.isDescending }
                return a.place < b.place
            }.map(\.line)
        }
        switch asked.sort {
        case "state": return by(\.state.kind)
        case "version": return by { NaturalKey($0.version) }
        case "memory": return by { Words.percent($0.memory.used, of: $0.memory.total) }
        case "vms": return by(\.vms)
        case "updates": return by(\.missing)
        default: return asked.isDescending ? lines.reversed() : lines
        }
    }

    private func row(_ line: Line) -> HTML {
        tr(.id("host-" + line.host.uuid)) {
            th(.scope("row")) { Links.host(line.host, snapshot) }
            td {
                line.state.pill
                div(.class("quiet")) { line.state.why }
            }
            td { line.version }
            td {
                Words.share(
                    line.memory.used,
                    of: line.memory.total,
                    "Memory in use on \(line.host.title)",
                    "\(Words.size(line.memory.total - line.memory.used)) of \(Words.size(line.memory.total)) free"
                )
            }
            td(.class("count")) { a(.href("/vms?host=" + Form.encode(line.host.uuid))) { String(line.vms) } }
            td {
                "\(line.applied) applied"
                if line.missing > 0 { span(.class("bad")) { ", \(line.missing) missing" } }
            }
            td {
                if line.needsRestart, line.state.kind != .restarting {
                    span(.class("warn")) { "⚠ needs to be rebooted" }
                }
            }
        }
    }
}

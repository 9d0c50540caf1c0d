import PoolDatabase
import PoolOperations
import XenAPI

/// All hosts: state, version, memory, VMs, and which updates each has.
enum HostsPage {
    static func make(_ visit: Visit) -> Page {
        let snapshot = visit.snapshot
        let updates = UpdateStatus.all(snapshot)
        let free = MemoryAccounting.free(in: snapshot)
        let body = HTML.group([
            h1 { "Hosts" },
            visit.signedIn.mayOperate ? restart : .empty,
            Words.table(
                "Hosts, the master first",
                ["Host", "State", "Version", "Free memory", "VMs", "Updates", "Restart"]
            ) {
                for host in HostOrder.hosts(snapshot) {
                    HTML.live("host-" + host.uuid, row(host, updates, free[host.ref] ?? 0, snapshot))
                }
            },
        ])
        return Page(title: "Hosts", section: .hosts, body: body)
    }

    /// Begins the wizard that restarts the hosts, for which no update is needed.
    private static var restart: HTML {
        post(to: "/do/restart", .nothing) { button { "Rolling restart…" } }
    }

    private static func row(_ host: Row, _ updates: [UpdateStatus], _ free: Int64, _ snapshot: Snapshot) -> HTML {
        let live = snapshot.isLive(host)
        let guests = EvacuationPlan.guests(of: host.ref, in: snapshot)
        let applied = updates.filter { $0.has(host) }
        let waits = updates.contains { $0.awaitsRestart(host) }
        return tr(.id("host-" + host.uuid)) {
            th(.scope("row")) { bdi { Words.host(host, snapshot) } }
            td { state(host, live) }
            td { PoolPage.version(of: host) }
            td(.class("number")) { Words.size(free) }
            td(.class("number")) { String(guests.count) }
            td { applied.isEmpty ? "none" : applied.map(\.patch.nameLabel).joined(separator: ", ") }
            td { if waits { span(.class("warn")) { "⚠ needs to be rebooted" } } }
        }
    }

    static func state(_ host: Row, _ live: Bool) -> HTML {
        if !live { return Words.state("Unreachable", "bad") }
        return host.bool("enabled") ? Words.state("Enabled", "good") : Words.state("Maintenance mode", "warn")
    }
}

import PoolDatabase
import PoolOperations
import PoolRollout
import Rollout
import XenAPI

/// One host: what it is at, what may be done with it, its updates, VMs, storage, and what runs have done with it.
struct HostPage: Sendable {
    let facts: HostFacts
    private let debts: [(run: RunDetails, debt: RunDetails.Debt)]
    let visits: [(run: RunDetails, host: RunDetails.Host)]

    var host: Row { facts.host }
    var snapshot: Snapshot { facts.snapshot }

    /// Of VMs and moves the page shows so many; the lists have all.
    private static let most = 50
    /// So many runs are looked through for this host.
    private static let runs = 50

    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let snapshot = visit.snapshot
        guard let host = snapshot.row("host", uuid: visit.parameter("host")) else { throw .notFound }
        let facts = HostFacts(host, snapshot, await RunNow.read(visit.console))
        let page = HostPage(
            facts: facts,
            debts: await PoolDebts.read(visit.console).filter { $0.debt.host == host.uuid },
            visits: await visits(host.uuid, visit.console.services.rollouts)
        )
        let buttons = visit.signedIn.mayOperate ? HostButtons(facts: facts).html : .empty
        let body = HTML.group([
            h1 {
                bdi { host.title }
                if HostOrder.isMaster(host, snapshot) { " (master)" }
            },
            HTML.live("host-head", page.head),
            HTML.live("host-buttons", div(.id("host-buttons")) { buttons }),
            div(.class("columns")) {
                HTML.live("host-facts", page.general)
                HTML.live("host-updates", page.updates)
            },
            HTML.live("host-vms", page.vms),
            HTML.live("host-emptying", page.emptying),
            div(.class("columns")) {
                HTML.live("host-storage", page.storage)
                HTML.live("host-networks", page.networks)
            },
            HTML.live("host-runs", page.history),
        ])
        return Page(title: host.title, section: .hosts, body: body, facts: facts.all)
    }

    private static func visits(_ host: String, _ rollouts: RolloutService) async
        -> [(run: RunDetails, host: RunDetails.Host)]
    {
        var visits: [(run: RunDetails, host: RunDetails.Host)] = []
        for id in await rollouts.runs.prefix(runs) {
            guard let run = try? await rollouts.details(id), let own = run.hosts.first(where: { $0.uuid == host })
            else {
                continue
            }
            visits.append((run, own))
        }
        return visits
    }

    private var head: HTML {
        div(.id("host-head"), .class("sheet")) {
            p(.role("status")) {
                facts.state.pill
                " "
                facts.state.why
            }
            for (run, debt) in debts {
                p(.class("warning")) {
                    "Owed by run "
                    Links.run(run)
                    ": \(debt.text)"
                    if let reason = debt.reason { ", \(reason)" }
                }
            }
            if !host.nameDescription.isEmpty { p(.class("quiet")) { host.nameDescription } }
        }
    }

    private var general: HTML {
        let total = snapshot.memory(of: host)
        let free = MemoryAccounting.free(host, in: snapshot)
        let guests = facts.guests
        let virtual = guests.reduce(0) { $0 &+ $1.processors }
        return section(.id("host-facts"), .class("sheet")) {
            h2 { "General" }
            dl(.class("facts")) {
                dt { "Address" }
                dd { host.address }
                dt { "Version" }
                dd { PoolPage.version(of: host) }
                dt { "Memory in use" }
                dd {
                    Words.share(
                        total - free,
                        of: total,
                        "Memory in use",
                        "\(Words.size(free)) of \(Words.size(total)) free"
                    )
                }
                dt { "Processors" }
                dd {
                    "\(host.processorCount.map(String.init) ?? "unknown number"), "
                    "\(virtual) virtual ones of running VMs"
                }
                dt { "Booted" }
                dd { host.noted(.bootTime).map(Words.moment) ?? .text("nobody has noted when") }
                dt { "Toolstack started" }
                dd { host.noted(.agentStart).map(Words.moment) ?? .text("nobody has noted when") }
                dt { "UUID" }
                dd { code { host.uuid } }
            }
        }
    }

    private var updates: HTML {
        let all = UpdateStatus.all(snapshot)
        let (has, missing) = (all.filter { $0.has(host) }, all.filter { $0.isMissing(on: host) })
        let isDown = facts.state.kind == .restarting
        return section(.id("host-updates"), .class("sheet")) {
            h2 { "Updates" }
            if has.isEmpty, missing.isEmpty {
                p { "No update is applied here, and none that other hosts have is missing." }
            }
            if !has.isEmpty || !missing.isEmpty {
                dl(.class("facts")) {
                    if !missing.isEmpty {
                        dt { "Missing" }
                        dd { Links.updates(missing.map(\.patch), atMost: 100) }
                    }
                    if has.contains(where: { !$0.awaitsRestart(host) }) {
                        dt { "In effect" }
                        dd { Links.updates(has.filter { !$0.awaitsRestart(host) }.map(\.patch), atMost: 100) }
                    }
                    if has.contains(where: { $0.awaitsRestart(host) }) {
                        dt { isDown ? "Will be in effect" : "Need a restart" }
                        dd { Links.updates(has.filter { $0.awaitsRestart(host) }.map(\.patch), atMost: 100) }
                    }
                }
            }
        }
    }

    private var vms: HTML {
        let guests = facts.guests
        return section(.id("host-vms")) {
            h2 { "VMs" }
            if guests.isEmpty { p { "No VM runs here." } }
            if !guests.isEmpty {
                Words.table("VMs that run here", ["VM", "State", "Memory", "Virtual processors"]) {
                    for vm in guests.prefix(Self.most) {
                        tr {
                            th(.scope("row")) { Links.vm(vm) }
                            td { VMsPage.state(vm) }
                            td(.class("count")) { Words.size(vm.memory) }
                            td(.class("count")) { String(vm.processors) }
                        }
                    }
                }
            }
            if guests.count > Self.most {
                p { a(.href("/vms?host=" + Form.encode(host.uuid))) { "All \(guests.count) VMs" } }
            }
        }
    }

    private var emptying: HTML {
        let plan = facts.emptying
        return section(.id("host-emptying")) {
            h2 { "If it were emptied now" }
            if plan.moves.isEmpty, plan.problems.isEmpty { p { "Nothing would have to move: no VM runs here." } }
            if !plan.problems.isEmpty {
                p(.class("warning")) {
                    "\(Words.count(plan.problems.count, "VM can", "VMs can")) not move, so that none would."
                }
                ul {
                    for (vm, error) in plan.problems.prefix(Self.most) {
                        li {
                            if let row = snapshot.stored("VM", vm) { Links.vm(row) }
                            ": "
                            FailureWords(snapshot).sentence(error)
                        }
                    }
                }
            }
            if !plan.moves.isEmpty {
                Words.table("VMs that could move, and where to", ["VM", "Memory", "To"]) {
                    for (vm, target) in plan.moves.prefix(Self.most) { move(vm, target) }
                }
            }
            if plan.moves.count > Self.most { p(.class("quiet")) { "And \(plan.moves.count - Self.most) more." } }
        }
    }

    private func move(_ vm: Ref, _ target: Ref) -> HTML {
        guard let row = snapshot.stored("VM", vm), let to = snapshot.stored("host", target) else { return .empty }
        return tr {
            th(.scope("row")) { Links.vm(row) }
            td(.class("count")) { Words.size(row.memory) }
            td { Links.host(to, snapshot) }
        }
    }
}

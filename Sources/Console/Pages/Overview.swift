import PoolDatabase
import PoolOperations
import PoolRollout
import Rollout

/// What an operator looks for first: the run under way and what it waits for, hosts that are not in service and why, what is
/// owed, how the last runs went, and how full the hosts are.
struct Overview: Sendable {
    let visit: Visit
    let now: RunNow
    let debts: [(run: RunDetails, debt: RunDetails.Debt)]
    /// The newest first.
    let lastRuns: [RunDetails]

    /// Of each list so many lines are shown; its own page has all.
    private static let most = 24

    private var snapshot: Snapshot { visit.snapshot }

    static func read(_ visit: Visit) async -> Overview {
        let rollouts = visit.console.services.rollouts
        let now = await RunNow.read(visit.console)
        var last: [RunDetails] = []
        for id in await rollouts.runs.prefix(6) where id != now.run?.run && last.count < 5 {
            if let run = try? await rollouts.details(id) { last.append(run) }
        }
        return Overview(visit: visit, now: now, debts: await PoolDebts.read(visit.console), lastRuns: last)
    }

    var html: HTML {
        .group([
            HTML.live("run-now", runNow),
            div(.class("columns")) {
                HTML.live("out-of-service", outOfService)
                HTML.live("debts", obligations)
            },
        ])
    }

    // MARK: The run

    private var runNow: HTML {
        section(.id("run-now"), .class("sheet")) {
            h2 { "Run under way" }
            if let run = now.run { underWay(run) } else { p(.class("quiet")) { "None." } }
        }
    }

    private func underWay(_ run: RunDetails) -> HTML {
        parts {
            p {
                Words.state(RunWordings.state(run), RunWordings.look(run))
                " "
                Links.run(run)
                ": \(run.sentence)"
            }
            for reason in run.waitsFor where reason != run.sentence { p(.class("warning")) { reason } }
            p(.class("quiet")) {
                "\(run.hosts.count(where: \.isUpdated)) of \(run.hosts.count) hosts \(run.aim.participle), since "
                Words.moment(run.started)
            }
            if visit.signedIn.mayOperate { buttons(run) }
        }
    }

    /// The words that take a hold away, as on the run's page.
    private func buttons(_ run: RunDetails) -> HTML {
        parts {
            ul(.class("plain")) {
                for host in run.hosts.filter(\.waitsForWord).prefix(Self.most) {
                    li(.class("row")) {
                        Links.link("/hosts/" + host.uuid, host.name)
                        Lane(run: run, host: host, mayOperate: true).words
                    }
                }
            }
            div(.class("row")) {
                RunWords(run: run, mayOperate: true, consequences: [:]).goingOn
                a(.class("button"), .href("/runs/" + run.run)) { "The run" }
            }
        }
    }

    // MARK: Hosts

    private var outOfService: HTML {
        let hosts = HostOrder.hosts(snapshot).map { ($0, HostState($0, snapshot, now)) }.filter { $1.kind != .enabled }
        return section(.id("out-of-service"), .class("sheet")) {
            h2 { "Hosts not in service" }
            if hosts.isEmpty { p(.class("quiet")) { "None: every host answers and takes VMs." } }
            if !hosts.isEmpty {
                ul(.class("plain")) {
                    for (host, state) in hosts.sorted(by: { $0.1.kind < $1.1.kind }).prefix(Self.most) {
                        li {
                            Links.host(host, snapshot)
                            " "
                            state.pill
                            " "
                            state.why
                        }
                    }
                }
            }
            if hosts.count > Self.most { p { a(.href("/hosts?show=out")) { "All \(hosts.count)" } } }
        }
    }

    /// How full each host is, the fullest first.
    var load: HTML {
        let free = MemoryAccounting.free(in: snapshot)
        let guests = snapshot.guestsByHost
        let hosts = HostOrder.hosts(snapshot).map { host in
            let total = snapshot.memory(of: host)
            return (host: host, used: max(0, total - (free[host.ref] ?? 0)), total: total)
        }
        let fullest = hosts.sorted { Words.percent($0.used, of: $0.total) > Words.percent($1.used, of: $1.total) }
        let shown = hosts.count > Self.most ? Array(fullest.prefix(Self.most)) : hosts
        return section(.id("load"), .class("sheet")) {
            h2 { "Memory and VMs now" }
            Words.table(
                hosts.count > Self.most
                    ? "The fullest \(Self.most) of \(hosts.count) hosts" : "Hosts, the master first",
                ["Host", "Memory in use", "VMs", "Virtual processors for each real one"]
            ) {
                for (host, used, total) in shown {
                    tr {
                        th(.scope("row")) { Links.host(host, snapshot) }
                        td {
                            Words.share(
                                used,
                                of: total,
                                "Memory in use on \(host.title)",
                                "\(Words.size(used)) of \(Words.size(total))"
                            )
                        }
                        td(.class("count")) { String(guests[host.ref]?.count ?? 0) }
                        td(.class("count")) { Self.ratio(guests[host.ref]?.processors ?? 0, host.processorCount) }
                    }
                }
            }
            if hosts.count > Self.most { p { a(.href("/hosts?sort=-memory")) { "All hosts" } } }
        }
    }

    /// With one digit behind the point.
    private static func ratio(_ virtual: Int64, _ real: Int64?) -> String {
        guard let real, real > 0 else { return "" }
        let tenths = Int64((Double(virtual) * 10 / Double(real)).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: What is owed, and what was

    private var obligations: HTML {
        section(.id("debts"), .class("sheet")) {
            h2 { "Obligations open" }
            if debts.isEmpty { p(.class("quiet")) { "None: everything that runs switched off is as it was." } }
            if !debts.isEmpty {
                ul(.class("plain")) {
                    for (run, debt) in debts.prefix(Self.most) {
                        li(.class("row")) {
                            span {
                                bdi { debt.text }
                                ", owed by run "
                                Links.run(run)
                                run.finished == nil ? " until it ends" : ""
                                if let reason = debt.reason { ": \(reason)" }
                            }
                            if run.finished != nil, visit.signedIn.mayOperate {
                                Debts.payment(of: debt, run)
                            }
                        }
                    }
                }
            }
        }
    }

    var history: HTML {
        section(.id("last-runs"), .class("sheet")) {
            h2 { "Last runs" }
            if lastRuns.isEmpty { p(.class("quiet")) { "There has been none." } }
            if !lastRuns.isEmpty {
                Words.table("The last runs, the newest first", ["Run", "Outcome", "Hosts", "Begun", "Took"]) {
                    for run in lastRuns {
                        tr {
                            th(.scope("row")) { Links.run(run) }
                            td { Words.state(RunWordings.state(run), RunWordings.look(run)) }
                            td { "\(run.hosts.count(where: \.isUpdated)) of \(run.hosts.count)" }
                            td { Words.moment(run.started) }
                            td { if let end = run.finished { Words.duration(Int(max(0, end - run.started))) } }
                        }
                    }
                }
            }
            p { a(.href("/runs")) { "All runs" } }
        }
    }
}

extension RunDetails.Host {
    /// Whether a word would bring it on.
    var waitsForWord: Bool { needsApproval || canRetry }
}

import Rollout

/// What keeps on refusing or does not reach another, and until when.
struct Obstinacy {
    /// Pairs of hosts, sorted, between which nothing gets through.
    var cuts: [[String]: Int64] = [:]
    /// Programs that refuse on these hosts, hosts that do not let themselves be disabled, VMs that do not let themselves be moved.
    var programs: [String: Int64] = [:]
    var hosts: [String: Int64] = [:]
    var vms: [String: Int64] = [:]
    /// Updates that are not trusted any more.
    var withdrawn: Set<String> = []
}

/// What goes wrong for long, or where nobody looks at once.
extension World {
    private var faults: Faults { scenario.faults }

    /// Chooses what will refuse, and when.
    func beginTorments() {
        let hosts = pool.hosts.map(\.id)
        func until() -> Int64 { now + Int64(fate.within(1...8)) * 3600 }
        if fate.percent(faults.linksCut), hosts.count > 1 {
            for _ in 0...fate.below(3) {
                let pair = [hosts[fate.below(hosts.count)], hosts[fate.below(hosts.count)]]
                if pair[0] != pair[1] { obstinacy.cuts[pair.sorted()] = until() }
            }
        }
        if fate.percent(faults.refusalsLast), let host = hosts.randomElement(using: &fate) {
            switch fate.below(3) {
            case 0: obstinacy.programs[host] = until()
            case 1: obstinacy.hosts[host] = until()
            default: if let vm = pool.vms.randomElement(using: &fate) { obstinacy.vms[vm.id] = until() }
            }
        }
        func soon() -> Int64 { now + Int64(fate.below(7200)) }
        if fate.percent(faults.withdrawals) { events.add(.withdrawal, at: soon()) }
        for _ in 0..<3 where fate.percent(faults.controllerStops) { events.add(.controllerStops, at: soon()) }
        for _ in 0..<fate.below(4) where fate.percent(faults.strangers) { events.add(.stranger, at: soon()) }
        for _ in 0..<3 where fate.percent(faults.pauses) { events.add(.pause, at: soon()) }
    }

    /// Why something is refused, however often it is asked for; nil where it is not.
    func refusal(of action: Action) -> String? {
        switch action {
        case .disable(let host) where obstinacy.hosts[host, default: 0] > now: "the host refuses."
        case .move(let vm, _, _) where obstinacy.vms[vm, default: 0] > now: "the VM refuses."
        default: nil
        }
    }

    func refusal(of program: Program, _ update: String, _ host: String) -> String? {
        if obstinacy.withdrawn.contains(update) { return "the update is not trusted any more." }
        return obstinacy.programs[host, default: 0] > now ? "the package refuses the host." : nil
    }

    func withdrawUpdate() {
        guard let update = updates.randomElement(using: &fate) else { return }
        trace("\(update.uuid) is withdrawn")
        obstinacy.withdrawn.insert(update.uuid)
    }

    /// Somebody sees to what refuses.
    func soften() {
        for key in obstinacy.cuts.keys.sorted(by: { $0.joined() < $1.joined() }) where fate.percent(30) {
            obstinacy.cuts[key] = nil
        }
        for host in obstinacy.programs.keys.sorted() where fate.percent(30) { obstinacy.programs[host] = nil }
        for host in obstinacy.hosts.keys.sorted() where fate.percent(30) { obstinacy.hosts[host] = nil }
        for vm in obstinacy.vms.keys.sorted() where fate.percent(30) { obstinacy.vms[vm] = nil }
        if !obstinacy.withdrawn.isEmpty, fate.percent(30) { obstinacy.withdrawn = [] }
        for index in pool.vms.indices where pool.vms[index].busyUntil > now + 600 && fate.percent(50) {
            pool.vms[index].busyUntil = now
        }
    }

    /// The controller's process is stopped, and continued later.
    func stopController() {
        stoppedUntil = now + Int64(fate.within(30...3600))
        trace("controller is stopped until \(stoppedUntil - Self.epoch)")
    }

    /// The run is told of a migration what is not so.
    func tellWrong(_ vm: Int, _ move: SimulatedMove) {
        let id = pool.vms[vm].id
        ledger.toldWrong.insert(id)
        estrange(vm: id, host: move.from)
        estrange(host: move.to)
        guard fate.percent(50) else { return answer(move.operation, .done) }
        pool.vms[vm].host = move.to
        answer(move.operation, .failed("the connection was lost at its end."))
    }

    /// Asks a host to restart: the database is marked first, and the host goes down a moment later.
    func beginRestart(_ index: Int, _ id: OperationID) {
        let host = pool.hosts[index]
        guard fate.percent(faults.marksStay) else {
            down.insert(host.id)
            answer(id, .done, after: 1)
            return goDown(index)
        }
        pool.hosts[index].isMarked = true
        events.add(.restartActs(host: host.id, boot: host.boots, life: life), at: now + Int64(fate.within(1...4)))
        answer(id, .done, after: 5)
    }

    /// It goes down, unless whoever was to ask it has died meanwhile: then the mark alone is left.
    func actOnRestart(_ host: String, _ boot: Int, _ life: Int) {
        guard life == self.life, let index = pool.host(host), pool.hosts[index].isUp, pool.hosts[index].boots == boot
        else { return }
        down.insert(host)
        goDown(index)
    }

    /// What a pool does when its server starts: calls that died with the one before are not under way any more.
    func clearMarks() {
        for index in pool.hosts.indices where pool.hosts[index].isUp { pool.hosts[index].isMarked = false }
        for index in pool.vms.indices where pool.moves[pool.vms[index].id] == nil { pool.vms[index].busyUntil = 0 }
    }

    /// A host is back: its clock may be behind, and it may go down once more.
    func comeUpTormented(_ index: Int) {
        let host = pool.hosts[index]
        if fate.percent(faults.hostClocks) { pool.hosts[index].clockSetBack = Int64(fate.within(1...7200)) }
        pool.hosts[index].agentStart = now - pool.hosts[index].clockSetBack
        guard fate.percent(faults.bootsTwice) else { return }
        events.add(.secondBoot(host: host.id, boot: host.boots), at: now + Int64(fate.within(1...90)))
    }

    func bootAgain(_ host: String, _ boot: Int) {
        guard let index = pool.host(host), pool.hosts[index].isUp, pool.hosts[index].boots == boot else { return }
        dies(index)
    }

    // MARK: What the run can not know

    func estrange(vm: String? = nil, host: String? = nil) {
        if let vm { strangeVMs.insert(vm) }
        if let host { strangeHosts.insert(host) }
        for id in [vm, host].compactMap(\.self) { everStrange.insert(id) }
    }

    /// The run has looked at the pool, and knows everything but what it believes to know better itself.
    func seeAll() {
        let moving = Set((machine?.movesUnderWay ?? []).map(\.vm))
        let away = Set((machine?.hosts ?? []).filter(\.phase.isActive).map(\.id))
        isMasterUnknown = false
        strangeVMs.formIntersection(moving)
        strangeHosts.formIntersection(away)
    }

    /// Whether the pool would no longer install what the run has pinned.
    private var isWithdrawn: Bool { scenario.withdrawnAfter.map { now >= Self.epoch + $0 } ?? false }

    func report(_ id: OperationID, _ host: String) {
        guard var report = pool.report(host, updates: updates) else {
            return receive(id, .unreachable("no route to host."))
        }
        if isWithdrawn, report.isEnabled, !updates.allSatisfy({ report.stamps.contains($0.uuid) }) {
            report.withdrawn = "the pool offers something else now."
            ledger.withdrawn.insert(host)
        }
        ledger.residents[host] = report.residents
        ledger.lookedAt[host] = now
        receive(id, .host(report))
    }
}

extension World.Event {
    /// Whether it waits while the controller's process is stopped.
    var isForController: Bool {
        switch self {
        case .answer, .report, .observation, .tick, .supervise, .word, .pause, .cancel: true
        default: false
        }
    }
}

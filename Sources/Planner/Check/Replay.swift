/// The pool while a plan runs: what is where, what is in use, what was broken.
struct Replay {
    enum Power { case running, suspended, off, starting }

    let instance: UpdateInstance
    let names: Names
    var report = PlanReport()

    var memory: [Int]
    var vcpus: [Int]
    var residents: [Int]
    var slots: [Int]
    var isNew: [Bool]
    var isUpdating: [Bool]
    var location: [Int]
    var power: [Power]
    /// The step that a VM takes part in now, or -1.
    var activity: [Int]
    var stoppedAt: [Int]
    var imageIsNew: [Bool]
    var movesOfVM: [Int32]
    var wasStopped: [Bool]

    var antiAffinity: GroupCounts
    var availability: AvailabilityCounts
    let hostsBySize: [Int]
    let master: Int?
    let cannotBeEmptied: Set<Int>
    var masterIsUpdatedByPlan = false
    var runningMemory = 0
    var updating = 0
    var firstUpdate: Int?
    var lastUpdate: Int?
    var updateEnd: [Int?]

    init(_ instance: UpdateInstance, _ names: Names) {
        self.instance = instance
        self.names = names
        let hosts = instance.hosts.count
        let vms = instance.vms.count
        memory = Array(repeating: 0, count: hosts)
        vcpus = memory
        residents = memory
        slots = memory
        isNew = instance.hosts.map(\.isUpdated)
        isUpdating = Array(repeating: false, count: hosts)
        updateEnd = Array(repeating: nil, count: hosts)
        location = instance.vms.map { names.hosts[$0.host] ?? 0 }
        power = Array(repeating: .running, count: vms)
        activity = Array(repeating: -1, count: vms)
        stoppedAt = Array(repeating: 0, count: vms)
        imageIsNew = Array(repeating: false, count: vms)
        movesOfVM = Array(repeating: 0, count: vms)
        wasStopped = Array(repeating: false, count: vms)
        antiAffinity = GroupCounts(instance, names)
        availability = AvailabilityCounts(instance, names)
        hostsBySize = instance.hosts.indices.sorted { instance.hosts[$0].memory > instance.hosts[$1].memory }
        master = instance.hosts.firstIndex { $0.isMaster }
        cannotBeEmptied = Set(
            instance.vms.indices.filter { vm in
                let candidate = instance.vms[vm]
                let isPinned = !candidate.isAgile || candidate.allowedHosts.map { Set($0) == [candidate.host] } ?? false
                return isPinned && candidate.stop == .never
            }.map { names.hosts[instance.vms[$0].host] ?? 0 }
        )
    }

    /// Whether the rule "every host is updated" does not ask for this one.
    func mayStayOld(_ host: Int) -> Bool {
        !instance.hosts[host].wantsUpdate || cannotBeEmptied.contains(host) || instance.hosts[host].isUpdated
    }

    mutating func broken(_ time: Int, _ message: String) {
        guard report.violations.count < PlanChecker.mostViolations else { return }
        report.violations.append(.init(time: time, message: message))
    }

    mutating func run(_ plan: UpdatePlan) {
        let steps = resolve(plan)
        for vm in instance.vms.indices {
            occupy(location[vm], vm, 0)
            runningMemory += instance.vms[vm].memory
        }
        masterIsUpdatedByPlan = steps.contains { $0.kind == .update && $0.host == master }
        checkMasterReboot(steps)
        // Ends before starts at the same second; equal ones in the plan's order.
        var events: [(time: Int, isStart: Bool, step: Int)] = []
        events.reserveCapacity(2 * steps.count)
        for (index, step) in steps.enumerated() {
            events.append((step.start, true, index))
            events.append((step.end, false, index))
        }
        events.sort { ($0.time, $0.isStart ? 1 : 0, $0.step) < ($1.time, $1.isStart ? 1 : 0, $1.step) }
        for event in events {
            report.totalSeconds = max(report.totalSeconds, event.time)
            let step = steps[event.step]
            if event.isStart { begin(step, event.step) } else { finish(step, event.step) }
        }
        checkEnd()
    }

    private mutating func resolve(_ plan: UpdatePlan) -> [TimedStep] {
        var steps: [TimedStep] = []
        steps.reserveCapacity(plan.steps.count)
        for (index, step) in plan.steps.enumerated() {
            guard step.start >= 0, step.start <= UpdateInstance.largestNumber else {
                broken(step.start, "step \(index) starts at \(step.start) s, which is no time of a plan")
                continue
            }
            guard let timed = TimedStep(step, names, instance) else {
                broken(step.start, "step \(index) names a host or a VM that the pool does not have")
                continue
            }
            steps.append(timed)
        }
        return steps
    }

    /// Nothing may overlap the master's reboot, because the pool can not be spoken to meanwhile.
    private mutating func checkMasterReboot(_ steps: [TimedStep]) {
        guard let master, let update = steps.last(where: { $0.kind == .update && $0.host == master }) else { return }
        let down = update.start + instance.hosts[master].apply
        for step in steps where !(step.kind == .update && step.host == master) {
            if step.start < update.end, step.end > down {
                broken(step.start, "\(describe(step)) overlaps the reboot of the master (\(down) s to \(update.end) s)")
            }
        }
    }

    private mutating func checkEnd() {
        let end = report.totalSeconds
        for host in instance.hosts.indices where !isNew[host] && !mayStayOld(host) {
            if instance.parameters.finishBy != nil {
                report.hostsLeft += 1
            } else {
                broken(end, "host \(name(host)) is never updated")
            }
        }
        for vm in instance.vms.indices where power[vm] != .running {
            broken(end, "VM \(instance.vms[vm].id) does not run at the end")
        }
        if let firstUpdate, let lastUpdate { report.mixedSeconds = lastUpdate - firstUpdate }
        report.stoppedVMs = wasStopped.count { $0 }
        report.mostMigrationsOfOneVM = Int(movesOfVM.max() ?? 0)
        let used = instance.hosts.indices.map { Double(memory[$0]) / Double(instance.hosts[$0].memory) }
        report.fullestAtEnd = used.max() ?? 0
        let mean = used.reduce(0, +) / Double(max(1, used.count))
        let squares = used.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        report.spreadAtEnd = (squares / Double(max(1, used.count))).squareRoot()
    }

    func name(_ host: Int) -> String { instance.hosts[host].id }

    func describe(_ step: TimedStep) -> String {
        switch step.kind {
        case .update: "the update of \(name(step.host))"
        case .migrate: "the move of VM \(instance.vms[step.vm].id)"
        default: "\(step.kind) of VM \(instance.vms[step.vm].id)"
        }
    }
}

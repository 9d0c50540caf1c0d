public import Planner

extension RolloutPlan {
    /// Turns the planner's times into an order: steps wait for those that were over before them on the same host or VM.
    public init(_ planned: PlannedUpdate, _ instance: UpdateInstance) {
        let clock = PlanClock(instance)
        let timed = planned.plan.steps.map { clock.step($0) }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        let starts = timed.filter { if case .update = $0.work { true } else { false } }.map(\.start).sorted()
        var waveOf: [String: Int] = [:]
        for (index, wave) in planned.waves.enumerated() { for host in wave.hosts { waveOf[host] = index } }
        let firsts = planned.waves.map(\.start)
        var steps = timed
        for index in steps.indices {
            switch steps[index].work {
            case .update(let host): steps[index].wave = waveOf[host] ?? 0
            default:
                let next = starts.first { $0 >= steps[index].start }
                steps[index].wave = next.map { start in (firsts.lastIndex { $0 <= start }) ?? 0 } ?? firsts.count
            }
        }
        // What follows the last wave waits for all of it.
        self.init(
            steps: Self.ordered(steps, instance),
            waves: planned.waves.map(\.hosts),
            mixedSeconds: planned.report.mixedSeconds,
            lowerBound: planned.certificate.mixedSeconds
        )
    }

    /// Lets each step wait for those that were over before it and have a subject in common with it; those that another of
    /// them waits for are left out.
    private static func ordered(_ steps: [Step], _ instance: UpdateInstance) -> [Step] {
        var result = steps
        var subjects = Subjects(instance)
        var touching: [String: [Int]] = [:]
        for index in steps.indices {
            var after: Set<Int> = []
            for subject in subjects.next(steps[index].work) {
                let earlier = touching[subject, default: []].filter { steps[$0].end <= steps[index].start }
                let last = earlier.map { steps[$0].start }.max() ?? 0
                after.formUnion(earlier.filter { steps[$0].end > last || steps[$0].start == last })
                touching[subject, default: []].append(index)
            }
            result[index].after = after.sorted()
        }
        return result
    }

    /// The planner's form again, for its checker.
    func timed(_ instance: String) -> UpdatePlan {
        UpdatePlan(
            instance: instance,
            steps: steps.map { step in
                let action: UpdatePlan.Action =
                    switch step.work {
                    case .move(let vm, let from, let to): .migrate(vm: vm, from: from, to: to)
                    case .update(let host): .update(host: host)
                    case .suspend(let vm): .suspend(vm: vm)
                    case .shutdown(let vm): .shutdown(vm: vm)
                    case .start(let vm, let host, .suspend): .resume(vm: vm, host: host)
                    case .start(let vm, let host, _): .boot(vm: vm, host: host)
                    }
                return UpdatePlan.Step(start: step.start, action: action)
            }
        )
    }
}

/// What steps are about: the VM, the hosts that it leaves and reaches, and the groups of VMs of which only so many may move
/// at a time. All updates have one subject in common: hosts that the plan does not have down together never are.
private struct Subjects {
    private var hostOf: [String: String]
    private var groupsOf: [String: [String]] = [:]

    init(_ instance: UpdateInstance) {
        hostOf = Dictionary(instance.vms.map { ($0.id, $0.host) }) { first, _ in first }
        for group in instance.availability {
            for vm in group.vms { groupsOf[vm, default: []].append("group " + group.id) }
        }
    }

    /// The subjects of the next step, in the order of the plan.
    mutating func next(_ work: RolloutPlan.Work) -> [String] {
        switch work {
        case .update(let host): return ["host " + host, "updates"]
        case .move(let vm, let from, let to):
            hostOf[vm] = to
            return ["vm " + vm, "host " + from, "host " + to] + groupsOf[vm, default: []]
        case .suspend(let vm), .shutdown(let vm):
            return ["vm " + vm] + (hostOf[vm].map { ["host " + $0] } ?? []) + groupsOf[vm, default: []]
        case .start(let vm, let host, _):
            hostOf[vm] = host
            return ["vm " + vm, "host " + host] + groupsOf[vm, default: []]
        }
    }
}

/// How long a step takes, by the rules of `pool-update-instance/1`.
private struct PlanClock {
    private let hosts: [String: UpdateInstance.Host]
    private let vms: [String: UpdateInstance.VM]
    private let parameters: UpdateInstance.Parameters

    init(_ instance: UpdateInstance) {
        hosts = Dictionary(instance.hosts.map { ($0.id, $0) }) { first, _ in first }
        vms = Dictionary(instance.vms.map { ($0.id, $0) }) { first, _ in first }
        parameters = instance.parameters
    }

    func step(_ step: UpdatePlan.Step) -> RolloutPlan.Step {
        let (work, seconds): (RolloutPlan.Work, Int) =
            switch step.action {
            case .migrate(let vm, let from, let to): (.move(vm: vm, from: from, to: to), migration(vm, from, to))
            case .update(let host): (.update(host: host), (hosts[host]?.apply ?? 0) + (hosts[host]?.reboot ?? 0))
            case .suspend(let vm): (.suspend(vm: vm), suspension(vm))
            case .shutdown(let vm): (.shutdown(vm: vm), parameters.stopStart)
            case .resume(let vm, let host): (.start(vm: vm, host: host, way: .suspend), suspension(vm))
            case .boot(let vm, let host): (.start(vm: vm, host: host, way: .shutdown), parameters.stopStart)
            }
        return RolloutPlan.Step(work: work, start: step.start, end: step.start + seconds, wave: 0, after: [])
    }

    private func migration(_ vm: String, _ from: String, _ to: String) -> Int {
        guard let subject = vms[vm], let source = hosts[from], let target = hosts[to] else { return 0 }
        let shares = [source, target].map { $0.nicRate / $0.maxMigrations }
        let rate = max(1, min(parameters.streamRate, shares[0], shares[1]))
        return parameters.migrationOverhead + (subject.memory * subject.dirtyPercent + 100 * rate - 1) / (100 * rate)
    }

    private func suspension(_ vm: String) -> Int {
        let memory = vms[vm]?.memory ?? 0
        return parameters.migrationOverhead + (memory + parameters.suspendRate - 1) / parameters.suspendRate
    }
}

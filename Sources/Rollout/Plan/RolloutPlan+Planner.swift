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
            steps: Self.ordered(steps),
            waves: planned.waves.map(\.hosts),
            mixedSeconds: planned.report.mixedSeconds,
            lowerBound: planned.certificate.mixedSeconds
        )
    }

    private static func ordered(_ steps: [Step]) -> [Step] {
        var result = steps
        var touching: [String: [Int]] = [:]
        for index in steps.indices {
            var after: Set<Int> = []
            for subject in steps[index].work.subjects {
                for earlier in touching[subject, default: []] where steps[earlier].end <= steps[index].start {
                    after.insert(earlier)
                }
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

extension RolloutPlan.Work {
    /// The host or hosts and the VM that a step is about.
    fileprivate var subjects: [String] {
        switch self {
        case .move(let vm, let from, let to): ["vm " + vm, "host " + from, "host " + to]
        case .update(let host): ["host " + host]
        case .suspend(let vm), .shutdown(let vm): ["vm " + vm]
        case .start(let vm, let host, _): ["vm " + vm, "host " + host]
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

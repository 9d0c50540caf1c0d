/// A step with its ids resolved and its end computed by the format's rules.
struct TimedStep {
    enum Kind { case migrate, update, suspend, resume, shutdown, boot }

    var kind: Kind
    var vm = -1
    /// Destination of a move or a start, or the host that updates.
    var host = -1
    var source = -1
    var start: Int
    var end: Int

    /// Nil when the step names an unknown host or VM.
    init?(_ step: UpdatePlan.Step, _ names: Names, _ instance: UpdateInstance) {
        start = step.start
        func vm(_ id: String) -> Int? { names.vms[id] }
        func host(_ id: String) -> Int? { names.hosts[id] }
        let parameters = instance.parameters
        let duration: Int
        switch step.action {
        case .migrate(let id, let from, let to):
            guard let v = vm(id), let s = host(from), let d = host(to) else { return nil }
            (kind, self.vm, source, self.host) = (.migrate, v, s, d)
            let share = { (h: Int) in instance.hosts[h].nicRate / instance.hosts[h].maxMigrations }
            let rate = max(1, min(parameters.streamRate, share(s), share(d)))
            let bytes = instance.vms[v].memory * instance.vms[v].dirtyPercent
            duration = parameters.migrationOverhead + (bytes + 100 * rate - 1) / (100 * rate)
        case .update(let id):
            guard let h = host(id) else { return nil }
            (kind, self.host) = (.update, h)
            duration = instance.hosts[h].apply + instance.hosts[h].reboot
        case .suspend(let id), .shutdown(let id):
            guard let v = vm(id) else { return nil }
            self.vm = v
            if case .suspend = step.action { kind = .suspend } else { kind = .shutdown }
            duration = Self.stopping(v, kind, instance)
        case .resume(let id, let to), .boot(let id, let to):
            // An unknown host of a resume or boot is found by the replay.
            guard let v = vm(id), let h = host(to) else { return nil }
            (self.vm, self.host) = (v, h)
            if case .resume = step.action { kind = .resume } else { kind = .boot }
            duration = Self.stopping(v, kind, instance)
        }
        end = start + duration
    }

    private static func stopping(_ vm: Int, _ kind: Kind, _ instance: UpdateInstance) -> Int {
        let parameters = instance.parameters
        switch kind {
        case .suspend, .resume:
            let rate = parameters.suspendRate
            return parameters.migrationOverhead + (instance.vms[vm].memory + rate - 1) / rate
        default: return parameters.stopStart
        }
    }
}

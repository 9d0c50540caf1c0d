extension RunReport {
    /// Every VM that ran when the run began or runs at its end, or that the run had to do with: also those that are off or
    /// gone by now.
    static func vms(_ machine: RolloutMachine) -> [VMLine] {
        let events = machine.events
        let before = machine.found ?? machine.view
        let gone = before.vms.filter { machine.view.vm($0.id) == nil }
        let touched = Set(events.filter { $0.kind != .precheck }.compactMap(\.vm))
        return (machine.view.vms + gone).compactMap { vm in
            let earlier = before.vm(vm.id)
            guard vm.power == .running || earlier?.power == .running || touched.contains(vm.id) else { return nil }
            let now = machine.view.vm(vm.id)
            return VMLine(
                vm: vm.id,
                name: vm.name,
                moves: events.count { $0.kind == .move && $0.vm == vm.id },
                downtime: downtime(vm.id, events),
                before: machine.found == nil ? nil : earlier.map { $0.place(in: before) } ?? "not there",
                after: now.map { $0.place(in: machine.view) } ?? "not there"
            )
        }
    }

    /// VMs that ran before the run and do not at its end, whoever stopped them.
    static func offAtTheEnd(_ machine: RolloutMachine) -> [String] {
        guard machine.stage.isEnded, let before = machine.found else { return [] }
        return before.vms.compactMap { vm in
            guard vm.power == .running, let now = machine.view.vm(vm.id), now.power != .running else { return nil }
            return "VM \(now.name) ran when the run began, and does not run at its end."
        }
    }

    /// Seconds for which a VM did not run.
    private static func downtime(_ vm: String, _ events: [RunEvent]) -> Int64 {
        var total: Int64 = 0
        var since: Int64?
        for event in events where event.vm == vm {
            if event.kind == .vmStopped || event.kind == .vmLost { since = since ?? event.at }
            if event.kind == .vmStarted, let stopped = since {
                total += max(0, event.at - stopped)
                since = nil
            }
        }
        if let since { total += max(0, (events.last?.at ?? since) - since) }
        return total
    }
}

extension VMView {
    /// Whether it runs, and where.
    fileprivate func place(in view: PoolView) -> String {
        guard power == .running else { return power.rawValue }
        return host.map { "running on \(view.host($0)?.name ?? $0)" } ?? "running"
    }
}

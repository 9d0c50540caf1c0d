extension RolloutMachine {
    /// VMs that the updates ask to be restarted, and that run since before. The run restarts those for which there is a
    /// consent; all others are listed for the operator.
    public var guestsToRestart: [VMView] {
        guard let spec, hosts.contains(where: \.isNew) else { return [] }
        return view.vms.filter { $0.power == .running && spec.restarts($0) && !restartedGuests.contains($0.id) }
    }

    /// Restarts one VM after another, each with its consent.
    mutating func restartGuests() -> Bool {
        guard mayBegin, inFlight.isEmpty else { return false }
        if let debt = obligations.first(where: { $0.state == .open && isRestart($0) && $0.attempts < 3 })?.debt {
            guard clock.elapsed >= nextCall else { return false }
            nextCall = clock.elapsed + policy.limits.poll
            emit(.pay(debt))
            return true
        }
        for vm in guestsToRestart {
            guard let host = vm.host, let consent = consents.first(where: { $0.vm == vm.id && $0.way == .shutdown }),
                let stop = ConsentedStop(consent, vm: vm.id, run: runID)
            else { continue }
            restartedGuests.insert(vm.id)
            nextCall = 0
            owe(.vmRunning(vm: vm.id, host: host, way: .shutdown))
            emit(.stop(stop, host: host))
            return true
        }
        return false
    }

    /// Whether a VM is down only for its restart.
    private func isRestart(_ obligation: Obligation) -> Bool {
        guard case .vmRunning(let vm, _, _) = obligation.debt else { return false }
        return restartedGuests.contains(vm)
    }

    /// A VM was shut down for its restart, or was not.
    mutating func guestStopped(_ stop: ConsentedStop, _ host: String, _ failure: String?) {
        guard let failure else { return stopped(stop, host) }
        let vm = stop.consent.vm
        note(
            .deviation,
            "\(name(vm: vm)) could not be restarted: \(failure.asSentence) Restart it by hand.",
            host: host,
            vm: vm
        )
    }
}

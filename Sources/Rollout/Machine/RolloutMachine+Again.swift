extension RolloutMachine {
    /// Hosts that have booted since they were seen: one that ran the updates may have come back with what it ran before, and
    /// one that had them on its disk only may run them now. Each is looked at before a plan builds on it.
    ///
    /// - Returns: whether any such host is still on its way, so that nothing can be built on it yet.
    mutating func verifyAgain() -> Bool {
        for index in hosts.indices {
            let host = hosts[index]
            guard let seen = view.host(host.id), seen.isLive, seen.bootID != host.bootDoubted else { continue }
            if host.phase == .done, host.begun != nil, seen.bootID != host.bootAfter {
                let text = "\(host.name) was \(purpose.participle), and has restarted since: it is verified again."
                note(.deviation, text, host: host.id)
                hosts[index].isNew = false
            } else if isBackByItself(host, seen) {
                let since = purpose == .install ? "since the update was applied" : "meanwhile"
                let text = "\(host.name) has restarted by itself \(since): it is verified."
                note(.deviation, text, host: host.id)
            } else {
                continue
            }
            // Once for each boot, whatever the look at the pool goes on to say.
            hosts[index].bootDoubted = seen.bootID
            enter(index, .verifying)
        }
        let goingOn: [HostPhase] = [.plugging, .verifying, .enabling, .confirming]
        let isAnyOnItsWay = hosts.contains { host in
            host.phase.isActive && (host.ended != nil || host.bootDoubted != nil && goingOn.contains(host.phase))
        }
        guard isAnyOnItsWay else { return false }
        nextCall = clock.elapsed + policy.limits.poll
        return true
    }

    /// Whether a host that the run has applied the updates to, and not restarted yet, has booted with them all the same.
    private func isBackByItself(_ host: HostRecord, _ seen: HostView) -> Bool {
        restart == .host && host.phase == .pending && host.isTouched && host.begun != nil
            && seen.bootID != host.bootBefore && seen.has(updates)
    }
}

extension RolloutMachine {
    /// A host that has booted again since it was seen to run the updates has to be seen to run them again: it may have come
    /// back with what it ran before.
    ///
    /// - Returns: whether any such host is still on its way, so that nothing can be built on it yet.
    mutating func verifyAgain() -> Bool {
        for index in hosts.indices where hosts[index].phase == .done && hosts[index].begun != nil {
            let host = hosts[index]
            guard let seen = view.host(host.id), seen.isLive, seen.bootID != host.bootAfter,
                seen.bootID != host.bootDoubted
            else { continue }
            note(.deviation, "\(host.name) was updated, and has restarted since: it is verified again.", host: host.id)
            hosts[index].isNew = false
            // Once for each boot, whatever the look at the pool goes on to say.
            hosts[index].bootDoubted = seen.bootID
            enter(index, .verifying)
        }
        guard hosts.contains(where: { $0.phase.isActive && $0.ended != nil }) else { return false }
        nextCall = clock.elapsed + policy.limits.poll
        return true
    }
}

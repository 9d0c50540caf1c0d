extension Prechecks.Subject {
    /// Members must not become newer than their master.
    func master() -> [Problem] {
        guard let master = view.hosts.first(where: \.isMaster), spec.excluded.contains(master.id), masterComesFirst
        else {
            return []
        }
        let text =
            "\(master.name) is the master and is left out: the other hosts would become newer than it, and a newer member may "
            + "not be able to talk to an older master. Do not leave it out, or take the risk with allow_older_master "
            + "(--allow-older-master)."
        return [Problem(.specification, .blocking, text, host: master.id)]
    }

    /// Windows and a deadline have to leave room for at least one host; what the run understood is told.
    func times() -> [Problem] {
        let (policy, now) = (spec.policy, view.taken)
        let needed = policy.expectedHostSeconds
        func refuse(_ text: String) -> [Problem] { [Problem(.specification, .blocking, text)] }
        if policy.windows.contains(where: { $0.end <= $0.start }) {
            return refuse("A maintenance window ends before it begins: give its start first.")
        }
        if let finishBy = policy.finishBy, finishBy <= now {
            return refuse(
                "The time by which the run has to be over, \(finishBy.asTime), has passed: give one that is to come."
            )
        }
        if let last = policy.windows.map(\.end).max(), last <= now {
            return refuse("The last maintenance window ended at \(last.asTime): give one that is to come.")
        }
        guard spec.mode == .automatic else { return [] }
        let host = "A host is expected to take \(needed.asDuration) (host_seconds)"
        if let finishBy = policy.finishBy, now + needed > finishBy, !targets.isEmpty {
            return refuse("\(host), and none would be back by \(finishBy.asTime): give a later time.")
        }
        let end = policy.finishBy ?? .max
        let fits = policy.windows.contains { min($0.end, end) - needed >= max(now, $0.start) }
        if !policy.windows.isEmpty, !targets.isEmpty, !fits {
            return refuse("\(host), which fits into no maintenance window that is left: give a longer or a later one.")
        }
        var said: [Problem] = []
        if let finishBy = policy.finishBy {
            said.append(
                Problem(.specification, .information, "No host is begun that would not be back by \(finishBy.asTime).")
            )
        }
        if !policy.windows.isEmpty {
            let list = policy.windows.map { "\($0.start.asTime) to \($0.end.asTime)" }.joined(separator: "; ")
            said.append(Problem(.specification, .information, "Hosts go down only from \(list)."))
        }
        return said
    }
}

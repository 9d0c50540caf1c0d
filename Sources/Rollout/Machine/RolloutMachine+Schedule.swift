/// A run that is begun now, and is to change something only from some time on.
extension RolloutMachine {
    /// Whether its time is still to come.
    var isBeforeItsTime: Bool { policy.notBefore.map { clock.wall < $0 } ?? false }

    /// Takes note, after a look at the pool, that nothing is to be done before a time: what the look has found is for people, and
    /// is looked for again then.
    ///
    /// - Returns: whether the run waits.
    mutating func waitsForItsTime() -> Bool {
        guard isBeforeItsTime, let time = policy.notBefore else { return false }
        guard !isScheduled else { return true }
        isScheduled = true
        let blocking = problems.count { spec?.isBlocked(by: $0) ?? true }
        let sofar = blocking == 0 ? "" : " As the pool is now, \(blocking.of("precheck")) would keep it from beginning."
        note(.run, "The run waits until \(time.asTime), and looks at the pool again then.\(sofar)")
        return true
    }

    /// Turns from waiting to the first look of the run proper, as if it was begun now.
    mutating func awake() {
        isScheduled = false
        note(.run, "The time of the run has come.")
        // What people have done with the pool meanwhile is no deviation, and hosts that came count; what they have said stays.
        view = PoolView()
        let excluded = spec?.excluded ?? []
        let isSpokenOf = hosts.contains {
            $0.isApproved || $0.isMaintained || $0.phase == .skipped && !excluded.contains($0.id)
        }
        if !isSpokenOf { hosts = [] }
    }

    /// What it waits for, in a sentence.
    var schedule: String? {
        guard isScheduled, isBeforeItsTime, let time = policy.notBefore else { return nil }
        return "The run begins at \(time.asTime)."
    }
}

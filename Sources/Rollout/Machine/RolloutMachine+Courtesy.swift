/// Other tools at work on the same pool: nothing new is begun beside them. The run goes on by itself when they are done, or
/// beside them by an operator's word.
extension RolloutMachine {
    /// Takes notice of what others are doing.
    ///
    /// - Returns: whether the run waits for them.
    mutating func waits(for seen: [OthersWork]?) -> Bool {
        let work = (seen ?? []).filter { !toleratedWork.contains($0.id) && !isOwn($0) }
        for item in work where !othersWork.contains(where: { $0.id == item.id }) {
            note(.hold, "\(item.description): the run waits for its end.", host: item.host, vm: item.vm)
        }
        if work.isEmpty, !othersWork.isEmpty { note(.run, "Nobody else is at work on the pool any more.") }
        othersWork = work
        guard !work.isEmpty else { return false }
        nextCall = clock.elapsed + policy.limits.poll
        return true
    }

    /// An operator has the run go on beside them.
    mutating func tolerateOthers() {
        toleratedWork.formUnion(othersWork.map(\.id))
        othersWork = []
    }

    /// What the run itself has asked for, or an earlier controller of it, looks the same from outside.
    private func isOwn(_ work: OthersWork) -> Bool {
        if let host = work.host.flatMap(position) {
            // Nothing has been asked of a host that is only looked at.
            return hosts[host].phase.isActive && hosts[host].phase != .checking
        }
        if let vm = work.vm { return inFlight.contains { $0.action.vm == vm } }
        // Of a task without an object nobody can say whose it is, while a host takes an update.
        return inFlight.contains { if case .apply = $0.action { true } else { false } }
    }

    /// What is waited for, in sentences.
    var courtesies: [String] {
        guard stage == .rolling || stage == .applyingEverywhere, stopping == nil else { return [] }
        return othersWork.map {
            "\($0.description): the run goes on when that is over. Resume has it go on beside it."
        }
    }

    // MARK: What can be evacuated, in the pool's own eyes

    /// The pool's own answer beside what was found here: it is believed where it knows of an obstacle that was not seen here,
    /// and each difference is told.
    mutating func judged(_ answers: [JudgedVM], on host: String) {
        let known = problems.filter { [.tiedVMs, .media, .evacuation].contains($0.check) && $0.severity == .blocking }
        let subject = Prechecks.Subject(view: view, spec: asked)
        var crowded: [(vm: VMView, reason: String)] = []
        for answer in answers {
            guard let vm = view.vm(answer.vm), vm.power == .running, vm.host == host,
                !consents.contains(where: { $0.vm == vm.id }), !known.contains(where: { $0.vm == vm.id })
            else { continue }
            guard answer.isLasting else {
                crowded.append((vm, answer.reason))
                continue
            }
            let text =
                "The pool itself says that VM \(vm.name) can not leave \(name(host)), where nothing of that is seen here: "
                + "\(answer.reason.asSentence) \(subject.waysOut(vm, host))"
            inquiry?.found.append(
                Problem(.evacuation, .blocking, text, host: host, vm: vm.id, offers: subject.offers(vm))
            )
        }
        if let first = crowded.first {
            let names = crowded.map(\.vm.name).joined(separator: ", ")
            let text =
                "The pool itself could not empty \(name(host)) as it is now, for \(names): \(first.reason.asSentence) The plan "
                + "moves other VMs first where it has to."
            inquiry?.found.append(Problem(.evacuation, .information, text, host: host))
        }
        for problem in known where problem.host == host && problem.check != .media {
            guard let vm = problem.vm.flatMap(view.vm), vm.tie != nil || problem.check == .evacuation,
                !answers.contains(where: { $0.vm == vm.id })
            else { continue }
            let text =
                "The pool itself sees nothing that keeps VM \(vm.name) on \(name(host)). Here it is believed to be tied."
            inquiry?.found.append(Problem(.evacuation, .information, text, host: host, vm: vm.id))
        }
    }
}

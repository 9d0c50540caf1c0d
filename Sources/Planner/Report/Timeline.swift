import Basics

extension PlannedUpdate {
    /// The plan for reading: figures beside their bounds, then what happens when.
    public func timeline(of instance: UpdateInstance) -> String {
        var lines: [String] = []
        let name = instance.name.isEmpty ? "the pool" : instance.name
        lines.append(
            "Plan for \(name): \(instance.hosts.count) hosts, \(instance.vms.count) VMs, policy \(policy.rawValue)"
        )
        // Who gets nothing comes first: figures of a plan for some hosts must not be read as those of all.
        for left in leftOut {
            lines.append("  \(left.reason)")
            for action in left.way?.actions ?? [] { lines.append("    way out: \(action.text)") }
        }
        if waves.isEmpty {
            lines.append(
                report.hostsLeft > 0
                    ? "No host can be back before the deadline."
                    : leftOut.isEmpty
                        ? "Nothing to do: every host has the update or is left out." : "No host can be updated."
            )
        } else {
            lines += figures()
        }
        if !waves.isEmpty { lines += [""] + events(instance) }
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n") + "\n"
    }

    private func atLeast(_ bound: Certificate.Bound, _ text: (Int) -> String) -> String {
        bound.value > 0 ? "at least \(text(bound.value))" : ""
    }

    private func figures() -> [String] {
        func row(_ what: String, _ value: String, _ bound: String, _ why: String) -> String {
            "  " + Columns.line([what, value, bound, why], [14, 16, 22])
        }
        let ratio = ratio.map { "ratio \(Words.decimal($0, 3)); " } ?? ""
        let mixedBound = certificate.mixedSeconds
        var lines = [
            row(
                "mixed state",
                Words.duration(report.mixedSeconds),
                mixedBound > 0 ? "at least \(Words.duration(mixedBound))" : "",
                ratio + (certificate.binding.map { "\($0.name): \($0.argument)" } ?? "")
            ),
            row("waves", String(waves.count), atLeast(certificate.waves, String.init), certificate.waves.argument),
            row(
                "moves",
                String(report.migrations),
                atLeast(certificate.moves, String.init),
                certificate.moves.argument
            ),
            row("memory moved", Words.memory(report.movedMiB), atLeast(certificate.movedMiB, Words.memory), ""),
            row("whole plan", Words.duration(report.totalSeconds), "", ""),
            row(
                "fullest host",
                Words.percent(report.fullestAtEnd),
                "",
                "of its memory is used at the end; spread between hosts \(Words.percent(report.spreadAtEnd))"
            ),
        ]
        if report.stoppedVMs > 0 {
            lines.append(
                row(
                    "stopped VMs",
                    String(report.stoppedVMs),
                    "",
                    "\(Words.duration(report.downtimeSeconds)) of downtime in sum"
                )
            )
        }
        for bound in certificate.refuted {
            lines.append(
                "  the bound '\(bound.name)' is wrong: it allows no plan below \(Words.duration(bound.value))."
                    + " The plan is valid all the same; please report this pool."
            )
        }
        if report.hostsLeft > 0 {
            lines.append(row("hosts left", String(report.hostsLeft), "", "could not be back before the deadline"))
        }
        return lines
    }

    private func events(_ instance: UpdateInstance) -> [String] {
        var lines: [String] = []
        let master = instance.hosts.first { $0.isMaster }?.id
        for (index, wave) in waves.enumerated() {
            let since = index == 0 ? 0 : waves[index - 1].start
            if wave.movesBefore > 0 {
                let what =
                    index == 0
                    ? "prepare: \(wave.movesBefore) moves, before any host changes"
                    : "\(wave.movesBefore) moves to updated hosts"
                lines.append("  \(Words.clock(since))  \(what)")
            }
            let who =
                wave.hosts == [master ?? ""] ? "the master \(Words.list(wave.hosts))" : Words.list(wave.hosts.sorted())
            lines.append(
                "  \(Words.clock(wave.start))  wave \(index + 1) down: \(who) (\(wave.hosts.count)); all back at \(Words.clock(wave.end))"
            )
        }
        for step in plan.steps.sorted(by: { $0.start < $1.start }) {
            switch step.action {
            case .suspend(let vm): lines.append("  \(Words.clock(step.start))  suspend \(vm)")
            case .shutdown(let vm): lines.append("  \(Words.clock(step.start))  shut down \(vm)")
            case .resume(let vm, let host): lines.append("  \(Words.clock(step.start))  resume \(vm) on \(host)")
            case .boot(let vm, let host): lines.append("  \(Words.clock(step.start))  start \(vm) on \(host)")
            default: break
            }
        }
        guard let end = waves.map(\.end).max() else { return lines }
        lines.append("  \(Words.clock(end))  every host of the plan is updated")
        let later = plan.steps.count {
            if case .migrate = $0.action { return $0.start >= end }
            return false
        }
        if later > 0 {
            lines.append(
                "  \(Words.clock(end))  \(later) moves after the window, until \(Words.clock(report.totalSeconds))"
            )
        }
        return lines
    }

    /// The trade-off between window and moves, the chosen point marked.
    public func curveText() -> String {
        let widths = [12, 16, 10, 12]
        var lines = [Columns.line(["prepared", "mixed state", "moves", "moved"], widths)]
        for point in curve {
            lines.append(
                Columns.line(
                    [
                        String(point.preparedHosts), Words.duration(point.mixedSeconds), String(point.migrations),
                        Words.memory(point.movedMiB), point.preparedHosts == preparedHosts ? "<- this plan" : "",
                    ],
                    widths
                )
            )
        }
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n") + "\n"
    }
}

extension Explanation {
    /// Why there is no plan and what would make one possible, for reading.
    public func text() -> String {
        var lines = [summary]
        for proof in proofs.dropFirst() { lines.append("  also: \(proof.argument)") }
        if !proofs.isEmpty, let stuck { lines.append("  the search got stuck where \(stuck)") }
        for (index, set) in unblockSets.enumerated() {
            lines.append(
                (index == 0 ? "The cheapest way out" : "Or")
                    + " (then \(Words.duration(set.mixedSeconds)) of mixed state):"
            )
            for action in set.actions.prefix(20) {
                lines.append("  - \(action.text) [\(action.isReversible ? "reversible" : "not reversible")]")
            }
            if set.actions.count > 20 { lines.append("  - and \(set.actions.count - 20) more of the kind") }
        }
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n") + "\n"
    }
}

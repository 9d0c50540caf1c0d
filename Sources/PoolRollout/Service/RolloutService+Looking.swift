import PoolControl
import PoolDatabase
public import Rollout
public import XenAPI

/// What there is to see of the runs.
extension RolloutService {
    /// The ids of all runs, the newest first.
    public var runs: [String] {
        get async {
            var all: [(run: String, started: Int64)] = archive.runs.filter(isShown).map { ($0, started($0)) }
            if let lost = archive.active, !all.contains(where: { $0.run == lost }) { all.append((lost, .max)) }
            if let active {
                all.removeAll { $0.run == active.run }
                all.append((active.run, await active.keeper.machine.events.first?.at ?? .max))
            }
            return all.sorted { ($1.started, $1.run) < ($0.started, $0.run) }.map(\.run)
        }
    }

    /// Whether a run has begun; of some nothing is left but the first line of a journal.
    private func isShown(_ run: String) -> Bool {
        outlines[run] != nil || past[run] != nil || archive.active == run || archive.isBegun(run)
    }

    /// When a run began; of one that nobody has read yet, when it was written last.
    private func started(_ run: String) -> Int64 {
        outlines[run]?.details.started ?? past[run]?.machine?.events.first?.at ?? archive.written(run)
    }

    /// What runs that have ended took, the newest first: the next plan expects the same.
    var earlierTimes: [RunTimes] {
        outlines.values.sorted { $0.details.started > $1.details.started }.map(\.times)
    }

    /// Everything there is to show of a run.
    ///
    /// - Throws: `UUID_INVALID` where there is no such run.
    public func details(_ run: String) async throws(APIError) -> RunDetails {
        let subject = try await subject(run)
        if let ended = subject.ended { return ended.details }
        guard let machine = subject.machine else {
            let isActive = archive.active == run
            return RunDetails(
                unreadable: run,
                problem: subject.problem ?? "The journal can not be read.",
                remains: isActive ? subject.remains : nil,
                owed: isActive ? subject.owed : nil
            )
        }
        var details = RunDetails(
            machine,
            head: subject.head,
            problem: subject.problem,
            progress: progress.parts,
            now: now().seconds
        )
        if active?.run == run {
            tellSilent(&details)
            if let silence = control.freshness?.silence {
                details.sentence = "The pool itself does not answer, and is waited for. \(silence)"
            }
        }
        return details
    }

    /// Hosts that are at work and have stopped answering, as soon as the pool knows: long before the run gives anything up.
    private func tellSilent(_ details: inout RunDetails) {
        let snapshot = control.database.snapshot
        for index in details.hosts.indices {
            let host = details.hosts[index]
            let mayBeDown: Set<HostPhase> = [.restarting, .returning]
            guard host.phase.isActive, !mayBeDown.contains(host.phase), host.reason == nil,
                let row = snapshot.row("host", uuid: host.uuid),
                snapshot.row("host_metrics", row.ref("metrics"))?.bool("live") == false
            else { continue }
            details.hosts[index].reason = "does not answer now"
        }
    }

    /// The evidence of a run.
    ///
    /// - Throws: `UUID_INVALID`; `INTERNAL_ERROR` where its journal can not be used.
    public func report(_ run: String) async throws(APIError) -> RunReport {
        let subject = try await subject(run)
        if let report = subject.ended?.report { return report }
        guard let machine = subject.machine else { throw .internalError(subject.problem ?? "There is no report.") }
        return RunReport(machine, journalHead: subject.head)
    }

    /// Whether a run's journal is as it was written, with its digest.
    ///
    /// - Parameter expectedHead: the head that a report names; nil leaves the end unchecked.
    public func verify(_ run: String, expectedHead: String? = nil) async throws(APIError) -> JournalVerification {
        _ = try await subject(run)
        do throws(JournalError) {
            return JournalVerification(try archive.bytes(run), expectedHead: expectedHead)
        } catch {
            throw .internalError(error.description)
        }
    }

    /// What a word would lead to, in sentences, to be shown before it is said; nil where the run would not hear it.
    public func consequence(of word: OperatorWord, for run: String) async throws(APIError) -> String? {
        let subject = try await subject(run)
        if let ended = subject.ended {
            // One that has ended hears nothing but a word on what it owes.
            guard ended.details.obligations.contains(where: { $0.state == .open }) else { return nil }
        }
        guard let machine = await machine(of: run, subject) else {
            guard word == .cancel, archive.active == run else { return nil }
            let debts = try await details(run).obligations.map(\.text)
            let left = LostRun.leftovers(in: control.database.snapshot)
            let owed =
                !debts.isEmpty
                ? debts.joined(separator: "; ")
                : left.isEmpty
                    ? "high availability, disabled hosts, stopped VMs"
                    : left.joined(separator: "; ")
            return "The run can not be carried on: it is given up, and another can begin. Its journal is kept. "
                + "Nobody gives back what it had switched off: look at \(owed)."
        }
        return machine.refusal(of: word) == nil ? machine.consequence(of: word) : nil
    }

    /// What all runs still owe.
    public func obligations() async -> [RunDetails.Debt] {
        var open: [RunDetails.Debt] = []
        for run in await runs {
            var known = outlines[run]?.details
            if known == nil { known = try? await details(run) }
            guard let details = known else { continue }
            open += details.obligations.filter { $0.state == .open }
        }
        return open
    }

    /// All runs that have ended, with the time when they began in seconds since the epoch, the oldest first.
    public var beginnings: [(run: String, started: Int64)] {
        let runs = archive.runs.filter { $0 != archive.active && $0 != active?.run && isShown($0) }
        return runs.map { ($0, started($0)) }.sorted { $0.started < $1.started }
    }

    /// A run that has ended as its journal tells it; nil where that can not be used.
    public func snapshot(of run: String) async -> RunSnapshot? {
        let read = await Task.detached { [archive] in archive.read(run) }.value
        return read.machine.map { RunSnapshot(machine: $0, journalHead: read.head) }
    }

    /// Whether a run is in the way that can not be carried on.
    public var isBlocked: Bool { active == nil && archive.active != nil }

    func subject(_ run: String) async throws(APIError) -> PastRun {
        if let active, active.run == run { return PastRun(await active.keeper.snapshot) }
        return try await load(run)
    }

    /// A run's machine, replayed where it has ended; nil where its journal can not be used.
    func machine(of run: String, _ subject: PastRun) async -> RolloutMachine? {
        guard subject.ended != nil else { return subject.machine }
        return await Task.detached { [archive] in archive.read(run).machine }.value
    }
}

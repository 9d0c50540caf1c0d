import PoolOperations
public import Rollout
public import XenAPI

/// What there is to see of the runs.
extension RolloutService {
    /// The ids of all runs, the newest first.
    public var runs: [String] {
        get async {
            var all: [(run: String, started: Int64)] = past.map { ($0, $1.machine?.events.first?.at ?? 0) }
            if let active {
                all.removeAll { $0.run == active.run }
                all.append((active.run, await active.keeper.machine.events.first?.at ?? .max))
            }
            return all.sorted { ($1.started, $1.run) < ($0.started, $0.run) }.map(\.run)
        }
    }

    /// What runs that have ended took, the newest first: the next plan expects the same.
    var earlierTimes: [RunTimes] {
        past.values.sorted { ($0.machine?.events.first?.at ?? 0) > ($1.machine?.events.first?.at ?? 0) }.map(\.times)
    }

    /// Everything there is to show of a run.
    ///
    /// - Throws: `UUID_INVALID` where there is no such run.
    public func details(_ run: String) async throws(APIError) -> RunDetails {
        let subject = try await subject(run)
        guard let machine = subject.machine else {
            return RunDetails(
                unreadable: run,
                problem: subject.problem ?? "The journal can not be read.",
                remains: archive.active == run ? subject.remains : nil
            )
        }
        return RunDetails(
            machine,
            head: subject.head,
            problem: subject.problem,
            progress: progress.parts,
            now: pool.now().seconds
        )
    }

    /// The evidence of a run.
    ///
    /// - Throws: `UUID_INVALID`; `INTERNAL_ERROR` where its journal can not be used.
    public func report(_ run: String) async throws(APIError) -> RunReport {
        let subject = try await subject(run)
        guard let machine = subject.machine else { throw .internalError(subject.problem ?? "") }
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
        guard let machine = try await subject(run).machine else {
            guard word == .cancel, archive.active == run else { return nil }
            let debts = try await details(run).obligations.map(\.text)
            let owed = debts.isEmpty ? "high availability, disabled hosts, stopped VMs" : debts.joined(separator: "; ")
            return "The run can not be carried on: it is given up, and another can begin. Its journal is kept. "
                + "Nobody gives back what it had switched off: look at \(owed)."
        }
        return machine.refusal(of: word) == nil ? machine.consequence(of: word) : nil
    }

    /// What all runs still owe.
    public func obligations() async -> [RunDetails.Debt] {
        var open: [RunDetails.Debt] = []
        for run in await runs {
            guard let details = try? await details(run) else { continue }
            open += details.obligations.filter { $0.state == .open }
        }
        return open
    }

    func subject(_ run: String) async throws(APIError) -> PastRun {
        if let active, active.run == run { return PastRun(await active.keeper.snapshot) }
        guard let known = past[run] else { throw .uuidInvalid("rollout", run) }
        return known
    }
}

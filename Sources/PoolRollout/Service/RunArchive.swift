import FoundationEssentials
import Rollout

/// A run as its journal tells it.
struct PastRun: Sendable {
    /// Nil where the journal can not be used.
    var machine: RolloutMachine?
    /// The digest of the journal's last record.
    var head: String
    /// Why the journal can not be used, or the run goes no further.
    var problem: String?
    /// What it had come to when its journal was last as it should be, where it can not be used now.
    var remains: RolloutMachine?
    /// How long its steps took.
    var times = RunTimes()
}

extension PastRun {
    /// As its keeper has it now.
    init(_ snapshot: RunSnapshot, times: RunTimes = RunTimes()) {
        self.init(
            machine: snapshot.machine,
            head: snapshot.journalHead,
            problem: snapshot.failure?.description,
            times: times
        )
    }
}

/// The journals below `runs/` of the state directory.
struct RunArchive: Sendable {
    let directory: String

    /// The ids of the runs that have a journal.
    var runs: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(Self.suffix) }.map { String($0.dropLast(Self.suffix.count)) }.sorted()
    }

    /// The run that is active, or was when its controller died.
    var active: String? { RunLock(directory: directory)?.run }

    /// Lets another run begin although this one has not ended.
    ///
    /// - Returns: false where this run is not the active one, or that could not be written.
    func giveUp(_ run: String) -> Bool {
        guard let lock = RunLock(directory: directory), lock.run == run else { return false }
        return lock.set(run: nil)
    }

    func bytes(_ run: String) throws(JournalError) -> [UInt8] {
        try JournalFile.bytes(of: directory + "/" + run + Self.suffix)
    }

    /// Replays a journal. One that is broken, or another version's, is told and kept.
    func read(_ run: String) -> PastRun {
        do throws(JournalError) {
            let contents = try Journal.read(try bytes(run), digest: Journal.sha256)
            return PastRun(
                machine: try Controller(replaying: contents).machine,
                head: contents.journal.head,
                problem: nil,
                times: RunTimes(contents)
            )
        } catch {
            return PastRun(machine: nil, head: "", problem: error.description, remains: remains(run))
        }
    }

    /// As far as the journal is intact, and this program agrees with it.
    private func remains(_ run: String) -> RolloutMachine? {
        guard let bytes = try? bytes(run) else { return nil }
        var contents = Journal.intactPart(bytes, digest: Journal.sha256)
        do throws(JournalError) {
            return try Controller(replaying: contents).machine
        } catch {
            guard case .diverged(let record) = error else { return nil }
            contents.records.removeSubrange((record - 1)...)
            return try? Controller(replaying: contents).machine
        }
    }

    private static let suffix = ".journal"
}

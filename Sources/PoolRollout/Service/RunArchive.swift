import FoundationEssentials
import PoolDatabase
import Rollout
import Storage

/// The runs below `runs/` of the state directory: of each its journal (`ID.journal`); while it goes on what it owes
/// (`ID.owed`); and from its end on what it came to (`ID.ended`), so that nobody has to replay it.
struct RunArchive: Sendable {
    let directory: String

    /// The ids of the runs that have a journal, or have left something else.
    var runs: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let runs = names.compactMap { name in
            Kind.allCases.first { name.hasSuffix($0.suffix) }.map { String(name.dropLast($0.suffix.count)) }
        }
        return Set(runs).sorted()
    }

    /// The run that is active, or was when its controller died. What is no name of a run is none.
    var active: String? { RunLock(directory: directory)?.run.flatMap { RunKeeper.isName($0) ? $0 : nil } }

    /// Makes a run the active one where none is: `active` did not say so any more.
    func takeUp(_ run: String) -> Bool {
        guard active == nil, let lock = RunLock(directory: directory) else { return false }
        return lock.set(run: run)
    }

    /// Empties `active` where what stands there names no run, so that it is in nobody's way.
    func clearNonsense() {
        guard let lock = RunLock(directory: directory), let run = lock.run, !RunKeeper.isName(run) else { return }
        _ = lock.set(run: nil)
    }

    /// Lets another run begin although this one has not ended.
    ///
    /// - Returns: false where this run is not the active one, or that could not be written.
    func giveUp(_ run: String) -> Bool {
        guard let lock = RunLock(directory: directory), lock.run == run else { return false }
        return lock.set(run: nil)
    }

    func bytes(_ run: String) throws(JournalError) -> [UInt8] { try JournalFile.bytes(of: path(run, .journal)) }

    // MARK: What is kept beside the journals

    /// What a run came to, as it was told at its end; nil where it has not ended, or nobody has written it down.
    func ended(_ run: String) -> EndedRun? {
        FileManager.default.contents(atPath: path(run, .ended)).flatMap { EndedRun(Array($0)) }
    }

    /// The part of it that is enough for lists.
    func outline(_ run: String) -> EndedRun.Outline? {
        FileManager.default.contents(atPath: path(run, .ended)).flatMap { EndedRun.Outline(Array($0)) }
    }

    /// Keeps what a run came to; from then on it owes what stands there.
    func keep(_ run: EndedRun) {
        // Without the file, the journal is replayed once more.
        guard let bytes = run.encoded, (try? AtomicFile.replace(path(run.details.run, .ended), with: bytes)) != nil
        else {
            return
        }
        forgetOwed(run.details.run)
    }

    func owed(_ run: String) -> OwedByRun? {
        guard let bytes = FileManager.default.contents(atPath: path(run, .owed)) else { return nil }
        return try? JSONDecoder().decode(OwedByRun.self, from: bytes)
    }

    /// Writes down what a run owes, for the case that its journal gets lost.
    func keep(_ owed: OwedByRun) {
        guard let bytes = try? JSONEncoder().encode(owed) else { return }
        try? AtomicFile.replace(path(owed.run, .owed), with: Array(bytes))
    }

    func forgetOwed(_ run: String) { try? FileManager.default.removeItem(atPath: path(run, .owed)) }

    /// When a run's journal was written last, in seconds since the epoch; 0 where it has none.
    func written(_ run: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(run, .journal))
        return (attributes?[.modificationDate] as? Date).map { Int64($0.timeIntervalSince1970) } ?? 0
    }

    // MARK: Marks in the pool

    private static let marked = ".marked"

    /// Runs that have left their mark in the pool, or were about to.
    var marked: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(Self.marked) }.map { String($0.dropLast(Self.marked.count)) }.sorted()
    }

    /// Writes down that a run marks the pool, before it does.
    ///
    /// - Returns: false where that could not be written.
    func noteMark(_ run: String) -> Bool {
        (try? AtomicFile.replace(directory + "/" + run + Self.marked, with: [])) != nil
    }

    func forgetMark(_ run: String) { try? FileManager.default.removeItem(atPath: directory + "/" + run + Self.marked) }

    // MARK: Journals

    /// Replays a journal. One that is broken, lost, or another version's, is told and kept.
    func read(_ run: String) -> PastRun {
        do throws(JournalError) {
            let bytes = try bytes(run)
            let contents = try Journal.read(bytes, digest: Journal.sha256)
            let owed = owed(run)
            // A controller that dies while it writes the first record leaves a part of it, and never zeros.
            if contents.records.isEmpty, bytes.first ?? 0 == 0 || owed != nil {
                throw .empty(path: path(run, .journal))
            }
            if let owed, !contents.contains(head: owed.head) { throw .cutOff(path: path(run, .journal)) }
            return PastRun(
                machine: try Controller(replaying: contents).machine,
                head: contents.journal.head,
                times: RunTimes(contents)
            )
        } catch {
            return PastRun(machine: nil, head: "", problem: error.description, remains: remains(run), owed: owed(run))
        }
    }

    /// Whether a journal holds more than the first record, which is written before the run begins. Looks at its beginning.
    func isBegun(_ run: String) -> Bool {
        guard let bytes = try? JournalFile.bytes(of: path(run, .journal), atMost: 1 << 20) else { return false }
        let start = Journal.intactPart(bytes, digest: Journal.sha256)
        return start.records.count > 1 || bytes[start.length...].contains(0x0A)
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

    private enum Kind: String, CaseIterable {
        case journal, owed, ended

        var suffix: String { "." + rawValue }
    }

    private func path(_ run: String, _ kind: Kind) -> String { directory + "/" + run + kind.suffix }
}

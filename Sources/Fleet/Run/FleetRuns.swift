public import Storage

/// The fleet runs of one state directory: each has a journal, and a log of the words that were said to it.
public struct FleetRuns: Sendable {
    /// A word on its way to the run.
    struct Said: Codable {
        var word: FleetWord
        var by: String
    }

    let storage: any Storage

    /// Opens the runs that a storage holds.
    public init(_ storage: any Storage) { self.storage = storage }

    static func journal(_ run: String) throws(StorageError) -> StorageName { try StorageName("runs/\(run).fleet") }
    static func words(_ run: String) throws(StorageError) -> StorageName { try StorageName("words/\(run).words") }

    /// The ids of all runs, the newest last: they begin with their time.
    public func all() async throws -> [String] {
        try await storage.logs.logs(below: try StorageName("runs"))
            .map(\.text).filter { $0.hasSuffix(".fleet") }
            .map { String($0.split(separator: "/").last?.dropLast(".fleet".count) ?? "") }.sorted()
    }

    /// A run as its journal tells it.
    ///
    /// - Parameter run: nil for the newest.
    /// - Returns: the run, and its journal's head.
    public func read(_ run: String? = nil) async throws -> (machine: FleetMachine, head: String) {
        let all = try await all()
        guard let run = run ?? all.last, all.contains(run) else { throw FleetError.noRun }
        let (journal, inputs) = try await FleetJournal.open(try Self.journal(run), in: storage)
        var machine = FleetMachine()
        for input in inputs { machine.handle(input) }
        return (machine, journal.head)
    }

    /// Says a word to a run: whoever carries it out hears it within a second, or as soon as somebody does.
    public func say(_ word: FleetWord, to run: String, by who: String) async throws {
        let log = try await storage.logs.log(try Self.words(run))
        let line = try Coding.line(Said(word: word, by: who))
        while true {
            let (_, head, _) = try await log.read()
            do throws(StorageError) {
                _ = try await log.append(line, after: head)
                return
            } catch {
                // Somebody else has said something meanwhile.
                guard case .conflict = error else { throw error }
            }
        }
    }

    /// The words of a run's log after the first so many.
    static func heard(_ log: any AppendLog, after count: Int) async throws -> [Said] {
        let (lines, _, _) = try await log.read()
        return try lines.dropFirst(count).map { try Coding.read(Said.self, $0) }
    }

    /// Takes the right to carry a run out.
    ///
    /// - Throws: ``FleetError/busy(holder:)`` while another process has it.
    public func lease(holder: String) async throws -> any Lease {
        let name = try StorageName("driver")
        guard let lease = try await storage.leases.acquire(name, holder: holder) else {
            throw FleetError.busy(holder: try await storage.leases.holder(of: name)?.holder ?? "")
        }
        return lease
    }
}

/// A machine and its journal, taken together: every input is written down before it is handled, and every intent before
/// anything of it is begun. The shell and the simulator run this code; they differ in where the bytes go.
public struct Controller: Sendable {
    public private(set) var machine = RolloutMachine()
    public private(set) var journal: Journal
    private var known: [Obligation] = []

    /// A controller of a new run.
    public init(digest: @escaping Journal.Digest) {
        journal = Journal(digest: digest)
    }

    /// Takes a run over from its journal. Say ``Input/restarted(at:)`` next.
    ///
    /// - Throws: ``JournalError`` where the journal is broken, or is not what this program would have written.
    public init(replaying contents: Journal.Contents) throws(JournalError) {
        journal = contents.journal
        var wanted: Journal.Intent?
        for (index, record) in contents.records.enumerated() {
            if let input = record.input {
                wanted = intent(machine.handle(input))
            } else if let intent = record.intent {
                guard intent == wanted else { throw .diverged(record: index + 1) }
                wanted = nil
            }
        }
    }

    /// The first record of a new journal.
    public mutating func open(run: String, writer: String) throws(JournalError) -> [UInt8] {
        try journal.append(.opening(run: run, by: writer))
    }

    /// The line to be put on disk before ``handle(_:)``.
    public mutating func line(for input: Input) throws(JournalError) -> [UInt8] {
        try journal.append(.input(input))
    }

    /// Handles an input that is on disk.
    ///
    /// - Returns: what is to be done, and the line to be put on disk before anything of it is begun; nil where there is
    ///   nothing to write.
    public mutating func handle(_ input: Input) throws(JournalError) -> (effects: [Effect], line: [UInt8]?) {
        let effects = machine.handle(input)
        guard let intent = intent(effects) else { return (effects, nil) }
        return (effects, try journal.append(.intent(intent)))
    }

    private mutating func intent(_ effects: [Effect]) -> Journal.Intent? {
        var changed: [Obligation] = []
        for (index, obligation) in machine.obligations.enumerated()
        where index >= known.count || known[index] != obligation { changed.append(obligation) }
        known = machine.obligations
        guard !effects.isEmpty || !changed.isEmpty else { return nil }
        let texts = effects.map { "\($0.id.number) \($0.isQuestion ? "? " : "")\($0.action)" }
        return Journal.Intent(effects: texts, obligations: changed)
    }
}

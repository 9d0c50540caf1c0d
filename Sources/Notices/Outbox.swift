import Basics
import Foundation
import Storage

/// What is on its way to receivers, on disk before anybody is told: a notice that was put in is delivered by this server or the next
/// one, or given up and told of, and is put in once.
actor Outbox {
    /// A notice for one receiver.
    struct Letter: Codable, Hashable, Sendable {
        var notice: Notice
        var receiver: String
        /// Attempts that failed.
        var attempts = 0
        /// Not before this, in seconds since the epoch.
        var due: Int64
        /// Why the last attempt failed.
        var problem: String?
    }

    /// What is known of a run.
    private struct Known: Codable, Sendable {
        /// The ids of its notices.
        var ids: Set<String> = []
        /// Whether its end was among them, so that nothing more is to come of it.
        var isOver = false
    }

    private struct Contents: Codable, Sendable {
        var version = 1
        /// When the newest run began that was heard of, or when the outbox was made: what began before is nobody's news.
        var newest: Int64
        var runs: [String: Known] = [:]
        /// The runs in the order in which they were first heard of.
        var order: [String] = []
        /// The ids of what is so for the time being, and was told; nil in what was kept of before there was any.
        var standing: Set<String>?
        var waiting: [Letter] = []
        /// The newest of those that were given up.
        var givenUp: [Letter] = []
    }

    /// Runs of which the ids are remembered: the next server tells of none of them again.
    private static let mostRuns = 200
    /// Letters that wait; the oldest is given up for one more.
    private static let mostLetters = 2_000
    private static let mostGivenUp = 100
    private static let largest = 64 << 20

    private let path: String
    private let executor = BlockingExecutor(label: "outbox")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var contents: Contents
    private var hasUnwritten = false

    /// Opens the outbox of a state directory, or makes it.
    ///
    /// - Parameter onDamage: told where one that is damaged, or of another version, was put aside: what waited in it is not sent,
    ///   which is no reason not to serve the pool.
    /// - Throws: ``StorageError`` where it can not be read or put aside.
    init(path: String, now: Int64, onDamage: (String) -> Void = { _ in }) throws(StorageError) {
        self.path = path
        contents = Contents(newest: now)
        guard let bytes = try AtomicFile.read(path, limit: Self.largest) else { return }
        if let read = try? JSONDecoder().decode(Contents.self, from: Data(bytes)), read.version == 1 {
            contents = read
        } else {
            let aside = path + ".damaged"
            try AtomicFile.replace(aside, with: bytes)
            onDamage(aside)
        }
    }

    /// Whether something may have happened to a run that nobody was told of, because a server ended too early.
    ///
    /// - Parameter started: when the run began, in seconds since the epoch.
    func lacks(_ run: String, started: Int64) -> Bool {
        contents.runs[run].map { !$0.isOver } ?? (started >= contents.newest)
    }

    /// Puts in what is new among a run's notices, and returns once that is on disk.
    ///
    /// - Parameters:
    ///   - started: when it began, in seconds since the epoch.
    ///   - receivers: who gets which events.
    ///   - isOver: whether nothing more is to come of the run.
    func put(
        _ notices: [Notice],
        of run: String,
        started: Int64,
        for receivers: [Receiver],
        isOver: Bool,
        now: Int64
    ) throws {
        var known = contents.runs[run] ?? Known()
        guard !known.isOver else { return }
        let new = notices.filter { !known.ids.contains($0.id) }
        guard !new.isEmpty || isOver || hasUnwritten else { return }
        if contents.runs[run] == nil { contents.order.append(run) }
        known.ids.formUnion(new.map(\.id))
        known.isOver = isOver
        contents.runs[run] = known
        contents.newest = max(contents.newest, started)
        try send(new, to: receivers, now: now)
    }

    /// Puts in what is so for the time being and was not told yet. What is so no more is forgotten: it is told again where it comes
    /// back.
    func put(standing notices: [Notice], for receivers: [Receiver], now: Int64) throws {
        let known = contents.standing ?? []
        let ids = Set(notices.map(\.id))
        guard ids != known else { return }
        contents.standing = ids
        try send(notices.filter { !known.contains($0.id) }, to: receivers, now: now)
    }

    private func send(_ notices: [Notice], to receivers: [Receiver], now: Int64) throws {
        for notice in notices {
            for receiver in receivers where receiver.wants(notice.event) {
                contents.waiting.append(Letter(notice: notice, receiver: receiver.name, due: now))
            }
        }
        trim()
        hasUnwritten = true
        try write()
    }

    /// The letter that a receiver is to get first of those that may be sent now.
    func next(for receiver: String, at now: Int64) -> Letter? {
        contents.waiting.first { $0.receiver == receiver && $0.due <= now }
    }

    /// When a receiver is to get the next letter, in seconds since the epoch; nil where none waits.
    func nextDue(for receiver: String) -> Int64? {
        contents.waiting.lazy.filter { $0.receiver == receiver }.map(\.due).min()
    }

    /// Takes note that a letter has arrived, that it is to be tried again, or that it is given up.
    ///
    /// - Parameters:
    ///   - problem: why it has not; nil where it has.
    ///   - due: when it is tried again; nil where it is not.
    func settle(_ letter: Letter, problem: String? = nil, due: Int64? = nil) throws {
        guard let index = contents.waiting.firstIndex(where: { $0.isSame(as: letter) }) else { return }
        if let problem {
            contents.waiting[index].attempts += 1
            contents.waiting[index].problem = problem
            if let due {
                contents.waiting[index].due = due
            } else {
                contents.givenUp.append(contents.waiting.remove(at: index))
            }
        } else {
            contents.waiting.remove(at: index)
        }
        trim()
        hasUnwritten = true
        try write()
    }

    /// What waits, and what was given up, the oldest first.
    var letters: (waiting: [Letter], givenUp: [Letter]) { (contents.waiting, contents.givenUp) }

    private func trim() {
        let tooMany = max(0, contents.waiting.count - Self.mostLetters)
        contents.givenUp += contents.waiting.prefix(tooMany)
        contents.waiting.removeFirst(tooMany)
        contents.givenUp.removeFirst(max(0, contents.givenUp.count - Self.mostGivenUp))
        while contents.order.count > Self.mostRuns, let oldest = contents.order.first {
            contents.order.removeFirst()
            contents.runs[oldest] = nil
        }
    }

    private func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try AtomicFile.replace(path, with: Array(try encoder.encode(contents)))
        hasUnwritten = false
    }
}

extension Outbox.Letter {
    fileprivate func isSame(as other: Self) -> Bool { notice.id == other.notice.id && receiver == other.receiver }
}

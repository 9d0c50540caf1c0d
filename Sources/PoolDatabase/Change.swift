public import XenAPI

/// One change of one object, as events report it.
public struct Change: Sendable, Hashable {
    /// What happened to the object.
    public enum Operation: String, Sendable {
        case add
        case modify = "mod"
        case delete = "del"
    }

    /// The generation in which it happened.
    public let generation: Int64
    /// The object's class.
    public let table: String
    /// The object.
    public let ref: Ref
    /// What happened.
    public let operation: Operation

    /// Creates a change.
    public init(generation: Int64, table: String, ref: Ref, operation: Operation) {
        (self.generation, self.table, self.ref, self.operation) = (generation, table, ref, operation)
    }
}

/// Which changes somebody wants to hear of.
public struct Interest: Sendable, Hashable {
    /// Classes all of whose objects matter; nil for every class.
    private let tables: Set<String>?
    /// Single objects that matter besides.
    private let objects: Set<Ref>

    /// An interest in whole classes and in single objects.
    public init(tables: Set<String>, objects: Set<Ref> = []) {
        self.tables = tables
        self.objects = objects
    }

    private init() {
        tables = nil
        objects = []
    }

    /// An interest in everything that happens.
    public static let everything = Interest()

    /// Whether a change is one of those.
    public func contains(_ change: Change) -> Bool { contains(table: change.table, ref: change.ref) }

    /// Whether an object's changes are among those.
    public func contains(table: String, ref: Ref) -> Bool {
        tables.map { $0.contains(table) || objects.contains(ref) } ?? true
    }
}

/// The latest changes, oldest first; bounded, so that a pool that runs for years does not grow.
struct ChangeLog: Sendable {
    private var changes: [Change] = []
    /// Everything up to this generation may be missing.
    private var forgottenUpTo: Int64

    /// More changes than this are not kept.
    static let limit = 10_000

    init(from generation: Int64 = 0) { forgottenUpTo = generation }

    mutating func append(_ new: [Change], at generation: Int64) {
        changes += new
        guard changes.count > Self.limit else { return }
        // A tenth more than need be, so that it does not happen again at once; a generation goes whole.
        forgottenUpTo = min(generation, changes[changes.count - Self.limit * 9 / 10].generation)
        changes.removeSubrange(..<start(after: forgottenUpTo))
    }

    /// What happened after a generation; nil where some of it is forgotten.
    func changes(after generation: Int64) -> ArraySlice<Change>? {
        generation < forgottenUpTo ? nil : changes[start(after: generation)...]
    }

    /// Where the changes later than a generation begin.
    private func start(after generation: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].generation <= generation { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

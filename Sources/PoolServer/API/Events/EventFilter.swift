import Datamodel
import PoolDatabase
import XenAPI

/// Which events a caller asks for: classes by name in any case, `*` for all, `class/OpaqueRef:…` for one object.
struct EventFilter: Sendable {
    /// Whole classes.
    private(set) var tables: Set<String> = []
    /// Single objects and their classes.
    private(set) var objects: [Ref: String] = [:]

    /// Every class whose objects make events, by its name in lower case.
    static let tables: [String: String] = Dictionary(
        uniqueKeysWithValues: Datamodel.offered.filter(\.emitsEvents)
            .map { ($0.name.lowercased(), $0.name) }
    )

    /// Names of classes that do not exist are passed over: no event will ever be of them.
    init(_ names: [String]) {
        for name in names {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            if name == "*" {
                tables.formUnion(Self.tables.values)
            } else if let table = Self.tables[(parts.first ?? "").lowercased()] {
                if parts.count == 2 { objects[Ref(parts[1])] = table } else { tables.insert(table) }
            }
        }
    }

    init() {}

    /// All classes that it is about.
    var classes: [String] { tables.union(objects.values).sorted() }

    func contains(_ change: Change) -> Bool {
        tables.contains(change.table) || objects[change.ref] == change.table
    }

    /// What to wake for: these events, and the end of the session that asks.
    func interest(of session: Ref) -> Interest {
        Interest(tables: tables, objects: Set(objects.keys).union([session]))
    }

    mutating func formUnion(_ other: EventFilter) {
        tables.formUnion(other.tables)
        objects.merge(other.objects) { $1 }
    }

    mutating func subtract(_ other: EventFilter) {
        tables.subtract(other.tables)
        for ref in other.objects.keys { objects[ref] = nil }
    }
}

/// How far a caller of `event.from` has read: the pool's generation, and which run of the server counted it.
///
/// Both are written with 20 digits, as XenServer does since 6.1, so that tokens compare as texts.
struct EventToken: Hashable, Sendable {
    /// Everything up to this generation has been told.
    let generation: Int64
    /// When the server started, in seconds. A restart forgets changes that were not kept on disk, so that its
    /// generations can not be compared with those of the run before.
    let run: Int64

    /// - Throws: `EVENT_FROM_TOKEN_PARSE_FAILURE` where the text is no token.
    init(_ text: String) throws(APIError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let generation = parts[0], let run = parts[1], generation >= 0 else {
            throw APIError("EVENT_FROM_TOKEN_PARSE_FAILURE", [String(text.prefix(200))])
        }
        self.init(generation: generation, run: run)
    }

    init(generation: Int64, run: Int64) {
        self.generation = generation
        self.run = run
    }

    var text: String { [generation, run].map(Self.padded).joined(separator: ",") }

    private static func padded(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }
}

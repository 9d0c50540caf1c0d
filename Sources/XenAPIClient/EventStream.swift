public import XenAPI

/// One change of one object, as a server tells of it.
public struct PoolEvent: Sendable, Hashable {
    /// What happened to the object.
    public enum Operation: String, Sendable {
        case add
        case modify = "mod"
        case delete = "del"
    }

    /// The object's class, in lower case whatever the class's own spelling.
    public let table: String
    /// The object.
    public let ref: Ref
    /// What happened.
    public let operation: Operation
    /// The whole record as it is now; nil where it is gone.
    public let snapshot: Value?

    /// An event.
    public init(table: String, ref: Ref, operation: Operation, snapshot: Value?) {
        (self.table, self.ref, self.operation, self.snapshot) = (table, ref, operation, snapshot)
    }
}

/// What one question for events brought.
public struct EventBatch: Sendable {
    /// Whether this is everything there is, and not what changed: the first batch, and each after events were lost.
    public let isWhole: Bool
    /// What happened, in order; empty where nothing did for a while.
    public let events: [PoolEvent]
    /// How many objects the server has of each class, by the class in lower case; empty where it does not tell.
    public let counts: [String: Int64]

    /// A batch.
    public init(isWhole: Bool, events: [PoolEvent], counts: [String: Int64]) {
        (self.isWhole, self.events, self.counts) = (isWhole, events, counts)
    }

    static func events(of answer: Value) -> [PoolEvent] {
        (answer["events"]?.elements ?? answer.elements ?? []).compactMap { event in
            guard let table = event["class"]?.text, let ref = event["ref"]?.text ?? event["opaqueref"]?.text,
                let operation = event["operation"]?.text.flatMap(PoolEvent.Operation.init(rawValue:))
            else { return nil }
            let snapshot = event["snapshot"].flatMap { $0.members == nil ? nil : $0 }
            return PoolEvent(table: table.lowercased(), ref: Ref(ref), operation: operation, snapshot: snapshot)
        }
    }

    static func counts(of answer: Value) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for member in answer["valid_ref_counts"]?.members ?? [] {
            guard let number = member.value.number, let count = Int64(exactly: number) else { continue }
            counts[member.key.lowercased()] = count
        }
        return counts
    }
}

/// What happens in a pool, batch by batch: whoever asks for the next one waits for it at the server.
///
/// A batch without events comes when nothing happened for a while: it says that all before is still true. An error does not
/// end the sequence: asking again goes on from where it was, or with a whole batch where the server has lost that.
public struct EventStream: AsyncSequence, Sendable {
    public typealias Element = EventBatch
    public typealias Failure = XenAPIError

    let client: XenAPIClient
    let classes: [String]

    public func makeAsyncIterator() -> Iterator { Iterator(client: client, classes: classes) }

    /// Asks, one question after another.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        private let client: XenAPIClient
        private let classes: [String]
        private var token = ""
        private var session: Ref?
        /// Whether the server knows `event.from`; 5.x does not.
        private var knowsFrom = true

        init(client: XenAPIClient, classes: [String]) { (self.client, self.classes) = (client, classes) }

        /// The next batch is everything, whatever was told before.
        public mutating func startOver() {
            token = ""
            session = nil
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(XenAPIError) -> EventBatch? {
            try await next()
        }

        public mutating func next() async throws(XenAPIError) -> EventBatch? {
            while knowsFrom {
                do throws(XenAPIError) {
                    if let batch = try await from() { return batch }
                } catch {
                    switch error.code {
                    case "EVENTS_LOST" where !token.isEmpty: token = ""
                    case "EVENT_FROM_TOKEN_PARSE_FAILURE" where !token.isEmpty: token = ""
                    case _ where error.isUnknownMessage:
                        knowsFrom = false
                        session = nil
                    default: throw error
                    }
                }
            }
            return try await registered()
        }

        /// Nil where the session was renewed under the question: a token means nothing to another server, nor to the
        /// same one after a restart.
        private mutating func from() async throws(XenAPIError) -> EventBatch? {
            let current = try await client.currentSession()
            if current != session { token = "" }
            session = current
            let limits = client.limits
            let answer = try await client.call(
                "event.from",
                [.strings(classes), .string(token), .float(limits.eventWait.seconds)],
                within: Swift.max(limits.eventWait, limits.call) + limits.eventGrace
            )
            guard try await client.currentSession() == current else { return nil }
            let isWhole = token.isEmpty
            token = answer["token"]?.text ?? ""
            return EventBatch(
                isWhole: isWhole,
                events: EventBatch.events(of: answer),
                counts: EventBatch.counts(of: answer)
            )
        }

        /// The older way: what is registered is told by `event.next`, and what was there before is read.
        private mutating func registered() async throws(XenAPIError) -> EventBatch {
            let current = try await client.currentSession()
            if current == session {
                do throws(XenAPIError) {
                    let limits = client.limits
                    // A server sends some event every half minute.
                    let answer = try await client.call("event.next", [], within: limits.call + limits.eventGrace)
                    return EventBatch(isWhole: false, events: EventBatch.events(of: answer), counts: [:])
                } catch {
                    guard ["EVENTS_LOST", "SESSION_NOT_REGISTERED"].contains(error.code) else { throw error }
                    if error.code == "EVENTS_LOST" { try await client.call("event.unregister", [.strings(classes)]) }
                }
            }
            session = nil
            try await client.call("event.register", [.strings(classes)])
            var events: [PoolEvent] = []
            for table in classes {
                do throws(XenAPIError) {
                    let records = try await client.call("\(table).get_all_records").members ?? []
                    events += records.map {
                        PoolEvent(table: table.lowercased(), ref: Ref($0.key), operation: .add, snapshot: $0.value)
                    }
                } catch {
                    guard error.isUnknownMessage else { throw error }
                }
            }
            session = try await client.currentSession()
            return EventBatch(isWhole: true, events: events, counts: [:])
        }
    }
}

extension XenAPIClient {
    /// What happens to the objects of some classes; the first batch has all of them.
    ///
    /// - Parameter classes: in their own spelling, such as `VM` and `host_metrics`. A class that the server lacks is
    ///   silently empty.
    public nonisolated func events(of classes: [String]) -> EventStream { EventStream(client: self, classes: classes) }
}

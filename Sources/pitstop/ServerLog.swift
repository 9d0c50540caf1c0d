import Basics
import Logging
import XenAPI

/// The server's log: a line for each event on standard error. Reasons and names that hosts and strangers gave begin no line of
/// their own, and where nobody reads them the server goes on.
struct ServerLog: LogHandler {
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]
    /// The time of day.
    let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let text = "\(now().iso8601) \(event.level): \(event.message)" + facts.map { " \($0.key)=\($0.value)" }.joined()
        try? StandardStream.error.write((text.escaped(for: .line) + "\n").utf8)
    }
}

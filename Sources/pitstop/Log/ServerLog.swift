import Foundation
import Logging
import XenAPI

/// The server's log: a line for each event. Names, reasons and answers that hosts and strangers gave begin no line of their own,
/// and drive nobody's terminal.
struct ServerLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: LogFormat
    let writer: LogWriter
    /// The time of day, in milliseconds since the epoch.
    let now: @Sendable () -> Int64

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        writer.write(format.line(event.level, "\(event.message)", facts, at: now()))
    }

    /// The loggers of a server: the first tells what happens to the pool and who did it, the second what libraries say, of which
    /// only what an operator has to know is wanted unless somebody looks for a fault.
    static func loggers(
        _ format: LogFormat,
        from level: LogLevel,
        to writer: LogWriter
    ) -> (own: Logger, libraries: Logger) {
        let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
        func logger(_ level: Logger.Level) -> Logger {
            Logger(label: "pitstop") { _ in ServerLog(logLevel: level, format: format, writer: writer, now: now) }
        }
        return (logger(level.level), logger(level.level <= .debug ? level.level : max(level.level, .notice)))
    }
}

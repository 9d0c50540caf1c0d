import ArgumentParser
import Basics
import Foundation
import Glibc
import Logging
import PoolDatabase
import XenAPI

/// How a line of the log looks.
enum LogFormat: Hashable, Sendable {
    /// Time, level, message, and facts as `name=value`.
    case text
    /// The same for systemd's journal, which notes the time itself, and reads the level from `<N>` at the beginning.
    case journal
    /// One JSON object: `time`, `level`, `event`, `message`, and the facts under their names.
    case json

    /// The line, with its end.
    func line(
        _ level: Logger.Level,
        _ message: String,
        _ facts: Logger.Metadata,
        at milliseconds: Int64
    ) -> String {
        let line =
            switch self {
            case .text: "\(Self.seconds(milliseconds).iso8601) \(level): \(Self.sentence(message, facts))"
            case .journal: "<\(Self.priority(level))>\(Self.sentence(message, facts))"
            case .json: Self.object(level, message, facts, milliseconds)
            }
        return line.escaped(for: .line) + "\n"
    }

    private static func seconds(_ milliseconds: Int64) -> Timestamp { Timestamp(seconds: milliseconds / 1000) }

    /// The event's name first, then the other facts by name.
    private static func sorted(_ facts: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
        facts.sorted { $0.key == "event" || $1.key != "event" && $0.key < $1.key }
    }

    private static func sentence(_ message: String, _ facts: Logger.Metadata) -> String {
        message + sorted(facts).map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
    }

    /// A value that could be taken for more than one is put in quotes.
    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" }) else {
            return value
        }
        return String(decoding: JSON.encode(.string(value)), as: UTF8.self)
    }

    private static func object(
        _ level: Logger.Level,
        _ message: String,
        _ facts: Logger.Metadata,
        _ milliseconds: Int64
    ) -> String {
        let own: Set<String> = ["time", "level", "message"]
        var members = [
            Value.Member("time", .string(time(milliseconds))), Value.Member("level", .string(level.rawValue)),
        ]
        members += sorted(facts).filter { $0.key == "event" }.map { Value.Member($0.key, value($0.value)) }
        members.append(Value.Member("message", .string(message)))
        for (key, fact) in sorted(facts) where key != "event" {
            members.append(Value.Member(own.contains(key) ? "fact." + key : key, value(fact)))
        }
        return String(decoding: JSON.encode(.map(members)), as: UTF8.self)
    }

    private static func value(_ fact: Logger.MetadataValue) -> Value {
        switch fact {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string("\(value)")
        case .array(let values): .set(values.map { self.value($0) })
        case .dictionary(let facts): .map(sorted(facts).map { Value.Member($0.key, value($0.value)) })
        }
    }

    /// `2026-11-30T17:25:10.123Z`, as RFC 3339 has it.
    private static func time(_ milliseconds: Int64) -> String {
        let text = seconds(milliseconds).iso8601
        let (date, clock) = (text.prefix { $0 != "T" }, text.drop { $0 != "T" }.dropLast())
        let (month, day) = (date.dropLast(2).suffix(2), date.suffix(2))
        let rest = milliseconds % 1000
        let part = String(repeating: "0", count: rest < 10 ? 2 : rest < 100 ? 1 : 0) + String(rest)
        return "\(date.dropLast(4))-\(month)-\(day)\(clock).\(part)Z"
    }

    /// The level as syslog and the journal count it.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    /// Whether the journal reads standard error: it says of which stream it does.
    static var isReadByJournal: Bool {
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"],
            let status = FileStatus(of: STDERR_FILENO)
        else { return false }
        return stream == "\(status.device):\(status.inode)"
    }
}

/// What `--log-format` takes.
enum LogFormatOption: String, CaseIterable, ExpressibleByArgument {
    case text, json

    var format: LogFormat {
        switch self {
        case .text: LogFormat.isReadByJournal ? .journal : .text
        case .json: .json
        }
    }
}

/// What `--log-level` takes: less than that is not told.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case error, warning, notice, info, debug, trace

    var level: Logger.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .notice: .notice
        case .info: .info
        case .debug: .debug
        case .trace: .trace
        }
    }
}

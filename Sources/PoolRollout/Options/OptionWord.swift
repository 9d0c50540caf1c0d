import Foundation
import Rollout
import XenAPI

/// One option, and how it is to be understood.
struct OptionWord {
    let key: String
    let text: String

    /// What was said, without a password that may be in it.
    func refusal(_ expected: String) -> APIError {
        APIError("VALUE_NOT_SUPPORTED", [key, key.hasPrefix("gate.") ? text.withoutSecrets : text, expected])
    }

    /// What follows the family in a key: `gate.web` is `web`.
    var nameInFamily: String { key.split(separator: ".", maxSplits: 1).dropFirst().first.map(String.init) ?? "" }

    /// Words with commas between them. A comma that belongs to a name has a backslash before it.
    var list: [String] {
        var (words, word, isEscaped) = ([String](), "", false)
        for character in text {
            if isEscaped {
                // Before anything else a backslash is one.
                word += character == "," || character == "\\" ? String(character) : "\\" + String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        if isEscaped { word.append("\\") }
        return (words + [word]).map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    func number() throws(APIError) -> Int64 {
        guard let number = Int64(text), (0...31_536_000).contains(number) else { throw refusal("a number, 0 or more") }
        return number
    }

    /// Seconds after which something is given up; with 0 it would be given up as it begins.
    func limit() throws(APIError) -> Int64 {
        guard let seconds = try? number(), seconds > 0 else {
            throw refusal("a number of seconds, 1 or more: with 0 it would be given up at once")
        }
        return seconds
    }

    /// A uuid in its one spelling: it is the name of a file as well.
    func uuid() throws(APIError) -> String {
        let isOne = text.utf8.count == 36 && UUID(uuidString: text)?.uuidString.lowercased() == text
        guard isOne else { throw refusal("a uuid in small letters") }
        return text
    }

    func flag() throws(APIError) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default: throw refusal("true or false")
        }
    }

    func one<Word: RawRepresentable<String>>(of words: [Word]) throws(APIError) -> Word {
        guard let word = words.first(where: { $0.rawValue == text }) else {
            throw refusal(words.map(\.rawValue).joined(separator: " or "))
        }
        return word
    }

    /// Seconds since the epoch.
    func date(_ text: String) throws(APIError) -> Int64 {
        guard let seconds = ZonedTime.seconds(text) else {
            throw refusal("a time like 2026-11-26T22:00:00Z or 2026-11-26T23:00:00+01:00, with its zone")
        }
        return seconds
    }

    /// Windows at times that are given, and such that come again.
    func windows() throws(APIError) -> (given: [RunPolicy.Window], recurring: [RecurringWindow]) {
        var windows: [RunPolicy.Window] = []
        var recurring: [RecurringWindow] = []
        var days = ""
        for window in list {
            // Days of the week have commas between them, too.
            guard window.contains(where: { $0 == " " || $0 == "/" }) else {
                days += window + ","
                continue
            }
            if let weekly = RecurringWindow(days + window) {
                recurring.append(weekly)
                days = ""
                continue
            }
            let ends = window.split(separator: "T").count == 3 ? window.split(separator: "/").map(String.init) : []
            guard ends.count == 2, days.isEmpty else { throw refusal(Self.windowForms) }
            windows.append(RunPolicy.Window(start: try date(ends[0]), end: try date(ends[1])))
        }
        guard days.isEmpty else { throw refusal(Self.windowForms) }
        return (windows, recurring)
    }

    private static let windowForms =
        "START/END[,START/END], each a time with its zone, or days, times and a zone by its name, as in 'Sat 22:00-04:00 "
        + "Europe/Berlin'"

    /// A program in the server's folder for prechecks; the text is its arguments, with spaces between them.
    func script(_ name: String) throws(APIError) -> Gate { try program(name, in: "prechecks/") }

    /// One in its folder for pairs.
    func pair(_ name: String) throws(APIError) -> Gate { try program(name, in: "pairs/") }

    private func program(_ name: String, in folder: String) throws(APIError) -> Gate {
        guard ProgramFolder.isBareName(name) else {
            throw refusal(
                "the arguments of a program in \(folder) of the server's state directory, named without a path"
            )
        }
        return Gate(name: name, kind: .command(path: name, arguments: text.split(separator: " ").map(String.init)))
    }

    /// `HOST:PORT`; an address of IPv6 stands in brackets.
    private static func address(_ text: Substring) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
            return (String(host.dropFirst().dropLast()), port)
        }
        return host.isEmpty || host.contains { ":[]".contains($0) } ? nil : (String(host), port)
    }

    func gate() throws(APIError) -> Gate.Kind {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.first {
        case "http", "https": return .http(url: text)
        case "tcp":
            guard let (host, port) = Self.address(text.dropFirst("tcp:".count)) else { break }
            return .tcp(host: host, port: port)
        case "program":
            let words = text.dropFirst("program:".count).split(separator: " ").map(String.init)
            guard let name = words.first else { break }
            return .command(path: name, arguments: Array(words.dropFirst()))
        case "vms":
            guard parts.count == 3, let minimum = Int(parts[1]), minimum > 0 else { break }
            return .availability(vms: OptionWord(key: key, text: parts[2]).list, minimum: minimum)
        default: break
        }
        throw refusal(
            "tcp:HOST:PORT (of IPv6 tcp:[ADDRESS]:PORT), http://…, https://…, program:NAME ARGUMENT…, or vms:MINIMUM:UUID,UUID…"
        )
    }
}

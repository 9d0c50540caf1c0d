import PoolRollout
import Rollout
import XenAPI

/// The options of a run that the wizard asks for beside its own few: those of ``RunOption/all`` with a field, as they were
/// typed. What can not be used is kept, too, and flagged where it stands.
struct FurtherOptions: Codable, Hashable, Sendable {
    /// By the option's key.
    private(set) var typed: [String: String] = [:]

    /// The options that there are; in manual mode fewer.
    static func offered(_ options: RunOptions) -> [RunOption] {
        RunOption.all.filter { $0.field != nil && (options.mode == .automatic || !$0.isAutomaticOnly) }
    }

    /// The name of an option's field.
    static func name(_ option: RunOption) -> String { "option-" + option.key.filter { $0 != "." } }

    /// Takes over what a form says. A field that it does not show keeps its answer.
    mutating func take(_ form: Form) {
        for option in RunOption.all where option.field != nil && form.has(Self.name(option)) {
            let text = String(form[Self.name(option)].prefix(Self.longest))
            typed[option.key] = text.allSatisfy(\.isWhitespace) ? nil : text
        }
    }

    private static let longest = 4000

    /// Adds what can be used to a run's options.
    func add(to options: inout RunOptions) {
        for option in Self.offered(options) {
            guard let words = words(option), (try? RunOptions(updates: [], words: words)) != nil else { continue }
            try? options.take(words)
        }
    }

    /// What is wrong with an option's text, for whoever typed it; nil where nothing is.
    ///
    /// - Parameter now: seconds since the epoch.
    func problem(_ option: RunOption, now: Int64) -> String? {
        guard let text = typed[option.key] else { return nil }
        guard let words = words(option) else {
            return option.kind == .time ? Self.noTime : "Give one in a line, as NAME=…, each under a name of its own."
        }
        do throws(APIError) {
            let options = try RunOptions(updates: [], words: words)
            if let time = options.policy.notBefore, time <= now { return Self.noTime }
            return nil
        } catch {
            return "Wanted is \(error.parameters.last ?? "something else than '\(text)'")."
        }
    }

    /// Whether something is wrong with any that such a run is asked.
    func problem(of options: RunOptions, now: Int64) -> Bool {
        Self.offered(options).contains { problem($0, now: now) != nil }
    }

    private static let noTime = "Give a date and a time that are still to come, such as 2016-04-20T06:00."

    /// The words of `rollout.start` for an option; nil where its text has not that form.
    private func words(_ option: RunOption) -> [String: String]? {
        guard let text = typed[option.key]?.trimmingPrefix(while: \.isWhitespace) else { return nil }
        switch option.kind {
        case .time: return LocalTime.seconds(String(text)) == nil ? nil : [option.key: text + ":00Z"]
        case .family:
            var words: [String: String] = [:]
            for line in text.split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    .map { $0.trimmingPrefix(while: \.isWhitespace) }
                guard let name = parts.first, !name.isEmpty else { return nil }
                let key = option.key + String(name)
                guard words[key] == nil else { return nil }
                words[key] = parts.count > 1 ? String(parts[1]) : ""
            }
            return words
        default: return [option.key: String(text)]
        }
    }
}

extension FurtherOptions {
    /// The fields, folded where none of them says anything.
    func fields(_ options: RunOptions, now: Int64, isOpen: Bool, _ off: [Attribute]) -> HTML {
        let offered = Self.offered(options)
        let isSaid = offered.contains { typed[$0.key] != nil }
        return HTML.element(
            "details",
            [.id("further"), .class("further")] + (isSaid || isOpen ? [.open] : []),
            parts {
                summary { "More options" }
                fieldset {
                    legend { "When, and beside what" }
                    for option in offered { field(option, problem(option, now: now), off) }
                }
            }
        )
    }

    private func field(_ option: RunOption, _ problem: String?, _ off: [Attribute]) -> HTML {
        let (name, text) = (Self.name(option), typed[option.key] ?? "")
        var attributes: [Attribute] = [.name(name), .id(name)] + off
        if problem != nil {
            attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-" + name)]
        }
        return div(.class("field")) {
            label(.for(name)) { option.field?.label ?? option.key }
            switch option.kind {
            case .family:
                HTML.element("textarea", attributes + [.rows("2"), .class("wide")], .text(text))
            case .number:
                HTML.element(
                    Tag("input", isVoid: true),
                    attributes + [.type("number"), .min("0"), .value(text)],
                    .empty
                )
            case .time:
                HTML.element(Tag("input", isVoid: true), attributes + [.type("datetime-local"), .value(text)], .empty)
            default: HTML.element(Tag("input", isVoid: true), attributes + [.type("text"), .value(text)], .empty)
            }
            if let note = option.field?.note { small(.class("quiet")) { note } }
            if let problem { p(.id("problem-" + name), .class("error"), .role("alert")) { problem } }
        }
    }
}

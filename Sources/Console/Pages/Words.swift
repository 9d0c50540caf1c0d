import Foundation
import PoolDatabase
import XenAPI

/// Pieces of pages that many pages have.
enum Words {
    /// A time of day: as UTC in the page, as the reader's own time where scripts run.
    static func moment(_ seconds: Int64) -> HTML {
        guard seconds > 0 else { return .text("never") }
        let text = clock(seconds)
        return time(.datetime(text), .data("data-at", String(seconds))) { text }
    }

    /// A time of day in the form in which files and reports have it, such as `2016-04-20T06:00:00Z`.
    static func clock(_ seconds: Int64) -> String {
        let text = Timestamp(seconds: seconds).iso8601
        return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.dropFirst(6))"
    }

    /// How long ago something began, counted up where scripts run.
    static func since(_ seconds: Int64) -> HTML {
        span(.data("data-since", String(seconds))) { "since \(clock(seconds))" }
    }

    /// A duration, such as `3 min 12 s`.
    static func duration(_ seconds: Int) -> String {
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }

    /// How much of something is in use, as a bar and in words.
    static func share(_ used: Int64, of total: Int64, _ name: String, _ words: String) -> HTML {
        parts {
            if total > 0 {
                meter(
                    .min("0"),
                    .max("100"),
                    .value(String(percent(used, of: total))),
                    .aria("aria-label", name)
                ) { "\(percent(used, of: total)) %" }
                " "
            }
            span(.class("share")) { words }
        }
    }

    /// From 0 to 100.
    static func percent(_ part: Int64, of whole: Int64) -> Int {
        guard whole > 0, part > 0 else { return 0 }
        return Int(min(100, (Double(part) / Double(whole) * 100).rounded()))
    }

    static func size(_ bytes: Int64) -> String {
        if bytes < 1 << 10 { return "\(bytes) bytes" }
        let units: [(Int64, String)] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        let (unit, name) = units.first { bytes >= $0.0 } ?? (1, "bytes")
        return "\(bytes / unit).\(bytes % unit * 10 / unit) \(name)"
    }

    /// What a plan expects. Where hosts are modelled their time is none that a clock shows.
    static func expected(_ seconds: Int, isModelled: Bool) -> String {
        duration(seconds) + (isModelled ? " of modelled time" : "")
    }

    /// What modelled time is.
    ///
    /// - Parameter speed: seconds of it that pass in a real one.
    static func modelled(_ speed: Double) -> HTML {
        let ratio = speed == 1 ? "as fast as real time" : "\(speed.formatted()) times as fast as real time"
        return p(.class("quiet")) {
            "The hosts of this pool are modelled: what the plan expects is modelled time, which runs \(ratio)."
        }
    }

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// Names, as many as one reads; of the others, how many there are.
    static func names(_ rows: [Row]) -> String { names(rows.map(\.nameLabel)) }

    static func names(_ names: [String], atMost most: Int = 12) -> String {
        guard names.count > most else { return names.joined(separator: ", ") }
        return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
    }

    /// A host's name, with the words that tell the master.
    static func host(_ row: Row, _ snapshot: Snapshot) -> String {
        row.nameLabel + (HostOrder.isMaster(row, snapshot) ? " (master)" : "")
    }

    /// A state in a coloured pill; its word says all that its colour does.
    static func state(_ word: String, _ look: String) -> HTML { span(.class("state " + look)) { word } }

    /// What an update asks for once it is applied.
    static func guidance(_ words: [String]) -> String {
        let sentences = words.map { word in
            switch word {
            case "restartHost": "restart of each host"
            case "restartXAPI": "restart of the toolstack"
            case "restartHVM": "restart of the VMs with hardware virtualisation"
            case "restartPV": "restart of the paravirtualised VMs"
            default: word
            }
        }
        return sentences.isEmpty ? "No action required" : sentences.joined(separator: ", ")
    }

    /// A table that scrolls sideways by itself where the screen is narrow.
    static func table(_ caption: String, _ heads: [String], @HTMLBuilder rows: () -> HTML) -> HTML {
        table(caption, head: .group(heads.map { head in th(.scope("col")) { head } }), rows: rows)
    }

    /// The same with heads that are more than words.
    static func table(_ caption: String, head: HTML, @HTMLBuilder rows: () -> HTML) -> HTML {
        let body = rows()
        return div(.class("scroll"), .tabindex("0"), .role("region"), .aria("aria-label", caption)) {
            HTML.element(
                "table",
                [],
                .group([
                    HTML.element("caption", [], .text(caption)),
                    thead { tr { head } },
                    tbody { body },
                ])
            )
        }
    }

    /// One button that posts one thing.
    ///
    /// - Parameters:
    ///   - shown: what the reader goes by in pressing it.
    ///   - about: what makes it another one than those of the same name, for those who hear the page.
    static func button(
        _ label: String,
        to action: String,
        _ fields: [(String, String)] = [],
        shown: Shown,
        look: String = "",
        isOff: Bool = false,
        about: String? = nil
    ) -> HTML {
        var attributes: [Attribute] = look.isEmpty ? [] : [.class(look)]
        if isOff { attributes.append(.disabled) }
        if let about { attributes.append(.aria("aria-label", "\(label): \(about)")) }
        return post(to: action, shown) {
            for (name, value) in fields { input(.type("hidden"), .name(name), .value(value)) }
            HTML.element("button", attributes, .text(label))
        }
    }
}

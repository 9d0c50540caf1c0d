/// The calls that changed something, through whatever door: who, when, from where, about what, and what came of it.
struct AuditCalls: Sendable {
    private let visit: Visit
    private let kept: [AuditEntry]
    private let problem: String?
    private static let shown = 300

    init(visit: Visit) {
        self.visit = visit
        (kept, problem) = visit.console.access.audit
    }

    private var user: String { visit.query["user"] ?? "" }
    private var text: String { visit.query["text"] ?? "" }
    private var onlyRefused: Bool { visit.query["refused"] == "yes" }

    /// What the reader asks for.
    var matching: [AuditEntry] {
        let text = text.lowercased()
        return kept.filter { entry in
            (user.isEmpty || entry.user == user) && (!onlyRefused || !entry.isDone)
                && (text.isEmpty || "\(entry.message) \(entry.object) \(entry.address)".lowercased().contains(text))
        }
    }

    var html: HTML {
        let found = matching
        return .group([
            h2 { "Calls" },
            p {
                "Every call that changes something, by XenAPI, xe or this console, and every sign-in, with the objects it names; "
                "never its other arguments."
            },
            filter,
            HTML.live(
                "calls",
                div(.id("calls")) {
                    if let problem { p(.class("warning"), .role("alert")) { problem } }
                    p(.class("quiet"), .role("status")) { count(found.count) }
                    Words.table(
                        "Calls that changed something, the newest first",
                        ["When", "Who", "From", "What", "About", "Outcome"]
                    ) {
                        for entry in found.prefix(Self.shown) { row(entry) }
                    }
                }
            ),
        ])
    }

    private func count(_ found: Int) -> String {
        let all = "\(Words.count(found, "call", "calls")) of \(kept.count)"
        return found > Self.shown ? "\(all); the newest \(Self.shown) are shown." : all + "."
    }

    private func row(_ entry: AuditEntry) -> HTML {
        tr {
            td { Words.moment(entry.at) }
            th(.scope("row")) { entry.role.isEmpty ? entry.user : "\(entry.user) (\(entry.role))" }
            td { entry.address }
            td { code { entry.message } }
            td { entry.object }
            td { Words.state(entry.isDone ? "Done" : entry.outcome, entry.isDone ? "good" : "bad") }
        }
    }

    private var filter: HTML {
        let users = Set(kept.map(\.user)).sorted()
        return query("/audit", .class("row"), .role("search"), .aria("aria-label", "Calls")) {
            label(.for("user")) { "Who" }
            HTML.element(
                "select",
                [.id("user"), .name("user")],
                .group([choice("", "everybody")] + users.map { choice($0, $0) })
            )
            label(.for("text")) { "What, or about what" }
            input(.id("text"), .name("text"), .value(text), .autocomplete("off"))
            span(.class("choice")) {
                HTML.element(
                    Tag("input", isVoid: true),
                    [.type("checkbox"), .id("refused"), .name("refused"), .value("yes")]
                        + (onlyRefused ? [.checked] : []),
                    .empty
                )
                label(.for("refused")) { "Only what was refused or failed" }
            }
            button { "Show" }
        }
    }

    private func choice(_ value: String, _ label: String) -> HTML {
        .element("option", [.value(value)] + (value == user ? [.selected] : []), .text(label))
    }
}

/// What a page showed where one of its forms is concerned: the update, the hosts to choose from, what a run waits for.
///
/// Every form that is posted carries it (see ``HTML/post(to:_:_:_:)``), and every action says what it would show now (see
/// ``ActionDoor``): where the two differ, nothing is done, and the page is shown anew with what has changed. So nobody agrees
/// to something that came in place of what they have read, by a tab that was left open or a page that was held back.
struct Shown: Sendable {
    /// One thing that was shown.
    struct Fact: Sendable {
        /// A word for programs, of letters, digits and hyphens.
        let name: String
        /// What it is about, for people, such as `Host xs1`.
        let title: String
        /// What it says now, for people.
        let now: String
        /// Changes whenever the fact does.
        let digest: String

        /// - Parameter value: everything of it that matters; what people read, unless something else is given.
        init(_ name: String, _ title: String, now: String, value: String? = nil) {
            (self.name, self.title, self.now) = (name, title, now)
            digest = String(Secret.digest(value ?? now).prefix(10))
        }
    }

    var facts: [Fact]
    /// Whether a script's post may leave it out: every answer is in the post itself, and nothing is begun by it.
    var mayBeLeftOut = false

    init(_ facts: [Fact]) { self.facts = facts }

    /// Of a form that acts on nothing but its own words.
    static let nothing = Shown([])

    /// As a form carries it.
    var text: String { facts.map { "\($0.name):\($0.digest)" }.joined(separator: " ") }

    /// What a posted form did not show as it is now. What is no more, and was shown, is no change: nothing is done with it.
    func changes(since form: Form) -> [Fact] {
        let carried = form["shown"]
        if carried.isEmpty, mayBeLeftOut { return [] }
        let shown = Self.read(carried)
        return facts.filter { shown[$0.name] != $0.digest }
    }

    /// The names of the facts that a posted form carried.
    static func names(in form: Form) -> Set<String> { Set(read(form["shown"]).keys) }

    private static func read(_ form: String) -> [String: String] {
        let pairs = form.split(separator: " ").map { fact -> (String, String) in
            let parts = fact.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

extension Page {
    /// The page's content; above it, what waits for somebody, and what has changed since the reader saw it, where a form of it
    /// was refused for that.
    func body(for visit: Visit, _ attention: Attention) -> HTML {
        .group([HTML.live("attention", attention.html(isSaid: tellsHolds)), whole(visit)])
    }

    private func whole(_ visit: Visit) -> HTML {
        let names = Set((visit.query["changed"] ?? "").split(separator: ",").map(String.init))
        guard !names.isEmpty else { return body }
        let changed = facts.reduce(into: [Shown.Fact]()) { list, fact in
            if names.contains(fact.name), !list.contains(where: { $0.name == fact.name }) { list.append(fact) }
        }
        return .group([
            div(.id("changed"), .class("warning"), .role("alert")) {
                p { strong { "Nothing was done, because this page is not as you saw it any more." } }
                ul {
                    for fact in changed {
                        li {
                            strong { fact.title }
                            ": now "
                            bdi { fact.now }
                        }
                    }
                    if changed.isEmpty { li { "What the form was about has changed, or is gone." } }
                }
                p { "Look at it again. If you still want it, press the button once more." }
            },
            body,
        ])
    }

    /// The page's path with the names of what has changed.
    static func path(_ path: String, changed: [Shown.Fact]) -> String {
        // More names than this make a long address; who reads the page sees the rest on it.
        path + "?changed=" + changed.prefix(20).map(\.name).joined(separator: ",")
    }
}

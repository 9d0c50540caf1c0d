import PoolRollout

/// What waits for somebody, told on every page: by its title, by a mark beside *Runs*, and by a line above the page, so that a
/// run does not wait all night for a word because another page was open.
struct Attention: Sendable {
    private let now: RunNow

    static func read(_ console: Console) async -> Attention { Attention(now: await RunNow.read(console)) }

    /// How many things wait.
    var count: Int { now.holds.count }

    /// A page's title, with what waits before it.
    func title(_ title: String) -> String { count == 0 ? title : "\(words) — \(title)" }

    var words: String { "⚠ \(Words.count(count, "hold", "holds"))" }

    /// The line above a page. Where the page itself says it all, only scripts read it.
    func html(isSaid: Bool) -> HTML {
        let attributes: [Attribute] = [
            .id("attention"), .data("data-holds", count == 0 ? "" : words),
        ]
        return .element("div", attributes, count == 0 || isSaid ? .empty : line)
    }

    private var line: HTML {
        parts {
            if let run = now.run, let first = now.holds.first {
                p(.class("warning"), .role("status")) {
                    "Run "
                    Links.run(run)
                    " waits: \(first)"
                    if count > 1 { " And \(count - 1) more." }
                }
            }
        }
    }
}

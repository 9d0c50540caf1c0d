/// The parts that every list has: what is looked for, columns to sort by, its other pages.
struct ListView: Sendable {
    let asked: ListQuery
    /// What the lines are, such as `VMs`.
    let title: String

    /// A column; `key` names it where it can be sorted by.
    struct Column: Sendable {
        let title: String
        var key: String?

        init(_ title: String, by key: String? = nil) { (self.title, self.key) = (title, key) }
    }

    /// The words to look for, and the filters.
    func search(_ filters: [(name: String, label: String)]) -> HTML {
        query(
            asked.path,
            .class("row"),
            .role("search"),
            .aria("aria-label", title),
            .data("data-search", "yes")
        ) {
            label(.for("q")) { "Search" }
            input(.id("q"), .type("search"), .name("q"), .value(asked.text), .autocomplete("off"))
            label(.for("show")) { "Show" }
            HTML.element("select", [.id("show"), .name("show")], .group(filters.map(choice)))
            input(.type("hidden"), .name("sort"), .value((asked.isDescending ? "-" : "") + asked.sort))
            for (name, value) in asked.others.sorted(by: { $0.key < $1.key }) {
                input(.type("hidden"), .name(name), .value(value))
            }
            button { "Show" }
        }
    }

    private func choice(_ name: String, _ label: String) -> HTML {
        .element("option", [.value(name)] + (name == asked.filter ? [.selected] : []), .text(label))
    }

    /// A page of the lines that were found, with heads that sort.
    func table<Line>(
        _ found: [Line],
        of all: Int,
        _ columns: [Column],
        row: (Line) -> HTML
    ) -> HTML {
        let (shown, page) = asked.cut(found)
        let begin = (page - 1) * ListQuery.pageSize
        let count =
            shown.isEmpty ? "None of \(all) is like this." : "\(begin + 1) to \(begin + shown.count) of \(found.count)"
        let rest = found.count < all && !shown.isEmpty ? ", out of \(all)." : shown.isEmpty ? "" : "."
        return parts {
            p(.class("quiet"), .role("status")) { count + rest }
            if !shown.isEmpty {
                Words.table(title, head: .group(columns.map(head))) { HTML.group(shown.map(row)) }
            }
            pager(page, of: ListQuery.pages(found.count))
        }
    }

    private func head(_ column: Column) -> HTML {
        guard let key = column.key else { return th(.scope("col")) { column.title } }
        let isHere = key == asked.sort
        let next = isHere && !asked.isDescending ? "-" + key : key
        let mark = isHere ? (asked.isDescending ? " ▼" : " ▲") : ""
        let order: [Attribute] = isHere ? [.aria("aria-sort", asked.isDescending ? "descending" : "ascending")] : []
        return .element(
            "th",
            [.scope("col")] + order,
            parts {
                a(.href(asked.address(["sort": next]))) { column.title }
                span(.aria("aria-hidden", "true")) { mark }
            }
        )
    }

    private func pager(_ page: Int, of pages: Int) -> HTML {
        guard pages > 1 else { return .empty }
        return nav(.class("row"), .aria("aria-label", "Pages of the list")) {
            if page > 1 {
                a(.href(asked.address(["page": String(page - 1)])), .rel("prev")) { "‹ Previous page" }
            }
            span { "Page \(page) of \(pages)" }
            if page < pages { a(.href(asked.address(["page": String(page + 1)])), .rel("next")) { "Next page ›" } }
        }
    }
}

import PoolDatabase
import UpdatePackage

/// An update's article, written from its package.
enum ArticlePage {
    static func html(_ inspection: Inspection, _ snapshot: Snapshot) -> HTML? {
        let article = try? Article(describing: inspection) { PackageDetails.label($0, inspection, snapshot) }
        guard let article else { return nil }
        var parts: [HTML] = []
        var items: [HTML] = []
        var rows: [HTML] = []
        func close() {
            if !items.isEmpty { parts.append(.element("ul", [], .group(items))) }
            if !rows.isEmpty { parts.append(scroll(.element("table", [], .group(rows)))) }
            (items, rows) = ([], [])
        }
        for block in article.blocks {
            switch block {
            case .item(let text): items.append(li { text })
            case .row(let cells): rows.append(tr { for cell in cells { td { cell } } })
            case .rule: break
            default:
                close()
                parts.append(single(block))
            }
        }
        close()
        return .group(parts)
    }

    private static func scroll(_ table: HTML) -> HTML {
        div(.class("scroll"), .tabindex("0"), .role("region"), .aria("aria-label", "Table of the article")) { table }
    }

    private static func single(_ block: Article.Block) -> HTML {
        switch block {
        case .heading(let text, let level): level <= 1 ? h3 { text } : p { strong { text } }
        case .paragraph(let text): p { text }
        case .command(let text): pre { code { text } }
        default: .empty
        }
    }
}

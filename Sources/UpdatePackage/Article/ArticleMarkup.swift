extension Article {
    /// The article in Markdown.
    public var markdown: String {
        var result = ""
        var previous: Block?
        for block in blocks {
            if !Self.continues(previous, block) { result += "\n" }
            result += markdown(block) + "\n"
            previous = block
        }
        return String(result.drop { $0 == "\n" })
    }

    /// The article as an HTML fragment: headings begin at `h2`, so that it fits into a page.
    public var html: String {
        var result = ""
        var open: String?
        for block in blocks {
            let container = Self.container(block)
            if open != container {
                if let open { result += "</\(open)>\n" }
                if let container { result += "<\(container)>\n" }
                open = container
            }
            result += html(block)
        }
        if let open { result += "</\(open)>\n" }
        return result
    }

    /// Whether two blocks belong to one list or table, so that no empty line separates them.
    private static func continues(_ first: Block?, _ second: Block) -> Bool {
        guard let first, let container = container(second) else { return false }
        return Self.container(first) == container
    }

    private static func container(_ block: Block) -> String? {
        switch block {
        case .item: "ul"
        case .row, .rule: "table"
        default: nil
        }
    }

    private func markdown(_ block: Block) -> String {
        switch block {
        case .heading(let text, let level): String(repeating: "#", count: level + 1) + " " + escapedMarkdown(text)
        case .paragraph(let text): escapedMarkdown(text)
        case .item(let text): "- " + escapedMarkdown(text)
        case .command(let text): "    " + text
        case .row(let cells): markdownRow(cells)
        case .rule(let columns): "|" + String(repeating: "---|", count: columns)
        case .blank: ""
        }
    }

    /// A list of file names is a table without head in the text; in Markdown it becomes a list.
    private func markdownRow(_ cells: [String]) -> String {
        cells.count == 1
            ? "- " + escapedMarkdown(cells[0]) : "| " + cells.map(escapedMarkdown).joined(separator: " | ") + " |"
    }

    private func html(_ block: Block) -> String {
        switch block {
        case .heading(let text, let level): "<h\(level + 1)>\(xmlEscaped(text))</h\(level + 1)>\n"
        case .paragraph(let text): "<p>\(xmlEscaped(text))</p>\n"
        case .item(let text): "<li>\(xmlEscaped(text))</li>\n"
        case .command(let text): "<pre><code>\(xmlEscaped(text))</code></pre>\n"
        case .row(let cells): "<tr>" + cells.map { "<td>\(xmlEscaped($0))</td>" }.joined() + "</tr>\n"
        case .rule, .blank: ""
        }
    }

    private func escapedMarkdown(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\`*_[]<>|#".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}

import Basics

extension Article {
    /// The article as text, one line per block.
    public var text: String {
        blocks.map(\.line).joined(separator: "\n") + (endsWithLineFeed && !blocks.isEmpty ? "\n" : "")
    }

    /// Reads an article's text. Every text is an article; what is not understood is a paragraph. However its lines end, as
    /// editors of other systems may have written them, they are written back with line feeds.
    ///
    /// - Throws: ``ArticleError`` for texts of more than 200,000 lines or 32 MiB.
    public init(parsing text: String) throws(ArticleError) {
        guard text.utf8.count <= 32 << 20 else { throw ArticleError(reason: "the article is longer than 32 MiB") }
        let lines = TextLines(text).lines
        endsWithLineFeed =
            text.withoutByteOrderMark.isEmpty || text.unicodeScalars.last == "\n" || text.unicodeScalars.last == "\r"
        guard lines.count <= 200_000 else { throw ArticleError(reason: "the article has more than 200,000 lines") }
        blocks = lines.map { Block(line: $0) }
    }
}

/// Why a text is not taken as an article, or a file does not agree with one.
public struct ArticleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole sentence.
    public var reason: String

    /// Creates an error from its sentence.
    public init(reason: String) { self.reason = reason }

    /// One sentence for the operator.
    public var description: String { reason }
}

extension Article.Block {
    /// The block as one line of text.
    var line: String {
        switch self {
        case .heading(let text, _), .paragraph(let text), .command(let text): text
        case .item(let text): "- " + text
        case .row(let cells): cells.map { $0 + " |" }.joined(separator: " ")
        case .rule(let columns): String(repeating: "---|", count: columns)
        case .blank: ""
        }
    }

    /// The block that one line of text is. A reading that would not be written back as it was is a paragraph.
    init(line: String) {
        let reading = Self.reading(line)
        self = reading.line == line ? reading : .paragraph(line)
    }

    private static func reading(_ line: String) -> Article.Block {
        if line.isEmpty { return .blank }
        if let section = ArticleSection(line: line) { return .heading(line, level: section.level) }
        if line.hasPrefix("- ") { return .item(String(line.dropFirst(2))) }
        if line.hasPrefix("xe ") || line.hasPrefix("# xe ") { return .command(line) }
        if line.hasSuffix("---|"), line.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "|") }) {
            return .rule(columns: line.utf8.count { $0 == UInt8(ascii: "|") })
        }
        if line.hasSuffix(" |") {
            var cells = line.split(separator: "|", omittingEmptySubsequences: false).dropLast().map { trimmed($0) }
            if cells.isEmpty { cells = [""] }
            return .row(cells)
        }
        return .paragraph(line)
    }
}

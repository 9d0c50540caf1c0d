/// A hotfix's article: a document in blocks, which is read, written and searched for the facts in it.
///
/// As text, an article is a list of lines, so one that was read is written back exactly.
public struct Article: Hashable, Sendable {
    /// A piece of the document.
    public enum Block: Hashable, Sendable {
        /// A section's title; `level` 1 is the outermost.
        case heading(String, level: Int)
        /// Running text, one paragraph.
        case paragraph(String)
        /// An item of a list, without its dash.
        case item(String)
        /// A command line to type.
        case command(String)
        /// A row of a table.
        case row([String])
        /// The line under a table's first row; it has as many cells as it.
        case rule(columns: Int)
        /// An empty line.
        case blank
    }

    /// The blocks in order.
    public var blocks: [Block]

    /// Whether the text ends with a line feed, as text files do. Downloaded articles may not.
    public var endsWithLineFeed = true

    /// Creates an article.
    public init(blocks: [Block]) { self.blocks = blocks }
}

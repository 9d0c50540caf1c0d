/// An expression of `get_all_records_where`, such as `field "is_a_template" = "false"`.
///
/// Fields are named by their database columns, and compared as the database writes them.
public indirect enum Query: Hashable, Sendable {
    /// One side of a comparison.
    public enum Operand: Hashable, Sendable {
        /// A text as it stands.
        case literal(String)
        /// What a row's column holds.
        case field(String)
    }

    /// Matches every row, or none.
    case constant(Bool)
    /// Matches where both sides are the same text.
    case equal(Operand, Operand)
    case and(Query, Query)
    case or(Query, Query)
    case not(Query)
}

extension Query {
    /// Whether a row matches. A column that the row lacks equals nothing; see ``columns``.
    public func matches(_ column: (String) -> String?) -> Bool {
        switch self {
        case .constant(let result): return result
        case .equal(let left, let right):
            guard let left = left.text(column), let right = right.text(column) else { return false }
            // Columns hold bytes: texts that merely look the same to Unicode differ.
            return left.utf8.elementsEqual(right.utf8)
        case .and(let left, let right): return left.matches(column) && right.matches(column)
        case .or(let left, let right): return left.matches(column) || right.matches(column)
        case .not(let query): return !query.matches(column)
        }
    }

    /// How many comparisons it takes for one row at most.
    public var comparisons: Int {
        switch self {
        case .constant: 0
        case .equal: 1
        case .and(let left, let right), .or(let left, let right): left.comparisons + right.comparisons
        case .not(let query): query.comparisons
        }
    }

    /// The columns that it names, so that unknown ones can be refused before any row is looked at.
    public var columns: Set<String> {
        switch self {
        case .constant: []
        case .equal(let left, let right): Set([left, right].compactMap(\.column))
        case .and(let left, let right), .or(let left, let right): left.columns.union(right.columns)
        case .not(let query): query.columns
        }
    }
}

extension Query.Operand {
    fileprivate func text(_ column: (String) -> String?) -> String? {
        switch self {
        case .literal(let text): text
        case .field(let name): column(name)
        }
    }

    fileprivate var column: String? {
        if case .field(let name) = self { name } else { nil }
    }
}

extension Query {
    /// How deep parentheses and `not` may nest.
    public static let depthLimit = 200

    /// How many comparisons and words an expression may hold.
    public static let tokenLimit = 4000

    /// Reads an expression.
    ///
    /// `and` and `or` bind alike and from the left; `not` binds weaker than both, so that it takes all that follows it up
    /// to the closing parenthesis: `not a and b` is `not (a and b)`. Keywords are lower case, texts have no escapes.
    public init(_ text: String) throws(CodecError) {
        var parser = QueryParser(try QueryToken.tokens(of: Array(text.utf8)))
        self = try parser.whole()
    }
}

private enum QueryToken: Equatable {
    case text(String)
    case equals, open, close, field, and, or, not
    case constant(Bool)
    case end

    private static let words: [(String, QueryToken)] = [
        ("true", .constant(true)), ("false", .constant(false)), ("field", .field), ("and", .and), ("or", .or),
        ("not", .not), ("=", .equals), ("(", .open), (")", .close),
    ]

    /// The tokens with the offsets at which they begin; the last is always `end`.
    static func tokens(of bytes: [UInt8]) throws(CodecError) -> [(token: QueryToken, offset: Int)] {
        var tokens: [(token: QueryToken, offset: Int)] = []
        var position = 0
        while position < bytes.count {
            guard tokens.count < Query.tokenLimit else { throw CodecError("the query is too long", at: position) }
            if bytes[position] == 32 || bytes[position] == 9 || bytes[position] == 10 {
                position += 1
                continue
            }
            let start = position
            tokens.append((try next(bytes, &position), start))
        }
        tokens.append((.end, position))
        return tokens
    }

    private static func next(_ bytes: [UInt8], _ position: inout Int) throws(CodecError) -> QueryToken {
        if bytes[position] == UInt8(ascii: "\"") {
            let start = position + 1
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) else {
                throw CodecError("a quote is not closed", at: position)
            }
            position = end + 1
            return .text(String(decoding: bytes[start..<end], as: UTF8.self))
        }
        for (word, token) in words where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return token
        }
        throw CodecError("the query has an unknown word", at: position)
    }
}

private struct QueryParser {
    private let tokens: [(token: QueryToken, offset: Int)]
    private var position = 0

    init(_ tokens: [(token: QueryToken, offset: Int)]) { self.tokens = tokens }

    private var token: QueryToken { tokens[position].token }

    private func fault(_ reason: String) -> CodecError { CodecError(reason, at: tokens[position].offset) }

    /// Takes the next token; the `end` is never passed.
    private mutating func take() -> QueryToken {
        let taken = token
        if taken != .end { position += 1 }
        return taken
    }

    mutating func whole() throws(CodecError) -> Query {
        let query = try expression(depth: 0)
        guard token == .end else { throw fault("the query should end here") }
        return query
    }

    private mutating func expression(depth: Int) throws(CodecError) -> Query {
        guard depth < Query.depthLimit else { throw fault("the query nests too deep") }
        var query = try term(depth: depth)
        while token == .and || token == .or {
            let isAnd = take() == .and
            let right = try term(depth: depth)
            query = isAnd ? .and(query, right) : .or(query, right)
        }
        return query
    }

    private mutating func term(depth: Int) throws(CodecError) -> Query {
        switch token {
        case .not:
            position += 1
            return .not(try expression(depth: depth + 1))
        case .open:
            position += 1
            let query = try expression(depth: depth + 1)
            guard take() == .close else { throw fault("a closing parenthesis is missing") }
            return query
        case .constant(let result):
            position += 1
            return .constant(result)
        case .text, .field:
            let left = try operand()
            guard token == .equals else { throw fault("'=' was expected") }
            position += 1
            return .equal(left, try operand())
        case .equals, .close, .and, .or, .end: throw fault("a comparison was expected")
        }
    }

    private mutating func operand() throws(CodecError) -> Query.Operand {
        switch token {
        case .text(let text):
            position += 1
            return .literal(text)
        case .field:
            position += 1
            guard case .text(let name) = token else { throw fault("a column's name was expected in double quotes") }
            position += 1
            return .field(name)
        default: throw fault("a text or a field was expected")
        }
    }
}

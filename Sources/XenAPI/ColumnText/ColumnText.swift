/// The text of a database column: how xapi stores a typed value in a row, and how a dump shows it.
public enum ColumnText {
    /// Writes a value as column text.
    public static func encode(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .float(let number): DecimalText.column(number)
        case .bool(let flag): flag ? "true" : "false"
        case .date(let time): time.iso8601
        case .set(let elements): SExpression.list(elements.map { .atom(encode($0)) }).text
        case .map(let members):
            SExpression.list(members.map { .list([.atom($0.key), .atom(encode($0.value))]) }).text
        }
    }

    /// Reads column text as a value of the given shape. An empty text is an empty set or map.
    public static func decode(_ text: String, as shape: ValueShape) throws(CodecError) -> Value {
        switch shape {
        case .string: return .string(text)
        case .int:
            guard let number = Int64(text) else { throw CodecError("'\(text)' is not an integer", at: 0) }
            return .int(number)
        case .float:
            guard let number = Double(text) else { throw CodecError("'\(text)' is not a number", at: 0) }
            return .float(number)
        case .bool:
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: throw CodecError("'\(text)' is neither true nor false", at: 0)
            }
        case .date:
            guard let time = Timestamp(iso8601: text) else { throw CodecError("'\(text)' is not a date", at: 0) }
            return .date(time)
        case .set(let element): return try set(try SExpression(text), of: element)
        case .map(let element): return try map(try SExpression(text), of: element)
        }
    }

    private static func value(_ expression: SExpression, as shape: ValueShape) throws(CodecError) -> Value {
        switch (expression, shape) {
        // xapi quotes a set within a map once more, but a plain one is as clear.
        case (.list, .set(let element)): return try set(expression, of: element)
        case (.list, .map(let element)): return try map(expression, of: element)
        case (.list, _): throw CodecError("a list stands where a plain value should", at: 0)
        case (.atom(let text), _): return try decode(text, as: shape)
        }
    }

    private static func set(_ expression: SExpression, of shape: ValueShape) throws(CodecError) -> Value {
        guard case .list(let items) = expression else { throw CodecError("a set must be in parentheses", at: 0) }
        var elements: [Value] = []
        elements.reserveCapacity(items.count)
        for item in items { elements.append(try value(item, as: shape)) }
        return .set(elements)
    }

    private static func map(_ expression: SExpression, of shape: ValueShape) throws(CodecError) -> Value {
        guard case .list(let items) = expression else { throw CodecError("a map must be in parentheses", at: 0) }
        var members: [Value.Member] = []
        members.reserveCapacity(items.count)
        for item in items {
            guard case .list(let pair) = item, pair.count == 2, case .atom(let key) = pair[0] else {
                throw CodecError("an entry of a map must be a key and a value", at: 0)
            }
            members.append(Value.Member(key, try value(pair[1], as: shape)))
        }
        return .map(members)
    }
}

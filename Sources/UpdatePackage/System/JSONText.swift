/// A JSON value to be written: keys keep their order, so that output is the same every time.
public indirect enum JSONText: Hashable, Sendable {
    case string(String)
    case number(Int64)
    case bool(Bool)
    case null
    case list([JSONText])
    case object([Member])

    /// A key and its value.
    public struct Member: Hashable, Sendable {
        var key: String
        var value: JSONText

        /// Creates a member.
        public init(key: String, value: JSONText) {
            self.key = key
            self.value = value
        }
    }

    /// An object, in the order of the literal.
    public static func fields(_ pairs: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(pairs.map { Member(key: $0.key, value: $0.value) })
    }

    /// A list of strings.
    public static func strings(_ values: some Sequence<String>) -> JSONText { .list(values.map { .string($0) }) }

    /// A string, or null.
    public static func optional(_ value: String?) -> JSONText { value.map { .string($0) } ?? .null }

    /// The text, indented by two spaces a level.
    public var text: String { write(indent: "") }

    private func write(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .string(let value): return Self.quoted(value)
        case .number(let value): return "\(value)"
        case .bool(let value): return value ? "true" : "false"
        case .null: return "null"
        case .list(let values):
            if values.isEmpty { return "[]" }
            return "[\n" + values.map { inner + $0.write(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            let lines = members.map { "\(inner)\(Self.quoted($0.key)): \($0.value.write(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}

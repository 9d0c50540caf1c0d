import Datamodel
import PoolDatabase
import XenAPI

/// The arguments of a call, of the types that its message declares.
struct Arguments: Sendable {
    let values: [Value]

    /// The argument at `index`; an optional one that was left out is an empty string.
    subscript(index: Int) -> Value { index < values.count ? values[index] : .void }

    func ref(_ index: Int) -> Ref { Ref(self[index].text ?? "") }

    func string(_ index: Int) -> String { self[index].text ?? "" }

    func int(_ index: Int) -> Int64 {
        if case .int(let number) = self[index] { number } else { 0 }
    }

    func bool(_ index: Int) -> Bool { self[index] == .bool(true) }

    func strings(_ index: Int) -> [String] { (self[index].elements ?? []).compactMap(\.text) }

    /// An entry of a map of strings.
    func option(_ index: Int, _ key: String) -> String? { self[index][key]?.text }
}

extension Value {
    /// The value in the type that a field or parameter declares; wires send most types as strings.
    ///
    /// - Throws: `FIELD_TYPE_ERROR` with `name` where it is of another type.
    func converted(to type: FieldType, for name: String) throws(APIError) -> Value {
        switch (type, self) {
        // The null reference has one spelling, whatever clients write for it.
        case (.ref, .string("")): return .string(Ref.null.rawValue)
        case (.string, .string), (.ref, .string), (.void, _), (.bool, .bool), (.float, .float), (.int, .int),
            (.datetime, .date), (.record, .map):
            return self
        case (.int, .string(let text)):
            guard let number = Int64(text) else { throw .fieldTypeError(name) }
            return .int(number)
        case (.float, .int(let number)): return .float(Double(number))
        case (.float, .string(let text)):
            // `Double` would take words and other bases, too.
            guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let number = Double(text) else {
                throw .fieldTypeError(name)
            }
            return .float(number)
        case (.bool, .string("true")): return .bool(true)
        case (.bool, .string("false")): return .bool(false)
        case (.datetime, .string(let text)):
            guard let date = Timestamp(iso8601: text) else { throw .fieldTypeError(name) }
            return .date(date)
        case (.enumeration(let words), .string(let text)):
            guard let word = words.cases.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw .fieldTypeError(name)
            }
            return .string(word)
        case (.set(let element), .set(let values)):
            var converted: [Value] = []
            for value in values { converted.append(try value.converted(to: element, for: name)) }
            return .set(converted)
        case (.map(let key, let element), .map(let members)):
            var converted: [Member] = []
            for member in members {
                let word = try Value.string(member.key).converted(to: key, for: name).text ?? member.key
                converted.append(Member(word, try member.value.converted(to: element, for: name)))
            }
            return .map(converted)
        default: throw .fieldTypeError(name)
        }
    }
}

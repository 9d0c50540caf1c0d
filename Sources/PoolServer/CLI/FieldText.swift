import Datamodel
import PoolDatabase
import XenAPI

/// The value of a field as `xe` prints it.
enum FieldText: Equatable {
    case text(String)
    case set([String], separator: String)
    case map([(key: String, value: String)])

    static func == (a: FieldText, b: FieldText) -> Bool { a.printed == b.printed }

    /// The whole value on one line.
    var printed: String {
        switch self {
        case .text(let text): text
        case .set(let elements, let separator): elements.joined(separator: separator)
        case .map(let members): members.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
        }
    }

    static let notInDatabase = FieldText.text("<not in database>")
    static let expensive = FieldText.text("<expensive field>")

    /// A value of the database, written as its type asks.
    init(_ value: Value, _ type: FieldType, in snapshot: Snapshot) {
        switch (value, type) {
        case (.set(let elements), .set(let element)):
            self = .set(elements.map { FieldText($0, element, in: snapshot).printed }, separator: "; ")
        case (.map(let members), .map(_, let element)):
            self = .map(members.map { ($0.key, FieldText($0.value, element, in: snapshot).printed) })
        default: self = .text(Self.scalar(value, type, snapshot))
        }
    }

    private static func scalar(_ value: Value, _ type: FieldType, _ snapshot: Snapshot) -> String {
        switch value {
        case .string(let text):
            guard case .ref(let table) = type else { return text }
            let ref = Ref(text)
            if ref.isNull { return "<not in database>" }
            return snapshot.row(table, ref)?.uuid ?? "<invalid reference>"
        case .int(let number): return String(number)
        case .float(let number): return DecimalText.fixed(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .date(let date): return date.iso8601
        case .set, .map: return ""
        }
    }
}

public import Datamodel
public import XenAPI

/// How one table lays out its columns: worked out once from the datamodel, shared by all of its rows.
public final class TableSchema: Sendable {
    /// The table's name, which is the class's.
    public let name: String
    /// The class that the table holds.
    public let model: ClassModel
    /// The fields, in the datamodel's order; a row keeps its values in the same order.
    public let fields: [Field]
    /// What a new row holds where nothing else is given.
    let defaults: [Value]

    private let positions: [String: Int]
    private let columnPositions: [String: Int]

    init(_ model: ClassModel) {
        name = model.name
        self.model = model
        fields = model.fields
        defaults = model.fields.map { field in
            let written = field.defaultValue.flatMap { try? ColumnText.decode($0, as: field.type.shape) }
            return field.type.settled(written ?? field.type.emptyValue)
        }
        positions = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
        columnPositions = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.column, $0) })
    }

    /// Where the field called `name` sits in a row, or nil.
    public func position(of name: String) -> Int? { positions[name] }

    /// Where the database column called `column` sits in a row, or nil. Some writers of dumps spell columns as records
    /// do (`name_label` for `name__label`), which is understood too.
    public func position(ofColumn column: String) -> Int? { columnPositions[column] ?? positions[column] }
}

extension FieldType {
    /// The shape of a value of this type, as the column codec needs it.
    public var shape: ValueShape {
        switch self {
        case .int: .int
        case .float: .float
        case .bool: .bool
        case .datetime: .date
        case .set(let element): .set(element.shape)
        case .map(_, let value): .map(value.shape)
        case .string, .void, .enumeration, .ref, .record: .string
        }
    }

    /// A value in its one spelling: the null reference is `OpaqueRef:NULL`, for which old databases, and some clients, write
    /// an empty text that XenServer's own readers fall over.
    func settled(_ value: Value) -> Value {
        if case .ref = self, value == .void { .string(Ref.null.rawValue) } else { value }
    }

    /// The value of a field that nobody has set.
    public var emptyValue: Value {
        switch self {
        case .int: .int(0)
        case .float: .float(0)
        case .bool: .bool(false)
        case .datetime: .date(.never)
        case .set: .set([])
        case .map, .record: .map([])
        case .ref: .string(Ref.null.rawValue)
        case .enumeration(let words): .string(words.cases.first ?? "")
        case .string, .void: .string("")
        }
    }
}

import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

/// A class as `xe` shows it: its fields under their command-line names, in `xe`'s order.
struct RecordClass: Sendable {
    /// The name that commands begin with, such as `patch`.
    let name: String
    /// The class of the datamodel, such as `pool_patch`.
    let table: String
    /// The fields.
    let fields: [RecordField]
    /// The fields that a list shows unless others are asked for.
    let listed: [String]
    /// Which objects a list shows unless a filter says otherwise.
    let implicitFilter: @Sendable (Row) -> Bool

    /// The field of that name, or nil.
    func field(_ name: String) -> RecordField? { fields.first { $0.name == name } }

    /// - Parameter fields: `name(ACCESS)`, separated by commas; `hidden`, `expensive`, `ci` (compared without regard to
    ///   case) and `deprecated` may follow the access.
    init(
        _ name: String,
        table: String,
        listed: [String],
        fields: String,
        implicitFilter: @escaping @Sendable (Row) -> Bool = { _ in true },
        special: [String: RecordField.Getter] = [:]
    ) {
        self.name = name
        self.table = table
        self.listed = listed
        self.implicitFilter = implicitFilter
        let model = Datamodel.classes[table]
        self.fields = fields.split(separator: ",").compactMap { part in
            let words = part.split(whereSeparator: { " ()".contains($0) }).map(String.init)
            guard words.count >= 2 else { return nil }
            return RecordField(
                name: words[0],
                access: words[1],
                marks: Set(words.dropFirst(2)),
                model: model,
                special: special[words[0]]
            )
        }
    }

    /// A class whose fields `xe` shows under the datamodel's names, with hyphens.
    init(_ name: String, table: String, listed: [String]) {
        self.name = name
        self.table = table
        self.listed = listed
        implicitFilter = { _ in true }
        let model = Datamodel.classes[table]
        fields = (model?.fields ?? []).filter { !$0.isInternal }.map { field in
            let kind =
                switch field.type {
                case .set: "S"
                case .map: "M"
                default: ""
                }
            return RecordField(
                name: String(field.name.map { $0 == "_" ? "-" : $0 }),
                access: kind + (field.access == .readWrite ? "RW" : "RO"),
                marks: [],
                model: model,
                special: nil
            )
        }
    }

    /// The same class under another name, with another choice of objects.
    init(_ name: String, like other: RecordClass, listed: [String], implicitFilter: @escaping @Sendable (Row) -> Bool) {
        self.name = name
        self.listed = listed
        self.implicitFilter = implicitFilter
        (table, fields) = (other.table, other.fields)
    }

    /// The record of an object: the fields called `names`, in the class's order.
    func record(_ row: Row, _ names: Set<String>, in snapshot: Snapshot) -> [Printer.Line] {
        let row = AllowedOperations.fill(row, in: snapshot)
        return fields.filter { names.contains($0.name) && !$0.isHidden }.map { field in
            let text = field.isExpensive ? FieldText.expensive : field.get(row, snapshot)
            return Printer.Line(label: field.label, value: text.printed)
        }
    }
}

/// One field as `xe` shows it.
struct RecordField: Sendable {
    typealias Getter = @Sendable (Row, Snapshot) -> FieldText

    let name: String
    /// `RO`, `RW`, `SRO`, `SRW`, `MRO` or `MRW`: whether it is a set or a map, and whether it can be set.
    let access: String
    let isHidden: Bool
    let isExpensive: Bool
    let ignoresCase: Bool
    let isDeprecated: Bool
    /// The field of the datamodel that it shows, where it shows just that.
    let field: Field?
    let get: Getter

    /// The name with its mark, as records print it.
    var label: String {
        "\(name) (\(access.count == 2 ? " " : "")\(access))" + (isDeprecated ? " [DEPRECATED]" : "")
    }

    var isWritable: Bool { access.hasSuffix("RW") }

    fileprivate init(name: String, access: String, marks: Set<String>, model: ClassModel?, special: Getter?) {
        self.name = name
        self.access = access
        isHidden = marks.contains("hidden")
        isExpensive = marks.contains("expensive")
        ignoresCase = marks.contains("ci")
        isDeprecated = marks.contains("deprecated")
        let found = model.flatMap { Self.find(name, in: $0) }
        field = found?.field
        get = special ?? { row, snapshot in found?.text(of: row, in: snapshot) ?? .notInDatabase }
    }

    /// Which field of the datamodel a command-line name means, and which side of it.
    private struct Found: Sendable {
        let field: Field
        /// Whether the name asks for the name of the object that is referred to, not for its uuid.
        var byNameLabel = false

        func text(of row: Row, in snapshot: Snapshot) -> FieldText {
            let value = row[field.name]
            guard byNameLabel, case .ref(let table) = field.type else {
                return FieldText(value, field.type, in: snapshot)
            }
            return snapshot.row(table, Ref(value.text ?? "")).map { .text($0.nameLabel) } ?? .notInDatabase
        }
    }

    private static func find(_ name: String, in model: ClassModel) -> Found? {
        func field(_ name: some StringProtocol) -> Field? {
            let plain = String(name.map { $0 == "-" ? "_" : $0 }).lowercased()
            return model.fields.first { $0.name.lowercased() == plain }
        }
        if let field = field(name) { return Found(field: field) }
        if name.hasSuffix("-uuid") { return field(name.dropLast(5)).map { Found(field: $0) } }
        if name.hasSuffix("-uuids") {
            return (field(name.dropLast(6) + "s") ?? field(name.dropLast(6))).map { Found(field: $0) }
        }
        if name.hasSuffix("-name-label") {
            return field(name.dropLast(11)).map { Found(field: $0, byNameLabel: true) }
        }
        return nil
    }
}

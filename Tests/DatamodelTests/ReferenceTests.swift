import Datamodel
import FoundationEssentials
import Testing

/// The class list that the datamodel was written from, where it lies beside the package.
private let reference: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let file = root.deletingLastPathComponent().appending(path: "shared/reference/xenapi-6.0-classes.txt")
    return try? String(contentsOf: file, encoding: .utf8)
}()

@Suite("Datamodel beside the 6.0 class list", .enabled(if: reference != nil, "the class list is not here"))
struct ReferenceTests {
    /// Classes whose messages carry the mark for an `Async.` twin in the list, but have none on the wire.
    private static let neverAsync: Set<String> = ["session", "event", "task", "data_source", "blob"]

    @Test("Classes, fields, messages, relations and errors are the same, both ways")
    func sameLines() throws {
        let listed = Set(try #require(reference).split(separator: "\n").map { squeezed(String($0)) })
        let ours = Set(modelLines().map(squeezed))
        #expect(listed.count > 1300)
        #expect(listed.subtracting(ours).sorted() == [])
        #expect(ours.subtracting(listed).sorted() == [])
    }

    /// One space where there were several, and no `[async]`, where the list and the wire differ.
    private func squeezed(_ line: String) -> String {
        let words: [String] = line.split(separator: " ").map { String($0) }
        let isSilent = words.first == "M" && Self.neverAsync.contains(String(words[1].prefix { $0 != "." }))
        return words.filter { !(isSilent && $0 == "[async]") }.joined(separator: " ")
    }

    private func modelLines() -> [String] {
        var lines: [String] = []
        for model in Datamodel.classesInOrder {
            let marks = (model.emitsEvents ? " [events]" : "") + (model.isPersisted ? "" : " [not persisted]")
            lines.append("## \(model.name)\(marks)")
            lines += model.fields.filter { !$0.isOwn }.map(line)
            lines += (model.messages + model.objectImplicits).filter { $0.since == nil }.map { line(model, $0) }
        }
        lines.append("## RELATIONS")
        lines += Datamodel.relations.map { "\($0.forward) <-> \($0.back)" }
        lines.append("## ERRORS")
        lines += Datamodel.errors.values.filter { $0.since == nil }
            .map { "\($0.code) [\($0.parameters.joined(separator: "; "))]" }
        return lines
    }

    private func line(_ field: Field) -> String {
        let access =
            switch field.access {
            case .readOnly: "RO"
            case .readWrite: "RW"
            case .constructor: "RO/ctor"
            }
        let marks = (field.isInternal ? " INTERNAL" : "") + (field.isPersisted ? "" : " nopersist")
        let value = field.defaultValue.map { " default=\($0)" } ?? ""
        return "F \(field.name) db=\(field.column) \(access) \(name(field.type, withCases: true))\(marks)\(value)"
    }

    private func line(_ model: ClassModel, _ message: Message) -> String {
        let session = message.needsSession ? ["session"] : [""]
        let parameters = message.parameters.map { parameter in
            "\(parameter.name):\(name(parameter.type))\(parameter.isOptional ? "=dflt" : "")"
        }
        let list = (session + parameters).joined(separator: ", ")
        let marks = message.isAsync ? " [async]" : ""
        let pool = message.isPoolInternal ? " pool-internal" : ""
        return "M \(model.name).\(message.name)(\(list)) -> \(name(message.result))\(marks)"
            + " role=\(message.role.rawValue)\(pool)"
    }

    private func name(_ type: FieldType, withCases: Bool = false) -> String {
        switch type {
        case .string: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .datetime: "datetime"
        case .void: "void"
        case .enumeration(let list):
            "enum \(list.name)" + (withCases ? " {\(list.cases.joined(separator: ","))}" : "")
        case .ref(let name): "\(name) ref"
        case .record(let name): "\(name) record"
        case .set(let element): "\(name(element, withCases: withCases)) set"
        case .map(let key, let value):
            "map(\(name(key, withCases: withCases))->\(name(value, withCases: withCases)))"
        }
    }
}

extension ClassModel {
    /// The implicit messages that the list names; it leaves out getters and setters.
    fileprivate var objectImplicits: [Message] {
        let whole: Set<String> = [
            "get_record", "get_by_uuid", "get_by_name_label", "create", "destroy", "get_all", "get_all_records",
            "get_all_records_where",
        ]
        return implicitMessages.filter { whole.contains($0.name) }
    }
}

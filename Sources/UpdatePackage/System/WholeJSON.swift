import Basics
import FoundationEssentials

/// Reads and writes JSON files of which no member may be lost.
///
/// A member that is not known may have been written by a newer version, and may say that something is *not* to be trusted:
/// a file with such a one is refused, so that it is neither passed over nor dropped with the next change.
package enum WholeJSON {
    /// A document has a member that this version does not know.
    struct UnknownMember: Error, CustomStringConvertible {
        var name: String
        var description: String {
            "it holds '\(name.escaped(for: .line))', which this version of Pitstop does not know and a newer one may have written"
        }
    }

    /// Any JSON, by its names.
    private enum Tree: Decodable {
        case object([String: Tree])
        case list([Tree])
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let members = try? container.decode([String: Tree].self) {
                self = .object(members)
            } else if let items = try? container.decode([Tree].self) {
                self = .list(items)
            } else {
                self = .other
            }
        }

        /// The first name that `known` does not have at the same place; lists are compared item by item.
        func stranger(to known: Tree) -> String? {
            switch (self, known) {
            case (.object(let members), .object(let others)):
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    guard let other = others[name] else { return name }
                    if let name = value.stranger(to: other) { return name }
                }
                return nil
            case (.list(let items), .list(let others)):
                return zip(items, others).lazy.compactMap { $0.stranger(to: $1) }.first
            default: return nil
            }
        }
    }

    /// Reads a value, all of whose members have to be known.
    package static func read<Value: Codable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let value = try JSONDecoder().decode(type, from: Data(bytes))
        let found = try JSONDecoder().decode(Tree.self, from: Data(bytes))
        let known = try JSONDecoder().decode(Tree.self, from: JSONEncoder().encode(value))
        if let name = found.stranger(to: known) { throw UnknownMember(name: name) }
        return value
    }

    /// Writes a value, the same for the same value.
    package static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return Array(try encoder.encode(value)) + [0x0a]
    }
}

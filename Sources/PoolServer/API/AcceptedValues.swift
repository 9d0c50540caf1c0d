import Datamodel
import PoolDatabase
import XenAPI

/// What callers may have the server keep, whatever message brings it: only what each door can tell again, also after a
/// restart, and no more of it than a field is for.
enum AcceptedValues {
    /// The longest text, in bytes of UTF-8.
    static let longestText = 64 << 10
    /// The longest name or description of what lives in memory only, in bytes of UTF-8.
    static let longestNote = 4 << 10
    /// What a set or a map holds at most, in bytes of UTF-8.
    static let largestField = 256 << 10
    /// How many members it has at most.
    static let mostMembers = 2_000

    /// - Throws: `INVALID_VALUE` with the name of the parameter, and what is wrong with its value.
    static func check(_ value: Value, for name: String, longest: Int = longestText) throws(APIError) {
        switch value {
        case .string(let text): try check(text, for: name, longest: longest)
        case .float(let number):
            guard number.isFinite else { throw invalid(name, "\(number), which is no number") }
        case .date(let date):
            guard Timestamp.spoken.contains(date) else {
                throw invalid(name, "\(date.iso8601): a year has four digits")
            }
        case .set(let elements):
            for element in elements { try check(element, for: name, longest: longest) }
            try checkSize(value, of: name)
        case .map(let members):
            for member in members {
                try check(member.key, for: name, longest: longest)
                try check(member.value, for: name, longest: longest)
            }
            guard Set(members.map(\.key)).count == members.count else {
                throw invalid(name, "a map with the same key twice")
            }
            try checkSize(value, of: name)
        case .int, .bool: break
        }
    }

    /// - Throws: `INVALID_VALUE` where a field would hold more than it may.
    static func checkSize(_ value: Value, of name: String) throws(APIError) {
        let (count, bytes) = size(of: value)
        guard count <= mostMembers, bytes <= largestField else {
            throw invalid(
                name,
                "\(count) members of \(bytes) bytes together; the most is \(mostMembers) of \(largestField)"
            )
        }
    }

    private static func check(_ text: String, for name: String, longest: Int) throws(APIError) {
        guard text.utf8.count <= longest else {
            throw invalid(name, "a text of \(text.utf8.count) bytes; the most is \(longest)")
        }
        if let character = text.unspeakable {
            let digits = String(character.value, radix: 16, uppercase: true)
            let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            throw invalid(name, "a text with the character U+\(code), which XML can not carry")
        }
    }

    private static func size(of value: Value) -> (count: Int, bytes: Int) {
        switch value {
        case .string(let text): (1, text.utf8.count)
        case .int, .float, .bool, .date: (1, 8)
        case .set(let elements): (elements.count, elements.reduce(0) { $0 + size(of: $1).bytes })
        case .map(let members):
            (members.count, members.reduce(0) { $0 + $1.key.utf8.count + size(of: $1.value).bytes })
        }
    }

    static func invalid(_ name: String, _ what: String) -> APIError { APIError("INVALID_VALUE", [name, what]) }
}

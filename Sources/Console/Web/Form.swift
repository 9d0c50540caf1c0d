import Foundation

/// Fields as forms and addresses have them, `name=value` with `&` between. A name may come more than once.
struct Form: Sendable {
    private var fields: [String: [String]] = [:]

    /// Reads `application/x-www-form-urlencoded`.
    init(_ text: String) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[Self.decode(parts[0]), default: []].append(parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// The field's last value; an empty string where it is missing.
    subscript(name: String) -> String { fields[name]?.last ?? "" }

    /// All values of a field.
    func all(_ name: String) -> [String] { fields[name] ?? [] }

    /// The last value of each field.
    var last: [String: String] { fields.compactMapValues(\.last) }

    /// Whether the field is there at all.
    func has(_ name: String) -> Bool { fields[name] != nil }

    /// The text as a field's name or value may hold it.
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    static func decode(_ text: some StringProtocol) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

import Foundation
import Hummingbird
import NIOCore

/// The fields of a posted form. A name may come more than once.
struct Form: Sendable {
    private var fields: [String: [String]] = [:]

    /// A form longer than this is refused.
    static let largest = 256 << 10

    /// Reads `application/x-www-form-urlencoded`.
    init(_ text: String) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(parts[0])
            fields[name, default: []].append(parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// Reads the body of a request.
    ///
    /// - Throws: ``PageError`` where it is no form, or too long.
    init(_ request: Request) async throws(PageError) {
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { throw .notAForm }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.largest)
        } catch {
            throw .tooLarge
        }
        self.init(String(decoding: body.readableBytesView, as: UTF8.self))
    }

    /// The field's last value; an empty string where it is missing.
    subscript(name: String) -> String { fields[name]?.last ?? "" }

    /// All values of a field.
    func all(_ name: String) -> [String] { fields[name] ?? [] }

    /// Whether the field is there at all.
    func has(_ name: String) -> Bool { fields[name] != nil }

    static func decode(_ text: some StringProtocol) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

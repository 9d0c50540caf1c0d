import Foundation

/// A document that holds one value as JSON, keys in order so that two states can be compared by eye.
public struct Document<Value: Codable & Sendable>: Sendable {
    /// What it is called.
    public let name: StorageName
    private let store: any DocumentStore
    private let empty: Value

    /// - Parameter empty: the value where there is no document.
    public init(_ name: StorageName, in store: any DocumentStore, empty: Value) {
        self.name = name
        self.store = store
        self.empty = empty
    }

    /// The value as it is now.
    public func value() async throws -> Value {
        try await store.read(name).map { try decoded($0.bytes) } ?? empty
    }

    /// Changes the value; no change of anybody else is lost or undone by it.
    ///
    /// - Parameter body: may be called several times.
    @discardableResult
    public func change<Result>(_ body: (inout Value) throws -> Result) async throws -> Result {
        try await store.change(name) { bytes in
            var value = try bytes.map(decoded) ?? empty
            let result = try body(&value)
            bytes = try encoded(value)
            return result
        }
    }

    private func decoded(_ bytes: [UInt8]) throws -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
            throw StorageError.unreadable(name: name.text, reason: "it is not the JSON that this program writes")
        }
    }

    private func encoded(_ value: Value) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}

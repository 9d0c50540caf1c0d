import Foundation
import PoolDatabase

/// A small file below the server's state that holds one value. It is replaced whole, and only its owner may read it.
struct StateFile<Value: Codable & Sendable>: Sendable {
    let path: String

    /// The value; nil where there is none, or none that can be read.
    func read() -> Value? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: data)
    }

    func write(_ value: Value) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try PrivateFile.write(Array(try encoder.encode(value)), to: path)
    }
}

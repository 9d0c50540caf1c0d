import Basics
import Foundation
import PoolDatabase
import Storage

/// A small file below the server's state that holds one value. It is replaced whole, and only its owner may read it.
struct StateFile<Value: Codable & Sendable>: Sendable {
    let path: String
    /// Tells whoever runs the server, on one line.
    var tell: @Sendable (String) -> Void = { line in
        try? StandardStream.error.write((line.escaped(for: .line) + "\n").utf8)
    }

    /// The value; nil where there is none. What can not be read is kept aside, for the next write replaces the file.
    func read() -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            let aside = path + ".unreadable"
            let isKept = rename(path, aside) == 0
            tell(
                "\(path) can not be read (\(error)): \(isKept ? "it is kept as \(aside)" : "it is replaced") and begun anew."
            )
            return nil
        }
    }

    func write(_ value: Value) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try AtomicFile.replace(path, with: Array(try encoder.encode(value)))
    }
}

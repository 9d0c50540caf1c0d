import Foundation
import Storage

/// A file of accounts, which several processes may change: the server, and the commands that say who may sign in.
struct AccountFile<Account: Codable & Sendable>: Sendable {
    /// What tells one version of the file from another.
    struct Version: Hashable, Sendable {
        fileprivate var modified: Date
        fileprivate var size: Int
        fileprivate var number: Int
    }

    let path: String

    /// The version that is there now; nil where there is no file.
    var version: Version? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Version(
            modified: attributes[.modificationDate] as? Date ?? .distantPast,
            size: attributes[.size] as? Int ?? 0,
            number: attributes[.systemFileNumber] as? Int ?? 0
        )
    }

    /// The accounts; none where there is no file.
    func read() throws(Users.Failure) -> [Account] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try JSONDecoder().decode([Account].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    func write(_ accounts: [Account]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try AtomicFile.replace(path, with: Array(try encoder.encode(accounts)))
    }
}

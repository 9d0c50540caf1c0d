import Foundation
import PoolDatabase
import Storage

/// The version of a state directory, in its file `version`. Directories of before there was one have version 1.
enum StateVersion {
    /// What this program reads and writes.
    static let current = 1

    /// - Throws: ``OperatorError`` for a directory that a newer version wrote.
    static func check(_ directory: String) throws {
        guard let contents = FileManager.default.contents(atPath: path(directory)) else { return }
        let text = String(decoding: contents.prefix(32), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let version = Int(text), version > 0 else {
            throw OperatorError(
                "\(path(directory)) does not say which version the state directory has: write \(current) into it if this "
                    + "version of Pitstop wrote it, or restore the directory from a backup."
            )
        }
        guard version <= current else {
            throw OperatorError(
                "The state directory \(directory) has version \(version), and this Pitstop knows versions up to \(current): "
                    + "nothing was changed; start the newer version, or restore a backup from before it."
            )
        }
    }

    /// Writes the version down, for newer and older programs.
    ///
    /// - Throws: ``OperatorError`` where the directory can not be written.
    static func mark(_ directory: String) throws {
        do throws(StorageError) {
            try assertRoom(directory)
            guard !FileManager.default.fileExists(atPath: path(directory)) else { return }
            try AtomicFile.replace(path(directory), with: Array("\(current)\n".utf8))
        } catch {
            let reason = if case .unusable(_, let reason) = error { reason } else { "\(error)" }
            throw OperatorError(
                "The state directory \(directory) can not be written (\(reason)): nothing was changed, and there is "
                    + "nothing to restore. Make room, or see to its permissions; then start again."
            )
        }
    }

    /// A start on a full disk would end somewhere in the middle, with whatever words fit that place.
    private static func assertRoom(_ directory: String) throws(StorageError) {
        let probe = directory + "/.room"
        defer { try? FileManager.default.removeItem(atPath: probe) }
        try AtomicFile.replace(probe, with: [UInt8](repeating: 0, count: 1 << 20))
    }

    private static func path(_ directory: String) -> String { directory + "/version" }
}

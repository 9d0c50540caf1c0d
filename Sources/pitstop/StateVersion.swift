import Foundation
import PoolDatabase

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
        do throws(PrivateFile.Failure) {
            try assertRoom(directory)
            guard !FileManager.default.fileExists(atPath: path(directory)) else { return }
            try PrivateFile.write(Array("\(current)\n".utf8), to: path(directory))
        } catch {
            throw OperatorError(
                "The state directory \(directory) can not be written (\(error.reason)): nothing was changed, and there is "
                    + "nothing to restore. Make room, or see to its permissions; then start again."
            )
        }
    }

    /// A start on a full disk would end somewhere in the middle, with whatever words fit that place.
    private static func assertRoom(_ directory: String) throws(PrivateFile.Failure) {
        let probe = directory + "/.room"
        defer { try? FileManager.default.removeItem(atPath: probe) }
        try PrivateFile.write([UInt8](repeating: 0, count: 1 << 20), to: probe)
    }

    private static func path(_ directory: String) -> String { directory + "/version" }
}

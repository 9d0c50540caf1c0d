import Foundation
import PoolDatabase
import Storage
import UpdatePackage
import XenAPI

/// Where a server keeps what, under `--state`. It is for its owner only.
struct StateDirectory: Sendable {
    /// The absolute path of the directory.
    let path: String

    var database: String { path + "/pool.sqlite" }
    var updates: String { path + "/updates" }
    /// Journals and evidence of runs.
    var runs: String { path + "/runs" }
    /// Programs that may be health gates of runs.
    var gates: String { path + "/gates" }
    /// Programs that may be prechecks of runs.
    var prechecks: String { path + "/prechecks" }
    /// Programs that are told what happens.
    var hooks: String { path + "/hooks" }
    /// Programs that pause something for as long as hosts are down.
    var pairs: String { path + "/pairs" }
    /// What a remote pool's repositories have offered.
    var offers: String { path + "/offers.json" }
    var tls: String { path + "/tls" }
    var trust: String { path + "/trust" }
    var catalogue: String { path + "/catalogue" }
    /// Who changed what.
    var audit: String { path + "/audit" }
    var users: String { path + "/users.json" }

    /// Opens the directory; it is made, for its owner only, if it is missing.
    ///
    /// - Throws: ``OperatorError`` for what is no directory, belongs to somebody else, or was written by a newer version.
    init(_ path: String) throws {
        let path = URL(filePath: path).standardizedFileURL.path
        self.path = path
        do {
            // What is there already is looked at before anything is put into it.
            if (try? FileManager.default.attributesOfItem(atPath: path)) != nil { try StateAccess.closeTop(of: path) }
            for directory in [path, runs] {
                try FileManager.default.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
        } catch let error as OperatorError {
            throw error
        } catch {
            throw OperatorError("The state directory \(path) can not be made: \(error.localizedDescription).")
        }
        try StateVersion.check(path)
    }

    /// Keeps other servers off the directory for as long as the lock lives.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` where another server has it, ``StorageError`` where it can not be written.
    func taken() throws -> FileLock {
        guard let lock = try FileLock.ifFree(path + "/lock") else { throw StoreError.inUse(path: path) }
        return lock
    }

    /// Opens a directory that has to be there: nothing is made.
    init(existing path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw OperatorError(
                "\(path) is no state directory: there is nothing. Name the one that is given to pitstop serve."
            )
        }
        self.path = URL(filePath: path).standardizedFileURL.path
        try StateAccess.closeTop(of: self.path)
        try StateVersion.check(self.path)
    }

    /// Opens the directory of a user's or a key's first command as well as that of a server: it is made where it is missing,
    /// which is said, since it may be a slip of the pen.
    init(preparing path: String) throws {
        let isNew = !FileManager.default.fileExists(atPath: path)
        try self.init(path)
        if isNew {
            StandardError.write(
                "The state directory \(self.path) is new: it was made just now, and no server has it. If that is not what you "
                    + "want, remove it, and name the one that is given to pitstop serve."
            )
        }
    }

    /// Whom to believe now: read anew each time, so that trust which was withdrawn counts at once.
    func trustPolicy() throws(APIError) -> TrustPolicy {
        do throws(TrustStoreError) {
            return try TrustStore(folder: trust).policy()
        } catch {
            throw .internalError(error.description)
        }
    }
}

import Foundation
import UpdatePackage
import XenAPI

/// Where a server keeps what, under `--state`.
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
    var tls: String { path + "/tls" }
    var trust: String { path + "/trust" }
    var catalogue: String { path + "/catalogue" }
    /// Who changed what.
    var audit: String { path + "/audit" }
    var users: String { path + "/users.json" }

    /// Opens the directory; it is made, for its owner only, if it is missing.
    init(_ path: String) throws {
        self.path = URL(filePath: path).standardizedFileURL.path
        do {
            for directory in [self.path, runs] {
                try FileManager.default.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
        } catch {
            throw OperatorError("The state directory \(self.path) can not be made: \(error.localizedDescription).")
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

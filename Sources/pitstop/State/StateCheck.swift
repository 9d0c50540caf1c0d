import Foundation
import PoolDatabase
import PoolPatching
import PoolServer
import Rollout
import UpdatePackage

/// Looks at everything that lasts of a server, and changes nothing.
struct StateCheck {
    /// One thing that was looked at.
    struct Finding: Codable, Hashable {
        /// What it is, with its path in the state directory.
        var what: String
        /// What is wrong, in one sentence; nil where all is well.
        var problem: String?
    }

    let directory: StateDirectory

    /// All findings, in the order in which a server needs the things.
    func findings() async -> [Finding] {
        var findings: [Finding] = []
        func look(_ what: String, _ body: () async throws -> Void) async {
            do {
                try await body()
                findings.append(Finding(what: what))
            } catch {
                findings.append(Finding(what: what, problem: "\(error)"))
            }
        }
        var digests: Set<PackageDigest> = []
        await look("database pool.sqlite") { digests = try packagesOfDatabase() }
        await look("users users.json") { _ = try Users(path: directory.users) }
        await look("trust trust/") { _ = try TrustStore(folder: directory.trust).policy() }
        if FileManager.default.fileExists(atPath: directory.tls + "/server.crt") {
            await look("certificate tls/server.crt") {
                _ = try TLSIdentity(
                    certificate: directory.tls + "/server.crt",
                    key: directory.tls + "/server.key",
                    now: Date()
                )
            }
        }
        for digest in digests.sorted(by: { $0.description < $1.description }) {
            let name = "updates/\(digest).xsupdate"
            // One that was cleaned away is no fault.
            guard FileManager.default.fileExists(atPath: directory.path + "/" + name) else { continue }
            await look("package \(name)") { try await check(digest, name) }
        }
        for journal in journals {
            await look("journal runs/\(journal)") {
                let bytes = try JournalFile.bytes(of: directory.runs + "/" + journal)
                if let problem = JournalVerification(bytes).problem { throw OperatorError(problem) }
            }
        }
        return findings
    }

    private var journals: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.runs)) ?? []
        return names.filter { $0.hasSuffix(".journal") }.sorted()
    }

    /// The packages that the database names. It is read from a copy: a server may have it.
    private func packagesOfDatabase() throws -> Set<PackageDigest> {
        let folder = FileManager.default.temporaryDirectory.path + "/pitstop-check-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = folder + "/pool.sqlite"
        try DatabaseCopy.make(of: directory.database, at: copy)
        let database = try PoolDatabase(path: copy)
        if let object = database.unreadable.first { throw OperatorError(object.description) }
        return Set(database.snapshot.rows("pool_patch").compactMap { PackageOrigin($0).digest })
    }

    private func check(_ digest: PackageDigest, _ name: String) async throws {
        let found = try await Digests.sha256(of: directory.path + "/" + name)
        guard found == digest.description else {
            throw OperatorError(
                "Its SHA-256 is \(found): the file was changed. Remove it, and upload the package again."
            )
        }
    }
}

import Foundation
import PoolDatabase
import Storage

/// Writes all that lasts of a server into one file, also while it serves and runs go on.
struct StateBackup {
    /// Trees of embedded hosts: systems of their own, copied only while nobody uses them.
    static let trees = ["hosts", "embedded"]
    private static let database = "pool.sqlite"

    let directory: StateDirectory
    /// The file that is made.
    let target: String
    /// Seconds since the epoch.
    let now: Int64

    /// Makes the backup. The file is there only once it is whole, and for its owner only.
    ///
    /// - Returns: what it holds.
    func make() async throws -> BackupManifest {
        let files = FileManager.default
        guard !files.fileExists(atPath: target) else {
            throw OperatorError("\(target) is there already: name a new file, or move that one away.")
        }
        guard files.fileExists(atPath: directory.database) else {
            throw OperatorError("\(directory.path) holds no pool: name the directory that is given to pitstop serve.")
        }
        let staging = target + ".making-" + UUID().uuidString
        let copy = staging + "/state"
        do {
            try files.createDirectory(
                atPath: copy,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw OperatorError("\(target) can not be made: \(error.localizedDescription).")
        }
        defer { try? files.removeItem(atPath: staging) }
        // With the lock nobody changes the trees meanwhile; while a server has it, they stay out.
        let lock = try? directory.taken()
        let trees = lock == nil ? [] : Self.trees.filter { files.fileExists(atPath: directory.path + "/" + $0) }
        // Runs go last: a journal that knows more than the database is looked up at the hosts, never the other way round.
        try DatabaseCopy.make(of: directory.database, at: copy + "/" + Self.database)
        try copyFiles(to: copy, isRuns: false)
        try copyFiles(to: copy, isRuns: true)
        var saved: [BackupManifest.File] = []
        for path in try BackupManifest.files(below: copy).files {
            saved.append(try await BackupManifest.look(at: copy + "/" + path, as: path))
        }
        let manifest = BackupManifest(
            format: BackupManifest.currentFormat,
            stateVersion: StateVersion.current,
            writer: "pitstop \(Pitstop.version)",
            made: now,
            holdsTrees: !trees.isEmpty,
            files: saved
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.replace(staging + "/" + BackupManifest.fileName, with: Array(try encoder.encode(manifest)))
        let parts = [BackupManifest.fileName, "state"].map { ($0, staging) } + trees.map { ($0, directory.path) }
        try await Tar().write(staging + "/backup.tar", parts)
        withExtendedLifetime(lock) {}
        try publish(staging + "/backup.tar")
        return manifest
    }

    private func copyFiles(to copy: String, isRuns: Bool) throws {
        let files = FileManager.default
        let skipped = Set(Self.trees + ["lock"])
        let found = try BackupManifest.files(below: directory.path, without: skipped)
        for path in found.files where path.hasPrefix("runs/") == isRuns {
            guard !path.hasPrefix(Self.database), !Self.isPassing(path) else { continue }
            let new = copy + "/" + path
            try files.createDirectory(
                atPath: (new as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            do { try files.copyItem(atPath: directory.path + "/" + path, toPath: new) } catch {
                // It was replaced or removed meanwhile, as documents are.
                guard files.fileExists(atPath: directory.path + "/" + path) else { continue }
                throw OperatorError("\(directory.path)/\(path) can not be copied: \(error.localizedDescription).")
            }
        }
    }

    /// Whether a file means nothing to another process: locks, and what is on its way in.
    private static func isPassing(_ path: String) -> Bool {
        path.hasSuffix(".lock") || path.hasSuffix(".new") || path.contains("/incoming/") || path == ".room"
    }

    private func publish(_ made: String) throws {
        guard chmod(made, 0o600) == 0, let handle = FileHandle(forUpdatingAtPath: made) else {
            throw OperatorError("\(target) can not be made: \(String(cString: strerror(errno))).")
        }
        try handle.synchronize()
        try handle.close()
        // A name that somebody has taken meanwhile is theirs.
        guard link(made, target) == 0 else {
            throw OperatorError("\(target) can not be made: \(String(cString: strerror(errno))).")
        }
    }
}

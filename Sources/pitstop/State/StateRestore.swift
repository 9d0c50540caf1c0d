import Foundation
import PoolDatabase

/// Makes a state directory from a backup, on this machine or another: whole, or not at all.
struct StateRestore {
    /// The backup.
    let source: String
    /// The directory, which must not be there, or be empty.
    let target: String

    /// Restores.
    ///
    /// - Returns: what the backup held.
    func make() async throws -> BackupManifest {
        let files = FileManager.default
        guard files.fileExists(atPath: source) else { throw OperatorError("There is no file \(source).") }
        let there = try? files.contentsOfDirectory(atPath: target)
        guard there?.isEmpty ?? !files.fileExists(atPath: target) else {
            throw OperatorError(
                "\(target) holds something: name a directory that is empty or not there, so that nothing is overwritten."
            )
        }
        try await checkNames()
        let staging = target + ".restoring-" + UUID().uuidString
        do {
            try files.createDirectory(
                atPath: staging,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw OperatorError("\(target) can not be made: \(error.localizedDescription).")
        }
        defer { try? files.removeItem(atPath: staging) }
        try await Tar().unpack(source, into: staging)
        let manifest = try manifest(in: staging)
        try await check(manifest, staging + "/state")
        for tree in StateBackup.trees where files.fileExists(atPath: staging + "/" + tree) {
            guard manifest.holdsTrees else { throw notWhole("it holds \(tree), which its manifest does not name") }
            try files.moveItem(atPath: staging + "/" + tree, toPath: staging + "/state/" + tree)
        }
        try StateAccess.closeTop(of: staging + "/state")
        try StateAccess.closeContents(of: staging + "/state")
        if there != nil { try files.removeItem(atPath: target) }
        try files.moveItem(atPath: staging + "/state", toPath: target)
        return manifest
    }

    /// Nothing is unpacked that has no place in a state directory.
    private func checkNames() async throws {
        let roots = [BackupManifest.fileName, "state"] + StateBackup.trees
        for name in try await Tar().names(source) {
            let parts = name.split(separator: "/").filter { $0 != "." }
            guard !name.hasPrefix("/"), !parts.contains(".."), parts.first.map({ roots.contains(String($0)) }) ?? true
            else {
                throw OperatorError("\(source) is no backup of a state directory: it holds \(name).")
            }
        }
    }

    private func manifest(in staging: String) throws -> BackupManifest {
        guard let data = files(staging + "/" + BackupManifest.fileName),
            let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data)
        else {
            throw OperatorError("\(source) is no backup of a state directory: it has no manifest that can be read.")
        }
        guard manifest.format <= BackupManifest.currentFormat, manifest.stateVersion <= StateVersion.current else {
            throw OperatorError(
                "\(source) was made by a newer Pitstop (\(manifest.writer)): restore it with that version."
            )
        }
        return manifest
    }

    private func files(_ path: String) -> Data? {
        guard let status = FileStatus(notFollowing: path), !status.isLink, status.size <= 64 << 20 else { return nil }
        return FileManager.default.contents(atPath: path)
    }

    private func check(_ manifest: BackupManifest, _ state: String) async throws {
        let found = try BackupManifest.files(below: state)
        if let odd = found.odd.first { throw notWhole("\(odd) is no file") }
        guard found.files == manifest.files.map(\.path) else { throw notWhole("files are missing or were added") }
        for file in manifest.files {
            guard try await BackupManifest.look(at: state + "/" + file.path, as: file.path) == file else {
                throw notWhole("\(file.path) is not what was saved")
            }
        }
    }

    private func notWhole(_ reason: String) -> OperatorError {
        OperatorError("\(source) is not whole (\(reason)): nothing was restored; take another backup.")
    }
}

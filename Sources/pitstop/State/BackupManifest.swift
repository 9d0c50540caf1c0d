import Foundation
import PoolDatabase
import UpdatePackage

/// What a backup of a state directory holds, so that a restored one can be compared with it.
struct BackupManifest: Codable, Hashable {
    /// One file of the state.
    struct File: Codable, Hashable {
        /// Its path in the state directory.
        var path: String
        /// Bytes.
        var size: Int64
        /// 64 lower-case hexadecimal digits.
        var sha256: String
    }

    /// The layout of backups that this program writes and reads.
    static let currentFormat = 1
    /// The name of its file in a backup.
    static let fileName = "manifest.json"

    /// The backup's layout.
    var format: Int
    /// The version of the state directory.
    var stateVersion: Int
    /// The program that wrote it.
    var writer: String
    /// When it was made, in seconds since the epoch.
    var made: Int64
    /// Whether the trees of embedded hosts are in it.
    var holdsTrees: Bool
    /// All files but those of the trees, by path.
    var files: [File]

    /// The digest and size of a file.
    static func look(at path: String, as name: String) async throws -> File {
        let sha256 = try await Digests.sha256(of: path)
        return File(path: name, size: FileStatus(at: path)?.size ?? 0, sha256: sha256)
    }

    /// The regular files below a folder, by path from there; what is neither file nor folder is named apart.
    static func files(below folder: String, without skipped: Set<String> = []) throws -> (
        files: [String], odd: [String]
    ) {
        var (files, odd): ([String], [String]) = ([], [])
        var folders = [""]
        while let next = folders.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/" + next).sorted() {
                let path = next.isEmpty ? name : next + "/" + name
                guard !skipped.contains(path) else { continue }
                let type =
                    try FileManager.default.attributesOfItem(atPath: folder + "/" + path)[.type] as? FileAttributeType
                switch type {
                case .typeRegular: files.append(path)
                case .typeDirectory: folders.append(path)
                default: odd.append(path)
                }
            }
        }
        return (files.sorted(), odd)
    }
}

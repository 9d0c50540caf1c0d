import Foundation
import Hosts
import UpdatePackage

/// A folder with a snapshot, `snapshot.json`, and the packages that it names, `packages/SHA256.rpm` or `.deb`.
public struct SnapshotFolder: Sendable {
    /// Where it is.
    public let path: String
    private var document: String { path + "/snapshot.json" }
    private var packages: String { path + "/packages" }
    /// Bytes of a snapshot: thousands of packages with the texts of their advisories.
    private static let limit = 256 << 20

    /// Names a folder, which need not be there.
    public init(path: String) { self.path = path }

    /// Where a package's file is, or is to be.
    public func file(_ package: OfferedPackage) -> String {
        "\(packages)/\(package.sha256).\(package.format.rawValue)"
    }

    /// Whether there is a snapshot.
    public var exists: Bool { FileManager.default.fileExists(atPath: document) }

    /// Reads the snapshot.
    ///
    /// - Throws: ``RepositoryError/noSnapshot(path:reason:)``.
    public func read() throws(RepositoryError) -> UpdateSnapshot {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: document))
            defer { try? file.close() }
            guard let bytes = try file.read(upToCount: Self.limit + 1), bytes.count <= Self.limit else {
                throw RepositoryError.noSnapshot(path: path, reason: "it is larger than any, or empty")
            }
            let snapshot = try WholeJSON.read(UpdateSnapshot.self, from: Array(bytes))
            guard snapshot.format == UpdateSnapshot.format else {
                throw RepositoryError.noSnapshot(path: path, reason: "another version of Pitstop has written it")
            }
            return snapshot
        } catch let error as RepositoryError {
            throw error
        } catch {
            throw .noSnapshot(path: path, reason: reason(error))
        }
    }

    /// Writes the snapshot, whole or not at all, and removes the packages that it does not name.
    public func write(_ snapshot: UpdateSnapshot) throws(RepositoryError) {
        do {
            try makeFolders()
            let bytes = try WholeJSON.bytes(snapshot)
            try Data(bytes).write(to: URL(filePath: document), options: .atomic)
            let named = Set(snapshot.files.values.map(file))
            for name in try FileManager.default.contentsOfDirectory(atPath: packages)
            where !named.contains("\(packages)/\(name)") {
                try FileManager.default.removeItem(atPath: "\(packages)/\(name)")
            }
        } catch {
            throw .cannotWrite(path: path, reason: reason(error))
        }
    }

    /// Makes the folders where they are missing.
    func makeFolders() throws(RepositoryError) {
        do {
            try FileManager.default.createDirectory(atPath: packages, withIntermediateDirectories: true)
        } catch { throw .cannotWrite(path: packages, reason: reason(error)) }
    }

    /// Whether the package's file is there, and is the one that is meant: every byte is looked at.
    public func holds(_ package: OfferedPackage) async -> Bool {
        guard let found = try? await Digests.sha256(of: file(package)) else { return false }
        return found == package.sha256
    }

    private func reason(_ error: any Error) -> String {
        if let error = error as? CocoaError, [.fileReadNoSuchFile, .fileNoSuchFile].contains(error.code) {
            return "there is none"
        }
        if error is DecodingError { return "snapshot.json is damaged" }
        return error is CocoaError ? error.localizedDescription : "\(error)"
    }
}

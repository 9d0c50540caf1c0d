import Foundation

/// A directory that is gone when the last reference to it is.
public final class TemporaryDirectory: Sendable {
    /// Its absolute path.
    public let path: String

    /// Makes an empty directory.
    public init() throws {
        path = FileManager.default.temporaryDirectory.path + "/pitstop-test-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        Leftovers.add(directory: path)
    }

    /// The path of a file in it.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file in it.
    @discardableResult
    public func write(_ contents: Data, to name: String) throws -> String {
        try contents.write(to: URL(filePath: file(name)))
        return file(name)
    }

    /// Writes a file in it.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String { try write(Data(text.utf8), to: name) }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Leftovers.remove(directory: path)
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file something is, what kind of file, whose, and how long.
public struct FileStatus: Hashable, Sendable {
    /// Where it lies on which disk: equal for two names of one file.
    public let device: UInt64
    public let inode: UInt64
    /// Bytes.
    public let size: Int64
    /// When its contents were changed last, in nanoseconds since the epoch.
    public let modified: Int64
    /// The user whose it is.
    public let owner: UInt32
    /// Permissions, with the bits for set-user-id and its like.
    public let permissions: UInt32
    /// Whether it is a symbolic link, or a folder.
    public let isLink: Bool
    public let isFolder: Bool

    /// Nil where the descriptor is not open.
    public init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Nil where there is no such file.
    public init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The same, where a link is looked at itself and not what it points to; nil where there is no such file.
    public init?(notFollowing path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        owner = status.st_uid
        permissions = UInt32(status.st_mode) & 0o7777
        isLink = status.st_mode & S_IFMT == S_IFLNK
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether both are one file.
    public func isSame(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

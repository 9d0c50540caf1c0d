/// A storage in one directory: `ROOT/NAME` for documents and logs, `ROOT/blobs/DIGEST` for blobs.
public struct DirectoryStorage: Storage {
    public let documents: any DocumentStore
    public let blobs: any BlobStore
    public let logs: any LogStore
    public let leases: any LeaseStore

    /// Opens a directory, which is made where there is none and closed to other users where it is open to them.
    ///
    /// - Throws: ``StorageError`` where it can not be, or belongs to somebody else.
    public init(_ root: String) throws(StorageError) {
        try PrivateFolder.secure(root)
        documents = DirectoryDocuments(root: root)
        blobs = try DirectoryBlobs(root: root + "/blobs")
        logs = DirectoryLogs(root: root)
        leases = DirectoryLeases(root: root)
    }
}

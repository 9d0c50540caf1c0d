/// The SHA-256 of a blob, which is its name.
public struct BlobDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hex: String

    /// Nil for anything but 64 hexadecimal digits; upper case is taken.
    public init?(hex: String) {
        let lower = hex.lowercased()
        guard lower.utf8.count == 64, lower.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else {
            return nil
        }
        self.hex = lower
    }

    public var description: String { hex }
}

/// Large values that never change, each under its own digest, so that a name can not lie about its contents.
public protocol BlobStore: Sendable {
    /// Begins a blob whose digest is not known yet. What is never finished leaves nothing behind.
    func begin() async throws(StorageError) -> any BlobWriter
    /// Bytes of a blob; nil where there is none.
    func size(of digest: BlobDigest) async throws(StorageError) -> Int64?
    /// Up to `count` bytes from `offset` on; fewer only at the end.
    func read(_ digest: BlobDigest, from offset: Int64, count: Int) async throws(StorageError) -> [UInt8]
    /// Removes a blob; one that is not there is no fault.
    func remove(_ digest: BlobDigest) async throws(StorageError)
    /// Every blob.
    func all() async throws(StorageError) -> Set<BlobDigest>
}

/// A blob on its way in.
public protocol BlobWriter: Sendable {
    /// Adds bytes at the end.
    func write(_ bytes: [UInt8]) async throws(StorageError)
    /// Keeps the blob under its digest; it is durable when this returns. One that was there already is the same.
    func finish() async throws(StorageError) -> BlobDigest
    /// Gives it up.
    func cancel() async
}

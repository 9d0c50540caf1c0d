import FoundationEssentials

/// Public keys that did not come as a file. They lie in a folder of their own for as long as gpg looks at them.
extension TrustStore {
    /// More bytes than this are no publisher's key.
    public static let largestKey = 256 << 10

    /// The keys in some bytes, binary or armored. Nothing is trusted yet.
    public static func keys(in bytes: [UInt8]) async throws(TrustStoreError) -> [Key] {
        var keys: [Key] = []
        try await withFile(bytes) { file async throws(TrustStoreError) in keys = try await KeyFile.keys(in: file) }
        return keys
    }

    /// Adds those keys among some bytes that are meant, and gives them back.
    ///
    /// - Parameters:
    ///   - only: their fingerprints.
    ///   - note: who adds them, and why.
    ///   - now: in seconds since the epoch.
    public func addKeys(in bytes: [UInt8], only: Set<String>, note: String, now: Int64) async throws(TrustStoreError)
        -> [Key]
    {
        var keys: [Key] = []
        let addition = Addition(note: note, now: now)
        try await Self.withFile(bytes) { file async throws(TrustStoreError) in
            keys = try await addKeys(from: file, only: only, addition)
        }
        return keys
    }

    private static func withFile(
        _ bytes: [UInt8],
        _ body: (String) async throws(TrustStoreError) -> Void
    ) async throws(TrustStoreError) {
        guard bytes.count <= largestKey else {
            throw TrustStoreError(reason: "This is longer than 256 KiB, and no public key.")
        }
        let folder: String
        do {
            folder = try makeTemporaryDirectory()
        } catch {
            throw TrustStoreError(reason: "A temporary folder can not be made: \(describe(error)).")
        }
        defer { removeTree(folder) }
        let file = folder + "/key"
        do { try writeFile(file, bytes, mode: 0o600) } catch {
            throw TrustStoreError(reason: "\(file) can not be written: \(describe(error)).")
        }
        try await body(file)
    }
}

/// How much an archive may hold.
public struct ArchiveLimits: Hashable, Sendable {
    /// Members of any kind.
    public var members: Int
    /// Bytes of all members together, unpacked.
    public var bytes: Int64
    /// Unpacked bytes for each packed byte, above ``freeBytes``.
    public var ratio: Int64
    /// Unpacked bytes for which ``ratio`` does not matter.
    public var freeBytes: Int64

    /// Creates limits; the defaults fit the largest updates of this field.
    public init(members: Int = 20_000, bytes: Int64 = 16 << 30, ratio: Int64 = 200, freeBytes: Int64 = 64 << 20) {
        self.members = members
        self.bytes = bytes
        self.ratio = ratio
        self.freeBytes = freeBytes
    }
}

/// Watches an archive while it is read, and stops at the first member that breaks a rule.
struct ArchiveGuard {
    private let limits: ArchiveLimits
    private var names: Set<String> = []
    private var bytes: Int64 = 0

    init(_ limits: ArchiveLimits) { self.limits = limits }

    /// Looks at a member's header: names appear once, links stay inside, devices and the like do not appear at all.
    mutating func admit(_ entry: ArchiveReader.Entry) throws(ArchiveError) {
        if entry.kind == .directory { return try count() }
        try count()
        guard names.insert(entry.path).inserted else {
            throw ArchiveError(reason: "the name \(entry.path.prefix(80)) appears twice")
        }
        if entry.kind == .special { throw ArchiveError(reason: "\(entry.path.prefix(80)) is neither file nor folder") }
        if entry.kind == .link {
            guard let target = entry.target else {
                throw ArchiveError(reason: "the link \(entry.path.prefix(80)) has no target")
            }
            do { _ = try safePath(target) } catch {
                throw ArchiveError(reason: "the link \(entry.path.prefix(80)) leads out of it")
            }
        }
    }

    /// Adds bytes as they are unpacked, `packed` being how much of the file was read for them so far.
    mutating func unpacked(_ count: Int, packed: Int64) throws(ArchiveError) {
        bytes += Int64(count)
        guard bytes <= limits.bytes else { throw ArchiveError(reason: "it unpacks to more than \(limits.bytes) bytes") }
        guard bytes <= limits.freeBytes || bytes / max(packed, 1) <= limits.ratio else {
            throw ArchiveError(reason: "it unpacks to more than \(limits.ratio) times its size")
        }
    }

    private var members = 0

    private mutating func count() throws(ArchiveError) {
        members += 1
        guard members <= limits.members else {
            throw ArchiveError(reason: "it has more than \(limits.members) members")
        }
    }
}

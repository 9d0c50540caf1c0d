/// A repository as a host has it, in the state in which it was when the snapshot was taken.
public struct Repository: Codable, Hashable, Sendable {
    /// The host's id of it, such as `baseos`.
    public var id: String
    /// The addresses where the host looks: base URLs, or those of lists of mirrors.
    public var sources: [String]
    /// Whether the host checks the signatures of the packages from there.
    public var checksPackages: Bool
    /// Whether the host checks the signature of the repository's metadata.
    public var checksMetadata: Bool
    /// The SHA-256 of `repomd.xml`, from which everything else of the repository follows.
    public var metadata: String
    /// When the newest part of the metadata was made, in seconds since the epoch; 0 where they do not say.
    public var time: Int64

    /// Creates a repository.
    public init(
        id: String,
        sources: [String],
        checksPackages: Bool,
        checksMetadata: Bool,
        metadata: String = "",
        time: Int64 = 0
    ) {
        (self.id, self.sources) = (id, sources)
        (self.checksPackages, self.checksMetadata) = (checksPackages, checksMetadata)
        (self.metadata, self.time) = (metadata, time)
    }

    /// Whether it is the same repository, in whatever state.
    func isSame(as other: Repository) -> Bool { id == other.id && sources == other.sources }
}

/// Something that somebody else does with the pool, and that a run lets end before its next host begins.
public struct OthersWork: Codable, Hashable, Sendable {
    /// What names it for as long as it goes on.
    public var id: String
    /// What it is, as one sentence.
    public var text: String
    /// Since when, in seconds since the epoch; nil where the pool does not tell.
    public var since: Int64?
    /// Uuids of the host or the VM that it is about.
    public var host: String?
    public var vm: String?

    /// Work of somebody else.
    public init(id: String, text: String, since: Int64? = nil, host: String? = nil, vm: String? = nil) {
        (self.id, self.text, self.since, self.host, self.vm) = (id, text, since, host, vm)
    }

    /// The sentence, with the time since when it is so.
    var description: String { since.map { "\(text.asClause), since \($0.asTime)" } ?? text.asClause }
}

/// A VM that can not leave its host, as the pool itself says.
public struct JudgedVM: Codable, Hashable, Sendable {
    /// The VM's uuid.
    public var vm: String
    /// Why, as one sentence.
    public var reason: String
    /// Whether that is so wherever other VMs are; else it is about the room that there is at this moment.
    public var isLasting: Bool

    /// A VM that the pool would not move.
    public init(vm: String, reason: String, isLasting: Bool) {
        (self.vm, self.reason, self.isLasting) = (vm, reason, isLasting)
    }
}

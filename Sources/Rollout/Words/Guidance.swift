/// What an update asks for once it is applied: XenAPI's `after_apply_guidance`.
public enum Guidance: String, Codable, Hashable, Sendable, CaseIterable {
    case restartHost, restartXAPI, restartHVM, restartPV
}

/// The restart that a host needs; the stronger one absorbs the weaker.
public enum Restart: Int, Codable, Hashable, Sendable, Comparable {
    case none, agent, host

    /// The restart that satisfies the guidance of all these updates at once.
    public init(for updates: [UpdateFacts]) {
        let guidance = updates.flatMap(\.guidance)
        self = guidance.contains(.restartHost) ? .host : guidance.contains(.restartXAPI) ? .agent : .none
    }

    public static func < (a: Restart, b: Restart) -> Bool { a.rawValue < b.rawValue }
}

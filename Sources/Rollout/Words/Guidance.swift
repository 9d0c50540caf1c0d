/// What an update asks for once it is applied: XenAPI's `after_apply_guidance`.
///
/// An open set: servers and packages that are newer than this program use words that it does not know. Such a word is kept
/// and shown, and a run does not call itself a success while nobody has done what it asks for.
public struct Guidance: RawRepresentable, Codable, Hashable, Sendable {
    /// The word, as the package spells it.
    public let rawValue: String

    /// Any word.
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let restartHost = Guidance(rawValue: "restartHost")
    public static let restartXAPI = Guidance(rawValue: "restartXAPI")
    public static let restartHVM = Guidance(rawValue: "restartHVM")
    public static let restartPV = Guidance(rawValue: "restartPV")

    /// Whether a run knows what to do for it.
    public var isKnown: Bool { [.restartHost, .restartXAPI, .restartHVM, .restartPV].contains(self) }
}

/// The restart that a host needs; the stronger one absorbs the weaker.
public enum Restart: Int, Codable, Hashable, Sendable, Comparable {
    case none, agent, host

    /// The restart that satisfies the guidance of all these updates at once.
    public init(for updates: [UpdateFacts]) { self.init(for: updates.flatMap(\.guidance)) }

    /// The restart that satisfies all of this.
    public init(for guidance: [Guidance]) {
        self = guidance.contains(.restartHost) ? .host : guidance.contains(.restartXAPI) ? .agent : .none
    }

    public static func < (a: Restart, b: Restart) -> Bool { a.rawValue < b.rawValue }
}

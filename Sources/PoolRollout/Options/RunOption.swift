import XenAPI

/// One option of a run, said once: messages, the wizard and the guide read it from ``all``.
public struct RunOption: Sendable {
    /// What its value is.
    public enum Kind: Sendable, Hashable {
        /// `true` or `false`.
        case flag
        /// A count of something, such as hosts; or seconds.
        case number(of: String)
        /// One of some words.
        case choice([String])
        /// A text that the option understands by itself.
        case text
        /// Hosts or VMs, with commas between them.
        case list
        /// A time with its zone.
        case time
        /// Several under names of their own: the key ends with the name.
        case family
    }

    /// How a page with a form asks for it.
    public struct Field: Sendable {
        /// What it is called there.
        public let label: String
        /// What it does, in a sentence.
        public let note: String
    }

    /// The key of `rollout.start`; of a family without the name, as in `gate.`.
    public let key: String
    /// Its option of `pitstop rollout start`.
    public let flag: String
    /// What its value is.
    public let kind: Kind
    /// What it does, for the guide: with Markdown, in one line.
    public let meaning: String
    /// What holds without it, for the guide; empty where that needs no word.
    public let standard: String
    /// Whether only a run that restarts the hosts itself can keep it.
    public let isAutomaticOnly: Bool
    /// How the wizard asks for it; nil where it has a place of its own there, or none.
    public let field: Field?
    let take: @Sendable (OptionWord, inout RunOptions) throws(APIError) -> Void

    init(
        _ key: String,
        _ flag: String,
        _ kind: Kind,
        _ meaning: String,
        standard: String = "",
        isAutomaticOnly: Bool = false,
        field: Field? = nil,
        _ take: @escaping @Sendable (OptionWord, inout RunOptions) throws(APIError) -> Void
    ) {
        (self.key, self.flag, self.kind) = (key, flag, kind)
        (self.meaning, self.standard, self.isAutomaticOnly, self.field) = (meaning, standard, isAutomaticOnly, field)
        self.take = take
    }

    /// The key as it is told to people: `gate.NAME`.
    public var name: String { kind == .family ? key + "NAME" : key }

    /// Whether a key is this option's.
    func understands(_ word: String) -> Bool { kind == .family ? word.hasPrefix(key) : word == key }

    /// The option that a key is of; nil where there is none.
    public static func of(_ key: String) -> RunOption? { all.first { $0.understands(key) } }

    /// Its row in the guide's table.
    public var row: String { "| `\(name)` | \(meaning) | \(standard) |" }
}

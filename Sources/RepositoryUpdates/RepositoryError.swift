import Basics
import Hosts

/// Why there is no snapshot, or no hotfix from one: a sentence for the operator.
public enum RepositoryError: Error, Hashable, Sendable {
    /// A name or pattern of packages is none.
    case notAName(String)
    /// Hosts could not be asked, or refused: their names and why.
    case hosts([Trouble])
    /// A host gave, for a package, other bytes than its repository's metadata promise.
    case otherBytes(host: String, package: String, what: String)
    /// A repository's metadata are older than what was seen of it before.
    case wentBack(repository: String, days: Int64)
    /// A repository's metadata are older than is allowed.
    case tooOld(repository: String, days: Int64?, limit: Int64)
    /// A folder holds no snapshot that can be used.
    case noSnapshot(path: String, reason: String)
    /// Something could not be written.
    case cannotWrite(path: String, reason: String)
    /// A snapshot is of several classes, and it was not said of which one the hotfix is to be.
    case severalClasses([String])
    /// There is no class with that host.
    case noClass(host: String)
    /// There is nothing to be installed.
    case nothingNew
    /// A file name from which no label of a hotfix follows.
    case notALabel(String)

    /// What one host said instead of what it was asked for.
    public struct Trouble: Hashable, Sendable {
        /// The host's name.
        public var host: String
        /// Why, as the second half of a sentence.
        public var reason: String

        /// Creates an entry.
        public init(host: String, reason: String) { (self.host, self.reason) = (host, reason) }
    }
}

extension RepositoryError: CustomStringConvertible {
    /// What happened and what to do next.
    public var description: String {
        switch self {
        case .notAName(let text):
            "\(text.escaped(for: .line)) is no name of a package: letters, digits and . _ + - and the wildcards * ? are."
        case .hosts(let troubles):
            "No snapshot was taken. "
                + troubles.map { "Host \($0.host): \(Self.sentence($0.reason))" }.joined(separator: " ")
        case .otherBytes(let host, let package, let what):
            "Host \(host) gave for \(package) \(what) than its repository's metadata promise: the mirror is being changed, or "
                + "somebody changes what it sends. Try again later; nothing of it was kept."
        case .wentBack(let repository, let days):
            "The repository \(repository) is \(days) days older than in the snapshot that is there: its mirror has fallen "
                + "behind, or shows an old state on purpose. Name another folder to take it all the same."
        case .tooOld(let repository, let days, let limit):
            "The newest metadata of the repository \(repository) \(days.map { "are \($0) days old" } ?? "do not say how old they are"), "
                + "and \(limit) days are allowed: its mirror may be kept from showing newer ones."
        case .noSnapshot(let path, let reason): "\(path) holds no snapshot that can be used: \(reason)."
        case .cannotWrite(let path, let reason): "\(path) can not be written: \(reason)."
        case .severalClasses(let names):
            "The snapshot is of several classes of hosts (\(names.joined(separator: "; "))), which need a hotfix each: name a "
                + "host of the class with --host."
        case .noClass(let host): "No class of the snapshot has a host \(host.escaped(for: .line))."
        case .nothingNew: "The repositories offered nothing that these hosts have not: there is nothing to collect."
        case .notALabel(let name):
            "\(name.escaped(for: .line)) can not name a hotfix: it has to be LABEL.xsupdate, the label of up to 64 letters, "
                + "digits and . _ -"
        }
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
}

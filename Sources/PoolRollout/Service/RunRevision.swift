import Basics
import Crypto
import Rollout

/// What somebody has been shown of a run before it begins, in three short digests: so that a run is not begun that is another
/// one by then, and the refusal can say what has changed.
struct RunRevision: Hashable, Sendable, CustomStringConvertible {
    private var parts: [String]

    init(_ view: PoolView, _ spec: RunSpec) {
        let updates =
            [spec.purpose.rawValue] + spec.updates.map { "\($0.uuid) \($0.sha256) \($0.guidance.map(\.rawValue))" }
        let hosts = view.hosts.sorted { $0.id < $1.id }.map { host in
            let isLeftOut = spec.excluded.contains(host.id)
            return
                "\(host.id) \(host.isMaster) \(host.isLive) \(host.isEnabled) \(spec.isSatisfied(by: host)) \(isLeftOut)"
        }
        let problems = Prechecks.problems(view, spec).filter { $0.severity != .information }.map { problem in
            let subject = "\(problem.host ?? "") \(problem.vm ?? "")"
            return
                "\(problem.check) \(problem.severity) \(subject) \(problem.fix.map { "\($0)" } ?? "") \(problem.offers)"
        }
        parts = [updates, hosts, problems.sorted()].map(Self.digest)
    }

    var description: String { parts.joined(separator: "-") }

    /// What is not as it was shown, in words; nil where all is.
    ///
    /// - Parameter shown: what ``description`` was then.
    func change(since shown: String) -> String? {
        let before = shown.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard before != parts else { return nil }
        guard before.count == parts.count else { return "it is not known what was shown" }
        let names = ["the update is another one", "other hosts take part", "the pre-checks find something else"]
        return zip(names, zip(before, parts)).filter { $1.0 != $1.1 }.map(\.0).joined(separator: ", and ")
    }

    private static func digest(_ lines: [String]) -> String {
        SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)).prefix(8).hex
    }
}

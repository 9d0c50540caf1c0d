import Glibc
import UpdatePackage

/// Which product versions a package is made for: a version such as `6.0.2`, or a pattern that versions match, as the
/// package's own precheck compares them.
struct MadeFor {
    /// The package's name, for messages.
    let label: String
    private let rule: String

    /// Reads it off a package that was looked into; nil where it does not say.
    init?(_ inspection: Inspection) {
        guard let rule = inspection.productVersion, !rule.isEmpty else { return nil }
        self.rule = rule
        label = inspection.info?.nameLabel ?? inspection.file
    }

    /// Creates a rule from a package's name and what it says of versions.
    init(label: String, rule: String) { (self.label, self.rule) = (label, rule) }

    /// Whether a host of that version may have it. A rule that nobody understands forbids nothing: the package itself will.
    func fits(_ version: String) -> Bool {
        if version == rule || version.isEmpty { return true }
        // A plain version is no pattern, in which its dots would stand for anything.
        guard rule.utf8.contains(where: { Array("^$[]()*+?|\\".utf8).contains($0) }) else { return false }
        var pattern = regex_t()
        guard regcomp(&pattern, rule, REG_EXTENDED | REG_NOSUB) == 0 else { return true }
        defer { regfree(&pattern) }
        return regexec(&pattern, version, 0, nil, 0) == 0
    }

    /// Refuses a pool whose hosts run other versions.
    ///
    /// - Parameter hosts: names and product versions.
    /// - Throws: ``Refused`` with the sentence for the operator.
    func check(_ hosts: [(name: String, version: String)]) throws {
        let others = hosts.filter { !fits($0.version) }
        guard let first = others.first else { return }
        let names = others.count > 5 ? "\(others.count) hosts" : others.map(\.name).joined(separator: ", ")
        throw Refused(
            description: "\(label) is made for version \(rule.filter { !"^$\\".contains($0) }), and \(names) "
                + "\(others.count == 1 ? "runs" : "run") \(first.version): take the update that is made for \(first.version)."
        )
    }

    /// A pool that the package's precheck would refuse.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }
}

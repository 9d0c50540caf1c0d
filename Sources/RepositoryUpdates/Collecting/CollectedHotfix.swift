import UpdatePackage

/// What a publisher would write down about a hotfix with the packages of one class.
public enum CollectedHotfix {
    /// The manifest. The same snapshot gives the same, with the same uuid.
    ///
    /// - Parameters:
    ///   - label: the hotfix's label.
    ///   - found: the class.
    ///   - taken: when the snapshot was taken, in seconds since the epoch.
    /// - Throws: ``RepositoryError/nothingNew``.
    public static func manifest(label: String, of found: HostClass, taken: Int64) throws(RepositoryError) -> Manifest {
        guard !found.packages.isEmpty else { throw .nothingNew }
        let advice = RestartAdvice.after(found.packages)
        let repositories = Set(found.packages.map(\.repository)).sorted().joined(separator: ", ")
        let count = found.packages.count == 1 ? "One package" : "\(found.packages.count) packages"
        var manifest = Manifest(
            label: label,
            uuid: uuid(found.digest),
            version: "1.0",
            description: "\(count) from \(repositories), as offered on \(day(taken)). \(advice.sentence)",
            productVersion: found.release,
            date: taken,
            guidance: advice.guidance.map { [$0] } ?? []
        )
        manifest.article.product = [found.product, found.release].filter { !$0.isEmpty }.joined(separator: " ")
        manifest.article.issues = found.advisories.map(\.line)
        return manifest
    }

    /// A label from the name of the file that is to be made.
    public static func label(fromFileName name: String) throws(RepositoryError) -> String {
        let ending = ".xsupdate"
        let label = String(name.dropLast(ending.count))
        let isPlain = label.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-._".utf8.contains(byte)
            }
        }
        guard name.hasSuffix(ending), isPlain, (1...64).contains(label.utf8.count), !label.hasPrefix("."),
            !label.hasPrefix("-")
        else { throw .notALabel(name) }
        return label
    }

    /// A uuid (RFC 9562, version 8) from a digest.
    static func uuid(_ digest: String) -> String {
        var digits = Array(digest.prefix(32))
        guard digits.count == 32 else { return digest }
        digits[12] = "8"
        digits[16] = "a"
        var parts: [String] = []
        for length in [8, 4, 4, 4, 12] {
            parts.append(String(digits.prefix(length)))
            digits.removeFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// `2026-11-30`.
    static func day(_ seconds: Int64) -> String { String(isoDate(seconds).prefix(10)) }
}

public import PoolDatabase
import UpdatePackage
public import XenAPI

/// What the server itself found out about the package of a `pool_patch` when it took it in.
///
/// It lives in fields that no message sets. `other_config` shows a copy, because clients have always read it there; what
/// users write into that map decides nothing.
public struct PackageOrigin: Hashable, Sendable {
    /// The package's identity, beside its uuid; nil for a patch of which only stamps are known.
    public var digest: PackageDigest?
    /// MD5, as articles print it; empty where it is not known.
    public var md5: String
    /// Why it was believed when it came, in words; empty where that is not known.
    public var trust: String
    /// When it came first; nil where that is not known.
    public var uploaded: Timestamp?

    /// Reads a row of `pool_patch`.
    public init(_ patch: Row) {
        digest = PackageDigest(patch.string(Self.digestField))
        (md5, trust) = (patch.string("md5"), patch.string("trust"))
        let time = patch.date("uploaded")
        uploaded = time == .never ? nil : time
    }

    static let digestField = "sha256"

    /// As the row keeps it.
    static func fields(of package: VerifiedPackage, uploaded: Timestamp) -> [(field: String, value: Value)] {
        fields(
            sha256: package.digests.sha256,
            md5: package.digests.md5,
            trust: package.trust.text,
            uploaded: uploaded
        )
    }

    /// As the row keeps it.
    static func fields(
        sha256: String,
        md5: String,
        trust: String,
        uploaded: Timestamp
    ) -> [(field: String, value: Value)] {
        [
            (digestField, .string(sha256)), ("md5", .string(md5)), ("trust", .string(trust)),
            ("uploaded", .date(uploaded)),
        ]
    }

    /// As `other_config` shows it.
    fileprivate var shown: [Value.Member] {
        let texts = [
            ("sha256", digest?.description ?? ""), ("md5", md5), ("trust", trust),
            ("uploaded", uploaded.map { "\($0.seconds)" } ?? ""),
        ]
        return texts.filter { !$0.1.isEmpty }.map { Value.Member($0.0, .string($0.1)) }
    }
}

extension Row {
    /// A row of `pool_patch` or `host_patch` with its origin in `other_config`, whatever users wrote there; any other row as
    /// it is.
    public var showingPackageOrigin: Row {
        let shown: [Value.Member]
        switch schema.name {
        case "pool_patch": shown = PackageOrigin(self).shown
        case "host_patch":
            shown =
                PackageDigest(string(PackageOrigin.digestField))
                .map { [Value.Member("sha256", .string($0.description))] } ?? []
        default: return self
        }
        guard !shown.isEmpty else { return self }
        let kept = (self["other_config"].members ?? []).filter { member in !shown.contains { $0.key == member.key } }
        return setting("other_config", .map(kept + shown))
    }
}

extension Trust {
    /// Why the package is believed, in words.
    var text: String {
        switch self {
        case .pinned: "pinned SHA-256"
        case .signed(let keys): "signed by " + keys.joined(separator: ", ")
        }
    }
}

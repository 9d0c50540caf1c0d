import PoolDatabase
import PoolPatching
import UpdatePackage

/// What there is to know of an update before it runs anywhere: read from its package, of which nothing is run for it.
enum PackageDetails {
    static func facts(_ status: UpdateStatus, _ inspection: Inspection?, _ snapshot: Snapshot) -> HTML {
        let patch = status.patch
        return dl(.class("facts")) {
            dt { "Name" }
            dd { patch.nameLabel }
            dt { "Description" }
            dd { patch.string("name_description") }
            dt { "Version" }
            dd { patch.string("version") }
            dt { "UUID" }
            dd { code { patch.uuid } }
            if status.isOffered {
                offered(patch)
            } else {
                dt { "Size" }
                dd { status.hasFile ? Words.size(patch.int("size")) : "the package is not on the coordinator any more" }
            }
            digest("SHA-256", PackageOrigin(patch).digest?.description)
            digest("MD5", PackageOrigin(patch).md5)
            dt { "Trusted because" }
            dd {
                status.isOffered
                    ? "The pool's own package manager checks the packages of its repositories."
                    : trust(patch, inspection)
            }
            dt { "After it is applied" }
            dd { Words.guidance(patch.texts("after_apply_guidance")) }
            if let inspection { dependencies(inspection, snapshot) }
        }
    }

    /// What the publisher of an offer says of it, and the packages that were pinned.
    private static func offered(_ patch: Row) -> HTML {
        func fact(_ title: String, _ key: String) -> HTML {
            guard let words = patch.map("other_config", key), !words.isEmpty else { return .empty }
            return .group([dt { title }, dd { words.split(separator: " ").joined(separator: ", ") }])
        }
        return .group([
            fact("Severity", "severity"), fact("Issued", "issued"), fact("Articles", "articles"),
            fact("Vulnerabilities", "vulnerabilities"), fact("Hosts restart for", "restarting_packages"),
            fact("Recommended afterwards", "recommended_guidance"), fact("Possible afterwards", "full_guidance"),
            fact("Packages", "packages"),
        ])
    }

    private static func digest(_ name: String, _ value: String?) -> HTML {
        guard let value, !value.isEmpty else { return .empty }
        return .group([dt { name }, dd { code { value } }])
    }

    private static func trust(_ patch: Row, _ inspection: Inspection?) -> String {
        let signers = (inspection?.signatures ?? []).filter { $0.state == .good && !$0.userID.isEmpty }
            .map { "\($0.userID), key \($0.primaryFingerprint.isEmpty ? $0.keyID : $0.primaryFingerprint)" }
        if let problem = inspection?.distrust { return "It is not trusted any more: \(problem.sentence)" }
        if !signers.isEmpty { return "Signed by " + signers.joined(separator: "; ") }
        let known = PackageOrigin(patch).trust
        return known.isEmpty ? "Nothing is known of its signature." : known
    }

    private static func dependencies(_ inspection: Inspection, _ snapshot: Snapshot) -> HTML {
        .group([
            list("Requires", inspection.requires, "nothing", inspection, snapshot),
            list("Conflicts with", inspection.conflicts, "nothing", inspection, snapshot),
            list("Includes", inspection.includes, "no earlier update", inspection, snapshot),
            dt { "Made for" },
            dd { inspection.productVersion ?? "it does not say" },
            dt { "Packages" },
            dd {
                inspection.debs.isEmpty
                    ? Words.count(inspection.rpms.count, "RPM", "RPMs")
                    : Words.count(inspection.debs.count, "Debian package", "Debian packages")
            },
        ])
    }

    /// The name of an update by its uuid, as the pool knows it or the package says it.
    static func label(_ uuid: String, _ inspection: Inspection, _ snapshot: Snapshot) -> String? {
        snapshot.row("pool_patch", uuid: uuid)?.nameLabel ?? inspection.labels[uuid.lowercased()]
    }

    private static func list(
        _ title: String,
        _ words: [String],
        _ none: String,
        _ inspection: Inspection,
        _ snapshot: Snapshot
    ) -> HTML {
        let names = words.map { word in label(word, inspection, snapshot).map { "\($0) (\(word))" } ?? word }
        return .group([dt { title }, dd { names.isEmpty ? none : names.joined(separator: ", ") }])
    }
}

/// What is known of packages. They are looked into once each, by the service that has them, and whether they are trusted is
/// asked anew each time: trust may have been withdrawn since.
struct PackageShelf: Sendable {
    private let patches: @Sendable (Row) async -> Inspection?

    init(_ patches: @escaping @Sendable (Row) async -> Inspection?) { self.patches = patches }

    func inspection(of patch: Row) async -> Inspection? { patch.int("size") > 0 ? await patches(patch) : nil }
}

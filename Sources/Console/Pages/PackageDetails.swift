import PoolDatabase
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
            dt { "Size" }
            dd { status.hasFile ? Words.size(patch.int("size")) : "the package is not on the coordinator any more" }
            digest("SHA-256", patch.map("other_config", "sha256"))
            digest("MD5", patch.map("other_config", "md5"))
            dt { "Trusted because" }
            dd { trust(patch, inspection) }
            dt { "After it is applied" }
            dd { Words.guidance(patch.texts("after_apply_guidance")) }
            if let inspection { dependencies(inspection, snapshot) }
        }
    }

    private static func digest(_ name: String, _ value: String?) -> HTML {
        guard let value else { return .empty }
        return .group([dt { name }, dd { code { value } }])
    }

    private static func trust(_ patch: Row, _ inspection: Inspection?) -> String {
        let signers = (inspection?.signatures ?? []).filter { $0.state == .good && !$0.userID.isEmpty }
            .map { "\($0.userID), key \($0.primaryFingerprint.isEmpty ? $0.keyID : $0.primaryFingerprint)" }
        if let problem = inspection?.distrust { return "It is not trusted any more: \(problem.sentence)" }
        if !signers.isEmpty { return "Signed by " + signers.joined(separator: "; ") }
        return patch.map("other_config", "trust") ?? "Nothing is known of its signature."
    }

    private static func dependencies(_ inspection: Inspection, _ snapshot: Snapshot) -> HTML {
        .group([
            list("Requires", inspection.requires, "nothing", snapshot),
            list("Conflicts with", inspection.conflicts, "nothing", snapshot),
            list("Includes", inspection.includes, "no earlier update", snapshot),
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

    private static func list(_ title: String, _ words: [String], _ none: String, _ snapshot: Snapshot) -> HTML {
        let names = words.map { word in
            snapshot.row("pool_patch", uuid: word).map { "\($0.nameLabel) (\(word))" } ?? word
        }
        return .group([dt { title }, dd { names.isEmpty ? none : names.joined(separator: ", ") }])
    }
}

/// Inspections of packages, which take their time, kept for as long as the package is the same.
actor PackageShelf {
    private let patches: @Sendable (Row) async -> Inspection?
    private var known: [String: Inspection] = [:]

    init(_ patches: @escaping @Sendable (Row) async -> Inspection?) { self.patches = patches }

    func inspection(of patch: Row) async -> Inspection? {
        let key = patch.uuid + (patch.map("other_config", "sha256") ?? "") + String(patch.int("size"))
        if let inspection = known[key] { return inspection }
        guard patch.int("size") > 0, let inspection = await patches(patch) else { return nil }
        if known.count > 64 { known = [:] }
        known[key] = inspection
        return inspection
    }
}

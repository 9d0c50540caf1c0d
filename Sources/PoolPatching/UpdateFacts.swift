import UpdatePackage
public import XenAPI

extension PatchService {
    /// The catalogue in use as names and texts, as `pool.get_catalogue` gives it; empty where none is installed.
    ///
    /// - Throws: `CATALOGUE_UNUSABLE`.
    public func catalogueFacts() async throws(APIError) -> KeyValuePairs<String, String> {
        guard let catalogue = try await catalogue() else { return [:] }
        return [
            "sha256": catalogue.sha256, "trust": catalogue.trust.text,
            "updates": "\(catalogue.catalogue.updates.count)",
            "release": catalogue.release.map { "\($0.number)" } ?? "", "issued": catalogue.release?.issued ?? "",
            "expires": catalogue.release?.expires ?? "",
        ]
    }
}

extension PoolUpdates {
    /// What is known of an update on a host as names and texts, as `host.get_update_status` gives it.
    public func facts(of update: HostUpdate) -> KeyValuePairs<String, String> {
        let entry = self.update(update.uuid)
        return [
            "uuid": update.uuid, "name_label": update.label, "name_description": entry?.description ?? "",
            "state": update.state, "reason": update.reason, "missing": "\(update.isMissing)",
            "applicable_now": "\(update.isApplicableNow)", "position": update.position.map(String.init) ?? "",
            "after_apply_guidance": entry?.guidance.joined(separator: ",") ?? "", "article": entry?.article ?? "",
            "download": entry?.download ?? "", "published": entry?.published ?? "",
            "foreign_build": "\(foreignBuilds.contains(update.uuid))",
        ]
    }
}

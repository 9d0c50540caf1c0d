public import PoolDatabase
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

extension PatchService {
    /// When an update could first be installed here, in seconds since the epoch: when it was published, as the catalogue in
    /// use says; else when it was first uploaded. Nil where nobody knows.
    public func published(_ patch: Row) async -> Int64? {
        // A catalogue that can not be used is shown elsewhere; here it only does not help.
        let update = (try? await catalogue())?.catalogue.updates.first { $0.uuid == patch.uuid.lowercased() }
        return update.flatMap { Self.seconds($0.published) }
            ?? PackageOrigin(patch).uploaded?.seconds
    }

    /// Catalogues write `2013-09-06T13:55:49Z`, or the day alone.
    static func seconds(_ text: String) -> Int64? {
        (Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00:00Z"))?.seconds
    }
}

extension PoolUpdates {
    /// When the catalogue says that an update was published, in seconds since the epoch; nil where it does not say.
    public func published(_ uuid: String) -> Int64? { update(uuid).flatMap { PatchService.seconds($0.published) } }

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

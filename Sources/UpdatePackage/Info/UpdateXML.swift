/// The `update.xml` of a 7.x update image.
public struct UpdateXML: Hashable, Sendable {
    /// What it says in the words of a classic package. Guidance is separated by commas here.
    public var info: PatchInfo
    /// The file name of the RPM key for the repository; empty where there is none.
    public var key: String
    /// Bytes that the update takes on a host.
    public var installationSize: Int64

    /// Reads the document; unknown guidance makes the whole list empty, as in XenServer.
    public init(parsing bytes: [UInt8]) throws(PatchInfoError) {
        let root: XMLElement
        do { root = try XMLReader.read(bytes) } catch { throw PatchInfoError(reason: "\(error)") }
        guard root.name == "update" else { throw PatchInfoError(reason: "the root element is <\(root.name)>") }
        guard let uuid = root["uuid"], let label = root["name-label"], let version = root["version"],
            let description = root.child("name-description")?.trimmedText, !description.isEmpty
        else { throw PatchInfoError(reason: "missing uuid, name-label, version or name-description in update.xml") }
        guard isUUID(uuid) else { throw PatchInfoError(reason: "\"\(uuid.prefix(64))\" is not a uuid") }
        let words = (root["after-apply-guidance"] ?? "").split(separator: ",").map { trimmed($0) }
        let guidance = words.compactMap { Guidance(rawValue: $0) }
        info = PatchInfo(
            uuid: uuid,
            version: oneLine(version),
            nameLabel: oneLine(label),
            nameDescription: oneLine(description),
            guidance: guidance.count == words.count ? guidance : []
        )
        key = root["key"] ?? ""
        let size = root["installation-size"].flatMap { Int64($0) } ?? 0
        installationSize = min(max(0, size), Catalogue.Update.largestInstallation)
    }
}

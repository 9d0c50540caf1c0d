extension Catalogue {
    /// Reads XenServer's `updates.xml` (root `patchdata`). It is unsigned and holds neither hashes nor supersession.
    public init(updatesXML bytes: [UInt8]) throws(CatalogueError) {
        let root: XMLElement
        do { root = try XMLReader.read(bytes, limits: .large) } catch {
            throw CatalogueError(reason: "This is not an updates.xml: \(error).")
        }
        guard root.name == "patchdata" else {
            throw CatalogueError(reason: "This is not an updates.xml: its root element is <\(root.name)>.")
        }
        var updates: [Update] = []
        for element in root.child("patches")?.children("patch") ?? [] { updates.append(try Self.update(element)) }
        var versions: [Version] = []
        for element in root.child("serverversions")?.children("version") ?? [] {
            versions.append(try Self.version(element))
        }
        self.init(versions: versions, updates: updates)
    }

    private static func update(_ element: XMLElement) throws(CatalogueError) -> Update {
        var update = Update(uuid: try uuid(element), label: element["name-label"] ?? "")
        update.description = element["name-description"] ?? ""
        // The feed knows one word; a list of words is taken too.
        update.guidance = (element["after-apply-guidance"] ?? "").split { $0 == "," || $0 == " " }.map(String.init)
        update.article = element["url"] ?? ""
        update.download = element["patch-url"] ?? ""
        update.published = element["timestamp"] ?? ""
        let size = element["installation-size"].flatMap { Int64($0) } ?? 0
        update.installationSize = min(max(0, size), Update.largestInstallation)
        for required in element.child("requiredpatches")?.children("requiredpatch") ?? [] {
            update.requires.append(try uuid(required))
        }
        for conflicting in element.child("conflictingpatches")?.children("conflictingpatch") ?? [] {
            update.conflicts.append(try uuid(conflicting))
        }
        return update
    }

    private static func version(_ element: XMLElement) throws(CatalogueError) -> Version {
        guard let value = element["value"] else {
            throw CatalogueError(reason: "A version in updates.xml has no value.")
        }
        var uuids: [String] = []
        for patch in element.children("patch") { uuids.append(try uuid(patch)) }
        var minimal: [String]?
        if let list = element.child("minimalpatches") {
            var ordered: [String] = []
            for patch in list.children("patch") { ordered.append(try uuid(patch)) }
            minimal = ordered
        }
        let build = element["build-number"].flatMap { $0.isEmpty ? nil : $0 }
        return Version(value: value, build: build, name: element["name"] ?? value, updates: uuids, minimal: minimal)
    }

    private static func uuid(_ element: XMLElement) throws(CatalogueError) -> String {
        guard let uuid = element["uuid"], isUUID(uuid) else {
            throw CatalogueError(reason: "A <\(element.name)> in updates.xml has no uuid.")
        }
        return uuid.lowercased()
    }
}

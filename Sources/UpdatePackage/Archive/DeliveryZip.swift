/// The zip file in which a hotfix is delivered: the package, and the sources of what it changes.
enum DeliveryZip {
    /// Names of the update packages in the zip, or none where it can not be read.
    static func packages(in file: String) -> [String] {
        var names: [String] = []
        do {
            var reader = try ArchiveReader.open(file, formats: [.zip])
            var count = 0
            while let entry = try reader.next(), count < 10_000 {
                count += 1
                if entry.kind == .file, isPackageName(entry.path) { names.append(entry.path) }
            }
        } catch {
            return names
        }
        return names
    }

    /// Whether a member is an update, by its name. A Mac adds members of its own, with its notes about the others.
    static func isPackageName(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        guard !parts.contains("__MACOSX"), parts.last?.hasPrefix("._") == false else { return false }
        return [".xsupdate", ".iso", ".xsoem"].contains { name.lowercased().hasSuffix($0) }
    }
}

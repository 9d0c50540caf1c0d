extension Manifest {
    /// Reads a manifest from a YAML file.
    public static func read(file: String) throws(ManifestError) -> Manifest {
        let bytes: [UInt8]?
        do { bytes = try readFile(file, limit: 1 << 20) } catch {
            throw ManifestError(file: file, line: 0, reason: "the manifest can not be read: \(describe(error))")
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw ManifestError(file: file, line: 0, reason: "the manifest is longer than 1 MiB or not UTF-8")
        }
        return try Manifest(yaml: text, file: file)
    }
}

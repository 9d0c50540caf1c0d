extension Catalogue {
    /// Reads a catalogue from a file: XenServer's `updates.xml` or the JSON of ``CatalogueDocument``, neither of which is
    /// trusted. A signed catalogue is opened by ``SignedCatalogue/open(file:policy:last:now:)`` instead.
    public static func readUntrusted(file: String) throws(CatalogueError) -> Catalogue {
        let bytes: [UInt8]?
        do { bytes = try readFile(file, limit: 64 << 20) } catch {
            throw CatalogueError(reason: "\(file) can not be read: \(describe(error)).")
        }
        guard let bytes else { throw CatalogueError(reason: "\(file) is larger than 64 MiB.") }
        let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
        if first == UInt8(ascii: "{") { return try CatalogueDocument(json: bytes).catalogue }
        return try Catalogue(updatesXML: bytes)
    }
}

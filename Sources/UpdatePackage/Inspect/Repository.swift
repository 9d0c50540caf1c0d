/// The chain from a signed `repomd.xml` to each RPM of a 7.x image: it names `primary.xml` by hash, which names the RPMs.
enum Repository {
    /// A file that one document of the chain promises.
    private struct Promise {
        var path: String
        var sha256: String
    }

    /// What breaks the chain, in a few words, or nil where every RPM of the image is vouched for.
    ///
    /// - Parameters:
    ///   - repomd: the signed document.
    ///   - files: the files of the image.
    ///   - primary: reads the (decompressed) `primary.xml` at this path of the image.
    static func flaw(
        repomd: [UInt8],
        files: [ArchiveFile],
        primary: (String) throws -> [UInt8]
    ) throws -> String? {
        let root: XMLElement
        do { root = try XMLReader.read(repomd, limits: .large) } catch { return "repomd.xml: \(error)" }
        guard let data = root.children("data").first(where: { $0["type"] == "primary" }),
            let promise = promise(in: data)
        else { return "repomd.xml names no primary.xml with a SHA-256" }
        if let flaw = compare(promise, files) { return flaw }

        let list: XMLElement
        do { list = try XMLReader.read(try primary(promise.path), limits: .large) } catch let error as XMLError {
            return "primary.xml: \(error)"
        }
        var vouched: Set<String> = []
        for package in list.children("package") {
            guard let promise = self.promise(in: package) else { return "primary.xml names an RPM without a SHA-256" }
            if let flaw = compare(promise, files) { return flaw }
            vouched.insert(promise.path)
        }
        let stranger = files.first { $0.path.hasSuffix(".rpm") && !vouched.contains($0.path) }
        return stranger.map { "\($0.path) is not in the image's own list" }
    }

    private static func promise(in element: XMLElement) -> Promise? {
        guard let checksum = element.child("checksum"), checksum["type"] == "sha256",
            let path = element.child("location")?["href"]
        else { return nil }
        return Promise(path: path, sha256: checksum.trimmedText.lowercased())
    }

    private static func compare(_ promise: Promise, _ files: [ArchiveFile]) -> String? {
        guard let file = files.first(where: { $0.path == promise.path }) else { return "\(promise.path) is missing" }
        return file.digests.sha256 == promise.sha256 ? nil : "\(promise.path) is not the file that was signed for"
    }
}

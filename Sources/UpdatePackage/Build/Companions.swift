extension BuiltPackage {
    /// Writes what is published beside the zip: the article in three formats, the bill of materials, and the checksums.
    ///
    /// - Returns: the files' paths.
    public func writeCompanions(to folder: String) throws(PackageError) -> [String] {
        let article = Article(of: self)
        let label = manifest.label
        let texts = [
            ("\(label).txt", article.text), ("\(label).md", article.markdown),
            ("\(label).html", article.page(title: "Hotfix \(label)")),
            ("\(label).spdx.json", billOfMaterials.text + "\n"),
            ("\(label).sha256", checksums(\.sha256)), ("\(label).md5", checksums(\.md5)),
        ]
        var paths: [String] = []
        for (name, text) in texts {
            let path = folder + "/" + name
            do { try writeFile(path, Array(text.utf8)) } catch {
                throw PackageError(path, .cannotWrite(path: path, reason: describe(error)))
            }
            paths.append(path)
        }
        return paths
    }

    /// The published files in the form that `sha256sum --check` and `md5sum --check` read.
    public func checksums(_ digest: KeyPath<Digests, String>) -> String {
        [package, sources, zip].compactMap(\.self).map { "\($0.digests[keyPath: digest])  \($0.name)\n" }.joined()
    }
}

extension Article {
    /// The article as a complete HTML page.
    public func page(title: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>\(xmlEscaped(title))</title></head>
        <body>
        <h1>\(xmlEscaped(title))</h1>
        \(html)</body>
        </html>

        """
    }
}

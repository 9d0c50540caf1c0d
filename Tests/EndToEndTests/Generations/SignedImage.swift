import Crypto
import Foundation
import TestSupport

/// An update image as XenServer 7.1 to 8.2 takes them: ISO 9660, real packages in a repository, and two signed documents.
///
/// Beside them lies what the pool behind a profile installs of it.
struct SignedImage {
    let path: String
    let sha256: String

    /// Makes one of what a replica holds, and signs it.
    init(_ hotfix: ReplicaHotfix, by key: SigningKey, in directory: TemporaryDirectory) async throws {
        let folder = directory.file("image")
        for part in ["repodata", "packages"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)",
                withIntermediateDirectories: true
            )
        }
        var list = ""
        for name in try FileManager.default.contentsOfDirectory(atPath: hotfix.packages).sorted()
        where name.hasSuffix(".rpm") {
            try FileManager.default.copyItem(atPath: "\(hotfix.packages)/\(name)", toPath: "\(folder)/packages/\(name)")
            list += "<package type=\"rpm\">\(try Self.entry("packages/\(name)", in: folder))</package>"
        }
        try FileManager.default.copyItem(atPath: hotfix.package, toPath: "\(folder)/packages/update.xsupdate")
        try Data("<metadata>\(list)</metadata>".utf8).write(to: URL(filePath: "\(folder)/repodata/primary.xml"))
        _ = try await Tools.run("gzip", ["\(folder)/repodata/primary.xml"])
        let primary = try Self.entry("repodata/primary.xml.gz", in: folder)
        let documents = [
            "update.xml": """
            <update uuid="\(Self.uuid)" name-label="XS82ECU1031" version="1.0" after-apply-guidance="restartHost">\
            <name-description>Security update</name-description></update>
            """,
            "repodata/repomd.xml": "<repomd><data type=\"primary\">\(primary)</data></repomd>",
        ]
        for (name, text) in documents {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            try await key.signBeside("\(folder)/\(name)")
        }
        path = directory.file("XS82ECU1031.iso")
        try DiscImage.write(of: folder, to: path)
        sha256 = Self.digest(try Data(contentsOf: URL(filePath: path)))
    }

    static let uuid = "21111111-2222-4333-8444-555555555555"

    private static func entry(_ path: String, in folder: String) throws -> String {
        let sha256 = digest(try Data(contentsOf: URL(filePath: "\(folder)/\(path)")))
        return "<checksum type=\"sha256\">\(sha256)</checksum><location href=\"\(path)\"/>"
    }

    private static func digest(_ data: Data) -> String {
        SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
    }
}

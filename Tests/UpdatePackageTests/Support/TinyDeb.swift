import FoundationEssentials

@testable import UpdatePackage

/// Tiny Debian packages, built by dpkg-deb while the test runs.
struct TinyDeb {
    var name: String
    var version: String
    var architecture = "all"
    /// Further fields of the control file, such as `Depends: x`.
    var fields: [String] = []
    /// Files beside `/opt/NAME/version` and `/opt/NAME/only-in-VERSION`.
    var files: [String: String] = [:]
    /// Those of them that are configuration.
    var conffiles: [String] = []
    /// Lines of the script that runs when it has been unpacked.
    var postinst: String?
    var compression = "gzip"

    static func isAvailable() async -> Bool { await ToolBox.has("dpkg-deb") }

    /// Builds the package into `folder` and gives its path.
    func build(into folder: String) async throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let work = try makeTemporaryDirectory()
        defer { removeTree(work) }
        var files = files
        files["/opt/\(name)/version"] = "\(name) \(version)\n"
        files["/opt/\(name)/only-in-\(version)"] = "\(version)\n"
        var sums = ""
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: "\(work)/\(folder)", withIntermediateDirectories: true)
            try writeFile(work + path, Array(text.utf8))
            let digests = try await Digests.of(file: work + path)
            if !conffiles.contains(path) { sums += "\(digests.md5)  \(path.dropFirst())\n" }
        }
        let control =
            [
                "Package: \(name)", "Version: \(version)", "Architecture: \(architecture)",
                "Maintainer: Test <test@example.invalid>", "Installed-Size: 1", "Description: A test package",
            ] + fields
        try FileManager.default.createDirectory(atPath: work + "/DEBIAN", withIntermediateDirectories: true)
        try writeFile(work + "/DEBIAN/control", Array((control.joined(separator: "\n") + "\n").utf8))
        try writeFile(work + "/DEBIAN/md5sums", Array(sums.utf8))
        if !conffiles.isEmpty {
            try writeFile(work + "/DEBIAN/conffiles", Array((conffiles.joined(separator: "\n") + "\n").utf8))
        }
        if let postinst {
            try writeFile(work + "/DEBIAN/postinst", Array("#!/bin/sh\n\(postinst)\n".utf8), mode: 0o755)
        }
        let path = "\(folder)/\(name)_\(version.replacing(":", with: "%3a"))_\(architecture).deb"
        _ = try await Tool(name: "dpkg-deb").require([
            "--root-owner-group", "-Z\(compression)", "--build", work, path,
        ])
        return path
    }
}

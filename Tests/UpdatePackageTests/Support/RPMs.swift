import FoundationEssentials

@testable import UpdatePackage

/// Tiny RPMs, built by rpmbuild while the test runs.
struct TinyRPM {
    var name: String
    var version: String
    var release = "1"
    var architecture = "i386"
    /// Further lines of the spec file's head, such as `Requires: x`.
    var tags: [String] = []
    /// Lines of a `%pre` scriptlet.
    var pre: String?

    /// Builds the package into `folder` and gives its path.
    func build(into folder: String) async throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let work = try makeTemporaryDirectory()
        defer { removeTree(work) }
        var spec = """
            Name: \(name)
            Version: \(version)
            Release: \(release)
            Summary: A test package
            License: none
            AutoReqProv: no
            Provides: /bin/sh
            \(architecture == "noarch" ? "BuildArch: noarch" : "")
            \(tags.joined(separator: "\n"))
            %description
            A test package.
            %install
            mkdir -p %{buildroot}/opt/\(name)
            echo "\(name) \(version)-\(release)" > %{buildroot}/opt/\(name)/version
            echo "\(version)" > %{buildroot}/opt/\(name)/only-in-\(version)
            %files
            /opt/\(name)

            """
        if let pre { spec += "%pre\n\(pre)\n" }
        try writeFile(work + "/p.spec", Array(spec.utf8))
        _ = try await Tool(name: "rpmbuild").require([
            "-bb", "--quiet", "--target", "\(architecture)-linux", "-D", "_topdir \(work)", "-D", "_rpmdir \(folder)",
            "-D", "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", "-D", "debug_package %{nil}",
            "-D", "__os_install_post %{nil}", "-D", "_build_id_links none", work + "/p.spec",
        ])
        return "\(folder)/\(name)-\(version)-\(release).\(architecture).rpm"
    }
}

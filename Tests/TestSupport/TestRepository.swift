import Foundation
import UpdatePackage

/// A repository as distributions have them: RPMs that are signed, metadata by createrepo_c, advisories, and a signature over all.
public final class TestRepository: Sendable {
    /// A small package for every machine.
    public struct Package: Sendable {
        let name, version: String

        /// Creates a package of release 1, with one file that tells its version.
        public init(_ name: String, _ version: String) { (self.name, self.version) = (name, version) }
    }

    /// Whether the tools are here by which repositories are made and asked.
    public static let isPossible: Bool =
        Tools.embeddedPool && ["dnf", "createrepo_c", "modifyrepo_c", "rpmsign"].allSatisfy(Tools.isInstalled)
    /// What to say when ``isPossible`` is false.
    public static let reason =
        "\(Tools.embeddedPoolReason), dnf 4 and createrepo_c (apt-get install dnf createrepo-c)"

    /// The folder that a web server would serve.
    public var path: String { directory.file("repository") }
    /// The public key with which it is signed, in ASCII armor.
    public var publicKey: String { path + "/KEY" }

    private let directory: TemporaryDirectory
    private let signer: Signer
    private let user = "Repository <repository@pitstop.invalid>"

    /// Makes an empty repository with a key of its own.
    public init() async throws {
        directory = try TemporaryDirectory()
        signer = try await Signer.makeUnprotectedKey(home: directory.file("gpg").made(), userID: user)
        _ = try directory.file("repository").made()
        try Data(try await run("gpg", ["--batch", "--armor", "--export", user]).utf8)
            .write(to: URL(filePath: publicKey))
    }

    /// Builds packages into a folder.
    public static func build(_ packages: [Package], into folder: String) async throws {
        let work = try TemporaryDirectory()
        for package in packages {
            let spec = """
                Name: \(package.name)
                Version: \(package.version)
                Release: 1
                Summary: A package for a test
                License: none
                BuildArch: noarch
                AutoReqProv: no
                %description
                A package for a test.
                %install
                mkdir -p %{buildroot}/opt/\(package.name)
                echo \(package.version) > %{buildroot}/opt/\(package.name)/version
                %files
                /opt/\(package.name)

                """
            let file = try work.write(spec, to: "package.spec")
            try await require(
                "rpmbuild",
                [
                    "-bb", "--quiet", "--define", "_topdir \(work.path)", "--define", "_rpmdir \(folder)", "--define",
                    "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", file,
                ]
            )
        }
    }

    /// Adds packages.
    public func add(_ packages: Package..., isSigned: Bool = true) async throws {
        let folder = try TemporaryDirectory()
        try await Self.build(packages, into: folder.path)
        try await addFiles(of: folder.path, isSigned: isSigned)
    }

    /// Adds the RPMs of a folder.
    public func addFiles(of folder: String, isSigned: Bool = true) async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".rpm") }
        if isSigned { try await sign(names.map { "\(folder)/\($0)" }) }
        for name in names {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(path)/\(name)")
        }
    }

    private func sign(_ files: [String]) async throws {
        try await run(
            "rpmsign",
            ["--addsign", "--define", "_gpg_name \(user)", "--define", "__gpg /usr/bin/gpg"] + files
        )
    }

    /// Writes the metadata anew, with an `updateinfo.xml` where there is one, and signs them.
    ///
    /// - Parameter time: seconds since the epoch at which they claim to have been made; nil for now.
    public func publish(updateinfo: String? = nil, isSigned: Bool = true, time: Int? = nil) async throws {
        try? FileManager.default.removeItem(atPath: path + "/repodata")
        let times = time.map { ["--revision", "\($0)", "--set-timestamp-to-revision"] } ?? []
        try await run("createrepo_c", ["--quiet"] + times + [path])
        if let updateinfo {
            let file = try directory.write(updateinfo, to: "updateinfo.xml")
            try await run("modifyrepo_c", ["--mdtype=updateinfo", file, path + "/repodata"])
        }
        guard isSigned else { return }
        try await run("gpg", ["--batch", "--yes", "--armor", "--detach-sign", path + "/repodata/repomd.xml"])
    }

    /// Lays the repository into a host's tree as `/srv/repository`, and has the host look there.
    ///
    /// - Parameter settings: lines of its section that are not as usual, such as `gpgcheck=0`.
    public func offer(toTree tree: String, id: String = "updates", settings: [String: String] = [:]) throws {
        let place = tree + "/srv/" + id
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.copyItem(atPath: path, toPath: place)
        var values = [
            "name": "Updates for a test", "baseurl": "file:///srv/\(id)", "enabled": "1", "gpgcheck": "1",
            "repo_gpgcheck": "1", "gpgkey": "file:///srv/\(id)/KEY",
        ]
        values.merge(settings) { $1 }
        let lines = ["[\(id)]"] + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let folder = try (tree + "/etc/yum.repos.d").made()
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(folder)/\(id).repo"))
    }

    /// Stops the agent that gpg has started.
    public func stop() async { await signer.stopAgent() }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        try await Self.require(program, arguments, home: signer.home)
    }

    @discardableResult
    private static func require(_ program: String, _ arguments: [String], home: String? = nil) async throws -> String {
        let result = try await Tools.run(program, arguments, environment: home.map { ["GNUPGHOME": $0] } ?? [:])
        guard result.code == 0 else { throw Failed(description: "\(program): \(result.error)\(result.output)") }
        return result.output
    }

    private struct Failed: Error, CustomStringConvertible { let description: String }
}

extension String {
    /// The path of a folder, made where it is missing.
    fileprivate func made() throws -> String {
        try FileManager.default.createDirectory(
            atPath: self,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return self
    }
}

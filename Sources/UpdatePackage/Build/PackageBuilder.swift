import Glibc
import SystemPackage

/// A file that was published, with its checksums.
public struct BuiltFile: Hashable, Sendable {
    /// Where it is.
    public var path: String
    /// Its checksums and size.
    public var digests: Digests

    /// The file's name, without folder.
    public var name: String { lastComponent(path) }
}

/// Everything that one run of the builder made.
public struct BuiltPackage: Hashable, Sendable {
    /// The manifest that it was made from.
    public var manifest: Manifest
    /// The signed package, `LABEL.xsupdate`.
    public var package: BuiltFile
    /// The source archive, `LABEL-src-pkgs.tar.bz2`; nil where there are no sources.
    public var sources: BuiltFile?
    /// The zip for download, with both in it.
    public var zip: BuiltFile
    /// The RPMs inside, in the order of their file names.
    public var rpms: [RPMFile]
    /// The Debian packages inside, in the order of their file names.
    public var debs: [DebFile]
    /// The digests of the packages inside, by file name.
    public var packageDigests: [String: Digests]
    /// What its own precheck said in a trial; nil where there was none.
    public var verdict: TrialVerdict?

    /// The file names of the packages inside.
    public var packageFileNames: [String] { rpms.map(\.fileName) + debs.map(\.fileName) }
}

/// Makes a hotfix: the package script and its RPMs (or Debian packages) in one signed file, the source archive, and the zip around both.
///
/// The same input gives the same bytes: members are sorted, every time is the manifest's date, every owner is root.
public enum PackageBuilder {
    /// Builds and signs a hotfix, and checks the result as a server would.
    ///
    /// - Parameters:
    ///   - manifest: what to publish.
    ///   - rpmFolder: the folder whose `*.rpm` files go into the package.
    ///   - sourceFolder: the folder that becomes the source archive; nil for none.
    ///   - output: the folder for the results, made where it does not exist; files of the same names are replaced.
    ///   - signer: who signs.
    ///   - trial: where `info` and `precheck` of the result are run; nil for `info` alone, which only prints, on this machine.
    public static func build(
        manifest: Manifest,
        rpmFolder: String,
        sourceFolder: String? = nil,
        output: String,
        signer: Signer,
        trial: PackageTrial? = nil
    ) async throws(PackageError) -> BuiltPackage {
        let builder = Builder(manifest: manifest, output: output, signer: signer, trial: trial)
        return try await build(builder, sourceFolder) { try .rpms(in: rpmFolder) }
    }

    /// Builds and signs a hotfix of Debian packages, and checks the result as a server would.
    ///
    /// - Parameters:
    ///   - manifest: what to publish.
    ///   - debFolder: the folder whose `*.deb` files go into the package.
    ///   - sourceFolder: the folder that becomes the source archive; nil for none.
    ///   - output: the folder for the results, made where it does not exist; files of the same names are replaced.
    ///   - signer: who signs.
    public static func build(
        manifest: Manifest,
        debFolder: String,
        sourceFolder: String? = nil,
        output: String,
        signer: Signer
    ) async throws(PackageError) -> BuiltPackage {
        let builder = Builder(manifest: manifest, output: output, signer: signer, trial: nil)
        return try await build(builder, sourceFolder) { try .debs(in: debFolder) }
    }

    private static func build(
        _ builder: Builder,
        _ sourceFolder: String?,
        _ contents: () throws -> PackagedFiles
    ) async throws(PackageError) -> BuiltPackage {
        let output = builder.output
        do {
            return try await builder.build(contents, sourceFolder: sourceFolder)
        } catch let error as PackageError {
            throw error
        } catch let error as ArchiveError {
            throw PackageError(output, .toolFailed(name: "libarchive", reason: error.reason))
        } catch {
            throw PackageError(output, .cannotWrite(path: output, reason: describe(error)))
        }
    }
}

private struct Builder {
    var manifest: Manifest
    var output: String
    var signer: Signer
    var trial: PackageTrial?

    func build(_ contents: () throws -> PackagedFiles, sourceFolder: String?) async throws -> BuiltPackage {
        try makeDirectories(output)
        let files = try contents()
        let package = output + "/" + manifest.packageName
        let scratch = try ScratchFolder(named: output + "/." + manifest.label + ".build")
        defer { scratch.remove() }
        let (payload, signed) = (scratch.path + "/payload", scratch.path + "/" + manifest.packageName)
        try writePayload(payload, files)
        try await signer.sign(payload, to: signed, name: manifest.label, date: manifest.date)
        let verdict: TrialVerdict?
        do { verdict = try await check(signed, payload: payload, in: scratch.path) } catch let error as PackageError {
            throw PackageError(package, error.problem, sha256: error.sha256)
        }
        // What is named like a package is a whole one.
        guard chmod(signed, 0o644) == 0, rename(signed, package) == 0 else { throw Errno(rawValue: errno) }

        var members = [ArchiveMember(path: manifest.packageName, content: .file(package))]
        let sources = try await writeSources(sourceFolder)
        if let sources { members.append(ArchiveMember(path: sources.name, content: .file(sources.path))) }
        let zip = output + "/" + manifest.zipName
        try writeArchive(zip, .zip, members, modified: nil)
        var packageDigests: [String: Digests] = [:]
        for name in files.names { packageDigests[name] = try await .of(file: files.folder + "/" + name) }
        return BuiltPackage(
            manifest: manifest,
            package: BuiltFile(path: package, digests: try await .of(file: package)),
            sources: sources,
            zip: BuiltFile(path: zip, digests: try await .of(file: zip)),
            rpms: files.rpms,
            debs: files.debs,
            packageDigests: packageDigests,
            verdict: verdict
        )
    }

    private func writePayload(_ path: String, _ files: PackagedFiles) throws {
        let contents = files.names.map { "\(files.kind) \($0) ANY\n" }.joined()
        var members = [
            ArchiveMember(path: "CONTENTS", content: .bytes(Array(contents.utf8))),
            ArchiveMember(path: "install.sh", content: .bytes(Array(files.installScript.utf8)), mode: 0o755),
        ]
        for hotfix in manifest.includes.sorted(by: { $0.uuid < $1.uuid }) {
            let stamp = PatchInfo(
                uuid: hotfix.uuid,
                version: "1.0",
                nameLabel: hotfix.label,
                nameDescription: "Included in \(manifest.label)",
                guidance: []
            )
            members.append(ArchiveMember(path: "included/" + hotfix.uuid, content: .bytes(Array(stamp.xml.utf8))))
        }
        var packed: Int64 = 0
        for name in files.names {
            let source = files.folder + "/" + name
            packed += try size(of: source)
            members.append(ArchiveMember(path: name, content: .file(source)))
        }
        // The archive unpacked, a copy of the files that it replaces, and room for the database of packages.
        let needed = packed + files.installedSize + 16 << 20
        let script = PackageScript(manifest: manifest, neededBytes: needed).padded
        try writeNewFile(path) { descriptor in
            try descriptor.writeAll(script)
            let writer = try ArchiveWriter.begin(.tar, descriptor: descriptor.rawValue)
            try writer.add(members, modified: manifest.date)
            try writer.finish()
        }
    }

    private func size(of path: String) throws -> Int64 {
        let descriptor = try FileDescriptor.reading(path)
        return try descriptor.closeAfter { try descriptor.seek(offset: 0, from: .end) }
    }

    /// Opens the package as a server does, and compares what comes out with what went in.
    private func check(_ package: String, payload: String, in scratch: String) async throws -> TrialVerdict? {
        let (keys, unwrapped) = (scratch + "/keys", scratch + "/unwrapped")
        try await signer.exportKeys(to: keys)
        let policy = TrustPolicy(keyring: Keyring(path: keys), requiredSigners: max(1, signer.keys.count))
        let verified = try await verify(file: package, policy: policy, payloadTo: unwrapped)
        guard try await Digests.of(file: verified.payload) == Digests.of(file: payload) else {
            throw PackageError(package, .toolFailed(name: "gpg", reason: "the package does not hold what was signed"))
        }
        if let trial { return try await trial.judge(verified.payload, of: package, manifest) }
        // Of the program that was just written here, `info` only prints.
        let info = try await OutsideTool(name: "sh", inputs: ["program": verified.payload], timeLimit: .seconds(30))
            .require(["/in/program", "info"])
        guard (try? PatchInfo(parsing: info.text)) == manifest.info else {
            throw PackageError(package, .toolFailed(name: "sh", reason: "info does not print what the manifest says"))
        }
        return nil
    }

    private func writeSources(_ folder: String?) async throws -> BuiltFile? {
        guard let folder else { return nil }
        let path = output + "/" + manifest.sourceArchiveName
        let members = try SourceTree.members(of: folder, under: manifest.label + "-src-pkgs")
        try writeArchive(path, .tarBzip2, members, modified: manifest.date)
        return BuiltFile(path: path, digests: try await .of(file: path))
    }
}

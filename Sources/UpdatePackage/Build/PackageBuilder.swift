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
    /// The digests of the RPMs, by file name.
    public var rpmDigests: [String: Digests]
    /// What its own precheck said in a trial; nil where there was none.
    public var verdict: TrialVerdict?
}

/// Makes a hotfix: the package script and its RPMs in one signed file, the source archive, and the zip around both.
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
        do {
            return try await Builder(manifest: manifest, output: output, signer: signer, trial: trial)
                .build(rpmFolder: rpmFolder, sourceFolder: sourceFolder)
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

    func build(rpmFolder: String, sourceFolder: String?) async throws -> BuiltPackage {
        try makeDirectories(output)
        let rpms = try await rpmFiles(in: rpmFolder)
        let package = output + "/" + manifest.packageName
        let payload = output + "/." + manifest.label + ".payload"
        defer { try? removeFile(payload) }
        try writePayload(payload, rpms, folder: rpmFolder)
        try removeFile(package)
        try await signer.sign(payload, to: package, name: manifest.label, date: manifest.date)
        let verdict = try await check(package, payload: payload)

        var members = [ArchiveMember(path: manifest.packageName, content: .file(package))]
        let sources = try await writeSources(sourceFolder)
        if let sources { members.append(ArchiveMember(path: sources.name, content: .file(sources.path))) }
        let zip = output + "/" + manifest.zipName
        try writeArchive(zip, .zip, members, modified: nil)
        var rpmDigests: [String: Digests] = [:]
        for rpm in rpms { rpmDigests[rpm.fileName] = try await .of(file: rpmFolder + "/" + rpm.fileName) }
        return BuiltPackage(
            manifest: manifest,
            package: BuiltFile(path: package, digests: try await .of(file: package)),
            sources: sources,
            zip: BuiltFile(path: zip, digests: try await .of(file: zip)),
            rpms: rpms,
            rpmDigests: rpmDigests,
            verdict: verdict
        )
    }

    private func rpmFiles(in folder: String) async throws -> [RPMFile] {
        let names: [String]
        do { names = try listDirectory(folder).filter { $0.hasSuffix(".rpm") } } catch {
            throw PackageError(folder, .unreadable(reason: describe(error)))
        }
        guard !names.isEmpty else { throw PackageError(folder, .unreadable(reason: "there are no RPMs in it")) }
        // install.sh passes the names on as words, so only names without special characters are taken.
        for name in names where !name.utf8.allSatisfy(Self.isPlain) || name.hasPrefix("-") {
            throw PackageError(
                name,
                .badArchive(reason: "the file name holds characters other than A-Z a-z 0-9 . _ + ~ ^ -")
            )
        }
        return try await RPMFile.query(names.map { folder + "/" + $0 })
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: [0x2d, 0x2e, 0x5f, 0x2b, 0x7e, 0x5e].contains(byte)
        }
    }

    private func writePayload(_ path: String, _ rpms: [RPMFile], folder: String) throws {
        let contents = rpms.map { "rpm \($0.fileName) ANY\n" }.joined()
        var members = [
            ArchiveMember(path: "CONTENTS", content: .bytes(Array(contents.utf8))),
            ArchiveMember(path: "install.sh", content: .bytes(Array(InstallScript.text.utf8)), mode: 0o755),
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
        for rpm in rpms {
            let source = folder + "/" + rpm.fileName
            packed += try size(of: source)
            members.append(ArchiveMember(path: rpm.fileName, content: .file(source)))
        }
        // The archive unpacked, a copy of the files that it replaces, and room for the RPM database.
        let needed = packed + rpms.reduce(0) { $0 + $1.installedSize } + 16 << 20
        let script = PackageScript(manifest: manifest, neededBytes: needed).padded
        try writeNewFile(path) { descriptor in
            try descriptor.writeAll(script)
            let writer = try ArchiveWriter.begin(.tar, descriptor: descriptor.rawValue)
            try writer.add(members, modified: manifest.date)
            try writer.finish()
        }
    }

    private func size(of path: String) throws -> Int64 {
        let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        return try descriptor.closeAfter { try descriptor.seek(offset: 0, from: .end) }
    }

    /// Opens the package as a server does, and compares what comes out with what went in.
    private func check(_ package: String, payload: String) async throws -> TrialVerdict? {
        let keys = output + "/." + manifest.label + ".keys"
        let unwrapped = payload + ".check"
        defer {
            try? removeFile(keys)
            try? removeFile(unwrapped)
        }
        try await signer.exportKeys(to: keys)
        let policy = TrustPolicy(keyring: Keyring(path: keys), requiredSigners: max(1, signer.keys.count))
        let verified = try await verify(file: package, policy: policy, payloadTo: unwrapped)
        guard try await Digests.of(file: verified.payload) == Digests.of(file: payload) else {
            throw PackageError(package, .toolFailed(name: "gpg", reason: "the package does not hold what was signed"))
        }
        if let trial { return try await trial.judge(verified.payload, of: package, manifest) }
        // Of the program that was just written here, `info` only prints.
        let info = try await Tool(name: "sh", timeLimit: .seconds(30)).require([verified.payload, "info"])
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

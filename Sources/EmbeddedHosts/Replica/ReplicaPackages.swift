import FoundationEssentials
import Hosts
import SystemPackage

/// Small RPM packages with the real names and versions of what XS602ECC031 updates, made on this machine by `rpmbuild`.
///
/// They are real packages (files, dependencies, scriptlets), so that hosts go through real RPM transactions. The same table
/// gives the same bytes each time, with the same version of rpm.
public enum ReplicaPackages {
    /// Which versions.
    public enum Set: String, Hashable, Sendable, CaseIterable {
        /// What a host has before the hotfix: every package of the table.
        case baseline
        /// What the hotfix brings: the 14 packages of its article.
        case updated
    }

    /// The file names of a set, as its article lists them, in name order.
    public static func fileNames(_ set: Set) -> [String] {
        table.compactMap { package in
            package.version(in: set).map { "\(package.name)-\($0).\(package.architecture).rpm" }
        }.sorted()
    }

    /// Makes the `.rpm` files of a set in a folder, unless an earlier call has.
    ///
    /// The work is done in a folder beside it, which takes its place when all is done.
    ///
    /// - Parameters:
    ///   - set: which versions.
    ///   - folder: absolute path of a folder that will hold these files alone; the one above it must exist.
    /// - Throws: ``HostError/sandboxUnavailable(host:reason:)`` when there is no `rpmbuild`,
    ///   ``HostError/diskFull(host:path:)``, or ``HostError/failed(host:reason:)`` with what `rpmbuild` said.
    public static func build(_ set: Set, into folder: String) async throws(HostError) {
        let folder = FilePath(folder)
        let fingerprint = fingerprint(of: set)
        if let bytes = try? FileSystem.read(stamp(in: folder), limit: 65_536),
            String(decoding: bytes, as: UTF8.self) == fingerprint
        {
            return
        }
        // An hour is far more than a build may take.
        FileSystem.removeLeftovers(in: "/tmp", prefix: "pitstop-rpmbuild-", olderThan: 3_600)
        // The names of rpm's folders are parts of its macros, so they may hold nothing that is odd.
        let work = FilePath("/tmp/pitstop-rpmbuild-\(UUID().uuidString)")
        defer { try? FileSystem.removeTree(work) }
        for (architecture, spec) in specs(set) { try await build(spec, architecture: architecture, in: work) }
        do throws(Errno) {
            let new = FilePath(folder.string + ".building")
            try FileSystem.removeTree(new)
            try FileSystem.makeFolders(new)
            for name in fileNames(set) {
                let bytes = try FileSystem.read(work.appending("out").appending(name), limit: 1 << 24)
                try FileSystem.write(new.appending(name), bytes)
            }
            try FileSystem.replace(stamp(in: new), with: Array(fingerprint.utf8))
            try FileSystem.removeTree(folder)
            try FileSystem.rename(new, to: folder)
        } catch {
            throw HostError(error, host: "localhost", path: folder.string)
        }
    }

    /// The spec files from which a set is built, by file name: the sources that go with the packages.
    public static func sources(_ set: Set) -> [(name: String, text: String)] {
        specs(set).map { ("\(set.rawValue)-\($0.architecture).spec", $0.spec.text) }
    }

    /// One spec for each architecture that `rpmbuild` has to be told of; packages for any go along with the first.
    private static func specs(_ set: Set) -> [(architecture: String, spec: ReplicaSpec)] {
        ["i386", "i686"].map { architecture in
            let packages = table.filter {
                $0.architecture == architecture || (architecture == "i386" && $0.architecture == "noarch")
            }
            return (architecture, ReplicaSpec(set: set, packages: packages))
        }
    }

    private static func stamp(in folder: FilePath) -> FilePath { folder.appending(".contents") }

    /// What settles the contents of a set: a change of the table or of the spec changes it.
    static func fingerprint(of set: Set) -> String {
        var text = ReplicaSpec(set: set, packages: table).text
        for package in table where package.version(in: set) != nil { text += "\(package)\n" }
        // FNV-1a: this tells versions of our own table apart, nobody is to be kept from forging it.
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(set.rawValue)-\(String(hash, radix: 16))"
    }

    private static func build(_ spec: ReplicaSpec, architecture: String, in work: FilePath) async throws(HostError) {
        let files = work.appending("files-\(architecture)")
        let specFile = work.appending("\(architecture).spec")
        do throws(Errno) {
            try FileSystem.makeFolders(work.appending("out"))
            try write(spec, into: files)
            try FileSystem.write(specFile, Array(spec.text.utf8))
        } catch {
            throw HostError(error, host: "localhost", path: work.string)
        }
        let macros = [
            "_topdir \(work.string)/top-\(architecture)", "_sourcedir \(work.string)/files-\(architecture)",
            "_rpmdir \(work.string)/out", "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
            "_dbpath \(work.string)/db", "_tmppath \(work.string)",
            "_build_id_links none", "debug_package %{nil}", "__os_install_post %{nil}", "_binary_payload w6.gzdio",
            "_buildhost localhost", "use_source_date_epoch_as_buildtime 1", "clamp_mtime_to_source_date_epoch 1",
            "_source_payload w6.gzdio", "source_date_epoch_from_changelog 0", "vendor %{nil}", "packager %{nil}",
        ]
        let arguments =
            ["-bb", "--quiet", "--target", "\(architecture)-linux"]
            + macros.flatMap { ["--define", $0] } + [specFile.lastComponent?.string ?? ""]
        let outcome = await Supervised.run(
            "rpmbuild",
            arguments,
            in: work,
            // The day on which the hotfix came out, as good as any: it must only stay the same.
            environment: ["HOME": work.string, "SOURCE_DATE_EPOCH": "1456790400"],
            limits: ProgramLimits(time: .seconds(120), outputBytes: 1 << 20)
        )
        switch outcome.cause {
        case .ended(0): return
        case .notStarted:
            throw .sandboxUnavailable(
                host: "localhost",
                reason: "rpmbuild is missing; on Debian, `apt-get install rpm` installs it"
            )
        default:
            let errors = outcome.text.split(separator: "\n").filter { $0.hasPrefix("error:") }.joined(separator: " ")
            throw .failed(host: "localhost", reason: "rpmbuild failed (\(outcome.cause)): \(errors)")
        }
    }

    private static func write(_ spec: ReplicaSpec, into folder: FilePath) throws(Errno) {
        for package in spec.packages where package.version(in: spec.set) != nil {
            for file in package.files {
                let path = FilePath(folder.string + file.path)
                try FileSystem.makeFolders(path.removingLastComponent())
                if case .link(_, let target) = file { try FileSystem.link(path, to: target) }
                guard let contents = spec.contents(of: file, in: package) else { continue }
                try FileSystem.write(path, Array(contents.utf8), executable: file.isProgram)
            }
        }
    }
}

extension HostError {
    /// A failed call on a host's files, as the operator knows it.
    init(_ error: Errno, host: String, path: String) {
        switch error {
        case .noSpace, .diskQuotaExceeded, .fileTooLarge: self = .diskFull(host: host, path: path)
        default: self = .failed(host: host, reason: "\(path): \(error)")
        }
    }
}

/// An RPM package file, as `rpm -qp` describes it. Nothing of it is run, and no RPM database is touched.
public struct RPMFile: Hashable, Sendable {
    /// The file's name, without folder.
    public var fileName: String
    /// The package's name, such as `openssl`.
    public var name: String
    /// The epoch; 0 where the package has none.
    public var epoch: Int
    /// The version, such as `0.9.8e`.
    public var version: String
    /// The release, such as `27.el5_10.3`.
    public var release: String
    /// The architecture, such as `i386`.
    public var architecture: String
    /// Bytes of its files once installed.
    public var installedSize: Int64
    /// How many files it holds.
    public var fileCount: Int
    /// The licence that it declares.
    public var license: String
    /// The name of its source package.
    public var sourcePackage: String
    /// Digests of its header, such as `sha256:…` and `sha1:…`. The header holds the digests of all files: an installed
    /// package with the same header has, by its host's word, the same files.
    public var headers: Set<String>

    /// Its place in rpm's order.
    public var order: RPMVersion { RPMVersion(epoch: epoch, version: version, release: release) }

    /// `name-version-release.architecture`, as `rpm -q` prints it.
    public var nevra: String {
        "\(name)-\(epoch == 0 ? "" : "\(epoch):")\(version)-\(release).\(architecture)"
    }
}

extension RPMFile {
    private static let format =
        "%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{LONGSIZE}\\t%|FILENAMES?{%{FILENAMES:arraysize}}:{0}|"
        + "\\t%{LICENSE}\\t%{SOURCERPM}\\t%|SHA256HEADER?{sha256:%{SHA256HEADER} }|%|SHA1HEADER?{sha1:%{SHA1HEADER}}|\\n"

    /// Asks rpm about package files.
    ///
    /// - Throws: ``PackageError``; a file that is no RPM is named by rpm's own message.
    public static func query(_ paths: [String]) async throws(PackageError) -> [RPMFile] {
        guard !paths.isEmpty else { return [] }
        let tool = Tool(name: "rpm")
        let outcome: Tool.Outcome
        do {
            // The database is only a name: with --nosignature nothing looks for keys in it.
            outcome = try await tool.require(
                ["--dbpath", "/nonexistent/rpmdb", "--nosignature", "-qp", "--qf", format, "--"] + paths
            )
        } catch {
            throw PackageError(paths.count == 1 ? paths[0] : "the RPM files", PackageError.Problem(error))
        }
        let lines = outcome.text.split(separator: "\n")
        guard lines.count == paths.count else {
            throw PackageError(
                "the RPM files",
                .toolFailed(name: "rpm", reason: "\(lines.count) answers for \(paths.count) files")
            )
        }
        var files: [RPMFile] = []
        for (path, line) in zip(paths, lines) {
            guard let file = RPMFile(line: line, path: path) else {
                throw PackageError(path, .toolFailed(name: "rpm", reason: "its answer is not understood"))
            }
            files.append(file)
        }
        return files
    }

    /// Reads one line of rpm's answer.
    init?(line: Substring, path: String) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 10, let size = Int64(fields[5]) else { return nil }
        self.init(
            fileName: lastComponent(path),
            name: fields[0],
            epoch: Int(fields[1]) ?? 0,
            version: fields[2],
            release: fields[3],
            architecture: fields[4],
            installedSize: size,
            fileCount: Int(fields[6]) ?? 0,
            license: fields[7],
            sourcePackage: fields[8] == "(none)" ? "" : fields[8],
            headers: Set(fields[9].split(separator: " ").map(String.init))
        )
    }
}

/// The part of a path after its last slash.
func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

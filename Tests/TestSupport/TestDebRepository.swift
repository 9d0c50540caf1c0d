import Foundation
import UpdatePackage

/// A repository as Debian has them: packages, their index, and a signature over what names the index.
public final class TestDebRepository: Sendable {
    /// Whether the tools are here by which repositories are made and asked.
    public static let isPossible: Bool = Tools.embeddedPool && ["apt-get", "dpkg-deb"].allSatisfy(Tools.isInstalled)
    /// What to say when ``isPossible`` is false.
    public static let reason = "\(Tools.embeddedPoolReason), and Debian's apt and dpkg"

    /// The folder that a web server would serve.
    public var path: String { directory.file("repository") }
    private let directory: TemporaryDirectory
    private let signer: Signer

    /// Makes an empty repository with a key of its own, `KEY.asc` in its folder.
    public init() async throws {
        directory = try TemporaryDirectory()
        for folder in ["repository", "gpg"] {
            try FileManager.default.createDirectory(
                atPath: directory.file(folder),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: folder == "gpg" ? 0o700 : 0o755]
            )
        }
        signer = try await Signer.makeUnprotectedKey(home: directory.file("gpg"), userID: "Debian <d@pitstop.invalid>")
        try await run("gpg --batch --armor --export >KEY.asc")
    }

    /// Builds a package for every machine, with one file that tells its version.
    @discardableResult
    public static func build(_ name: String, _ version: String, into folder: String) async throws -> String {
        let tree = try TemporaryDirectory()
        let script = """
            set -e
            mkdir -p "$4" DEBIAN "opt/$1"
            printf '%s\\n' "Package: $1" "Version: $2" 'Architecture: all' \
                'Maintainer: Test <test@pitstop.invalid>' 'Description: A sample' >DEBIAN/control
            echo "$2" >"opt/$1/version"
            md5sum "opt/$1/version" >DEBIAN/md5sums
            dpkg-deb --root-owner-group --build . "$4/$1_$3_all.deb" >/dev/null
            """
        let bare = version.split(separator: ":").last.map(String.init) ?? version
        try await require(["-c", script, "sh", name, version, bare, folder], in: tree.path)
        return "\(folder)/\(name)_\(bare)_all.deb"
    }

    /// Adds a package.
    public func add(_ name: String, _ version: String) async throws { try await Self.build(name, version, into: path) }

    /// Writes index and signature anew.
    ///
    /// - Parameters:
    ///   - suite: what it calls itself.
    ///   - time: seconds since the epoch at which it claims to have been made; nil for now.
    ///   - validUntil: when it says that it must not be believed any more.
    public func publish(suite: String = "stable-security", time: Int? = nil, validUntil: Int? = nil) async throws {
        let date = "date -u '+%a, %d %b %Y %H:%M:%S UTC'"
        try await run(
            """
            set -e
            for file in *.deb; do
                dpkg-deb --field "$file"
                printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$file" "$(stat -c %s "$file")" \
                    "$(sha256sum "$file" | cut -c 1-64)"
            done >Packages
            {
                printf 'Origin: Test\\nLabel: Test\\nSuite: \(suite)\\nCodename: test\\nDate: %s\\n' \
                    "$(\(date) -d @\(time ?? Int(Date().timeIntervalSince1970)))"
                \(validUntil.map { "printf 'Valid-Until: %s\\n' \"$(\(date) -d @\($0))\"" } ?? ":")
                printf 'SHA256:\\n %s %s Packages\\n' "$(sha256sum Packages | cut -c 1-64)" "$(stat -c %s Packages)"
            } >Release
            gpg --batch --yes --clearsign --output InRelease Release
            rm Release
            """
        )
    }

    /// Stops the agent that gpg has started.
    public func stop() async { await signer.stopAgent() }

    private func run(_ script: String) async throws {
        try await Self.require(["-c", script], in: path, home: signer.home)
    }

    private static func require(_ arguments: [String], in folder: String, home: String? = nil) async throws {
        let environment = ["LC_ALL": "C"].merging(home.map { ["GNUPGHOME": $0] } ?? [:]) { $1 }
        let result = try await Tools.run("sh", arguments, environment: environment, directory: folder)
        guard result.code == 0 else { throw Failed(description: result.error + result.output) }
    }

    private struct Failed: Error, CustomStringConvertible { let description: String }
}

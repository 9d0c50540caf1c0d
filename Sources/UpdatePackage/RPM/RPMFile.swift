/// An RPM package file, as its own header describes it. Nothing of it is run, and rpm is not needed.
public struct RPMFile: Hashable, Sendable, Codable {
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

/// The part of a path after its last slash.
func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

extension RPMFile {
    /// Describes a package's file by its header.
    ///
    /// - Throws: ``PackageError`` where it is no RPM, or can not be read.
    public static func describe(_ path: String) throws(PackageError) -> RPMFile {
        do throws(ArchiveError) {
            guard let file = try RPMReader.describe([(path, lastComponent(path))]).first else {
                throw ArchiveError(reason: "it is no RPM")
            }
            return file
        } catch {
            throw PackageError(path, .badArchive(reason: error.reason))
        }
    }
}

import Basics

/// A Debian package file, as its own control data describe it. Nothing of it is run, and dpkg is not needed.
public struct DebFile: Hashable, Sendable, Codable {
    /// The file's name, without folder.
    public var fileName: String
    /// The package's name, such as `openssl`.
    public var name: String
    /// The package's version.
    public var version: DebVersion
    /// The architecture, such as `amd64`, or `all`.
    public var architecture: String
    /// Bytes of its files once installed, as the package says.
    public var installedSize: Int64
    /// How many files it holds, as far as it lists them.
    public var fileCount: Int
    /// The name of its source package.
    public var sourcePackage: String
    /// The digest of its list of files' checksums, `md5sums:sha256:…`, which dpkg keeps of an installed package: the same
    /// list promises the same files. Empty for a package without one.
    public var headers: Set<String>

    /// `name:architecture`, as dpkg is asked for exactly this package.
    public var identity: String { "\(name):\(architecture)" }

    /// `name_version_architecture`: what the file is called but for its ending, where the epoch has no place.
    public var fullName: String {
        "\(name)_\(DebVersion(epoch: 0, upstream: version.upstream, revision: version.revision))_\(architecture)"
    }
}

extension DebFile {
    /// Describes a package by its control fields and its list of checksums.
    ///
    /// - Throws: ``ArchiveError`` where a field is missing or makes no sense.
    init(control: [UInt8], sums: [UInt8]?, fileName: String) throws(ArchiveError) {
        let fields = try Self.fields(control)
        func field(_ name: String) throws(ArchiveError) -> String {
            guard let value = fields[name.lowercased()], !value.isEmpty else {
                throw ArchiveError(reason: "the control file of \(fileName) names no \(name)")
            }
            return value
        }
        let (name, architecture) = (try field("Package"), try field("Architecture"))
        let text = try field("Version")
        guard let version = DebVersion(text) else {
            throw ArchiveError(reason: "\(text.prefix(80)) is no version of a Debian package")
        }
        guard Self.isName(name), Self.isName(architecture) else {
            throw ArchiveError(
                reason: "\(name.prefix(80)) for \(architecture.prefix(80)) is no name of a Debian package"
            )
        }
        let kibibytes = fields["installed-size"].flatMap(Int64.init) ?? 0
        let source = fields["source"]?.split(separator: " ").first.map(String.init)
        self.init(
            fileName: fileName,
            name: name,
            version: version,
            architecture: architecture,
            installedSize: (0...(1 << 35)).contains(kibibytes) ? kibibytes << 10 : 0,
            fileCount: sums.map { $0.split(separator: 0x0a).count } ?? 0,
            sourcePackage: source ?? name,
            headers: sums.map { ["md5sums:sha256:\(digest($0))"] } ?? []
        )
    }

    /// The fields of the first paragraph, by their names in lower case; what goes on on further lines is left out.
    private static func fields(_ control: [UInt8]) throws(ArchiveError) -> [String: String] {
        guard let text = String(validating: control, as: UTF8.self) else {
            throw ArchiveError(reason: "a control file is not UTF-8")
        }
        var fields: [String: String] = [:]
        for line in TextLines(text).lines {
            if line.isEmpty, !fields.isEmpty { break }
            guard let colon = line.firstIndex(of: ":"), let first = line.first, first != " ", first != "\t" else {
                continue
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return fields
    }

    /// What names of packages and architectures are made of: what a script can pass on as a word.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || "+-.".utf8.contains(byte)
        }
    }
}

extension DebFile {
    /// Describes a package's file by its control data.
    ///
    /// - Throws: ``PackageError`` where it is no Debian package, or can not be read.
    public static func describe(_ path: String) throws(PackageError) -> DebFile {
        do throws(ArchiveError) {
            guard let file = try DebReader.describe([(path, lastComponent(path))]).first else {
                throw ArchiveError(reason: "it is no Debian package")
            }
            return file
        } catch {
            throw PackageError(path, .badArchive(reason: error.reason))
        }
    }
}

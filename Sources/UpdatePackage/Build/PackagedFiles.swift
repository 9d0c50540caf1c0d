/// The package files that go into a hotfix: RPMs, or Debian packages.
struct PackagedFiles {
    /// Where they are.
    var folder: String
    /// Their names, in order.
    var names: [String]
    var rpms: [RPMFile] = []
    var debs: [DebFile] = []

    /// What their endings are, too.
    var kind: String { debs.isEmpty ? "rpm" : "deb" }
    /// Bytes of their files once installed.
    var installedSize: Int64 { rpms.reduce(0) { $0 + $1.installedSize } + debs.reduce(0) { $0 + $1.installedSize } }
    /// The program that installs them.
    var installScript: String { debs.isEmpty ? InstallScript.text : DebInstallScript.text }

    /// The RPMs of a folder.
    static func rpms(in folder: String) throws -> PackagedFiles {
        let names = try names(in: folder, "rpm", "there are no RPMs in it")
        let rpms: [RPMFile]
        do { rpms = try RPMReader.describe(names.map { (folder + "/" + $0, $0) }) } catch {
            throw PackageError(folder, .badArchive(reason: error.reason))
        }
        return PackagedFiles(folder: folder, names: names, rpms: rpms)
    }

    /// The Debian packages of a folder, of which no two may be the same package for the same architecture.
    static func debs(in folder: String) throws -> PackagedFiles {
        let names = try names(in: folder, "deb", "there are no Debian packages in it")
        let debs: [DebFile]
        do { debs = try DebReader.describe(names.map { (folder + "/" + $0, $0) }) } catch {
            throw PackageError(folder, .badArchive(reason: error.reason))
        }
        let identities = debs.map(\.identity)
        if let twice = identities.first(where: { one in identities.count { $0 == one } > 1 }) {
            throw PackageError(folder, .badArchive(reason: "\(twice) is in it twice"))
        }
        return PackagedFiles(folder: folder, names: names, debs: debs)
    }

    private static func names(in folder: String, _ ending: String, _ none: String) throws -> [String] {
        let names: [String]
        do { names = try listDirectory(folder).filter { $0.hasSuffix("." + ending) } } catch {
            throw PackageError(folder, .unreadable(reason: describe(error)))
        }
        guard !names.isEmpty else { throw PackageError(folder, .unreadable(reason: none)) }
        // install.sh passes the names on as words, so only names without special characters are taken.
        for name in names where !name.utf8.allSatisfy(isPlain) || name.hasPrefix("-") {
            throw PackageError(
                name,
                .badArchive(reason: "the file name holds characters other than A-Z a-z 0-9 . _ + ~ ^ -")
            )
        }
        return names
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: [0x2d, 0x2e, 0x5f, 0x2b, 0x7e, 0x5e].contains(byte)
        }
    }
}

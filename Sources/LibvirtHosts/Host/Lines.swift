import Hosts

/// Reads what ``RemoteScripts/packages`` printed.
enum PackageLines {
    /// Packages in name order; lines of another form (warnings, removed packages of dpkg) are left out.
    ///
    /// - Throws: ``HostNonsense`` where there are more than any host has.
    static func parse(_ text: String) throws(HostNonsense) -> [InstalledPackage] {
        var packages: [InstalledPackage] = []
        for line in text.split(separator: "\n") {
            guard let package = package(line) else { continue }
            guard packages.count < HostAnswer.mostPackages else {
                throw HostNonsense("its package database names more than \(HostAnswer.mostPackages) packages")
            }
            packages.append(package)
        }
        return packages.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }

    private static func package(_ line: Substring) -> InstalledPackage? {
        var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        let format: PackageFormat = fields.count == 4 ? .deb : .rpm
        if format == .deb {
            // Installed, whatever is wanted of it: held packages are `hi`.
            guard fields[0].dropFirst().hasPrefix("i") else { return nil }
            fields.removeFirst()
        }
        guard fields.count == 3, !fields[0].isEmpty, fields.allSatisfy({ HostAnswer.isText($0) }) else { return nil }
        return InstalledPackage(name: fields[0], version: fields[1], architecture: fields[2], format: format)
    }
}

/// Reads what ``RemoteScripts/stamps`` printed.
enum StampLines {
    /// - Throws: ``HostNonsense`` where it is no output of the script, or is cut short: of half a list nobody can tell which
    ///   patches are not applied.
    static func parse(_ bytes: [UInt8]) throws(HostNonsense) -> [Stamp] {
        var rest = bytes[...]
        var stamps = StampCollection()
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let words = rest[..<end].split(separator: UInt8(ascii: " "))
            guard words.count == 3, let time = Int64(String(decoding: words[1], as: UTF8.self)),
                let size = Int(String(decoding: words[2], as: UTF8.self)),
                (0...StampCollection.stampBytes).contains(size)
            else { throw nonsense }
            rest = rest[rest.index(after: end)...]
            let contents = rest.prefix(size)
            guard contents.count == size else { throw nonsense }
            try stamps.add(name: String(decoding: words[0], as: UTF8.self), contents: contents, modified: time)
            rest = rest[contents.endIndex...]
            guard rest.popFirst() == UInt8(ascii: "\n") else { throw nonsense }
        }
        guard rest.isEmpty else { throw nonsense }
        return stamps.stamps
    }

    private static let nonsense = HostNonsense("what it says of the patches applied to it makes no sense")
}

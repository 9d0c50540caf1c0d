import Hosts

/// Reads what ``RemoteScripts/packages`` printed.
enum PackageLines {
    /// Packages in name order; lines of another form (warnings, removed packages of dpkg) are left out.
    static func parse(_ text: String) -> [InstalledPackage] {
        text.split(separator: "\n").compactMap { line in
            var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let format: PackageFormat = fields.count == 4 ? .deb : .rpm
            if format == .deb {
                // Installed, whatever is wanted of it: held packages are `hi`.
                guard fields[0].dropFirst().hasPrefix("i") else { return nil }
                fields.removeFirst()
            }
            guard fields.count == 3, !fields[0].isEmpty else { return nil }
            return InstalledPackage(name: fields[0], version: fields[1], architecture: fields[2], format: format)
        }
        .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }
}

/// Reads what ``RemoteScripts/stamps`` printed.
enum StampLines {
    static func parse(_ text: String) -> [Stamp] {
        var rest = Substring(text).utf8[...]
        var stamps: [Stamp] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(rest[..<end])?.split(separator: " ") ?? []
            guard words.count == 3, let time = Int64(words[1]), let size = Int(words[2]) else { break }
            let contents = rest[rest.index(after: end)...].prefix(size)
            guard contents.count == size else { break }
            stamps.append(Stamp(name: String(words[0]), contents: String(contents) ?? "", modified: time))
            rest = rest[contents.endIndex...].dropFirst()
        }
        return stamps
    }
}

import Hosts

/// Asking rpm for the packages of a host.
enum PackageList {
    static let command = ["/usr/bin/rpm", "-qa", "--qf", #"%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n"#]
    static let limits = ProgramLimits(time: .seconds(60), outputBytes: 4 << 20)
    /// For reading every file of packages, which may be large.
    static let verificationLimits = ProgramLimits(time: .seconds(600), outputBytes: 4 << 20)

    /// Asks for the modes with which the files of packages were packed; the packages follow.
    static let modes = ["/usr/bin/rpm", "-q", "--qf", #"[%{FILEMODES:octal} %{FILENAMES}\n]"#]

    /// The path in a line of the answer to ``modes``, where the file was packed with set-user-id or set-group-id.
    static func privilegedPath(_ line: Substring) -> String? {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let mode = UInt32(parts[0], radix: 8), mode & 0o6000 != 0 else { return nil }
        return String(parts[1])
    }

    /// Packages in name order; lines of another form (warnings) are left out.
    static func parse(_ text: String) -> [InstalledPackage] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, fields.allSatisfy({ HostAnswer.isText($0) }) else { return nil }
            return InstalledPackage(name: fields[0], version: fields[1], architecture: fields[2])
        }
        .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }
}

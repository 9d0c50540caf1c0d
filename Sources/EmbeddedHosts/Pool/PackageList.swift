import Hosts

/// Asking rpm for the packages of a host.
enum PackageList {
    static let command = ["/usr/bin/rpm", "-qa", "--qf", #"%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n"#]
    static let limits = ProgramLimits(time: .seconds(60), outputBytes: 4 << 20)
    /// For reading every file of packages, which may be large.
    static let verificationLimits = ProgramLimits(time: .seconds(600), outputBytes: 4 << 20)

    /// Packages in name order; lines of another form (warnings) are left out.
    static func parse(_ text: String) -> [InstalledPackage] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { return nil }
            return InstalledPackage(name: fields[0], version: fields[1], architecture: fields[2])
        }
        .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }
}

/// A small RPM package with the name, version, architecture and paths of a real one.
struct ReplicaPackage: Hashable, Sendable {
    /// A file of a package. Contents are made from the package's name and version, so an upgrade changes every file.
    enum File: Hashable, Sendable {
        /// A text with the package's name and version.
        case text(String)
        /// A configuration file that upgrades leave alone once it was changed.
        case configuration(String)
        /// A shell script that prints what the real program says of its version.
        case command(String, says: String)
        /// A program.
        case program(String, text: String)
        /// A symbolic link.
        case link(String, to: String)

        /// Whether it is there to be run.
        var isProgram: Bool {
            switch self {
            case .command, .program: true
            case .text, .configuration, .link: false
            }
        }

        /// The absolute path.
        var path: String {
            switch self {
            case .text(let path), .configuration(let path), .command(let path, _), .program(let path, _),
                .link(let path, _):
                path
            }
        }
    }

    var name: String
    /// Version and release before the update, nil for a package that only the update brings.
    var before: String?
    /// Version and release of the update, nil for a package that the update leaves alone.
    var after: String?
    var architecture: String
    var files: [File]
    var provides: [String] = []
    /// `%{self}` stands for the package's own version and release.
    var requires: [String] = []

    /// Version and release in one of the two sets, nil where the package is not in it.
    func version(in set: ReplicaPackages.Set) -> String? {
        switch set {
        case .baseline: before
        case .updated: after
        }
    }
}

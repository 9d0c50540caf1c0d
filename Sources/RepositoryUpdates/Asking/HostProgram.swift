import Foundation

/// The program that asks a host's own dnf or apt. It goes to the host for each question, as every program of an update does,
/// and stays there no longer than it runs. Where repositories are configured for dnf, dnf is asked.
///
/// dnf 4 is a library for Python: asked as such it answers with values, not with tables for people, and with everything that
/// its command line goes by: configuration, variables, plugins such as `versionlock`, modules, and the checks of signatures.
/// apt is asked by its command line, which has a form for programs (`--print-uris`, `indextargets`).
///
/// The cache is one of its own below `/var/cache/pitstop`, so that a question leaves the host's own alone; the metadata are
/// looked at anew for each snapshot. Nothing is installed, and no key is imported.
struct HostProgram {
    /// Where packages lie on the host until they are fetched, each named by its SHA-256.
    static let store = "/var/cache/pitstop/updates/packages"

    /// What the program may be asked.
    enum Question: String {
        /// What the host is and has; nothing is downloaded.
        case facts
        /// What its repositories offer, resolved.
        case offer
        /// Downloads packages and checks their signatures.
        case fetch
        /// Removes what was downloaded.
        case clean
    }

    /// What it is told.
    struct Request: Encodable {
        var security = false
        var only: [String] = []
        var exclude: [String] = []
        var packages: [Wanted] = []

        struct Wanted: Encodable {
            let name, epoch, version, release, arch, repository, sha256: String
        }
    }

    let request: Request

    /// The request as the shell reads it, of words without quotes.
    private var variables: String {
        let wanted = request.packages.map { one in
            let architecture = one.arch == "all" ? "" : ":\(one.arch)"
            return "\(one.name)\(architecture)=\(one.epoch == "0" ? "" : "\(one.epoch):")\(one.version) \(one.sha256)"
        }
        return """
            SECURITY=\(request.security ? "yes" : "")
            ONLY='\(request.only.joined(separator: " "))'
            EXCLUDE='\(request.exclude.joined(separator: " "))'
            WANTED='\(wanted.joined(separator: "\n"))'

            """
    }

    /// The whole program. The request is JSON of plain words, in which nothing ends Python's string or the shell's document.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(request), as: UTF8.self)
        return Self.shell + variables + Self.apt + Self.choice + "REQUEST = r'''\(json)'''\n" + Self.python
            + "\nPROGRAM\n"
    }
}

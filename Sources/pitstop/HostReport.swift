import Basics
import PoolPatching
import UpdatePackage
import XenAPI

/// What `host.verify_packages` said of one host.
struct HostReport: Sendable {
    let host: PoolHost
    /// The facts about each package, by their names in XenAPI.
    private let packages: [[String: String]]

    /// What a server answered.
    init(_ host: PoolHost, _ answer: Value) {
        self.host = host
        packages = (answer.elements ?? []).map { package in
            Dictionary((package.members ?? []).map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
        }
    }

    /// What was found without a server.
    init(_ host: PoolHost, _ found: HostVerification) {
        self.host = host
        packages = found.packages.map { package in
            Dictionary(package.facts.map { ($0.key, $0.value) }) { first, _ in first }
        }
    }

    var hasDrifted: Bool { packages.contains { $0["drift"] == "true" } }

    var json: JSONText {
        .fields([
            "host": .string(host.uuid), "name": .string(host.name), "drifted": .bool(hasDrifted),
            "packages": .list(packages.map(Self.json)),
        ])
    }

    private static func json(_ package: [String: String]) -> JSONText {
        func text(_ key: String) -> String { package[key] ?? "" }
        return .fields([
            "package": .string(text("package")), "promised": .string(text("promised")),
            "installed": .strings(text("installed").split(separator: " ").map(String.init)),
            "patch": .string(text("patch")), "patchLabel": .string(text("patch_label")),
            "state": .string(text("state")), "drift": .bool(text("drift") == "true"),
            "findings": .strings(text("findings").split(separator: "\n").map(String.init)),
        ])
    }

    /// A line for the host, one for each package that is not as promised, and its findings below it.
    var text: String {
        let good = packages.count { $0["state"] == "as_promised" }
        var lines = [
            "\(host.name): \(hasDrifted ? "drifted" : "as promised"), \(good) of \(packages.count) packages are as packed"
        ]
        for package in packages {
            func text(_ key: String) -> String { package[key] ?? "" }
            let findings = text("findings").split(separator: "\n")
            if text("state") != "as_promised" { lines.append("  \(Self.sentence(text))") }
            if text("state") == "as_promised", !findings.isEmpty {
                lines.append("  \(text("package")) is as promised, but for configuration")
            }
            lines += findings.map { "    \($0)" }
        }
        return lines.map { $0.escaped(for: .line) + "\n" }.joined()
    }

    private static func sentence(_ text: (String) -> String) -> String {
        let (package, promised, label) = (text("package"), text("promised"), text("patch_label"))
        return switch text("state") {
        case "drifted": "\(package) \(promised) of \(label) was changed"
        case "missing": "\(package) \(promised) of \(label) is not installed"
        case "older": "\(package) is \(text("installed")), older than the \(promised) of \(label)"
        case "newer": "\(package) is \(text("installed")), newer than the \(promised) of \(label)"
        case "other_build": "\(package) \(promised) is not the build that \(label) brought"
        default: "\(label) was applied, but its package was never seen here: upload it once to have it compared"
        }
    }
}

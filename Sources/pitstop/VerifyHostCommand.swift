import ArgumentParser
import UpdatePackage
import XenAPI

/// `pitstop verify-host`: whether hosts are still as the hotfixes applied to them promised.
struct VerifyHostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-host",
        abstract: "Compare hosts' packages, file by file, with what the hotfixes applied to them promised.",
        discussion: """
            The RPMs (or Debian packages) inside the signed packages are the promise. Each host's own rpm or dpkg says which of them are installed and \
            which of their files were changed or are missing. Files that a package marks as configuration may be changed; \
            they are shown and are no drift. Exit codes: 0 everything is as promised; 1 something has drifted.
            """
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: "Names or uuids of hosts; without any, all hosts of the pool.")
    var hosts: [String] = []
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let reports = try await server.use { session in
            var reports: [HostReport] = []
            for host in try await PoolHost.choose(hosts, in: session) {
                reports.append(
                    HostReport(host, try await session.call("host.verify_packages", .string(host.reference)))
                )
            }
            return reports
        }
        if json {
            print(JSONText.list(reports.map(\.json)).text)
        } else {
            for report in reports { print(report.text, terminator: "") }
        }
        if reports.contains(where: \.hasDrifted) { throw ExitCode(1) }
    }
}

/// A host of a server's pool.
struct PoolHost: Sendable {
    let reference: String
    let uuid: String
    let name: String

    /// The hosts of these names or uuids, or all, in the order of their names.
    static func choose(_ wanted: [String], in session: ServerSession) async throws -> [PoolHost] {
        let records = try await session.call("host.get_all_records").members ?? []
        let all = records.map { record in
            PoolHost(
                reference: record.key,
                uuid: record.value["uuid"]?.text ?? "",
                name: record.value["name_label"]?.text ?? ""
            )
        }.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }
        if wanted.isEmpty { return all }
        return try wanted.map { word in
            let found = all.filter { $0.uuid == word || $0.name == word }
            guard let host = found.first, found.count == 1 else {
                throw OperatorError(
                    found.isEmpty
                        ? "The pool has no host \(word); its hosts are \(all.map(\.name).joined(separator: ", "))."
                        : "Several hosts are called \(word); name one by its uuid."
                )
            }
            return host
        }
    }
}

/// What `host.verify_packages` said of one host.
private struct HostReport: Sendable {
    let host: PoolHost
    let packages: [Value]

    init(_ host: PoolHost, _ answer: Value) {
        self.host = host
        packages = answer.elements ?? []
    }

    var hasDrifted: Bool { packages.contains { $0["drift"]?.text == "true" } }

    var json: JSONText {
        .fields([
            "host": .string(host.uuid), "name": .string(host.name), "drifted": .bool(hasDrifted),
            "packages": .list(packages.map(Self.json)),
        ])
    }

    private static func json(_ package: Value) -> JSONText {
        func text(_ key: String) -> String { package[key]?.text ?? "" }
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
        let good = packages.count { $0["state"]?.text == "as_promised" }
        var lines = [
            "\(host.name): \(hasDrifted ? "drifted" : "as promised"), \(good) of \(packages.count) packages are as packed"
        ]
        for package in packages {
            func text(_ key: String) -> String { package[key]?.text ?? "" }
            let findings = text("findings").split(separator: "\n")
            if text("state") != "as_promised" { lines.append("  \(Self.sentence(text))") }
            if text("state") == "as_promised", !findings.isEmpty {
                lines.append("  \(text("package")) is as promised, but for configuration")
            }
            lines += findings.map { "    \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
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

import ArgumentParser
import PoolDatabase
import PoolOperations
import PoolPatching
import UpdatePackage
import XenAPI

/// `pitstop verify-host`: whether hosts are still as the hotfixes applied to them promised.
struct VerifyHostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-host",
        abstract: "Compare hosts' packages, file by file, with what the hotfixes applied to them promised.",
        discussion: """
            The RPMs (or Debian packages) inside the signed packages are the promise. Each host's own rpm or dpkg says \
            which of them are installed and which of their files were changed or are missing. Files that a package marks \
            as configuration may be changed; they are shown and are no drift. Exit codes: 0 everything is as promised; \
            1 something has drifted.
            With --state the hosts are looked into directly, while no server serves that state directory.
            """
    )

    @OptionGroup var server: ServerOptions
    @Option(help: "The state directory of a server that does not run, instead of --server.")
    var state: String?
    @Option(help: "With --state: the pool as it is given to pitstop serve, such as libvirt:FILE.")
    var pool = PoolSource.embedded(hosts: nil)
    @Argument(help: "Names or uuids of hosts; without any, all hosts of the pool.")
    var hosts: [String] = []
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if state != nil, server.server != nil { throw ValidationError("--server and --state exclude each other.") }
    }

    func run() async throws {
        let reports = if let state { try await withoutServer(state) } else { try await askServer() }
        if json {
            StandardOutput.write(text: JSONText.list(reports.map(\.json)).text)
        } else {
            for report in reports { StandardOutput.write(text: report.text, terminator: "") }
        }
        if reports.contains(where: \.hasDrifted) { throw ExitCode(1) }
    }

    private func askServer() async throws -> [HostReport] {
        try await server.use { session in
            var reports: [HostReport] = []
            for host in try await PoolHost.choose(hosts, in: session) {
                reports.append(
                    HostReport(host, try await session.call("host.verify_packages", .string(host.reference)))
                )
            }
            return reports
        }
    }

    private func withoutServer(_ state: String) async throws -> [HostReport] {
        let opened = try await OpenedPool.withoutServer(state: state, source: pool)
        do {
            var reports: [HostReport] = []
            for host in try PoolHost.choose(hosts, in: opened.pool.database.snapshot) {
                reports.append(HostReport(host, try await opened.patches.verifyPackages(on: Ref(host.reference))))
            }
            await opened.shutdown()
            return reports
        } catch {
            await opened.shutdown()
            throw error
        }
    }
}

/// A host of a pool.
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
        }
        return try choose(wanted, from: all)
    }

    /// The same of the hosts in a database.
    static func choose(_ wanted: [String], in snapshot: Snapshot) throws -> [PoolHost] {
        let all = snapshot.rows("host").map { row in
            PoolHost(reference: row.ref.rawValue, uuid: row.uuid, name: row.nameLabel)
        }
        return try choose(wanted, from: all)
    }

    private static func choose(_ wanted: [String], from hosts: [PoolHost]) throws -> [PoolHost] {
        let all = hosts.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }
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

import ArgumentParser
import Foundation
import Hosts
import LibvirtHosts
import PoolDatabase
import PoolOperations
import RepositoryUpdates

extension UpdatesCommand {
    /// `pitstop updates snapshot`: what the hosts' own repositories offer, pinned.
    struct TakeSnapshot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "snapshot",
            abstract: "Pin what the repositories of a pool's hosts offer: exactly these packages, fetched once.",
            discussion: """
                Every host's own dnf or apt says what it would install, with its configuration, holds and checks of signatures; \
                nothing is installed. OUTPUT becomes a folder with the list and the packages. Taken again into the same \
                folder, only what is new is fetched. 'pitstop updates collect' makes a hotfix of it.
                """
        )

        @Option(help: "The pool: libvirt:FILE, or embedded with its --state.")
        var pool: PoolSource
        @Option(help: "The state directory of an embedded pool that no server serves.")
        var state: String?
        @Flag(help: "Only what the distribution calls a security update.")
        var security = false
        @Option(help: "Only this package, or those of a pattern such as 'kernel*'; repeat it for several.")
        var only: [String] = []
        @Option(help: "Leave this package out, or those of a pattern; repeat it for several.")
        var exclude: [String] = []
        @Option(help: "Refuse repositories whose newest metadata are older than so many days.")
        var maxAge: Int?
        @Argument(help: "The folder for the snapshot.")
        var output: String

        func validate() throws {
            switch pool {
            case .embedded:
                guard state != nil else { throw ValidationError("An embedded pool is in its --state directory.") }
            case .libvirt: break
            case .dump: throw ValidationError("A recorded pool has no hosts that could be asked.")
            case .xenapi:
                throw ValidationError(
                    "A pool that speaks XenAPI itself looks into its repositories itself: pitstop updates sync."
                )
            }
            if let maxAge, maxAge < 0 { throw ValidationError("--max-age is a number of days.") }
            _ = try request
        }

        private var request: UpdateRequest {
            get throws {
                do { return try UpdateRequest(isSecurityOnly: security, only: only, exclude: exclude) } catch {
                    throw ValidationError("\(error)")
                }
            }
        }

        func run() async throws {
            let request = try request
            let policy = SnapshotTaker.Policy(mostDays: maxAge.map(Int64.init))
            let (pool, state, output) = (pool, state, output)
            try await untilSignalled {
                try await Self.use(pool, state) { hosts in
                    let taker = SnapshotTaker(
                        hosts: hosts,
                        request: request,
                        policy: policy,
                        now: Int64(Date().timeIntervalSince1970)
                    ) { StandardError.write($0) }
                    let folder = SnapshotFolder(path: output)
                    let snapshot = try await taker.take(into: folder)
                    StandardOutput.write(text: SnapshotPage(snapshot).text, terminator: "")
                }
            }
        }

        /// Lends the hosts of a pool.
        private static func use(
            _ source: PoolSource,
            _ state: String?,
            _ body: ([NamedHost]) async throws -> Void
        ) async throws {
            if case .libvirt(let path) = source {
                let pool = try LibvirtPool(PoolFile.read(file: path))
                let names = Dictionary(pool.file.hosts.map { ($0.uuid, $0.name) }) { first, _ in first }
                do {
                    try await body(pool.hosts.map { NamedHost(name: names[$0.uuid] ?? $0.uuid, host: $0) })
                    await pool.shutdown()
                } catch {
                    await pool.shutdown()
                    throw error
                }
                return
            }
            let opened = try await OpenedPool.withoutServer(state: state ?? "", source: source)
            do {
                let rows = opened.pool.database.snapshot.rows("host")
                let names = Dictionary(rows.map { ($0.uuid, $0.nameLabel) }) { first, _ in first }
                try await body(opened.pool.hosts.hosts.map { NamedHost(name: names[$0.uuid] ?? $0.uuid, host: $0) })
                await opened.shutdown()
            } catch {
                await opened.shutdown()
                throw error
            }
        }
    }

    /// `pitstop updates show`: what a snapshot holds.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a snapshot: classes of hosts, packages, advisories, and hosts that differ from their like."
        )

        @Argument(help: "The folder of the snapshot.")
        var snapshot: String
        @Flag(help: "Show the texts of the advisories, too.")
        var texts = false

        func run() async throws {
            let folder = SnapshotFolder(path: snapshot)
            let found = try folder.read()
            StandardOutput.write(text: SnapshotPage(found, withTexts: texts).text, terminator: "")
            var damaged: [String] = []
            for package in found.files.values.sorted(by: { $0.nevra < $1.nevra }) where !(await folder.holds(package)) {
                damaged.append(package.nevra)
            }
            guard damaged.isEmpty else {
                throw OperatorError(
                    "Not as they were fetched, or missing: \(damaged.joined(separator: ", ")). Take the snapshot again."
                )
            }
        }
    }
}

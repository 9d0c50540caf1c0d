import ArgumentParser
import UpdatePackage
import XenAPI

/// `pitstop catalogue missing`: what a host lacks, by a catalogue in a file, or a pool by its server's own.
struct CatalogueMissing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "missing",
        abstract: "Say what hosts lack, what can be applied now, and in which order they are brought up to date.",
        discussion: """
            With --server it asks a server about its pool, by the catalogue that 'pitstop catalogue install' gave it. \
            Otherwise name a catalogue's file, and describe one host with --version, --build and --applied.
            """
    )

    @Argument(help: "A signed catalogue, or an updates.xml.")
    var file: String?
    @Option(help: "A file of OpenPGP public keys that may sign catalogues.")
    var keyring: String?
    @Option(name: .customLong("version"), help: "The host's product version.")
    var product: String?
    @Option(help: "The host's build number.")
    var build: String?
    @Option(help: "The uuid of an applied hotfix; repeat it for each.")
    var applied: [String] = []
    @OptionGroup var server: ServerOptions
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard file != nil || server.address != nil else {
            throw ValidationError("Name a catalogue's file, or a server with --server.")
        }
        guard file == nil || product != nil else {
            throw ValidationError("Say which version the host has: --version 6.0.2.")
        }
    }

    func run() async throws {
        if let file, let product { return try await readFile(file, product) }
        try await askServer()
    }

    private func readFile(_ file: String, _ product: String) async throws {
        let catalogue = try await CatalogueCommand.Source.catalogue(file, keyring: keyring)
        let solver = Solver(try CatalogueIndex(catalogue))
        let host = HostState(uuid: "", productVersion: product, build: build, applied: Set(applied))
        let resolution = solver.resolve(host)
        guard resolution.version != nil else {
            throw CatalogueError(reason: "The catalogue does not know the product version \(product).")
        }
        if json {
            StandardOutput.write(text: solver.index.json(resolution).text)
            return
        }
        for (update, verdict) in resolution.verdicts {
            let entry = solver.index.catalogue.updates[update]
            let now = resolution.applicableNow.contains(update) ? ", applicable now" : ""
            StandardOutput.write("\(entry.uuid)  \(entry.label)  \(solver.index.explain(verdict))\(now)")
        }
    }

    private func askServer() async throws {
        let (hosts, status, order) = try await server.use { session in
            let pool = try await session.call("pool.get_all").elements?.first ?? .void
            return (
                try await PoolHost.choose([], in: session), try await session.call("pool.get_update_status", pool),
                try await session.call("pool.get_update_order", pool)
            )
        }
        let updates = hosts.map { host in (host: host, updates: status[host.reference]?.elements ?? []) }
        if json {
            let entries = updates.map { host, updates in
                JSONText.fields([
                    "host": .string(host.uuid), "name": .string(host.name), "updates": .list(updates.map(Self.json)),
                ])
            }
            let uuids = (order.elements ?? []).compactMap(\.text)
            StandardOutput.write(text: JSONText.fields(["order": .strings(uuids), "hosts": .list(entries)]).text)
            return
        }
        for (host, updates) in updates {
            let missing = updates.filter { $0["missing"]?.text == "true" }
            StandardOutput.write(
                "\(host.name): \(updates.isEmpty ? "not in the catalogue" : "\(missing.count) missing")"
            )
            for update in missing {
                let now = update["applicable_now"]?.text == "true" ? ", applicable now" : ""
                func text(_ key: String) -> String { update[key]?.text ?? "" }
                StandardOutput.write("  \(text("uuid"))  \(text("name_label"))  \(text("reason"))\(now)")
            }
        }
    }

    private static func json(_ update: Value) -> JSONText {
        .object((update.members ?? []).map { JSONText.Member(key: $0.key, value: .string($0.value.text ?? "")) })
    }
}

import ArgumentParser
import PoolControl
import RemotePools
import UpdatePackage
import XenAPI

/// `pitstop updates`: what a pool can install, and which hosts have it.
struct UpdatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "updates",
        abstract: "Say what a pool can install, have its repositories looked at, and make hotfixes of what they offer.",
        subcommands: [List.self, Synchronise.self, TakeSnapshot.self, Show.self, Collect.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the updates that the pool knows: packages, images, and what its repositories offer."
        )

        @OptionGroup var server: ServerOptions
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let updates = try await server.use { try await KnownUpdate.all(in: $0) }
            if json { return StandardOutput.write(text: JSONText.list(updates.map(\.json)).text) }
            guard !updates.isEmpty else { return StandardOutput.write("The pool knows no updates.") }
            for update in updates { StandardOutput.write(update.line) }
        }
    }

    struct Synchronise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sync",
            abstract: "Have a pool of XenServer 8.3 or later look into its repositories, and list what they offer."
        )

        @OptionGroup var server: ServerOptions

        /// With the names of hosts in place of their references.
        private static func words(_ error: APIError, _ session: ServerSession) async throws -> String {
            let hosts = try await session.call("host.get_all_records").members ?? []
            let names = hosts.map { ($0.key, $0.value["name_label"]?.text ?? $0.key) }
            return RemoteWords(names: Dictionary(names) { first, _ in first }).sentence(.refused(error))
        }

        func run() async throws {
            let updates = try await server.use { session in
                let pool = try await session.call("pool.get_all").elements?.first ?? .void
                do {
                    try await session.call("pool.sync_updates", pool, .bool(false), .string(""), .string(""))
                } catch let refusal as ServerRefusal where refusal.error.code == "MESSAGE_METHOD_UNKNOWN" {
                    throw OperatorError(
                        "This pool takes no updates from repositories of its own: upload a package, or an image "
                            + "('xe patch-upload'). On XCP-ng nothing is synchronised: 'pitstop updates list' shows what is offered."
                    )
                } catch let refusal as ServerRefusal where refusal.error.code == "NO_REPOSITORY_ENABLED" {
                    throw OperatorError(
                        "The pool has no repository of its own: enable one (xe pool-param-set uuid=POOL repositories=UUID). On "
                            + "XCP-ng hosts have theirs, nothing is synchronised, and 'pitstop updates list' shows what is offered."
                    )
                } catch let refusal as ServerRefusal {
                    throw OperatorError(
                        "The pool could not look into its repositories: \(try await Self.words(refusal.error, session))"
                    )
                }
                return try await KnownUpdate.all(in: session)
            }
            StandardOutput.write("The pool has looked into its repositories.")
            for update in updates { StandardOutput.write(update.line) }
        }
    }
}

/// An update that a pool knows, as its rows tell.
private struct KnownUpdate {
    let uuid: String
    let name: String
    let guidance: [String]
    /// Names of the hosts that have it, and of those that lack it.
    let having: [String]
    let lacking: [String]
    let isOffered: Bool

    static func all(in session: ServerSession) async throws -> [KnownUpdate] {
        let hosts = try await session.call("host.get_all_records").members ?? []
        let stamps = try await session.call("host_patch.get_all_records").members ?? []
        let patches = try await session.call("pool_patch.get_all_records").members ?? []
        return patches.map { patch in
            let owners = Set(
                stamps.filter { $0.value["pool_patch"]?.text == patch.key && $0.value["applied"] == .bool(true) }
                    .compactMap { $0.value["host"]?.text }
            )
            func names(_ isThere: Bool) -> [String] {
                hosts.filter { owners.contains($0.key) == isThere }.map { $0.value["name_label"]?.text ?? $0.key }
                    .sorted()
            }
            return KnownUpdate(
                uuid: patch.value["uuid"]?.text ?? "",
                name: patch.value["name_label"]?.text ?? "",
                guidance: (patch.value["after_apply_guidance"]?.elements ?? []).compactMap(\.text),
                having: names(true),
                lacking: names(false),
                isOffered: patch.value["other_config"]?["packages"] != nil
            )
        }.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }
    }

    var line: String {
        let all = having.count + lacking.count
        let place =
            lacking.isEmpty ? "on all hosts" : having.isEmpty ? "on no host" : "on \(having.count) of \(all) hosts"
        return "\(uuid)  \(name)  \(place)\(guidance.isEmpty ? "" : "  " + guidance.joined(separator: ", "))"
    }

    var json: JSONText {
        .fields([
            "uuid": .string(uuid), "name": .string(name), "guidance": .strings(guidance), "hosts": .strings(having),
            "missing": .strings(lacking), "offered": .bool(isOffered),
        ])
    }
}

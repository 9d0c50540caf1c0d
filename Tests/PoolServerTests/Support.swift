import Datamodel
import Foundation
import Hosts
import Logging
import PoolDatabase
import PoolOperations
import PoolPatching
import Synchronization
import TestSupport
import UpdatePackage
import XenAPI

@testable import PoolServer

/// A modelled pool of two hosts in memory, and the API on it.
final class Bench: Sendable {
    let api: API
    let root: Session
    let clock: TestClock
    let audit: AuditLog
    private let folder: String

    /// Whose packages and catalogues the server believes.
    enum Trusting { case untested, nobody }

    /// The database's file; nil where it lives in memory.
    let databaseFile: String?

    init(hosts: Int = 2, trusting: Trusting = .untested, onDisk: Bool = false, log: Logger? = nil) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/pitstop-door-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let clock = TestClock()
        self.clock = clock
        databaseFile = onDisk ? folder + "/pool.sqlite" : nil
        let database = try PoolDatabase(path: databaseFile)
        let now: @Sendable () -> Timestamp = { clock.now }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: hosts, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        let pool = Pool(database: database, hosts: BareHosts(), now: now, makeUUID: makeUUID)
        let patches = try PatchService(pool: pool, directory: folder + "/updates") { () throws(APIError) in
            guard trusting == .nobody else { throw .internalError("These tests verify no packages.") }
            return TrustPolicy()
        }
        audit = AuditLog(directory: folder + "/audit")
        api = API(
            pool: pool,
            patches: patches,
            users: try Users(path: folder + "/users.json") { clock.now.seconds },
            audit: audit,
            activity: Activity(log),
            failureDelay: .milliseconds(1)
        )
        try await api.showAccounts()
        root = await api.sessions.start("root", .poolAdmin, permissions: [])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Calls a message as root.
    @discardableResult
    func call(_ name: String, _ arguments: Value...) async throws(APIError) -> Value {
        try await api.call(name, arguments, in: root)
    }

    /// Notes an update as applied on every host, and leaves it to the hosts whether it is in effect.
    func apply(_ name: String, uuid: String, guidance: String, at seconds: Int64) async throws(APIError) {
        let patch = Ref("OpaqueRef:" + uuid)
        try await api.pool.database.transaction { [hosts] transaction throws(APIError) in
            transaction.create(
                "pool_patch",
                patch,
                ["uuid": .string(uuid), "name_label": .string(name), "after_apply_guidance": .strings([guidance])]
            )
            for (index, host) in hosts.enumerated() {
                transaction.create(
                    "host_patch",
                    Ref("OpaqueRef:\(uuid)-\(index)"),
                    [
                        "uuid": .string("\(uuid)-\(index)"), "host": .string(host.rawValue),
                        "pool_patch": .string(patch.rawValue), "applied": .bool(true),
                        "timestamp_applied": .date(Timestamp(seconds: seconds)),
                    ]
                )
            }
        }
    }

    /// The error of a call that has to fail.
    func error(_ name: String, _ arguments: Value...) async -> APIError? {
        do throws(APIError) {
            _ = try await api.call(name, arguments, in: root)
            return nil
        } catch {
            return error
        }
    }

    func vm(_ name: String) throws -> Row {
        guard let row = api.pool.database.snapshot.rows("VM").first(where: { $0.nameLabel == name }) else {
            throw APIError.internalError("no VM \(name)")
        }
        return row
    }

    var hosts: [Ref] { api.pool.database.snapshot.refs("host") }

    /// Runs a command line of `xe` and returns all that the client is told.
    func xe(_ words: String...) async throws -> ScriptedClient {
        let client = ScriptedClient()
        let body = (words + ["username=root", "password=secret"]).joined(separator: "\n")
        try await CLIConversation(api: api, channel: client).run(Array(body.utf8))
        return client
    }
}

/// A recorded pool in memory, and the API on it.
struct RecordedBench {
    let api: API
    let root: Session

    init(dump: [UInt8]) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/pitstop-recorded-\(UUID().uuidString)"
        let database = try PoolDatabase(path: nil)
        try await database.load(dump: dump)
        let pool = Pool(
            database: database,
            hosts: RecordedHosts(database),
            now: { Timestamp(seconds: 1_700_000_000) },
            makeUUID: { UUID().uuidString.lowercased() }
        )
        let patches = try PatchService(pool: pool, directory: folder) { () throws(APIError) in
            throw .internalError("These tests verify no packages.")
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        api = API(pool: pool, patches: patches, users: try Users(path: folder + "/users.json"))
        try await pool.recover()
        root = await api.sessions.start("root", .poolAdmin, permissions: [])
    }

    /// Runs a command line of `xe` in the session that is open, and returns all that the client is told.
    func xe(_ words: String...) async throws -> ScriptedClient {
        let client = ScriptedClient()
        let body = (["session_id=\(root.ref)"] + words).joined(separator: "\n")
        try await CLIConversation(api: api, channel: client).run(Array(body.utf8))
        return client
    }
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_700_000_000)
    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func advance(by more: Int64) { seconds.withLock { $0 += more } }
}

extension Value {
    /// A reference as an argument.
    static func ref(_ ref: Ref) -> Value { .string(ref.rawValue) }
}

/// An `xe` that remembers what it was told, and answers transfers as it was told to.
final class ScriptedClient: CLIConnection {
    private(set) var messages: [CLIMessage] = []
    private let version: CLIVersion

    init(version: CLIVersion = .v0_2) { self.version = version }

    func greet() async throws -> CLIVersion { version }
    func send(_ message: CLIMessage) async throws { messages.append(message) }
    func response() async throws -> Bool { false }
    func prompt() async throws -> String { "yes" }

    /// Standard output, as the client prints it.
    var output: String {
        messages.compactMap { if case .print(let text) = $0 { text + "\n" } else { nil } }.joined()
    }

    /// Standard error, as a client of this version prints it.
    var errors: String {
        messages.compactMap { message in
            guard case .printStderr(let text) = message else { return nil }
            return version.stderrTextCarriesLineEnd ? text : text + "\n"
        }.joined()
    }

    var exitCode: Int32? {
        if case .exit(let code)? = messages.last { code } else { nil }
    }
}

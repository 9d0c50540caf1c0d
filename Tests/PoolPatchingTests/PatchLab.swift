import EmbeddedHosts
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// A pool of two embedded hosts that all tests of this module share, and what a test needs on top of it.
struct PatchLab {
    let service: PatchService
    let pool: Pool
    let updates: String
    let trust: TrustStore
    let key: SigningKey
    private let bench: Workbench

    /// - Parameter limits: how long package programs may run.
    init(limits: PatchService.Limits = .init()) async throws {
        let bench = try await Workbench.shared.value
        self.bench = bench
        pool = bench.pool
        key = bench.key
        let directory = bench.directory.file(UUID().uuidString)
        updates = directory + "/updates"
        let trust = TrustStore(folder: directory + "/trust")
        self.trust = trust
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        _ = try await trust.addKeys(from: key.publicKey)
        service = try PatchService(pool: pool, directory: updates, limits: limits) { () throws(APIError) in
            do throws(TrustStoreError) { return try trust.policy() } catch { throw .internalError("\(error)") }
        }
    }

    /// The hosts of the pool.
    var hosts: [Ref] { pool.database.snapshot.refs("host") }

    /// The tree of a host.
    func tree(_ host: Ref) -> String {
        let name = pool.database.snapshot.row("host", host)?.string("hostname") ?? ""
        return bench.directory.file("state/hosts/\(name)")
    }

    /// What is kept of uploads: files taken in, and files on their way.
    func keptFiles() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: updates)
            .filter { $0 != "incoming" && !$0.hasSuffix(".promise.json") && !$0.hasSuffix(".contents.json") }
        return files + (try FileManager.default.contentsOfDirectory(atPath: updates + "/incoming"))
    }

    /// Signs a program.
    ///
    /// - Parameter options: what gpg is told besides.
    func signed(_ program: String, _ options: String...) async throws -> Data {
        let path = bench.directory.file(UUID().uuidString)
        try await key.sign(program, to: path, options: options)
        return try Data(contentsOf: URL(filePath: path))
    }

    /// Signs a program as clear text.
    func clearSigned(_ program: String) async throws -> Data {
        let path = bench.directory.file(UUID().uuidString)
        try await key.clearSign(program, to: path)
        return try Data(contentsOf: URL(filePath: path))
    }

    /// Uploads a file.
    @discardableResult
    func upload(_ file: Data) async throws(APIError) -> Ref {
        let upload = try service.beginUpload()
        var failure: APIError?
        file.withUnsafeBytes { bytes in
            do throws(APIError) { try upload.write(bytes) } catch { failure = error }
        }
        if let failure {
            service.abandon(upload)
            throw failure
        }
        await upload.hash()
        return try await service.finish(upload)
    }

    /// Signs and uploads a program.
    func upload(program: String) async throws -> Ref { try await upload(try await signed(program)) }

    /// A uuid for a patch.
    static func uuid() -> String { UUID().uuidString.lowercased() }
}

/// What is made once for all tests.
private final class Workbench: Sendable {
    static let shared = Task { try await Workbench() }

    let directory: TemporaryDirectory
    let pool: Pool
    let key: SigningKey

    private init() async throws {
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        let database = try PoolDatabase(path: nil)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: 2, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        let identities = database.snapshot.rows("host").map {
            EmbeddedPool.HostIdentity(uuid: $0.uuid, name: $0.string("hostname"))
        }
        let hosts = try await EmbeddedPool.open(state: directory.file("state"), hosts: identities)
        pool = Pool(database: database, hosts: hosts, now: now, makeUUID: makeUUID)
    }
}

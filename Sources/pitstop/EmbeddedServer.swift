import Basics
import Console
import Datamodel
import Foundation
import Logging
import Notices
import PoolOperations
import PoolPatching
import PoolRollout
import PoolServer
import Rollout
import ServiceLifecycle
import Storage
import UnixSignals
import UpdatePackage
import XenAPI

/// A server, put together from a state directory.
struct EmbeddedServer {
    private let server: PoolServer
    private let opened: OpenedPool
    private let logger: Logger
    private let libraries: Logger
    private let notices: NoticeService

    init(
        state: String,
        pool source: PoolSource,
        beginsAnew: Bool = false,
        passwordFile: String?,
        speed: Double,
        address: PoolServer.Address,
        plainAddress: PoolServer.Address?,
        socket: String? = nil,
        names: [String] = [],
        notices noticeFile: String? = nil,
        ownCertificate: (certificate: String, key: String)? = nil,
        logger: Logger,
        libraries: Logger? = nil,
        isLogKept: Bool = false
    ) async throws {
        self.libraries = libraries ?? logger
        opened = try await OpenedPool(state: state, source: source, speed: speed, beginsAnew: beginsAnew) {
            logger.warning("\($0)", metadata: ["event": "pool.notice"])
        }
        logger.notice(
            "Pitstop \(Pitstop.version) starts.",
            metadata: [
                "event": "server.starting", "version": "\(Pitstop.version)", "state": "\(opened.directory.path)",
                "pool": "\(source)",
            ]
        )
        let (directory, pool, patches) = (opened.directory, opened.pool, opened.patches)
        var limits = RunPolicy.Limits()
        if opened.embedded != nil { limits.poll = 1 }
        if opened.remote != nil { limits.poll = 2 }
        let gates = GateKeeper(gates: directory.gates, prechecks: directory.prechecks, pairs: directory.pairs)
        let rollouts =
            if let remote = opened.remote {
                RolloutService(
                    control: remote.control,
                    installer: try remote.intake(),
                    directory: directory.runs,
                    writer: "pitstop \(Pitstop.version)",
                    limits: limits,
                    gates: gates,
                    now: pool.now,
                    makeUUID: pool.makeUUID
                )
            } else {
                RolloutService(
                    pool: pool,
                    patches: patches,
                    directory: directory.runs,
                    writer: "pitstop \(Pitstop.version)",
                    limits: limits,
                    gates: gates
                )
            }
        let services = ConsoleServices(
            rollouts: rollouts,
            patches: patches,
            trust: TrustStore(folder: directory.trust),
            modelledSpeed: opened.embedded == nil ? nil : speed
        )
        await patches.lookIntoUnknown()
        let identity =
            if let ownCertificate {
                try TLSIdentity(certificate: ownCertificate.certificate, key: ownCertificate.key, now: Date())
            } else {
                try TLSIdentity(
                    directory: directory.tls,
                    names: TLSIdentity.names(for: [address], names) + ["pitstop"],
                    now: Date()
                )
            }
        if let note = identity.note { logger.warning("\(note)", metadata: ["event": "certificate"]) }
        server = PoolServer(
            pool: pool,
            patches: patches,
            rollouts: rollouts,
            users: try await Self.users(directory, passwordFile, logger, isLogKept: isLogKept),
            audit: AuditLog(directory: directory.audit),
            relay: try opened.relay,
            identity: identity,
            address: address,
            plainAddress: plainAddress,
            socket: socket,
            interval: opened.real?.interval ?? .milliseconds(200),
            logger: logger,
            libraries: libraries,
            version: Pitstop.version,
            pages: { face in
                let console = Console(
                    access: ConsoleAccess(face: face),
                    services: services,
                    directory: directory.path + "/console",
                    now: { pool.now().seconds }
                )
                return { console.addRoutes(to: $0) }
            },
            // Whoever started the server may have no use for the line: that is no reason to end.
            onReady: { url in
                ServiceManager.tellReady(ProcessInfo.processInfo.environment)
                do throws(StandardStream.Failure) { try StandardStream.output.write("ready \(url)\n".utf8) } catch {
                    StandardError.write("The server takes calls at \(url). \(error)")
                }
            }
        )
        notices = try await opened.notices(
            of: rollouts,
            to: noticeFile,
            certificate: { [server] in server.certificateEnds },
            logger: logger
        )
        self.logger = logger
    }

    /// Serves until SIGTERM or Ctrl-C.
    func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: ([server, notices] + (try opened.services)).map { .init(namedByType: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: libraries
        )
        // An upload under way gets this long to end; then it counts as not made.
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        configuration.maximumCancellationDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // An address that is taken, say: nothing of the hosts' connections may stay.
            await opened.real?.shutdown()
            await opened.remote?.shutdown()
            throw error
        }
        await opened.shutdown()
        logger.notice("The server has ended.", metadata: ["event": "server.stopped"])
    }

    /// - Parameter isLogKept: whether what is said on standard error lasts somewhere, where a password must not.
    private static func users(
        _ directory: StateDirectory,
        _ passwordFile: String?,
        _ logger: Logger,
        isLogKept: Bool
    ) async throws -> Users {
        let users = try Users(path: directory.users)
        if let passwordFile, !users.contains("root") {
            try users.set("root", password: try PasswordInput.file(passwordFile), role: .poolAdmin)
        } else if let passwordFile {
            // What was changed since counts: the file would bring back a password that somebody has done away with.
            let password = try PasswordInput.file(passwordFile)
            guard try await users.authenticate("root", password: password) == nil else { return users }
            logger.warning(
                """
                root's password is not the one in \(passwordFile): it was changed after the first start, which is the only one \
                that the file counts for. To set another one: pitstop users add root --role pool-admin --state \
                \(directory.path)
                """,
                metadata: ["event": "users.password-file"]
            )
        } else if !users.contains("root") {
            let password = Self.newPassword()
            let file = directory.path + "/root.password"
            // First, for a password that counts and nobody has would be a lock without a key.
            if isLogKept { try AtomicFile.replace(file, with: Array((password + "\n").utf8)) }
            try users.set("root", password: password, role: .poolAdmin)
            if isLogKept {
                logger.notice("root's password was made: it is in \(file). Read it there, and remove the file.")
            } else {
                StandardError.write("root's password is \(password) (it is shown only this once)")
            }
        }
        return users
    }

    /// 20 characters out of 32 that can not be taken for one another: 100 bits.
    private static func newPassword() -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        return String((0..<20).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
    }
}

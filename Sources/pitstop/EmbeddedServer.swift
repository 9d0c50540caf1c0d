import Console
import Datamodel
import Foundation
import Logging
import PoolOperations
import PoolPatching
import PoolRollout
import PoolServer
import Rollout
import ServiceLifecycle
import UnixSignals
import UpdatePackage
import XenAPI

/// A server, put together from a state directory.
struct EmbeddedServer {
    private let server: PoolServer
    private let opened: OpenedPool
    private let logger: Logger

    init(
        state: String,
        pool source: PoolSource,
        passwordFile: String?,
        speed: Double,
        address: PoolServer.Address,
        plainAddress: PoolServer.Address?,
        socket: String? = nil,
        logger: Logger
    ) async throws {
        opened = try await OpenedPool(state: state, source: source, speed: speed)
        let (directory, pool, patches) = (opened.directory, opened.pool, opened.patches)
        if opened.embedded != nil { try await Self.trustDemonstration(directory) }
        var limits = RunPolicy.Limits()
        if opened.embedded != nil { limits.poll = 1 }
        let rollouts = RolloutService(
            pool: pool,
            patches: patches,
            directory: directory.runs,
            writer: "pitstop \(Pitstop.version)",
            limits: limits,
            gates: GateKeeper(gates: directory.gates, prechecks: directory.prechecks)
        )
        let services = ConsoleServices(
            rollouts: rollouts,
            patches: patches,
            trust: TrustStore(folder: directory.trust)
        )
        server = PoolServer(
            pool: pool,
            patches: patches,
            rollouts: rollouts,
            users: try await Self.users(directory, passwordFile),
            audit: AuditLog(directory: directory.audit),
            identity: try TLSIdentity(directory: directory.tls, name: "pitstop", now: Date()),
            address: address,
            plainAddress: plainAddress,
            socket: socket,
            interval: opened.real?.interval ?? .milliseconds(200),
            logger: logger,
            pages: { face in
                let console = Console(
                    access: ConsoleAccess(face: face),
                    services: services,
                    directory: directory.path + "/console",
                    now: { pool.now().seconds }
                )
                return { console.addRoutes(to: $0) }
            },
            onReady: { url in StandardOutput.write("ready \(url)") }
        )
        self.logger = logger
    }

    /// A new embedded pool believes the key of a demonstration that was built here, so that its hotfix can be tried by
    /// hand. Embedded hosts are sandboxes: no real machine hangs on it, and it is said aloud.
    private static func trustDemonstration(_ directory: StateDirectory) async throws {
        let key = DemoStage.defaultDirectory + "/signing-key.gpg"
        guard !FileManager.default.fileExists(atPath: directory.trust),
            FileManager.default.fileExists(atPath: key)
        else { return }
        for key in try await TrustStore(folder: directory.trust).addKeys(from: key) {
            StandardError.write(
                "This pool is embedded, so it trusts the key of the demonstration, \(key.fingerprint). "
                    + "To withdraw it: pitstop trust remove \(key.fingerprint) --state \(directory.path)"
            )
        }
    }

    /// Serves until SIGTERM or Ctrl-C.
    func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: [server] + (opened.real?.services ?? []),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // An upload under way gets this long to end; then it counts as not made.
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        configuration.maximumCancellationDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // An address that is taken, say: nothing of the hosts' connections may stay.
            await opened.real?.shutdown()
            throw error
        }
        await opened.shutdown()
    }

    private static func users(_ directory: StateDirectory, _ passwordFile: String?) async throws -> Users {
        let users = try Users(path: directory.users)
        if let passwordFile {
            let password = try PasswordInput.file(passwordFile)
            // The same password set once more would end what root has open in browsers.
            guard await users.authenticate("root", password: password) == nil else { return users }
            try users.set("root", password: password, role: .poolAdmin)
        } else if !users.contains("root") {
            let password = Self.newPassword()
            try users.set("root", password: password, role: .poolAdmin)
            StandardError.write("root's password is \(password) (it is shown only this once)")
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

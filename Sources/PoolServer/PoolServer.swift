import Foundation
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import PoolControl
public import PoolOperations
public import PoolPatching
public import PoolRollout
public import ServiceLifecycle

/// The server: its doors, and the watch over the hosts behind them.
public struct PoolServer: Service {
    private let api: API
    private let certificate: ServedCertificate
    /// When the certificate that it shows ends, in seconds since the epoch; nil where that does not say.
    public var certificateEnds: Int64? { certificate.expires }
    private let address: Address
    private let plainAddress: Address?
    private let socket: String?
    private let monitor: HostMonitor
    private let logger: Logger
    private let libraries: Logger
    private let onReady: @Sendable (String) -> Void
    private let addPages: AddPages?
    private let version: String
    private let readiness = Readiness()
    private let connections: Connections

    /// Adds the routes of pages for people. They must not answer POST but below `/do/`: all other paths are XML-RPC's.
    public typealias AddPages = @Sendable (Router<BasicRequestContext>) -> Void

    /// Puts a server together.
    ///
    /// - Parameters:
    ///   - pool: the pool that it serves.
    ///   - patches: what carries out patch messages.
    ///   - rollouts: the pool's runs; the server opens them when it starts and lets go of them when it ends.
    ///   - users: who may sign in.
    ///   - audit: where it writes down who changed what.
    ///   - relay: the pool behind the server, where that keeps itself.
    ///   - identity: the certificate that it shows.
    ///   - address: where it listens with TLS.
    ///   - plainAddress: where it listens without, if anywhere.
    ///   - socket: path of the UNIX socket where it listens for callers who need no password, if anywhere.
    ///   - interval: time between two looks at a host.
    ///   - version: the program's, for figures.
    ///   - pages: makes the pages for people, which are served with TLS only: browsers keep their cookie for that.
    ///   - logger: where it tells what happens to the pool, and who did it.
    ///   - libraries: where the libraries that it is built on tell what they do.
    ///   - onReady: called with the server's URL once it takes calls.
    public init(
        pool: Pool,
        patches: PatchService,
        rollouts: RolloutService? = nil,
        users: Users,
        audit: AuditLog? = nil,
        relay: (any MessageRelay)? = nil,
        identity: TLSIdentity,
        address: Address,
        plainAddress: Address? = nil,
        socket: String? = nil,
        interval: Duration = .milliseconds(200),
        logger: Logger,
        libraries: Logger? = nil,
        version: String = "",
        pages: ((PoolFace) -> AddPages)? = nil,
        onReady: @escaping @Sendable (String) -> Void
    ) {
        let activity = Activity(logger)
        api = API(
            pool: pool,
            patches: patches,
            rollouts: rollouts,
            users: users,
            audit: audit,
            activity: activity,
            relay: relay
        )
        certificate = ServedCertificate(identity)
        self.address = address
        self.plainAddress = plainAddress
        self.socket = socket
        self.logger = logger
        self.libraries = libraries ?? logger
        self.version = version
        self.onReady = onReady
        connections = Connections(limits: .init(descriptors: Descriptors.raise()), logger: logger)
        addPages = pages?(PoolFace(api: api, certificate: certificate))
        monitor = HostMonitor(pool: pool, interval: interval) { host in
            do {
                try await patches.resyncStamps(of: host)
            } catch {
                logger.warning(
                    "The stamps of a host could not be read",
                    metadata: ["host": "\(host)", "reason": "\(error)"]
                )
            }
        }
    }

    /// Serves until a graceful shutdown.
    public func run() async throws {
        try await api.pool.recover()
        try await api.showAccounts()
        await monitor.look()
        let runs = RunActivity(api.activity)
        await api.rollouts?.follow { runs.tell($0) }
        await api.rollouts?.open()
        let tls = certificate.configuration
        var doors: [any Service] = [
            Watch(monitor: monitor), CertificateWatch(certificate: certificate, logger: logger),
            HostActivity(pool: api.pool, activity: api.activity),
        ]
        let opening = Opening(doors: 1 + [plainAddress?.host, socket].compactMap { $0 }.count) { port in
            let url = "https://\(Address(host: address.host, port: port))/"
            api.activity.tell(.serverReady, .notice, "The server takes calls at \(url).", ["url": url])
            onReady(url)
        }
        let door = application(
            at: .hostname(address.host, port: address.port),
            named: ("--listen", "\(address)"),
            .init { responder in
                try TLSChannel(channel(responder), tlsConfiguration: tls)
            },
            pages: addPages
        ) { channel in opening.opened(port: channel.localAddress?.port ?? address.port) }
        doors.append(door)
        if let plainAddress {
            let door = BindAddress.hostname(plainAddress.host, port: plainAddress.port)
            let name = ("--plain", "\(plainAddress)")
            doors.append(application(at: door, named: name, .init { channel($0) }) { _ in opening.opened() })
        }
        if let socket {
            let door = BindAddress.unixDomainSocket(path: socket)
            doors.append(
                application(at: door, named: ("--socket", socket), .init { channel($0, isLocal: true) }) { channel in
                    do {
                        // Whoever may open it is root of the pool.
                        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socket)
                        opening.opened()
                    } catch {
                        logger.error(
                            "The socket can not be kept from others: it is closed",
                            metadata: ["path": "\(socket)"]
                        )
                        channel.close(promise: nil)
                    }
                }
            )
        }
        // Last, so that it ends first: the doors wait for the calls that wait for events.
        doors.append(AccountWatch(api: api, readiness: readiness))
        let group = ServiceGroup(
            configuration: .init(services: doors.map { .init(namedByType: $0) }, logger: libraries)
        )
        try await group.run()
        await api.rollouts?.letGo()
        await api.tasks.shutDown()
    }

    private func channel(_ responder: @escaping HTTPChannelHandler.Responder, isLocal: Bool = false) -> DoorChannel {
        let cli = CLIDoor(api: api, logger: logger)
        return DoorChannel(
            responder: responder,
            isLocal: isLocal,
            connections: connections,
            patience: Patience()
        ) { await cli.serve($0) }
    }

    private func application(
        at address: BindAddress,
        named name: (option: String, place: String),
        _ server: HTTPServerBuilder,
        pages: AddPages? = nil,
        onRunning: @escaping @Sendable (any Channel) -> Void
    ) -> some Service {
        let router = Router(context: BasicRequestContext.self)
        TransferDoor(api: api).addRoutes(to: router)
        DatabaseDoor(api: api).addRoutes(to: router)
        RPCDoor(api: api).addRoutes(to: router)
        let figures = PoolFigures(api: api, version: version, certificate: certificate)
        MonitoringDoor(figures: figures, readiness: readiness).addRoutes(to: router)
        pages?(router)
        let application = Application(
            router: router,
            server: server,
            configuration: .init(address: address, serverName: "Pitstop"),
            onServerRunning: { channel in onRunning(channel) },
            logger: libraries
        )
        return Door(application: application, name: name)
    }

    /// A door as a service; one that can not be opened says which, and why.
    private struct Door: Service {
        let application: any Service
        let name: (option: String, place: String)

        func run() async throws {
            do {
                try await application.run()
            } catch let error as IOError {
                throw DoorError(name.place, option: name.option, code: error.errnoCode, reason: "\(error)")
            } catch let error as SocketAddressError {
                throw DoorError(name.place, option: name.option, code: EADDRNOTAVAIL, reason: "\(error)")
            }
        }
    }

    /// The monitor as a service that ends with the others.
    private struct Watch: Service {
        let monitor: HostMonitor

        func run() async throws {
            await cancelWhenGracefulShutdown { await monitor.run() }
        }
    }
}

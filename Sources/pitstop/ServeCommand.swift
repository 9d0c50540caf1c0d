import ArgumentParser
import Logging
import PoolServer
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a pool: XenAPI, xe, uploads and the web console.",
        discussion: """
            When it takes calls it prints one line, 'ready https://ADDRESS:PORT/', on standard output. SIGTERM or Ctrl-C \
            ends it cleanly. All state lives under --state, and is safe whenever the process ends.
            """
    )

    @Option(help: "The directory for the pool's state; made if it is missing.")
    var state = ".pitstop/state"

    @Option(help: "Where to listen with TLS, as ADDRESS:PORT; port 0 takes any that is free.")
    var listen = "127.0.0.1:8443"

    @Option(help: "Where to listen without TLS as well, as ADDRESS:PORT. Passwords then cross the wire in the clear.")
    var plain: String?

    @Option(help: "A UNIX socket to listen on too, like XenServer's /var/lib/xcp/xapi: for you alone, no password.")
    var socket: String?

    @Option(
        help: """
            The pool: embedded, embedded:N for N hosts, libvirt:FILE for real hosts that a pool.yaml describes, or \
            dump:FILE for a recorded pool database.
            """
    )
    var pool = PoolSource.embedded(hosts: 3)

    @Option(help: "A file whose first line is root's password; without it one is made and shown once.")
    var passwordFile: String?

    @Option(help: "Seconds of modelled time that pass in one real second (restarts and migrations of embedded hosts).")
    var speed = 60.0

    func validate() throws {
        guard PoolServer.Address(listen) != nil else {
            throw ValidationError("--listen needs ADDRESS:PORT, not '\(listen)'.")
        }
        if let plain, PoolServer.Address(plain) == nil {
            throw ValidationError("--plain needs ADDRESS:PORT, not '\(plain)'.")
        }
        guard speed > 0, speed <= 100_000 else {
            throw ValidationError("--speed has to be more than 0 and at most 100000, not \(speed).")
        }
    }

    func run() async throws {
        guard let address = PoolServer.Address(listen) else { return }
        var logger = Logger(label: "pitstop") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let server = try await EmbeddedServer(
            state: state,
            pool: pool,
            passwordFile: passwordFile,
            speed: speed,
            address: address,
            plainAddress: plain.flatMap { PoolServer.Address($0) },
            socket: socket,
            logger: logger
        )
        try await server.run()
    }
}

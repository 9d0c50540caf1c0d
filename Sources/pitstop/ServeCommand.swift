import ArgumentParser
import Foundation
import Logging
import NIOCore
import PoolServer
import ServiceLifecycle
import XenAPI

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
            The pool: embedded, embedded:N for N hosts (3 in a new pool), libvirt:FILE for real hosts that a pool.yaml \
            describes, xenapi:FILE for a XenServer or XCP-ng pool that 'pitstop pool discover' has described, or dump:FILE \
            for a recorded pool database.
            """
    )
    var pool = PoolSource.embedded(hosts: nil)

    @Flag(
        help:
            "Begin a new pool where the database of the old one is lost. What is left of that one is put aside, not removed."
    )
    var beginAnew = false

    @Option(
        help: "A file whose first line is root's password at the first start; without it one is made and shown once."
    )
    var passwordFile: String?

    @Option(
        name: .customLong("name"),
        help: """
            A name or address by which clients call this server, for the certificate that is made at the first start; may \
            be given several times.
            """
    )
    var names: [String] = []

    @Option(
        help: """
            A file with the certificate to show, and those that lead to its authority, in PEM, in place of the one that is made \
            at the first start. It is read again when it changes, and at SIGHUP.
            """
    )
    var certificate: String?

    @Option(help: "A file with the private key of --certificate, in PEM.")
    var key: String?

    @Option(
        help: "A YAML file with these options, each under its own name; what the command line says as well counts."
    )
    var config: String?

    @Option(help: "A YAML file that says who is told of runs, by webhooks and mail.")
    var notices: String?

    @Option(
        help: """
            How the log on standard error looks: text, which is the journal's own form where that reads it, or json, one object a \
            line.
            """
    )
    var logFormat = LogFormatOption.text

    @Option(help: "Of what weight the log tells, and of more.")
    var logLevel = LogLevel.info

    @Option(help: "Seconds of modelled time that pass in one real second (restarts and migrations of embedded hosts).")
    var speed = 60.0

    func validate() throws {
        guard PoolServer.Address(listen) != nil else {
            throw ValidationError("--listen needs ADDRESS:PORT or [IPV6]:PORT, not '\(listen)'.")
        }
        if let plain, PoolServer.Address(plain) == nil {
            throw ValidationError("--plain needs ADDRESS:PORT or [IPV6]:PORT, not '\(plain)'.")
        }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together: give both, or neither.")
        }
        guard (0.01...100_000).contains(speed) else {
            throw ValidationError("--speed has to be from 0.01 to 100000, not \(speed).")
        }
    }

    func run() async throws {
        guard let address = PoolServer.Address(listen) else { return }
        let writer = LogWriter()
        do {
            try await serve(at: address, ServerLog.loggers(logFormat.format, from: logLevel, to: writer))
        } catch {
            await writer.drain()
            throw error
        }
        await writer.drain()
    }

    private func serve(at address: PoolServer.Address, _ log: (own: Logger, libraries: Logger)) async throws {
        let server = try await EmbeddedServer(
            state: state,
            pool: pool,
            beginsAnew: beginAnew,
            passwordFile: passwordFile,
            speed: speed,
            address: address,
            plainAddress: plain.flatMap { PoolServer.Address($0) },
            socket: socket,
            names: names,
            notices: notices,
            ownCertificate: certificate.flatMap { certificate in key.map { (certificate, $0) } },
            logger: log.own,
            libraries: log.libraries,
            isLogKept: logFormat.format != .text
        )
        do { try await server.run() } catch let error as IOError {
            throw OperatorError(
                "The server can not listen at \(listen)\(plain.map { " or \($0)" } ?? ""): "
                    + "\(String(cString: strerror(error.errnoCode))). Give --listen another address or port, or end what has it."
            )
        }
    }
}

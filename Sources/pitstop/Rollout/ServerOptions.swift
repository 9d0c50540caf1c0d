import ArgumentParser
import Foundation
import ServerLink
import XenAPI

/// How a command finds a server and signs in.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server, as https://HOST:PORT/ (or PITSTOP_SERVER).")
    var server: String?

    @Option(help: "Who signs in (or PITSTOP_USER).")
    var user: String?

    @Option(
        help: "A file whose first line is the password (or PITSTOP_PASSWORD_FILE); without it, it is asked for.",
        completion: .file()
    )
    var passwordFile: String?

    @Option(
        help: "A PEM file with the only certificate, or authority, that the server may show (or PITSTOP_CA_FILE).",
        completion: .file()
    )
    var caFile: String?

    @Flag(help: "Take any certificate. Needed without --ca-file, unless the server is on this machine.")
    var insecure = false

    /// Signs in.
    func connect() async throws -> ServerSession {
        let environment = ProcessInfo.processInfo.environment
        let text = server ?? environment["PITSTOP_SERVER"] ?? "https://127.0.0.1:8443/"
        guard let url = URL(string: text), url.scheme == "https", let host = url.host(), !host.isEmpty else {
            throw OperatorError("\(text) is no server: give --server https://HOST:PORT/.")
        }
        let certificate = caFile ?? environment["PITSTOP_CA_FILE"]
        let isHere = ["127.0.0.1", "::1", "localhost"].contains(host)
        guard certificate != nil || insecure || isHere else {
            throw OperatorError(
                "Who \(host) is can not be checked: give its certificate with --ca-file, or --insecure to take any."
            )
        }
        let endpoint: Endpoint
        do {
            endpoint = try Endpoint(host: host, port: url.port ?? 443, useTLS: true, certificate: certificate)
        } catch {
            throw OperatorError("The certificate \(certificate ?? "") can not be used: \(error).")
        }
        let name = user ?? environment["PITSTOP_USER"] ?? "root"
        let file = passwordFile ?? environment["PITSTOP_PASSWORD_FILE"]
        let password = try file.map { try PasswordInput.file($0) } ?? PasswordInput.ask(for: name)
        return try await ServerSession(RPCClient(endpoint), name, password)
    }

    /// Does something in a session, and signs out.
    func withSession<Result>(_ body: (ServerSession) async throws -> Result) async throws -> Result {
        let session = try await connect()
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }
}

extension PasswordInput {
    /// Asks once on a terminal; elsewhere the first line of standard input is the password.
    static func ask(for name: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else {
                throw OperatorError("No password came on standard input: give one there, or use --password-file.")
            }
            return line
        }
        guard let password = getpass("Password for \(name): ").map({ String(cString: $0) }) else {
            throw OperatorError("The password could not be read from the terminal: use --password-file.")
        }
        return password
    }
}

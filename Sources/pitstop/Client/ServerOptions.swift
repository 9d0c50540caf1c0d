import ArgumentParser
import Foundation
import PoolServer
import XenAPIClient

/// Which server a command talks to, and as whom. The password is never on the command line, where others could read it.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server, as https://ADDRESS:PORT/ (environment: PITSTOP_SERVER).")
    var server: String?
    @Option(help: "Who signs in (environment: PITSTOP_USER; otherwise root).")
    var user: String?
    @Option(
        help: "A file whose first line is the password (environment: PITSTOP_PASSWORD_FILE); without it you are asked."
    )
    var passwordFile: String?
    @Option(
        help: """
            A file whose first line is a token of pitstop token create, in place of user and password (environment: \
            PITSTOP_TOKEN_FILE, or PITSTOP_TOKEN for the token itself).
            """
    )
    var tokenFile: String?
    @Option(
        help: """
            The only certificate, or authority, that the server may show: a PEM file, or the certificate's SHA-256 \
            (environment: PITSTOP_CERTIFICATE).
            """
    )
    var certificate: String?
    @Flag(help: "Take any certificate. Whoever sits between you and the server can then read the password.")
    var insecure = false

    /// The server's address, from option or environment; nil where neither names one.
    var address: String? { server ?? Self.environment("PITSTOP_SERVER") }

    /// Signs in, lends the session to `body`, and signs out.
    func use<Result>(_ body: (ServerSession) async throws -> Result) async throws -> Result {
        guard let address else { throw ValidationError("Name the server: --server https://ADDRESS:PORT/.") }
        let session = try await ServerSession.open(try Self.endpoint(address), as: try credentials(), try policy())
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    func validate() throws {
        guard tokenFile == nil || (user == nil && passwordFile == nil) else {
            throw ValidationError("A token names itself: give --token-file, or --user and --password-file.")
        }
    }

    /// What the command line says counts before the environment, and a token before a password.
    private func credentials() throws -> Credentials {
        let isNamed = user != nil || passwordFile != nil
        if let token = try tokenFile.map(Self.token(inFile:)) ?? (isNamed ? nil : Self.tokenOfEnvironment()) {
            return Credentials(user: token.name, password: token.text)
        }
        let user = self.user ?? Self.environment("PITSTOP_USER") ?? "root"
        let file = passwordFile ?? Self.environment("PITSTOP_PASSWORD_FILE")
        let password = try file.map(PasswordInput.file) ?? PasswordInput.prompt(for: user, confirm: false)
        return Credentials(user: user, password: password)
    }

    private static func token(inFile path: String) throws -> Token.Secret {
        guard let secret = Token.Secret(try PasswordInput.file(path, "token")) else {
            throw OperatorError(
                "The first line of \(path) is no token: put there what pitstop token create has printed."
            )
        }
        return secret
    }

    private static func tokenOfEnvironment() throws -> Token.Secret? {
        if let path = environment("PITSTOP_TOKEN_FILE") { return try token(inFile: path) }
        guard let text = environment("PITSTOP_TOKEN") else { return nil }
        guard let secret = Token.Secret(text) else {
            throw OperatorError(
                "PITSTOP_TOKEN is no token: set it to what pitstop token create has printed, or unset it."
            )
        }
        return secret
    }

    private static func endpoint(_ address: String) throws -> Endpoint {
        do { return try Endpoint(address) } catch { throw OperatorError("\(error)") }
    }

    /// What the server may show. A text that is a digest is one, unless a file is called so.
    private func policy() throws -> TLSPolicy {
        if insecure { return TLSPolicy(takesAnything: true) }
        guard let named = certificate ?? Self.environment("PITSTOP_CERTIFICATE") else { return TLSPolicy() }
        if !FileManager.default.fileExists(atPath: named), let digest = CertificateDigest(named) {
            return TLSPolicy(pins: [digest])
        }
        do { return TLSPolicy(authorities: try TLSPolicy.authorities(inFile: named)) } catch {
            throw OperatorError("\(error)")
        }
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

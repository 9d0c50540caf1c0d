import ArgumentParser
import Foundation
import PoolControl
import PoolDatabase
import PoolPlanning
import RemotePools
import Storage
import XenAPI
import XenAPIClient

/// `pitstop pool discover`: from a master's address to a file that says how to reach its pool.
struct PoolDiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Read a pool that speaks XenAPI, and write a file that says how to reach it.",
        discussion: """
            It asks for a user and a password, and shows the SHA-256 of the certificate for you to compare; with \
            --certificate and --password-file nothing is asked. FILE is written, and beside it FILE.credentials, which only \
            you can read. Nothing is changed in the pool.
            """
    )

    @Argument(help: "The pool's master, as https://HOST/.")
    var master: String
    @Argument(help: "The file to write; it must not exist yet.")
    var file = "pool.yaml"
    @Option(help: "The SHA-256 of the master's certificate, where you know it.")
    var certificate: String?
    @Flag(help: "The pool knows TLS 1.0 only, as XenServer up to 6.x does.")
    var legacy = false
    @Option(help: "Who signs in; otherwise you are asked.")
    var user: String?
    @Option(help: "A file whose first line is the password; without it you are asked.")
    var passwordFile: String?

    func run() async throws {
        for path in [file, file + ".credentials"] where FileManager.default.fileExists(atPath: path) {
            throw OperatorError("\(path) exists already: name another file.")
        }
        let endpoint: Endpoint
        do { endpoint = try Endpoint(master) } catch { throw OperatorError("\(error)") }
        let pin = try await endpoint.isSecure ? self.pin(of: endpoint) : nil
        let user = try self.user ?? ask("User [root]", otherwise: "root")
        let password = try passwordFile.map(PasswordInput.file) ?? PasswordInput.prompt(for: user, confirm: false)
        let client = XenAPIClient(
            endpoint,
            as: Credentials(user: user, password: password),
            policy: TLSPolicy(pins: pin.map { [$0] } ?? [], isLegacy: legacy)
        )
        let mirror = try PoolMirror(of: client, now: { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) })
        do throws(XenAPIError) { try await mirror.read() } catch {
            await client.close()
            if case .transport(let failure) = error, case .untrusted = failure.reason, failure.endpoint != endpoint {
                throw OperatorError(
                    "\(endpoint) is a member of a pool whose master is \(failure.endpoint), and that one's certificate is another. "
                        + "Nothing was written. Name the master: pitstop pool discover \(failure.endpoint)"
                )
            }
            throw OperatorError(RemoteWords(mirror.database.snapshot).sentence(.init(error)))
        }
        let found = await client.master
        let others = await pin == nil ? [] : Self.pins(of: client)
        await client.close()
        show(mirror.database.snapshot, at: found)
        try write(found, (pin.map { [$0] } ?? []) + others.filter { $0 != pin }, user, password)
        StandardOutput.write("\(file) is written. Next: pitstop pool check \(file)")
    }

    /// The certificates of all hosts, any of which may become master: told by the master, whose own was compared. Pools before
    /// XenServer 8 do not tell.
    private static func pins(of client: XenAPIClient) async -> [CertificateDigest] {
        let records = try? await client.call("Certificate.get_all_records", [])
        let ofHosts = (records?.members ?? []).map(\.value).filter { $0["type"]?.text == "host" }
        return ofHosts.compactMap { ($0["fingerprint_sha256"] ?? $0["fingerprint"])?.text }
            .compactMap { CertificateDigest($0) }.sorted { "\($0)" < "\($1)" }
    }

    /// The digest of what the master shows, once the operator has compared it.
    private func pin(of endpoint: Endpoint) async throws -> CertificateDigest {
        if let certificate {
            guard let digest = CertificateDigest(certificate) else {
                throw ValidationError("--certificate is a SHA-256: 64 hexadecimal digits, with or without colons.")
            }
            return digest
        }
        let shown: CertificateDigest
        do throws(XenAPIError) {
            shown = try await CertificateProbe.digest(of: endpoint, isLegacy: legacy)
        } catch {
            throw OperatorError("\(error)")
        }
        StandardOutput.write("\(endpoint) shows a certificate with the SHA-256")
        StandardOutput.write("  \(shown)")
        StandardOutput.write(
            "Compare it on the host: openssl x509 -noout -fingerprint -sha256 -in /etc/xensource/xapi-ssl.pem"
        )
        guard ["y", "yes"].contains(try ask("Is it the same? [no]", otherwise: "no").lowercased()) else {
            throw OperatorError("Nothing was sent to \(endpoint), and nothing was written.")
        }
        return shown
    }

    private func ask(_ text: String, otherwise standard: String) throws -> String {
        StandardError.write(text: text + ": ", terminator: "")
        guard let line = readLine() else {
            throw OperatorError("There is nobody to ask: give --certificate, --user and --password-file.")
        }
        let answer = line.trimmingCharacters(in: .whitespaces)
        return answer.isEmpty ? standard : answer
    }

    private func show(_ snapshot: Snapshot, at master: Endpoint) {
        let name = snapshot.rows("pool").first?.nameLabel ?? ""
        let product = RemoteProduct(snapshot)
        let running = snapshot.rows("VM").count { vm in
            vm.string("power_state") == "Running" && !vm.bool("is_control_domain") && !vm.bool("is_a_template")
        }
        let hosts = snapshot.rows("host").map(\.nameLabel).sorted().joined(separator: ", ")
        StandardOutput.write(
            "Pool \(name.isEmpty ? "without a name" : name) at \(master): \(product?.description ?? "")"
        )
        StandardOutput.write("  hosts: \(hosts); \(running) VMs run")
        if let product { StandardOutput.write("  updates are installed as \(product.installer.rawValue)") }
    }

    private func write(_ master: Endpoint, _ pins: [CertificateDigest], _ user: String, _ password: String) throws {
        let secret = file + ".credentials"
        try AtomicFile.replace(secret, with: Array("\(user)\n\(password)\n".utf8))
        var lines = [
            "url: '\(master)'", "credentials: '\(URL(filePath: secret).lastPathComponent.replacing("'", with: "''"))'",
        ]
        if pins.count == 1 { lines.append("certificate: '\(pins[0])'") }
        if pins.count > 1 { lines += ["certificate:"] + pins.map { "  - '\($0)'" } }
        if legacy { lines.append("tls: legacy") }
        let text = lines.joined(separator: "\n") + "\n"
        // What was written has to be what is read.
        _ = try XenAPIFile(yaml: text, file: file, folder: ".")
        try Data(text.utf8).write(to: URL(filePath: file), options: .withoutOverwriting)
    }
}

/// `pitstop pool check` of a pool that speaks XenAPI itself.
struct RemotePoolCheck {
    let file: String

    /// What was found, for the same table as of other pools.
    func findings() async throws -> [RemoteCheck.Finding] {
        let described = try XenAPIFile.read(file: file)
        let credentials: Credentials
        let client: XenAPIClient
        do {
            credentials = try CredentialsFile.read(
                described.credentials,
                environment: ProcessInfo.processInfo.environment
            )
            client = try described.client(as: credentials)
        } catch {
            throw OperatorError("\(error)")
        }
        let mirror = try PoolMirror(of: client, now: { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) })
        let findings = await RemoteCheck(client, mirror: mirror, installer: described.installer).findings()
        await client.close()
        return findings
            + described.wishes.remarks(on: mirror.database.snapshot).map { text in
                RemoteCheck.Finding(host: "pool", subject: "groups", isRight: false, text: text)
            }
    }
}

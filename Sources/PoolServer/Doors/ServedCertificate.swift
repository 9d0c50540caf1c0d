import Foundation
import Logging
import NIOCore
import NIOSSL
import PoolDatabase
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The certificate that a server shows. It is read anew when its files change, so that a renewal needs no restart:
/// connections that are open keep the one that they began with.
final class ServedCertificate: Sendable {
    /// What tells one state of both files from another.
    private struct Version: Hashable {
        var certificate: FileStatus?
        var key: FileStatus?
    }

    private struct State {
        var identity: TLSIdentity
        var version: Version
    }

    private let state: Mutex<State>

    init(_ identity: TLSIdentity) {
        state = Mutex(State(identity: identity, version: Self.version(of: identity)))
    }

    /// When the certificate expires, in seconds since the epoch; nil where it does not say.
    var expires: Int64? { state.withLock { $0.identity.expires } }

    /// How connections are secured: each with the certificate of its moment.
    var configuration: TLSConfiguration {
        var configuration = state.withLock { $0.identity.configuration }
        configuration.sslContextCallback = { [self] _, promise in
            let identity = state.withLock { $0.identity }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = identity.chain.map { .certificate($0) }
            override.privateKey = .privateKey(identity.key)
            promise.succeed(override)
        }
        return configuration
    }

    /// Reads the files again where they have changed.
    ///
    /// - Returns: what an operator should know of the certificate that is shown from now on; nil where nothing has changed.
    /// - Throws: why the new files can not be used: the former certificate goes on being shown.
    func refresh(now: Date) throws(TLSIdentity.Failure) -> String? {
        let identity = state.withLock { $0.identity }
        let version = Self.version(of: identity)
        guard version != state.withLock({ $0.version }) else { return nil }
        // Looked at once for each change: files that do not fit are told of once.
        state.withLock { $0.version = version }
        let (certificate, key) = identity.files
        let new = try TLSIdentity(certificate: certificate, key: key, now: now)
        state.withLock { $0.identity = new }
        return new.note ?? "The certificate \(certificate) is shown from now on."
    }

    private static func version(of identity: TLSIdentity) -> Version {
        Version(certificate: FileStatus(at: identity.files.certificate), key: FileStatus(at: identity.files.key))
    }
}

/// Reads a server's certificate again when its files change, and at SIGHUP.
struct CertificateWatch: Service {
    let certificate: ServedCertificate
    let logger: Logger
    /// Between two looks at the files.
    private static let interval = Duration.seconds(2)
    private static let event: Logger.Metadata = ["event": "certificate"]

    func run() async throws {
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in hangUps { look() } }
                group.addTask { while (try? await Task.sleep(for: Self.interval)) != nil { look() } }
            }
        }
    }

    private func look() {
        do throws(TLSIdentity.Failure) {
            if let note = try certificate.refresh(now: Date()) { logger.notice("\(note)", metadata: Self.event) }
        } catch {
            logger.warning("\(error) The former certificate goes on being shown.", metadata: Self.event)
        }
    }
}

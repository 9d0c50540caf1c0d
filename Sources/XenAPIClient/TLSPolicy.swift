public import NIOSSL

/// Which certificate a server may show, and how old its TLS may be.
public struct TLSPolicy: Sendable, Hashable {
    /// Certificates that a server may show, by their digests. One of them must be shown; nothing else of it counts, neither
    /// names nor dates, unless authorities are named too.
    public var pins: Set<CertificateDigest>
    /// Authorities one of which must have signed what is shown, or the server's own certificate. Names are not compared:
    /// hosts of a pool are called by their addresses. Empty for this machine's own authorities, where nothing is pinned.
    public var authorities: [NIOSSLCertificate]
    /// Whether any certificate will do. Whoever sits between can then read the password.
    public var takesAnything: Bool
    /// Whether a server may speak TLS 1.0 and the ciphers of its time: XenServer up to 6.x has nothing newer.
    public var isLegacy: Bool

    /// A policy; without arguments, what this machine's authorities vouch for, in the server's name, from TLS 1.2 on.
    public init(
        pins: Set<CertificateDigest> = [],
        authorities: [NIOSSLCertificate] = [],
        takesAnything: Bool = false,
        isLegacy: Bool = false
    ) {
        (self.pins, self.authorities) = (pins, authorities)
        (self.takesAnything, self.isLegacy) = (takesAnything, isLegacy)
    }

    /// Certificates of a PEM file.
    ///
    /// - Throws: ``TrustFileError`` where it can not be read, or holds none.
    public static func authorities(inFile path: String) throws(TrustFileError) -> [NIOSSLCertificate] {
        let found: [NIOSSLCertificate]
        do { found = try NIOSSLCertificate.fromPEMFile(path) } catch { throw TrustFileError(path: path) }
        guard !found.isEmpty else { throw TrustFileError(path: path) }
        return found
    }

    /// What NIO needs to know.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = isLegacy ? .tlsv1 : .tlsv12
        if isLegacy { configuration.cipherSuites = defaultCipherSuites + ":RSA+3DES" }
        if takesAnything || (!pins.isEmpty && authorities.isEmpty) {
            configuration.certificateVerification = .none
        } else if !authorities.isEmpty {
            configuration.trustRoots = .certificates(authorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        return configuration
    }

    /// The digests that may be shown, for a sentence about one that may not; empty where no single ones are named.
    var expected: [CertificateDigest] {
        let named = authorities.compactMap { try? CertificateDigest(of: $0.toDERBytes()) }
        return (pins.isEmpty ? named : Array(pins)).sorted { $0.description < $1.description }
    }

    /// Compares what a server has shown with what was pinned.
    func check(_ certificate: NIOSSLCertificate?) throws {
        guard !pins.isEmpty, !takesAnything else { return }
        guard let certificate else { throw PinMismatch(shown: nil) }
        let shown = CertificateDigest(of: try certificate.toDERBytes())
        guard pins.contains(shown) else { throw PinMismatch(shown: shown) }
    }
}

/// A server has shown another certificate than was pinned.
struct PinMismatch: Error {
    let shown: CertificateDigest?
}

/// A file with certificates can not be used.
public struct TrustFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String

    /// One sentence for the operator.
    public var description: String {
        "\(path) holds no certificate that can be read: name a PEM file (-----BEGIN CERTIFICATE-----), or the SHA-256 of "
            + "the server's certificate."
    }
}

import Crypto
import Foundation
public import NIOSSL
import SwiftASN1
import X509

/// A certificate that a server has made for itself, with its key.
public struct Identity: Sendable {
    /// The certificate as DER.
    public let certificate: [UInt8]
    private let key: String

    /// Makes one in the name of 127.0.0.1.
    public init() throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("scripted") }
        let signed = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -3600),
            notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))])
            },
            issuerPrivateKey: .init(key)
        )
        certificate = try signed.serializeAsPEM().derBytes
        self.key = key.pemRepresentation
    }

    /// The certificate as NIO knows it.
    public var nio: NIOSSLCertificate {
        get throws { try NIOSSLCertificate(bytes: certificate, format: .der) }
    }

    func context(isOld: Bool) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try nio)],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
        configuration.minimumTLSVersion = isOld ? .tlsv1 : .tlsv12
        if isOld { configuration.maximumTLSVersion = .tlsv1 }
        return try NIOSSLContext(configuration: configuration)
    }
}

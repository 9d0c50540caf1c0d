import Crypto
import Foundation
import NIOSSL
import PoolDatabase
import SwiftASN1
import X509

/// The server's certificate and key: made on first start, kept under `tls/`, replaceable by an operator's own.
public struct TLSIdentity: Sendable {
    let certificate: String
    let key: String

    /// Finds the identity in a directory, or makes one that is signed by itself.
    ///
    /// - Parameters:
    ///   - directory: where `server.crt` and `server.key` (PEM) are.
    ///   - name: the name that a new certificate bears.
    ///   - now: the time from which a new certificate is valid, for ten years.
    public init(directory: String, name: String, now: Date) throws {
        certificate = directory + "/server.crt"
        key = directory + "/server.key"
        let files = FileManager.default
        guard !files.fileExists(atPath: certificate) || !files.fileExists(atPath: key) else { return }
        try files.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        // Whoever speaks TLS 1.2 knows P-256, and it costs less than RSA at every handshake.
        let privateKey = P256.Signing.PrivateKey()
        let subject = try DistinguishedName {
            CommonName(name)
            OrganizationName("Pitstop")
        }
        let signed = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(privateKey.publicKey),
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames([
                    .dnsName(name), .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                ])
            },
            issuerPrivateKey: .init(privateKey)
        )
        try PrivateFile.write(Array(privateKey.pemRepresentation.utf8), to: key)
        try PrivateFile.write(Array(try signed.serializeAsPEM().pemString.utf8), to: certificate)
    }

    var configuration: TLSConfiguration {
        get throws {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        }
    }
}

import Crypto
import CryptoExtras
import Foundation
import NIOCore
import NIOSSL
import PoolDatabase
import SwiftASN1
import X509

/// The server's certificate and key: made on first start, kept under `tls/`, replaceable by an operator's own.
public struct TLSIdentity: Sendable {
    /// Why a server has no certificate that it could show. Nothing was changed.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case missing(String, beside: String)
        case unreadable(String, what: String, reason: String)
        case apart(certificate: String, key: String)
        case notMade(String, reason: String)

        /// One sentence for the operator.
        public var description: String {
            switch self {
            case .missing(let file, let other):
                "\(file) is missing, and \(other) is there: put the missing one back, or move the other one away, and a "
                    + "new certificate and key are made."
            case .unreadable(let file, let what, let reason):
                "\(file) is no \(what) in PEM that the server can read (\(reason)): put the right file there, or move both "
                    + "files of this folder away, and new ones are made."
            case .apart(let certificate, let key):
                "The key \(key) does not belong to the certificate \(certificate): put those there that belong together, "
                    + "or move both files away, and new ones are made."
            case .notMade(let folder, let reason):
                "A certificate could not be made in \(folder) (\(reason)): see to the folder's permissions and to room on "
                    + "its disk."
            }
        }
    }

    /// What an operator should know of the certificate; nil where all is well.
    public let note: String?
    private let chain: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey

    /// Finds the identity in a directory, or makes one that is signed by itself.
    ///
    /// - Parameters:
    ///   - directory: where `server.crt` and `server.key` (PEM) are.
    ///   - names: names and addresses that a new certificate bears; the first is its subject's.
    ///   - now: the time from which a new certificate is valid, for ten years.
    public init(directory: String, names: [String], now: Date) throws(Failure) {
        let (certificate, key) = (directory + "/server.crt", directory + "/server.key")
        let files = FileManager.default
        switch (files.fileExists(atPath: certificate), files.fileExists(atPath: key)) {
        case (true, true): break
        case (true, false): throw .missing(key, beside: certificate)
        case (false, true): throw .missing(certificate, beside: key)
        case (false, false):
            do {
                try Self.make(certificate, key, in: directory, names: names, now: now)
            } catch {
                throw .notMade(directory, reason: "\(error)")
            }
        }
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
            guard !chain.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
        } catch {
            throw .unreadable(certificate, what: "certificate", reason: "\(error)")
        }
        do {
            self.key = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw .unreadable(key, what: "private key", reason: "\(error)")
        }
        do {
            _ = try NIOSSLContext(configuration: Self.configuration(chain, self.key))
        } catch {
            throw .apart(certificate: certificate, key: key)
        }
        note = Self.note(on: certificate, now: now)
    }

    var configuration: TLSConfiguration { Self.configuration(chain, key) }

    private static func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    /// XenServer's own clients take RSA only, so RSA it is, though it costs more than P-256 at every handshake.
    private static func make(
        _ certificate: String,
        _ key: String,
        in directory: String,
        names: [String],
        now: Date
    ) throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let privateKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let subject = try DistinguishedName {
            CommonName(names.first ?? "pitstop")
            OrganizationName("Pitstop")
        }
        let signer = Certificate.PrivateKey(privateKey)
        let signed = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: signer.publicKey,
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames(names.map(Self.alternativeName))
            },
            issuerPrivateKey: signer
        )
        try PrivateFile.write(Array(privateKey.pkcs8PEMRepresentation.utf8), to: key)
        try PrivateFile.write(Array(try signed.serializeAsPEM().pemString.utf8), to: certificate)
    }

    private static func alternativeName(_ name: String) -> GeneralName {
        guard let address = try? SocketAddress(ipAddress: name, port: 0) else { return .dnsName(name) }
        switch address {
        case .v4(let address):
            return octets(address.address.sin_addr)
        case .v6(let address):
            return octets(address.address.sin6_addr)
        case .unixDomainSocket: return .dnsName(name)
        }
    }

    private static func octets<Address>(_ address: Address) -> GeneralName {
        .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: address) { ArraySlice($0) }))
    }

    private static func note(on path: String, now: Date) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let certificate = try? Certificate(pemEncoded: text)
        else { return nil }
        if certificate.notValidAfter < now {
            return "The certificate \(path) was valid until \(certificate.notValidAfter): put a new one and its key "
                + "there, or move both files away, and new ones are made."
        }
        if _RSA.Signing.PublicKey(certificate.publicKey) == nil {
            return "The certificate \(path) has a key of an elliptic curve, which xe and XenCenter of XenServer do not "
                + "take. For one that they take, move server.crt and server.key of that folder away and start the server "
                + "again."
        }
        return nil
    }

    /// The names and addresses by which clients may call a server: where it listens, what the machine is called, and
    /// those that mean the machine itself.
    ///
    /// - Parameters:
    ///   - addresses: where it listens; for all of the machine's addresses, all of them.
    ///   - names: names that the operator gave, first.
    public static func names(for addresses: [PoolServer.Address], _ names: [String]) -> [String] {
        var found = names
        for host in addresses.map(\.host) {
            if ["0.0.0.0", "::"].contains(host) { found += machineAddresses } else { found.append(host) }
        }
        let machine = machineName
        found += [machine, String(machine.prefix { $0 != "." }), "localhost", "127.0.0.1", "::1"]
        var seen: Set<String> = []
        return found.filter { isName($0) && seen.insert($0).inserted }
    }

    private static var machineName: String {
        var name = [UInt8](repeating: 0, count: 256)
        let isKnown = name.withUnsafeMutableBytes { bytes in
            bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { gethostname($0, bytes.count - 1) } == 0
        }
        return isKnown ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : ""
    }

    private static var machineAddresses: [String] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.filter { !$0.lowercased().hasPrefix("fe80") }
    }

    /// Whether a certificate may bear a name.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: ".-_*:".utf8.contains(byte)
                }
            }
    }
}

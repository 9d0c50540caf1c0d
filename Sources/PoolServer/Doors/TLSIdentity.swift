import Crypto
import CryptoExtras
import Foundation
import NIOCore
import NIOSSL
import PoolDatabase
import Storage
import SwiftASN1
import X509
import XenAPI

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
    /// The last moment at which the certificate is valid, in seconds since the epoch; nil where it does not say.
    let expires: Int64?
    /// Where it was read from.
    let files: (certificate: String, key: String)
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

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
        try self.init(certificate: certificate, key: key, now: now)
    }

    /// Reads an identity that somebody else looks after.
    ///
    /// - Parameters:
    ///   - certificate: a file with the certificate, and those that lead from it to its authority (PEM).
    ///   - key: a file with its private key (PEM).
    public init(certificate: String, key: String, now: Date) throws(Failure) {
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
        files = (certificate, key)
        let first = (try? chain.first?.toDERBytes()).flatMap { try? Certificate(derEncoded: $0) }
        expires = first.map { Int64($0.notValidAfter.timeIntervalSince1970) }
        let notes = (first.map { Self.notes(on: $0, certificate, now: now) } ?? []) + Self.notes(onKey: key)
        note = notes.isEmpty ? nil : notes.joined(separator: " ")
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
        try AtomicFile.replace(key, with: Array(privateKey.pkcs8PEMRepresentation.utf8))
        try AtomicFile.replace(certificate, with: Array(try signed.serializeAsPEM().pemString.utf8))
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

    /// Certificates that end within this time are spoken of.
    static let renewal: TimeInterval = 30 * 86_400

    private static func notes(on certificate: Certificate, _ path: String, now: Date) -> [String] {
        var notes: [String] = []
        let end = certificate.notValidAfter
        if end < now.addingTimeInterval(renewal) {
            let state = end < now ? "was valid until" : "is valid only until"
            let time = Timestamp(seconds: Int64(end.timeIntervalSince1970)).iso8601
            notes.append("The certificate \(path) \(state) \(time): put a new one and its key there.")
        }
        if _RSA.Signing.PublicKey(certificate.publicKey) == nil {
            notes.append(
                "The certificate \(path) has a key of an elliptic curve, which xe and XenCenter of XenServer do not "
                    + "take. For one that they take, put one with an RSA key there, or move it and its key out of the "
                    + "state's folder tls, and the next start makes new ones."
            )
        }
        return notes
    }

    private static func notes(onKey path: String) -> [String] {
        guard let found = FileStatus(at: path), found.permissions & 0o077 != 0 else { return [] }
        return ["The key \(path) can be read by others: chmod 600 it."]
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

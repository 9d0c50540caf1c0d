import Crypto
import Foundation
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import PoolServer

@Suite("The server's certificate")
struct TLSIdentityTests {
    private let directory: TemporaryDirectory
    private var folder: String { directory.file("tls") }
    private var certificate: String { folder + "/server.crt" }
    private var key: String { folder + "/server.key" }

    init() throws { directory = try TemporaryDirectory() }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @discardableResult
    private func open(_ names: [String] = ["localhost"]) throws(TLSIdentity.Failure) -> TLSIdentity {
        try TLSIdentity(directory: folder, names: names, now: Date())
    }

    @Test("A new one has an RSA key, which XenServer's clients take, bears the names that it was given, and stays")
    func made() throws {
        #expect(try open(["pool.example", "192.0.2.7", "2001:db8::7", "localhost"]).note == nil)
        let made = try text(certificate)
        let parsed = try Certificate(pemEncoded: made)
        #expect(parsed.signatureAlgorithm == .sha256WithRSAEncryption)
        let names = try #require(try parsed.extensions.subjectAlternativeNames)
        #expect(names.contains(.dnsName("pool.example")) && names.count == 4)
        try open(["other"])
        #expect(try text(certificate) == made)
    }

    @Test("Names are the operator's, where it listens, the machine's and those that mean the machine itself")
    func names() throws {
        let address = try #require(PoolServer.Address("[::1]:8443"))
        let names = TLSIdentity.names(for: [address], ["pool.example", "no name", ""])
        #expect(names.first == "pool.example")
        #expect(Set(names).isSuperset(of: ["::1", "127.0.0.1", "localhost"]) && !names.contains("no name"))
        #expect(Set(names).count == names.count)
        let all = try #require(PoolServer.Address("0.0.0.0:8443"))
        #expect(!TLSIdentity.names(for: [all], []).contains("0.0.0.0"))
    }

    @Test("One half that is missing is said to be, and the other half is left as it is", arguments: ["crt", "key"])
    func missing(half: String) throws {
        try open()
        let (gone, kept) = half == "crt" ? (certificate, key) : (key, certificate)
        let before = try text(kept)
        try FileManager.default.removeItem(atPath: gone)
        let error = #expect(throws: TLSIdentity.Failure.self) { try open() }
        #expect(error == .missing(gone, beside: kept))
        #expect(try text(kept) == before)
        #expect(!FileManager.default.fileExists(atPath: gone))
    }

    @Test(
        "A file that is damaged is named, with a way out",
        arguments: ["server.crt", "server.key"],
        ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    )
    func damaged(file: String, contents: String) throws {
        try open()
        try Data(contents.utf8).write(to: URL(filePath: folder + "/" + file))
        let error = try #require(#expect(throws: TLSIdentity.Failure.self) { try open() })
        #expect("\(error)".contains(folder + "/" + file) && "\(error)".contains("move"))
        #expect(try text(folder + "/" + file) == contents)
    }

    @Test("A key that belongs to another certificate is refused")
    func apart() throws {
        try open()
        try Data(P256.Signing.PrivateKey().pemRepresentation.utf8).write(to: URL(filePath: key))
        let error = #expect(throws: TLSIdentity.Failure.self) { try open() }
        #expect(error == .apart(certificate: certificate, key: key))
    }

    @Test("An identity of an elliptic curve, as servers made them before, is kept, and its limits are told")
    func ellipticCurve() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let curve = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("pitstop") }
        let signed = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(curve.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -60),
            notValidAfter: Date(timeIntervalSinceNow: 3600),
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions(),
            issuerPrivateKey: .init(curve)
        )
        try Data(curve.pemRepresentation.utf8).write(to: URL(filePath: key))
        try Data(signed.serializeAsPEM().pemString.utf8).write(to: URL(filePath: certificate))
        #expect(try open().note?.contains("elliptic curve") == true)
        let later = try TLSIdentity(directory: folder, names: [], now: Date(timeIntervalSinceNow: 7200))
        #expect(later.note?.contains("was valid until") == true)
    }
}

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

    @Test(
        "One that is renewed in its place is shown from then on, and one that can not be used leaves the former shown"
    )
    func renewed() throws {
        let served = ServedCertificate(try open(["old.example"]))
        #expect(try served.refresh(now: Date()) == nil)
        let before = served.expires
        let next = try TLSIdentity(
            directory: directory.file("next"),
            names: ["new.example"],
            now: Date(timeIntervalSinceNow: 86_400)
        )
        for (new, old) in [(next.files.certificate, certificate), (next.files.key, key)] {
            try Data(contentsOf: URL(filePath: new)).write(to: URL(filePath: old))
        }
        #expect(try served.refresh(now: Date())?.contains("is shown from now on") == true)
        #expect(served.expires == next.expires && served.expires != before)
        try Data("nonsense".utf8).write(to: URL(filePath: certificate))
        #expect(throws: TLSIdentity.Failure.self) { try served.refresh(now: Date()) }
        #expect(try served.refresh(now: Date()) == nil, "told once for each change")
        #expect(served.expires == next.expires)
    }

    @Test("One that ends within a month is spoken of")
    func ending() throws {
        try open()
        let near = Date(timeIntervalSinceNow: TimeInterval(10 * 365 - 20) * 86_400)
        let note = try TLSIdentity(certificate: certificate, key: key, now: near).note
        #expect(note?.contains("is valid only until") == true)
    }

    @Test("A key that others can read is spoken of")
    func openKey() throws {
        try open()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(
            try TLSIdentity(certificate: certificate, key: key, now: Date()).note
                == "The key \(key) can be read by others: chmod 600 it."
        )
    }
}

import Foundation
import PoolControl
import TestSupport
import Testing
import UpdatePackage
import XenAPIClient

@testable import RemotePools

@Suite struct XenAPIFileTests {
    private static let digest = Array(repeating: "AB", count: 32).joined(separator: ":")

    private func read(_ text: String) throws(ManifestError) -> XenAPIFile {
        try XenAPIFile(yaml: text, file: "pool.yaml", folder: "/tmp")
    }

    @Test func `a file says where the pool is, and everything that one may want to say besides`() throws {
        let file = try read(
            """
            url: https://[fd00::1]:8443/
            credentials: secret
            certificate: ["\(Self.digest)"]
            tls: legacy
            installer: pool-patch
            groups:
              - name: web
                vms: [web1, web2]
                available: 1
            limits:
              migrations: 2
              silence: 60
            """
        )
        #expect(file.url.host == "fd00::1")
        #expect(file.credentials == "/tmp/secret")
        #expect(file.pins == [try #require(CertificateDigest(Self.digest))])
        #expect(file.isLegacy)
        #expect(file.installer == .poolPatch)
        #expect(file.groups == [.init(name: "web", vms: ["web1", "web2"], available: 1)])
        #expect(file.limits.migrations == 2)
        let group = PoolWishes.Group(name: "web", vms: ["web1", "web2"], available: 1)
        #expect(file.wishes == PoolWishes(migrations: 2, groups: [group]))
        let least = try read("url: xen1\n")
        #expect(least.installer == nil)
        #expect(least.credentials == nil)
    }

    @Test(arguments: [
        ("", 0, "empty"), ("tls: legacy", 1, "url is missing"), ("url: ftp://x/", 1, "HOST"),
        ("url: x\nurls: y", 2, "urls is not known"), ("url: x\ntls: old", 2, "modern"),
        ("url: x\ninstaller: yum", 2, "pool-patch"), ("url: x\ncertificate: /nowhere", 2, "SHA-256"),
        ("url: x\nlimits:\n  silence: soon", 3, "silence"),
        ("url: x\nlimits:\n  silence: 99999999999999999999", 3, "silence"),
        ("url: x\ngroups:\n  - name: web\n    vms: [a]", 4, "two VMs"),
        ("url: x\ngroups:\n  - name: web\n    vms: [a, b]\n    available: 2", 5, "at most 1"),
    ])
    func `what is wrong is told with the line`(text: String, line: Int, words: String) throws {
        let error = try #require(throws: ManifestError.self) { try read(text) }
        #expect(error.line == line, "\(error)")
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test(arguments: ["root\nsecret\n", "root\r\nsecret\r\n", "root\rsecret", "\u{FEFF}root\nsecret"])
    func `credentials are two lines, however their lines end`(text: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Data(text.utf8), to: "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let credentials = try CredentialsFile.read(path, environment: [:])
        #expect(credentials.user == "root")
        #expect(!"\(credentials)".contains("secret"))
    }

    @Test func `credentials that others can read are refused, and none of them is told`() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Data("root\nsecret\n".utf8), to: "open")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let error = #expect(throws: CredentialsError.self) { try CredentialsFile.read(path, environment: [:]) }
        #expect(error?.description.contains("chmod 600") == true)
        #expect(error?.description.contains("root") == false)
    }

    @Test func `the service manager's credential is taken where none is named`() throws {
        let folder = try TemporaryDirectory()
        try folder.write(Data("root\nsecret\n".utf8), to: CredentialsFile.systemName)
        let credentials = try CredentialsFile.read(nil, environment: ["CREDENTIALS_DIRECTORY": folder.path])
        #expect(credentials.user == "root")
        #expect(throws: CredentialsError.self) { try CredentialsFile.read(nil, environment: [:]) }
    }
}

import EmbeddedHosts
import Foundation
import TestSupport
import Testing
import UpdatePackage

/// A publisher's and an operator's way through `pitstop`, on the replica of the real hotfix.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct PublishTests {
    /// A publisher with two keys in one gpg home.
    private struct Publisher {
        let directory: TemporaryDirectory
        let names = ["first@pitstop.invalid", "second@pitstop.invalid"]
        var home: String { directory.file("gpg") }

        init() async throws {
            directory = try TemporaryDirectory()
            try FileManager.default.createDirectory(
                atPath: directory.file("gpg"),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            for name in names {
                let signer = try await Signer.makeUnprotectedKey(home: home, userID: name)
                try await signer.exportKeys(to: directory.file(name))
            }
        }

        func pitstop(_ words: String...) async throws -> Tools.Result { try await pitstop(words) }

        func pitstop(_ words: [String]) async throws -> Tools.Result {
            try await Tools.run(Products.pitstop, words, environment: ["GNUPGHOME": home])
        }

        func stop() async { await Signer(home: home).stopAgent() }
    }

    private static let manifest = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Demo/XS602ECC031/manifest.yaml").path

    @Test("One command publishes; two of two signers are demanded; hosts are told what they lack, and verified after")
    func wholeWay() async throws {
        let publisher = try await Publisher()
        let (directory, keys) = (publisher.directory, publisher.names)
        try await ReplicaPackages.build(.updated, into: directory.file("rpms"))
        for (output, signers) in [("one", [keys[0]]), ("two", keys)] {
            var words = ["package", "build", Self.manifest, "--rpms", directory.file("rpms")]
            words += ["--sources", directory.file("rpms"), "--output", directory.file(output)]
            for signer in signers { words += ["--sign", signer] }
            let built = try await Tools.run(Products.pitstop, words, environment: ["GNUPGHOME": publisher.home])
            #expect(built.code == 0, "\(built.error)")
            #expect(built.output.hasPrefix("precheck passes on a host of 6.0.2\n"), "\(built.output)\(built.error)")
        }

        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        for key in keys {
            let added = try await publisher.pitstop("trust", "add-key", directory.file(key), "--state", server.state)
            #expect(added.code == 0, "\(added.error)")
        }
        #expect(try await publisher.pitstop("trust", "require-signers", "2", "--state", server.state).code == 0)
        let refused = try await server.xe("patch-upload", "file-name=\(directory.file("one/XS602ECC031.xsupdate"))")
        #expect(refused.code == 1 && refused.error.contains("INVALID_PATCH") || refused.error.contains("invalid"))
        let upload = try await server.xe("patch-upload", "file-name=\(directory.file("two/XS602ECC031.xsupdate"))")
        let uuid = upload.output.trimmingCharacters(in: .newlines)
        #expect(uuid == "d75705d9-64a8-46a4-afdd-c5351642621c", "\(upload.error)")

        try await installCatalogue(naming: uuid, publisher, server)
        let missing = try await publisher.pitstop(["catalogue", "missing"] + server.reach)
        #expect(missing.code == 0, "\(missing.error)")
        #expect(
            missing.output.contains("xs1: 1 missing\n  \(uuid)  XS602ECC031  to be applied, number 1, applicable now\n")
        )

        #expect(try await server.xe("patch-pool-apply", "uuid=\(uuid)").code == 0)
        let none = try await publisher.pitstop(["catalogue", "missing", "--json"] + server.reach)
        #expect(none.output.contains("\"order\": []") && none.output.contains("\"state\": \"applied\""))

        let clean = try await publisher.pitstop(["verify-host"] + server.reach)
        #expect(clean.code == 0, "\(clean.output)\(clean.error)")
        #expect(clean.output.contains("xs2: as promised, 14 of 14 packages are as packed\n"))
        let file = FileHandle(forUpdatingAtPath: server.state + "/hosts/xs2/usr/bin/openssl")
        try file?.seekToEnd()
        try file?.write(contentsOf: Data("x".utf8))
        try file?.close()
        let drifted = try await publisher.pitstop(["verify-host", "xs2", "--json"] + server.reach)
        #expect(drifted.code == 1)
        #expect(drifted.output.contains("/usr/bin/openssl differs in size, digest"), "\(drifted.output)")
        #expect(try await publisher.pitstop(["verify-host", "xs1"] + server.reach).code == 0)

        let without = ["verify-host", "--state", server.state]
        let served = try await publisher.pitstop(without)
        #expect(served.code == 1 && served.error.contains("A server serves"), "\(served.error)")
        await server.terminate()
        let later = try await publisher.pitstop(without)
        #expect(later.code == 1, "\(later.error)")
        #expect(later.output.contains("xs1: as promised, 14 of 14 packages are as packed\n"), "\(later.output)")
        #expect(later.output.contains("/usr/bin/openssl differs in size, digest"), "\(later.output)")
        #expect(try await publisher.pitstop(without + ["xs1"]).code == 0)
        await publisher.stop()
    }

    /// Publishes a catalogue that both keys sign, and has the server go by it.
    private func installCatalogue(naming uuid: String, _ publisher: Publisher, _ server: ServerProcess) async throws {
        let update = Catalogue.Update(uuid: uuid, label: "XS602ECC031")
        let version = Catalogue.Version(value: "6.0.2", name: "XenServer 6.0.2", updates: [uuid])
        let document = CatalogueDocument(
            release: 1,
            issued: "2016-04-20",
            expires: "2100-01-01",
            catalogue: Catalogue(versions: [version], updates: [update])
        )
        let (plain, signed) = (publisher.directory.file("catalogue.json"), publisher.directory.file("catalogue.asc"))
        try Data(try document.json()).write(to: URL(filePath: plain))
        let signing = try await publisher.pitstop(
            ["catalogue", "sign", plain, "--output", signed] + publisher.names.flatMap { ["--sign", $0] }
        )
        #expect(signing.code == 0, "\(signing.error)")
        let installed = try await publisher.pitstop("catalogue", "install", signed, "--state", server.state)
        #expect(installed.output == "1 updates, release 1, to be used until 2100-01-01\n", "\(installed.error)")
        let unsigned = try await publisher.pitstop("catalogue", "install", plain, "--state", server.state)
        #expect(unsigned.code == 1 && unsigned.error.contains("is not signed"))
    }

    @Test("A server whose certificate is not the one named, or a wrong password, is an error that says so")
    func wrongServer() async throws {
        let shared = try await SharedServer.get()
        let directory = try TemporaryDirectory()
        let good = shared.server.reach
        let untrusted = try await Tools.run(Products.pitstop, ["verify-host"] + good.dropLast(2))
        #expect(untrusted.code == 1 && untrusted.error.contains("--certificate"), "\(untrusted.error)")
        let password = try directory.write("wrong\n", to: "password")
        var words = good
        words[3] = password
        let refused = try await Tools.run(Products.pitstop, ["verify-host"] + words)
        #expect(refused.code == 1)
        #expect(refused.error.contains("does not know this user with this password"), "\(refused.error)")
        let unknown = try await Tools.run(Products.pitstop, ["verify-host", "nowhere"] + good)
        #expect(unknown.code == 1 && unknown.error.contains("has no host nowhere"), "\(unknown.error)")
        let nothing = try await Tools.run(Products.pitstop, ["verify-host"], environment: ["PITSTOP_SERVER": ""])
        #expect(nothing.code == 2 && nothing.error.contains("--server"), "\(nothing.error)")

        let empty = try await Tools.run(Products.pitstop, ["verify-host", "--state", directory.path])
        #expect(empty.code == 1 && empty.error.contains("is no state directory"), "\(empty.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["password"])
        let both = try await Tools.run(Products.pitstop, ["verify-host", "--state", directory.path] + good)
        #expect(both.code == 2 && both.error.contains("exclude each other"), "\(both.error)")
    }
}

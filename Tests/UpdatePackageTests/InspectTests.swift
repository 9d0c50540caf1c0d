import FoundationEssentials
import TestSupport
import Testing

@testable import UpdatePackage

private let updates =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/../shared/fixtures/updates"

@Suite("Inspecting files without running them")
struct InspectTests {
    @Test("A built package shows everything that the manifest said")
    func classic() async throws {
        try await Workspace.use { space in
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
            var manifest = Manifest.sample
            manifest.requires = [Manifest.Hotfix(uuid: "11111111-2222-4333-8444-555555555555", label: "A")]
            manifest.includes = [Manifest.Hotfix(uuid: "21111111-2222-4333-8444-555555555555", label: "B")]
            let built = try await PackageBuilder.build(
                manifest: manifest,
                rpmFolder: space.file("rpms"),
                output: space.file("out"),
                signer: space.signer
            )
            let found = try await inspect(file: built.package.path, policy: space.policy)
            #expect(found.info == manifest.info)
            #expect(found.distrust == nil)
            #expect(found.productVersion == "6.0.2")
            #expect(found.requires == manifest.requires.map(\.uuid))
            #expect(found.includes == manifest.includes.map(\.uuid))
            #expect(found.rpms.map(\.nevra) == ["alpha-2-1.i386"])
            #expect(found.rpms.map(\.fileCount) == [3])
            #expect(found.digests == built.package.digests)
            let stranger = try await inspect(file: built.package.path, policy: TrustPolicy())
            #expect(stranger.info == manifest.info)
            #expect(stranger.distrust != nil)
            let zip = try await inspect(file: built.zip.path, policy: space.policy)
            #expect(zip.packages.map(\.info) == [manifest.info])
            #expect(zip.packages.map(\.file) == ["XS1.xsupdate"])
        }
    }

    @Test(
        "The two genuine packages of 2007 are described, and verify once pinned",
        .enabled("needs ../shared") { FileManager.default.fileExists(atPath: updates) },
        arguments: ["succeed.xsupdate", "testpatch.asc"]
    )
    func genuine(name: String) async throws {
        let file = updates + "/" + name
        let found = try await inspect(file: file, policy: TrustPolicy())
        #expect(found.signatures.map(\.keyID) == ["EAD39F92D8A9DE26"])
        #expect(found.signatures.map(\.digest.description) == ["SHA-1"])
        #expect(found.info?.guidance == [.restartHost])
        try await Workspace.use { space in
            let pinned = TrustPolicy(pinned: [found.digests.sha256])
            let package = try await verify(file: file, policy: pinned, payloadTo: space.file("out"))
            #expect(try space.bytes("out").starts(with: Array("#!/bin/sh\n\nUUID=".utf8)))
            #expect(package.trust == .pinned)
        }
    }

    @Test("A 7.x image is described, its detached signatures are checked, and its RPMs against what was signed")
    func image() async throws {
        try await Workspace.use { space in
            let good = try await makeImage(in: space, named: "good")
            let found = try await inspect(file: good, policy: space.policy)
            #expect(found.kind == .iso)
            #expect(found.info?.nameLabel == "XS71E001")
            #expect(found.info?.guidance == [.restartHost, .restartXAPI])
            #expect(found.rpms.map(\.nevra) == ["alpha-2-1.i386"])
            #expect(found.signatures.map(\.state) == [.good, .good])
            #expect(found.distrust == nil)
            #expect(await space.problem(good) == .updateISO)
            #expect(try await inspect(file: good, policy: TrustPolicy()).distrust != nil)

            let bytes = try space.bytes("good.iso")
            let cut = try space.write(Array(bytes[..<(bytes.count * 2 / 3)]), to: "cut.iso")
            await #expect(throws: PackageError.self) { try await inspect(file: cut, policy: space.policy) }

            let unsigned = try await makeImage(in: space, named: "unsigned") { folder in
                try removeFile(folder + "/update.xml.asc")
            }
            #expect(try await inspect(file: unsigned, policy: space.policy).distrust == .unsigned)
            let changed = try await makeImage(in: space, named: "changed") { folder in
                try writeFile(folder + "/repodata/repomd.xml", Array("<repomd/>".utf8))
            }
            guard case .tampered = try await inspect(file: changed, policy: space.policy).distrust else {
                Issue.record("a changed repomd.xml must condemn the image")
                return
            }
        }
    }

    @Test("RPMs of an image that the signed list does not vouch for are named")
    func imageWithForeignRPMs() async throws {
        try await Workspace.use { space in
            let extra = try await makeImage(in: space, named: "extra") { folder in
                _ = try writeFile(
                    folder + "/beta.rpm",
                    try #require(try readFile(folder + "/alpha-2-1.i386.rpm", limit: 1 << 20))
                )
            }
            #expect(
                try await inspect(file: extra, policy: space.policy).distrust
                    == .badArchive(reason: "beta.rpm is not in the image's own list")
            )
            let swapped = try await makeImage(in: space, named: "swapped") { folder in
                var bytes = try #require(try readFile(folder + "/alpha-2-1.i386.rpm", limit: 1 << 20))
                bytes[bytes.count - 1] ^= 1
                try writeFile(folder + "/alpha-2-1.i386.rpm", bytes)
            }
            #expect(
                try await inspect(file: swapped, policy: space.policy).distrust
                    == .badArchive(reason: "alpha-2-1.i386.rpm is not the file that was signed for")
            )
        }
    }

    /// Makes and signs an update image with one RPM; `change` meddles with its folder after the signing.
    private func makeImage(
        in space: Workspace,
        named name: String,
        change: (String) throws -> Void = { _ in }
    ) async throws -> String {
        try FileManager.default.createDirectory(
            atPath: space.file("\(name)/repodata"),
            withIntermediateDirectories: true
        )
        let rpm = try await TinyRPM(name: "alpha", version: "2").build(into: space.file(name))
        func entry(_ head: String, _ file: String, _ path: String) async throws -> String {
            let sha256 = try await Digests.of(file: file).sha256
            return
                "<\(head)><checksum type=\"sha256\">\(sha256)</checksum><location href=\"\(path)\"/></\(head.prefix { $0 != " " })>"
        }
        let list = "<metadata>\(try await entry("package type=\"rpm\"", rpm, lastComponent(rpm)))</metadata>"
        let plain = try space.write(Array(list.utf8), to: "\(name)/repodata/primary.xml")
        _ = try await Tool(name: "gzip").require([plain])
        let primary = try await entry("data type=\"primary\"", plain + ".gz", "repodata/primary.xml.gz")
        let update =
            "<update uuid=\"d75705d9-64a8-46a4-afdd-c5351642621c\" name-label=\"XS71E001\" version=\"1.0\" "
            + "after-apply-guidance=\"restartHost, restartXAPI\"><name-description>Text</name-description></update>"
        for (document, text) in [("update.xml", update), ("repodata/repomd.xml", "<repomd>\(primary)</repomd>")] {
            let path = "\(name)/\(document)"
            _ = try await space.sign(Array(text.utf8), to: path + ".asc", options: ["--armor", "--detach-sign"])
            try FileManager.default.moveItem(atPath: space.file(path + ".asc.plain"), toPath: space.file(path))
        }
        try change(space.file(name))
        try DiscImage.write(of: space.file(name), to: space.file("\(name).iso"))
        return space.file("\(name).iso")
    }

    /// Zips as our own writer makes them from these names.
    @Test(
        "Zips with names that lead out, appear twice, or are too many are refused",
        arguments: [
            (["../evil"], "leads out"), (["a/../../evil"], "leads out"), (["/etc/evil"], "absolute"),
            (["a", "b", "a"], "appears twice"), ((0..<20_100).map { "f\($0)" }, "members"),
        ]
    )
    func badNames(names: [String], reason: String) async throws {
        try await Workspace.use { space in
            let members = names.map { ArchiveMember(path: $0, content: .bytes([])) }
            try writeArchive(space.file("z.zip"), .zip, members, modified: nil)
            #expect(try await refusal(space.file("z.zip")).contains(reason))
        }
    }

    @Test(
        "Zips that unpack to many times their size, and links that lead out, are refused",
        .enabled("needs python3") { await ToolBox.has("python3") },
        arguments: [
            ("z.writestr('a', bytes(200 << 20))", "times its size"),
            (
                "i = zipfile.ZipInfo('l'); i.create_system = 3; i.external_attr = 0o120777 << 16; z.writestr(i, '../../etc')",
                "the link l"
            ),
        ]
    )
    func bombsAndLinks(members: String, reason: String) async throws {
        try await Workspace.use { space in
            let program = """
                import sys, zipfile
                with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z: \(members)
                """
            _ = try await Tool(name: "python3").require(["-c", program, space.file("z.zip")])
            #expect(try await refusal(space.file("z.zip")).contains(reason))
        }
    }

    /// Why an archive is not read.
    @Test("What a file calls itself drives no terminal, in what is shown of it and in why it is refused")
    func escapes() async throws {
        try await Workspace.use { space in
            let hostile = "a\u{1b}]0;x\u{7}\u{9b}2J\u{202e}b\nc"
            for name in [hostile, "../" + hostile] {
                try writeArchive(
                    space.file("z.zip"),
                    .zip,
                    [ArchiveMember(path: name, content: .bytes([]))],
                    modified: nil
                )
                var shown: String
                do throws(PackageError) {
                    shown = try await inspect(file: space.file("z.zip"), policy: TrustPolicy()).text
                } catch {
                    shown = error.description
                }
                #expect(shown.contains("a\\u001b]0;x\\u0007\\u009b2J\\u202eb\\nc"), "\(shown.debugDescription)")
                for bad: Unicode.Scalar in ["\u{1b}", "\u{7}", "\u{9b}", "\u{202e}"] {
                    #expect(!shown.unicodeScalars.contains(bad))
                }
            }
        }
    }

    private func refusal(_ file: String) async throws -> String {
        do throws(PackageError) {
            _ = try await inspect(file: file, policy: TrustPolicy())
            return "it was read"
        } catch {
            guard case .badArchive(let reason) = error.problem else { return error.description }
            return reason
        }
    }

    @Test("What a Mac adds to a zip is no update")
    func macZip() async throws {
        try await Workspace.use { space in
            let package = try await space.sign(sampleProgram, to: "XS1.xsupdate")
            let notes = ["__MACOSX/._XS1.xsupdate", "._XS1.xsupdate"].map {
                ArchiveMember(path: $0, content: .bytes([0, 5, 22, 7]))
            }
            try writeArchive(
                space.file("z.zip"),
                .zip,
                [ArchiveMember(path: "XS1.xsupdate", content: .file(package))] + notes,
                modified: nil
            )
            let found = try await inspect(file: space.file("z.zip"), policy: space.policy)
            #expect(found.packages.map(\.file) == ["XS1.xsupdate"])
            #expect(await space.problem(space.file("z.zip")) == .deliveryZip(packages: ["XS1.xsupdate"]))
        }
    }

    @Test("Only plain assignments are read from a script")
    func scriptFacts() {
        let facts = ScriptFacts(
            Array("A=1\nB='x y'\nC=\"it\\\"s\"\nD=$(reboot)\nE=\"$A\"\nF=`x`\n  G=1\nB=2\nH=a;b\nI='open\n".utf8)
        )
        #expect(facts["A"] == "1")
        #expect(facts["B"] == "x y")
        #expect(facts["C"] == "it\"s")
        #expect(facts["H"] == "a")
        for name in ["D", "E", "F", "G", "I"] { #expect(facts[name] == nil) }
    }
}

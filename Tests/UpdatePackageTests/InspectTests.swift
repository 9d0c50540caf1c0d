import FoundationEssentials
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

    @Test("A 7.x image is described, and its detached signatures are checked")
    func image() async throws {
        try await Workspace.use { space in
            try FileManager.default.createDirectory(
                atPath: space.file("iso/repodata"),
                withIntermediateDirectories: true
            )
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("iso"))
            let xml =
                "<update uuid=\"d75705d9-64a8-46a4-afdd-c5351642621c\" name-label=\"XS71E001\" version=\"1.0\" after-apply-guidance=\"restartHost, restartXAPI\"><name-description>Text</name-description></update>"
            _ = try await space.sign(Array(xml.utf8), to: "iso/update.xml.asc", options: ["--armor", "--detach-sign"])
            _ = try await space.sign(
                Array("<repomd/>".utf8),
                to: "iso/repodata/repomd.xml.asc",
                options: ["--armor", "--detach-sign"]
            )
            for name in ["update.xml", "repodata/repomd.xml"] {
                try FileManager.default.moveItem(
                    atPath: space.file("iso/\(name).asc.plain"),
                    toPath: space.file("iso/" + name)
                )
            }
            _ = try await Tool(name: "xorriso").require([
                "-as", "mkisofs", "-quiet", "-R", "-J", "-o", space.file("u.iso"), space.file("iso"),
            ])
            let found = try await inspect(file: space.file("u.iso"), policy: space.policy)
            #expect(found.kind == .iso)
            #expect(found.info?.nameLabel == "XS71E001")
            #expect(found.info?.guidance == [.restartHost, .restartXAPI])
            #expect(found.rpms.map(\.nevra) == ["alpha-2-1.i386"])
            #expect(found.signatures.map(\.state) == [.good, .good])
            #expect(found.distrust == nil)
            #expect(await space.problem(space.file("u.iso")) == .updateISO)

            let bytes = try space.bytes("u.iso")
            let cut = try space.write(Array(bytes[..<(bytes.count * 2 / 3)]), to: "cut.iso")
            await #expect(throws: PackageError.self) { try await inspect(file: cut, policy: space.policy) }
            _ = try space.write(Array("<repomd>x</repomd>".utf8), to: "iso/repodata/repomd.xml")
            _ = try await Tool(name: "xorriso").require([
                "-as", "mkisofs", "-quiet", "-R", "-o", space.file("bad.iso"), space.file("iso"),
            ])
            let changed = try await inspect(file: space.file("bad.iso"), policy: space.policy)
            guard case .tampered = changed.distrust else {
                Issue.record("a changed repomd.xml must condemn the image")
                return
            }
        }
    }

    struct BadZip: Sendable {
        var members: String
        var reason: String
    }

    @Test(
        "Zips that are not safe to read are refused",
        arguments: [
            BadZip(members: "z.writestr('../evil', 'x')", reason: "leads out"),
            BadZip(members: "z.writestr('/etc/evil', 'x')", reason: "absolute"),
            BadZip(members: "z.writestr('a', 'x'); z.writestr('a', 'y')", reason: "appears twice"),
            BadZip(members: "z.writestr('a', bytes(200 << 20))", reason: "times its size"),
            BadZip(members: "[z.writestr(str(i), '') for i in range(20100)]", reason: "members"),
            BadZip(
                members:
                    "i = zipfile.ZipInfo('l'); i.create_system = 3; i.external_attr = 0o120777 << 16; z.writestr(i, '../../etc')",
                reason: "the link l"
            ),
        ]
    )
    func badZips(_ bad: BadZip) async throws {
        try await Workspace.use { space in
            let program = """
                import sys, warnings, zipfile
                warnings.simplefilter('ignore')
                with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z: \(bad.members)
                """
            _ = try await Tool(name: "python3").require(["-c", program, space.file("z.zip")])
            do throws(PackageError) {
                _ = try await inspect(file: space.file("z.zip"), policy: TrustPolicy())
                Issue.record("it was read")
            } catch {
                guard case .badArchive(let reason) = error.problem else {
                    Issue.record("\(error)")
                    return
                }
                #expect(reason.contains(bad.reason))
            }
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

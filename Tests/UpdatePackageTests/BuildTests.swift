import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite("Building packages")
struct BuildTests {
    @Test("The same input gives the same bytes, and the zip holds package and sources")
    func reproducible() async throws {
        try await Workspace.use { space in
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
            try FileManager.default.createDirectory(atPath: space.file("src/a"), withIntermediateDirectories: true)
            _ = try space.write(Array("int main;".utf8), to: "src/a/main.c")
            let one = try await PackageBuilder.build(
                manifest: .sample,
                rpmFolder: space.file("rpms"),
                sourceFolder: space.file("src"),
                output: space.file("one"),
                signer: space.signer
            )
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)],
                ofItemAtPath: space.file("src/a/main.c")
            )
            let two = try await PackageBuilder.build(
                manifest: .sample,
                rpmFolder: space.file("rpms"),
                sourceFolder: space.file("src"),
                output: space.file("two"),
                signer: space.signer
            )
            #expect(one.package.digests == two.package.digests)
            #expect(one.sources?.digests == two.sources?.digests)
            #expect(one.zip.digests == two.zip.digests)
            #expect(one.rpms.map(\.nevra) == ["alpha-2-1.i386"])
            var zip = try ArchiveReader.open(one.zip.path, formats: [.zip])
            #expect(try zip.next()?.path == "XS1.xsupdate")
            #expect(try zip.next()?.path == "XS1-src-pkgs.tar.bz2")
            #expect(
                try await Tool(name: "tar").require(["-tjf", try #require(one.sources).path]).text
                    == "XS1-src-pkgs/a/main.c\n"
            )
            #expect(try listDirectory(space.file("one")) == ["XS1-src-pkgs.tar.bz2", "XS1.xsupdate", "XS1.zip"])
        }
    }

    @Test("The script is padded to whole blocks, however long its texts are", arguments: [0, 1_000, 5_000, 20_000])
    func padding(length: Int) throws {
        var manifest = Manifest.sample
        manifest.conflicts = [Manifest.Hotfix(uuid: manifest.uuid, label: String(repeating: "x", count: length))]
        let script = PackageScript(manifest: manifest, neededBytes: 1).padded
        #expect(script.count % 4_096 == 0)
        #expect(String(decoding: script, as: UTF8.self).contains("BLOCKS=\(script.count / 4_096)\n"))
    }

    @Test("A folder without RPMs, or with a file that is none, is refused")
    func badFolder() async throws {
        try await Workspace.use { space in
            try FileManager.default.createDirectory(atPath: space.file("rpms"), withIntermediateDirectories: true)
            await #expect(throws: PackageError.self) {
                try await PackageBuilder.build(
                    manifest: .sample,
                    rpmFolder: space.file("rpms"),
                    output: space.file("o"),
                    signer: space.signer
                )
            }
            _ = try space.write([1, 2, 3], to: "rpms/x.rpm")
            await #expect(throws: PackageError.self) {
                try await PackageBuilder.build(
                    manifest: .sample,
                    rpmFolder: space.file("rpms"),
                    output: space.file("o"),
                    signer: space.signer
                )
            }
        }
    }
}

extension Manifest {
    static var sample: Manifest {
        Manifest(
            label: "XS1",
            uuid: "d75705d9-64a8-46a4-afdd-c5351642621c",
            version: "1.0",
            description: "It's a <test> & \"more\"",
            productVersion: "6.0.2",
            date: 1_461_153_600,
            guidance: [.restartHost]
        )
    }
}

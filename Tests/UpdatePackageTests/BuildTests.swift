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

    @Test("The product is tried before it is published: what its info or precheck say wrongly stops the build")
    func trial() async throws {
        try await Workspace.use { space in
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
            func build(_ precheck: PackageTrial.Run, info: String? = nil) async throws -> TrialVerdict? {
                let trial = PackageTrial { program, arguments, manifest in
                    #expect(arguments == ["info", "precheck"] && FileManager.default.fileExists(atPath: program))
                    return [.init(status: 0, output: info ?? manifest.info.xml), precheck]
                }
                return try await PackageBuilder.build(
                    manifest: .sample,
                    rpmFolder: space.file("rpms"),
                    output: space.file("out"),
                    signer: space.signer,
                    trial: trial
                ).verdict
            }
            func refusal(_ code: String, _ inside: String) -> PackageTrial.Run {
                .init(status: 1, output: "<error errorcode=\"PATCH_PRECHECK_FAILED_\(code)\">\(inside)</error>\n")
            }
            #expect(try await build(.init(status: 0, output: "fine\n")) == .passed)
            let needs = try await build(refusal("UNKNOWN_ERROR", "<info>needs libx</info>"))
            #expect(needs == .refused(.unknown(info: "needs libx")))
            let bad = [
                refusal("WRONG_SERVER_VERSION", "<found>6.0</found><required>6.0.2</required>"),
                refusal("PREREQUISITE_MISSING", "<prerequisite uuid=\"a\"/>"), .init(status: 1, output: "oops"),
                .init(status: 2, output: ""), .init(status: nil, output: ""),
            ]
            for run in bad { await #expect(throws: PackageError.self) { try await build(run) } }
            await #expect(throws: PackageError.self) {
                try await build(.init(status: 0, output: ""), info: "<info uuid=\"x\"/>")
            }
        }
    }

    @Test(
        "A build number that the manifest's expression matches is found where it is simple",
        arguments: [(nil, nil), ("53456[pc]", "53456p"), ("1-2_a", "1-2_a"), ("5.*", nil), ("[^a]", nil), ("[a", nil)]
    )
    func exampleBuild(expression: String?, example: String?) {
        var manifest = Manifest.sample
        manifest.build = expression
        #expect(manifest.exampleBuild == example)
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

import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite("Debian packages")
struct DebTests {
    @Test(
        "Versions are in dpkg's order",
        arguments: [
            ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.0-1", "1.0-1+b1"), ("1.0-1~deb12u1", "1.0-1"), ("1.9", "1.10"),
            ("9.0", "1:1.0"), ("1.0-9", "1.0.1-1"), ("1.0a", "1.0+"), ("2.36-9+deb12u9", "2.36-9+deb12u10"),
            ("1.0~~", "1.0~"), ("1.0~", "1.0"), ("0:1-1", "0:1-2"),
        ]
    )
    func order(lower: String, higher: String) throws {
        let (low, high) = (try #require(DebVersion(lower)), try #require(DebVersion(higher)))
        #expect(low < high && !(high < low))
        #expect(!(low < low))
    }

    @Test("dpkg agrees about every pair of them", .enabled("needs dpkg") { await ToolBox.has("dpkg") })
    func agreement() async throws {
        let versions = ["1.0", "1.0-1", "1.0~rc1-1", "1.00", "1.0-01", "1:0.1", "1.0+dfsg-1", "1.0a", "1.0.a", "1-2-3"]
        for one in versions {
            for other in versions {
                let dpkg = try await Tool(name: "dpkg").run(["--compare-versions", one, "lt", other]).exitStatus == 0
                let ours = try #require(DebVersion(one)) < (try #require(DebVersion(other)))
                #expect(dpkg == ours, "\(one) and \(other)")
            }
        }
    }

    @Test(
        "A version is written as dpkg writes it",
        arguments: [("0:1.0-1", "1.0-1"), ("2:1-2-3", "2:1-2-3"), ("7", "7"), ("0:1:2", "0:1:2")]
    )
    func spelling(text: String, written: String) {
        #expect(DebVersion(text)?.description == written)
    }

    @Test(
        "What is no version is refused",
        arguments: ["", "a1", "1 0", "1.0-", "x:1", "+1:1", "-1", "1.0/2", "99999999999:1"]
    )
    func noVersion(text: String) {
        #expect(DebVersion(text) == nil)
    }

    @Test(
        "A package is described without dpkg, whatever its parts are compressed with",
        .enabled("needs dpkg-deb") { await TinyDeb.isAvailable() },
        arguments: ["none", "gzip", "xz", "zstd"]
    )
    func description(compression: String) async throws {
        try await Workspace.use { space in
            var deb = TinyDeb(name: "alpha", version: "1:2.0-3", fields: ["Source: alpha-src (2.0)"])
            deb.compression = compression
            let path = try await deb.build(into: space.file("debs"))
            let found = try #require(try DebReader.describe([(path, "alpha.deb")]).first)
            #expect(found.identity == "alpha:all" && found.version == DebVersion("1:2.0-3"))
            #expect(found.fullName == "alpha_2.0-3_all" && found.sourcePackage == "alpha-src")
            #expect(found.fileCount == 2 && found.installedSize == 1_024)
            #expect(found.headers.first?.hasPrefix("md5sums:sha256:") == true)
        }
    }

    @Test(
        "What is no package, or not whole, is refused with its name",
        .enabled("needs dpkg-deb") { await TinyDeb.isAvailable() }
    )
    func refused() async throws {
        try await Workspace.use { space in
            let path = try await TinyDeb(name: "alpha", version: "2").build(into: space.file("debs"))
            let whole = try #require(try readFile(path, limit: 1 << 20))
            let files = [
                "text.deb": Array("hello\n".utf8), "empty.deb": [], "cut.deb": Array(whole.prefix(150)),
                "mark.deb": Array(whole.prefix(72)),
                "other.deb": Array("!<arch>\nx/              0           0     0     644     2         `\nab".utf8),
            ]
            for (name, bytes) in files {
                let file = try space.write(bytes, to: name)
                let error = #expect(throws: ArchiveError.self) { try DebReader.describe([(file, name)]) }
                #expect(error?.reason.hasPrefix("\(name) is no Debian package: ") == true)
            }
        }
    }

    @Test("A control file whose lines end as on another system is read", arguments: ["\r\n", "\r", "\n"])
    func controlLineEnds(end: String) throws {
        let control = ["Package: a", "Version: 1", "Architecture: all", "", "Package: b", ""].joined(separator: end)
        let deb = try DebFile(control: Array(control.utf8), sums: nil, fileName: "a.deb")
        #expect(deb.fullName == "a_1_all")
    }

    @Test("A control file with names that a script could not pass on is refused")
    func hostileControl() {
        for line in ["Package: a b", "Package: $(x)", "Package: -rf", "Version: x", "Architecture: a/b", "Package:"] {
            let name = line.prefix { $0 != ":" }
            let lines = ["Package: a", "Version: 1", "Architecture: all"].filter { !$0.hasPrefix(name) } + [line]
            #expect(throws: ArchiveError.self, "\(line)") {
                try DebFile(control: Array(lines.joined(separator: "\n").utf8), sums: nil, fileName: "a.deb")
            }
        }
    }

    @Test(
        "A hotfix of them is built reproducibly; inspection, article and bill of materials show them",
        .enabled("needs dpkg-deb") { await TinyDeb.isAvailable() }
    )
    func build() async throws {
        try await Workspace.use { space in
            _ = try await TinyDeb(name: "alpha", version: "2.0-1").build(into: space.file("debs"))
            _ = try await TinyDeb(name: "beta", version: "1:3").build(into: space.file("debs"))
            // The epoch is no part of a file's name, as archives have it.
            try FileManager.default.moveItem(
                atPath: space.file("debs/beta_1%3a3_all.deb"),
                toPath: space.file("debs/beta_3_all.deb")
            )
            func build(_ output: String) async throws -> BuiltPackage {
                try await PackageBuilder.build(
                    manifest: .sample,
                    debFolder: space.file("debs"),
                    output: space.file(output),
                    signer: space.signer
                )
            }
            let built = try await build("one")
            #expect(try await build("two").package.digests == built.package.digests)
            let found = try await inspect(file: built.package.path, policy: space.policy)
            #expect(found.distrust == nil && found.rpms.isEmpty)
            #expect(found.debs.map(\.identity) == ["alpha:all", "beta:all"])
            #expect(found.debs.map(\.version.description) == ["2.0-1", "1:3"])
            #expect(found.text.contains("deb: beta:all 1:3 (2 files)"))
            #expect(found.json.text.contains("\"version\":\"2.0-1\"") || found.json.text.contains("\"2.0-1\""))
            let contents = try await contents(ofPayload: try await payload(built, space))
            #expect(contents.debs == found.debs && contents.rpms.isEmpty)

            let facts = Article(of: built).facts
            #expect(facts.rpms == ["alpha_2.0-1_all.deb", "beta_3_all.deb"])
            let check = facts.check(found)
            #expect(check.contradicted.isEmpty && check.confirmed.contains("2 Debian packages"))
            let bill = built.billOfMaterials.text
            #expect(bill.contains("pkg:deb/alpha@2.0-1?arch=all") && bill.contains("SPDXRef-Package-deb-1"))
        }
    }

    private func payload(_ built: BuiltPackage, _ space: Workspace) async throws -> String {
        try await verify(file: built.package.path, policy: space.policy, payloadTo: space.file("payload")).payload
    }

    @Test(
        "A folder without packages, with one twice, or with a file that is none is refused",
        .enabled("needs dpkg-deb") { await TinyDeb.isAvailable() }
    )
    func badFolder() async throws {
        try await Workspace.use { space in
            func build() async throws -> BuiltPackage {
                try await PackageBuilder.build(
                    manifest: .sample,
                    debFolder: space.file("debs"),
                    output: space.file("out"),
                    signer: space.signer
                )
            }
            try FileManager.default.createDirectory(atPath: space.file("debs"), withIntermediateDirectories: true)
            await #expect(throws: PackageError.self) { try await build() }
            for version in ["1", "2"] {
                _ = try await TinyDeb(name: "alpha", version: version).build(into: space.file("debs"))
            }
            let twice = await #expect(throws: PackageError.self) { try await build() }
            #expect(twice?.description.contains("alpha:all is in it twice") == true)
            try removeFile(space.file("debs/alpha_1_all.deb"))
            _ = try await build()
            _ = try space.write([1, 2, 3], to: "debs/x.deb")
            await #expect(throws: PackageError.self) { try await build() }
        }
    }

    @Test("A manifest names rpms or debs, not both")
    func manifest() throws {
        let head = """
            label: A
            uuid: d75705d9-64a8-46a4-afdd-c5351642621c
            version: "1"
            description: D
            appliesTo: {version: "12"}
            date: 2026-01-01
            debs: debs
            """
        #expect(try Manifest(yaml: head, file: "m").debs == "debs")
        let error = #expect(throws: ManifestError.self) { try Manifest(yaml: head + "\nrpms: rpms\n", file: "m") }
        #expect(error?.line == 7)
    }
}

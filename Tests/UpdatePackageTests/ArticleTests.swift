import FoundationEssentials
import Testing

@testable import UpdatePackage

/// The seed article lies beside the package where the project is developed, and nowhere else.
private let seed =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    + "/../shared/fixtures/XS602ECC031-article.txt"

@Suite("Articles")
struct ArticleTests {
    @Test(
        "The seed's text is read, its promises are found, and it is written back as it was",
        .enabled("needs ../shared") { FileManager.default.fileExists(atPath: seed) }
    )
    func seedRoundTrip() throws {
        let article = try Article.read(file: seed)
        let bytes = try #require(try readFile(seed, limit: 1 << 20))
        #expect(Array(article.text.utf8) == bytes)
        #expect(try Article(parsing: article.text) == article)
        // What is written from a package has the same sections in the same order.
        let titles = article.blocks.compactMap { if case .heading(let title, _) = $0 { title } else { nil } }
        #expect(titles == ArticleSection.allCases.map(\.rawValue))
        let facts = article.facts
        #expect(facts.label == "XS602ECC031")
        #expect(facts.uuid == "d75705d9-64a8-46a4-afdd-c5351642621c")
        #expect(facts.package?.md5 == "7e766bbcc02292cf8d6b731d4603673c")
        #expect(facts.zip?.name == "XS602ECC031.zip")
        #expect(facts.includes.count == 23)
        #expect(facts.includes.first == ArticleFacts.Included(article: "CTX135468", label: "XS602ECC001"))
        #expect(facts.rpms.count == 14)
    }

    @Test(
        "Any text is written back as it was",
        arguments: ["", "\n", "a", "- \n|\n |\na |b |\n---|\n---\nFiles\n Files \nxe \n", "\n\n\nx"]
    )
    func anyText(text: String) throws {
        #expect(try Article(parsing: text).text == text)
    }

    @Test(
        "However an editor of another system ends the lines, the article is the same",
        arguments: ["\r\n", "\r"],
        ["", "\u{feff}"]
    )
    func lineEnds(end: String, mark: String) throws {
        let text = "Files\nHotfix Filename | XS1.xsupdate |\nHotfix File md5sum | 00 |\n"
        let article = try Article(parsing: mark + text.replacing("\n", with: end))
        #expect(article == (try Article(parsing: text)))
        #expect(article.facts.package?.md5 == "00")
        #expect(article.text == text)
    }

    @Test("An article of 100,000 lines is read; one of more than 200,000 is refused")
    func longArticles() throws {
        let article = try Article(parsing: String(repeating: "- line\n", count: 100_000))
        #expect(article.blocks.count == 100_000)
        #expect(throws: ArticleError.self) { try Article(parsing: String(repeating: "\n", count: 200_001)) }
    }

    @Test("A built package's article has the seed's sections in order, and agrees with what was built")
    func written() async throws {
        try await Workspace.use { space in
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
            try FileManager.default.createDirectory(atPath: space.file("src"), withIntermediateDirectories: true)
            _ = try space.write([1], to: "src/x")
            var manifest = Manifest.sample
            manifest.includes = [
                Manifest.Hotfix(uuid: "11111111-2222-4333-8444-555555555555", label: "XS0", article: "CTX1")
            ]
            manifest.article.affectsSecurityClaims = true
            let built = try await PackageBuilder.build(
                manifest: manifest,
                rpmFolder: space.file("rpms"),
                sourceFolder: space.file("src"),
                output: space.file("out"),
                signer: space.signer
            )
            let article = Article(of: built)
            let titles = article.blocks.compactMap { if case .heading(let title, _) = $0 { title } else { nil } }
            #expect(titles == ArticleSection.allCases.map(\.rawValue))
            #expect(article.text.contains("Security Target"))
            #expect(article.text.contains("patch-pool-apply uuid=\(manifest.uuid)"))
            let facts = try Article(parsing: article.text).facts
            #expect(facts == article.facts)
            #expect(try Article(parsing: article.text).text == article.text)
            #expect(facts.includes == [ArticleFacts.Included(article: "CTX1", label: "XS0")])

            let zip = built.zip
            let good = facts.check(try await inspect(file: zip.path, policy: space.policy))
            #expect(good.contradicted == [])
            #expect(good.confirmed.contains("1 RPMs"))
            #expect(good.confirmed.contains("XS1-src-pkgs.tar.bz2 MD5 \(try #require(built.sources).digests.md5)"))

            let names = Set(try built.writeCompanions(to: space.file("out")).map(lastComponent))
            #expect(names == ["XS1.txt", "XS1.md", "XS1.html", "XS1.spdx.json", "XS1.sha256", "XS1.md5"])
            let bill = try space.bytes("out/XS1.spdx.json")
            let json = try #require(try JSONSerializationBox.object(bill))
            #expect(json["spdxVersion"] == "SPDX-2.3")
        }
    }

    @Test("A file that is not the article's is contradicted: checksums, uuid and RPMs")
    func contradicted() async throws {
        try await Workspace.use { space in
            _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
            let built = try await PackageBuilder.build(
                manifest: .sample,
                rpmFolder: space.file("rpms"),
                output: space.file("out"),
                signer: space.signer
            )
            let text = """
                Files
                Hotfix Filename | XS1.xsupdate |
                Hotfix File md5sum | 00000000000000000000000000000000 |
                Files Updated
                beta-1-1.i386.rpm |
                xe patch-pool-apply uuid=11111111-2222-4333-8444-555555555555

                """
            let facts = try Article(parsing: text).facts
            let check = facts.check(try await inspect(file: built.package.path, policy: space.policy))
            #expect(check.contradicted.count == 4, "\(check.contradicted)")
            #expect(check.confirmed == [])
        }
    }

    @Test("Markup of strangers stays text in HTML and Markdown")
    func escaped() throws {
        let article = try Article(parsing: "- <script>alert(1)</script> [x](y)\n")
        #expect(article.html == "<ul>\n<li>&lt;script&gt;alert(1)&lt;/script&gt; [x](y)</li>\n</ul>\n")
        #expect(article.markdown == "- \\<script\\>alert(1)\\</script\\> \\[x\\](y)\n")
    }
}

private enum JSONSerializationBox {
    struct Head: Decodable { var spdxVersion: String }
    static func object(_ bytes: [UInt8]) throws -> [String: String]? {
        ["spdxVersion": try JSONDecoder().decode(Head.self, from: Data(bytes)).spdxVersion]
    }
}

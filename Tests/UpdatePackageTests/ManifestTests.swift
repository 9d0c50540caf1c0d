import Testing

@testable import UpdatePackage

@Suite("Manifests")
struct ManifestTests {
    @Test("A manifest says what the package's info will")
    func reads() throws {
        let manifest = try Manifest(yaml: minimalManifest, file: "m.yaml")
        #expect(manifest.info.uuid == "d75705d9-64a8-46a4-afdd-c5351642621c")
        #expect(manifest.version == "1.0")
        #expect(manifest.build == "53456[pc]")
        #expect(manifest.date == 1_461_110_400)
        #expect(isoDate(manifest.date) == "2016-04-20T00:00:00Z")
    }

    @Test("An editor's byte order mark and line ends are no part of it", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = "\u{feff}" + minimalManifest.replacing("\n", with: end)
        #expect(try Manifest(yaml: text, file: "m") == Manifest(yaml: minimalManifest, file: "m"))
    }

    @Test("The replica's manifest has the 23 hotfixes of the article")
    func replica() throws {
        let path =
            #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Demo/XS602ECC031/manifest.yaml"
        let bytes = try #require(try readFile(path, limit: 1 << 20))
        let manifest = try Manifest(yaml: String(decoding: bytes, as: UTF8.self), file: path)
        #expect(manifest.label == "XS602ECC031")
        #expect(manifest.includes.count == 23)
        #expect(manifest.includes.first { $0.label == "XS602ECC019" }?.uuid == "e2dc0ac5-7406-4387-a3f6-b6b38611df19")
    }

    @Test("Mistakes are named with their line", arguments: publisherMistakes)
    func mistakes(_ mistake: Mistake) {
        do throws(ManifestError) {
            _ = try Manifest(yaml: mistake.text, file: "m.yaml")
            Issue.record("it was accepted")
        } catch {
            #expect(error.description.contains(mistake.message), "\(error)")
            #expect(!error.description.contains("\n"))
        }
    }
}

private let minimalManifest = """
    label: XS1
    uuid: D75705D9-64a8-46a4-afdd-c5351642621c
    version: 1.0
    description: A test
    appliesTo: {version: 6.0.2, build: "53456[pc]"}
    date: 2016-04-20
    guidance: [restartHost]

    """

struct Mistake: Sendable {
    var text: String
    var message: String
    init(_ text: String, _ message: String) { (self.text, self.message) = (text, message) }
    init(_ old: String, _ new: String, _ message: String) {
        self.init(minimalManifest.replacing(old, with: new), message)
    }
}

private let publisherMistakes: [Mistake] = [
    Mistake(minimalManifest + "lable: x\n", "m.yaml:8: the key lable is not known"),
    Mistake("[restartHost]", "[restart]", "m.yaml:7: restart is no guidance"),
    Mistake("2016-04-20", "2016-02-30", "m.yaml:6: date must look like"),
    Mistake("D75705D9", "D75705D", "m.yaml:2: uuid is not a uuid"),
    Mistake("label: XS1", "label: ../x", "m.yaml:1: label may only hold"),
    Mistake("label: XS1", "label: [a]", "m.yaml:1: label must be a text"),
    Mistake(minimalManifest + "requires: x\n", "m.yaml:8: requires must be a list"),
    Mistake(minimalManifest + "requires: [{label: A}]\n", "m.yaml:8: uuid is missing"),
    Mistake(minimalManifest + "label: XS2\n", "a key appears twice"), Mistake("a: [", "this is not YAML"),
    Mistake("", "the manifest is empty"), Mistake("- a\n", "a list of keys and values is expected"),
    Mistake("version: 1.0\n", "", "version is missing"),
]

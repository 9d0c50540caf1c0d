import FoundationEssentials
import Testing

@testable import UpdatePackage

/// A short uuid for tests: the letter tells which update it is.
func uuid(_ letter: Character) -> String { "\(String(repeating: letter, count: 8))-0000-4000-8000-000000000000" }

/// An update named by its letter.
func update(_ letter: Character, requires: String = "", conflicts: String = "", supersedes: String = "")
    -> Catalogue.Update
{
    var update = Catalogue.Update(uuid: uuid(letter), label: String(letter))
    update.requires = requires.map(uuid)
    update.conflicts = conflicts.map(uuid)
    update.supersedes = supersedes.map(uuid)
    return update
}

/// A catalogue with one version, 1.0, to which all of these belong.
func catalogue(_ updates: [Catalogue.Update], minimal: String? = nil) -> Catalogue {
    Catalogue(
        versions: [
            Catalogue.Version(
                value: "1.0",
                name: "One",
                updates: updates.map(\.uuid),
                minimal: minimal.map { $0.map(uuid) }
            )
        ],
        updates: updates
    )
}

@Suite("Catalogues")
struct CatalogueTests {
    static let xml = """
        <?xml version="1.0" encoding="utf-8"?>
        <patchdata>
          <serverversions>
            <version value="6.0.2" name="XenServer 6.0.2" build-number="53456p" timestamp="2012-01-01T00:00:00Z">
              <patch uuid="AAAAAAAA-0000-4000-8000-000000000000"/>
              <minimalpatches><patch uuid="aaaaaaaa-0000-4000-8000-000000000000"/></minimalpatches>
            </version>
            <version value="6.1.0" name="XenServer 6.1"/>
          </serverversions>
          <patches>
            <patch uuid="AAAAAAAA-0000-4000-8000-000000000000" name-label="A" name-description="x &amp; y"
              after-apply-guidance="restartHost" url="http://a" patch-url="http://a.zip" installation-size="12">
              <requiredpatches><requiredpatch uuid="bbbbbbbb-0000-4000-8000-000000000000"/></requiredpatches>
              <conflictingpatches><conflictingpatch uuid="cccccccc-0000-4000-8000-000000000000"/></conflictingpatches>
            </patch>
          </patches>
        </patchdata>
        """

    @Test("XenServer's updates.xml is read")
    func updatesXML() throws {
        let catalogue = try Catalogue(updatesXML: Array(Self.xml.utf8))
        #expect(catalogue.versions.map(\.value) == ["6.0.2", "6.1.0"])
        #expect(catalogue.versions[0].build == "53456p")
        #expect(catalogue.versions[0].minimal == [uuid("a")])
        #expect(catalogue.versions[1].minimal == nil)
        let update = catalogue.updates[0]
        #expect(update.uuid == uuid("a"))
        #expect(update.description == "x & y")
        #expect(update.requires == [uuid("b")])
        #expect(update.conflicts == [uuid("c")])
        #expect(update.installationSize == 12)
    }

    @Test("Bad feeds are refused", arguments: ["", "<html/>", "<patchdata><patches><patch/></patches></patchdata>"])
    func badFeeds(text: String) {
        #expect(throws: CatalogueError.self) { try Catalogue(updatesXML: Array(text.utf8)) }
    }

    @Test("check finds unknown names and circles; a uuid that appears twice is refused")
    func problems() throws {
        let index = try CatalogueIndex(
            catalogue([update("a", requires: "b"), update("b", requires: "a"), update("c", requires: "z")])
        )
        #expect(index.problems().count == 2)
        #expect(index.problems().contains("a, b require one another, so none of them can be applied."))
        #expect(throws: CatalogueError.self) { try CatalogueIndex(catalogue([update("a"), update("a")])) }
    }

    private let now: Int64 = 1_800_000_000
    private func document(_ release: Int, expires: String = "2030-01-01") -> CatalogueDocument {
        CatalogueDocument(
            release: release,
            issued: "2026-01-01",
            expires: expires,
            catalogue: catalogue([update("a")])
        )
    }

    @Test("A signed catalogue is taken in; an older one, another of the same number, and an expired one are refused")
    func freshness() async throws {
        try await Workspace.use { space in
            for (name, document) in [
                ("one", document(1)), ("two", document(2)), ("three", document(3, expires: "2026-06-01")),
                ("otherTwo", document(2, expires: "2031-01-01")),
            ] {
                try await space.signer.sign(document, to: space.file(name))
            }
            let store = CatalogueStore(folder: space.file("store"))
            let taken = try await store.takeIn(space.file("two"), policy: space.policy, now: now)
            #expect(taken.release?.number == 2)
            #expect(taken.catalogue == document(2).catalogue)
            for (name, reason) in [("one", "release 1"), ("otherTwo", "other contents"), ("three", "expired")] {
                do throws(CatalogueError) {
                    _ = try await store.takeIn(space.file(name), policy: space.policy, now: now)
                    Issue.record("\(name) was taken in")
                } catch {
                    #expect(error.reason.contains(reason))
                }
            }
            #expect(try await store.current(policy: space.policy, now: now) == taken)
            await #expect(throws: CatalogueError.self) { try await store.current(policy: TrustPolicy(), now: now) }
            let later = try #require(secondsSinceEpoch("2030-01-01"))
            await #expect(throws: CatalogueError.self) { try await store.current(policy: space.policy, now: later) }
        }
    }

    @Test("A clock that was set back makes an expired catalogue fresh, and no earlier release")
    func clockSetBack() async throws {
        try await Workspace.use { space in
            try await space.signer.sign(document(1), to: space.file("one"))
            try await space.signer.sign(document(3, expires: "2026-06-01"), to: space.file("three"))
            let store = CatalogueStore(folder: space.file("store"))
            let back = try #require(secondsSinceEpoch("2026-01-01"))
            #expect(try await store.takeIn(space.file("three"), policy: space.policy, now: back).release?.number == 3)
            await #expect(throws: CatalogueError.self) {
                try await store.takeIn(space.file("one"), policy: space.policy, now: back)
            }
        }
    }

    @Test("A release number pushed up with a stolen key is forgotten with the key")
    func fastForward() async throws {
        try await Workspace.use { space in
            try await space.makeKey("New <new@example.invalid>")
            let new = Signer(keys: ["new@example.invalid"], home: space.path + "/gpg")
            try await space.signer.sign(document(1_000_000), to: space.file("stolen"))
            try await new.sign(document(4), to: space.file("genuine"))
            let trust = TrustStore(folder: space.file("trust"))
            let old = try await trust.addKeys(from: space.keyring.path)
            let store = CatalogueStore(folder: space.file("store"))
            _ = try await store.takeIn(space.file("stolen"), policy: try trust.policy(), now: now)
            try await new.exportKeys(to: space.file("new.gpg"))
            _ = try await trust.addKeys(from: space.file("new.gpg"))
            await #expect(throws: CatalogueError.self) {
                try await store.takeIn(space.file("genuine"), policy: try trust.policy(), now: now)
            }
            try trust.remove(old[0].fingerprint)
            let taken = try await store.takeIn(space.file("genuine"), policy: try trust.policy(), now: now)
            #expect(taken.release?.number == 4)
        }
    }

    @Test("An unsigned feed is taken in only when its very bytes are pinned, and does not wipe the memory of releases")
    func feed() async throws {
        try await Workspace.use { space in
            let store = CatalogueStore(folder: space.file("store"))
            #expect(store.stamp() == nil)
            try await space.signer.sign(document(2), to: space.file("two"))
            try await space.signer.sign(document(1), to: space.file("one"))
            _ = try await store.takeIn(space.file("two"), policy: space.policy, now: now)
            let before = store.stamp()
            let feed = try space.write(Array(Self.xml.utf8), to: "updates.xml")
            let sha256 = try await Digests.of(file: feed).sha256
            let refusal = "\(feed) is not signed; if you vouch for it, pin it first: pitstop trust pin \(sha256)"
            await #expect(throws: CatalogueError(reason: refusal)) {
                try await store.takeIn(feed, policy: space.policy, now: now)
            }
            #expect(store.stamp() == before)
            var policy = space.policy
            policy.pinned = [sha256]
            let taken = try await store.takeIn(feed, policy: policy, now: now)
            #expect(taken.release == nil && taken.trust == .pinned && taken.isFresh(at: .max))
            #expect(store.stamp() != before)
            await #expect(throws: CatalogueError.self) { try await store.current(policy: space.policy, now: now) }
            await #expect(throws: CatalogueError.self) {
                try await store.takeIn(space.file("one"), policy: policy, now: now)
            }
        }
    }

    @Test("What is not understood in a catalogue is told by its place, in words")
    func places() throws {
        let whole = String(decoding: try document(1).json(), as: UTF8.self)
        for (change, words) in [
            (("\"release\" : 1", "\"release\" : \"x\""), "release is no whole number"),
            (("\"label\" : ", "\"lable\" : "), "catalogue.updates[0].label is missing"),
            (("\"installationSize\" : 0", "\"installationSize\" : 9000000000000000000"), "9000000000000000000 bytes"),
            (("{\n", "["), "this is not JSON"),
        ] {
            let text = whole.replacing(change.0, with: change.1, maxReplacements: 1)
            let error = #expect(throws: CatalogueError.self) { try CatalogueDocument(json: Array(text.utf8)) }
            #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
            #expect(error?.reason.contains("Context") == false)
        }
        let marked = [0xef, 0xbb, 0xbf] + (try document(1).json())
        #expect(try CatalogueDocument(json: marked) == document(1))
    }

    @Test("Nonsense inside a signed catalogue is refused")
    func nonsense() {
        let bad = ["", "{}", "[]", String(repeating: "[", count: 100_000)]
        for text in bad { #expect(throws: CatalogueError.self) { try CatalogueDocument(json: Array(text.utf8)) } }
    }
}

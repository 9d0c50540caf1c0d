import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite("Several writers of what is trusted")
struct WritersTests {
    private func digest(_ number: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 64 - text.count) + text
    }

    @Test("What each of many writers was told is done stays done, and what one removes stays removed")
    func manyWriters() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            let keys = try await store.addKeys(from: space.keyring.path)
            for number in 100..<120 { try store.pin(digest(number), note: "", now: 0) }
            try await withThrowingTaskGroup { group in
                for number in 0..<40 {
                    group.addTask { try TrustStore(folder: space.file("trust")).pin(digest(number), note: "", now: 0) }
                }
                for number in 100..<120 {
                    group.addTask { try TrustStore(folder: space.file("trust")).remove(digest(number)) }
                }
                group.addTask { try TrustStore(folder: space.file("trust")).remove(keys[0].fingerprint) }
                group.addTask { try TrustStore(folder: space.file("trust")).requireSigners(2) }
                try await group.waitForAll()
            }
            let decisions = try store.decisions()
            #expect(Set(decisions.pinned.map(\.sha256)) == Set((0..<40).map(digest)))
            #expect(decisions.requiredSigners == 2)
            #expect(try await store.keys().isEmpty)
            #expect(try store.policy().keyring == nil)
        }
    }

    @Test("A writer that was killed leaves nothing that stays, and its folder is for its owner alone")
    func leftovers() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            try store.pin(digest(1), note: "", now: 0)
            _ = try space.write([1], to: "trust/trust.json.partial-abc")
            try store.pin(digest(2), note: "", now: 0)
            #expect(try listDirectory(space.file("trust")) == [".lock", "trust.json"])
            for name in ["trust/trust.json", "trust/.lock"] {
                let mode = try FileManager.default.attributesOfItem(atPath: space.file(name))[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
        }
    }

    @Test("A member that is not known is not passed over, and not lost: the file is refused with its name")
    func unknownMembers() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            try store.pin(digest(1), note: "", now: 0)
            let text = String(decoding: try space.bytes("trust/trust.json"), as: UTF8.self)
            for (place, member) in [("{\n", "{\n  \"denied\" : [],\n"), ("\"note\"", "\"until\" : \"\", \"note\"")] {
                let newer = text.replacing(place, with: member, maxReplacements: 1)
                _ = try space.write(Array(newer.utf8), to: "trust/trust.json")
                for refused in [{ _ = try store.policy() }, { try store.pin(digest(2), note: "", now: 0) }] {
                    let error = #expect(throws: TrustStoreError.self) { try refused() }
                    #expect(error?.reason.contains(member.contains("denied") ? "'denied'" : "'until'") == true)
                }
                #expect(try space.bytes("trust/trust.json") == Array(newer.utf8))
            }
        }
    }

    @Test("Several catalogues taken in at once leave the newest, and the memory of it")
    func catalogues() async throws {
        try await Workspace.use { space in
            for release in 1...6 {
                let document = CatalogueDocument(
                    release: release,
                    issued: "2026-01-01",
                    expires: "2030-01-01",
                    catalogue: catalogue([update("a")])
                )
                try await space.signer.sign(document, to: space.file("c\(release)"))
            }
            let policy = space.policy
            await withTaskGroup { group in
                for release in (1...6).shuffled() {
                    group.addTask {
                        // Older ones than what is in use are refused, as they must be.
                        _ = try? await CatalogueStore(folder: space.file("store"))
                            .takeIn(space.file("c\(release)"), policy: policy, now: 1_800_000_000)
                    }
                }
            }
            let store = CatalogueStore(folder: space.file("store"))
            #expect(try await store.current(policy: policy, now: 1_800_000_000)?.release?.number == 6)
            #expect(try store.memory()?.release == 6)
        }
    }
}

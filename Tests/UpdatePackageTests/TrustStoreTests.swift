import Testing

@testable import UpdatePackage

@Suite("The trust store")
struct TrustStoreTests {
    private let digest = String(repeating: "ab", count: 32)

    @Test("A key that is added makes its packages trusted; removed, it no longer does")
    func keys() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            let file = try await space.sign(sampleProgram, to: "a")
            #expect(await space.problem(file, policy: try store.policy()) != nil)
            let keys = try await store.addKeys(from: space.keyring.path)
            #expect(keys.map(\.userID) == ["Test Publisher <test@example.invalid>"])
            #expect(try await store.keys() == keys)
            #expect(await space.problem(file, policy: try store.policy()) == nil)
            try store.remove(keys[0].fingerprint.lowercased())
            #expect(await space.problem(file, policy: try store.policy()) != nil)
        }
    }

    @Test("Of pasted keys only those that are meant are added, with who and when, and nothing of them stays elsewhere")
    func pastedKeys() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            let bytes = try #require(try readFile(space.keyring.path, limit: 1 << 20))
            let shown = try await TrustStore.keys(in: bytes)
            #expect(shown.map(\.userID) == ["Test Publisher <test@example.invalid>"])
            #expect(try await store.keys().isEmpty)
            await #expect(throws: TrustStoreError.self) {
                try await store.addKeys(in: bytes, only: ["0123"], note: "", now: 0)
            }
            #expect(try await store.keys().isEmpty)
            let added = try await store.addKeys(
                in: bytes,
                only: Set(shown.map(\.fingerprint)),
                note: "by telephone (root)",
                now: 1_461_110_400
            )
            #expect(added[0].added == .init(note: "by telephone (root)", now: 1_461_110_400))
            #expect(try await store.keys() == added)
            try store.remove(added[0].fingerprint)
            #expect(try store.decisions().keysAdded == [:])
            let long = [UInt8](repeating: 65, count: TrustStore.largestKey + 1)
            await #expect(throws: TrustStoreError.self) { try await TrustStore.keys(in: long) }
        }
    }

    @Test("Pins and exceptions are kept with reason and time, once each, and can be removed")
    func pins() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("new/state/trust"))
            try store.pin(digest.uppercased(), note: "first", now: 1_461_110_400)
            try store.pin(digest, note: "again", now: 1_461_110_400)
            try store.allowWeakDigest(digest, note: "", now: 0)
            try store.requireSigners(2)
            let pins = [TrustStore.Pin(sha256: digest, note: "again", added: "2016-04-20T00:00:00Z")]
            #expect(try store.decisions().pinned == pins)
            #expect(try store.policy().pinned == [digest])
            #expect(try store.policy().weakDigestsAllowed == [digest])
            #expect(try store.policy().requiredSigners == 2)
            try store.remove(digest)
            #expect(try store.decisions().pinned == [])
            #expect(throws: TrustStoreError.self) { try store.remove(digest) }
        }
    }

    @Test("A key tells when it expires, and that it has expired or was revoked")
    func expiry() {
        let lines = [
            "pub:e:255:22:AD03F136079F1FF3:1461110400:1461196800::u:::sc::::::23::0:",
            "fpr:::::::::CF953F7DAF0A19751A9FF74CAD03F136079F1FF3:", "uid:e::::1461110400::HASH::T::::::::::0:",
            "pub:r:255:22:BD03F136079F1FF3:1461110400:::u:::sc::::::23::0:",
            "fpr:::::::::DF953F7DAF0A19751A9FF74CBD03F136079F1FF3:",
        ]
        let keys = KeyFile.keys(listing: Array(lines.joined(separator: "\n").utf8))
        #expect(keys.map(\.expires) == [1_461_196_800, nil])
        #expect(keys[0].isOver(at: 1_461_196_799) == nil)
        #expect(keys[0].isOver(at: 1_461_196_800) == "expired since 2016-04-21T00:00:00Z")
        #expect(keys[1].isOver(at: 0) == "revoked by its owner")
    }

    @Test("Nonsense is refused")
    func nonsense() async throws {
        try await Workspace.use { space in
            let store = TrustStore(folder: space.file("trust"))
            #expect(throws: TrustStoreError.self) { try store.pin("abc", note: "", now: 0) }
            #expect(throws: TrustStoreError.self) { try store.requireSigners(0) }
            let text = try space.write(Array("no key".utf8), to: "x")
            await #expect(throws: TrustStoreError.self) { try await store.addKeys(from: text) }
            try store.pin(digest, note: "", now: 0)
            _ = try space.write(Array("{".utf8), to: "trust/trust.json")
            #expect(throws: TrustStoreError.self) { try store.policy() }
        }
    }
}

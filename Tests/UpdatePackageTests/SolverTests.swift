import Testing

@testable import UpdatePackage

@Suite("What a host lacks")
struct SolverTests {
    private func resolve(_ catalogue: Catalogue, applied: String = "") throws -> (
        sequence: String, reasons: [String: String]
    ) {
        let index = try CatalogueIndex(catalogue)
        let resolution = Solver(index).resolve(
            HostState(uuid: "h", productVersion: "1.0", applied: Set(applied.map(uuid)))
        )
        let labels = catalogue.updates.map(\.label)
        let reasons = resolution.verdicts.map { (labels[$0.update], index.explain($0.verdict)) }
        return (
            resolution.sequence.map { labels[$0] }.joined(),
            Dictionary(reasons, uniquingKeysWith: { first, _ in first })
        )
    }

    @Test("Requirements come first, whatever the order of the catalogue")
    func order() throws {
        let result = try resolve(catalogue([update("a", requires: "b"), update("b", requires: "c"), update("c")]))
        #expect(result.sequence == "cba")
        #expect(result.reasons["c"] == "to be applied, number 1")
    }

    @Test("What is contained in another update is not applied on its own, nor needed once that is applied")
    func superseded() throws {
        let three = catalogue([update("a"), update("b", supersedes: "a"), update("c", supersedes: "b")])
        let fresh = try resolve(three)
        #expect(fresh.sequence == "c")
        #expect(fresh.reasons["a"] == "superseded by c" || fresh.reasons["a"] == "superseded by b")
        let done = try resolve(three, applied: "c")
        #expect(done.sequence == "")
        #expect(done.reasons["a"] == "contained in c, which is applied")
    }

    @Test("An update that contains the required one meets the requirement")
    func metByContainer() throws {
        let updates = [update("a"), update("b", supersedes: "a"), update("c", requires: "a")]
        #expect(try resolve(catalogue(updates)).sequence == "bc")
        #expect(try resolve(catalogue(updates), applied: "b").sequence == "c")
    }

    @Test("The minimal list is followed, and completed by what its members require")
    func minimalList() throws {
        let updates = [update("a"), update("b"), update("c", requires: "a")]
        let result = try resolve(catalogue(updates, minimal: "c"))
        #expect(result.sequence == "ac")
        #expect(result.reasons["b"] == "not needed to be up to date")
    }

    @Test("What is left out is left out with its reason: conflict, unmet requirement, circle")
    func leftOut() throws {
        let conflict = try resolve(catalogue([update("a", conflicts: "b"), update("b")]), applied: "b")
        #expect(conflict.sequence == "")
        #expect(conflict.reasons["a"] == "left out: it conflicts with b")
        let both = try resolve(catalogue([update("a"), update("b", conflicts: "a"), update("c", requires: "b")]))
        #expect(both.sequence == "a")
        #expect(both.reasons["c"] == "left out: it requires b, which can not be applied")
        let unknown = try resolve(catalogue([update("a", requires: "z"), update("b", requires: "a")]))
        #expect(unknown.reasons["a"] == "left out: it requires an update that the catalogue does not know")
        #expect(unknown.reasons["b"] == "left out: it requires a, which can not be applied")
        let circle = try resolve(catalogue([update("a", requires: "b"), update("b", requires: "a"), update("c")]))
        #expect(circle.sequence == "c")
        #expect(circle.reasons["a"] == "left out: it and b require one another")
    }

    @Test("Applicable now: requirements applied, no conflict, not yet applied or contained")
    func applicableNow() throws {
        let index = try CatalogueIndex(
            catalogue([
                update("a"), update("b", requires: "a"), update("c", conflicts: "d"), update("d"),
                update("e", requires: "b"),
            ])
        )
        let host = HostState(uuid: "h", productVersion: "1.0", applied: [uuid("a"), uuid("d").uppercased()])
        let resolution = Solver(index).resolve(host)
        #expect(resolution.applicableNow == [1])
        #expect(resolution.missing == [1, 2, 4])
    }

    @Test("An unknown version is said to be unknown, not up to date")
    func unknownVersion() throws {
        let solver = Solver(try CatalogueIndex(catalogue([update("a")])))
        let resolution = solver.resolve(HostState(uuid: "h", productVersion: "9", applied: []))
        #expect(resolution.version == nil)
        #expect(!resolution.isUpToDate)
    }

    @Test("A version is chosen by build number where the catalogue has one")
    func builds() throws {
        var lines = catalogue([update("a"), update("b")])
        lines.versions = [
            Catalogue.Version(value: "1.0", build: "1p", name: "plain", updates: [uuid("a")]),
            Catalogue.Version(value: "1.0", build: "1cc", name: "evaluated", updates: [uuid("b")]),
        ]
        let solver = Solver(try CatalogueIndex(lines))
        let host = HostState(uuid: "h", productVersion: "1.0", build: "1cc", applied: [])
        #expect(solver.resolve(host).sequence == [1])
    }

    @Test("In a mixed pool no update is put before one that it needs on any host")
    func mixedPool() throws {
        let index = try CatalogueIndex(
            catalogue([update("a", requires: "b"), update("b", requires: "d"), update("c"), update("d")])
        )
        let states = [["b"], ["d"], [], ["c", "d", "b"]].map { (applied: [Character]) in
            HostState(uuid: "h", productVersion: "1.0", applied: Set(applied.map(uuid)))
        }
        let pool = Solver(index).resolve(states)
        let order = try #require(pool.order)
        #expect(Set(order) == [0, 1, 2, 3])
        for host in pool.hosts {
            let places = host.sequence.map { order.firstIndex(of: $0) ?? -1 }
            for (update, earlier) in host.before {
                #expect((order.firstIndex(of: earlier) ?? 9) < (order.firstIndex(of: update) ?? -1))
            }
            #expect(!places.contains(-1))
        }
    }

    @Test("A chain of 100,000 requirements needs no deep stack")
    func longChain() throws {
        let updates = (0..<100_000).map { number in
            var update = Catalogue.Update(uuid: "u\(number)", label: "\(number)")
            if number > 0 { update.requires = ["u\(number - 1)"] }
            return update
        }.reversed()
        let solver = Solver(try CatalogueIndex(catalogue(Array(updates))))
        let resolution = solver.resolve(HostState(uuid: "h", productVersion: "1.0", applied: []))
        #expect(resolution.sequence.count == 100_000)
        #expect(resolution.sequence.first == 99_999)
    }

    @Test("Against 2,000 small catalogues: what is planned can be applied in that order")
    func randomCatalogues() throws { for seed in 0..<2_000 { try checkRandomCatalogue(UInt64(seed)) } }

    private func checkRandomCatalogue(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let letters = Array("abcdefg")
        let updates = letters.map { letter in
            update(
                letter,
                requires: random.subset(letters, 6),
                conflicts: random.subset(letters.filter { $0 != letter }, 12),
                supersedes: random.subset(letters.filter { $0 < letter }, 8)
            )
        }
        let minimal = seed % 3 == 0 ? random.subset(letters, 2) : nil
        let index = try CatalogueIndex(catalogue(updates, minimal: minimal))
        let applied = Set(random.subset(letters, 5).map(uuid))
        let resolution = Solver(index).resolve(HostState(uuid: "h", productVersion: "1.0", applied: applied))
        var present = Set(applied.compactMap { index.numbers[$0] })
        for number in present { present.formUnion(index.supersedes[number]) }
        for number in resolution.sequence {
            #expect(!present.contains(number), "seed \(seed)")
            #expect(index.requires[number].allSatisfy(present.contains), "seed \(seed)")
            #expect(!index.conflicts[number].contains(where: present.contains), "seed \(seed)")
            present.insert(number)
            present.formUnion(index.supersedes[number])
        }
        #expect(resolution.verdicts.count == letters.count)
    }
}

/// A small seeded generator, so that failures can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Each letter with the chance one in `chance`.
    mutating func subset(_ letters: [Character], _ chance: Int) -> String {
        String(letters.filter { _ in Int.random(in: 0..<chance, using: &self) == 0 })
    }
}

import Foundation
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// What the server's catalogue says about the pool.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct UpdateStatusTests {
    private let first = PatchLab.uuid()
    private let second = PatchLab.uuid()
    private let third = PatchLab.uuid()

    private func document(expires: String = "2100-01-01") -> CatalogueDocument {
        var one = Catalogue.Update(uuid: first, label: "ONE")
        one.sha256 = [String(repeating: "0", count: 64)]
        one.published = "2013-09-06T13:55:49Z"
        var two = Catalogue.Update(uuid: second, label: "TWO")
        two.requires = [first]
        var three = Catalogue.Update(uuid: third, label: "THREE")
        three.requires = [PatchLab.uuid()]
        let version = Catalogue.Version(value: "6.0.2", name: "XenServer 6.0.2", updates: [second, first, third])
        return CatalogueDocument(
            release: 1,
            issued: "2016-04-20",
            expires: expires,
            catalogue: Catalogue(versions: [version], updates: [two, one, three])
        )
    }

    /// Signs a catalogue and takes it in where the lab's server keeps its own.
    private func install(_ document: CatalogueDocument, in lab: PatchLab, now: Int64 = 1_500_000_000) async throws {
        let file = lab.updates + "/../signed"
        try await lab.key.signer.sign(document, to: file)
        _ = try await CatalogueStore(folder: lab.updates + "/../catalogue")
            .takeIn(file, policy: try lab.trust.policy(), now: now)
    }

    @Test("Without a catalogue there is nothing to say")
    func none() async throws {
        let lab = try await PatchLab()
        #expect(try await lab.service.poolUpdates() == nil)
        #expect(try await lab.service.catalogue() == nil)
    }

    @Test("Each host is told what it lacks, what can be applied now, in which order, and why one is left out")
    func status() async throws {
        let lab = try await PatchLab()
        // What version a host has is what the monitor saw.
        await HostMonitor(pool: lab.pool, interval: .seconds(1)) { _ in }.look()
        try await install(document(), in: lab)
        let updates = try #require(try await lab.service.poolUpdates())
        #expect(updates.hosts.map(\.host) == lab.hosts)
        #expect(updates.order == [first, second])
        let host = updates.hosts[1]
        #expect(host.version == "XenServer 6.0.2" && !host.isUpToDate)
        #expect(host.sequence.map(\.label) == ["ONE", "TWO"])
        #expect(host.updates.filter(\.isApplicableNow).map(\.label) == ["ONE"])
        #expect(host.missing.count == 3)
        let left = host.updates.first { $0.uuid == third }
        #expect(left?.state == "unknown_requirement")
        #expect(left?.reason == "left out: it requires an update that the catalogue does not know")
        #expect(updates.hostsNeeding(second).count == 2)

        let patch = try await lab.upload(program: PackageProgram.script(uuid: first))
        _ = try await lab.service.apply(patch, to: lab.hosts[0])
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        #expect(await lab.service.published(row) == 1_378_475_749, "the catalogue knows better than the upload")
        let later = try #require(try await lab.service.poolUpdates())
        #expect(later.hosts[0].sequence.map(\.label) == ["TWO"])
        #expect(later.hosts[1].sequence.map(\.label) == ["ONE", "TWO"])
        #expect(later.foreignBuilds == [first], "another build than the catalogue vouches for")
    }

    @Test("A catalogue that expires, or whose signer is no longer trusted, is not used any more")
    func trust() async throws {
        let lab = try await PatchLab()
        try await install(document(), in: lab)
        #expect(try await lab.service.poolUpdates() != nil)
        for key in try await lab.trust.keys() { try lab.trust.remove(key.fingerprint) }
        await #expect { _ = try await lab.service.poolUpdates() } throws: {
            ($0 as? APIError)?.code == "CATALOGUE_UNUSABLE"
        }
        let other = try await PatchLab()
        try await install(document(expires: "2020-01-01"), in: other)
        await #expect { _ = try await other.service.catalogue() } throws: {
            ($0 as? APIError)?.parameters.first?.contains("expired on 2020-01-01") ?? false
        }
    }
}

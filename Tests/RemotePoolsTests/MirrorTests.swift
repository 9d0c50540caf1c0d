import PoolControl
import PoolDatabase
import ScriptedServer
import Testing
import XenAPI
import XenAPIClient

@testable import RemotePools

@Suite struct MirrorTests {
    /// Waits until the mirror shows something.
    private static func until(_ mirror: PoolMirror, _ condition: (Snapshot) -> Bool) async {
        var snapshot = mirror.database.snapshot
        while !condition(snapshot) { snapshot = await mirror.database.change(after: snapshot.generation) }
    }

    @Test func `rows have the pool's own references, and types whatever the wire`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let snapshot = remote.mirror.database.snapshot
            #expect(snapshot.rows("host").map(\.nameLabel).sorted() == ["xs1", "xs2"])
            #expect(snapshot.rows("pool").first?.ref("master") == Ref("H1"))
            #expect(snapshot.stored("SR", Ref("S"))?.int("physical_size") == 20_000_000_000)
            #expect(snapshot.row("host", Ref("H1"))?.texts("PBDs") == ["B1"])
            #expect(remote.mirror.freshness == Freshness(confirmed: Timestamp(seconds: 1000)))
        }
    }

    @Test func `what the pool lacks is absent, and what nobody here knows does no harm`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver6, hostFields: ["of_the_year_2030": .set([.string("x")]), "enabled": .set([])])
        pool.put("of_the_year_2030", "X", ["name_label": .string("x")])
        try await withRemote(pool) { remote in
            #expect(remote.mirror.sends("host", "address"))
            #expect(!remote.mirror.sends("host", "pending_guidances"))
            #expect(!remote.mirror.sends("pool_update", "uuid"))
            // A value that can not be a truth value leaves the field as nobody had set it.
            #expect(remote.mirror.database.snapshot.stored("host", Ref("H1"))?.nameLabel == "xs1")
        }
    }

    @Test func `what happens in the pool is followed, batch by batch`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let following = Task { await remote.mirror.follow() }
            defer { following.cancel() }
            pool.put("host", "H2", ["enabled": .bool(false)])
            await Self.until(remote.mirror) { $0.stored("host", Ref("H2"))?.bool("enabled") == false }
            pool.put("VM", "V3", ["name_label": .string("new"), "resident_on": .string("H1")])
            await Self.until(remote.mirror) { $0.stored("VM", Ref("V3"))?.nameLabel == "new" }
            pool.remove("VM", "V3")
            await Self.until(remote.mirror) { $0.stored("VM", Ref("V3")) == nil }
        }
    }

    @Test func `an object that comes back under another reference is found by its uuid`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let mirror = remote.mirror
            // As the events of a pool whose database was restored: the new one first, then that the old one is gone.
            pool.put("host", "H9", ["uuid": .string("uuid-H2"), "name_label": .string("xs2")])
            try await mirror.refresh("host", Ref("H9"))
            pool.remove("host", "H2")
            try await mirror.refresh("host", Ref("H2"))
            #expect(mirror.database.snapshot.row("host", uuid: "uuid-H2")?.ref == Ref("H9"))
            #expect(mirror.database.snapshot.rows("host").count == 2)
        }
    }

    @Test func `a VM that went without an event is missed by its count, and all is read again`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let following = Task { await remote.mirror.follow() }
            defer { following.cancel() }
            pool.put("host", "H1", ["name_label": .string("followed")])
            await Self.until(remote.mirror) { $0.stored("host", Ref("H1"))?.nameLabel == "followed" }
            pool.remove("VM", "V1", silently: true)
            pool.put("host", "H2", ["enabled": .bool(false)])
            await Self.until(remote.mirror) { $0.stored("VM", Ref("V1")) == nil }
        }
    }

    @Test func `a pool that restarted is read anew, and what differs is one change`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let before = remote.mirror.database.snapshot.generation
            pool.forgetSessions()
            pool.put("host", "H1", ["enabled": .bool(false), "name_label": .string("renamed")])
            pool.put("host", "H2", ["enabled": .bool(false)])
            try await remote.mirror.read()
            let snapshot = remote.mirror.database.snapshot
            #expect(snapshot.generation == before + 1)
            #expect(snapshot.stored("host", Ref("H1"))?.nameLabel == "renamed")
            // What did not change is not touched.
            #expect(remote.mirror.database.changes(after: before, in: snapshot)?.map(\.ref).contains(Ref("S")) == false)
        }
    }

    @Test func `a pool that does not answer is told with its age and why`() async throws {
        let mirror = try await withScriptedServer(isSecure: false) { _ in
            .bytes([])
        } _: { server in
            let client = XenAPIClient(
                try Endpoint(server.url),
                as: Credentials(user: "root", password: "secret"),
                wire: .xml
            )
            let mirror = try PoolMirror(of: client, now: { Timestamp(seconds: 1) })
            let following = Task { await mirror.follow() }
            while mirror.freshness.silence == nil { await Task.yield() }
            following.cancel()
            await following.value
            return mirror
        }
        #expect(mirror.freshness.confirmed == nil)
        #expect(mirror.freshness.silence?.contains("ended the connection") == true)
    }

    @Test func `rows of this server's own stay, whatever the pool tells`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let database = remote.mirror.database
            try await database.transaction { transaction throws(APIError) in
                transaction.create("task", Ref("own"), ["name_label": .string("ours")])
                transaction.create("rollout", Ref("run"), ["uuid": .string("r")])
            }
            try await remote.mirror.read()
            #expect(database.snapshot.stored("task", Ref("own"))?.nameLabel == "ours")
            #expect(database.snapshot.refs("rollout") == [Ref("run")])
            // Its own task of that name does not go with the pool's.
            pool.remove("VM", "V1")
            try await remote.mirror.read()
            #expect(database.snapshot.stored("VM", Ref("V1")) == nil)
            #expect(database.snapshot.stored("task", Ref("own")) != nil)
        }
    }

    @Test func `what messages changed shows in the rows when they return`() async throws {
        let pool = GenerationPool([
            "host.disable": { pool, parameters in
                pool.put("host", parameters[0].text ?? "", ["enabled": .bool(false)])
                return .void
            },
            "VM.pool_migrate": { pool, parameters in
                pool.put("VM", parameters[0].text ?? "", ["resident_on": parameters[1]])
                return .void
            },
        ])
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let database = remote.mirror.database
            try await remote.control.disable(Ref("H1"))
            #expect(database.snapshot.stored("host", Ref("H1"))?.bool("enabled") == false)
            try await remote.control.migrate(Ref("V1"), to: Ref("H2")) { _ in }
            #expect(database.snapshot.stored("VM", Ref("V1"))?.ref("resident_on") == Ref("H2"))
            pool.put("host", "H2", ["other_config": .pairs(["boot_time": "2000."])])
            #expect(try await remote.control.look(at: Ref("H2")).bootID == "2000.")
            #expect(database.snapshot.stored("host", Ref("H2"))?.map("other_config", "boot_time") == "2000.")
        }
    }

    @Test func `an older batch does not undo what was read by itself`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            let following = Task { await remote.mirror.follow() }
            defer { following.cancel() }
            for round in 0..<20 {
                pool.put("host", "H1", ["name_label": .string("before \(round)")])
                pool.put("host", "H1", ["name_label": .string("after \(round)")])
                try await remote.mirror.refresh("host", Ref("H1"))
                #expect(remote.mirror.database.snapshot.stored("host", Ref("H1"))?.nameLabel == "after \(round)")
            }
        }
    }

    @Test func `one object is read at once where nobody can wait for its event`() async throws {
        let pool = GenerationPool()
        pool.furnish(.xenserver7)
        try await withRemote(pool) { remote in
            pool.put("host", "H2", ["enabled": .bool(false)])
            try await remote.mirror.refresh("host", Ref("H2"))
            #expect(remote.mirror.database.snapshot.stored("host", Ref("H2"))?.bool("enabled") == false)
            pool.remove("VM", "V1")
            try await remote.mirror.refresh("VM", Ref("V1"))
            #expect(remote.mirror.database.snapshot.stored("VM", Ref("V1")) == nil)
        }
    }
}

@Suite struct ProductTests {
    @Test(arguments: [
        (["product_brand": "XenServer", "product_version": "5.6.100"], InstallerKind.poolPatch),
        (["product_brand": "XenServer", "product_version": "6.0.2"], .poolPatch),
        (["product_brand": "XenServer", "product_version": "7.0.0"], .poolPatch),
        (["product_brand": "XenServer", "product_version": "7.1.2"], .poolUpdate),
        (["product_brand": "Citrix Hypervisor", "product_version": "8.2.1"], .poolUpdate),
        (["product_brand": "XenServer", "product_version": "8.4.0"], .repository),
        (["product_brand": "XenServer", "product_version": "9"], .repository),
        (["product_brand": "XenServer", "product_version": "10.0"], .repository),
        (["product_brand": "XCP-ng", "product_version": "8.3.0"], .xcpng),
        (["product_brand": "", "platform_name": "XCP", "product_version": ""], .poolPatch),
        ([:], .poolPatch),
        (["product_version": "99999999999999999999.1"], .poolPatch),
    ])
    func `the way in which a pool takes updates follows from its product and version`(
        version: [String: String],
        kind: InstallerKind
    ) {
        #expect(RemoteProduct(softwareVersion: version).installer == kind)
    }
}

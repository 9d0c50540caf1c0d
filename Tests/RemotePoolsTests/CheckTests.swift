import PoolControl
import Testing
import XenAPI
import XenAPIClient

@testable import RemotePools

@Suite struct RemoteCheckTests {
    private static func findings(_ pool: GenerationPool, installer: InstallerKind? = nil) async throws
        -> [RemoteCheck.Finding]
    {
        try await withRemote(pool) { remote in
            await RemoteCheck(remote.client, mirror: remote.mirror, installer: installer).findings()
        }
    }

    private static func pool(rights: [String]? = nil) -> GenerationPool {
        let pool = GenerationPool([
            "session.get_is_local_superuser": { _, _ in .bool(rights == nil) },
            "session.get_rbac_permissions": { _, _ in .strings(rights ?? []) },
        ])
        pool.furnish(.xenserver7)
        return pool
    }

    @Test func `a pool where nothing is in the way has nothing that is missing, and nothing is changed`() async throws {
        let pool = Self.pool()
        let found = try await Self.findings(pool)
        #expect(found.allSatisfy { $0.isRight == true }, "\(found)")
        #expect(found.contains { $0.subject == "version" && $0.text == "XenServer 7.1.2" })
        #expect(found.contains { $0.subject == "installing" && $0.text.contains("NFS") })
        #expect(pool.deeds.isEmpty)
    }

    @Test func `a role that is too small is told with what it lacks`() async throws {
        let found = try await Self.findings(
            Self.pool(rights: ["host.disable", "vm.pool_migrate", "pool.enable_ha/key:x"])
        )
        let rights = try #require(found.first { $0.subject == "rights" })
        #expect(rights.isRight == false)
        #expect(rights.text.contains("host.reboot") && rights.text.contains("pool-operator"))
        #expect(!rights.text.contains("host.disable,"))
        #expect(!rights.text.contains("pool.enable_ha"))
    }

    @Test func `a pool without a repository can be restarted all the same, and that is told`() async throws {
        let pool = GenerationPool(["session.get_is_local_superuser": { _, _ in .bool(true) }])
        pool.furnish(.xenserver8)
        let installing = try #require(try await Self.findings(pool).first { $0.subject == "installing" })
        #expect(installing.isRight == nil)
        #expect(
            installing.text.contains("no repository is enabled") && installing.text.contains("rolling restart goes")
        )
    }

    @Test func `what stands in the way is told of each host by its name`() async throws {
        let pool = Self.pool()
        pool.put("host_metrics", "M1", ["live": .bool(false)])
        pool.put("PBD", "B2", ["currently_attached": .bool(false)])
        pool.put("host", "H2", ["enabled": .bool(false), "other_config": .map([])])
        pool.put(
            "pool",
            "P",
            [
                "ha_enabled": .bool(true),
                "other_config": .pairs(["rolling_upgrade_in_progress": "true", RemoteControl.markKey: "run=x"]),
            ]
        )
        let found = try await Self.findings(pool, installer: .poolPatch)
        let missing = found.filter { $0.isRight == false }.map { "\($0.host) \($0.subject)" }.sorted()
        #expect(
            missing == ["Pool another run", "Pool upgrade", "xs1 state", "xs2 boot", "xs2 state", "xs2 storage"]
        )
        #expect(found.contains { $0.subject == "high availability" && $0.isRight == nil })
        #expect(found.contains { $0.subject == "updates" && $0.isRight == nil })
    }

    @Test func `a wrong password is one finding, and says what to mend`() async throws {
        let pool = Self.pool()
        let found = try await withRemote(pool) { remote in
            let client = XenAPIClient(await remote.client.master, as: Credentials(user: "x", password: "y"), wire: .xml)
            pool.refuseLogins()
            let mirror = try PoolMirror(of: client, now: { .never })
            return await RemoteCheck(client, mirror: mirror, installer: nil).findings()
        }
        #expect(found.map(\.isRight) == [false])
        #expect(found.first?.text.contains("mend the credentials") == true)
    }
}

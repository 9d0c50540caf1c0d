import Foundation
import TestSupport
import Testing
import UpdatePackage

/// Tests on real hosts share one test bed, so one runs at a time; each leaves the bed as it found it.
@Suite(
    "Real hosts",
    .serialized,
    .enabled(if: TestBed.isPossible, Comment(rawValue: TestBed.obstacle ?? "")),
    .timeLimit(.minutes(10))
)
struct RealHosts {}

/// A server over the test bed, and what the tests ask it.
struct RealServer {
    let server: ServerProcess

    init(_ pool: String, state: String) async throws {
        server = try await ServerProcess(state: state, pool: "libvirt:\(pool)")
    }

    func xe(_ words: String...) async throws -> String {
        let result = try await server.xe(words)
        guard result.code == 0 else { throw Failed(description: "xe \(words): \(result.error)\(result.output)") }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    struct Failed: Error, CustomStringConvertible { let description: String }

    func host(_ name: String) async throws -> String { try await xe("host-list", "name-label=\(name)", "--minimal") }

    func vm(_ name: String) async throws -> String { try await xe("vm-list", "name-label=\(name)", "--minimal") }

    /// `pitstop rollout …` against the server.
    func rollout(_ words: String...) async throws -> Tools.Result {
        try await server.rollout(words)
    }

    /// The name of the host where a VM runs.
    func residence(of vm: String) async throws -> String {
        let host = try await xe("vm-list", "name-label=\(vm)", "params=resident-on", "--minimal")
        return try await xe("host-list", "uuid=\(host)", "params=name-label", "--minimal")
    }

    func isBack(_ host: String) async throws -> Bool {
        guard try await xe("host-param-get", "uuid=\(host)", "param-name=enabled") == "true" else { return false }
        return try await xe("host-param-get", "uuid=\(host)", "param-name=host-metrics-live") == "true"
    }

    /// Whether a host is up and in service again, with another boot than that one.
    func isBack(_ host: String, since boot: String?) async throws -> Bool {
        guard try await isBack(host) else { return false }
        return try await bootID(of: host) != boot
    }

    func bootID(of host: String) async throws -> String {
        try await xe("host-param-get", "uuid=\(host)", "param-name=other-config", "param-key=boot_id")
    }
}

extension RealHosts {
    @Suite("take a hotfix")
    struct Installing {
        private static let guests = ["guest1", "guest2", "guest3", "guest4"]

        @Test("three hosts and four guests: a rollout with real migrations and restarts in waves, and no guest notices")
        func install() async throws {
            let bed = try await TestBed.shared()
            // Other tests may have left the hotfix on some hosts.
            try await bed.run("fresh")
            let hotfix = try await ReplicaHotfix()
            let directory = try TemporaryDirectory()
            let real = try await RealServer(bed.pool, state: directory.file("state"))
            try await hotfix.trust(in: real.server)
            var boots: [String: String] = [:]
            for host in ["h1", "h2", "h3"] {
                boots[host] = try await bed.on(host, "cat /proc/sys/kernel/random/boot_id")
            }

            let patch = try await real.xe("patch-upload", "file-name=\(hotfix.package)")
            #expect(patch == "d75705d9-64a8-46a4-afdd-c5351642621c")
            _ = try await real.xe("patch-pool-apply", "uuid=\(patch)")
            for host in ["h1", "h2", "h3"] {
                #expect(try await bed.on(host, "rpm -q openssl") == "openssl-0.9.8e-27.el5_10.3.i386")
                #expect(try await bed.on(host, "ls /var/patch/applied").contains(patch))
            }

            let run = try await real.rollout("start", "--update", patch, "--fix-all", "--wait")
            #expect(run.code == 0, "\(run.output)\(run.error)")
            #expect(run.output.contains("All 3 hosts run the update."), "\(run.output)")
            for name in ["h1", "h2", "h3"] {
                #expect(try await bed.on(name, "cat /proc/sys/kernel/random/boot_id") != boots[name])
                #expect(try await real.isBack(try await real.host(name)))
            }
            let owed = try await real.rollout("obligations")
            #expect(owed.output == "Nothing is owed.\n")

            for guest in Self.guests {
                let heartbeat = try bed.heartbeat(of: guest)
                #expect(heartbeat.isUnbroken, "\(guest) booted \(heartbeat.boots) times")
                #expect(heartbeat.numbers.count > 10)
                #expect(heartbeat.longestGap < 2, "\(guest) stood still for \(heartbeat.longestGap) s of its clock")
            }
            #expect(await real.server.terminate() == 0)
        }
    }
}

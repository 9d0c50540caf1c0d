import Foundation
import TestSupport
import Testing

/// A rollout of the hotfix on the bed's three hosts and four guests, and what has to be true at its end.
final class RealRollout {
    static let hosts = ["h1", "h2", "h3"]
    static let guests = ["guest1", "guest2", "guest3", "guest4"]

    let bed: TestBed
    private(set) var real: RealServer
    private var patch = ""
    private let pool: String
    private let directory: TemporaryDirectory
    /// How often each host had gone down, and what it had booted, before the run.
    private var before: [String: (falls: Int, boot: String)] = [:]

    /// Building it takes seconds: all runs install the same.
    static let hotfix = Task { try await ReplicaHotfix() }

    /// Puts the hosts back to what they were before the hotfix, and uploads it.
    ///
    /// - Parameters:
    ///   - limits: what pool.yaml says as its `limits`.
    ///   - groups: what it says as its `groups`.
    init(limits: String = "migration-time: 60", groups: String = "") async throws {
        bed = try await TestBed.shared()
        directory = try TemporaryDirectory()
        try await bed.run("fresh")
        let text = try String(contentsOfFile: bed.pool, encoding: .utf8)
        pool = "\(bed.bed)/\(UUID().uuidString.prefix(8)).yaml"
        let head = text.components(separatedBy: "limits:")[0]
        try Data("\(head)limits: {\(limits)}\ngroups: [\(groups)]\n".utf8).write(to: URL(filePath: pool))
        real = try await RealServer(pool, state: directory.file("state"))
        let hotfix = try await Self.hotfix.value
        try await hotfix.trust(in: real.server)
        patch = try await real.xe("patch-upload", "file-name=\(hotfix.package)")
        for host in Self.hosts {
            before[host] = (try falls(of: host), try await bed.on(host, "cat /proc/sys/kernel/random/boot_id"))
        }
    }

    /// Begins the run.
    func begin(_ words: String...) async throws {
        let words = ["start", "--update", patch, "--fix-all"] + words
        let result = try await real.server.rollout(words)
        #expect(result.code == 0, "\(result.output)\(result.error)")
    }

    /// Begins the run, and returns what it says until its end.
    func wholeRun() async throws -> String {
        let result = try await real.server.rollout(["start", "--update", patch, "--fix-all", "--wait"])
        #expect(result.code == 0, "\(result.output)\(result.error)")
        return result.output
    }

    /// What `pitstop rollout prechecks` says.
    func prechecks() async throws -> Tools.Result { try await real.rollout("prechecks", "--update", patch) }

    func say(_ words: String...) async throws {
        let result = try await real.server.rollout(words)
        #expect(result.code == 0, "\(result.output)\(result.error)")
    }

    /// What `rollout show` tells at the moment.
    func page() async throws -> String { try await real.rollout("show").output }

    /// Waits until the run's page says something.
    func wait(for words: String, upTo limit: Duration = .seconds(120)) async throws {
        let isSaid = try await TestBed.wait(upTo: limit) { try await page().contains(words) }
        let said = try await page()
        #expect(isSaid, "it never said '\(words)': \(said)")
    }

    /// Waits until something happens on a host.
    func wait(on host: String, for command: String, upTo limit: Duration = .seconds(90)) async throws {
        let hasHappened = try await TestBed.wait(upTo: limit) {
            try await bed.on(host, "{ \(command); } >/dev/null 2>&1 && echo yes || true") == "yes"
        }
        let said = try await page()
        #expect(hasHappened, "\(command) never was true on \(host): \(said)")
    }

    /// Ends the server as a power cut would, and starts another.
    func killCoordinator() async throws {
        await real.server.kill()
        real = try await RealServer(pool, state: directory.file("state"))
    }

    /// Has a host's rpm take some seconds before it changes anything, so that something can happen meanwhile. The file
    /// `/run/rpm-begun` then tells that it has begun.
    func slowDownPackages(on host: String, seconds: Int = 6) async throws {
        try await bed.on(
            host,
            #"""
            printf '#!/bin/sh\ncase "$*" in *--test*) ;; -U*) : >/run/rpm-begun; sleep \#(seconds) ;; esac\n' >/usr/local/bin/rpm
            echo 'exec /usr/bin/rpm "$@"' >>/usr/local/bin/rpm
            chmod +x /usr/local/bin/rpm
            """#
        )
    }

    func speedUpPackages(on host: String) async throws { try await bed.on(host, "rm -f /usr/local/bin/rpm") }

    /// A migration that is under way, by the names of its hosts.
    func migration() async throws -> (guest: String, from: String, to: String)? {
        struct Page: Decodable {
            struct Host: Decodable { let uuid, name: String }
            struct Move: Decodable {
                let vmName, from, to: String
                let progress: Double
            }
            let hosts: [Host]
            let moves: [Move]
        }
        let json = try await real.rollout("show", "--json").output
        let page = try JSONDecoder().decode(Page.self, from: Data(json.utf8))
        func name(_ uuid: String) -> String { page.hosts.first { $0.uuid == uuid }?.name ?? uuid }
        guard let move = page.moves.first(where: { $0.progress > 0 }) else { return nil }
        return (move.vmName, name(move.from), name(move.to))
    }

    /// The migration that is under way as soon as there is one.
    func nextMigration() async throws -> (guest: String, from: String, to: String) {
        for _ in 0..<300 {
            if let found = try await migration() { return found }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw RealServer.Failed(description: "no migration began: \(try await page())")
    }

    /// The run has come to the right end: the new packages are on every host, each was restarted exactly once and is in
    /// service, no guest was restarted or stood still for 2 s, and nothing is owed.
    func proveRightEnd() async throws {
        try await wait(for: "All 3 hosts run the update.", upTo: .seconds(240))
        for host in Self.hosts {
            let old = try #require(before[host])
            #expect(try await bed.on(host, "rpm -q openssl") == "openssl-0.9.8e-27.el5_10.3.i386")
            #expect(try await bed.on(host, "ls /var/patch/applied").contains(patch))
            #expect(try await bed.on(host, "cat /proc/sys/kernel/random/boot_id") != old.boot)
            #expect(try falls(of: host) == old.falls + 1, "\(host) was to restart once")
            #expect(try await real.isBack(try await real.host(host)))
        }
        #expect(try await real.rollout("obligations").output == "Nothing is owed.\n")
        for guest in Self.guests {
            let heartbeat = try bed.heartbeat(of: guest)
            #expect(heartbeat.isUnbroken, "\(guest) booted \(heartbeat.boots) times")
            #expect(heartbeat.longestGap < 2, "\(guest) stood still for \(heartbeat.longestGap) s of its clock")
        }
        #expect(await real.server.terminate() == 0)
        try FileManager.default.removeItem(atPath: pool)
    }

    private func falls(of host: String) throws -> Int {
        let log = try String(contentsOfFile: "\(bed.bed)/power.log", encoding: .utf8)
        return log.split(separator: "\n").count { $0.contains(" \(host) went down") }
    }
}

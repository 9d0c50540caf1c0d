import Foundation
import TestSupport
import Testing

/// Served pools as a fleet, and the file that names them.
private struct FleetLab {
    let directory: TemporaryDirectory
    let key: SigningKey
    let servers: [ServerProcess]
    let uuid = UUID().uuidString.lowercased()
    var file: String { directory.file("fleet.yaml") }
    var package: String { directory.file("package") }
    /// The file on a host that lets the update go on there.
    static let go = "/var/patch/go"

    init(pools: Int) async throws {
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        var servers: [ServerProcess] = []
        for number in 0..<pools {
            let server = try await ServerProcess(state: directory.file("state\(number)"), hosts: 2)
            _ = try await TrustedKeys.add(key.publicKey, to: server)
            servers.append(server)
        }
        self.servers = servers
        try await key.sign(
            PackageProgram.script(
                uuid: uuid,
                label: "FLEET",
                apply: "while test ! -e \(Self.go); do sleep 0.05; done"
            ),
            to: package
        )
        try directory.write("root\n\(ServerProcess.password)\n", to: "credentials")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.file("credentials"))
    }

    /// A line of the fleet file for a server.
    func pool(_ index: Int, ring: String, host: String = "127.0.0.1", name: String? = nil, certificate: String? = nil)
        -> String
    {
        """
          - {name: \(name ?? "pool\(index)"), url: "https://\(host):\(servers[index].port)/", credentials: credentials,
             certificate: "\(certificate ?? "state\(index)/tls/server.crt")", ring: \(ring), labels: [number\(index)]}

        """
    }

    func write(_ rings: String, _ pools: String...) throws {
        try directory.write(
            "at-once: 2\nrun: {fix_problems: true}\n\(rings)\npools:\n\(pools.joined())",
            to: "fleet.yaml"
        )
    }

    func fleet(_ words: String...) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["fleet"] + words + ["--fleet", file])
    }

    /// Lets the update go on, on every host of a pool.
    func letGo(_ index: Int) throws {
        for host in ["xs1", "xs2"] {
            let path = "\(servers[index].state)/hosts/\(host)\(Self.go)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data().write(to: URL(filePath: path))
        }
    }

    /// Waits until the fleet run shows something.
    func waitUntil(_ text: String) async throws {
        let end = ContinuousClock.now + .seconds(120)
        var page = ""
        while ContinuousClock.now < end {
            page = try await fleet("show").output
            if page.contains(text) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("The fleet run does not come to \"\(text)\": \(page)")
    }

    /// How many runs a pool has had.
    func runs(_ index: Int) async throws -> Int {
        let list = try await servers[index].rollout(["list", "--json"]).output
        return (try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [Any])?.count ?? -1
    }
}

/// `pitstop fleet` with real server processes.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct FleetTests {
    private let rings = "rings:\n  - {name: first, canaries: [pool0]}\n  - {name: rest}"

    @Test("Three pools are updated ring by ring, though the fleet's process is killed in the middle; each has one run")
    func killedAndResumed() async throws {
        let lab = try await FleetLab(pools: 3)
        try lab.write(rings, lab.pool(0, ring: "first"), lab.pool(1, ring: "rest"), lab.pool(2, ring: "rest"))
        let plan = try await lab.fleet("plan", "--package", lab.package, "--update", lab.uuid)
        #expect(plan.code == 0, "\(plan.output)\(plan.error)")
        #expect(plan.output.contains("pool0 (canary)  the package is uploaded"), "\(plan.output)")
        #expect(try await lab.runs(0) == 0)

        // One pool has had the package before, and cleaned it away.
        #expect(try await lab.servers[2].xe("patch-upload", "file-name=\(lab.package)").code == 0)
        #expect(try await lab.servers[2].xe("patch-clean", "uuid=\(lab.uuid)").code == 0)

        let first = Process()
        first.executableURL = URL(filePath: Products.pitstop)
        first.arguments = ["fleet", "start", "--package", lab.package, "--update", lab.uuid, "--fleet", lab.file]
        first.standardOutput = FileHandle.nullDevice
        try first.run()
        try await lab.waitUntil("pool0 (canary)  running")
        kill(first.processIdentifier, SIGKILL)
        while first.isRunning { try await Task.sleep(for: .milliseconds(10)) }

        let status = try await lab.fleet("status")
        #expect(status.code == 0, "\(status.output)\(status.error)")
        #expect(status.output.contains("FLEET"), "\(status.output)")
        // The canary's hosts are at it, and have not got the update yet.
        let json = try await lab.fleet("status", "--json", "--label", "number0").output
        let pools = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        let missing = try #require(pools.first?["missing"] as? [[String: Any]])
        #expect(pools.count == 1)
        #expect(missing.first?["updates"] as? Int == 1)
        #expect(missing.first?["hosts"] as? Int == 2)
        for index in 0..<3 { try lab.letGo(index) }
        let resumed = try await lab.fleet("resume")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.error)")
        for index in 0..<3 { #expect(try await lab.runs(index) == 1) }

        let report = try await lab.fleet("report", "--verify")
        #expect(report.code == 0, "\(report.error)")
        #expect(report.output.split(separator: "\n").count { $0.contains("evidence head") } == 3, "\(report.output)")
        #expect(report.output.contains("Ended: succeeded."))
        // With all of it done there is nothing to begin.
        let again = try await lab.fleet("start", "--update", lab.uuid)
        #expect(again.code == 0, "\(again.output)\(again.error)")
        #expect(again.output.contains("every host has it already"))
        for index in 0..<3 { #expect(try await lab.runs(index) == 1) }
        for server in lab.servers { #expect(await server.terminate() == 0) }
    }

    @Test("A pool named twice by other addresses, another certificate, and a pool that is away are told by name")
    func strangers() async throws {
        let lab = try await FleetLab(pools: 1)
        try lab.write(
            "rings: [{name: first}]",
            lab.pool(0, ring: "first"),
            lab.pool(0, ring: "first", host: "localhost", name: "twin"),
            lab.pool(
                0,
                ring: "first",
                host: "LOCALHOST",
                name: "stranger",
                certificate: String(repeating: "AB", count: 32)
            ),
            "  - {name: away, url: \"https://127.0.0.1:1/\", credentials: credentials, ring: first}\n"
        )
        let status = try await lab.fleet("status", "--at-once", "1", "--json")
        #expect(status.code == 1)
        #expect(status.output.contains("twin is the same pool as pool0"), "\(status.output)")
        #expect(status.output.contains("There is no connection"), "\(status.output)")
        let plan = try await lab.fleet("plan", "--update", lab.uuid)
        #expect(plan.code == 3, "\(plan.output)\(plan.error)")
        #expect(plan.output.contains("pool0  left out: It lacks \(lab.uuid)"), "\(plan.output)")
        #expect(plan.output.contains("twin  refused: "), "\(plan.output)")
        #expect(plan.output.contains("stranger  refused: "), "\(plan.output)")
        #expect(plan.output.contains("shows another certificate than expected"), "\(plan.output)")
        #expect(plan.output.contains("away  waited for: "), "\(plan.output)")
        chmod(lab.directory.file("credentials"), 0o644)
        let open = try await lab.fleet("plan", "--update", lab.uuid)
        #expect(open.output.contains("Others can read the credentials"), "\(open.output)")
        #expect(await lab.servers[0].terminate() == 0)
    }
}

import Foundation
import Synchronization
import TestSupport

/// A served pool for rules about runs, and updates by the dozen for it: each rule installs one of its own.
///
/// An update can be made to wait, or to fail, on a host for as long as a rule wants: it looks for files in that host's tree.
final class RunPool: Sendable {
    /// What a rule's update does.
    struct Update: Sendable {
        let uuid: String
        let label: String
        /// The file on a host that lets it go on.
        var file: String { "/var/patch/go-\(uuid)" }
    }

    /// How its program behaves on a host where the rule has not put its file.
    enum Manner: String { case simple, waits, fails }

    /// Hosts are named xs1, xs2 and so on; xs1 is the master.
    let hosts: Int
    private let key: SigningKey
    private let directory: TemporaryDirectory
    private let speed: Int
    private let served: Mutex<ServerProcess>

    init(hosts: Int = 3, speed: Int = 1000) async throws {
        (self.hosts, self.speed) = (hosts, speed)
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        let server = try await ServerProcess(state: directory.file("state"), hosts: hosts, speed: speed)
        _ = try await TrustedKeys.add(key.publicKey, to: server)
        served = Mutex(server)
    }

    var server: ServerProcess { served.withLock { $0 } }

    /// Ends the server as a power cut would, and starts another; something may be done in between.
    ///
    /// - Parameter samePort: whether the other one is where the first was.
    func powerCut(samePort: Bool = false, _ between: () throws -> Void = {}) async throws {
        await server.kill()
        try between()
        let next = try await ServerProcess(
            state: directory.file("state"),
            hosts: hosts,
            port: samePort ? server.port : 0,
            speed: speed
        )
        served.withLock { $0 = next }
    }

    /// A new update, uploaded.
    ///
    /// - Parameters:
    ///   - restarting: its guidance; empty where nothing has to restart.
    ///   - refusal: what its precheck prints on the hosts named in `refuses`.
    func update(
        _ manner: Manner = .simple,
        restarting guidance: String = "",
        refusal: String = "",
        refuses hosts: [String] = []
    ) async throws -> Update {
        let uuid = UUID().uuidString.lowercased()
        let update = Update(uuid: uuid, label: "RULE-\(uuid.prefix(8))")
        let apply =
            switch manner {
            case .simple: "exit 0"
            case .waits: "while test ! -e \(update.file); do sleep 0.05; done"
            case .fails: "test -e \(update.file) || { echo the disk is worn out; exit 1; }"
            }
        let name = "$(uname -n)"
        let names = hosts.joined(separator: "|")
        let precheck =
            hosts.isEmpty ? "exit 0" : "case \"\(name)\" in \(names)) echo '\(refusal)'; exit 1 ;; esac"
        try await key.sign(
            PackageProgram.script(
                uuid: uuid,
                label: update.label,
                guidance: guidance,
                precheck: precheck,
                apply: apply
            ),
            to: directory.file(uuid)
        )
        let upload = try await server.xe("patch-upload", "file-name=\(directory.file(uuid))")
        guard upload.code == 0 else { throw Failed("\(upload.error)") }
        return update
    }

    /// Lets an update go on, on a host or on all of them.
    func letGo(_ update: Update, on names: String...) throws {
        for name in names.isEmpty ? (1...hosts).map({ "xs\($0)" }) : names {
            let path = "\(server.state)/hosts/\(name)\(update.file)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data().write(to: URL(filePath: path))
        }
    }

    /// Puts a shell script into a folder of the server's state directory.
    func program(_ name: String, in folder: String, _ body: String) throws {
        let folder = server.state + "/" + folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(folder)/\(name)")
    }

    /// `pitstop rollout …` as the user types it.
    func rollout(_ words: String...) async throws -> Tools.Result { try await server.rollout(words) }

    /// `pitstop rollout start --update …`, whose output is the run's id.
    func start(_ update: Update, _ words: String...) async throws -> Run {
        let result = try await server.rollout(["start", "--update", update.label] + words)
        guard result.code == 0 else { throw Failed("\(result.error)\(result.output)") }
        return Run(id: result.output.trimmingCharacters(in: .newlines), pool: self)
    }

    /// The value that `xe` prints.
    func xe(_ words: String...) async throws -> String {
        try await server.xe(words).output.trimmingCharacters(in: .newlines)
    }

    /// A host's uuid.
    func host(_ name: String) async throws -> String { try await xe("host-list", "name-label=\(name)", "--minimal") }

    /// A host's boot id.
    func bootID(_ name: String) async throws -> String {
        try await xe(
            "host-param-get",
            "uuid=\(try await host(name))",
            "param-name=other-config",
            "param-key=boot_id"
        )
    }

    /// Something that a rule needs could not be had.
    struct Failed: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

/// A run on such a pool.
struct Run: Sendable {
    let id: String
    let pool: RunPool
    /// However slow the machine is, waiting ends after this.
    private static let patience = Duration.seconds(120)

    /// What `pitstop rollout show` prints.
    func page() async throws -> String { try await pool.rollout("show", id).output }

    /// Waits until the page of the run shows something.
    @discardableResult
    func waitUntil(_ text: String...) async throws -> String {
        let end = ContinuousClock.now + Self.patience
        var page = ""
        while ContinuousClock.now < end {
            page = try await self.page()
            if text.allSatisfy(page.contains) { return page }
            try await Task.sleep(for: .milliseconds(150))
        }
        throw RunPool.Failed("The run does not come to \"\(text)\": \(page)")
    }

    /// Says a word, as `pitstop rollout WORD … RUN`.
    @discardableResult
    func say(_ words: String...) async throws -> Tools.Result {
        let result = try await pool.server.rollout(words + [id])
        guard result.code == 0 else { throw RunPool.Failed("\(words): \(result.error)") }
        return result
    }

    /// Follows the run to its end.
    func end() async throws -> Tools.Result { try await pool.rollout("watch", id) }

    /// Its log, line by line, without the times.
    func log() async throws -> [String] {
        let report = try await pool.rollout("report", id).output
        let lines = report.split(separator: "\n").drop { $0 != "Log" }.dropFirst().prefix { $0.hasPrefix("  ") }
        return lines.map { line in line.split(separator: " ", maxSplits: 1).dropFirst().joined() }
    }

    /// The hosts in the order in which they began.
    func order() async throws -> [String] {
        try await log().filter { $0.hasSuffix(" begins.") }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }
}

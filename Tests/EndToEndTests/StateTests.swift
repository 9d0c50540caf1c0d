import Foundation
import GRDB
import TestSupport
import Testing

/// What a server does with a state directory that is not as a server left it.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct StateTests {
    private func refusal(_ state: String, hosts: Int = 1) async -> String {
        let refusal = await #expect(throws: ServerProcess.NotStarted.self) {
            try await ServerProcess(state: state, hosts: hosts)
        }
        return refusal?.reason ?? ""
    }

    private func serveOnce(_ state: String, _ arguments: String...) async throws -> String {
        let server = try await ServerProcess(state: state, hosts: 1, arguments: arguments)
        let uuid = try await server.xe("pool-list", "--minimal").output
        #expect(await server.terminate() == 0)
        return uuid
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("A directory that somebody else opened is closed, with everything in it")
    func closing() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        _ = try await serveOnce(state)
        let files = FileManager.default
        for path in ["", "/pool.sqlite", "/tls", "/tls/server.key", "/hosts", "/users.json"] {
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: state + path)
        }
        let server = try await ServerProcess(state: state, hosts: 1)
        for path in ["", "/tls", "/hosts", "/runs"] { #expect(try mode(state + path) == 0o700, "\(path)") }
        for path in [
            "/pool.sqlite", "/pool.sqlite-wal", "/pool.sqlite-shm", "/tls/server.key", "/users.json", "/version",
        ]
        where files.fileExists(atPath: state + path) {
            #expect(try mode(state + path) & 0o077 == 0, "\(path)")
        }
        #expect(await server.terminate() == 0)
    }

    @Test("A link in place of the directory, or of something in it, is refused with words")
    func links() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        _ = try await serveOnce(state)
        try FileManager.default.createSymbolicLink(atPath: directory.file("link"), withDestinationPath: state)
        #expect(await refusal(directory.file("link")).contains("is a symbolic link"))
        try FileManager.default.moveItem(atPath: state + "/users.json", toPath: directory.file("users.json"))
        try FileManager.default.createSymbolicLink(
            atPath: state + "/users.json",
            withDestinationPath: directory.file("users.json")
        )
        let reason = await refusal(state)
        #expect(reason.contains("\(state)/users.json is a symbolic link"), "\(reason)")
    }

    @Test("What a damaged database lacks, and a host of an impossible name, are told where operators look")
    func notices() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        _ = try await serveOnce(state)
        try await DatabaseQueue(path: state + "/pool.sqlite").write { database in
            let newest = "(SELECT max(rowid) FROM object WHERE class = 'VM')"
            try database.execute(sql: "UPDATE object SET columns = '((' WHERE rowid = \(newest)")
            try database.execute(
                sql: "UPDATE object SET columns = replace(columns, ?, ?) WHERE class = 'host'",
                arguments: ["('hostname' 'xs1')", "('hostname' 'xs_1')"]
            )
        }
        let server = try await ServerProcess(state: state, hosts: 1)
        let list = try await server.xe("message-list").output
        #expect(list.contains("UNREADABLE_OBJECT") && list.contains("can not be read"), "\(list)")
        #expect(list.contains("can not be called 'xs_1'"), "\(list)")
        #expect(await server.terminate() == 0)
    }

    @Test("A lost or emptied database is never replaced in silence; what is left can be put aside for a new pool")
    func lostDatabase() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let uuid = try await serveOnce(state)
        try FileManager.default.moveItem(atPath: state + "/pool.sqlite", toPath: directory.file("kept"))
        for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: state + "/pool.sqlite" + ending) }
        #expect(await refusal(state).contains("\(state)/pool.sqlite is missing, although \(state)/hosts is there."))
        #expect(!FileManager.default.fileExists(atPath: state + "/pool.sqlite"), "nothing was made")
        try Data().write(to: URL(filePath: state + "/pool.sqlite"))
        #expect(await refusal(state).contains("\(state)/pool.sqlite is empty"))
        #expect(try await serveOnce(state, "--begin-anew") != uuid)
        let aside = try #require(
            try FileManager.default.contentsOfDirectory(atPath: state).first { $0.hasPrefix("set-aside-") }
        )
        #expect(FileManager.default.fileExists(atPath: "\(state)/\(aside)/hosts/xs1"))
        let refused = await #expect(throws: ServerProcess.NotStarted.self) {
            try await ServerProcess(state: state, hosts: 1, arguments: ["--begin-anew"])
        }
        #expect(refused?.reason.contains("holds a pool") == true)
    }

    @Test("A directory of a newer version is refused, for commands as well")
    func newerVersion() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        _ = try await serveOnce(state)
        #expect(try String(contentsOfFile: state + "/version", encoding: .utf8) == "1\n")
        try Data("2\n".utf8).write(to: URL(filePath: state + "/version"))
        #expect(await refusal(state).contains("has version 2, and this Pitstop knows versions up to 1"))
        let users = try await Tools.run(Products.pitstop, ["users", "list", "--state", state])
        #expect(users.code != 0)
        #expect(users.error.contains("has version 2"))
    }

    @Test("A pool of another number of hosts than was asked for is not served in silence")
    func numberOfHosts() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        _ = try await serveOnce(state)
        let reason = await refusal(state, hosts: 3)
        #expect(reason.contains("holds a pool of 1 hosts, not of 3: give --pool embedded:1"), "\(reason)")
        let server = try await ServerProcess(state: state, pool: "embedded")
        #expect(try await server.xe("host-list", "--minimal").code == 0)
        #expect(await server.terminate() == 0)
    }

    @Test("A misspelt --state makes no directory")
    func misspelt() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("typo")
        for command in [
            ["trust", "list"], ["trust", "remove", "none"], ["trust", "require-signers", "2"], ["users", "list"],
            ["users", "remove", "none"], ["verify-host"],
        ] {
            let result = try await Tools.run(Products.pitstop, command + ["--state", state])
            #expect(result.code != 0)
            #expect(result.error.contains(state), "\(command): \(result.error)")
            #expect(!FileManager.default.fileExists(atPath: state), "\(command)")
        }
        let pinned = try await Tools.run(
            Products.pitstop,
            ["trust", "pin", String(repeating: "a", count: 64), "--state", state]
        )
        #expect(pinned.error.contains("The state directory \(state) is new"), "\(pinned.error)")
    }
}

/// Runs whose journal, or whose place as the active one, is lost.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct LostRunTests {
    /// A run under way that owes a host.
    private func owingRun(_ pool: RunPool) async throws -> Run {
        let run = try await pool.start(try await pool.update(.waits, restarting: "restartHost"))
        try await run.waitUntil("xs1 (master)  applying")
        return run
    }

    @Test(
        "A journal that is gone, emptied, overwritten or cut off is told with what the run owes, and the run can be closed",
        arguments: ["gone", "empty", "zeros", "cut"]
    )
    func lostJournal(_ damage: String) async throws {
        let pool = try await RunPool(hosts: 2)
        let run = try await owingRun(pool)
        let journal = URL(filePath: "\(pool.server.state)/runs/\(run.id).journal")
        try await pool.powerCut {
            let bytes = try Data(contentsOf: journal)
            switch damage {
            case "gone": try FileManager.default.removeItem(at: journal)
            case "empty": try Data().write(to: journal)
            case "zeros": try Data(count: bytes.count).write(to: journal)
            default:
                let lines = bytes.split(separator: 10)
                try Data(lines.prefix(lines.count / 3).joined(separator: [10]) + [10]).write(to: journal)
            }
        }
        let shown = try await pool.rollout("show", run.id).output
        #expect(shown.contains("then cancel the run, which gives it up"), "\(shown)")
        let owed = try await pool.rollout("obligations").output
        #expect(owed.contains("host xs1 enabled: the run can not be carried on: give it back by hand."), "\(owed)")
        let next = try await pool.update()
        #expect(try await pool.rollout("start", "--update", next.label).error.contains(run.id))
        #expect(try await pool.rollout("cancel", run.id).code == 0)
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
        #expect(await pool.server.terminate() == 0)
    }

    @Test("A run that is no longer named as the active one is carried on all the same")
    func lostName() async throws {
        let pool = try await RunPool(hosts: 2)
        let run = try await owingRun(pool)
        try await pool.powerCut {
            try Data().write(to: URL(filePath: "\(pool.server.state)/runs/active"))
        }
        let next = try await pool.update()
        #expect(try await pool.rollout("start", "--update", next.label).error.contains(run.id))
        #expect(try String(contentsOfFile: "\(pool.server.state)/runs/active", encoding: .utf8) == run.id)
        #expect(try await pool.rollout("cancel", run.id).code == 0)
        #expect(await pool.server.terminate() == 0)
    }

    @Test("A run that has ended is shown as it was told then, whatever this program would make of its journal")
    func endedRuns() async throws {
        let pool = try await RunPool(hosts: 1)
        let run = try await pool.start(try await pool.update())
        #expect(try await run.end().code == 0)
        let report = try await pool.rollout("report", run.id).output
        let journal = URL(filePath: "\(pool.server.state)/runs/\(run.id).journal")
        #expect(FileManager.default.fileExists(atPath: "\(pool.server.state)/runs/\(run.id).ended"))
        try await pool.powerCut {
            // Nobody replays it: a journal that could not be replayed is not even looked at.
            let bytes = try Data(contentsOf: journal)
            try bytes.dropLast(bytes.count / 2).write(to: journal)
        }
        #expect(try await pool.rollout("list").output.contains(run.id))
        #expect(try await pool.rollout("report", run.id).output == report)
        #expect(try await pool.rollout("verify-journal", run.id, "--head", "0000").code != 0)
        #expect(await pool.server.terminate() == 0)
    }
}

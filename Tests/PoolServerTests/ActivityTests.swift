import Datamodel
import Foundation
import Logging
import PoolDatabase
import PoolOperations
import Synchronization
import Testing
import XenAPI

@testable import PoolServer

@Suite("The server's log")
struct ActivityTests {
    @Test("Each of its events is documented", arguments: Happening.allCases)
    func documented(event: Happening) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/logging.md")
        #expect(try String(contentsOf: page, encoding: .utf8).contains("`\(event.rawValue)`"))
    }

    @Test("tells who signed in, changed something, was refused, and looked where the role was too low, each once")
    func calls() async throws {
        let log = RecordedLog()
        let bench = try await Bench(log: log.logger)
        try bench.api.users.set("ann", password: "a secret", role: .readOnly)
        let ann = try await bench.api.login("ann", password: "a secret")
        _ = try? await bench.api.login("ann", password: "guess")
        _ = try? await bench.api.login("a secret", password: "ann")
        let host = bench.hosts[0].rawValue
        _ = try? await bench.api.call("host.disable", [.string(host)], in: ann)
        try await bench.call("host.set_name_description", .string(host), .string("another secret"))
        _ = try? await bench.call("host.reboot", .string(host))
        try await bench.call("host.get_all_records")
        #expect(
            log.events == ["sign-in", "sign-in.refused", "sign-in.refused", "call.refused", "call", "call.failed"]
        )
        #expect(log.users == ["ann", "ann", "(unknown)", "ann", "root", "root"])
        #expect(!log.text.contains("secret") && !log.text.contains(ann.ref.rawValue))
    }

    @Test("tells of hosts that are lost and back, and of nothing where nothing changes")
    func hosts() async throws {
        let log = RecordedLog()
        let bench = try await Bench()
        let metrics = try bench.api.pool.database.snapshot.require("host", bench.hosts[0]).ref("metrics")
        func set(_ live: Bool) async throws {
            try await bench.api.pool.database.transaction { transaction throws(APIError) in
                try transaction.set("host_metrics", metrics, "live", .bool(live))
            }
        }
        try await set(true)
        let follower = HostActivity(pool: bench.api.pool, activity: Activity(log.logger))
        let task = Task { try await follower.run() }
        defer { task.cancel() }
        for (live, event) in [(false, "host.silent"), (true, "host.back")] {
            try await bench.call("host.set_name_description", .ref(bench.hosts[1]), .string("\(live)"))
            try await set(live)
            while log.events.last != event { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(log.events == ["host.silent", "host.back"])
    }
}

/// A log that is kept for a test to look at.
final class RecordedLog: Sendable {
    private let lines = Mutex<[(message: String, facts: Logger.Metadata)]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
    var events: [String] { facts("event") }
    var users: [String] { facts("user") }
    var text: String { lines.withLock { "\($0)" } }

    private func facts(_ name: String) -> [String] {
        lines.withLock { $0.map { $0.facts[name].map { "\($0)" } ?? "" } }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            // How long something takes is the machine's affair, and not what these tests are about.
            guard event.metadata?["event"] != "query.slow" else { return }
            log.lines.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) }
        }
    }
}

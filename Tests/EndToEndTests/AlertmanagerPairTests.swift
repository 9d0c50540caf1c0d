import Foundation
import TestSupport
import Testing

/// The pair that comes along for Alertmanager, with a real one.
@Suite(
    .enabled(
        if: Tools.isInstalled("prometheus-alertmanager") && Tools.isInstalled("python3"),
        "needs python3 and prometheus-alertmanager (apt-get install prometheus-alertmanager)"
    )
)
struct AlertmanagerPairTests {
    private static var program: String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Monitoring/pairs/alertmanager")
            .standardized
            .path
    }

    /// A silence, as Alertmanager tells it.
    private struct Silence: Decodable {
        struct Status: Decodable { let state: String }
        let status: Status
        let comment: String
    }

    /// Runs `body` beside an Alertmanager that listens at the address that it is given.
    private static func use(_ body: (String) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", to: "config.yml")
        let log = directory.file("log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/prometheus-alertmanager")
        process.arguments = [
            "--config.file=\(config)", "--storage.path=\(directory.file("data"))",
            "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
        ]
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var address: String?
        for _ in 0..<300 where address == nil {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            address = text.firstMatch(of: /address=(127\.0\.0\.1:\d+)/).map { "http://\($0.output.1)" }
            try await Task.sleep(for: .milliseconds(100))
        }
        let said = try String(contentsOfFile: log, encoding: .utf8)
        try await body(try #require(address, "\(said)"))
    }

    private static func silences(_ address: String) async throws -> [Silence] {
        let page = try await Tools.run("/usr/bin/curl", ["-sS", "\(address)/api/v2/silences"])
        return try JSONDecoder().decode([Silence].self, from: Data(page.output.utf8))
    }

    private static func turn(_ words: String..., run: String) async throws -> Tools.Result {
        try await Tools.run("/usr/bin/env", ["PITSTOP_RUN=\(run)", program] + words)
    }

    @Test("A run has one silence however often it asks, and only its own ends")
    func silence() async throws {
        try await Self.use { address in
            for run in ["r-1", "r-1", "r-2"] {
                let paused = try await Self.turn("pause", address, "job=xen", "severity=~crit.*", run: run)
                #expect(paused.code == 0, "\(paused.error)")
            }
            #expect(
                try await Self.silences(address).map(\.comment).sorted() == [
                    "Run r-1 of Pitstop", "Run r-2 of Pitstop",
                ]
            )
            for _ in 0..<2 { #expect(try await Self.turn("resume", address, "job=xen", run: "r-1").code == 0) }
            let active = try await Self.silences(address).filter { $0.status.state == "active" }
            #expect(active.map(\.comment) == ["Run r-2 of Pitstop"])
        }
    }

    @Test("What is in the way is said in one sentence")
    func refusals() async throws {
        try await Self.use { address in
            let words = try await Self.turn("pause", address, "no matcher", run: "r")
            #expect(
                words.code == 1 && words.error.contains("'no matcher' is no matcher: write LABEL=VALUE"),
                "\(words.error)"
            )
            let pattern = try await Self.turn("pause", address, "a=~(", run: "r")
            #expect(pattern.code == 1 && pattern.error.contains("refuses it with status 400"), "\(pattern.error)")
        }
        let nobody = try await Self.turn("pause", "http://127.0.0.1:1", "a=b", run: "r")
        #expect(nobody.code == 1 && nobody.error.contains("does not answer"), "\(nobody.error)")
    }
}

import Foundation

/// Two genuine Xen hosts in emulated machines, which are gone when this process is: see `Tests/XenBed/bed.sh`.
public final class XenBed: Sendable {
    /// What keeps this run from having one, or nil.
    public static let obstacle: String? = {
        guard ProcessInfo.processInfo.environment["PITSTOP_XEN"] != nil else {
            return "genuine Xen hosts take their time: `make test-xen` runs this"
        }
        return geteuid() == 0 ? nil : "a Xen bed needs root: network namespaces and a root file system"
    }()

    /// Whether this run can have one.
    public static var isPossible: Bool { obstacle == nil }

    /// The bed's pool.yaml.
    public let pool: String
    private let script: String

    /// Makes the bed, and its hosts' image where there is none yet.
    public init() async throws {
        script =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "XenBed/bed.sh").path
        let process = ProcessInfo.processInfo.processIdentifier
        let output = try await Self.run(script, ["up", String(process)])
        pool = output.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Removes it.
    public func remove() async throws { _ = try await Self.run(script, ["down"]) }

    /// Runs a command on a host, and returns what it printed.
    public func on(_ host: String, _ command: String) async throws -> String {
        try await Self.run(script, ["on", host, command]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What a guest has said so far, on whichever host.
    public func heartbeat(of guest: String) async throws -> XenHeartbeat {
        XenHeartbeat(try await Self.run(script, ["beats", guest]))
    }

    private static func run(_ script: String, _ words: [String]) async throws -> String {
        // Its own limits are those for a host to come up; this one is for a script that hangs.
        let result = try await Tools.run(
            "timeout",
            ["--kill-after=10", "5400", script] + words,
            environment: ["PITSTOP": Products.pitstop]
        )
        guard result.code == 0 else {
            throw TestBed.Failed(description: "bed.sh \(words.joined(separator: " ")): \(result.output)\(result.error)")
        }
        return result.output
    }
}

/// What a guest of the Xen bed has said. The hosts that it was on have each written down a part of it.
public struct XenHeartbeat: Sendable {
    /// How often it booted.
    public let boots: Int
    /// The number of each beat, rising.
    public let numbers: [Int]
    /// The time of each beat, in seconds of the guest's clock.
    public let times: [Double]

    /// Reads what the hosts' logs of its console hold.
    public init(_ text: String) {
        var boots = 0
        var beats: [(number: Int, time: Double)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            if words == ["boot"] { boots += 1 }
            guard words.count == 4, words[0] == "beat", words[2] == "at", let number = Int(words[1]),
                let time = Double(words[3])
            else { continue }
            beats.append((number, time))
        }
        beats.sort { $0.number < $1.number }
        (self.boots, numbers, times) = (boots, beats.map(\.number), beats.map(\.time))
    }

    /// The longest time between two beats, in seconds of the guest's clock.
    public var longestGap: Double { zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0 }

    /// Whether it never restarted and no beat is missing.
    public var isUnbroken: Bool { boots == 1 && numbers == Array(0..<numbers.count) && times == times.sorted() }
}

import Foundation

/// Several real hosts on this machine, which are gone when this process is: see `Tests/TestBed/bed.sh`.
public final class TestBed: Sendable {
    /// The bed that all tests share, made when the first asks for it.
    public static func shared() async throws -> TestBed { try await sharedBed.value }

    private static let sharedBed = Task { try await TestBed() }

    /// What keeps this machine from holding a bed, or nil.
    public static let obstacle: String? = {
        guard geteuid() == 0 else { return "real hosts need root: namespaces, mounts and a libvirt of their own" }
        let programs = [
            "libvirtd", "virsh", "qemu-system-x86_64", "sshd", "ssh", "ip", "nsenter", "unshare", "busybox", "as", "ld",
            "rpm", "rpmbuild",
        ]
        let missing = programs.filter { !isInstalled($0) }
        guard missing.isEmpty else { return "missing: \(missing.joined(separator: ", ")) (Scripts/setup.sh testbed)" }
        let filesystems = (try? String(contentsOfFile: "/proc/filesystems", encoding: .utf8)) ?? ""
        return filesystems.contains("overlay") ? nil : "the kernel has no overlay file system"
    }()

    /// Whether this machine can hold a bed.
    public static var isPossible: Bool { obstacle == nil }

    /// The bed's pool.yaml.
    public var pool: String { bed + "/pool.yaml" }
    /// A folder that every host sees as `/shared`.
    public var sharedFolder: String { bed + "/shared" }
    /// The bed's folder.
    public let bed: String
    private let directory: TemporaryDirectory

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "TestBed/bed.sh").path

    private init() async throws {
        directory = try TemporaryDirectory()
        bed = directory.file("bed")
        try await run("up", "3", String(ProcessInfo.processInfo.processIdentifier))
    }

    /// A command of the bed failed.
    public struct Failed: Error, CustomStringConvertible {
        /// The command, and what it printed.
        public let description: String
    }

    /// Runs a command of the bed, and returns what it printed.
    @discardableResult
    public func run(_ words: String...) async throws -> String { try await run(words) }

    /// Runs a command on a host, and returns what it printed.
    @discardableResult
    public func on(_ host: String, _ command: String) async throws -> String {
        try await run(["on", host, command]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func run(_ words: [String]) async throws -> String {
        let result = try await Tools.run(
            "timeout",
            ["--kill-after=10", "300", Self.script] + words,
            environment: ["PITSTOP_TESTBED": bed, "PITSTOP": Products.pitstop]
        )
        guard result.code == 0 else {
            throw Failed(description: "bed.sh \(words.joined(separator: " ")): \(result.output)\(result.error)")
        }
        return result.output
    }

    /// What a guest has said so far.
    public func heartbeat(of guest: String) throws -> Heartbeat {
        Heartbeat(try String(contentsOfFile: "\(sharedFolder)/\(guest).log", encoding: .utf8))
    }

    /// Waits until a condition holds.
    ///
    /// - Returns: whether it did within that time.
    public static func wait(upTo limit: Duration, for condition: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock().now + limit
        while ContinuousClock().now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return try await condition()
    }

    private static func isInstalled(_ name: String) -> Bool {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
}

/// What a guest of the test bed has said: how often it booted, and when its heart beat by its own clock.
public struct Heartbeat: Sendable {
    /// How often it booted.
    public let boots: Int
    /// The number of each beat.
    public let numbers: [Int]
    /// The time of each beat, in seconds of the guest's clock.
    public let times: [Double]

    /// Reads a guest's serial line.
    public init(_ text: String) {
        var (boots, numbers, times) = (0, [Int](), [Double]())
        // The last line may not be complete yet.
        for line in text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1) {
            // Where its power was cut it was in the middle of a line.
            if line.hasSuffix("boot") { boots += 1 }
            let words = line.split(separator: " ")
            guard words.count == 4, let number = Int(words[1], radix: 16), let ticks = Int(words[3], radix: 16) else {
                continue
            }
            numbers.append(number)
            times.append(Double(ticks) * 0.054_925)
        }
        (self.boots, self.numbers, self.times) = (boots, numbers, times)
    }

    /// The longest time between two beats, in seconds of the guest's clock.
    public var longestGap: Double { zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0 }

    /// Whether it never restarted and no beat is missing.
    public var isUnbroken: Bool { boots == 1 && numbers == Array(0..<numbers.count) }
}

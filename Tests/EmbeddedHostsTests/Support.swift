import FoundationEssentials
import Hosts
import Synchronization
import SystemPackage
import Testing

@testable import EmbeddedHosts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder that is gone when its test is over.
final class TemporaryFolder: Sendable {
    let path: FilePath

    /// - Parameter suffix: what the folder's name ends with, to try names that are hard to handle.
    init(suffix: String = "") throws {
        path = FilePath("/tmp/pitstop-hosts-\(UUID().uuidString)\(suffix)")
        try FileSystem.makeFolders(path)
    }

    deinit { try? FileSystem.removeTree(path) }

    /// Writes a shell script and returns its path.
    func script(_ name: String = "program", _ text: String) throws -> String {
        let file = path.appending(name)
        try FileSystem.replace(file, with: Array("#!/bin/sh\n\(text)\n".utf8), mode: [.ownerReadWrite])
        return file.string
    }
}

/// A pool in a temporary folder.
///
/// The template of its hosts is made once for all tests of a process.
struct TestPool: Sendable {
    /// Few pools at a time: a host's sandbox is a handful of processes, and every test would like to be the first.
    private static let slots = Slots(3)
    private let slot: Slots.Slot
    let folder: TemporaryFolder
    let pool: EmbeddedPool

    var state: String { folder.path.appending("state").string }
    var host: any Host { pool.hosts[0] }

    /// The tree of the n-th host on this machine.
    func tree(_ index: Int = 0) -> FilePath { FilePath(state).appending("hosts/host\(index + 1)") }

    static func identities(_ count: Int) -> [EmbeddedPool.HostIdentity] {
        (1...count).map { .init(uuid: "00000000-0000-4000-8000-00000000000\($0)", name: "host\($0)") }
    }

    static func open(
        hosts: Int = 1,
        suffix: String = "",
        timing: Timing = Timing(speed: 1000),
        faults: Faults = .none
    ) async throws -> TestPool {
        let slot = await slots.take()
        let folder = try TemporaryFolder(suffix: suffix)
        let state = folder.path.appending("state")
        let template = try await template.value.path
        try FileSystem.makeFolders(state)
        try await tool("cp", "-a", template.appending("embedded").string, state.string)
        let pool = try await EmbeddedPool.open(
            state: state.string,
            hosts: identities(hosts),
            timing: timing,
            faults: faults
        )
        return TestPool(slot: slot, folder: folder, pool: pool)
    }

    /// Runs a shell script on a host.
    func run(
        _ text: String,
        on index: Int = 0,
        argument: String = "apply",
        seconds: Int = 60,
        outputBytes: Int = 1 << 20
    ) async throws -> ProgramResult {
        let program = try folder.script("program-\(UUID().uuidString)", text)
        let limits = ProgramLimits(time: .seconds(seconds), outputBytes: outputBytes)
        return try await pool.hosts[index].run(program: program, argument: argument, limits: limits)
    }

    /// What has to be there before the first host: made by opening a pool, whose host is thrown away.
    private static let template = Task {
        let folder = try TemporaryFolder()
        _ = try await EmbeddedPool.open(state: folder.path.string, hosts: identities(1))
        try FileSystem.removeTree(folder.path.appending("hosts"))
        try FileSystem.removeTree(folder.path.appending("embedded/hosts"))
        removeAtExit(folder.path)
        return folder
    }
}

/// Folders that live as long as the process of the tests.
private nonisolated(unsafe) var foldersToRemove: [FilePath] = []

private func removeAtExit(_ path: FilePath) {
    foldersToRemove.append(path)
    atexit { for path in foldersToRemove { try? FileSystem.removeTree(path) } }
}

/// Runs a program of this machine that has to succeed, and returns what it said.
@discardableResult
func tool(_ program: String, _ arguments: String...) async throws -> String {
    let outcome = await Supervised.run(
        program,
        arguments,
        in: "/tmp",
        limits: ProgramLimits(time: .seconds(60), outputBytes: 1 << 20)
    )
    try #require(outcome.cause == .ended(0), "\(program): \(outcome.text)")
    return outcome.text
}

/// What this machine has; tests that need what it has not are skipped, and say so.
enum Machine {
    static let isRoot = geteuid() == 0

    static func has(_ program: String) -> Bool {
        ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].contains { FileSystem.exists(FilePath($0 + program)) }
    }

    static let canBuildPackages = has("rpmbuild")

    /// Whether any sandbox works here.
    static let sandbox = Task {
        let folder = try TemporaryFolder()
        return try await Sandbox.detect(root: folder.path, wanted: EmbeddedPool.kindFromEnvironment()).kind
    }

    static func canRunHosts() async -> Bool {
        guard canBuildPackages else { return false }
        return (try? await sandbox.value) != nil
    }

    static func hasNamespaces() async -> Bool {
        guard canBuildPackages else { return false }
        return (try? await sandbox.value) == .namespaces
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no program can be kept in a tree, or no package be built.
    static var needsHosts: Self {
        .enabled("needs rpmbuild, and bwrap with user namespaces or proot") { await Machine.canRunHosts() }
    }

    /// Skips where the strong sandbox does not work.
    static var needsNamespaces: Self {
        .enabled("needs rpmbuild, bwrap and user namespaces with overlays") { await Machine.hasNamespaces() }
    }
}

/// A number of slots, each taken until its holder is gone.
final class Slots: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    final class Slot: Sendable {
        private let slots: Slots
        fileprivate init(_ slots: Slots) { self.slots = slots }
        deinit { slots.giveBack() }
    }

    func take() async -> Slot {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return Slot(self)
    }

    private func giveBack() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return CheckedContinuation<Void, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

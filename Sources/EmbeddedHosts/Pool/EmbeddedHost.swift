import FoundationEssentials
import Hosts
import SystemPackage

/// A host that is a directory tree of this machine: real packages and programs in it, restarts by the model.
actor EmbeddedHost: Host {
    nonisolated let uuid: String
    nonisolated let name: String
    let tree: FilePath
    let sandbox: Sandbox
    let world: Sandbox.World
    private let timing: Timing
    private let comesBack: Bool
    private let recordFile: FilePath
    private var record: BootRecord
    private var restart: Task<Void, Never>?
    /// Why the latest try to come up failed; nil where none did.
    private var bootProblem: String?
    /// How long a host that can not come up waits before it tries again.
    private static let bootPause = Duration.seconds(5)
    /// The program that runs now, which a restart kills.
    private var program: Task<Result<ProgramResult, HostError>, Never>?
    /// Whether this process has let go of the host: nothing begins on it any more.
    private var isClosed = false
    let turnstile = Turnstile()

    /// Takes a host up whose tree is there: where it was left, or with its first boot.
    ///
    /// - Parameter folder: the name of the folder below `hosts` that is its tree.
    init(
        uuid: String,
        name: String,
        folder: String,
        sandbox: Sandbox,
        timing: Timing,
        comesBack: Bool
    ) async throws(HostError) {
        self.uuid = uuid
        self.name = name
        self.sandbox = sandbox
        self.timing = timing
        self.comesBack = comesBack
        tree = sandbox.root.appending("hosts").appending(folder)
        world = Sandbox.World(tree: "hosts/\(folder)", scratch: "embedded/hosts/\(folder)", hostname: name)
        let beside = sandbox.root.appending(world.scratch)
        recordFile = beside.appending("boot.json")
        do throws(Errno) { try FileSystem.makeFolders(beside.appending("work")) } catch {
            throw HostError(error, host: name, path: beside.string)
        }
        let known = BootRecord.read(recordFile)
        record =
            known
            ?? BootRecord(host: uuid, phase: .up, bootID: "", bootTime: 0, agentStartTime: 0, softwareVersion: [:])
        await prepareTree()
        if known == nil {
            try await finishBoot()
        } else if record.host != uuid {
            var owned = record
            owned.host = uuid
            // On a full disk the next opening notes it: the tree is found by its name until then.
            try? save(owned)
        }
        if case .restarting(let since) = record.phase { continueRestart(since: since) }
    }

    func facts() async throws(HostError) -> HostFacts {
        try checkUp()
        do throws(Errno) {
            return HostFacts(
                bootID: record.bootID,
                bootTime: record.bootTime,
                agentStartTime: record.agentStartTime,
                softwareVersion: record.softwareVersion,
                freeBytes: try FileSystem.freeBytes(tree)
            )
        } catch {
            throw HostError(error, host: name, path: tree.string)
        }
    }

    func run(program path: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        try await turnstile.pass { () async throws(HostError) in
            try checkUp()
            let boot = record.bootID
            let command = ["/var/patch/\(Self.programName)", argument]
            let lent = try await lend(program: path)
            defer { try? TreeFolder(Self.patchFolder, in: tree).removeFile(Self.programName) }
            // While it was lent the host may have gone down, and nothing would end a program that begins only now.
            try checkUp()
            guard record.bootID == boot else { throw restartedMeanwhile }
            let task = Task { [sandbox, world] () async -> Result<ProgramResult, HostError> in
                do throws(HostError) {
                    return .success(try await sandbox.run(command, in: world, binding: lent, limits: limits))
                } catch {
                    return .failure(error)
                }
            }
            program = task
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            program = nil
            await withdrawPrivileges()
            guard record.phase == .up, record.bootID == boot else {
                throw restartedMeanwhile
            }
            return try result.get()
        }
    }

    private var restartedMeanwhile: HostError {
        .unreachable(host: name, reason: "it was restarted while a program ran on it")
    }

    func reboot() async throws(HostError) {
        try checkUp()
        let since = timing.now()
        try goDown(.restarting(since: since))
        continueRestart(since: since)
    }

    func shutdown() async throws(HostError) {
        try checkUp()
        try goDown(.off)
    }

    func powerOn() async throws(HostError) {
        guard record.phase == .off else { throw .failed(host: name, reason: "it is not switched off") }
        // From here on it is like a restart whose way down is behind it.
        let since = timing.now() - Timing.shutdown / .seconds(1) / timing.speed
        try enter(.restarting(since: since))
        continueRestart(since: since)
    }

    private func goDown(_ phase: BootRecord.Phase) throws(HostError) {
        try enter(phase)
        program?.cancel()
    }

    private func enter(_ phase: BootRecord.Phase) throws(HostError) {
        var changed = record
        changed.phase = phase
        try save(changed)
    }

    func restartAgent() async throws(HostError) {
        try checkUp()
        var changed = record
        changed.agentStartTime = max(Int64(timing.now()), record.agentStartTime + 1)
        try save(changed)
    }

    /// Whether the host is up, for the hypervisor.
    var isUp: Bool { record.phase == .up }

    /// Ends what runs for this host in this process. A restart that is under way goes on with the next process.
    func close() async {
        isClosed = true
        restart?.cancel()
        program?.cancel()
        await restart?.value
        _ = await program?.value
    }

    func checkUp() throws(HostError) {
        guard !isClosed else { throw .unreachable(host: name, reason: "the server is shutting down") }
        switch record.phase {
        case .up: return
        case .restarting:
            let reason = bootProblem.map { "it is restarting, and can not come up: \($0)" } ?? "it is restarting"
            throw .unreachable(host: name, reason: reason)
        case .off: throw .unreachable(host: name, reason: "it is switched off, and host-power-on switches it on")
        }
    }

    /// Keeps a record on the disk, and only then goes by it: what could not be written did not happen.
    private func save(_ changed: BootRecord) throws(HostError) {
        do throws(Errno) { try changed.write(recordFile) } catch {
            throw HostError(error, host: name, path: recordFile.string)
        }
        record = changed
    }

    // MARK: Restart

    private func continueRestart(since: Double) {
        guard comesBack else { return }
        let total = Timing.shutdown + Timing.boot
        let passed = Duration.seconds(max(0, timing.now() - since)) * timing.speed
        restart = Task {
            do { try await timing.sleep(max(.zero, total - passed)) } catch { return }
            // A disk that is full now may not be so later.
            while !(await comesUp()) {
                do { try await ContinuousClock().sleep(for: Self.bootPause) } catch { return }
            }
        }
    }

    /// Tries to finish the boot, and remembers why that failed.
    private func comesUp() async -> Bool {
        do throws(HostError) {
            try await finishBoot()
            bootProblem = nil
        } catch {
            bootProblem = error.cause
        }
        return bootProblem == nil || Task.isCancelled
    }

    /// Puts what is installed in effect, under a new boot id.
    private func finishBoot() async throws(HostError) {
        let packages = try await queryPackages()
        var booted = record
        booted.phase = .up
        booted.bootID = UUID().uuidString.lowercased()
        // Clients see a restart by these times' rising.
        booted.bootTime = max(Int64(timing.now()), record.bootTime + 1)
        booted.agentStartTime = max(booted.bootTime, record.agentStartTime + 1)
        booted.softwareVersion = SoftwareVersion.booted(with: packages, hostname: name)
        try save(booted)
    }
}

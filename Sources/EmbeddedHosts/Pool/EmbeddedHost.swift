import FoundationEssentials
import Hosts
import SystemPackage

/// A host that is a directory tree of this machine: real packages and programs in it, restarts by the model.
actor EmbeddedHost: Host {
    nonisolated let uuid: String
    nonisolated let name: String
    let tree: FilePath
    let sandbox: Sandbox
    private let world: Sandbox.World
    private let timing: Timing
    private let comesBack: Bool
    private let recordFile: FilePath
    private var record: BootRecord
    private var restart: Task<Void, Never>?
    /// The program that runs now, which a restart kills.
    private var program: Task<Result<ProgramResult, HostError>, Never>?
    let turnstile = Turnstile()

    /// Takes a host up whose tree is there: where it was left, or with its first boot.
    init(
        uuid: String,
        name: String,
        sandbox: Sandbox,
        timing: Timing,
        comesBack: Bool
    ) async throws(HostError) {
        self.uuid = uuid
        self.name = name
        self.sandbox = sandbox
        self.timing = timing
        self.comesBack = comesBack
        tree = sandbox.root.appending("hosts").appending(name)
        world = Sandbox.World(tree: "hosts/\(name)", scratch: "embedded/hosts/\(name)", hostname: name)
        let beside = sandbox.root.appending(world.scratch)
        recordFile = beside.appending("boot.json")
        do throws(Errno) { try FileSystem.makeFolders(beside.appending("work")) } catch {
            throw HostError(error, host: name, path: beside.string)
        }
        let known = BootRecord.read(recordFile)
        record =
            known
            ?? BootRecord(phase: .up, bootID: "", bootTime: 0, agentStartTime: 0, softwareVersion: [:])
        if known == nil { try await finishBoot() }
        // A program of a process that was killed may have been left behind.
        try? TreeFolder(Self.patchFolder, in: tree).removeFile(Self.programName)
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

    func installedPackages() async throws(HostError) -> [InstalledPackage] {
        try checkUp()
        return try await queryPackages()
    }

    func run(program path: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        try await turnstile.pass { () async throws(HostError) in
            try checkUp()
            let boot = record.bootID
            let command = ["/var/patch/\(Self.programName)", argument]
            try await place(program: FilePath(path))
            defer { try? TreeFolder(Self.patchFolder, in: tree).removeFile(Self.programName) }
            let task = Task { [sandbox, world] () async -> Result<ProgramResult, HostError> in
                do throws(HostError) {
                    return .success(try await sandbox.run(command, in: world, limits: limits))
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
            guard record.phase == .up, record.bootID == boot else {
                throw .unreachable(host: name, reason: "it was restarted while a program ran on it")
            }
            return try result.get()
        }
    }

    func reboot() async throws(HostError) {
        try checkUp()
        let since = timing.now()
        record.phase = .restarting(since: since)
        try save()
        program?.cancel()
        continueRestart(since: since)
    }

    func restartAgent() async throws(HostError) {
        try checkUp()
        record.agentStartTime = max(Int64(timing.now()), record.agentStartTime + 1)
        try save()
    }

    /// Whether the host is up, for the hypervisor.
    var isUp: Bool { record.phase == .up }

    /// Ends what runs for this host in this process. A restart that is under way goes on with the next process.
    func shutdown() async {
        restart?.cancel()
        program?.cancel()
        await restart?.value
        _ = await program?.value
    }

    func checkUp() throws(HostError) {
        guard record.phase == .up else { throw .unreachable(host: name, reason: "it is restarting") }
    }

    private func save() throws(HostError) {
        do throws(Errno) { try record.write(recordFile) } catch {
            throw HostError(error, host: name, path: recordFile.string)
        }
    }

    // MARK: Restart

    private func continueRestart(since: Double) {
        guard comesBack else { return }
        let total = Timing.shutdown + Timing.boot
        let passed = Duration.seconds(max(0, timing.now() - since)) * timing.speed
        restart = Task {
            do { try await timing.sleep(max(.zero, total - passed)) } catch { return }
            // A disk that is full now leaves the host down; the next process tries again.
            try? await finishBoot()
        }
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
        do throws(Errno) { try booted.write(recordFile) } catch {
            throw HostError(error, host: name, path: recordFile.string)
        }
        record = booted
    }

    // MARK: Packages

    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        try checkUp()
        if let name = packages.first(where: { !RPMVerification.isPackage($0) }) {
            throw .failed(host: self.name, reason: "\(name.debugDescription) is no name of a package")
        }
        guard !packages.isEmpty else { return [] }
        let result = try await turnstile.pass { () async throws(HostError) in
            try await sandbox.run(
                ["/bin/sh", "-c", RPMVerification.script, "verify"] + packages,
                in: world,
                limits: PackageList.verificationLimits
            )
        }
        guard result.ending == .exited(0), let checks = RPMVerification.parse(result.output, packages: packages) else {
            throw .failed(host: name, reason: "its packages can not be verified: \(result.output.prefix(2_000))")
        }
        return checks
    }

    private func queryPackages() async throws(HostError) -> [InstalledPackage] {
        let result = try await turnstile.pass { () async throws(HostError) in
            try await sandbox.run(PackageList.command, in: world, limits: PackageList.limits)
        }
        guard result.ending == .exited(0) else {
            throw .failed(host: name, reason: "its RPM database can not be read: \(result.output)")
        }
        return PackageList.parse(result.output)
    }
}

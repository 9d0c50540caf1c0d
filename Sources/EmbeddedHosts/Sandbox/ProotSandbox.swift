import FoundationEssentials
import Hosts
import SystemPackage

extension Sandbox {
    /// Where a tree that runs under `proot` sees the machine's `/usr`; the tree's own `/usr` links into it.
    static let prootMachineUsr = "/.machine/usr"

    func runUnderProot(
        _ command: [String],
        in world: World,
        binding bindings: [Binding],
        limits: ProgramLimits
    ) async throws(HostError) -> ProgramResult {
        var arguments = ["-0", "-r", world.tree, "-w", "/", "-b", "/usr:\(Self.prootMachineUsr)"]
        for path in ["/etc/alternatives", "/proc", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]
        where FileSystem.exists(FilePath(path)) {
            arguments += ["-b", path]
        }
        for binding in bindings { arguments += ["-b", "\(binding.source):\(binding.destination)"] }
        // There is no PID namespace to end: the processes of this run are told by a variable that they inherit.
        let mark = "PITSTOP_RUN=\(UUID().uuidString)"
        arguments += ["/usr/bin/env", "-i", mark] + Self.programEnvironment.map { "\($0)=\($1)" }
        // Of a program that a signal ended, proot itself would say that it exited with 0; a shell between them knows better.
        arguments += ["/bin/sh", "-c", "\"$@\"; exit $?", "sh"] + command

        let outcome = await Supervised.run("proot", arguments, in: root, limits: limits)
        Supervised.killAll(with: mark)
        switch outcome.cause {
        case .timedOut: return ProgramResult(ending: .timedOut, output: outcome.text)
        case .outputTooLong: return ProgramResult(ending: .outputTooLong, output: outcome.text)
        case .cancelled: throw .failed(host: world.hostname, reason: "the program was cancelled")
        case .ended(let status): return ProgramResult(ending: Self.ending(ofStatus: status), output: outcome.text)
        case .notStarted(let reason):
            throw .failed(host: world.hostname, reason: "the sandbox could not be started: \(reason)")
        }
    }
}

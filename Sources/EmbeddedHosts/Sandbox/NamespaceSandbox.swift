import Hosts
import SystemPackage

extension Sandbox {
    /// Enters the namespaces, lays the overlay and becomes `bwrap`. Fixed text: whatever varies is a positional parameter.
    ///
    /// - `max_user_namespaces` closes the door through which a program could make namespaces (and their capabilities)
    ///   of its own.
    /// - The overlay has a writable layer of the tree over the machine's `/usr`, which itself is never written. Its
    ///   options hold relative paths only, because commas and colons have a meaning there.
    /// - Descriptor 3 is `bwrap`'s report: the PID of the inner world's init and the program's own status. Descriptor 4 is
    ///   the filter of system calls.
    private static let namespaceScript = """
        set -eu
        tree=$1 scratch=$2
        shift 2
        ulimit -c 0
        ulimit -p 1024
        ulimit -v 8388608
        exec 3>"$scratch/status" 4<"$scratch/filter"
        echo 0 >/proc/sys/user/max_user_namespaces
        mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev sandbox /mnt
        mkdir /mnt/usr
        mount -t overlay -o "nosuid,nodev,userxattr,lowerdir=/usr,upperdir=$tree/usr,workdir=$scratch/work" sandbox /mnt/usr
        exec bwrap "$@"
        """

    /// Parts of `/proc` that tell about the machine, or that uid 0 may change without a capability, emptied when present.
    private static let hiddenFolders = ["/proc/acpi", "/proc/fs", "/proc/scsi", "/proc/tty/driver"]
    private static let hiddenFiles = [
        "/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/latency_stats", "/proc/timer_list", "/proc/kmsg",
    ]

    /// Switches of the machine. A process whose uid is the machine's root may turn them without any capability, so they
    /// are read-only (`bwrap` would do this too, but only where its own `access(2)` finds them writable).
    private static let readOnlySwitches = ["/proc/sys", "/proc/sysrq-trigger"]

    /// What rpm needs to own and write files; nothing that reaches outside of the tree.
    private static let capabilities = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"]

    func runInNamespaces(
        _ command: [String],
        in world: World,
        binding bindings: [Binding],
        limits: ProgramLimits
    ) async throws(HostError) -> ProgramResult {
        var arguments = [
            "--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c", Self.namespaceScript, "sandbox",
        ]
        arguments += [world.tree, world.scratch]
        arguments += Self.bubblewrapOptions(world, bindings) + ["--"] + command

        let status = root.appending(world.scratch).appending("status")
        try? FileSystem.remove(status)
        try writeFilter(world)
        let outcome = await Supervised.run("unshare", arguments, in: root, limits: limits)
        let report = BubblewrapReport(file: status)
        if let child = report.childPID { await Supervised.waitUntilGone(child) }

        switch outcome.cause {
        case .timedOut: return ProgramResult(ending: .timedOut, output: outcome.text)
        case .outputTooLong: return ProgramResult(ending: .outputTooLong, output: outcome.text)
        case .cancelled: throw .failed(host: world.hostname, reason: "the program was cancelled")
        case .ended:
            guard let code = report.exitCode else {
                throw .failed(host: world.hostname, reason: "the sandbox could not be set up: \(outcome.firstLine)")
            }
            return ProgramResult(ending: Self.ending(ofStatus: code), output: outcome.text)
        case .notStarted(let reason):
            throw .failed(host: world.hostname, reason: "the sandbox could not be started: \(reason)")
        }
    }

    /// Lays the filter of system calls beside the tree, where the launcher finds it and no program does.
    private func writeFilter(_ world: World) throws(HostError) {
        guard let filter = SyscallFilter.program else {
            throw .failed(
                host: world.hostname,
                reason: "no filter of system calls is known for this machine's processor"
            )
        }
        let file = root.appending(world.scratch).appending("filter")
        if (try? FileSystem.read(file, limit: filter.count + 1)) == filter { return }
        do throws(Errno) { try FileSystem.write(file, filter) } catch {
            throw HostError(error, host: world.hostname, path: file.string)
        }
    }

    private static func bubblewrapOptions(_ world: World, _ bindings: [Binding]) -> [String] {
        var options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
        options += ["--hostname", world.hostname, "--die-with-parent", "--new-session"]
        options += ["--json-status-fd", "3", "--seccomp", "4"]
        options += ["--bind", world.tree, "/", "--bind", "/mnt/usr", "/usr"]
        options += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
        options += ["--proc", "/proc", "--dev", "/dev", "--size", "2147483648", "--tmpfs", "/tmp"]
        for path in readOnlySwitches where FileSystem.exists(FilePath(path)) { options += ["--ro-bind", path, path] }
        for folder in hiddenFolders where FileSystem.isFolder(FilePath(folder)) { options += ["--tmpfs", folder] }
        for file in hiddenFiles where FileSystem.exists(FilePath(file)) { options += ["--ro-bind", "/dev/null", file] }
        for binding in bindings { options += ["--ro-bind", binding.source, binding.destination] }
        options += ["--chdir", "/", "--clearenv"]
        for (name, value) in programEnvironment { options += ["--setenv", name, value] }
        options += ["--cap-drop", "ALL"]
        for capability in capabilities { options += ["--cap-add", capability] }
        return options
    }
}

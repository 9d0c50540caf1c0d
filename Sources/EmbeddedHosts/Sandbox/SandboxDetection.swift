import Hosts
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Sandbox {
    /// Name of the environment variable that settles the kind of sandbox, instead of trying which one works.
    public static let kindVariable = "PITSTOP_SANDBOX"

    /// Finds out, by trying, how programs can be kept in trees below a folder of this machine.
    ///
    /// - Parameters:
    ///   - root: an existing folder; the trees will lie below it. Overlays do not work on every file system, which is
    ///     why it is tried there.
    ///   - wanted: the kind to try; nil for namespaces. `proot` is no wall against a hostile program, so that nobody gets
    ///     it without asking.
    /// - Throws: ``HostError/sandboxUnavailable(host:reason:)`` with what is missing and the command that installs it.
    public static func detect(root: FilePath, wanted: Kind? = nil) async throws(HostError) -> Sandbox {
        var reasons: [String] = []
        for kind in [wanted ?? .namespaces] {
            if kind == .proot, geteuid() == 0 {
                reasons.append("proot: it can not hold a program of the root user; run as a normal user")
                continue
            }
            let sandbox = Sandbox(kind: kind, root: root)
            let reason = await sandbox.reasonNotToWork()
            if Task.isCancelled { throw .failed(host: "localhost", reason: "the opening of the pool was cancelled") }
            if let reason {
                reasons.append("\(kind.rawValue): \(reason)")
            } else {
                return sandbox
            }
        }
        throw .sandboxUnavailable(
            host: "localhost",
            reason: reasons.joined(separator: "; ")
                + ". On Debian, `apt-get install bash bubblewrap rpm` installs what is needed; where namespaces are forbidden, "
                + "\(kindVariable)=proot runs packages whose makers you trust with your account"
        )
    }

    /// Runs a line of bash in a world made for it, and returns nil if that worked.
    private func reasonNotToWork() async -> String? {
        let world = World(tree: "embedded/probe/tree", scratch: "embedded/probe", hostname: "probe")
        let probe = root.appending("embedded/probe")
        defer { try? FileSystem.removeTree(probe) }
        do {
            try? FileSystem.removeTree(probe)
            try HostTree(path: root.appending(world.tree), host: "probe").makeSkeleton(for: kind)
            try FileSystem.makeFolders(probe.appending("work"))
            let limits = ProgramLimits(time: .seconds(300), outputBytes: 16_384)
            // Packages are written for bash, and would take another shell's complaints for an answer.
            let result = try await run(
                ["/bin/sh", "-c", #"[ -n "$BASH_VERSION" ] && exit 42"#],
                in: world,
                limits: limits
            )
            if result.output.isEmpty, result.ending != .exited(42) { return "there is no bash to be the hosts' sh" }
            return result.ending == .exited(42) ? nil : "\(result.ending) \(result.output)"
        } catch let error as HostError {
            if case .failed(_, let reason) = error { return reason }
            return "\(error)"
        } catch {
            return "\(error)"
        }
    }
}

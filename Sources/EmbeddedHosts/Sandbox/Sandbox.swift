import Hosts
import SystemPackage

/// Runs programs that see a host's directory tree as their world, without root and without a way to the machine.
///
/// Everything that a program may see or change is named by a ``World``; `docs/design/sandbox.md` says what is kept out.
/// One program runs at a time in one world: its owner keeps that order.
public struct Sandbox: Sendable {
    /// By which of the machine's means programs are kept in their tree.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// User, mount, PID, network, IPC and UTS namespaces, by `unshare` and `bwrap`; the tree's `/usr` is an overlay.
        case namespaces
        /// Path translation by `proot`, where namespaces don't exist: it keeps honest programs in, not hostile ones.
        case proot
    }

    /// A tree and its surroundings.
    ///
    /// Paths are relative to the sandbox's root folder and made by this module alone, so they hold none of the
    /// characters that mount options give a meaning.
    struct World: Hashable, Sendable {
        /// The tree that is the program's `/`.
        var tree: String
        /// A folder on the same file system for the sandbox's own files; no program sees it.
        var scratch: String
        /// What `hostname` prints inside.
        var hostname: String
    }

    /// A folder or file of this machine that programs may read, and never change.
    struct Binding: Hashable, Sendable {
        /// What is lent: relative to the sandbox's root folder, or an absolute path.
        var source: String
        /// Where the program sees it.
        var destination: String
    }

    /// How programs are kept in their tree.
    public let kind: Kind
    /// The folder to which the paths of worlds are relative.
    let root: FilePath

    /// Runs one command in a world and waits until it and everything that it started is gone.
    ///
    /// Standard input is empty; standard output and error are one pipe. When the calling task is cancelled, the time is up
    /// or the output is too long, the whole process tree is killed.
    ///
    /// - Throws: ``HostError/failed(host:reason:)`` when the sandbox itself could not be set up, or on cancellation.
    func run(
        _ command: [String],
        in world: World,
        binding bindings: [Binding] = [],
        limits: ProgramLimits
    ) async throws(HostError) -> ProgramResult {
        try HostTree(path: root.appending(world.tree), host: world.hostname).checkMountPoints()
        switch kind {
        case .namespaces: return try await runInNamespaces(command, in: world, binding: bindings, limits: limits)
        case .proot: return try await runUnderProot(command, in: world, binding: bindings, limits: limits)
        }
    }
}

extension Sandbox {
    /// What every program finds in its environment, and nothing else.
    ///
    /// A control domain of XenServer 6 has bash 3.2 for its `sh`, and packages are written for that: their version checks
    /// are `[[ … =~ "…" ]]`, which dash does not know and which a later bash reads in another way.
    static let programEnvironment = [
        ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("HOME", "/root"), ("LANG", "C"), ("BASH_COMPAT", "3.1"),
    ]

    /// How a status that came through a wrapper is read: above 128 it names a signal, as in a shell.
    static func ending(ofStatus status: Int32) -> ProgramResult.Ending {
        (129...192).contains(status) ? .signalled(status - 128) : .exited(status)
    }
}

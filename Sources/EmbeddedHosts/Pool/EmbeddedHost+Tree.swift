import Dispatch
import Hosts
import SystemPackage

/// What this machine does to a host's tree beside running programs in it.
extension EmbeddedHost {
    /// Brings the tree of an earlier version up to what this one expects, and clears what a killed process left in it.
    func prepareTree() async {
        if sandbox.kind == .namespaces {
            try? TreeFolder(["usr", "bin"], in: tree).linkName("sh", to: "bash")
        }
        try? TreeFolder(Self.patchFolder, in: tree).removeFile(Self.programName)
        await withdrawPrivileges()
    }

    /// Takes from the tree's files what would give rights on this machine. Where that fails, the folder above, which only
    /// its owner can enter, still keeps others out.
    func withdrawPrivileges() async {
        await withCheckedContinuation { done in
            DispatchQueue.global().async { [tree] in
                try? HostTree.withdrawPrivileges(in: tree)
                done.resume()
            }
        }
    }
}

import SystemPackage

/// In which folder below `hosts` each host's tree is.
///
/// A tree gets the hostname that its host has when it is made, and keeps it whatever the host is called later: hostnames
/// are for people to change, and a host must not lose its packages by that.
struct TreeFolders {
    private var known: [String: String] = [:]

    /// Looks through the boot records of the hosts below a sandbox's root.
    init(root: FilePath) {
        let folder = root.appending("embedded/hosts")
        for name in (try? FileSystem.names(in: folder)) ?? [] {
            guard let host = BootRecord.read(folder.appending(name).appending("boot.json"))?.host else { continue }
            known[host] = name
        }
    }

    /// The name of a host's folder.
    func folder(of host: EmbeddedPool.HostIdentity) -> String {
        if let folder = known[host.uuid] { return folder }
        // The folder of that name may be another host's, which was called so before.
        return known.values.contains(host.name) ? "\(host.name)-\(host.uuid)" : host.name
    }
}

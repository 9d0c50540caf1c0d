import Hosts
import SystemPackage

/// The tree of a freshly installed host, made once and copied for each.
///
/// Trees are made aside, synced and renamed: one that has its final name is whole, after a `kill -9` too. What an earlier
/// process left unfinished is thrown away.
struct Baseline: Sendable {
    let sandbox: Sandbox

    private var root: FilePath { sandbox.root }
    private static let installLimits = ProgramLimits(time: .seconds(180), outputBytes: 1 << 20)

    /// Where the finished template is, by the contents of its packages and the kind of sandbox that it is for.
    private var template: String {
        "embedded/baseline/\(ReplicaPackages.fingerprint(of: .baseline))-\(sandbox.kind.rawValue)"
    }

    /// Makes the tree `hosts/FOLDER` of each host that has none.
    func makeHosts(_ identities: [EmbeddedPool.HostIdentity], _ folders: TreeFolders) async throws(HostError) {
        try closeFolders()
        let missing = identities.filter { identity in
            !FileSystem.isFolder(root.appending("hosts").appending(folders.folder(of: identity)))
        }
        if missing.isEmpty { return }
        try await makeTemplate()
        for identity in missing { try await makeAside(identity, folders.folder(of: identity)) }
        // Once for all: it waits for whatever the machine has to write.
        try await tool("sync", ["-f", "hosts"])
        for folder in missing.map(folders.folder) {
            try files(aside(folder)) { () throws(Errno) in
                try FileSystem.rename(root.appending(aside(folder)), to: root.appending("hosts").appending(folder))
            }
        }
    }

    /// Makes the folders above all trees, and closes them to others whoever made them: what packages bring to a host has
    /// the owners and modes of a host, and is nothing for other users of this machine.
    private func closeFolders() throws(HostError) {
        for folder in ["hosts", "embedded"] {
            try files(folder) { () throws(Errno) in
                try FileSystem.makeFolders(root.appending(folder), mode: 0o700)
                try FileSystem.closeToOthers(root.appending(folder))
            }
        }
    }

    private func aside(_ folder: String) -> String { "embedded/hosts/\(folder)/tree.new" }

    private func makeAside(_ identity: EmbeddedPool.HostIdentity, _ folder: String) async throws(HostError) {
        let aside = aside(folder)
        try files(aside) { () throws(Errno) in
            try FileSystem.removeTree(root.appending(aside))
            try FileSystem.makeFolders(root.appending("embedded/hosts/\(folder)"))
        }
        try await tool("cp", ["-a", "--reflink=auto", template, aside])
        try files(aside) { () throws(Errno) in
            for (path, text) in Self.identity(name: identity.name, uuid: identity.uuid) {
                try FileSystem.write(root.appending(aside).appending(path), Array(text.utf8))
            }
        }
    }

    /// Makes the template: the skeleton, then all packages of the baseline in one real RPM transaction.
    private func makeTemplate() async throws(HostError) {
        if FileSystem.isFolder(root.appending(template)) { return }
        try files("embedded/baseline") { () throws(Errno) in
            try FileSystem.removeTree(root.appending("embedded/baseline"))
            try FileSystem.removeTree(root.appending("embedded/making"))
            try FileSystem.makeFolders(root.appending("embedded/making/work"))
            let tree = HostTree(path: root.appending("embedded/baseline/tree.new"), host: "baseline")
            try tree.makeSkeleton(for: sandbox.kind, with: Self.packageFolders)
            try FileSystem.makeFolders(tree.path.appending("var/cache/packages"))
        }
        try await ReplicaPackages.build(.baseline, into: root.appending("embedded/replica-baseline").string)

        let world = Sandbox.World(
            tree: "embedded/baseline/tree.new",
            scratch: "embedded/making",
            hostname: "baseline"
        )
        let packages = Sandbox.Binding(source: "embedded/replica-baseline", destination: "/var/cache/packages")
        let names = ReplicaPackages.fileNames(.baseline).map { "/var/cache/packages/\($0)" }
        let result = try await sandbox.run(
            ["/usr/bin/rpm", "-U", "--nosignature"] + names,
            in: world,
            binding: [packages],
            limits: Self.installLimits
        )
        guard result.ending == .exited(0) else {
            throw .failed(
                host: "baseline",
                reason: "the packages could not be installed (\(result.ending)): \(result.output)"
            )
        }
        try await tool("sync", ["-f", world.tree])
        try files(template) { () throws(Errno) in
            try FileSystem.rename(root.appending(world.tree), to: root.appending(template))
            try FileSystem.removeTree(root.appending("embedded/making"))
        }
    }

    /// The folders into which the packages of both sets put files: these too must be the tree's own.
    private static let packageFolders: [String] = Array(
        Set(
            ReplicaPackages.table.flatMap(\.files).map { file in
                // `lib` and its like are links into `usr`.
                let folder = FilePath(file.path).removingLastComponent().string.dropFirst()
                return folder == "lib" ? "usr/lib" : String(folder)
            }
        )
    ).sorted()

    /// What tells one host from another: written where XenServer's installer writes it.
    private static func identity(name: String, uuid: String) -> [(path: String, text: String)] {
        let inventory = """
            PRODUCT_BRAND='XenServer'
            PRODUCT_NAME='xenenterprise'
            PRODUCT_VERSION='\(SoftwareVersion.productVersion)'
            BUILD_NUMBER='\(SoftwareVersion.buildNumber)'
            XEN_VERSION='4.1.2'
            KERNEL_VERSION='\(SoftwareVersion.kernelVersion)'
            INSTALLATION_UUID='\(uuid)'
            MANAGEMENT_INTERFACE='xenbr0'

            """
        return [
            ("etc/xensource-inventory", inventory), ("etc/hostname", name + "\n"),
            ("etc/hosts", "127.0.0.1 localhost \(name)\n"),
        ]
    }

    private func files(_ path: String, _ body: () throws(Errno) -> Void) throws(HostError) {
        do throws(Errno) { try body() } catch {
            throw HostError(error, host: "localhost", path: root.appending(path).string)
        }
    }

    /// Runs a program of this machine on our own files.
    private func tool(_ program: String, _ arguments: [String]) async throws(HostError) {
        let outcome = await Supervised.run(program, arguments, in: root, limits: Self.installLimits)
        guard outcome.cause != .ended(0) else { return }
        if outcome.text.contains("No space left on device") { throw .diskFull(host: "localhost", path: root.string) }
        throw .failed(host: "localhost", reason: "\(program) failed (\(outcome.cause)): \(outcome.firstLine)")
    }
}

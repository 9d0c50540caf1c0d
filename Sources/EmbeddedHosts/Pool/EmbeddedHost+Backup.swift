import Hosts
import SystemPackage

/// What `host-backup` saves of a host.
extension EmbeddedHost {
    private static let backupTime = Duration.seconds(60)

    func backup(limit: Int) async throws(HostError) -> [UInt8] {
        let packages = try await installedPackages()
        // No program runs meanwhile, so that what is looked at now is what the archive gets.
        return try await turnstile.pass { () async throws(HostError) in
            let beside = sandbox.root.appending(world.scratch).appending("backup")
            do throws(Errno) {
                // Links that a program left in place of these folders would lead out of the tree.
                _ = try TreeFolder(["etc"], in: tree)
                _ = try TreeFolder(Self.stampFolder, in: tree, creating: true)
                try FileSystem.makeFolders(beside)
                let list = packages.map { $0.nevra + "\n" }.joined()
                try FileSystem.write(beside.appending("packages"), Array(list.utf8))
            } catch {
                throw HostError(error, host: name, path: "/etc and /var/patch")
            }
            let outcome = await Supervised.run(
                "tar",
                [
                    "--create", "--warning=none", "--sort=name", "--numeric-owner", "--owner=0", "--group=0",
                    "--directory=\(tree.string)", "etc", "var/patch/applied", "--directory=\(beside.string)",
                    "packages",
                ],
                in: tree,
                limits: ProgramLimits(time: Self.backupTime, outputBytes: limit)
            )
            switch outcome.cause {
            case .ended(0): return outcome.output
            case .outputTooLong: throw .failed(host: name, reason: "its backup is larger than \(limit >> 20) MiB")
            case .timedOut: throw .failed(host: name, reason: "its backup took too long")
            case .cancelled: throw .failed(host: name, reason: "its backup was given up")
            case .ended, .notStarted:
                throw .failed(host: name, reason: "tar could not save it: \(outcome.text.suffix(300))")
            }
        }
    }
}

import ArgumentParser
import Foundation
import Hosts
import RepositoryUpdates
import UpdatePackage

extension UpdatesCommand {
    /// `pitstop updates collect`: a hotfix from a snapshot.
    struct Collect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "collect",
            abstract: "Make a signed hotfix of a snapshot: the same bytes for every host.",
            discussion: """
                The hotfix goes the way of every other: upload, prechecks, waves, proof. Its label is the output's name; beside \
                it are written the zip, the article with the advisories as resolved issues, and the checksums. What has to \
                restart follows from the packages, and the article says because of which.
                """
        )

        @Argument(help: "The folder of the snapshot.")
        var snapshot: String
        @Option(
            name: .customLong("key"),
            help: "The key to sign with, as gpg takes it; repeat it for several signers."
        )
        var keys: [String] = []
        @Option(help: "A host of the class that the hotfix is for, where the snapshot is of several.")
        var host: String?
        @Argument(help: "The hotfix to write: LABEL.xsupdate.")
        var output: String

        func run() async throws {
            let folder = SnapshotFolder(path: snapshot)
            let found = try folder.read()
            let chosen = try found.hostClass(with: host)
            let place = URL(filePath: output)
            let label = try CollectedHotfix.label(fromFileName: place.lastPathComponent)
            let manifest = try CollectedHotfix.manifest(label: label, of: chosen, taken: found.taken)
            for package in chosen.packages where package.isKeptBeside {
                StandardError.write(
                    "warning: \(package.nevra) takes the place of the installed version, which dnf would keep beside it."
                )
            }
            let (keys, outputFolder) = (keys, place.deletingLastPathComponent().path)
            let built = try await untilSignalled {
                try await Self.build(manifest, chosen, from: folder, keys: keys, to: outputFolder)
            }
            _ = try built.writeCompanions(to: outputFolder)
            print(built.package.path)
            print("  uuid   \(manifest.uuid)")
            print("  sha256 \(built.package.digests.sha256)")
            print("  \(RestartAdvice.after(chosen.packages).sentence)")
        }

        private static func build(
            _ manifest: Manifest,
            _ chosen: HostClass,
            from folder: SnapshotFolder,
            keys: [String],
            to output: String
        ) async throws -> BuiltPackage {
            let scratch = try ScratchFolder(named: FileManager.default.temporaryDirectory.path + "/pitstop-collect")
            defer { scratch.remove() }
            for package in chosen.packages {
                // Looked at again: time has passed since they were fetched, and whoever signs answers for them.
                guard await folder.holds(package) else {
                    throw OperatorError(
                        "\(package.nevra) is not as it was fetched, or is missing: take the snapshot again."
                    )
                }
                try FileManager.default.copyItem(
                    atPath: folder.file(package),
                    toPath: "\(scratch.path)/\(package.fileName)"
                )
            }
            if chosen.packages.contains(where: { $0.format == .deb }) {
                return try await PackageBuilder.build(
                    manifest: manifest,
                    debFolder: scratch.path,
                    output: output,
                    signer: Signer(keys: keys)
                )
            }
            return try await PackageBuilder.build(
                manifest: manifest,
                rpmFolder: scratch.path,
                output: output,
                signer: Signer(keys: keys)
            )
        }
    }
}
